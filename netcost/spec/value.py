"""Values of a spec that may be expressions: read once, evaluated wherever the names have values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from netcost.spec.document import Node, Scalar, Sequence
from netcost.spec.expression import Expression, ExpressionError, parse
from netcost.spec.fault import Fault

Names: TypeAlias = Mapping[str, object]
Evaluator: TypeAlias = Callable[[Names], object]


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
        items = [read_value(item, words, literal=literal) for item in node]
        names = frozenset[str]().union(*(item.names for item in items))
        if not names:
            return _constant(node, [item.constant for item in items])
        return Value(node, names, lambda known: [item.evaluate(known) for item in items])
    raise Fault(node.place, "expected a value, got a mapping")


def _read_scalar(node: Scalar, words: tuple[str, ...], *, literal: bool) -> Value:
    text = node.value
    if not isinstance(text, str) or literal or text in words:
        return _constant(node, text)
    try:
        expression = parse(text)
    except ExpressionError as error:
        raise expression_fault(node, error) from None
    value = Value(node, expression.names, _evaluator(node, expression))
    if not expression.names:
        value.constant = value.evaluate({})
    return value


def _constant(node: Node, constant: object) -> Value:
    return Value(node, frozenset(), lambda _: constant, constant)


def _evaluator(node: Scalar, expression: Expression) -> Evaluator:
    def evaluate(known: Names) -> object:
        try:
            return expression.evaluate(known)  # type: ignore[arg-type]
        except ExpressionError as error:
            raise expression_fault(node, error) from None

    return evaluate


def expression_fault(node: Scalar, error: ExpressionError) -> Fault:
    """Place an expression's fault in its file."""
    return Fault(node.part(error.offset, error.width), error.message, error.hint or "")
