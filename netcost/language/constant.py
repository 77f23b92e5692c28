"""Values of a spec as constants, which the others are made of, and how much they may hold."""

from __future__ import annotations

from netcost.language.scope import NO_NAMES, Scope
from netcost.source.document import YamlNode
from netcost.source.fault import Fault

MAX_LIST = 1_000
MAX_LIST_DEPTH = 8


class Value:
    """A node of the spec as a value: a constant here, or what one of the classes below works out.

    Args:
        node: the node.
        constant: the value, if it needs no names.
        names: the names it needs; a value without names is constant.
        cost: units of work to evaluate it once; nothing for a constant.
    """

    __slots__ = ("constant", "cost", "names", "node")

    def __init__(
        self, node: YamlNode, constant: object = None, names: frozenset[str] = NO_NAMES, cost: int = 0
    ) -> None:
        self.node = node
        self.constant = constant
        self.names = names
        self.cost = cost

    def evaluate(self, known: Scope) -> object:
        """What it comes to where the names have values.

        Raises:
            Fault: the expression has no value.
        """
        del known
        return self.constant


def bounded(values: list[object], node: YamlNode) -> list[object]:
    """The list, unless it is too large; lists made of lists made of lists grow without end.

    Raises:
        Fault: too many values, or lists in lists too deeply.
    """
    if weight(values) > MAX_LIST:
        raise too_long(node)
    return values


def too_long(node: YamlNode) -> Fault:
    """Say that a list is too long."""
    return Fault(
        node.place,
        f"this list holds more than {MAX_LIST:,} values, or lists more than {MAX_LIST_DEPTH} deep",
    )


def weight(value: object, depth: int = MAX_LIST_DEPTH) -> int:
    """How many values there are in a list, counted until they are too many."""
    if not isinstance(value, (list, tuple)):
        return 1
    total = 0 if depth else MAX_LIST + 1
    for item in value:
        if total > MAX_LIST:
            break
        total += weight(item, depth - 1)
    return total
