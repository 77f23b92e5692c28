"""JSON as its standard has it: Python's reader takes more, and lets the last of two equal keys win in silence."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

MAX_VALUES = 8_000_000
"""A report of 64 MiB has 6 million; text that is all brackets would take twenty times its size in memory."""


def read_json(text: str | bytes) -> Any:
    """Read a JSON document.

    Raises:
        ValueError: it is none, is nested too deeply, or has too many values; the message says what is wrong.
    """
    import json

    if isinstance(text, bytes):
        text = _decoded(text)
    size = sum(map(text.count, ",[{"))
    if size > MAX_VALUES:
        raise ValueError(f"it has {size:,} values, at most {MAX_VALUES:,} are read")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except _StrictError:
        raise
    except ValueError:  # Python's own bound, as longer ones take quadratic time
        raise ValueError(f"a number has more than {sys.get_int_max_str_digits():,} digits") from None


class _StrictError(ValueError):
    """Python's reader would have taken it."""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise ValueError(f"not JSON: line {line:,} has the byte 0x{byte:02X}, which is not UTF-8") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    if len(found) < len(pairs):
        for name, _ in pairs:  # what is left when each name was taken out once is there twice
            if found.pop(name, found) is found:
                raise _StrictError(f"not JSON: an object has `{name}` twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise _StrictError(f"not JSON: {text} is no number")
