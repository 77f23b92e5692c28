"""What is wrong with a spec, which words were probably meant, and hints that can be tried before they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import Any, Self

from netcost.place import Place
from netcost.record import Record

MAX_MESSAGE = 600  # characters of a message, which may quote the file
MAX_WORD = 64  # longer words have no near neighbour worth looking for
MAX_CANDIDATES = 400  # neighbours are looked for among so many words, as it takes a while
LIKE = 0.6  # share of letters in common that makes two words neighbours
HARDLY_LESS = 0.05
NEIGHBOURS = 3  # words that are tried in place of a misspelt one


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


class Problem(Record, unequal=("lacking",)):
    """One fault of a spec.

    `hint` says what to write instead; `related` marks other spots that explain the fault, each with its
    text; `trail` names the blocks that were being called, innermost first. What is `lacking` may be
    right where it is marked: something else is missing beside it or before it.
    """

    place: Place
    message: str
    hint: str | None = None
    related: tuple[tuple[Place, str], ...] = ()
    trail: tuple[str, ...] = ()
    lacking: bool = False

    def _settle(self) -> None:
        """Keep the head of a message that quotes very much of the file: a hundred of those take a lot of memory."""
        for name in ("message", "hint"):
            text = getattr(self, name)
            if text and len(text) > MAX_MESSAGE:
                object.__setattr__(self, name, f"{text[:MAX_MESSAGE]}...")


class SpecError(Exception):
    """All the faults found in one reading, in the order of their places.

    `str()` shows each with its source line; `sources` gives the lines of each path.
    """

    def __init__(
        self, problems: Iterable[Problem], sources: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=attrgetter("place")))
        self.sources = sources or {}
        super().__init__(self.problems, self.sources)

    def __str__(self) -> str:
        from netcost.source.excerpt import told

        return told(self.problems, self.sources)


def file_error(path: str, message: str, hint: str | None = None) -> SpecError:
    """An error of a file as a whole."""
    return SpecError([Problem(Place(path, 0, 0), message, hint)])


def nearest(word: str, candidates: Iterable[str], likeness: float = LIKE) -> str | None:
    """The candidate that was most likely meant by a misspelt word, or None if none is close."""
    return next(iter(neighbours(word, candidates, likeness, most=1)), None)


def neighbours(
    word: str, candidates: Iterable[str], likeness: float = LIKE, most: int = NEIGHBOURS
) -> list[str]:
    """The candidates that may be meant by a misspelt word: the likeliest, and those that are hardly less likely."""
    if len(word) > MAX_WORD:
        return []
    return [*_neighbours(word.lower(), tuple(islice(candidates, MAX_CANDIDATES)), likeness, most)]


@lru_cache(maxsize=256)  # a file is read once more for each hint that is tried, with the same slips in it
def _neighbours(word: str, candidates: tuple[str, ...], likeness: float, most: int) -> Sequence[str]:
    from difflib import SequenceMatcher, get_close_matches

    spellings = {candidate.lower(): candidate for candidate in candidates}
    close = get_close_matches(word, spellings, n=most, cutoff=likeness)
    shares = [SequenceMatcher(a=each, b=word).ratio() for each in close]
    return [
        spellings[each] for each, share in zip(close, shares, strict=True) if share >= shares[0] - HARDLY_LESS
    ]
