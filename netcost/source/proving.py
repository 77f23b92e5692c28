"""Suggestions are tried before they are shown: one that would only make another fault gives way to the next."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from netcost.place import Place
from netcost.record import Record, replace
from netcost.source.problem import Problem, SpecError, Suggestion
from netcost.source.read_document import parse_document

MAX_TRIED = 40
"""Suggestions of a file that are tried; a person reads fewer."""

MAX_TRIED_BYTES = 2**16
"""Of a file; in a larger one suggestions are shown as they are."""

WORK = 60_000
"""Units of work for all of the trials together, as many as a few large networks take."""


class Tried(Record):
    """What came of reading a file once more.

    Args:
        problems: its faults.
        spent: units of work that it took.
        refused: whether it was left because it took too many.
    """

    problems: Sequence[Problem]
    spent: int
    refused: bool = False


Again = Callable[[str, bytes, int], Tried]
"""Reads everything once more with another text for the file at a path, by so many units of work."""


def proved(error: SpecError, files: Collection[str], again: Again) -> SpecError:
    """The same faults, with those hints that mend them.

    Args:
        error: the faults.
        files: paths of the files in which suggestions are followed; those for others stay as they are.
        again: reads them as they were read.
    """
    trial = _Trial(error, files, again)
    return SpecError([replace(each, hint=trial.hint(each)) for each in error.problems], error.sources)


class _Trial:
    """Trials of the hints of some files, which have so much work together."""

    def __init__(self, error: SpecError, files: Collection[str], again: Again) -> None:
        known = {path: lines for path, lines in error.sources.items() if path in files}
        self.files = {path: lines for path, lines in known.items() if sum(map(len, lines)) <= MAX_TRIED_BYTES}
        self.again = again
        self.left = WORK
        self.tried = 0

    def hint(self, problem: Problem) -> str | None:
        """The first of a problem's hints that mends it, or that cannot be tried."""
        hint: str | None = problem.hint
        while isinstance(hint, Suggestion) and not self._mends(hint, problem.place):
            hint = hint.otherwise or None
        return hint

    def _mends(self, hint: Suggestion, marked: Place) -> bool:
        place = hint.place or marked
        lines = self.files.get(place.path, ())
        if not 1 <= place.line <= len(lines):
            return True
        self.tried += 1
        if self.left <= 0 or self.tried > MAX_TRIED:
            return True
        text = "\n".join(hint.written(lines, marked)).encode(errors="replace")
        if not _is_yaml(text, place.path):
            return False
        tried = self.again(place.path, text, self.left)
        self.left -= tried.spent
        return tried.refused or not any(
            _is_about(each, place, len(hint.text)) for each in tried.problems if not each.lacking
        )


def _is_yaml(text: bytes, path: str) -> bool:
    try:
        parse_document(text, path)
    except SpecError:
        return False
    return True


def _is_about(problem: Problem, place: Place, width: int) -> bool:
    """Tell whether a problem is of a spot, or of what was written there first."""
    first = (each for each, text in problem.related if text in FIRST)
    return any(
        each.path == place.path
        and each.line == place.line
        and place.column <= each.column < place.column + max(1, width)
        for each in (problem.place, *first)
    )


FIRST = ("first given here", "first used here", "the first")
"""What is said of an earlier spot that a later one must not say again."""
