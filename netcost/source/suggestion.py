"""Hints that say what to write in the place of what is wrong, so that it can be tried before it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from netcost.place import Place


class Suggestion(str):
    """A hint that is followed by writing a text where the problem stands.

    Args:
        hint: what a person reads.
        text: what is to be written.
        otherwise: the hint to show instead where that would mend nothing; it may be a suggestion, too.
        place: where to write it, if not over what the problem marks.
    """

    __slots__ = ("otherwise", "place", "text")

    text: str
    otherwise: str
    place: Place | None

    def __new__(cls, hint: str, text: str, otherwise: str = "", place: Place | None = None) -> Self:
        """Make the hint, which carries what it stands for."""
        made = super().__new__(cls, hint)
        made.text, made.otherwise, made.place = text, otherwise, place
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be copied and sent to another process, as the text that it is."""
        return Suggestion, (str(self), self.text, self.otherwise, self.place)

    def written(self, lines: Sequence[str], marked: Place) -> list[str]:
        """The lines of the file as they are when the hint is followed."""
        place = self.place or marked
        line = lines[place.line - 1]
        start = place.column - 1
        changed = line[:start] + self.text + line[start + place.width :]
        return [*lines[: place.line - 1], changed, *lines[place.line :]]


def write(text: str, otherwise: str = "", place: Place | None = None) -> Suggestion:
    """The hint to write a text."""
    return Suggestion(f"write `{text}`", text, otherwise, place)


def one_of(texts: Iterable[str], otherwise: str = "", place: Place | None = None) -> str:
    """The hint that the first of several texts was meant that mends the fault."""
    for text in reversed([*texts]):
        otherwise = Suggestion(f"did you mean `{text}`?", text, otherwise, place)
    return otherwise
