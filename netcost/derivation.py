"""How numbers come about: of one layer by formulas, in words and in figures, of several by the parts of their sums."""

from __future__ import annotations

from typing import NamedTuple

from netcost.number import UNKNOWN, Number, Value
from netcost.place import Place
from netcost.record import Record
from netcost.shapes import Shape
from netcost.units import Quantity
from netcost.wording import decimal, figure


class Formula(Record):
    """One number and how it comes about.

    Args:
        names: what it is, `params`; several where one derivation holds for all of them, `H'` and `W'`.
        words: the arithmetic by names, `(H - K) / S + 1`.
        figures: the arithmetic by numbers, `(56 - 2) / 2 + 1`.
        halfway: the figures with products or brackets worked out; empty where nothing is gained by it.
        value: the outcome, exactly; not whole where bytes are given in KB.
    """

    names: tuple[str, ...]
    words: str
    figures: str
    halfway: str
    value: int | float

    @property
    def result(self) -> str:
        """The outcome as it is written, with the two decimals that matter: `784`, `182.25`, `0.0039`."""
        return figure(self.value) if isinstance(self.value, int) else decimal(self.value)


class Section(Record):
    """What belongs together, under a heading; `notes` say what no formula does."""

    title: str
    formulas: tuple[Formula, ...]
    notes: tuple[str, ...] = ()


class Symbol(Record):
    """A name that formulas use, its value and what it stands for."""

    name: str
    value: int
    meaning: str

    @property
    def figure(self) -> str:
        """The value as formulas write it."""
        return figure(self.value)


class Derivation(Record):
    """How every number of one layer comes about.

    Args:
        name: the layer.
        label: its type and hyperparameters.
        inputs: what goes in, by the name of the layer that it comes from.
        output: what comes out.
        sections: the formulas.
        symbols: what the names in them stand for.
        place: where the spec declares the layer; None if it was built by hand.
    """

    name: str
    label: str
    inputs: tuple[tuple[str, Shape], ...]
    output: Shape
    sections: tuple[Section, ...]
    symbols: tuple[Symbol, ...] = ()
    place: Place | None = None


class Part(Record):
    """One part of a sum, or several that are alike.

    Args:
        names: what it is called; parts that are alike have a name each.
        each: its number, of one of them.
        how: the formula by which that comes about.
        parts: what it is the sum of, in turn.
        layers: how many layers it stands for, where those are not told one by one.
        what: more about it, in a phrase.
    """

    names: tuple[str, ...]
    each: Value
    how: str = ""
    parts: tuple[Part, ...] = ()
    layers: int = 0
    what: str = ""

    @property
    def total(self) -> Number:
        """What all of them come to."""
        return UNKNOWN if self.each is None else self.each * len(self.names)


class Sum(Record):
    """A number of several layers, and what it is the sum of.

    Args:
        name: what JSON and budgets call it.
        unit: what it is counted in.
        total: the number; None where there is none of them together.
        parts: what it comes from.
        notes: what the parts do not say.
        adds: the parts add up to it.
    """

    name: str
    unit: Quantity
    total: Value
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    adds: bool = True


class Breakdown(Record):
    """Sums of a block or a network.

    Args:
        name: the block or the network.
        label: what it consists of.
        inputs: what goes in, by the name of the layer or the input that it comes from.
        outputs: what comes out, by the name of the layer that it is of.
        sums: the sums.
    """

    name: str
    label: str
    inputs: tuple[tuple[str, Shape], ...]
    outputs: tuple[tuple[str, Shape], ...]
    sums: tuple[Sum, ...]


class Entry(NamedTuple):
    """A layer of a network, or a block of several: its name, what it is, and what comes out."""

    name: str
    what: str
    output: Shape
