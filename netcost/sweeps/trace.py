"""One run of the rules, for one variant: which operations it does, and what it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from netcost.sweeps.groups import Slot
from netcost.sweeps.repeats import Unbuilt
from netcost.sweeps.span import Span, span_of
from netcost.sweeps.symbol import RECORDED, Symbol, value_of
from netcost.sweeps.tape import COMPUTED, DivergedError, Tape


class Trace:
    """One run of the rules, for the variant at hand.

    Args:
        tape: what it is recorded on.
        values: the numbers that vary, of the variant.
        slot: where its first question stands among those of other variants.
        folds: whether repetitions that are alike need not all be built.
    """

    def __init__(self, tape: Tape, values: Sequence[Any], slot: Slot, *, folds: bool = False) -> None:
        self.tape = tape
        self.slot = slot
        self.values = values
        self.folds = folds
        self.unbuilt = Unbuilt()
        self.times: dict[str, Any] = {}
        """How many layers a layer stands for, by its name; those that stand for themselves are left out."""
        self.answers: dict[int, Any] = {}
        self.path: list[tuple[int, Any]] = []
        """The questions, and what the variant answered."""

    @property
    def arguments(self) -> list[Any]:
        """The numbers that vary, as rules get them; one that does not vary is plain."""
        return [self.number(place, value) for place, value in enumerate(self.values)]

    def number(self, place: int, value: Any) -> Any:
        """What a node makes, as a number; a plain one if it is the same for all variants."""
        span = self.tape.nodes[place].span
        if span.is_point and isinstance(value, int):
            return value
        return Symbol(self, place, value)

    def ask(self, place: int, answer: Any) -> Any:
        """Record a question, and what the variant answers."""
        if place in self.answers:
            return self.answers[place]
        self.answers[place] = answer
        self.path.append((place, answer))
        self.slot = self.slot.after(place, answer)
        return answer

    def span(self, place: int) -> Span:
        """What a node can be, as far as the questions before tell."""
        found = self.answers.get(place)
        return self.tape.nodes[place].span if found is None else span_of([found])

    def place(self, number: Any) -> int:
        """Where a number comes from.

        Raises:
            DivergedError: it comes from another run.
        """
        if type(number) in RECORDED:
            if number.trace is not self:
                raise DivergedError
            found: int = number.place
            return found
        return self.tape.constant(number)

    def apply(self, operation: str, *numbers: Any) -> Any:
        """What an operation makes of some numbers."""
        value = COMPUTED[operation](*map(value_of, numbers))
        return self.number(self.tape.applied(operation, type(value), *map(self.place, numbers)), value)
