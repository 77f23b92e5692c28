"""Blocks: stretches of items that come again with other numbers are told once, and called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from netcost.convert.items import OWN, Item, data_references, references, strays, within
from netcost.convert.likeness import OPTIONAL, Likeness, same, same_lists
from netcost.convert.names import Starts, common
from netcost.convert.steps import Step
from netcost.convert.unify import Param, Unifier

LONGEST = 128
"""Items of a stretch that is looked for."""

WORK, MOST_WORK = 400_000, 3_000_000
"""Items of stretches that are compared each time, and in all: larger networks are rolled up less."""

ROUNDS = 60
"""Kinds of blocks at most."""

WORTH = 3
"""Lines that a block must save."""

LINE, FIELD = 95, 9
"""About how many characters fit on a line, and how many a field takes."""

FREE = 3
"""Parameters that a block may have; more make it worth less."""

MOST_INPUTS = 6


class Block:
    """A block: its items, its parameters, and what comes in beside the first tensor."""

    def __init__(self, name: str, items: list[Item], params: list[Param], inputs: list[str]) -> None:
        self.name = name
        self.items = items
        self.params = params
        self.inputs = inputs
        self.steps: dict[Step, str] = {}
        """Tensors of the first call from outside, by what the block calls them."""


class Found(NamedTuple):
    """A stretch of items that comes again: where it stands, in which lists, and how long it is."""

    score: int
    saved: int
    length: int
    places: list[tuple[list[Item], int]]


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
        for each in self._all_lists():
            _wrap(each, like)
        named = self._named()
        for each in self._all_lists():
            _repeat(each, named)
        for _ in range(ROUNDS):
            best = self._best() if self._work < MOST_WORK else None
            if best is None or best.saved < WORTH:
                break
            self._replace(best)

    def _all_lists(self) -> list[list[Item]]:
        found: list[list[Item]] = []
        waiting = [self.items, *(block.items for block in self.blocks)]
        while waiting:
            each = waiting.pop()
            found.append(each)
            for item in each:
                waiting += item.lists
        return found

    def _search_lists(self) -> list[list[Item]]:
        """The lists whose items have lines of their own."""
        found: list[list[Item]] = []
        waiting = [self.items, *(block.items for block in self.blocks)]
        while waiting:
            each = waiting.pop()
            found.append(each)
            for item in each:
                if lines_of(item) > 1:
                    waiting += item.lists
        return [each for each in found if each]

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
        search = _Search(self._search_lists(), self._starts)
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


def _repeat(items: list[Item], named: set[Step]) -> None:
    """Write equal layers that follow one another as one that is repeated."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        if (
            last is not None
            and not last.operands
            and not last.body
            and not last.others
            and not item.others
            and last.out not in named
            and last.out is item.entry
            and _once(last, item)
            and not item.keys.get("share")
        ):
            merged = last.copy()
            merged.values = {**last.values, "repeat": last.values.get("repeat", 1) + 1}
            merged.out = item.out
            merged.steps = [*last.steps, *item.steps]
            found[-1] = merged
        else:
            found.append(item)
    items[:] = found


def shared_with_first(stretches: list[list[Item]]) -> list[bool] | None:
    """For each item of several stretches, inside ones too, whether the others share its weights with the first.

    None where they share in another way.
    """
    found: list[bool] = []
    for row in zip(*(within(stretch) for stretch in stretches), strict=False):
        first, *others = row
        shared = [item.keys.get("share") is first.steps[0] for item in others]
        lent = any(item.keys.get("share") and not same for item, same in zip(others, shared, strict=True))
        if lent or first.keys.get("share") or any(shared) != all(shared) or item_lends(others):
            return None
        if not all(shared) and first.steps and first.steps[0].lends:
            return None
        found.append(all(shared))
    return found


def _lender(stretch: list[Item]) -> Step | None:
    """The first layer whose weights the items of a stretch share with others."""
    for item in within(stretch):
        share = item.keys.get("share")
        if isinstance(share, Step):
            return share
        lending = next((step for step in item.steps if step.lends), None)
        if lending is not None:
            return lending
    return None


def item_lends(items: list[Item]) -> bool:
    """Tell whether layers outside share the weights of items."""
    return any(step.lends for item in items for step in item.steps)


class _Search:
    """The stretches of items that come again in some lists."""

    def __init__(self, lists: list[list[Item]], starts: Starts) -> None:
        like = Likeness()
        self.lists = lists
        self.work = sum(map(len, lists))
        self.starts = starts
        self._seen: dict[int, _Seen] = {}
        self.kinds = [[like.of(item) for item in each] for each in lists]
        self.lines = [[*accumulate(_lines_in(each), initial=0)] for each in lists]

    def _seen_of(self, item: Item) -> _Seen:
        found = self._seen.get(id(item))
        if found is None:
            found = self._seen[id(item)] = _Seen.of(item)
        return found

    def candidates(self) -> list[tuple[int, int, list[tuple[int, int]]]]:
        """What each stretch saves at the most, its length, and where it starts; the best first."""
        longest = max(1, min(LONGEST, WORK // max(1, sum(map(len, self.lists)))))
        current: dict[object, list[tuple[int, int]]] = {}
        for which, kinds in enumerate(self.kinds):
            for start, kind in enumerate(kinds):
                current.setdefault(kind, []).append((which, start))
        found = []
        for length in range(1, longest + 1):
            kept = [places for places in current.values() if len(places) > 1]
            if not kept:
                break
            current = {}
            for number, places in enumerate(kept):
                bound = self._bound(places, length)
                if bound >= WORTH:
                    found.append((bound, length, places))
                self.work += len(places)
                for which, start in places:
                    if start + length < len(self.kinds[which]):
                        key = (number, self.kinds[which][start + length])
                        current.setdefault(key, []).append((which, start))
        found.sort(key=lambda each: (-each[0], each[1]))
        return found

    def _bound(self, places: list[tuple[int, int]], length: int) -> int:
        which, start = places[0]
        if length == 1:
            item = self.lists[which][start]
            if item.block is not None or not any(True for _ in item.lists):
                return 0
        lines = self.lines[which][start + length] - self.lines[which][start]
        calls = times = 0
        last, end = -1, 0
        for which, start in places:
            if which == last and start < end:
                continue
            calls += not (which == last and start == end)
            times += 1
            last, end = which, start + length
        return times * lines - lines - 2 - calls + self._bonus(lines)

    @staticmethod
    def _bonus(lines: int) -> int:
        """What it counts that a stretch begins and ends where names do."""
        return lines + 2

    def _is_named(self, places: list[tuple[int, int]], length: int) -> bool:
        """Tell whether the layers of each stretch, and no others, are called after one place."""
        for which, start in places:
            steps = [
                step for item in self.lists[which][start : start + length] for step in self._seen_of(item).steps
            ]
            if not self.starts.alone(common([step.name for step in steps]), steps):
                return False
        return True

    def rated(self, places: list[tuple[int, int]], length: int) -> Found | None:
        """What a stretch saves: its lines at each of its places, without those of the block and of the calls."""
        which, start = places[0]
        lines = self.lines[which][start + length] - self.lines[which][start]
        patterns: dict[object, list[tuple[int, int]]] = {}
        for which, start in places:
            if _cuts(self.lists[which], start) or _cuts(self.lists[which], start + length):
                continue
            stretch = self.lists[which][start : start + length]
            seen = [self._seen_of(item) for item in stretch]
            pattern = _pattern(stretch, seen)
            lender = _lender(stretch) if any(each.shares for each in seen) else None
            chosen = patterns.setdefault((pattern, lender), [])
            if pattern is None or (chosen and chosen[-1][0] == which and start < chosen[-1][1] + length):
                continue
            chosen.append((which, start))
        best: Found | None = None
        for chosen in patterns.values():
            if len(chosen) > 1 and self._share_alike(chosen, length):
                saved = len(chosen) * lines - lines - 2 - _calls(self.lists, chosen, length)
                saved -= self._burden(chosen, length) if saved >= WORTH else 0
                score = saved + self._bonus(lines) * self._is_named(chosen, length) if saved >= WORTH else saved
                if best is None or score > best.score:
                    best = Found(score, saved, length, [(self.lists[each], at) for each, at in chosen])
        return best

    def _share_alike(self, places: list[tuple[int, int]], length: int) -> bool:
        """Tell whether none of the stretches shares weights, or all others those of the first."""
        stretches = [self.lists[which][start : start + length] for which, start in places]
        if not any(self._seen_of(item).shares for stretch in stretches for item in stretch):
            return True
        return shared_with_first(stretches) is not None

    def _burden(self, places: list[tuple[int, int]], length: int) -> int:
        """What parameters take from a block's use: short ones that need many are no help."""
        stretches = [self.lists[which][start : start + length] for which, start in places]
        unifier = Unifier(stretches)
        if unifier.failed:
            return len(places) * LONGEST * LINE
        params = len(unifier.params)
        simple = all(item.block is None and not list(item.lists) for item in stretches[0])
        if simple and params > length:
            return len(places) * length
        return 2 * max(0, params - FREE)


def lines_of(item: Item) -> int:
    """About how many lines an item takes."""
    return 1 if width_of(item) <= LINE else 1 + sum(lines_of(sub) for each in item.lists for sub in each)


def width_of(item: Item) -> int:
    """About how many characters an item takes on one line."""
    own = 6 + len(item.head) + FIELD * (len(item.values) + (item.norm is not None) + (item.act is not None))
    return own + sum(4 + width_of(sub) for each in item.lists for sub in each)


def _lines_in(items: list[Item]) -> Iterator[int]:
    """The lines of each item; a call takes none of its own that goes on with the numbers of the one before."""
    before: Item | None = None
    for item in items:
        goes_on = (
            before is not None
            and item.block is not None
            and before.block is item.block
            and before.values == item.values
        )
        yield 0 if goes_on else lines_of(item)
        before = item


def _cuts(items: list[Item], place: int) -> bool:
    """Tell whether a place is between two calls of one block, which belong together."""
    return (
        0 < place < len(items)
        and items[place].block is not None
        and items[place - 1].block is items[place].block
    )


def _once(last: Item, item: Item) -> bool:
    """Tell whether an item is another repetition of the last."""
    if "repeat" not in last.values:
        return same(last, item)
    one = last.copy()
    one.values = {name: value for name, value in last.values.items() if name != "repeat"}
    return same(one, item)


def _outside(stretch: list[Item]) -> list[Step]:
    """The tensors that a stretch takes from outside: the one that comes in first."""
    entry = stretch[0].entry
    own = {item.out for item in within(stretch)}
    assert entry is not None
    used = (*strays(stretch, entry), *_taken_in(stretch))
    return list(dict.fromkeys([entry, *(step for step in used if step not in own)]))


def _names_entry(stretch: list[Item]) -> bool:
    entry = stretch[0].entry
    return any(step is entry for step in (*_taken_in(stretch), *strays(stretch[1:], stretch[0].out)))


def _taken_in(stretch: list[Item]) -> Iterator[Step]:
    """The tensors that items take in by name."""
    return (step for item in within(stretch) for step in data_references(item))


class _Seen(NamedTuple):
    """What an item and those inside it put out, name, and leave open for others to take.

    Args:
        outs: what they put out.
        named: the tensors that they name or start from, without the one that comes in.
        open: those of the outputs that something else takes.
        steps: the layers.
        shares: whether weights are shared, so that it has to be reached by its name.
    """

    outs: tuple[Step, ...]
    named: tuple[Step, ...]
    open: tuple[Step, ...]
    steps: frozenset[Step]
    shares: bool

    @classmethod
    def of(cls, item: Item) -> _Seen:
        """What is seen of an item."""
        inside = list(within([item]))
        steps = frozenset([step for each in inside for step in each.steps])
        outs = tuple([each.out for each in inside])
        named = (*strays([item], item.entry), *(step for each in inside for step in data_references(each)))
        shares = any(each.keys.get("share") for each in inside) or any(step.lends for step in steps)
        return cls(outs, named, tuple([out for out in outs if not out.readers <= steps]), steps, shares)


def _pattern(stretch: list[Item], seen: list[_Seen]) -> object | None:
    """How the items of a stretch name one another and tensors outside; None where others need its inside."""
    entry = stretch[0].entry
    if entry is None:
        return None
    last = stretch[-1].out
    left = [out for each in seen for out in each.open if out is not last]
    if left:
        steps = frozenset().union(*(each.steps for each in seen))
        if not all(out.readers <= steps for out in left):
            return None
    own = {out: place for place, out in enumerate([out for each in seen for out in each.outs])}
    outside: dict[Step, int] = {entry: 0}
    pattern: list[object] = []
    before = entry
    for item, each in zip(stretch, seen, strict=True):
        stray = () if item.entry is before or item.entry is None else (item.entry,)
        for step in (*stray, *each.named):
            pattern.append(own[step] if step in own else f"from {outside.setdefault(step, len(outside))}")
        pattern.append("")
        before = item.out
    return tuple(pattern) if len(outside) <= MOST_INPUTS else None


def _calls(lists: list[list[Item]], places: list[tuple[int, int]], length: int) -> int:
    """About how many lines the calls take: those that follow one another with the same numbers are one."""
    calls = 0
    before: tuple[int, int] | None = None
    previous: list[Item] = []
    alike = True
    for which, start in places:
        stretch = lists[which][start : start + length]
        adjacent = before is not None and before == (which, start)
        equal = adjacent and same_lists(previous, stretch)
        if not equal and not (adjacent and not alike):
            calls += 1
        alike = equal or not adjacent
        before, previous = (which, start + length), stretch
    return calls


def _wrap(items: list[Item], like: Likeness) -> None:
    """Write items that are the body of a residual elsewhere in the list as one that adds nothing."""
    bodies: dict[tuple[int, ...], Item] = {}
    for item in items:
        if item.head == "residual" and item.shortcut is None and len(like.of_list(item.body)) > 1:
            bodies.setdefault(like.of_list(item.body), item)
    if not bodies:
        return
    found: list[Item] = []
    place = 0
    lengths = sorted({len(key) for key in bodies}, reverse=True)
    while place < len(items):
        taken = next(
            (
                (end, bodies[kinds])
                for length in lengths
                for end, kinds in [_ahead(items, place, length, like)]
                if kinds in bodies and _flows(items[place:end])
            ),
            None,
        )
        if taken is None:
            found.append(items[place])
            place += 1
            continue
        end, model = taken
        found.append(_bare(items[place:end], model))
        place = end
    items[:] = found


def _ahead(items: list[Item], place: int, length: int, like: Likeness) -> tuple[int, tuple[int, ...]]:
    """Where so many items end that cannot be left out, and their kinds."""
    kinds: list[int] = []
    end = place
    if items[place].head in OPTIONAL:
        return place, ()
    while end < len(items) and len(kinds) < length:
        if items[end].head not in OPTIONAL:
            kinds.append(like.of(items[end]))
        end += 1
    return end, tuple(kinds)


def _flows(items: list[Item]) -> bool:
    """Tell whether items follow one another, and nothing else takes what is between them."""
    steps = {step for item in within(items) for step in item.steps}
    return all(
        item.entry is before.out and before.out.readers <= steps
        for before, item in zip(items, items[1:], strict=False)
    )


def _bare(items: list[Item], model: Item) -> Item:
    found = Item("residual", items[-1].out)
    found.entry, found.body, found.adds = items[0].entry, items, False
    found.keys = dict(model.keys)
    if model.act is not None:
        found.act = None
    return found


def flat(items: list[Item]) -> Iterator[Item]:
    """Items with those that add nothing undone."""
    for item in items:
        if item.head == "residual" and item.adds is False:
            yield from flat(item.body)
        else:
            yield item
