"""Values of a spec that may be expressions: read once, evaluated wherever the names have values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from netcost.spec.document import Node, Scalar, Sequence
from netcost.spec.expression import Expression, ExpressionError, parse
from netcost.spec.fault import Fault, meant

Names: TypeAlias = Mapping[str, object]
Evaluator: TypeAlias = Callable[[Names], object]

MAX_LIST = 1_000
MAX_LIST_DEPTH = 8


class Value:
    """A node of the spec as a value: a constant, an expression, or a list of values."""

    __slots__ = ("constant", "evaluate", "names", "node")

    def __init__(
        self, node: Node, names: frozenset[str], evaluate: Evaluator, constant: object = None
    ) -> None:
        self.node = node
        self.names = names
        """The names it needs; a value without names is constant."""
        self.evaluate = evaluate
        self.constant = constant

    @property
    def is_constant(self) -> bool:
        """True if it needs no names."""
        return not self.names


def read_value(node: Node, words: tuple[str, ...] = (), *, literal: bool = False) -> Value:
    """Read a node as a value.

    Args:
        node: a scalar, or a list of values.
        words: text that stands for itself.
        literal: true if all text stands for itself.

    Raises:
        Fault: a mapping where a value is needed, or a faulty expression.
    """
    if isinstance(node, Scalar):
        return _read_scalar(node, words, literal=literal)
    if isinstance(node, Sequence):
        return _read_list(node, words, literal=literal)
    raise Fault(node.place, "expected a value, got a mapping")


def _read_list(node: Sequence, words: tuple[str, ...], *, literal: bool) -> Value:
    items = [read_value(item, words, literal=literal) for item in node]
    names = frozenset[str]().union(*(item.names for item in items))
    if not names:
        return _constant(node, _bounded([item.constant for item in items], node))
    return Value(node, names, lambda known: _bounded([item.evaluate(known) for item in items], node))


def _bounded(values: list[object], node: Node) -> list[object]:
    """The list, unless it is too large; lists made of lists made of lists grow without end.

    Raises:
        Fault: too many values, or lists in lists too deeply.
    """
    if _weight(values, MAX_LIST_DEPTH) > MAX_LIST:
        raise Fault(
            node.place,
            f"this list holds more than {MAX_LIST:,} values, or lists more than {MAX_LIST_DEPTH} deep",
        )
    return values


def _weight(value: object, depth: int) -> int:
    """How many values there are in a list, counted until they are too many."""
    if not isinstance(value, list):
        return 1
    total = 0 if depth else MAX_LIST + 1
    for item in value:
        if total > MAX_LIST:
            break
        total += _weight(item, depth - 1)
    return total


def _read_scalar(node: Scalar, words: tuple[str, ...], *, literal: bool) -> Value:
    text = node.value
    if not isinstance(text, str) or literal or text in words:
        return _constant(node, text)
    try:
        expression = parse(text)
    except ExpressionError as error:
        raise expression_fault(node, error) from None
    value = Value(node, expression.names, _evaluator(node, expression, words))
    if not expression.names:
        value.constant = value.evaluate({})
    return value


def _constant(node: Node, constant: object) -> Value:
    return Value(node, frozenset(), lambda _: constant, constant)


def _evaluator(node: Scalar, expression: Expression, words: tuple[str, ...]) -> Evaluator:
    def evaluate(known: Names) -> object:
        try:
            return expression.evaluate(known)  # type: ignore[arg-type]
        except ExpressionError as error:
            is_word = len(words) > 1 and node.text in expression.names
            raise expression_fault(node, error, meant(node.text, words) if is_word else "") from None

    return evaluate


def expression_fault(node: Scalar, error: ExpressionError, hint: str = "") -> Fault:
    """Place an expression's fault in its file."""
    return Fault(node.part(error.offset, error.width), error.message, error.hint or hint)
