"""A layer's declared fields from a positioned mapping: aliases, defaults, checks, did-you-mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netcost.language.item_keys import ITEM_KEYS, in_defaults
from netcost.language.recipe import Field, Recipe
from netcost.language.scope import Scope
from netcost.language.value import read_value
from netcost.language.work import Work
from netcost.layers import HEADS, all_types, find
from netcost.layers.layer import Declared, Layer
from netcost.source.document import KeyValue, MappingNode, Scalar
from netcost.source.fault import Fault, meant
from netcost.source.problem import Problem, nearest

TOP_LEVEL_KEYS = (
    *("netcost", "name", "note", "params", "variants", "input", "inputs", "batch", "dtype"),
    *("defaults", "imports", "blocks", "layers", "outputs", "budget"),
)
STRUCTURES = ("residual", "seq", "let")
"""Heads that arrange layers and are none."""

CANCEL = "none"


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
        value = read_value(node, work, words, literal=declared.type.literal, parts=declared.type.parts)
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
    if key.text in ITEM_KEYS:
        return Fault(key.place, message, f"`{key.text}` stands beside `{kind.type}`, not inside it")
    spellings = [
        *kind.fields,
        *ITEM_KEYS,
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
                if not accepts(kind, each.text) and not in_defaults(each.text):
                    problems.append(unknown_field(kind, each).problem)
                elif name in fields:
                    problems.append(_same_field(each, fields[name][0], name).problem)
                else:
                    fields[name] = (each, value)
    return found
