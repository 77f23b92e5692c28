"""Writing what a spec holds as YAML: on one line where it fits, in blocks of lines where it does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 110
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.+*/%=!<> ()-]*(?<! )")
FORMULA = re.compile(r"[0-9]+(\.[0-9]+)? [A-Za-z0-9_.+*/%=!<> ()-]*(?<! )")
NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off"}


def lines(data: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a file whose top level is a mapping."""
    for key, value in data.items():
        if key == "layers":
            yield "layers:"
            for each in value:
                yield from item(each, "  ")
        else:
            yield from _entry(f"{scalar(key)}:", value, "")


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        parts = [_pair(key, each) for key, each in value.items()]
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_in_list(each) for each in value)}]"
    return scalar(value)


def _pair(key: str, value: Any) -> str:
    return f"{scalar(key)}: {flow(value)}" if value is not None else scalar(key)


def _in_list(value: Any) -> str:
    """An element of a list; a mapping of one key without its braces."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((key, each),) = value.items()
        return _pair(key, each) if each is not None else scalar(key)
    return flow(value)


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    """A key with its value, or an element of a list with its dash."""
    text = f"{indent}{start} {flow(value)}"
    if len(text) <= WIDTH or not value or not isinstance(value, (Mapping, list, tuple)):
        yield text
    elif isinstance(value, Mapping):
        yield f"{indent}{start}"
        for key, each in value.items():
            yield from _entry(f"{scalar(key)}:", each, f"{indent}  ")
    else:
        yield f"{indent}{start}"
        for each in value:
            yield from item(each, f"{indent}  ")


def item(value: Any, indent: str) -> Iterator[str]:
    """An element of a list: a line of its own, or several under one dash."""
    text = f"{indent}- {_in_item(value)}"
    if len(text) <= WIDTH or not isinstance(value, (Mapping, list)) or not value:
        yield text
        return
    dash = "- "
    if isinstance(value, list):
        for each in value:
            for line in item(each, f"{indent}  "):
                yield f"{indent}{dash}{line[len(indent) + 2 :]}"
                dash = "  "
        return
    for key, each in value.items():
        made = (
            _entry(f"{scalar(key)}:", each, f"{indent}  ")
            if each is not None
            else iter([f"{indent}  {scalar(key)}:"])
        )
        for line in made:
            yield f"{indent}{dash}{line[len(indent) + 2 :]}"
            dash = "  "


def _in_item(value: Any) -> str:
    if isinstance(value, Mapping) and len(value) == 1:
        return _in_list(value)
    return flow(value)


def scalar(value: Any) -> str:
    """A number, a truth value, a word, or a text in quotes where it needs them."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    if (PLAIN.fullmatch(text) or FORMULA.fullmatch(text)) and text.lower() not in NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=True)
