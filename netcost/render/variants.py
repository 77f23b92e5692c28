"""What `netcost sweep` tells on a terminal: the best variants, and how much of each limit they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from netcost.number import Exact
from netcost.overrides import as_yaml
from netcost.render.content import Cell, Lines
from netcost.render.sheet import Column, Sheet
from netcost.units import Quantity, number_text
from netcost.wording import rounded

if TYPE_CHECKING:
    from netcost.sweeps.tally import Tally


class Heading(NamedTuple):
    """A column of variants.

    Args:
        name: its head.
        quantity: what its numbers are counted in; nothing for the values of an axis.
        most: the most that is allowed.
    """

    name: str
    quantity: Quantity | None = None
    most: Exact | None = None


class Spread(NamedTuple):
    """All variants, counted over two columns.

    Args:
        title: what they are.
        axes: the two columns, across and upwards.
        cells: for each bin of both its number of variants.
        limits: the most that is allowed of either.
        front: the variants that no other excels, a number for each axis.
    """

    title: str
    axes: tuple[str, str]
    cells: Sequence[Sequence[int]]
    limits: Mapping[str, Exact | None]
    front: Sequence[tuple[Any, Any]] = ()

    @property
    def most(self) -> int:
        """The most variants of one bin."""
        return max((count for *_, count in self.cells), default=0)


@dataclass(frozen=True)
class Variants:
    """Some variants of a network.

    Args:
        title: what they are.
        headings: the columns, axes first.
        rows: a number or a text for each column, None where it is not known.
        notes: what is said below.
        tally: what became of all variants.
        spread: all variants over two columns, if they were counted.
    """

    command: ClassVar[str] = "sweep"

    title: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()
    tally: Tally | None = None
    spread: Spread | None = None

    def sheets(self) -> Iterator[Sheet]:
        """One table with a row for each variant."""
        columns = [column for heading in self.headings for column in _columns(heading)]
        rows = [
            [
                cell
                for heading, value in zip(self.headings, row, strict=True)
                for cell in _cells(heading, value)
            ]
            for row in self.rows
        ]
        yield Sheet(self.title, columns, rows, notes=self.notes)

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        return [heading.name for heading in self.headings]

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each variant."""
        yield from self.rows

    def document(self) -> Mapping[str, Any]:
        """The variants, a line each, and what became of all."""
        names = self.columns()
        return {
            "title": self.title,
            "variants": Lines([(dict(zip(names, row, strict=True)),) for row in self.rows]),
            "counts": self.tally.written() if self.tally else None,
            "notes": self.notes,
        }


def _columns(heading: Heading) -> Iterator[Column]:
    yield Column(heading.name)
    if heading.most:
        yield Column("%", weight=1, alone=f"{heading.name} %")


def _cells(heading: Heading, value: Any) -> Iterator[str]:
    if heading.quantity is None:
        yield as_yaml(value)
        return
    yield "unknown" if value is None else number_text(value, heading.quantity)
    if heading.most:
        yield "" if value is None else percent(value, heading.most)


def percent(part: Exact, whole: Exact) -> str:
    """How much of a limit is used: `99.97%`; only all of it is 100%."""
    hundredths = rounded(10_000 * part, whole)
    if hundredths == 10_000 and part < whole:  # noqa: PLR2004
        return "99.99%"
    return f"{hundredths // 100}.{hundredths % 100:02}%"
