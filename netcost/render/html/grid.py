"""The lines across a picture with what stands beside them, above which bars or a curve rise."""

from __future__ import annotations

from typing import NamedTuple

from netcost.number import Exact
from netcost.render.html.axis import Axis
from netcost.render.html.palette import stroke
from netcost.render.html.picture import HEAD, MARGIN, SMALL, group, small
from netcost.render.html.text import place, text, width

HIGH = 150.0
"""From the lowest line to the highest."""


class Grid(NamedTuple):
    """Where a picture has its lines.

    Args:
        axis: what they mean.
        left: where they begin.
        right: where they end.
        top: the highest.
    """

    axis: Axis
    left: float
    right: float
    top: float

    @property
    def bottom(self) -> float:
        """The lowest line, which is zero."""
        return self.top + HIGH

    def height(self, number: Exact) -> float:
        """How high a number is."""
        return HIGH * float(number) / self.axis.top

    def drawn(self) -> str:
        """The lines and what stands beside them."""
        at = [(self.bottom - part * HIGH, words) for part, words in self.axis.marks()]
        lines = (f'<path d="M{place(self.left)} {place(y)}H{place(self.right)}"/>' for y, _ in at)
        marks = (text(self.left - 4, y + 3.5, words, self.left, size=SMALL, inherits=True) for y, words in at)
        return group(f'{stroke("line")} stroke-width="1"', lines) + small("soft", marks, "end")


def grid(axis: Axis, wide: float) -> Grid:
    """Lay lines out below the title of a picture; marks have as much room as they take."""
    left = MARGIN + max(width(words, SMALL) for _, words in axis.marks()) + 5
    return Grid(axis, left, wide - MARGIN, HEAD + 18)
