"""A fault on its way to the list of problems, and whatever notes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import ParamSpec, TypeVar

from netcost.place import Place
from netcost.source.problem import Problem, neighbours, one_of

MAX_PROBLEMS = 100
"""More than a person would read; a file of 100,000 faulty items is not looked at to its end."""

MAX_LISTED = 20


class Placed(Exception):  # noqa: N818  it carries a problem; the error that users see is SpecError
    """One problem, raised where it is found."""

    def __init__(
        self,
        place: Place,
        message: str,
        hint: str = "",
        related: tuple[tuple[Place, str], ...] = (),
        *,
        lacking: bool = False,
    ) -> None:
        super().__init__(message)
        self.problem = Problem(place, message, hint or None, related, lacking=lacking)


class Fault(Placed):
    """A problem that is noted where reading can go on."""


class Exhausted(Placed):
    """The spec asks for too much: nothing after it is looked at."""


class TooManyProblems(Exception):  # noqa: N818  a signal, never shown
    """Enough problems have been noted to stop looking."""


class Problems(list[Problem]):
    """The problems that have been noted, each once; a list that ends the reading when it is full."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[Place | tuple[Place, str]] = set()

    def append(self, problem: Problem) -> None:
        """Note one, unless it is known: told at the same place, as in a block that is called twice, or of a spelling.

        Raises:
            TooManyProblems: the list is full.
        """
        told = (problem.place, problem.message)
        if told in self._known or problem.place in self._known:
            return
        self._known.add(told)
        super().append(problem)
        if len(self) >= MAX_PROBLEMS:
            raise TooManyProblems

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several, one by one."""
        for problem in problems:
            self.append(problem)

    def instead(self, problem: Problem) -> None:
        """Note one in place of all that was said of its spot."""
        self[:] = [each for each in self if each.place != problem.place]
        self._known.add(problem.place)
        super().append(problem)

    def refuse(self, refused: Iterable[Problem]) -> None:
        """Note what is refused as it is written: what else would be said of the same spots follows from it."""
        found = list(refused)
        self.extend(found)
        self._known.update(each.place for each in found)


def meant(word: str, known: Collection[str], otherwise: str = "", place: Place | None = None) -> str:
    """The hint for an unknown word: what was probably meant, else what to write, else what there is.

    The place is that of the word, where what is marked is more.
    """
    if not otherwise and known:
        otherwise = f"there {'are' if len(known) > 1 else 'is only'} {choices(known)}"
    return one_of(neighbours(word, known), otherwise, place)


def choices(names: Collection[str]) -> str:
    """Names with commas between them; of very many, the first."""
    more = ", ..." if len(names) > MAX_LISTED else ""
    return ", ".join(islice(names, MAX_LISTED)) + more


Read = TypeVar("Read")
Given = ParamSpec("Given")


class Noting:
    """Whatever notes the faults of what it reads.

    Args:
        problems: where faults are noted.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self._sound = True
        """No fault of the item that is being read has been noted; those of items inside it are their own."""

    def _note(self, fault: Fault) -> None:
        self.problems.append(fault.problem)
        self._sound = False

    def _noting(self, read: Callable[Given, Read], *args: Given.args, **kwargs: Given.kwargs) -> Read | None:
        """What a function reads, or nothing after a fault, which is noted."""
        try:
            return read(*args, **kwargs)
        except Fault as fault:
            self._note(fault)
            return None

    def _note_all(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self._note(fault)
