"""How values, names and lists are written for people; each kind of value in one way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from netcost.number import Exact, Value, is_exact

LONGEST_UNDIVIDED = 9_999
LONGEST_SUM = 2


# Numbers


def figure(number: int) -> str:
    """Write a number of a formula: four digits together, more of them in groups of three, `1024`, `23,296`."""
    return str(number) if abs(number) <= LONGEST_UNDIVIDED else f"{number:,}"


def rounded(number: Exact | float, unit: Exact = 1) -> int:
    """Count whole units, half a unit up, as the lecture does: 253.5 KB are written 254."""
    return int((2 * number + unit) // (2 * unit))


def decimal(number: float) -> str:
    """Write a number that need not be whole with the two decimals that matter: `182.25`, `0.0039`."""
    hundredths = rounded(100 * number)
    if number and not hundredths:
        return f"{number:.2g}"
    whole, decimals = divmod(hundredths, 100)
    return f"{figure(whole)}.{decimals:02}".rstrip("0") if decimals else figure(whole)


def share(part: Exact, whole: Exact) -> str:
    """Write a part in percent of the whole, `62%`; only the whole is 100%."""
    percent = rounded(100 * part, whole)
    return f"{percent}%" if percent < 100 or part == whole else "more than 99%"  # noqa: PLR2004


SHORT = {"0%": "<1%", "more than 99%": ">99%"}
"""Shares that stand in a column: no part is nothing."""


def short_share(part: Value, whole: Value) -> str:
    """Write a part in percent in at most four characters, `<1%`; nothing of what is zero or not known in full."""
    if not (part and whole and is_exact(part) and is_exact(whole)):
        return ""
    return SHORT.get(percent := share(part, whole), percent)


# Lengths and settings


def times(lengths: Iterable[float], sign: str = "x") -> str:
    """Write lengths in full: `56x56`."""
    return sign.join(map(str, lengths))


def written(value: object) -> str:
    """Write a setting: `3`, `true`, once if it is the same for all axes, else `3x5`, `0+1x2`; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, tuple) or not value:
        return str(value)
    if hasattr(value, "_asdict"):
        return " ".join(_parts(value._asdict()))
    each = [_ends(item) for item in value]
    return each[0] if len(set(each)) == 1 else "x".join(each)


def _parts(values: Mapping[str, object]) -> Iterator[str]:
    """Write what has parts with names: each that is given, `kv=512`; a switch by its name alone."""
    for name, value in values.items():
        if value is True:
            yield name
        elif value is not None and value is not False:
            yield f"{name}={written(value)}"


def in_full(value: object) -> str:
    """Write a setting for a program, each axis: `11x11`; padding `2x2`, or `0+1x2+2` if any of its ends differ."""
    if not isinstance(value, tuple):
        return written(value)
    uneven = any(isinstance(ends, tuple) and ends[0] != ends[1] for ends in value)
    return "x".join(times(ends, "+") if uneven and isinstance(ends, tuple) else _ends(ends) for ends in value)


def _ends(value: object) -> str:
    """Write what one axis has at both ends once, `2`, else before and after, `0+1`."""
    if not isinstance(value, tuple):
        return str(value)
    before, after = value
    return str(before) if before == after else f"{before}+{after}"


# Values of a spec


def shown(value: object) -> str:
    """Write a value as YAML would: `true`, `nothing`, `[1, 2]`, text in backticks."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"`{value}`"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(shown(item) for item in value)}]"
    return str(value)


# Words


def shortened(text: str, length: int = 40) -> str:
    """Write a text for a message, with its tail left out if it is long."""
    return text if len(text) <= length else text[: length - 3] + "..."


def plural(noun: str, number: int) -> str:
    """Write a noun in the number that goes with it."""
    if number == 1:
        return noun
    return "axes" if noun == "axis" else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """Write how many there are: `1 value`, `1,200 values`."""
    return f"{number:,} {plural(noun, number)}"


def listed(names: Sequence[str], most: int | None = 3, word: str = "and") -> str:
    """Write names as a sentence does: `a, b and c`, `a, b, c and 12 more`."""
    if most is not None and len(names) > most + 1:
        names = [*names[:most], f"{len(names) - most} more"]
    return f" {word} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def summed(parts: Sequence[str]) -> str:
    """Write what several inputs bring, `64+32`, and repetitions short, `64+5*32`."""
    runs = [(text, len(list(run))) for text, run in groupby(parts)]
    terms = [term for text, times in runs for term in ([f"{times}*{text}"] if times > 2 else [text] * times)]  # noqa: PLR2004
    return "+".join(terms) if len(terms) <= LONGEST_SUM else f"{len(parts)} inputs"


def wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """Break a text between words, which are never cut, so that lines have at most so many characters.

    Args:
        text: what is broken.
        width: the most of a line; no limit where None.
        first: what stands before the first line.
        rest: what stands before the others.
    """
    if width is None or len(first) + len(text) <= width:
        return [f"{first}{text}"]
    words = text.lstrip(" ")
    first += text.removesuffix(words)
    lines: list[str] = []
    for word in words.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        elif word:
            lines.append(f"{rest if lines else first}{word}")
    return list(map(str.rstrip, lines)) or [first]
