"""Values of a spec that may be expressions: read once, evaluated wherever the names have values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from netcost.integers import BOUND
from netcost.language.constant import MAX_LIST, Value, bounded, too_long, weight
from netcost.language.scope import NO_NAMES, Scope
from netcost.language.work import Work
from netcost.layers.values import ValueType, is_whole, whole
from netcost.place import Place
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, refuse_keys
from netcost.source.fault import Fault
from netcost.source.problem import write
from netcost.wording import shown

ANY = -1
"""What says elsewhere that a number follows from others."""

NO_PARTS: Mapping[str, ValueType] = {}

SCOPES_A_UNIT = 16


class _List(Value):
    """A list of values, some of which need names."""

    __slots__ = ("items",)

    def __init__(self, node: SequenceNode, items: list[Value]) -> None:
        super().__init__(node, names=_names_of(items), cost=_cost_of(items))
        self.items = items

    def evaluate(self, known: Scope) -> object:
        return bounded([item.evaluate(known) for item in self.items], self.node)


class _Mapping(Value):
    """A mapping of values, some of which need names."""

    __slots__ = ("parts",)

    def __init__(self, node: MappingNode, parts: Mapping[str, Value]) -> None:
        super().__init__(node, names=_names_of(parts.values()), cost=_cost_of(parts.values()))
        self.parts = parts

    def evaluate(self, known: Scope) -> object:
        return {name: each.evaluate(known) for name, each in self.parts.items()}


def _names_of(values: Iterable[Value]) -> frozenset[str]:
    return NO_NAMES.union(*(each.names for each in values))


def _cost_of(values: Iterable[Value]) -> int:
    return 1 + sum(each.cost for each in values)


def read_value(
    node: YamlNode,
    work: Work,
    words: tuple[str, ...] = (),
    *,
    literal: bool = False,
    parts: Mapping[str, ValueType] = NO_PARTS,
) -> Value:
    """Read a node as a value.

    Args:
        node: a scalar, a list of values, or a mapping of them.
        work: what the reading has done so far.
        words: text that stands for itself.
        literal: true if all text stands for itself.
        parts: the kinds of a mapping's values by their keys; none where a mapping is no value.

    Raises:
        Fault: a mapping where another value is needed, an unknown key in one, or a faulty expression.
    """
    if isinstance(node, Scalar):
        return own_value(node, work) or _read_text(node, work, words, literal=literal)
    if isinstance(node, SequenceNode):
        return _read_list(node, work, words, literal=literal)
    if not parts:
        raise Fault(node.place, "expected a value, got a mapping")
    return _read_mapping(node, work, parts)


def whole_number(value: object, least: int, place: Place, what: str = "") -> int:
    """A number that must be whole, however it is written: `8`, `8.0` or an expression.

    Raises:
        Fault: it has a fraction, is less than that, or is no number.
    """
    number = whole(value)
    if isinstance(number, int) and is_whole(number, least):
        return number
    message = f"{what}expected a whole number of at least {least}, got {shown(number)}"
    raise Fault(place, message, _whole_meant(number, least))


def _whole_meant(number: object, least: int) -> str:
    """The hint for what is no such number: the one without its sign or its fraction, or any."""
    example = f"write {least} or more"
    if isinstance(number, list) and len(number) == 1:
        return _whole_meant(number[0], least)
    if number == ANY:
        return f"-1 stands for no number here: {example}"
    if isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < BOUND:
        near = abs(int(number))
        return write(str(near), example) if near >= least else example
    return example


def evaluated(value: Value, known: Scope, work: Work) -> object:
    """Evaluate a value, and count the work that it takes.

    Raises:
        Fault: the expression has no value.
    """
    if not value.names:
        return value.constant
    work.spend(value.cost + reach(value.names, known), value.node)
    found = value.evaluate(known)
    if isinstance(found, list):
        work.spend(weight(found), value.node)
    return found


def reach(names: Collection[str], known: Scope) -> int:
    """Units of work to look names up through the scopes around an item."""
    return len(names) * known.depth // SCOPES_A_UNIT


def _read_list(node: SequenceNode, work: Work, words: tuple[str, ...], *, literal: bool) -> Value:
    if len(node) > MAX_LIST:
        raise too_long(node)
    work.spend(1, node)
    items = [read_value(item, work, words, literal=literal) for item in node]
    if any(item.names for item in items):
        return _List(node, items)
    return Value(node, bounded([item.constant for item in items], node))


def _read_mapping(node: MappingNode, work: Work, parts: Mapping[str, ValueType]) -> Value:
    refuse_keys(list(node), "this mapping", tuple(parts))
    work.spend(1, node)
    values: dict[str, Value] = {}
    for key, each in node:
        part = parts[key.text]
        values[key.text] = read_value(each, work, part.words, literal=part.literal, parts=part.parts)
    if any(each.names for each in values.values()):
        return _Mapping(node, values)
    return Value(node, {name: each.constant for name, each in values.items()})


def own_value(node: Scalar, work: Work) -> Value | None:
    """A scalar that is no text as a value; nothing if it is one."""
    value = node.value
    if isinstance(value, str):
        return None
    work.spend(1, node)
    return Value(node, value)


def _read_text(node: Scalar, work: Work, words: tuple[str, ...], *, literal: bool) -> Value:
    text = cast("str", node.value)
    work.spend(1, node)
    if literal or text in words:
        return Value(node, text)
    from netcost.language.formula import formula  # many a spec has none

    return formula(node, text, words, work)
