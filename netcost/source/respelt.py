"""Values that are spelt as elsewhere: `3x3`, `(3, 3)`, `1,000`, `50%`, `4k`; each with how a spec writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from netcost.source.problem import Suggestion

MOST = 64
"""Characters of a value that are looked at."""

EQUAL = (1, 2, 3)
"""How many equal numbers may be meant where one is written for all axes."""

ONE_VALUE = "a single value stands here; write each of the others under its own key"

ONE_NAME = "write the name of a parameter alone, or a number"

LISTED = "is a list, which is written in brackets"

UNITS = {"k": (1_000, 1_024), "m": (10**6, 2**20), "g": (10**9, 2**30), "x": (1,), "px": (1,)}
"""What stands after a number elsewhere, and by how much it may be multiplied."""


class Respelt(NamedTuple):
    """What is wrong with a spelling, and what to write."""

    message: str
    hint: str


class Spelling(NamedTuple):
    """A spelling of other places.

    Args:
        pattern: what it looks like.
        wrong: what is said of it.
        texts: how a spec writes it: what may be meant, the likeliest first.
    """

    pattern: re.Pattern[str]
    wrong: str
    texts: Callable[[re.Match[str]], list[str]]


def respelt(text: str) -> Respelt | None:
    """How a spec writes the value; None if the spelling is none that is known."""
    text = text.strip()
    if len(text) > MOST:
        return None
    for pattern, wrong, texts in SPELLINGS:
        found = pattern.fullmatch(text)
        if found and (meant := texts(found)):
            otherwise = ONE_VALUE if wrong == LISTED else ONE_NAME if texts is _name else ""
            return Respelt(f"`{text}` {wrong}", write_one(meant, otherwise))
    return None


def write_one(texts: Sequence[str], otherwise: str = "") -> str:
    """The hint to write one of some texts: the first that is taken, and in words also those after it."""
    if not texts:
        return otherwise
    hint = f"write {' or '.join(f'`{each}`' for each in texts)}"
    return Suggestion(hint, texts[0], write_one(texts[1:], otherwise))


def parts(text: str) -> list[str]:
    """What stands between the commas of a text that are in no brackets and no quotes; the text itself without any."""
    found, depth, quote, start = [], 0, "", 0
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "," and not depth:
            found.append(text[start:at])
            start = at + 1
    return [each for each in map(str.strip, (*found, text[start:])) if each]


def listed(text: str) -> str:
    """A list of Python's, which may be a tuple, as YAML writes it; any other text as it is."""
    inner = text[1:-1] if text[:1] in {"(", "["} and text[-1:] in {")", "]"} else ""
    found = parts(inner)
    if not found or (text[0] == "(" and len(found) == 1 and "," not in inner):
        return text
    return f"[{', '.join(map(listed, found))}]"


def _share(found: re.Match[str]) -> list[str]:
    return [f"{float(found[1]) / 100:.12g}"]


def _grouped(found: re.Match[str]) -> list[str]:
    """Digits in groups of three: a number, or where they are several or begin with no zero, a list."""
    groups = found[0].split(",")
    number, several = "".join(groups), f"[{', '.join(str(int(each)) for each in groups)}]"
    if any(each[0] == "0" for each in groups[1:]):
        return [number]
    return [number, several] if len(groups) == len(("thousands", "ones")) else [several, number]


def _numbers(found: re.Match[str]) -> list[str]:
    numbers = [str(int(each)) for each in re.findall(r"-?\d+", found[1])]
    several = f"[{', '.join(numbers)}]"
    return [numbers[0], several] if len({*numbers}) == 1 and len(numbers) in EQUAL else [several]


def _parts(found: re.Match[str]) -> list[str]:
    text = found[0].rstrip(",;").strip()
    inner = text[1:-1] if text[0] == "(" and text[-1] == ")" else text
    several = parts(inner)
    if len(several) > 1:
        return [f"[{', '.join(map(listed, several))}]"]
    return several if text != found[0] or "," in inner else []


def _with_unit(found: re.Match[str]) -> list[str]:
    number, unit = found[1], found[2]
    return [f"{number} * {unit}", *(f"{float(number) * each:.12g}" for each in UNITS[unit.lower()])]


def _product(found: re.Match[str]) -> list[str]:
    return [" * ".join(each for each in found.groups() if each)]


def _name(found: re.Match[str]) -> list[str]:
    return [next(each for each in found.groups() if each)]


_UNITS = "|".join(UNITS)

SPELLINGS = tuple(
    Spelling(re.compile(pattern), wrong, texts)
    for pattern, wrong, texts in (
        (r"(\d+(?:\.\d+)?)\s*%", "is a share, which is written as a number", _share),
        (r"\d{1,3}(?:,\d{3})+", "has commas, which stand between the values of a list", _grouped),
        (
            r"[(\[{]?\s*(-?\d+(?:\s*(?:[xX\u00d7*,;]|\s)\s*-?\d+)+)\s*,?\s*[)\]}]?",
            LISTED,
            _numbers,
        ),
        (rf"(\d+(?:\.\d+)?)\s*((?i:{_UNITS}))", "is neither a number nor a name", _with_unit),
        (r"[xX\u00d7]\s*(\d+)|(\d+)\s*\u00d7", "is no number", _name),
        (
            r"\$\{?\s*(?:\w+\.)*(\w+)\s*\}?|\{+\s*(\w+)\s*\}+|<(\w+)>|%(\w+)%",
            "is a name, which needs no signs around it",
            _name,
        ),
        (r"(?:[A-Za-z_]\w*\.)+([A-Za-z_]\w*)", "is a name with a dot, which stands alone here", _name),
        (r".+?\s*(?:->|=>|\u2192)\s*(\w+)", "names two sizes, of which the first is inferred", _name),
        (r"(\w+)\s+[x\u00d7]\s+(\w+)|(\d+)(\(.+\))", "lacks the sign of a product", _product),
        (r"[^,;]+[,;]", "ends with a sign that has no meaning there", _parts),
        (r"\(.+,.*\)|[^()]+(?:,[^()]+)+", LISTED, _parts),
    )
)
"""The spellings that are known; of those that fit a text, the first."""
