"""What the items of a spec say, each as read from its place, before any value is known.

They are told apart by identity; to make what compares and prints them takes longer than to read a small spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from netcost.language.constant import Value
from netcost.language.recipe import Recipe
from netcost.language.scope import Scope
from netcost.language.work import Work
from netcost.layers.layer import Layer
from netcost.place import Place
from netcost.record import Record
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault

if TYPE_CHECKING:
    from typing import Protocol

    class Reader(Protocol):
        """Whoever reads the items of a list."""

        defaults: Mapping[str, Mapping[str, KeyValue]]
        """The fields that each layer type starts from."""
        work: Work
        """What the reading has done so far."""

        def by_itself(self, node: YamlNode) -> LayerItem:
            """Read an item as if it were the only one."""

        def follower(self, node: YamlNode, name: str) -> LayerItem | None:
            """Read the layer that follows another one; raises Fault."""


class Stated(Record):
    """A key that states something of the input that follows from it anyway, and its value."""

    key: Scalar
    value: Value
    of: str


class Size:
    """What items stand for at the least when they are written out."""

    __slots__ = ("layers", "work")

    def __init__(self, work: int, layers: int) -> None:
        self.work = work
        self.layers = layers

    def __add__(self, other: Size) -> Size:
        """Both together."""
        return Size(self.work + other.work, self.layers + other.layers)

    def times(self, number: int) -> Size:
        """As many times as much."""
        return Size(self.work * number, self.layers * number)


NOTHING = Size(0, 0)
NO_KEYS: Mapping[str, Any] = {}
NOWHERE = Place("", 0, 0)


class Item(Record, frozen=False, kw_only=True, eq=False):
    """What every item may say, whatever its head."""

    head: Scalar
    name: str = ""
    named_at: Scalar | None = None
    repeat: Value | None = None
    condition: Value | None = None
    sources: tuple[Scalar, ...] | None = None
    first: Item | None = None
    share: Scalar | None = None
    ties: Mapping[str, Scalar] = NO_KEYS
    """Of a layer: the references to what has its weights, by their names."""
    keys: Mapping[str, Any] = NO_KEYS
    """What the keys say that every item may have, by name; those above are among them."""
    passed_on: Mapping[str, Any] = NO_KEYS
    """Those of them that hold for all the layers inside it."""
    least: Size = NOTHING
    """What it stands for when it runs once; known for items that are repeated."""
    faulty: bool = False
    """Faults of its own have been noted: it does not run, but is looked at for others."""
    place: Place = NOWHERE
    """Where the head stands: one object for all the layers that come of the item."""

    def _settle(self) -> None:
        self.place = self.head.place


class LayerItem(Item, frozen=False, kw_only=True, eq=False):
    """A built-in layer, with the norm and the activation that follow it."""

    recipe: Recipe
    operands: tuple[Scalar | Body, ...] = ()
    """What a layer of several inputs combines: names, or branches from the incoming tensor."""
    branch_names: tuple[str, ...] = ()
    numbered: bool = False
    """The branches have numbers for names, which belong to the item's own."""
    named: tuple[Scalar, ...] = ()
    """Further inputs that have a key of their own, as `kv` of attention."""
    norm: LayerItem | None = None
    act: LayerItem | None = None
    stated: tuple[Stated, ...] = ()
    """What it says of its input, as PyTorch's `num_features` does."""
    node: YamlNode | None = None
    """Where it is written, if the recipe is that of an earlier item that is written alike."""
    reader: Reader | None = None
    """Reads such an item as if there were no other."""

    def __init__(  # the rest is set where a layer has it; what items in general say, when their keys are read
        self,
        *,
        head: Scalar,
        recipe: Recipe,
        norm: LayerItem | None = None,
        act: LayerItem | None = None,
    ) -> None:
        self.head = head
        self.recipe = recipe
        self.place = head.place
        if norm or act:
            self.norm = norm
            self.act = act

    def at(self, node: Scalar | MappingNode, head_at: int, reader: Reader) -> LayerItem:
        """The same layer elsewhere, where it is written alike; `head_at` is where its head is among the keys."""
        norm, act = self.norm, self.act
        if isinstance(node, Scalar):
            head = node
        else:
            head = cast("Scalar", node.children[2 * head_at])
            norm = norm and _follower_at(node.get("norm"), norm, reader)
            act = act and _follower_at(node.get("act"), act, reader)
        item = object.__new__(LayerItem)  # what is left out is left to the class
        item.head, item.recipe, item.place = head, self.recipe, head.place
        item.node, item.reader = node, reader
        if norm or act:
            item.norm, item.act = norm, act
        return item

    @property
    def own_recipe(self) -> Recipe:
        """The recipe with the places of this very item, for what is wrong with it."""
        return self.reader.by_itself(self.node).recipe if self.reader and self.node else self.recipe

    def make(self, known: Scope, work: Work) -> Layer:
        """Make the layer.

        Raises:
            Fault: a value of the wrong kind, or fields that contradict one another.
        """
        try:
            return self.recipe.make(known, work, self)
        except Fault:
            if self.node is None:
                raise
            return self.own_recipe.make(known, Work(), self)


def _follower_at(node: YamlNode | None, follower: LayerItem, reader: Reader) -> LayerItem:
    """What follows a layer, at the word that asks for it; the same if defaults do."""
    return follower.at(node, 0, reader) if isinstance(node, Scalar) else follower


class ResidualItem(Item, frozen=False, kw_only=True, eq=False):
    """A body whose output is added to its input."""

    body: Body
    shortcut: Body | None = None
    shortcut_if: Value | None = None
    add: Recipe
    act: LayerItem | None = None


class SeqItem(Item, frozen=False, kw_only=True, eq=False):
    """A group of items."""

    body: Body


class LetItem(Item, frozen=False, kw_only=True, eq=False):
    """Names for values, for the items after it."""

    bindings: tuple[tuple[Scalar, Value | None], ...]
    """Each name with its value; nothing where that could not be read."""


class CallItem(Item, frozen=False, kw_only=True, eq=False):
    """A call of a block."""

    positional: tuple[Value, ...] = ()
    by_name: Mapping[str, tuple[Scalar, Value]] = NO_KEYS
    overriding: frozenset[str] = frozenset()
    """Names of arguments that stand in for those given by position."""
    outputs: tuple[str, ...] = ()
    """What its block calls its outputs; nothing where it has one without a name."""
    misfit: bool = False
    """There is no such block, or the arguments do not fit it; the fault has been noted."""


class FaultyItem(Item, frozen=False, kw_only=True, eq=False):
    """An item that could not be read; its fault has been noted."""

    bodies: tuple[Body, ...] = ()
    """The lists of items in it, as far as they can be told from other lists."""


def bodies_of(item: Item) -> Iterator[tuple[str, Body]]:
    """The lists of items inside an item, each with the name that it adds to those of its layers."""
    if isinstance(item, (ResidualItem, SeqItem)):
        yield "", item.body
    if isinstance(item, ResidualItem) and item.shortcut is not None:
        yield "shortcut", item.shortcut
    if isinstance(item, FaultyItem):
        yield from (("", body) for body in item.bodies)
    if isinstance(item, LayerItem):
        for operand, name in zip(item.operands, item.branch_names, strict=True):
            if isinstance(operand, Body):
                yield name, operand


class Body(Record, frozen=False, eq=False):
    """A list of items; `names` are the explicit names given in it and in the lists that share its prefix.

    Those lists have the same object for their names.
    """

    place: Place
    items: list[Item]
    names: set[str]
    condition: Value | None = None
    """Of a branch: whether it is there."""
    repeat: Value | None = None
    """Of a branch: how many there are of it, side by side."""
    least: Size = NOTHING
    """What one of them stands for; known where there are several."""


class Param(Record, frozen=False, eq=False):
    """A parameter of a block, with its default."""

    key: Scalar
    default: Value | None


class Block(Record, frozen=False, eq=False):
    """A block as its file defines it."""

    name: str
    key: Scalar
    inputs: tuple[str, ...]
    params: tuple[Param, ...]
    body: Body
    outputs: tuple[Scalar, ...] = ()
    """What it puts out, by name; the last item's output where there are none."""
    faulty: bool = False
    """Its definition could not be read; the fault has been noted."""


def faulty_block(key: Scalar) -> Block:
    """A block that could not be read."""
    return Block(key.text, key, (), (), Body(key.place, [], set()), faulty=True)
