"""Give names to what a long formula repeats, so that it can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from netcost.traced import Step

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST = 90
"""Characters of a formula that is still read as it is."""


class Abbreviations:
    """Names for parts of formulas; the same part keeps its name in the formulas that follow."""

    def __init__(self, taken: Iterable[str]) -> None:
        """Leave names alone that already mean something."""
        taken = set(taken)
        self._free = (letter for letter in LETTERS if letter not in taken)
        self._named: dict[str, Step] = {}

    def of(self, step: Step) -> tuple[list[tuple[str, Step]], Step]:
        """Name the parts that a long formula has more than once, those first that save most room.

        Returns:
            The parts that have not been named before, and the formula in terms of all of them.
        """
        new: list[tuple[str, Step]] = []
        for words, name in self._named.items():
            step = _replaced(step, words, name) if _is_long(step) else step
        while _is_long(step) and (part := _most_repeated(step)) is not None:
            name = Step(part.value, next(self._free))
            new.append((name.word, part))
            self._named[part.written(words=True)] = name
            step = _replaced(step, part.written(words=True), name)
        return new, step


def _is_long(step: Step) -> bool:
    return len(step.written(words=True)) > LONGEST


def _parts(step: Step) -> Iterator[Step]:
    """All steps of a derivation, itself included."""
    yield step
    for part in (step.left, step.right):
        if part is not None:
            yield from _parts(part)


def _most_repeated(step: Step) -> Step | None:
    """The calculation whose repetitions take most room; None if there are no repetitions."""
    parts = {part.written(words=True): part for part in _parts(step) if part.left is not None}
    times = Counter(part.written(words=True) for part in _parts(step) if part.left is not None)
    saved = {words: (times[words] - 1) * len(words) for words in parts}
    best = max(saved, key=lambda words: saved[words])
    return parts[best] if saved[best] else None


def _replaced(step: Step, words: str, name: Step) -> Step:
    """The derivation with a name in place of a calculation."""
    if step.left is None:
        return step
    if step.written(words=True) == words:
        return name
    left = _replaced(step.left, words, name)
    right = step.right if step.right is None else _replaced(step.right, words, name)
    return step._replace(left=left, right=right)
