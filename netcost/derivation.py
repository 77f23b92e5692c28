"""How the numbers of one layer come about: formulas in words, in figures, and their results."""

from __future__ import annotations

from dataclasses import dataclass

from netcost.place import Place
from netcost.shapes import Shape
from netcost.wording import decimal, figure


@dataclass(frozen=True)
class Formula:
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


@dataclass(frozen=True)
class Section:
    """What belongs together, under a heading; `notes` say what no formula does."""

    title: str
    formulas: tuple[Formula, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Symbol:
    """A name that formulas use, its value and what it stands for."""

    name: str
    value: int
    meaning: str

    @property
    def figure(self) -> str:
        """The value as formulas write it."""
        return figure(self.value)


@dataclass(frozen=True)
class Derivation:
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
