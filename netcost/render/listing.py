"""A list of facts, as of formats and layer types: a page for a person, and the same as a table or a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.render.content import Cell, OneLine, Screen

if TYPE_CHECKING:
    from netcost.render.sheet import Sheet


@dataclass(frozen=True)
class Listing:
    """What a command has to list.

    Args:
        title: what is listed.
        heads: what each row tells; the words of a document, too.
        rows: texts, or what there is not.
        page: the text for a person, as a screen has it.
    """

    command: ClassVar[str] = ""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    page: Callable[[Screen], str]

    def sheets(self) -> Iterator[Sheet]:
        """One table."""
        from netcost.render.sheet import Column, Sheet

        columns = [Column(head, left=True, weight=len(self.heads) - at) for at, head in enumerate(self.heads)]
        yield Sheet(self.title, columns, [[cell or "" for cell in row] for row in self.rows])

    def columns(self) -> Sequence[str]:
        """The heads of the records."""
        return self.heads

    def records(self) -> Iterator[Sequence[Cell]]:
        """A record for each row."""
        yield from self.rows

    def document(self) -> Mapping[str, Any]:
        """An object for each row."""
        from netcost import __version__

        return {
            "netcost": __version__,
            self.command: [OneLine(dict(zip(self.heads, row, strict=True))) for row in self.rows],
        }


class ReadFormats(Listing):
    """What models may be written in."""

    command: ClassVar[str] = "formats"


class LayerTypes(Listing):
    """Layer types, or the fields of one."""

    command: ClassVar[str] = "layers"


def render(listing: Listing, screen: Screen) -> Iterator[str]:
    """Write the page."""
    yield listing.page(screen)
