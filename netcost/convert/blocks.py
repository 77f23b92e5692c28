"""Blocks: stretches of items that come again with other numbers are told once, and called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.convert.items import OWN, Item, data_references, references, strays, within
from netcost.convert.likeness import Likeness
from netcost.convert.names import Starts
from netcost.convert.prepare import repeat, wrap
from netcost.convert.search import MOST_INPUTS, WORK, WORTH, Found, Search, lines_of
from netcost.convert.sharing import shared_with_first
from netcost.convert.steps import Step
from netcost.convert.unify import Param, Unifier

MOST_WORK = 3_000_000
"""Items of stretches that are compared in all: larger networks are rolled up less."""

ROUNDS = 60
"""Kinds of blocks at most."""


class Block:
    """A block: its items, its parameters, and what comes in beside the first tensor."""

    def __init__(self, name: str, items: list[Item], params: list[Param], inputs: list[str]) -> None:
        self.name = name
        self.items = items
        self.params = params
        self.inputs = inputs
        self.steps: dict[Step, str] = {}
        """Tensors of the first call from outside, by what the block calls them."""


class Roller:
    """Finds blocks in lists of items, and puts calls in their place.

    Attributes:
        blocks: those that were found, inner ones first.
    """

    def __init__(self, items: list[Item], outputs: Sequence[Step], starts: Starts) -> None:
        self._starts = starts
        self._work = 0
        self.items = items
        self.blocks: list[Block] = []
        self._outputs = set(outputs)
        self._lists: list[list[Item]] = [items]

    def roll(self) -> None:
        """Find all blocks that are worth it."""
        like = Likeness()
        for each in self._lists_within(least=0):
            wrap(each, like)
        named = self._named()
        for each in self._lists_within(least=0):
            repeat(each, named)
        for _ in range(ROUNDS):
            best = self._best() if self._work < MOST_WORK else None
            if best is None or best.saved < WORTH:
                break
            self._replace(best)

    def _lists_within(self, least: int) -> list[list[Item]]:
        """The lists of items: those of the network, of blocks, and in items that have so many lines at least."""
        found: list[list[Item]] = []
        waiting = [self.items, *(block.items for block in self.blocks)]
        while waiting:
            each = waiting.pop()
            found.append(each)
            for item in each:
                if not least or lines_of(item) >= least:
                    waiting += item.lists
        return found

    def _search_lists(self) -> list[list[Item]]:
        """The lists whose items have lines of their own."""
        return [each for each in self._lists_within(least=2) if each]

    def _named(self) -> set[Step]:
        """The tensors that something names."""
        lists = [self.items, *(block.items for block in self.blocks)]
        found = set(self._outputs)
        for each in lists:
            found.update(references(each))
            found.update(strays(each, each[0].entry if each else None))
        return found

    # -- the best stretch

    def _best(self) -> Found | None:
        search = Search(self._search_lists(), self._starts)
        best: Found | None = None
        most = self._work + WORK
        for bound, length, places in search.candidates():
            if (best is not None and bound <= best.score) or self._work > most:
                break
            self._work += len(places) * length
            found = search.rated(places, length)
            if found is not None and (best is None or found.score > best.score):
                best = found
        self._work += search.work
        return best

    # -- putting calls in the place of stretches

    def _replace(self, found: Found) -> None:
        stretches = [items[start : start + found.length] for items, start in found.places]
        unifier = Unifier(stretches)
        first = stretches[0]
        inputs = _outside(first)
        names = ["x", "skip", *(f"skip{number}" for number in range(2, MOST_INPUTS))]
        block = Block(
            "",
            unifier.items,
            unifier.params,
            names[: len(inputs)] if len(inputs) > 1 or _names_entry(first) else [],
        )
        block.steps = dict(zip(inputs, names, strict=False))
        self.blocks.append(block)
        shared = (
            shared_with_first(stretches)
            if any(item.keys.get("share") for item in within(stretches[-1]))
            else None
        )
        for item, is_shared in zip(within(block.items), shared or (), strict=False):
            item.keys = {name: value for name, value in item.keys.items() if name != "share"}
            if not is_shared and item.has_weights:
                item.keys["share"] = OWN
        calls = [self._call(block, unifier, number, stretch) for number, stretch in enumerate(stretches)]
        by_list: dict[int, list[tuple[int, Item]]] = {}
        for (items, start), call in zip(found.places, calls, strict=True):
            by_list.setdefault(id(items), []).append((start, call))
        for items in {id(each): each for each, _ in found.places}.values():
            for start, call in reversed(by_list[id(items)]):
                items[start : start + found.length] = [call]
        if shared:
            for call in calls[1:]:
                call.keys["share"] = calls[0].out

    @staticmethod
    def _call(block: Block, unifier: Unifier, number: int, stretch: list[Item]) -> Item:
        call = Item("Block", stretch[-1].out)
        call.block = block
        call.entry = stretch[0].entry
        inputs = _outside(stretch)
        call.others = {str(place): step for place, step in enumerate(inputs[1:], 1)} if block.inputs else {}
        call.values = unifier.arguments(number)
        call.steps = [step for item in within(stretch) for step in item.steps]
        return call


def _outside(stretch: list[Item]) -> list[Step]:
    """The tensors that a stretch takes from outside: the one that comes in first."""
    entry = stretch[0].entry
    own = {item.out for item in within(stretch)}
    used = (*([entry] if entry else []), *strays(stretch, entry), *_taken_in(stretch))
    return list(dict.fromkeys(step for step in used if step not in own))


def _names_entry(stretch: list[Item]) -> bool:
    entry = stretch[0].entry
    return any(step is entry for step in (*_taken_in(stretch), *strays(stretch[1:], stretch[0].out)))


def _taken_in(stretch: list[Item]) -> Iterator[Step]:
    """The tensors that items take in by name."""
    return (step for item in within(stretch) for step in data_references(item))
