"""Calls of blocks, looked at before any item runs: do they fit, do they end, and how much do they stand for?"""

from __future__ import annotations

from collections.abc import Iterator

from netcost.language.constant import Value
from netcost.language.frame import MAX_CALLS, MAX_NESTING, find_block
from netcost.language.items import (
    NOTHING,
    Block,
    Body,
    CallItem,
    Item,
    LayerItem,
    ResidualItem,
    Size,
    bodies_of,
)
from netcost.language.spec_file import SpecFile
from netcost.language.work import Work
from netcost.source.document import Scalar
from netcost.source.fault import Fault, meant
from netcost.source.problem import Problem, nearest
from netcost.wording import counted

PARAMS_A_UNIT = 16


def check_calls(body: Body, file: SpecFile, work: Work, problems: list[Problem]) -> Size:
    """Check every call in a list, and in the blocks of its file and of those imported; faulty ones are noted.

    Returns:
        How much the list stands for at the least: repeats and conditions that are known only later count as
        one and as none. So blocks that call blocks that call blocks are refused before they are written out.

    Raises:
        Exhausted: that is more than a spec may have.
        Fault: a block calls itself.
    """
    survey = _Survey(work, problems)
    size = survey.body(body, file)
    survey.blocks(file)
    return size


class _Survey:
    def __init__(self, work: Work, problems: list[Problem]) -> None:
        self.work = work
        self.problems = problems
        self.known: dict[int, Size] = {}
        self.open: list[Block] = []
        self.depth = 0
        self.seen: set[int] = set()

    def blocks(self, file: SpecFile) -> None:
        """Look at the blocks that nothing calls, too."""
        if id(file) in self.seen:
            return
        self.seen.add(id(file))
        for block in file.blocks.values():
            self.block(block, file, block.key)
        for imported in file.imports.values():
            self.blocks(imported)

    def body(self, body: Body, file: SpecFile) -> Size:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise Fault(body.place, f"lists and blocks are nested more than {MAX_NESTING} deep")
        work = layers = 0
        for item in body.items:
            each = self.item(item, file)
            work += each.work
            layers += each.layers
            self.work.foresee(work, layers, item)
        size = Size(work, layers)
        self.depth -= 1
        if body.condition is not None and body.condition.constant is not True:
            return NOTHING
        if body.repeat is None:
            return size
        body.least = size
        size = (size + Size(1, 0)).times(_least_times(body.repeat))
        self.work.foresee(size.work, size.layers, body.repeat.node)
        return size

    def item(self, item: Item, file: SpecFile) -> Size:
        if isinstance(item, LayerItem) and not (item.operands or item.repeat or item.condition):
            return _ONCE[_followers(item)]
        if item.first is not None:
            self.inside(item.first, file)
        times = 1 if item.repeat is None else _least_times(item.repeat)
        once = self.inside(item, file) + Size(1, 0) + _own_layers(item)
        size = once.times(times)
        self.work.foresee(size.work, size.layers, item)
        if item.condition is not None and item.condition.constant is not True:
            return NOTHING
        if item.repeat is not None:
            item.least = once
        return size

    def inside(self, item: Item, file: SpecFile) -> Size:
        if isinstance(item, CallItem):
            return self.call(item, file)
        sizes = [self.body(body, file) for _, body in bodies_of(item)]
        return sum(sizes, NOTHING)

    def call(self, item: CallItem, file: SpecFile) -> Size:
        try:
            home, block = find_block(file, item.head)
        except Fault as fault:
            item.misfit, item.positional, item.by_name = True, (), {}  # what they may be is not known
            self.problems.append(fault.problem)
            return NOTHING
        if not block.faulty:
            self.work.spend(1 + len(block.params) // PARAMS_A_UNIT, item)
            faults = list(_misfits(item, block))
            if faults:
                item.misfit = True
                item.positional = item.positional[: len(block.params)]
                known = {param.key.text for param in block.params}
                item.by_name = {name: each for name, each in item.by_name.items() if name in known}
            self.problems.extend(fault.problem for fault in faults)
        item.outputs = tuple([name.text for name in block.outputs])
        return NOTHING if item.misfit else self.block(block, home, item.head)

    def block(self, block: Block, home: SpecFile, called_at: Scalar) -> Size:
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


def _least_times(repeat: Value) -> int:
    """How often something is repeated; once if that is known only later."""
    return max(int(repeat.constant), 0) if isinstance(repeat.constant, (int, float)) else 1


def _own_layers(item: Item) -> Size:
    """The layers that an item adds itself, with what follows them: the first is counted with the item."""
    if isinstance(item, LayerItem):
        followers = _followers(item)
        return Size(len(item.operands) + followers, 1 + followers)
    if isinstance(item, ResidualItem):
        adds = item.shortcut_if is None or item.shortcut_if.constant is True
        return Size(adds + _is_certain(item.act), adds + _is_certain(item.act))
    return NOTHING


_ONCE = [Size(1 + followers, 1 + followers) for followers in range(3)]
"""Layers that run once, by how many follow them."""


def _followers(item: LayerItem) -> int:
    return _is_certain(item.norm) + _is_certain(item.act)


def _is_certain(follower: LayerItem | None) -> bool:
    """Tell whether a norm or an activation follows in any case."""
    return follower is not None and (follower.condition is None or follower.condition.constant is True)


def _misfits(item: CallItem, block: Block) -> Iterator[Fault]:
    """Compare the arguments of a call with the parameters of its block.

    Too many arguments, an unknown one, one that is given twice, and one that is missing are faults.
    """
    names = {param.key.text: index for index, param in enumerate(block.params)}
    signature = f"its parameters are [{', '.join(names)}]" if names else "it has no parameters"
    if len(item.positional) > len(names):
        place = item.positional[len(names)].node.place
        expected = counted(len(names), "argument")
        yield Fault(place, f"{block.name} takes {expected}, got {len(item.positional)}", signature)
    meanings: set[str | None] = set()
    for name, (key, _) in item.by_name.items():
        if name not in names:
            open_names = [each for each in list(names)[len(item.positional) :] if each not in item.by_name]
            meanings.add(nearest(name, open_names))
            hint = meant(name, open_names, signature)
            yield Fault(key.place, f"{block.name} has no parameter `{name}`", hint)
        elif names[name] < len(item.positional) and name not in item.overriding:
            yield Fault(key.place, f"`{name}` is given by position and by name", "keep one of them")
    if item.repeat is not None and len(block.outputs) > len(block.inputs):
        has = f"{block.name} has {counted(len(block.outputs), 'output')} for {counted(len(block.inputs), 'input')}"
        yield Fault(item.repeat.node.place, f"{has}: it cannot be chained", "give it as many inputs")
    for param in block.params[len(item.positional) :]:
        is_given = param.key.text in item.by_name or param.key.text in meanings
        if not item.faulty and param.default is None and not is_given:
            yield Fault(item.place, f"{block.name} needs `{param.key.text}`", signature, lacking=True)
