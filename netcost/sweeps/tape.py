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
        return self.node("constant", (kind(value),), kind, span_of([kind(value)]))


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
