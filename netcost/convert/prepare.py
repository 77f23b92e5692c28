"""What is made alike before blocks are looked for: layers in a row, and residuals of which one adds nothing."""

from __future__ import annotations

from itertools import pairwise

from netcost.convert.items import Item, within
from netcost.convert.likeness import OPTIONAL, Likeness, same
from netcost.convert.steps import Step


def repeat(items: list[Item], named: set[Step]) -> None:
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
            and not any(step.lends for step in (*last.steps, *item.steps))
        ):
            merged = last.copy()
            merged.values = {**last.values, "repeat": last.values.get("repeat", 1) + 1}
            merged.out = item.out
            merged.steps = [*last.steps, *item.steps]
            found[-1] = merged
        else:
            found.append(item)
    items[:] = found


def _once(last: Item, item: Item) -> bool:
    """Tell whether an item is another repetition of the last."""
    if "repeat" not in last.values:
        return same(last, item)
    one = last.copy()
    one.values = {name: value for name, value in last.values.items() if name != "repeat"}
    return same(one, item)


def wrap(items: list[Item], like: Likeness) -> None:
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
    return all(item.entry is before.out and before.out.readers <= steps for before, item in pairwise(items))


def _bare(items: list[Item], model: Item) -> Item:
    found = Item("residual", items[-1].out)
    found.entry, found.body, found.adds = items[0].entry, items, False
    found.keys = dict(model.keys)
    if model.act is not None:
        found.act = None
    return found
