"""What a sweep is asked for, as plain data that any process can go by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import NamedTuple

from netcost import __version__
from netcost.overrides import NO_OVERRIDES, Overrides, beside_the_name, said
from netcost.sweeps.axes import Axis, Grid, labels, split
from netcost.sweeps.engine import Backend
from netcost.sweeps.fault import SweepError
from netcost.sweeps.formula import Formula, read_formula
from netcost.sweeps.limits import Aim, Limit, metric_of, quantity
from netcost.sweeps.model import Model

CHUNK = 1_000_000
"""Variants of a part where numpy works them out: about a second of work."""

PLAIN_CHUNK = 50_000
"""The same in plain Python."""


class Key(NamedTuple):
    """A column that an order or a front goes by, and whether the largest number leads."""

    name: str
    largest: bool = False

    def __str__(self) -> str:
        return f"the {'largest' if self.largest else 'smallest'} {self.name}"


@dataclass(frozen=True)
class Plan:
    """A sweep.

    Args:
        model: what is swept.
        axes: what varies.
        metrics: the columns of what variants cost.
        base: what is changed about all variants.
        formulas: further columns, worked out from the others.
        where: the condition that variants meet.
        limits: what their costs are held to.
        aim: the number that they come near to.
        sort: the order of the best.
        pareto: what no other variant may excel in.
        top: how many of the best are kept.
        sample: how many variants of the grid are looked at; None for all.
        seed: which sample it is.
        chart: the two columns over which variants are counted, or nothing.
        chunk: variants of one part.
        formats: what parts are written in.
        backend: what works them out.
        version: the version of netcost that the plan was made by.
    """

    model: Model
    axes: tuple[Axis, ...]
    metrics: tuple[str, ...]
    base: Overrides = NO_OVERRIDES
    formulas: tuple[Formula, ...] = ()
    where: Formula | None = None
    limits: tuple[Limit, ...] = ()
    aim: Aim | None = None
    sort: tuple[Key, ...] = ()
    pareto: tuple[Key, ...] = ()
    top: int = 0
    sample: int | None = None
    seed: int = 0
    chart: tuple[str, str] | None = None
    chunk: int = PLAIN_CHUNK
    formats: tuple[str, ...] = ()
    backend: Backend = "python"
    version: str = __version__

    def __post_init__(self) -> None:
        """Refuse a sample of nothing, or of more than there is."""
        if self.sample is not None and not 0 < self.sample <= self.grid.size:
            raise SweepError(f"a sample of {self.sample:,} cannot be taken of {self.grid.size:,} variants")

    @cached_property
    def grid(self) -> Grid:
        """All variants that there could be."""
        return Grid(self.axes)

    @cached_property
    def labels(self) -> dict[str, Axis]:
        """The axes by what columns call them."""
        return labels(self.axes)

    @property
    def name(self) -> str:
        """What the network is called, and what is changed about all variants."""
        own = self.model.name or PurePath(self.model.path).stem
        rest = said(self.base, beside_the_name)
        return f"{own} ({rest})" if rest else own

    @property
    def columns(self) -> list[str]:
        """The heads of the rows: axes, metrics, then what is worked out from them."""
        return [*self.labels, *self.metrics, *(formula.text for formula in self.formulas)]

    @property
    def held(self) -> tuple[Limit, ...]:
        """All limits, the tolerance of an aim among them."""
        return (*self.limits, *([self.aim.limit] if self.aim and self.aim.limit else []))

    @property
    def size(self) -> int:
        """How many variants are looked at."""
        return self.grid.size if self.sample is None else self.sample

    @property
    def chunks(self) -> int:
        """How many parts there are."""
        return -(-self.size // self.chunk)

    def stretch(self, chunk: int) -> tuple[int, int]:
        """The first variant of a part, and the one behind its last."""
        return chunk * self.chunk, min((chunk + 1) * self.chunk, self.size)

    def numbers(self, start: int, stop: int) -> Sequence[int]:
        """The numbers in the grid of a stretch of what is looked at.

        A sample takes one variant of each of as many stretches of the grid, so it need not be kept anywhere.
        """
        if self.sample is None:
            return range(start, stop)
        return [_one_of(self.grid.size, self.sample, self.seed, place) for place in range(start, stop)]


def _one_of(size: int, parts: int, seed: int, place: int) -> int:
    first, behind = place * size // parts, (place + 1) * size // parts
    return first + _scattered(seed * _GOLDEN + place) % (behind - first)


_GOLDEN, _ALL = 0x9E3779B97F4A7C15, 2**64 - 1


def _scattered(number: int) -> int:
    """A number of 64 bits that looks like chance. Source: Steele, Lea, Flood, SplitMix64, OOPSLA 2014."""
    number = (number + 1) * _GOLDEN & _ALL
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & _ALL
    number = (number ^ number >> 27) * 0x94D049BB133111EB & _ALL
    return number ^ number >> 31


def read_keys(text: str, axes: Sequence[str]) -> tuple[tuple[Key, ...], tuple[Formula, ...]]:
    """Read what an order goes by: `macs,-width`, the largest first where a minus stands; and what of it is a formula.

    Raises:
        SweepError: it names nothing.
    """
    formulas: list[Formula] = []
    keys = []
    for part in split(text):
        largest, name = part.startswith("-"), metric_of(part.removeprefix("-").strip(), axes)
        if name not in axes and not _is_metric(name):
            formulas.append(_ordering(name, axes))
        keys.append(Key(name, largest))
    return tuple(keys), tuple(formulas)


def _is_metric(text: str) -> bool:
    """Tell a metric, or a misspelt one, from an expression."""
    if re.fullmatch(r"[\w.-]+", text):
        quantity(text)
        return True
    return False


def _ordering(text: str, axes: Sequence[str]) -> Formula:
    """Read an expression that orders variants.

    Raises:
        SweepError: it is none, or the same for all.
    """
    found = read_formula(text, axes)
    if not (found.axes or found.metrics):
        raise SweepError(f"`{text}` is the same for all variants; write an expression of axes and metrics")
    return found
