"""How to make a layer: its type, and values for its fields that may depend on names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from netcost.integers import are_plain, identity
from netcost.language.constant import Value, weight
from netcost.language.scope import NO_NAMES, NOTHING_KNOWN, Lost, Scope
from netcost.language.value import reach
from netcost.language.work import Work
from netcost.layers.layer import Layer
from netcost.layers.refusals import LayerError
from netcost.layers.values import Either, Pads, ValueType, Whole, Wholes, whole
from netcost.place import Place
from netcost.source.document import MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault

if TYPE_CHECKING:
    from netcost.language.work import Somewhere


class Recipe:
    """A layer type and the values of its fields: makes the layer once the names in them have values.

    `faults` are those of the fields as they are written; with them, no layer can be made.

    Args:
        kind: the layer type.
        head: where it is asked for.
        values: what is given, by the fields' own names.
        implied: what the head stands for, by the fields' own names.
    """

    __slots__ = (
        "_cost",
        "_sort",
        "constant",
        "faults",
        "head",
        "implied",
        "kind",
        "names",
        "values",
    )

    def __init__(
        self,
        kind: type[Layer],
        head: Scalar,
        values: Mapping[str, Value],
        implied: Mapping[str, object],
    ) -> None:
        self.faults: Sequence[Fault] = ()
        self.kind = kind
        self.head = head
        self.values = values
        self.implied = implied
        self.names = NO_NAMES
        self._cost = 0
        for value in values.values():
            if value.names:
                self.names |= value.names
            self._cost += value.cost
        self._sort = (kind, *implied.items(), *values)
        self.constant: Layer | None = None
        """The layer, once it is made, if it needs no names."""

    def make(self, known: Scope, work: Work, at: Somewhere | None = None) -> Layer:
        """Make the layer, for an item elsewhere too; equal values give the same object, whichever item asks for it.

        Args:
            known: the values of names.
            work: counts what it takes, and knows the layers that there are.
            at: the item that asks for it.

        Raises:
            Fault: a value of the wrong kind, or fields that contradict one another.
        """
        if self.faults:
            raise self.faults[0]
        if self.constant is not None:
            return self.constant
        where = at or self.head
        if not self.names:
            self.constant, _ = self._made(known, work, where)
            return self.constant
        work.spend(self._cost + reach(self.names, known), where)
        seen = _seen(self.names, known)
        made = work.made.get((self, seen)) if seen else None
        if made is not None:
            layer, units = made
            work.spend(units, where)
            return layer
        made = self._made(known, work, where)
        if seen:
            work.made[self, seen] = made
        return made[0]

    def _made(self, known: Scope, work: Work, where: Somewhere) -> tuple[Layer, int]:
        """The layer where names have values, and the units of work that the lists in it count as."""
        values = [value.evaluate(known) if value.names else value.constant for value in self.values.values()]
        key, units = (self._sort, *values), 0
        if not are_plain(values):
            values = list(map(_hashable, values))
            lists = [value for value in values if type(value) is tuple]
            units = weight(lists) if lists else 0
            work.spend(units, where)
            key = (self._sort, *map(_told_apart, values))
        layer = work.layers.get(key)
        if layer is None:
            layer = work.layers[key] = self._build(values)
        return layer, units

    def _build(self, values: Sequence[object]) -> Layer:
        arguments = dict(self.implied)
        for name, value in zip(self.values, values, strict=True):
            arguments[name] = value if type(value) is int else self._as_declared(name, value)
        try:
            return self.kind(**arguments)
        except LayerError as error:
            raise Fault(self.place_of(error.field), error.message, error.hint) from None

    def constant_faults(self, work: Work) -> list[Fault]:
        """What is wrong with the values that are known before it runs: each by itself, or else all together."""
        if self.faults:
            return list(self.field_faults(constant_of))
        if self.names:
            return []
        try:
            self.make(NOTHING_KNOWN, work)
        except Fault as fault:
            return list(self.field_faults(constant_of)) or [fault]
        return []

    def field_faults(self, evaluate: Callable[[Value], object]) -> Iterator[Fault]:
        """What is wrong with the values of the fields, each by itself; those that are lost are left out."""
        for name, value in self.values.items():
            try:
                found = self._as_declared(name, _hashable(evaluate(value)))
            except Lost:
                continue
            except Fault as fault:
                yield fault
                continue
            try:
                self.kind.fields[name].check(found)
            except LayerError as error:
                yield Fault(self.place_of(error.field), error.message, error.hint or self._hint(name, found))

    def place_of(self, field: str) -> Place:
        """Where the value of a field, or of a part of one, stands; the head if the spec does not give it."""
        name, _, part = field.partition(".")
        if name not in self.values:
            return self.head.place
        return _part_of(self.values[name].node, part).place

    def _hint(self, name: str, found: object) -> str:
        from netcost.language.mended import mended

        value = self.values[name]
        is_written = isinstance(value.node, Scalar) and not value.names
        return mended(self.kind.fields[name], found, is_written=is_written)

    def _as_declared(self, name: str, value: object) -> object:
        """The value with integral floats as integers where integers are wanted, and its parts by their names.

        Raises:
            Fault: a result with a fraction where a whole number is wanted.
        """
        kind, node = self.kind.fields[name].type, self.values[name].node
        if not isinstance(value, Parts):
            return _whole_if_possible(value, kind, node, name)
        return {
            part: _whole_if_possible(each, kind.parts[part], _part_of(node, part), f"{name}.{part}")
            for part, each in value
        }


class Parts(tuple[tuple[str, object], ...]):
    """A mapping as something that can be told apart from others by its values."""

    __slots__ = ()


def constant_of(value: Value) -> object:
    """The value as far as it depends on no names.

    Raises:
        Lost: it depends on names.
    """
    if value.names:
        raise Lost
    return value.constant


def _seen(names: Collection[str], known: Scope) -> tuple[object, ...]:
    """The values that names have, if each has a plain number: equal ones make equal layers; else nothing."""
    try:
        values = tuple([known[name] for name in names])
    except (KeyError, Lost):  # an expression that needs the name says so
        return ()
    return values if are_plain(values) else ()


def _hashable(value: object) -> object:
    if type(value) is int:
        return value
    if isinstance(value, list):
        return tuple(_hashable(item) for item in value)
    if isinstance(value, dict):
        return Parts((name, _hashable(each)) for name, each in value.items())
    return value


def _told_apart(value: object) -> object:
    """A value as a key, and each value in a list: 1, 1.0 and true are equal, and not the same to a field."""
    if type(value) is int:
        return value
    if isinstance(value, tuple):
        return tuple([_told_apart(item) for item in value])
    return type(value), identity(value)


def _part_of(node: YamlNode, part: str) -> YamlNode:
    """The node of a part of a mapping; the node itself where it has no such part."""
    return (node.get(part) or node) if part and isinstance(node, MappingNode) else node


def _whole_if_possible(value: object, kind: ValueType, node: YamlNode, name: str) -> object:
    form = kind.among(Wholes if isinstance(value, tuple) else Whole) if isinstance(kind, Either) else kind
    if not isinstance(form, (Whole, Wholes, Pads)):
        return value
    if isinstance(value, tuple):
        return tuple(_whole_if_possible(item, kind, node, name) for item in value)
    number = whole(value)
    if not isinstance(number, float):
        return number
    where = f"`{node.text}` is {number:g}, " if isinstance(node, Scalar) and node.text != str(number) else ""
    raise Fault(
        node.place,
        f"{name}: {where}expected {kind.described}" + ("" if where else f", got {number:g}"),
        "use `round(...)` or `make_divisible(...)`",
    )
