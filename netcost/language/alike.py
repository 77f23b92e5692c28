"""Items that are written alike: what was found out of the first need not be found out of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from netcost.language.fields import CANCEL, accepts
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.items import LayerItem
from netcost.language.recipe import Recipe
from netcost.language.value import Value, read_scalar
from netcost.language.work import Work
from netcost.layers.layer import Layer
from netcost.source.document import MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault

Follower: TypeAlias = Callable[[YamlNode, str], LayerItem | None]
"""Reads the layer that follows another one, from the node under a key; raises Fault."""


class Form(NamedTuple):
    """What items of the same keys have in common: they are layers of one type, with the same fields.

    Args:
        kind: the layer type.
        head: where the key is that names it.
        implied: what the head stands for.
        fields: each field that it has, with where its key is, or the value that it has by default.
        norm: the same for the layer that normalizes what it puts out; None where none does.
        act: the same for its activation.
    """

    kind: type[Layer]
    head: int
    implied: Mapping[str, object]
    fields: Mapping[str, int | Value]
    norm: int | LayerItem | None
    act: int | LayerItem | None


class Alike:
    """The layers of a file that have been read without a fault, by how they are written.

    Args:
        by_itself: reads an item as if it were the only one.
        follower: reads what follows a layer.
        work: counts what it takes.
    """

    def __init__(self, by_itself: Callable[[YamlNode], LayerItem], follower: Follower, work: Work) -> None:
        self._by_itself = by_itself
        self._follower = follower
        self._work = work
        self._forms: dict[tuple[str, ...], Form] = {}
        """By the keys."""
        self._items: dict[tuple[str, ...], tuple[LayerItem, int, int]] = {}
        """By all words, with where the head is among the keys, and the units of work that one more counts as."""

    def read(self, node: Scalar | MappingNode) -> LayerItem | None:
        """Read a layer as one like it was read; nothing if there is none, or it needs a closer look."""
        words = node.words
        known = self._items.get(words) if words else None
        if known:
            item, head, units = known
            self._work.spend(units, node)
            return item.at(node, head, self._by_itself)
        form = self._forms.get(node.names) if isinstance(node, MappingNode) else None
        if form is None or not isinstance(node, MappingNode):
            return None
        spent = self._work.spent
        try:
            return self._formed(form, node)
        except Fault:  # it is told by who takes the closer look
            self._work.spent = spent
            return None

    def note(self, node: Scalar | MappingNode, item: LayerItem, units: int) -> None:
        """Note a layer that has been read without a fault, unless there is more to it than its keys tell."""
        if item.operands or item.named or not _is_told(item, node):
            return
        words = node.words
        if words and not item.keys:
            head = node.at(item.head.text) if isinstance(node, MappingNode) else 0
            self._items[words] = item, head, units
        if isinstance(node, MappingNode) and node.names not in self._forms:
            form = _form_of(item, node)
            if form:
                self._forms[node.names] = form

    def _formed(self, form: Form, node: MappingNode) -> LayerItem:
        """The layer of a form.

        Raises:
            Fault: a value is none, is left out or cannot be read, or they contradict one another.
        """
        values = {name: self._value(form.kind, name, given, node) for name, given in form.fields.items()}
        norm, act = self._following("norm", form.norm, node), self._following("act", form.act, node)
        head = node.keys[form.head]
        recipe = Recipe(form.kind, head, values, form.implied, self._work)
        for fault in recipe.constant_faults():
            raise fault
        return LayerItem(head=head, recipe=recipe, norm=norm, act=act)

    def _value(self, kind: type[Layer], name: str, given: int | Value, node: MappingNode) -> Value:
        if isinstance(given, Value):
            self._work.spend(1, node)
            return given
        each, form = node.children[2 * given + 1], kind.fields[name].type
        if not isinstance(each, Scalar) or each.value is None or each.value == CANCEL:
            raise _unlike(each)
        return read_scalar(each, self._work, form.words, literal=form.literal)

    def _following(self, name: str, given: int | LayerItem | None, node: MappingNode) -> LayerItem | None:
        if not isinstance(given, int):
            return given
        found = self._follower(node.nodes[given], name)
        if found is None or found.faulty:
            raise _unlike(node.nodes[given])
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


def _form_of(item: LayerItem, node: MappingNode) -> Form | None:
    """What other items of the same keys are; nothing if not each of them gives what it stands for."""
    places = {id(each): at for at, each in enumerate(node.nodes)}
    fields = {name: places.get(id(value.node), value) for name, value in item.recipe.values.items()}
    norm = node.at("norm") if "norm" in node and item.norm else item.norm
    act = node.at("act") if "act" in node and item.act else item.act
    told = {each for each in (*fields.values(), norm, act) if isinstance(each, int)}
    if any(at not in told and name not in ITEM_KEYS for at, name in enumerate(node.names)):
        return None
    return Form(item.recipe.kind, node.at(item.head.text), item.recipe.implied, fields, norm, act)
