"""Variants that answer all questions alike, and where the others go: a tree of questions with a program at each end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from netcost.sweeps.symbol import MARK, MARKED
from netcost.sweeps.tape import DivergedError, Tape


class Made(NamedTuple):
    """A number that a node makes."""

    place: int


class Template:
    """A text with numbers in it.

    Args:
        text: the text, with a mark where a number of the variant is put.

    Raises:
        ValueError: a mark of it is torn.
    """

    def __init__(self, text: str) -> None:
        first, *rest = MARKED.split(text)
        self.made = [Made(int(place)) for place in rest[::3]]
        self._forms = rest[1::3]
        self._between = [first, *rest[2::3]]
        if any(MARK in between for between in self._between):
            raise ValueError("a mark is torn")

    def filled(self, numbers: Sequence[Any]) -> str:
        """The text of a variant."""
        filled = [self._between[0]]
        for number, form, text in zip(numbers, self._forms, self._between[1:], strict=True):
            filled += [format(number, form), text]
        return "".join(filled)


class Group:
    """All variants that answer some questions alike.

    Args:
        tape: the nodes that are meant.
        path: the questions, each with the answer.
        results: a number for each metric, or the node that makes it; None where it is not known.
        refusal: why they are no networks; None where they are.
        plain: each of them has to be worked out by itself.
    """

    def __init__(
        self,
        tape: Tape,
        path: Sequence[tuple[int, Any]],
        results: Mapping[str, Any] | None = None,
        refusal: Template | None = None,
        *,
        plain: bool = False,
    ) -> None:
        self.tape = tape
        self.path = path
        self.results = results or {}
        self.refusal = refusal
        self.plain = plain
        self.programs: dict[object, Any] = {}
        """What works them out, by the back end, and for arrays by how many numbers belong to lines of tables."""

    @property
    def made(self) -> list[int]:
        """The nodes that are asked for, in order."""
        wanted = self.refusal.made if self.refusal else self.results.values()
        return [each.place for each in wanted if isinstance(each, Made)]

    @property
    def places(self) -> list[int]:
        """The nodes that are asked about, then those that are asked for."""
        return [place for place, _ in self.path] + self.made


class Slot:
    """A place in the tree: a question with what follows each answer, a group, or nothing yet."""

    __slots__ = ("after_answer", "group", "question")

    def __init__(self) -> None:
        self.question: int | None = None
        self.after_answer: dict[Any, Slot] = {}
        self.group: Group | None = None

    def after(self, question: int, answer: Any) -> Slot:
        """What follows an answer.

        Raises:
            DivergedError: another question stands here, or none.
        """
        if self.group or self.question not in {None, question}:
            raise DivergedError
        self.question = question
        return self.after_answer.setdefault(answer, Slot())

    def first(self) -> Group | None:
        """The group that was found first of those below."""
        slot = self
        while slot.group is None and slot.after_answer:
            slot = next(iter(slot.after_answer.values()))
        return slot.group

    def beside(self, path: Sequence[tuple[int, Any]], position: int, answer: Any) -> Group | None:
        """A group whose path is the same up to a question, and goes on with another answer to it."""
        slot: Slot | None = self
        for given in (*(given for _, given in path[:position]), answer):
            slot = slot.after_answer.get(given) if slot else None
        return slot.first() if slot else None
