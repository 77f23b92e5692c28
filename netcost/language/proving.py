"""Suggestions are tried before they are shown: one that would only make another fault gives way to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netcost.language.work import Work
from netcost.place import Place
from netcost.record import replace
from netcost.source.document import Document
from netcost.source.problem import Problem, SpecError
from netcost.source.read_document import parse_document
from netcost.source.suggestion import Suggestion

MAX_TRIED = 40
"""Suggestions of a spec that are tried; a person reads fewer."""

MAX_TRIED_BYTES = 2**16
"""Of a file; in a larger one suggestions are shown as they are."""

WORK = 60_000
"""Units of work for all of the trials together, as many as a few large networks take."""

Again = Callable[[Document, Work], object]
"""Reads a spec once more; a SpecError holds its faults."""


def proved(error: SpecError, document: Document, again: Again) -> SpecError:
    """The same faults, with those hints that mend them.

    Args:
        error: the faults.
        document: the file in which suggestions are followed; those for other files stay as they are.
        again: reads it as it was read.
    """
    if document.size > MAX_TRIED_BYTES:
        return error
    trial = _Trial(document, again)
    return SpecError([replace(each, hint=trial.hint(each)) for each in error.problems], error.sources)


def blamed(sound: Callable[[], object]) -> bool:
    """Tell whether a spec is sound without what was changed about it."""
    try:
        sound()
    except SpecError:
        return False
    return True


class _Trial:
    """Trials of the hints of one spec, which have so much work together."""

    def __init__(self, document: Document, again: Again) -> None:
        self.document = document
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
        lines = self.document.lines
        if place.path != self.document.path or not 1 <= place.line <= len(lines):
            return True
        self.tried += 1
        if self.left <= 0 or self.tried > MAX_TRIED:
            return True
        work = Work(left=self.left)
        problems = self._problems(hint.written(lines, marked), work)
        self.left -= work.spent
        return work.refused or not any(
            _is_about(each, place, len(hint.text)) for each in problems if not each.lacking
        )

    def _problems(self, lines: Sequence[str], work: Work) -> Sequence[Problem]:
        try:
            self.again(parse_document("\n".join(lines).encode(errors="replace"), self.document.path), work)
        except SpecError as error:
            return error.problems
        return ()


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
