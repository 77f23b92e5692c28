"""A layer's declared fields from a positioned mapping: aliases, defaults, checks, did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from netcost.layers import HEADS, all_types, find
from netcost.layers.layer import Declared, Layer
from netcost.layers.refusals import LayerError
from netcost.layers.values import Pads, Whole, Wholes, whole
from netcost.place import Place
from netcost.spec.document import KeyValue, MappingNode, Scalar
from netcost.spec.fault import Fault, meant
from netcost.spec.problem import Problem, nearest
from netcost.spec.scope import Scope
from netcost.spec.value import Value, reach, read_value, weight
from netcost.spec.work import Work

TOP_LEVEL_KEYS = (
    *("netcost", "name", "note", "params", "variants", "input", "inputs", "batch", "dtype"),
    *("defaults", "imports", "blocks", "layers", "outputs", "budget"),
)
STRUCTURES = ("residual", "seq", "let")
"""Heads that arrange layers and are none."""

COMMON_KEYS = ("name", "repeat", "from", "first", "share", "frozen", "training_only", "dtype", "note", "if")
CANCEL = "none"


class Field(NamedTuple):
    """One declared field with the value that a spec gives it."""

    declared: Declared
    key: Scalar
    value: Value


class Recipe:
    """A layer type and the values of its fields: makes the layer once the names in them have values."""

    __slots__ = ("_constant", "_cost", "_sort", "_work", "fields", "head", "implied", "kind", "names")

    def __init__(
        self, kind: type[Layer], head: Scalar, fields: list[Field], implied: Mapping[str, object], work: Work
    ) -> None:
        self.kind = kind
        self.head = head
        self.fields = fields
        self.implied = implied
        self.names = frozenset[str]().union(*(field.value.names for field in fields))
        self._work = work
        self._cost = sum(field.value.cost for field in fields)
        self._sort = (kind, tuple(implied.items()), tuple([field.declared.name for field in fields]))
        self._constant: Layer | None = None

    def make(self, known: Scope) -> Layer:
        """Make the layer; equal values give the same object, whichever item asks for it.

        Raises:
            Fault: a value of the wrong kind, or fields that contradict one another.
        """
        if self._constant is not None:
            return self._constant
        if self.names:
            self._work.spend(self._cost + reach(self.names, known), self.head)
        values = tuple([_hashable(field.value.evaluate(known)) for field in self.fields])
        lists = [value for value in values if type(value) is tuple]
        if lists:
            self._work.spend(weight(lists), self.head)
        # 1, 1.0 and true are equal as keys, and not the same to a field.
        key = (self._sort, values, _types(values))
        layer = self._work.layers.get(key)
        if layer is None:
            layer = self._work.layers[key] = self._build(values)
        if not self.names:
            self._constant = layer
        return layer

    def _build(self, values: tuple[object, ...]) -> Layer:
        arguments = dict(self.implied)
        for field, value in zip(self.fields, values, strict=True):
            arguments[field.declared.name] = _whole_if_possible(field, value)
        try:
            return self.kind(**arguments)
        except LayerError as error:
            raise Fault(self.place_of(error.field), error.message, error.hint) from None

    def place_of(self, field: str) -> Place:
        """Where a field's value stands; the head for a field that the spec does not give."""
        for each in self.fields:
            if each.declared.name == field:
                return each.value.node.place
        return self.head.place


def read_fields(
    kind: type[Layer],
    head: Scalar,
    given: Iterable[KeyValue],
    defaults: Iterable[KeyValue],
    implied: Mapping[str, object],
    work: Work,
) -> Recipe:
    """Read the fields of a layer; those given win over the defaults.

    Raises:
        Fault: an unknown, doubled or missing field, or a value that cannot be read.
    """
    fields = {name: field for name, field in _declared(kind, defaults, work).items() if name not in implied}
    fields |= _declared(kind, given, work)
    fields = {name: field for name, field in fields.items() if field.value.constant != CANCEL}
    for name, declared in kind.fields.items():
        if declared.required and name not in fields and name not in implied:
            example = (
                f"`- {{{kind.type}: ..., {name}: ...}}`" if name != kind.primary else f"`- {kind.type}: ...`"
            )
            raise Fault(head.place, f"{head.text} needs `{name}`: {declared.help}", f"write {example}")
    rest = {name: value for name, value in implied.items() if name not in fields}
    recipe = Recipe(kind, head, list(fields.values()), rest, work)
    if not recipe.names:
        recipe.make(Scope())  # so that its faults are found even where it never runs
    return recipe


def _declared(kind: type[Layer], pairs: Iterable[KeyValue], work: Work) -> dict[str, Field]:
    """Find the declared field of each key."""
    fields: dict[str, Field] = {}
    for key, node in pairs:
        declared = field_named(kind, key.text)
        if declared is None:
            raise unknown_field(kind, key)
        if declared.name in fields:
            raise _same_field(key, fields[declared.name].key, declared.name)
        words = (*declared.type.words, CANCEL)
        value = read_value(node, work, words, literal=declared.type.literal)
        fields[declared.name] = Field(declared, key, value)
    return fields


def _same_field(key: Scalar, first: Scalar, name: str) -> Fault:
    related = ((first.place, "first given here"),)
    message = f"`{key.text}` and `{first.text}` are the same field"
    if key.text == first.text:
        message = f"`{key.text}` is given twice"
    return Fault(key.place, message, f"keep `{name}`", related)


def canonical(kind: type[Layer], key: str) -> str:
    """The own name of the field that a key gives; the key itself if it gives none."""
    declared = field_named(kind, key)
    return declared.name if declared else key


def field_named(kind: type[Layer], name: str) -> Declared | None:
    """Return the field of a canonical name or of an alias."""
    if name in kind.fields:
        return kind.fields[name]
    return next((declared for declared in kind.fields.values() if name in declared.aliases), None)


def accepts(kind: type[Layer], name: str) -> bool:
    """Tell whether a key may stand in an item of the layer type."""
    if name in {"norm", "act"}:
        return kind.followable
    return name in kind.named_inputs or field_named(kind, name) is not None


def unknown_type(key: Scalar, others: tuple[str, ...] = STRUCTURES) -> Fault:
    """Say which layer type was probably meant, or which other word."""
    hint = meant(key.text, (*HEADS, *others), "`netcost layers` lists them all")
    return Fault(key.place, f"unknown layer type `{key.text}`", hint)


def unknown_field(kind: type[Layer], key: Scalar) -> Fault:
    """Say where a field belongs, or what was probably meant."""
    message = f"unknown field `{key.text}` for {kind.type}"
    if key.text in COMMON_KEYS:
        return Fault(key.place, message, f"`{key.text}` stands beside `{kind.type}`, not inside it")
    spellings = [
        *kind.fields,
        *COMMON_KEYS,
        *kind.named_inputs,
        *(("norm", "act") if kind.followable else ()),
    ]
    spellings += [alias for declared in kind.fields.values() for alias in declared.aliases]
    if nearest(key.text, spellings):
        return Fault(key.place, message, meant(key.text, spellings))
    if key.text in TOP_LEVEL_KEYS:
        return Fault(key.place, message, f"`{key.text}` belongs to the top level of the file")
    owners = [other.type for other in all_types() if accepts(other, key.text)]
    if owners:
        return Fault(key.place, message, f"`{key.text}` belongs to {', '.join(owners[:4])}")
    known = ", ".join(kind.fields)
    return Fault(key.place, message, f"{kind.type} has {known}" if known else f"{kind.type} has no fields")


def read_defaults(entries: Iterable[KeyValue], problems: list[Problem]) -> dict[str, dict[str, KeyValue]]:
    """Read `defaults:`, by layer type and by the fields' own names; faults are noted."""
    found: dict[str, dict[str, KeyValue]] = {}
    for key, node in entries:
        if key.text not in HEADS:
            problems.append(unknown_type(key, ()).problem)
        elif not isinstance(node, MappingNode):
            hint = f"write `{key.text}: {{field: value}}`"
            problems.append(Problem(node.place, f"defaults of {key.text} must be fields", hint))
        else:
            kind, _ = find(key.text)
            fields = found.setdefault(kind.type, {})
            for each, value in node:
                name = canonical(kind, each.text)
                if not accepts(kind, each.text) and each.text != "dtype":
                    problems.append(unknown_field(kind, each).problem)
                elif name in fields:
                    problems.append(_same_field(each, fields[name][0], name).problem)
                else:
                    fields[name] = (each, value)
    return found


def _hashable(value: object) -> object:
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value


def _types(value: object) -> object:
    """The type of a value, and of each value in a list."""
    return tuple([_types(item) for item in value]) if isinstance(value, tuple) else type(value)


def _whole_if_possible(field: Field, value: object) -> object:
    """Turn integral floats into integers where integers are wanted.

    Raises:
        Fault: a result with a fraction where a whole number is wanted.
    """
    if not isinstance(field.declared.type, (Whole, Wholes, Pads)):
        return value
    if isinstance(value, tuple):
        return tuple(_whole_if_possible(field, item) for item in value)
    number = whole(value)
    if not isinstance(number, float):
        return number
    node = field.value.node
    where = f"`{node.text}` is {number:g}, " if isinstance(node, Scalar) and node.text != str(number) else ""
    raise Fault(
        node.place,
        f"{field.declared.name}: {where}expected {field.declared.type.described}"
        + ("" if where else f", got {number:g}"),
        "use `round(...)` or `make_divisible(...)`",
    )
