"""Which items are alike but for their numbers, and which are the same."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from netcost.convert.items import Item
from netcost.layers import HEADS, find

OPTIONAL = ("pad", "dropout", "droppath")
"""Heads that one of several blocks may lack that are alike otherwise."""


class Expression(str):
    """A text that is an expression, and not a word."""

    __slots__ = ()

    @property
    def is_local(self) -> bool:
        """Whether it tells of the tensor that comes in, so that it means something else elsewhere."""
        return "in_" in self


NUMBERS = (bool, int, float)


class Likeness:
    """Gives a number to each kind of item: equal ones differ in numbers only."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self._of: dict[int, tuple[Item, int]] = {}

    def of(self, item: Item) -> int:
        """The kind of an item."""
        found = self._of.get(id(item))
        if found is None:
            found = self._of[id(item)] = (item, self._number(self._key(item)))
        return found[1]

    def of_list(self, items: list[Item]) -> tuple[int, ...]:
        """The kinds of the items of a list, without those that may be left out."""
        return tuple(
            self.of(item) for item, optional in zip(items, optional_in(items), strict=True) if not optional
        )

    def _number(self, key: Hashable) -> int:
        return self._known.setdefault(key, len(self._known))

    def _key(self, item: Item) -> Hashable:
        keys = tuple((name, each) for name, each in item.keys.items() if name != "share")
        return (
            item.head,
            id(item.block),
            _fields(item),
            keys,
            tuple(
                self.of_list(each) if isinstance(each, list) else each is item.entry for each in item.operands
            ),
            tuple((key, each is item.entry) for key, each in item.others.items()),
            self.of_list(item.body),
            item.norm and self.of(item.norm),
            item.act and self.of(item.act),
        )


def optional_in(items: list[Item]) -> list[bool]:
    """For each item of a list whether it may be left out; not a second one of its kind in a row."""
    found: list[bool] = []
    heads: list[str] = []
    for item in items:
        is_optional = item.head in OPTIONAL and item.head not in heads and not item.operands
        heads = [*heads, item.head] if is_optional else []
        found.append(is_optional)
    return found


def default_of(item: Item, name: str) -> Any:
    """What a field is where it is left out; None also where it has none."""
    if name == "repeat":
        return 1
    if item.head not in HEADS:
        return None
    declared = find(item.head)[0].fields.get(name)
    return declared.default if declared else None


def varies(value: object) -> bool:
    """Tell whether a value may be a parameter: a number, a list of such, or an expression."""
    if isinstance(value, Expression):
        return True
    if isinstance(value, tuple):
        return not hasattr(value, "_fields") and bool(value) and all(map(varies, value))
    return isinstance(value, NUMBERS)


def _fields(item: Item) -> Hashable:
    """What must be equal of the fields: words, and whether there is a value where there may be none."""
    found = []
    for name, value in sorted(item.values.items()):
        if not varies(value):
            found.append((name, str(value)))
        elif name == "kernel":
            found.append((name, str(value) if value == 1 or isinstance(value, tuple) else ""))
        elif default_of(item, name) is None or not varies(default_of(item, name)):
            found.append((name, ""))
    return tuple(found)


def same(one: Item | None, other: Item | None) -> bool:
    """Tell whether two items are written alike, whatever they are called."""
    if one is None or other is None:
        return one is other
    return (
        one.head == other.head
        and one.block is other.block
        and one.values == other.values
        and [*map(type, one.values.values())] == [*map(type, other.values.values())]
        and one.keys == other.keys
        and one.others == other.others
        and one.adds == other.adds
        and same(one.norm, other.norm)
        and same(one.act, other.act)
        and len(one.operands) == len(other.operands)
        and all(map(_same_operand, one.operands, other.operands))
        and same_lists(one.body, other.body)
        and same_lists(one.shortcut or [], other.shortcut or [])
    )


def _same_operand(one: object, other: object) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return same_lists(one, other)
    return one is other


def same_lists(one: list[Item], other: list[Item]) -> bool:
    """Tell whether two lists are written alike."""
    return len(one) == len(other) and all(map(same, one, other))
