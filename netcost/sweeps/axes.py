"""What varies: the axes of a grid, read from ranges and lists as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import prod
from typing import Any

from netcost.overrides import COUNT, OVERRIDES, WORD, Overrides, as_yaml
from netcost.report import METRICS
from netcost.report.figures import FIGURES
from netcost.sweeps.fault import SweepError
from netcost.units import COUNT_UNITS
from netcost.wording import shortened

SWEPT = ("variant", "set", "dim", "input", "batch", "dtype")
"""The overrides that may be axes, in the order of the columns."""

INPUT = "input"
MAX_VALUES = 1_000_000
"""Values of one axis."""

MAX_VARIANTS = 10**18
"""No more are counted."""

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?[kMGT]?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.(?!\.)\s*({_NUMBER})(?:\s*:\s*(\*?)\s*({_NUMBER}))?")
_TRUTH = {"true": True, "false": False}
_OPENED, _CLOSED, _QUOTE = "([{", ")]}", "'\""


@dataclass(frozen=True)
class Axis:
    """One thing that varies.

    Args:
        name: the override, and behind a dot what of it is meant: `batch`, `set.width`, `input.left`.
        values: what the override takes, one a variant.
        told: what columns show for each of them; the values themselves where left out.
    """

    name: str
    values: tuple[Any, ...]
    told: tuple[Any, ...] = ()

    @cached_property
    def shown(self) -> tuple[Any, ...]:
        """What columns show for each value: a number, a text, true or false."""
        return self.told or tuple(map(_plain, self.values))

    def override(self, value: Any) -> dict[str, Any]:
        """One of the values as an override by its name."""
        name, dot, part = self.name.partition(".")
        return {name: {part: value} if dot else value}


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else as_yaml(value)


@dataclass(frozen=True)
class Grid:
    """All combinations of the values of some axes, numbered in mixed radix, the last axis fastest."""

    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        """Refuse what nobody will wait for."""
        if self.size > MAX_VARIANTS:
            size = shortened(f"{self.size:,}")
            raise SweepError(f"these axes make {size} variants, and at most 10^18 are counted")

    @cached_property
    def size(self) -> int:
        """How many variants there are."""
        return prod(len(axis.values) for axis in self.axes)

    def stride(self, axis: int) -> int:
        """How many variants follow one another with the same value of an axis."""
        return prod(len(later.values) for later in self.axes[axis + 1 :])

    def values(self, index: int) -> Iterator[tuple[Axis, Any, Any]]:
        """The axes of a variant, each with its value and with what columns show for it."""
        for number, axis in enumerate(self.axes):
            digit = index // self.stride(number) % len(axis.values)
            yield axis, axis.values[digit], axis.shown[digit]

    def overrides(self, base: Overrides, index: int) -> Overrides:
        """What makes a variant of the base."""
        for axis, value, _ in self.values(index):
            base = base | axis.override(value)
        return base


def labels(axes: Sequence[Axis]) -> dict[str, Axis]:
    """The axes by what columns and expressions call them: `width`, or `set.batch` where `batch` is another.

    None is called as a metric or a figure is.
    """
    names = [axis.name for axis in axes]
    short = [name.partition(".")[2] if name.startswith(("set.", "dim.")) else name for name in names]
    known = [*names, *short, *METRICS, *FIGURES]
    return {
        word if word == axis.name or known.count(word) == 1 else axis.name: axis
        for axis, word in zip(axes, short, strict=True)
    }


# Values as they are written


def split(text: str) -> list[str]:
    """The items of a list without brackets, `1,2,[3,4]`: commas inside brackets and quotes divide nothing."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTE:
            quote = letter
        depth += 0 if quote else (letter in _OPENED) - (letter in _CLOSED)
        if letter == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def varies(text: str) -> bool:
    """Tell whether a text asks for several values."""
    return len(split(text)) > 1 or _is_range(text)


def _is_range(text: str) -> bool:
    return ".." in text and text.strip()[:1] not in {*_OPENED, *_QUOTE, "."}


def read_values(text: str) -> tuple[Any, ...]:
    """Read what an axis takes: `1,2,4`, `0.05..4:0.01`, `1..64:*2`, words, lists.

    Numbers are decimal: 0.3 is 0.3, however many steps lead there. If one of them has a fraction, all are floats.

    Raises:
        SweepError: a range that is empty, backwards or too long, or a value that is there twice.
    """
    return _distinct(_numbers(_values(text)), text)


def _values(text: str) -> list[Any]:
    found: list[Any] = []
    for part in split(text):
        if not part:
            raise SweepError(f"`{shortened(text)}` has an empty place between its commas")
        found += _range(part) if _is_range(part) else [_value(part)]
        if len(found) > MAX_VALUES:
            raise SweepError(f"`{shortened(text)}` has more than {MAX_VALUES:,} values")
    return found


def _value(text: str) -> Any:
    number = _decimal(text)
    return _TRUTH.get(text, text) if number is None else number


def _decimal(text: str) -> Decimal | None:
    """A number as a decimal; None for anything else."""
    if not re.fullmatch(_NUMBER, text):
        return None
    unit = text[-1] if text[-1] in COUNT_UNITS else ""
    return Decimal(text.removesuffix(unit)) * COUNT_UNITS[unit]


def read_number(text: str) -> Decimal:
    """Read one number: `1e9`, `5M`, `0.25`.

    Raises:
        SweepError: it is none.
    """
    found = _decimal(text.strip())
    if found is None:
        raise SweepError(f"`{shortened(text)}` is no number; write one such as 5M, 1e9 or 0.25")
    return found


def _range(text: str) -> list[Decimal]:
    """The values of one range, both ends included.

    Raises:
        SweepError: it is none, or has no values, or too many.
    """
    found = _RANGE.fullmatch(text)
    if not found:
        raise SweepError(f"`{shortened(text)}` is no range; write 1..8, 0.25..2:0.05 or 1..64:*2")
    first, last = read_number(found[1]), read_number(found[2])
    step = read_number(found[4] or "1")
    if first > last:
        raise SweepError(
            f"`{text}` runs backwards, from {found[1]} down to {found[2]}; write {found[2]}..{found[1]}"
        )
    return _multiplied(text, first, last, step) if found[3] else _added(text, first, last, step)


def _added(text: str, first: Decimal, last: Decimal, step: Decimal) -> list[Decimal]:
    if step <= 0:
        raise SweepError(f"`{text}` goes in steps of {step}; a step is above 0")
    if _is_whole(first) and _is_whole(step) and not _is_whole(last):
        raise SweepError(
            f"`{text}` never comes to {last} in steps of {step}; write {first}..{int(last)}, or a step with a fraction"
        )
    count = int((last - first) / step) + 1
    if count > MAX_VALUES:
        told = f"{count:,}" if count <= MAX_VARIANTS else "more than 10^18"
        raise SweepError(f"`{text}` has {told} values, and an axis has at most {MAX_VALUES:,}")
    return [first + step * index for index in range(count)]


def _is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _multiplied(text: str, first: Decimal, last: Decimal, factor: Decimal) -> list[Decimal]:
    if factor <= 1 or first <= 0:
        raise SweepError(f"`{text}` does not grow; it starts above 0, and its factor is above 1")
    found = []
    while first <= last:
        found.append(first)
        first *= factor
        if len(found) > MAX_VALUES:
            raise SweepError(f"`{text}` has more than {MAX_VALUES:,} values")
    return found


def _numbers(values: Sequence[Any]) -> list[Any]:
    """The same with decimals as the numbers that specs have: whole ones, or floats if one of them has a fraction."""
    decimals = [value for value in values if isinstance(value, Decimal)]
    kind = int if all(map(_is_whole, decimals)) else float
    return [kind(value) if isinstance(value, Decimal) else value for value in values]


def _distinct(values: Sequence[Any], text: str) -> tuple[Any, ...]:
    known: set[str] = set()
    for value in values:
        key = as_yaml(value)
        if key in known:
            raise SweepError(f"`{shortened(text)}` has {shortened(key)} twice")
        known.add(key)
    return tuple(values)


# Axes of each kind


def read_axis(name: str, text: str) -> Axis:
    """Read an axis of any override but the input, whose lengths depend on the network.

    Raises:
        SweepError: values that the override does not take.
    """
    values = read_values(text)
    return checked_axis(name, values)


def checked_axis(name: str, values: Sequence[Any]) -> Axis:
    """An axis with values that its override takes.

    Raises:
        SweepError: it does not take one of them, or there are none.
    """
    if not values:
        raise SweepError(f"{name} has no values")
    kind = OVERRIDES[name.partition(".")[0]].kind
    if kind is COUNT:
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise SweepError(f"{name} is a whole number of at least 1, and `{as_yaml(value)}` is none")
    if kind is WORD:
        values = [as_yaml(value) for value in values]
    return Axis(name, tuple(values))


def length_axis(
    part: str, text: str, sizes: Mapping[str, Sequence[int]], free: Mapping[str, Sequence[int]]
) -> Axis:
    """An axis of the input: one range for every spatial length or the number of tokens, or whole shapes in brackets.

    Args:
        part: the name of the input; empty where the network has one.
        text: what is written.
        sizes: the lengths of one sample at each input.
        free: those of their places that the range sets.

    Raises:
        SweepError: no such input, several where none is named, or lengths that are none.
    """
    if part not in sizes and (part or len(sizes) != 1):
        raise SweepError(_which_input(part, sizes))
    own = part or next(iter(sizes))
    name = f"{INPUT}.{part}" if part else INPUT
    values = read_values(text)
    if all(isinstance(value, str) and value[:1] in _OPENED for value in values):
        shapes = [tuple(_length(each, text) for each in _numbers(_values(value[1:-1]))) for value in values]
        return Axis(name, tuple(shapes), tuple(",".join(map(str, shape)) for shape in shapes))
    if not free[own]:
        given = ",".join(map(str, sizes[own]))
        raise SweepError(
            f"the input {given} has neither spatial lengths nor tokens; write shapes: [{given}],[...]"
        )
    lengths = tuple(_length(value, text) for value in values)
    shapes = [
        tuple(length if place in free[own] else kept for place, kept in enumerate(sizes[own]))
        for length in lengths
    ]
    return Axis(name, tuple(shapes), lengths)


def _length(value: Any, text: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SweepError(
            f"`{shortened(text)}`: a length is a whole number of at least 1, and `{as_yaml(value)}` is none; "
            "one range sets every spatial length, 96..256:32, and shapes stand in brackets, [3,96,96],[3,128,128]"
        )
    return value


def _which_input(part: str, sizes: Iterable[str]) -> str:
    names = ", ".join(f"`{name}`" for name in sizes)
    if part:
        return f"there is no input `{shortened(part)}`; there are {names}"
    return f"the inputs are {names}; write which is meant: --input {next(iter(sizes), 'NAME')}=96..256:32"
