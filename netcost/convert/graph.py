"""From a graph of layers to lists of items: chains, branches that meet again, and what is left by names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from typing import Any

from netcost.convert.items import Item, own_references, owners_of, size_of
from netcost.convert.steps import Step, Steps
from netcost.layers import HEADS, family_of
from netcost.layers.layer import Layer

LONG = 12
"""Items of a branch from which on a joining layer names what it joins, rather than hold the branch."""

DEEPEST = 12
"""Lists that may be nested; a spec has a bound."""

NORMS = ("batchnorm", "instancenorm", "groupnorm", "layernorm", "rmsnorm")
NO_FOLLOWERS = ("softmax", "logsoftmax", "glu")


class Chain:
    """Items that follow one another.

    Attributes:
        entry: the tensor that comes in; None if the first takes in nothing.
        items: what it does.
        named: how many of its layers name each tensor that comes from outside.
        depth: how many lists are nested in its items.
    """

    __slots__ = ("depth", "entry", "items", "named")

    def __init__(self, entry: Step | None, item: Item, named: Counter[Step]) -> None:
        self.entry = entry
        self.items = [item]
        self.named = named
        self.depth = item.depth

    @property
    def out(self) -> Step:
        """What it puts out."""
        return self.items[-1].out

    def add(self, item: Item, named: Iterable[Step] | Counter[Step]) -> None:
        """Go on with an item that names tensors."""
        self.items.append(item)
        self.named.update(named)
        self.depth = max(self.depth, item.depth)

    def go_on_from(self, before: Chain) -> None:
        """Put the items of another chain in front; what is longer stays where it is."""
        self.entry = before.entry
        self.depth = max(self.depth, before.depth)
        if len(before.items) < len(self.items):
            self.items[:0] = before.items
        else:
            before.items += self.items
            self.items = before.items
        more, fewer = sorted((self.named, before.named), key=len, reverse=True)
        more.update(fewer)
        self.named = more


def listed_items(steps: Steps) -> list[Item]:
    """The network as one list of items, structures inside."""
    return _Reduction(steps).items()


class _Reduction:
    """Joins layers to chains and branches, one after the other, until only chains are left that names connect."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.uses: Counter[Step] = Counter()
        self.pinned: set[Step] = set(steps.outputs[:-1] if len(steps.outputs) > 1 else ())
        self.chains: dict[Step, Chain] = {}
        """By what they put out."""
        for step in steps.all:
            self.uses.update({*step.inputs, *_owners_of(step)})
        self.uses.update(set(steps.outputs))
        for step in steps.all:
            if step.layer is not None:
                self._take(step, step.layer)

    def items(self) -> list[Item]:
        """All chains one after the other, each as soon as what it takes is there."""
        waiting = dict(self.chains)
        needs = {
            out: {each for each in (chain.entry, *chain.named) if each in waiting and each is not out}
            for out, chain in waiting.items()
        }
        readers: dict[Step, list[Step]] = {}
        for out, needed in needs.items():
            for each in needed:
                readers.setdefault(each, []).append(out)
        ready: list[tuple[int, Step]] = []
        for out, needed in needs.items():
            if not needed:
                heappush(ready, (_first(waiting[out]), out))
        found: list[Item] = []
        while ready:
            _, out = heappop(ready)
            found += waiting[out].items
            for reader in readers.get(out, ()):
                needs[reader].discard(out)
                if not needs[reader]:
                    heappush(ready, (_first(waiting[reader]), reader))
        return found

    # -- one layer

    def _take(self, step: Step, layer: Layer) -> None:
        item = _item_of(step, layer)
        if layer.arity[0] > 1:
            self._join(item, step)
            return
        if not step.inputs or layer.arity[1] == 0:
            self._begin(item, None)
            return
        first, *others = step.inputs
        item.entry = first
        named = layer.named_inputs or tuple(map(str, range(1, len(others) + 1)))
        item.others = dict(zip(named, others, strict=False))
        if self._follows(item, first):
            return
        if first in self.chains and self.uses[first] == 1 and first not in self.pinned:
            self._extend(self.chains.pop(first), item)
        else:
            self._begin(item, first)

    def _begin(self, item: Item, entry: Step | None) -> None:
        self._settle(Chain(entry, item, Counter(_named_by(item))))

    def _extend(self, chain: Chain, item: Item) -> None:
        chain.add(item, _named_by(item))
        self._settle(chain)

    def _settle(self, chain: Chain) -> None:
        """Let a chain go on from the one before where nothing else needs what stands between them."""
        while chain.entry is not None and chain.entry in self.chains:
            entry = chain.entry
            if entry in self.pinned or self.uses[entry] != 1 + chain.named[entry]:
                break
            before = self.chains.pop(entry)
            chain.named.pop(entry, None)
            chain.go_on_from(before)
        self.chains[chain.out] = chain

    # -- norms and activations

    def _follows(self, item: Item, source: Step) -> bool:
        """Let a norm or an activation stand beside the layer whose output it alone takes."""
        chain = self.chains.get(source)
        if chain is None or self.uses[source] != 1 or source in self.pinned or item.others:
            return False
        last = chain.items[-1]
        if last.out is not source or not _may_follow(item, last):
            return False
        if item.head in NORMS:
            last.norm = item
        else:
            last.act = item
        last.out = item.out
        last.steps += item.steps
        del self.chains[source]
        self.chains[item.out] = chain
        return True

    # -- layers of several inputs

    def _join(self, item: Item, step: Step) -> None:
        times = Counter(step.inputs)
        branches = [self._branch(source, times) for source in step.inputs]
        entries = {
            id(branch.entry if isinstance(branch, Chain) else branch): (
                branch.entry if isinstance(branch, Chain) else branch
            )
            for branch in branches
        }
        (entry, *rest) = entries.values()
        item.depth = 1 + max((each.depth for each in branches if isinstance(each, Chain)), default=0)
        may_hold = item.depth <= DEEPEST and not self._is_long(item, branches)
        if not rest and entry is not None and may_hold:
            self._close(item, branches, entry)
        else:
            self._name(item, branches)

    def _branch(self, source: Step, times: Mapping[Step, int]) -> Chain | Step:
        chain = self.chains.get(source)
        if chain is None or self.uses[source] != 1 or times[source] > 1 or source in self.pinned:
            return source
        return chain

    @staticmethod
    def _is_long(item: Item, branches: list[Chain | Step]) -> bool:
        """Tell whether a branch is rather a path that something skips."""
        chains = [each for each in branches if isinstance(each, Chain)]
        if item.head != "concat" or len(chains) == len(branches):
            return False
        return any(_is_large(each) or _resizes(each) for each in chains)

    def _close(self, item: Item, branches: list[Chain | Step], entry: Step) -> None:
        """Hold branches that all start from one tensor."""
        item.entry = entry
        named: Counter[Step] = Counter()
        held = [branch for branch in branches if isinstance(branch, Chain)]
        for branch in held:
            del self.chains[branch.out]
            named.update(branch.named)
        self.uses[entry] -= len(held) + (len(held) < len(branches)) - 1 + named.pop(entry, 0)
        item.operands = [branch.items if isinstance(branch, Chain) else branch for branch in branches]
        _as_residual(item)
        named.update(set(owners_of(item)))
        if entry in self.chains and self.uses[entry] == 1 and entry not in self.pinned:
            chain = self.chains.pop(entry)
            chain.add(item, named)
            self._settle(chain)
        else:
            self._settle(Chain(entry, item, named))

    def _name(self, item: Item, branches: list[Chain | Step]) -> None:
        """Go on from one of the inputs, the latest chain, and name the others."""
        chains = [each for each in branches if isinstance(each, Chain)]
        main = max(chains, key=lambda each: each.out.order, default=None)
        named: Counter[Step] = Counter()
        for each in branches:
            if isinstance(each, Step):
                item.operands.append(each)
            elif each is main or each.depth >= DEEPEST or not _may_be_held(each):
                item.operands.append(each.out)
            else:
                del self.chains[each.out]
                item.operands.append(each.items)
                named.update(each.named)
                named[each.entry] += 1  # type: ignore[index]
        if main is None:
            item.entry = max(
                (each for each in branches if isinstance(each, Step)), key=lambda each: each.order
            )
            named[item.entry] -= bool(named[item.entry])
            named.update(_named_by(item))
            self._settle(Chain(item.entry, item, named))
            return
        item.entry = main.out
        del self.chains[main.out]
        named.update(_named_by(item))
        main.add(item, named)
        self._settle(main)


def _named_by(item: Item) -> set[Step]:
    """The tensors that an item names beside the one that comes in."""
    return set(own_references(item)) - {item.entry}


def _may_be_held(chain: Chain) -> bool:
    """Tell whether a branch that starts elsewhere is held by the layer that joins it; a longer one is named."""
    return chain.entry is not None and chain.entry.layer is not None and not _is_large(chain)


def _is_large(chain: Chain) -> bool:
    return len(chain.items) > LONG or size_of(chain.items) > LONG


def _resizes(chain: Chain) -> bool:
    """Tell whether a path goes over maps of other sizes."""
    return chain.entry is not None and any(
        each.out.shape.size != chain.entry.shape.size for each in chain.items
    )


def _first(chain: Chain) -> int:
    return min((step.order for step in chain.items[0].steps), default=chain.items[0].out.order)


def _owners_of(step: Step) -> list[Step]:
    found = [step.owner] if step.owner else []
    return [*found, *(owner for owner, _ in step.ties.values())]


def _item_of(step: Step, layer: Layer) -> Item:
    """The item of a layer alone."""
    item = Item(layer.type, step)
    item.primary = layer.primary
    item.values = dict(step.values)
    item.name = step.name
    item.steps = [step]
    item.keys = _keys_of(step)
    return item


def _keys_of(step: Step) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if step.owner is not None:
        keys["share"] = step.owner
    elif step.ties:
        keys["share"] = step.ties
    if step.frozen:
        keys["frozen"] = True if step.frozen is True else tuple(sorted(step.frozen))
    if step.training_only:
        keys["training_only"] = True
    keys["dtype"] = step.precision
    return keys


def _may_follow(item: Item, last: Item) -> bool:
    """Tell whether a norm or an activation may be written beside a layer, or beside a residual."""
    if last.act is not None or item.keys.get("share") or last.keys.get("share"):
        return False
    is_act = item.head in HEADS and family_of(item.head) == "activation" and item.head not in NO_FOLLOWERS
    if last.head == "residual":
        return is_act and item.keys == last.keys
    layer = last.steps[0].layer
    if layer is None or not layer.followable or not (is_act or (item.head in NORMS and not last.norm)):
        return False
    return _same_traits(item, last)


def _same_traits(item: Item, last: Item) -> bool:
    mine, theirs = dict(item.keys), dict(last.keys)
    if not _has_weights(item.steps[0].layer, item.steps[0]):
        mine.pop("frozen", None)
        theirs.pop("frozen", None)
    return mine == theirs


def _has_weights(layer: Layer | None, step: Step) -> bool:
    return layer is not None and bool(layer.weights(*(source.shape for source in step.inputs)))


def _as_residual(item: Item) -> None:
    """Write a sum of what comes in and of what is made of it as a residual."""
    if item.head != "add" or item.values or len(item.operands) != 2 or item.keys.get("share"):  # noqa: PLR2004
        return
    lists = [each for each in item.operands if isinstance(each, list)]
    if not lists or any(_needs_entry(each) for each in lists):
        return
    body = max(lists, key=size_of)
    shortcut = next((each for each in lists if each is not body), None)
    if shortcut is not None and size_of(shortcut) * 2 > size_of(body):
        return
    item.head, item.operands, item.body, item.shortcut, item.name = "residual", [], body, shortcut, ""


def _needs_entry(items: list[Item]) -> bool:
    return not items
