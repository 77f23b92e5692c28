"""What a format writes, and on what: tables for a person, rows of plain cells, or a document of plain data.

Every command has one kind of content, a class with these three faces. A format takes the face that suits it and
knows nothing of reports, comparisons or budgets; so one file writes them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from netcost.record import Record

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet  # formats for programs do without


Cell: TypeAlias = str | int | float | None
"""A text as it is, or a number; None where there is none, or where it is not known in full."""


class Content(Protocol):
    """What a command has to tell."""

    command: ClassVar[str]
    """The command that tells it; some formats are for one command alone."""

    def sheets(self) -> Iterator[Sheet]:
        """Tables for a person."""

    def columns(self) -> Sequence[str]:
        """The heads of the records."""

    def records(self) -> Iterator[Sequence[Cell]]:
        """Rows of plain cells for a program, all of them, whatever a person wants to see."""

    def document(self) -> Mapping[str, Any]:
        """Everything for a program: objects, lists, texts and numbers in one another.

        What belongs together on one line says so, and a long list may be an iterator.
        """


class Screen(Record):
    """What a terminal can show. Formats for programs look at none of it.

    Args:
        width: the widest line; no limit where None.
        color: whether the text carries terminal colours.
        ascii: whether lines are drawn with ASCII characters.
        quiet: whether only the matter itself is told, without the lines below a table.
    """

    width: int | None = None
    color: bool = False
    ascii: bool = False
    quiet: bool = False


class OneLine(Record):
    """A value of a document that is read as a whole, and so stands on one line."""

    value: Any


class Lines(Record):
    """A list of objects, each on one line and in parts: the keys of one part after those of the other."""

    objects: Iterable[Sequence[Mapping[str, Any]]]


class Shared(dict[str, Any]):
    """A part that many objects of a list have in common, each of them this same one; it is written once."""
