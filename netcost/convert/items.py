"""What a spec consists of, as a tree: items with their fields, branches and bodies, before they have names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netcost.convert.steps import Step


class Item:
    """An item of a list: a layer with what follows it, a residual, or the call of a block.

    Attributes:
        head: the layer type, `residual`, `seq`, or the name of a block.
        primary: the name of the field that stands at the head; empty if none does.
        values: fields or arguments by name.
        entry: the tensor that comes in; None if nothing does.
        others: tensors that come in beside it, by the key that names them; by numbers those of a list in `from`.
        operands: what a layer of several inputs combines: tensors, or lists of items.
        body: of a residual, what is added.
        shortcut: of a residual, what it is added to; None for what comes in.
        keys: `frozen`, `dtype`, `training_only`, and `share`.
        norm: what follows.
        act: what follows then.
        out: the tensor that it puts out.
        steps: the layers that it stands for.
    """

    __slots__ = (
        "act",
        "adds",
        "block",
        "body",
        "calls",
        "depth",
        "entry",
        "first",
        "head",
        "keys",
        "label",
        "name",
        "norm",
        "operands",
        "others",
        "out",
        "primary",
        "shortcut",
        "steps",
        "values",
    )

    def __init__(self, head: str, out: Step) -> None:
        self.head = head
        self.primary = ""
        self.values: dict[str, Any] = {}
        self.entry: Step | None = None
        self.others: dict[str, Step] = {}
        self.operands: list[Operand] = []
        self.body: list[Item] = []
        self.shortcut: list[Item] | None = None
        self.adds = True
        """Of a residual: whether its sum is there; without it the body alone is meant."""
        self.depth = 0
        """How many lists are nested in it."""
        self.keys: dict[str, Any] = {}
        self.norm: Item | None = None
        self.act: Item | None = None
        self.out = out
        self.name = ""
        """What the source calls it."""
        self.label = ""
        """What the spec calls it."""
        self.block: Any = None
        """The block that it calls."""
        self.first: dict[str, Any] = {}
        """Arguments of the first of several calls."""
        self.steps: list[Step] = []
        self.calls: list[list[Step]] = []
        """Of several calls, what each stands for."""

    @property
    def has_weights(self) -> bool:
        """Tell whether the layer itself has weights or buffers."""
        step = self.steps[0] if self.steps else None
        if step is None or step.layer is None or self.block is not None:
            return False
        shapes = [source.shape for source in step.inputs]
        return bool(shapes) and bool(step.layer.weights(*shapes) or step.layer.buffers(*shapes))

    @property
    def lists(self) -> Iterator[list[Item]]:
        """The lists of items inside it."""
        if self.body:
            yield self.body
        if self.shortcut:
            yield self.shortcut
        for each in self.operands:
            if isinstance(each, list):
                yield each

    def copy(self) -> Item:
        """The same item, to be changed."""
        other = Item(self.head, self.out)
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        return other


OWN = "none"
"""What an item shares that has weights of its own inside of what shares."""

Operand = Step | list[Item]


def within(items: list[Item]) -> Iterator[Item]:
    """All items of a list, and those inside them."""
    waiting = [*reversed(items)]
    while waiting:
        item = waiting.pop()
        yield item
        for each in item.lists:
            waiting += reversed(each)


def size_of(items: list[Item]) -> int:
    """How many items there are in a list, and inside them."""
    return sum(1 for _ in within(items))


def strays(items: list[Item], entry: Step | None) -> Iterator[Step]:
    """The tensors that items of a list start from, where that is not what the item before puts out."""
    flows = {entry}
    for item in items:
        if item.entry is not None and item.entry not in flows:
            yield item.entry
        for each in item.lists:
            yield from strays(each, item.entry)
        flows = flows_after(item, flows)


def flows_after(item: Item, flows: set[Step | None]) -> set[Step | None]:
    """What may come into the item after one: also what came into that, where it may be left out."""
    return {*flows, item.out} if "if" in item.values else {item.out}


def references(items: list[Item]) -> Iterator[Step]:
    """The tensors that items of a list name, without where they start from."""
    for item in within(items):
        yield from own_references(item)


def own_references(item: Item) -> Iterator[Step]:
    """The tensors that an item itself names, also for their weights; what comes in needs no name."""
    yield from data_references(item)
    yield from owners_of(item)


def data_references(item: Item) -> Iterator[Step]:
    """The tensors that an item itself takes in by name."""
    if item.others:
        yield from (each for each in item.others.values() if each is not item.entry)
    if item.operands:
        yield from (each for each in item.operands if isinstance(each, Step) and each is not item.entry)


def owners_of(item: Item) -> Iterator[Step]:
    """What has the weights that an item uses."""
    share = item.keys.get("share")
    if isinstance(share, Step):
        yield share
    elif share is not None and share != OWN:
        yield from (owner for owner, _ in share.values())
