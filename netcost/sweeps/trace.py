"""One run of the rules, for one variant: which operations it does, and what it is asked."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netcost.sweeps.groups import Slot
from netcost.sweeps.repeats import Unbuilt
from netcost.sweeps.span import Span, span_of
from netcost.sweeps.symbol import Symbol, Truth, value_of
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
        if type(number) in {Symbol, Truth}:
            if number.trace is not self:
                raise DivergedError
            found: int = number.place
            return found
        return self.tape.constant(number)

    def apply(self, operation: str, *numbers: Any) -> Any:
        """What an operation makes of some numbers."""
        value = COMPUTED[operation](*map(value_of, numbers))
        places = [self.place(number) for number in numbers]
        operation, places = self._simplified(operation, places)
        if operation == "same":
            return self.number(places[0], value)
        return self.number(self.tape.node(operation, tuple(places), type(value)), value)

    # -- the same in fewer operations; of whole numbers alone, as floats round after each

    def _simplified(self, operation: str, places: list[int]) -> tuple[str, list[int]]:
        nodes = self.tape.nodes
        if any(nodes[place].kind is not int for place in places):
            return operation, places
        if operation == "neg":
            return self._of_negative(places)
        if operation == "sub" and nodes[places[1]].operation == "constant":
            operation, places = "add", [places[0], self.tape.constant(-nodes[places[1]].operands[0])]
        if operation in {"add", "mul"}:
            places = sorted(places, key=lambda place: (nodes[place].operation == "constant", place))
        if operation in MERGED and nodes[places[1]].operation == "constant":
            return self._with_constant(operation, *places)
        return operation, places

    def _with_constant(self, operation: str, place: int, second: int) -> tuple[str, list[int]]:
        """`(x + c) + d` as `x + (c + d)`, and likewise for products and for quotients rounded down."""
        nodes = self.tape.nodes
        merge, neutral = MERGED[operation]
        node, constant = nodes[place], nodes[second].operands[0]
        if node.operation == operation and nodes[node.operands[1]].operation == "constant":
            inner = nodes[node.operands[1]].operands[0]
            if operation != "floordiv" or (inner > 0 and constant > 0):
                place, constant = node.operands[0], merge(inner, constant)
        if constant == neutral:
            return "same", [place]
        return operation, [place, self.tape.constant(constant)]

    def _of_negative(self, places: list[int]) -> tuple[str, list[int]]:
        """`-(-x // c)`, by which integers are divided and rounded up, as `(x + c - 1) // c`; `-(-x)` as `x`."""
        nodes = self.tape.nodes
        node = nodes[places[0]]
        if node.operation == "neg":
            return "same", [node.operands[0]]
        if node.operation != "floordiv":
            return "neg", places
        inner, divisor = (nodes[place] for place in node.operands)
        if inner.operation != "neg" or divisor.operation != "constant" or divisor.operands[0] < 1:
            return "neg", places
        more = self.tape.constant(divisor.operands[0] - 1)
        operation, added = self._with_constant("add", inner.operands[0], more)
        place = added[0] if operation == "same" else self.tape.node(operation, tuple(added), int)
        return self._with_constant("floordiv", place, node.operands[1])


MERGED: Mapping[str, tuple[Callable[[int, int], int], int]] = {
    "add": (operator.add, 0),
    "mul": (operator.mul, 1),
    "floordiv": (operator.mul, 1),
}
"""Operations by two constants, one after the other, that are one by what is made of both; and by what nothing changes."""
