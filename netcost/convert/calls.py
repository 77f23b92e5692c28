"""Calls of one block that follow one another, as one item that is repeated."""

from __future__ import annotations

from typing import Any

from netcost.convert.items import Item
from netcost.convert.likeness import Expression

ALTERNATING = 4
"""Calls from which on two values in turns are told by the index."""


def grouped(items: list[Item]) -> list[Item]:
    """The items of a list, with calls of a block in a row as one."""
    found: list[Item] = []
    place = 0
    while place < len(items):
        run = _run(items, place)
        found += _written(run) if len(run) > 1 else run
        place += len(run)
    return found


def _run(items: list[Item], place: int) -> list[Item]:
    """Calls of one block from a place on, each of which only the next one takes in."""
    run = [items[place]]
    block = run[0].block
    for item in items[place + 1 :]:
        last = run[-1]
        if (
            block is None
            or any(step.lends for step in (*run[-1].steps, *item.steps))
            or item.block is not block
            or item.entry is not last.out
            or item.others != last.others
            or not last.out.readers <= set(item.steps)
            or item.keys != last.keys
        ):
            break
        run.append(item)
    return run


def _written(run: list[Item]) -> list[Item]:
    """The calls in as few items as they take."""
    turns = _in_turns(run)
    if turns is not None:
        return [turns]
    found: list[Item] = []
    place = 0
    while place < len(run):
        end = _end_of_equal(run, place)
        following = _end_of_equal(run, place + 1) if end == place + 1 and place + 1 < len(run) else 0
        if following and _is_first_of(run[place], run[place + 1]):
            found.append(
                _repeated(run[place:following], run[place + 1].values, _differing(run[place], run[place + 1]))
            )
            place = following
        else:
            found.append(_repeated(run[place:end], run[place].values, {}))
            place = end
    return found


def _end_of_equal(run: list[Item], place: int) -> int:
    end = place + 1
    while end < len(run) and run[end].values == run[place].values:
        end += 1
    return end


def _is_first_of(item: Item, following: Item) -> bool:
    """Tell whether a call is the first of those that follow, with a few other numbers."""
    differing = _differing(item, following)
    defaults = {param.name for param in item.block.params if param.default is not None}
    return bool(differing) and set(differing) <= defaults


def _differing(item: Item, following: Item) -> dict[str, Any]:
    return {name: value for name, value in item.values.items() if following.values[name] != value}


def _repeated(run: list[Item], values: dict[str, Any], first: dict[str, Any]) -> Item:
    found = run[0].copy()
    found.values = dict(values)
    found.first = first
    found.out = run[-1].out
    found.steps = [step for item in run for step in item.steps]
    found.calls = [item.steps for item in run]
    if len(run) > 1:
        found.values["repeat"] = len(run)
    return found


def _in_turns(run: list[Item]) -> Item | None:
    """Calls that differ in numbers that take two values in turns."""
    if len(run) < ALTERNATING:
        return None
    values: dict[str, Any] = {}
    for name in run[0].values:
        column = [item.values[name] for item in run]
        if all(value == column[0] for value in column):
            values[name] = column[0]
        elif all(value == column[place % 2] for place, value in enumerate(column)):
            values[name] = _turn(column[0], column[1])
        else:
            return None
    if not any(isinstance(value, Expression) for value in values.values()):
        return None
    return _repeated(run, values, {})


def _turn(even: Any, odd: Any) -> Expression:
    if even is False and odd is True:
        return Expression("i % 2 == 1")
    if even is True and odd is False:
        return Expression("i % 2 == 0")
    return Expression(f"{_text(odd)} if i % 2 == 1 else {_text(even)}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value) if isinstance(value, tuple) else value)


def inlined(items: list[Item]) -> list[Item]:
    """Items with those that add nothing written as what they hold."""
    found: list[Item] = []
    for item in items:
        if item.head == "residual" and item.adds is False:
            found += inlined(item.body)
        else:
            found.append(item)
    return found
