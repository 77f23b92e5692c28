"""What rules compute, recorded: each operation a node of a tape, equal ones once."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from netcost.sweeps.span import SPANS, Span, span_of


class DivergedError(Exception):
    """The rules asked another question than before, though all answers were the same."""


class Node(NamedTuple):
    """One operation.

    Args:
        operation: a key of `COMPUTED`, `constant` or `argument`.
        operands: the nodes that it is applied to; the number itself of a constant, the place of an argument.
        kind: what it makes.
        span: what that can be.
    """

    operation: str
    operands: tuple[Any, ...]
    kind: type
    span: Span


class Tape:
    """The operations of all variants that have the same lists, texts and truth values.

    Args:
        arguments: the values of each number that varies.
    """

    def __init__(self, arguments: Sequence[Sequence[Any]]) -> None:
        self.nodes: list[Node] = []
        self._places: dict[tuple[Any, ...], int] = {}
        self._applied: dict[tuple[Any, ...], int] = {}
        for place, values in enumerate(arguments):
            self.node("argument", (place,), type(values[0]), span_of(values))

    def node(self, operation: str, operands: tuple[Any, ...], kind: type, span: Span | None = None) -> int:
        """The place of an operation; the same one for the same operation."""
        key = (operation, kind, *operands)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.nodes)
            found = span or SPANS[operation](*(self.nodes[each].span for each in operands))
            self.nodes.append(Node(operation, operands, kind, found))
        return place

    def constant(self, value: Any) -> int:
        """The place of a number that is the same for all variants."""
        kind = type(value) if type(value) in {bool, float} else int
        place = self._places.get(("constant", kind, value))
        if place is None:
            return self.node("constant", (kind(value),), kind, span_of([kind(value)]))
        return place

    def applied(self, operation: str, kind: type, *operands: int) -> int:
        """The place of what an operation makes of some nodes, perhaps by another operation or by none."""
        key = (operation, kind, *operands)
        place = self._applied.get(key)
        if place is None:
            simpler, places = self._simplified(operation, list(operands))
            place = places[0] if simpler == "same" else self.node(simpler, tuple(places), kind)
            self._applied[key] = place
        return place

    # -- the same in fewer operations; of whole numbers alone, as floats round after each

    def _simplified(self, operation: str, places: list[int]) -> tuple[str, list[int]]:
        nodes = self.nodes
        if any(nodes[place].kind is not int for place in places):
            return operation, places
        if operation == "neg":
            return self._of_negative(places)
        if operation == "sub" and nodes[places[1]].operation == "constant":
            operation, places = "add", [places[0], self.constant(-nodes[places[1]].operands[0])]
        if operation in {"add", "mul"}:
            places = sorted(places, key=lambda place: (nodes[place].operation == "constant", place))
        if operation in MERGED and nodes[places[1]].operation == "constant":
            return self._with_constant(operation, *places)
        return operation, places

    def _with_constant(self, operation: str, place: int, second: int) -> tuple[str, list[int]]:
        """`(x + c) + d` as `x + (c + d)`, and likewise for products and for quotients rounded down."""
        nodes = self.nodes
        merge, neutral = MERGED[operation]
        node, constant = nodes[place], nodes[second].operands[0]
        if node.operation == operation and nodes[node.operands[1]].operation == "constant":
            inner = nodes[node.operands[1]].operands[0]
            if operation != "floordiv" or (inner > 0 and constant > 0):
                place, constant = node.operands[0], merge(inner, constant)
        if constant == neutral:
            return "same", [place]
        return operation, [place, self.constant(constant)]

    def _of_negative(self, places: list[int]) -> tuple[str, list[int]]:
        """`-(-x // c)`, by which integers are divided and rounded up, as `(x + c - 1) // c`; `-(-x)` as `x`."""
        nodes = self.nodes
        node = nodes[places[0]]
        if node.operation == "neg":
            return "same", [node.operands[0]]
        if node.operation != "floordiv":
            return "neg", places
        inner, divisor = (nodes[place] for place in node.operands)
        if inner.operation != "neg" or divisor.operation != "constant" or divisor.operands[0] < 1:
            return "neg", places
        more = self.constant(divisor.operands[0] - 1)
        operation, added = self._with_constant("add", inner.operands[0], more)
        place = added[0] if operation == "same" else self.node(operation, tuple(added), int)
        return self._with_constant("floordiv", place, node.operands[1])


MERGED: Mapping[str, tuple[Callable[[int, int], int], int]] = {
    "add": (operator.add, 0),
    "mul": (operator.mul, 1),
    "floordiv": (operator.mul, 1),
}
"""Operations by two constants, one after the other, that are one by what is made of both; and by what nothing changes."""


def _raised(a: Any, b: Any) -> Any:
    return a**b


COMPUTED: Mapping[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "neg": operator.neg,
    "floordiv": operator.floordiv,
    "truediv": operator.truediv,
    "mod": operator.mod,
    "pow": _raised,
    "lt": operator.lt,
    "eq": operator.eq,
    "not": operator.not_,
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "select": lambda condition, then, otherwise: then if condition else otherwise,
    "max": max,
    "min": min,
    "trunc": math.trunc,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "abs": abs,
    "gcd": math.gcd,
    "isqrt": math.isqrt,
}
"""What each operation makes of plain numbers."""
