"""Items that are written alike: what was found out of the first need not be found out of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, cast

from netcost.language.constant import Value
from netcost.language.fields import CANCEL, accepts, canonical, read_field
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.items import LayerItem
from netcost.language.recipe import Recipe
from netcost.language.value import own_value
from netcost.layers.layer import Declared, Layer
from netcost.record import Record
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault

if TYPE_CHECKING:
    from netcost.language.items import Reader


class Form(Record):
    """What items of the same keys have in common: they are layers of one type, with the same fields.

    Args:
        kind: the layer type.
        head: where the key is that names it.
        implied: what the head stands for.
        values: the values of its fields, as the first of them has them.
        given: the fields that each gives itself, with where its value is among keys and values.
        norm: where that of the layer is that normalizes what it puts out, or the layer by default; None without one.
        act: the same for its activation.
        units: the units of work that the defaults of its type count as.
    """

    kind: type[Layer]
    head: int
    implied: Mapping[str, object]
    values: Mapping[str, Value]
    given: Sequence[tuple[int, Declared]]
    norm: int | LayerItem | None
    act: int | LayerItem | None
    units: int


class Noted:
    """A layer that has been read without a fault; what others like it have of it is found out with the second.

    Args:
        item: the layer.
        node: where it is written.
        units: the units of work that one more counts as.
        reader: who has read it.
    """

    def __init__(self, item: LayerItem, node: Scalar | MappingNode, units: int, reader: Reader) -> None:
        self.item = item
        self.node = node
        self.units = units
        self.reader = reader

    @cached_property
    def is_told(self) -> bool:
        """Whether its keys, and the words under them, tell all of it."""
        return not (self.item.operands or self.item.named) and _is_told(self.item, self.node)

    @cached_property
    def head(self) -> int:
        """Where its head is among the keys."""
        return self.node.at(self.item.head.text) if isinstance(self.node, MappingNode) else 0

    @cached_property
    def form(self) -> Form | None:
        """What others of the same keys are."""
        node = self.node
        if isinstance(node, MappingNode) and self.is_told:
            return _form_of(self.item, self.head, node, self.reader)
        return None


class Alike:
    """The layers of a file, under the same defaults, that have been read without a fault, by how they are written."""

    def __init__(self) -> None:
        self._by_words: dict[tuple[str, ...], Noted] = {}
        self._by_names: dict[tuple[str, ...], Noted] = {}
        """By the keys alone."""

    def read(self, node: Scalar | MappingNode, reader: Reader) -> LayerItem | None:
        """Read a layer as one like it was read; nothing if there is none, or it needs a closer look."""
        words = node.words
        known = self._by_words.get(words) if words else None
        if known and known.is_told:
            reader.work.spend(known.units, node)
            return known.item.at(node, known.head, reader)
        if not isinstance(node, MappingNode):
            return None
        known = self._by_names.get(words[::2] if words else node.names)
        if not known or not known.form:
            return None
        before = reader.work.again
        try:
            return self._formed(known.form, node, reader)
        except Fault:  # it is told by who takes the closer look
            reader.work.undo(before)
            return None

    def note(self, node: Scalar | MappingNode, item: LayerItem, units: int, reader: Reader) -> None:
        """Note a layer that has been read without a fault."""
        noted, words = Noted(item, node, units, reader), node.words
        if words and not item.keys:
            self._by_words[words] = noted
        if isinstance(node, MappingNode):
            self._by_names.setdefault(node.names, noted)

    def _formed(self, form: Form, node: MappingNode, reader: Reader) -> LayerItem:
        """The layer of a form.

        Raises:
            Fault: a value is none, is left out or cannot be read, or they contradict one another.
        """
        work = reader.work
        work.spend(form.units, node)
        values = {**form.values}
        for at, field in form.given:
            each = node.children[at]
            if not isinstance(each, Scalar) or each.value is None or each.value == CANCEL:
                raise _unlike(each)
            values[field.name] = own_value(each, work) or read_field(field, each, work)
        norm, act = form.norm, form.act
        if isinstance(norm, int):
            norm = _following("norm", norm, node, reader)
        if isinstance(act, int):
            act = _following("act", act, node, reader)
        head = cast("Scalar", node.children[2 * form.head])
        recipe = Recipe(form.kind, head, values, form.implied)
        for fault in recipe.constant_faults(work):
            raise fault
        return LayerItem(head=head, recipe=recipe, norm=norm, act=act)


def _following(name: str, at: int, node: MappingNode, reader: Reader) -> LayerItem:
    each = node.children[at]
    found = reader.follower(each, name)
    if found is None:
        raise _unlike(each)
    return found


def _unlike(node: YamlNode) -> Fault:
    return Fault(node.place, "this is unlike what was read before")


def _is_told(item: LayerItem, node: Scalar | MappingNode) -> bool:
    """Tell whether each key of an item is its head, one that every item may have, or one that its layer type has."""
    if isinstance(node, Scalar):
        return item.head is node
    return node.key(item.head.text) is item.head and all(
        key is item.head or key.text in ITEM_KEYS or accepts(item.recipe.kind, key.text) for key, _ in node
    )


def _form_of(item: LayerItem, head: int, node: MappingNode, reader: Reader) -> Form | None:
    """What other items of the same keys are; nothing if not each of them gives what it stands for."""
    kind, values = item.recipe.kind, item.recipe.values
    given: list[tuple[int, Declared]] = []
    following: dict[str, int | LayerItem] = {}
    if kind.followable:
        following = {name: each for name, each in {"norm": item.norm, "act": item.act}.items() if each}
    for at, (name, each) in enumerate(zip(node.names, node.nodes, strict=True)):
        field = kind.primary if at == head else canonical(kind, name)
        if name in following:
            following[name] = 2 * at + 1
        elif field in values and values[field].node is each:
            given.append((2 * at + 1, kind.fields[field]))
        elif name not in ITEM_KEYS:
            return None
    units = _units_of_defaults(kind, node, reader)
    norm, act = following.get("norm"), following.get("act")
    return Form(kind, head, item.recipe.implied, values, given, norm, act, units)


def _units_of_defaults(kind: type[Layer], node: MappingNode, reader: Reader) -> int:
    """The units of work that the defaults of a layer type count as in an item, where they are overridden, too."""
    before = reader.work.again
    units = 0
    for name, (_, each) in reader.defaults.get(kind.type, {}).items():
        if not kind.followable or name not in {"norm", "act"}:
            units += _values_in(each)
        elif name not in node:
            reader.follower(each, name)
    units += reader.work.again - before
    reader.work.undo(before)
    return units


def _values_in(node: YamlNode) -> int:
    """How many values there are in one, with itself."""
    if isinstance(node, Scalar):
        return 1
    return 1 + sum(map(_values_in, node if isinstance(node, SequenceNode) else node.nodes))
