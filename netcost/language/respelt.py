"""Values that are spelt as elsewhere: `3x3`, `(3, 3)`, `3,32,32`, `50%`; each with how a spec writes it."""

from __future__ import annotations

import re
from typing import NamedTuple

from netcost.source.suggestion import Suggestion

MOST = 64
"""Characters of a value that are looked at."""

_LIST = re.compile(r"[(\[{]?\s*(\d+(?:\s*(?:[xX\u00d7*,;]|\s)\s*\d+)+)\s*,?\s*[)\]}]?")
_ALONE = re.compile(r"\(\s*(\d+)\s*,?\s*\)")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class Respelt(NamedTuple):
    """What is wrong with a spelling, and what to write."""

    message: str
    hint: Suggestion


def respelt(text: str) -> Respelt | None:
    """How a spec writes the value; None if the spelling is none that is known."""
    text = text.strip()
    if len(text) > MOST:
        return None
    if found := _SHARE.fullmatch(text):
        share = f"{float(found[1]) / 100:.12g}"
        return Respelt(f"`{text}` is a share, which is written as a number", _write([share]))
    numbers = _numbers(text)
    if not numbers:
        return None
    listed = f"[{', '.join(numbers)}]"
    texts = [numbers[0], listed] if len({*numbers}) == 1 and len(numbers) in EQUAL else [listed]
    return Respelt(f"`{text}` is a list, which is written in brackets", _write(texts))


EQUAL = (1, 2, 3)
"""How many equal numbers may be meant where one is written for all axes."""


def _numbers(text: str) -> list[str]:
    if found := _ALONE.fullmatch(text):
        return [found[1]]
    found = _LIST.fullmatch(text)
    return [str(int(each)) for each in re.findall(r"\d+", found[1])] if found else []


def _write(texts: list[str]) -> Suggestion:
    """The hint to write one of some texts: the first that is taken, and in words also the others."""
    first, *others = texts
    otherwise = _write(others) if others else ""
    return Suggestion(f"write {' or '.join(f'`{each}`' for each in texts)}", first, otherwise)
