"""Calls of blocks, looked at before any item runs: do they fit, do they end, and how much do they stand for?"""

from __future__ import annotations

from typing import NamedTuple

from netcost.spec.build import MAX_CALLS, MAX_LAYERS, MAX_VISITS, Exhausted
from netcost.spec.document import Scalar
from netcost.spec.fault import Fault, meant
from netcost.spec.frame import MAX_NESTING, find_block
from netcost.spec.items import Block, Body, CallItem, Item, LayerItem, ResidualItem, SeqItem
from netcost.spec.problem import Problem
from netcost.spec.unit import Unit
from netcost.wording import counted


class Size(NamedTuple):
    """What a list stands for when it is written out, its blocks included."""

    items: int
    layers: int


NOTHING = Size(0, 0)


def check_calls(body: Body, unit: Unit, problems: list[Problem]) -> Size:
    """Check every call in a list, and in the blocks of its file and of those imported; faulty ones are noted.

    Returns:
        How much the list stands for at the least: repeats and conditions that are known only later count as
        one and as none. So blocks that call blocks that call blocks are refused before they are written out.

    Raises:
        Exhausted: that is more than a spec may have.
        Fault: a block calls itself.
    """
    survey = _Survey(problems)
    size = survey.body(body, unit)
    survey.blocks(unit)
    return size


class _Survey:
    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.known: dict[int, Size] = {}
        self.open: list[Block] = []
        self.depth = 0
        self.seen: set[int] = set()

    def blocks(self, unit: Unit) -> None:
        """Look at the blocks that nothing calls, too."""
        if id(unit) in self.seen:
            return
        self.seen.add(id(unit))
        for block in unit.blocks.values():
            self.block(block, unit, block.key)
        for imported in unit.imports.values():
            self.blocks(imported)

    def body(self, body: Body, unit: Unit) -> Size:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Fault(body.place, f"lists and blocks are nested more than {MAX_NESTING} deep")
        items = layers = 0
        for item in body.items:
            size = self.item(item, unit)
            items += size.items
            layers += size.layers
            _refuse_excess(item, items, layers)
        self.depth -= 1
        return Size(items, layers)

    def item(self, item: Item, unit: Unit) -> Size:
        if item.first is not None:
            self.inside(item.first, unit)
        times = 1
        if item.repeat is not None and isinstance(item.repeat.constant, (int, float)):
            times = max(int(item.repeat.constant), 0)
        inner = self.inside(item, unit)
        items = times * (1 + inner.items)
        layers = times * (isinstance(item, LayerItem) + inner.layers)
        _refuse_excess(item, items, layers)
        if item.condition is not None and item.condition.constant is not True:
            return NOTHING
        return Size(items, layers)

    def inside(self, item: Item, unit: Unit) -> Size:
        if isinstance(item, CallItem):
            return self.call(item, unit)
        bodies: list[Body] = []
        if isinstance(item, (ResidualItem, SeqItem)):
            bodies.append(item.body)
        if isinstance(item, ResidualItem) and item.shortcut is not None:
            bodies.append(item.shortcut)
        if isinstance(item, LayerItem):
            bodies += [operand for operand in item.operands if isinstance(operand, Body)]
        sizes = [self.body(body, unit) for body in bodies]
        return Size(sum(size.items for size in sizes), sum(size.layers for size in sizes))

    def call(self, item: CallItem, unit: Unit) -> Size:
        try:
            home, block = find_block(unit, item.head)
            if not block.faulty:
                _check_arguments(item, block)
        except Fault as fault:
            item.faulty = True
            self.problems.append(fault.problem)
            return NOTHING
        return self.block(block, home, item.head)

    def block(self, block: Block, home: Unit, called_at: Scalar) -> Size:
        if id(block) in self.known:
            return self.known[id(block)]
        if any(block is each for each in self.open):
            chain = " calls ".join([*(each.name for each in self.open[self.open.index(block) :]), block.name])
            raise Fault(called_at.place, "blocks cannot call themselves", chain)
        if len(self.open) >= MAX_CALLS:
            raise Fault(called_at.place, f"blocks call one another more than {MAX_CALLS} deep")
        self.open.append(block)
        size = self.known[id(block)] = self.body(block.body, home)
        self.open.pop()
        return size


def _refuse_excess(item: Item, items: int, layers: int) -> None:
    """Refuse what is too much to write out.

    Raises:
        Exhausted: there are more items or layers than a spec may have.
    """
    if layers > MAX_LAYERS:
        message = f"written out, this is {layers:,} layers, more than the {MAX_LAYERS:,} a network may have"
        raise Exhausted(item.place, message)
    if items > MAX_VISITS:
        message = f"written out, this is {items:,} items, more than the {MAX_VISITS:,} a spec may have"
        raise Exhausted(item.place, message)


def _check_arguments(item: CallItem, block: Block) -> None:
    """Compare the arguments of a call with the parameters of its block.

    Raises:
        Fault: too many arguments, an unknown one, one that is given twice, or one that is missing.
    """
    names = [param.key.text for param in block.params]
    signature = f"its parameters are [{', '.join(names)}]" if names else "it has no parameters"
    if len(item.positional) > len(names):
        place = item.positional[len(names)].node.place
        expected = counted(len(names), "argument")
        raise Fault(place, f"{block.name} takes {expected}, got {len(item.positional)}", signature)
    for name, (key, _) in item.by_name.items():
        if name not in names:
            hint = meant(name, names, signature)
            raise Fault(key.place, f"{block.name} has no parameter `{name}`", hint)
        if name in names[: len(item.positional)] and name not in item.overriding:
            raise Fault(key.place, f"`{name}` is given by position and by name", "keep one of them")
    for param in block.params[len(item.positional) :]:
        if param.default is None and param.key.text not in item.by_name:
            raise Fault(item.place, f"{block.name} needs `{param.key.text}`", signature)
