"""How large a spec becomes at the least, found without writing it out."""

from __future__ import annotations

from netcost.spec.build import MAX_CALLS, MAX_VISITS, Exhausted
from netcost.spec.fault import Fault
from netcost.spec.frame import find_block
from netcost.spec.items import Block, Body, CallItem, Item, LayerItem, ResidualItem, SeqItem
from netcost.spec.unit import Unit


def least_items(body: Body, unit: Unit) -> int:
    """Count the items that a list stands for when written out, those of its blocks included.

    Repeats and conditions that are known only later count as one and as none; so blocks that call blocks
    that call blocks are refused at once, and not after they have been written out.

    Raises:
        Exhausted: there are more than a spec may have.
        Fault: a block calls itself.
    """
    return _Measure().body(body, unit)


class _Measure:
    def __init__(self) -> None:
        self.known: dict[int, int] = {}
        self.open: list[Block] = []

    def body(self, body: Body, unit: Unit) -> int:
        return sum(self.item(item, unit) for item in body.items)

    def item(self, item: Item, unit: Unit) -> int:
        times = 1
        if item.repeat is not None and isinstance(item.repeat.constant, int):
            times = max(item.repeat.constant, 0)
        once = 1 + self.inside(item, unit)
        if times * once > MAX_VISITS:
            raise Exhausted(
                item.head.place,
                f"written out, this is {times * once:,} items, more than the {MAX_VISITS:,} a spec may have",
            )
        if item.condition is not None and item.condition.constant is not True:
            return 0
        return times * once

    def inside(self, item: Item, unit: Unit) -> int:
        if isinstance(item, CallItem):
            return self.call(item, unit)
        bodies: list[Body] = []
        if isinstance(item, (ResidualItem, SeqItem)):
            bodies.append(item.body)
        if isinstance(item, ResidualItem) and item.shortcut is not None:
            bodies.append(item.shortcut)
        if isinstance(item, LayerItem):
            bodies += [operand for operand in item.operands if isinstance(operand, Body)]
        return sum(self.body(body, unit) for body in bodies)

    def call(self, item: CallItem, unit: Unit) -> int:
        try:
            home, block = find_block(unit, item.head)
        except Fault:
            return 0  # noted with the other faults when the items run
        if id(block) in self.known:
            return self.known[id(block)]
        if block in self.open:
            chain = " calls ".join([*(each.name for each in self.open[self.open.index(block) :]), block.name])
            raise Fault(item.head.place, "blocks cannot call themselves", chain)
        if len(self.open) >= MAX_CALLS:
            raise Fault(item.head.place, f"blocks call one another more than {MAX_CALLS} deep")
        self.open.append(block)
        count = self.body(block.body, home)
        self.open.pop()
        self.known[id(block)] = count
        return count
