"""What several lists of items have in common, as one list with parameters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any

from netcost.convert.items import Item
from netcost.convert.likeness import Expression, Likeness, default_of, optional_in
from netcost.convert.names import common, names_in
from netcost.convert.steps import Step
from netcost.language.expression import FUNCTIONS, RESERVED
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.names import TENSOR_NAMES

WORDS = {"filters": "width", "p": "drop", "index": "part", "repeat": "times"}
"""What parameters are called whose field has another name."""

FIRST = ("kernel", "stride", "dilation")
"""Fields after which others may be called."""

CHANNELS = ("filters", "units", "groups", "dim", "hidden")
"""Fields that count channels, which may follow from those that come in."""

TAKEN = {*RESERVED, *FUNCTIONS, *TENSOR_NAMES, *ITEM_KEYS, "i", "prev", "input", "none", "x"}


ANY: Any = object()
"""The value of something that is not there."""


class Param:
    """A parameter of a block: its name, and its value in each call."""

    __slots__ = ("default", "field", "name", "values")

    def __init__(self, name: str, field: str, values: tuple[Any, ...]) -> None:
        self.name = name
        self.field = field
        self.values = values
        self.default: Any = None


class Unifier:
    """Makes one list of several that are alike but for numbers, and for what one of them may lack.

    Attributes:
        params: what differs.
        items: what they have in common.
    """

    def __init__(self, lists: Sequence[list[Item]]) -> None:
        self.params: list[Param] = []
        self._like = Likeness()
        self.failed = False
        """Whether there is a difference that no parameter can say."""
        self._conditions: list[tuple[tuple[bool, ...], Item, str, list[Item | None]]] = []
        self._outs: list[tuple[Any, tuple[int, ...]]] = []
        self._outgoing = tuple(_channels(each[-1].out) for each in lists)
        self._starts = [common(names_in(each)) for each in lists]
        self.items = self._list(lists)
        for told, item, key, sources in self._conditions:
            self._condition(told, item, key, sources)
        self._settle_defaults()

    def arguments(self, number: int) -> dict[str, Any]:
        """The arguments of one of the calls."""
        return {param.name: param.values[number] for param in self.params}

    # -- lists and items

    def _list(self, lists: Sequence[list[Item] | None]) -> list[Item]:
        """What lists have in common; some of them may not be there."""
        there = [_with_optional(each) for each in lists if each is not None]
        missing: list[tuple[list[Item], Item | None]] = [([], None)] * len(there[0])
        rows = iter(there)
        columns = zip(*(missing if each is None else next(rows) for each in lists), strict=True)
        found: list[Item] = []
        for column in columns:
            found += self._optional([before for before, _ in column], [each is not None for each in lists])
            items = [item for _, item in column]
            if any(items):
                found.append(self._item(items))
        return found

    def _optional(self, before: Sequence[list[Item]], there: Sequence[bool]) -> Iterator[Item]:
        """Items that some of the lists have, under a condition where not all do that are there."""
        for head in dict.fromkeys(item.head for each in before for item in each):
            found = [next((item for item in each if item.head == head), None) for each in before]
            item = self._item(found)
            if any(is_there and each is None for is_there, each in zip(there, found, strict=True)):
                item.entry = None  # it goes on from what comes, whichever call it was taken from
                told = tuple(each is not None for each in found)
                self._conditions.append((told, item, "if", found))
            yield item

    def _item(self, items: Sequence[Item | None]) -> Item:
        """What items have in common; where there is none, anything goes."""
        there = [item for item in items if item is not None]
        first = there[0]
        found = first.copy()
        found.steps = [step for item in there for step in item.steps]
        given = {name for item in there for name in item.values}
        names = dict.fromkeys((*FIRST, *(name for item in there for name in item.values)))
        found.values = {name: self._value(items, name) for name in names if name in given}
        if first.norm:
            found.norm = self._item([item and item.norm for item in items])
        if first.act:
            found.act = self._item([item and item.act for item in items])
        if first.body:
            found.body = self._list([item.body if item else None for item in items])
        found.operands = [
            self._list([_held(item, place) for item in items]) if isinstance(each, list) else each
            for place, each in enumerate(first.operands)
        ]
        self._shortcut(found, items)
        self._sum(found, items)
        if first.head == "residual":
            found.name = self._structure_name(items)
        return found

    def _structure_name(self, items: Sequence[Item | None]) -> str:
        """What the source calls the layers of a structure together, if that is more than it calls the block."""
        starts = [common(names_in([item])) if item else "" for item in items]
        lasts = {start.rpartition(".")[2] for start in starts}
        deeper = all(len(start) > len(outer) for start, outer in zip(starts, self._starts, strict=True))
        return lasts.pop() if len(lasts) == 1 and deeper else ""

    def _sum(self, found: Item, items: Sequence[Item | None]) -> None:
        if found.head != "residual":
            return
        adds = tuple(item is None or item.adds for item in items)
        if not any(adds):
            found.adds = False
        elif not all(adds):
            found.adds = True
            self._conditions.append((adds, found, "shortcut_if", list(items)))

    def _shortcut(self, found: Item, items: Sequence[Item | None]) -> None:
        shortcuts = [item.shortcut if item else None for item in items]
        if not any(shortcuts):
            return
        if len({self._like.of_list(each) for each in shortcuts if each}) > 1:
            self.failed = True
            return
        found.shortcut = self._list(shortcuts)
        told = tuple(bool(each) for each in shortcuts)
        if not all(told):
            self._conditions.append((told, found, "shortcut", list(items)))

    # -- values

    def _value(self, items: Sequence[Item | None], name: str) -> Any:
        values = tuple(
            ANY if item is None else item.values.get(name, default_of(item, name)) for item in items
        )
        told = [value for value in values if value is not ANY]
        if all(_equal(value, told[0]) for value in told) and not _is_outer(told[0]):
            return told[0]
        if any(isinstance(value, Expression) and value.is_local for value in told):
            self.failed = True
        incoming = tuple(
            _channels(item.entry) if item and "repeat" not in item.values else 0 for item in items
        )
        found = self._known(values, name, incoming)
        if found is None:
            found = self._param(name, values)
        if name in CHANNELS:
            self._outs.append((found, values))
        return found

    def _known(self, values: tuple[Any, ...], field: str, incoming: tuple[int, ...]) -> Expression | None:
        """An expression that has the values: of a parameter, or of the channels that come in."""
        for param in self.params:
            if (field == "if") == (param.field == "if") and all(map(_equal, values, param.values)):
                return Expression(param.name)
        if not all(type(value) is int for value in values if value is not ANY) or field == "stride":
            return None
        halves = [param for param in self.params if field == "pad" and param.field == "kernel"]
        for param in halves:
            if all(
                value is ANY or each // 2 == value for value, each in zip(values, param.values, strict=True)
            ):
                return Expression(f"{param.name} // 2")
        for param in self.params:
            alike = (field in CHANNELS) == (param.field in CHANNELS)
            if alike and all(type(each) is int for each in param.values):
                found = _multiple(param.name, param.values, values)
                if found:
                    return found
        return _multiple("in_channels", incoming, values) if field in CHANNELS else None

    def _param(self, field: str, values: tuple[Any, ...]) -> Expression:
        is_out = (
            any(each.field in CHANNELS for each in self.params)
            and field in {"filters", "units"}
            and values == self._outgoing
        )
        name = self._free(*(["out"] if is_out else []), WORDS.get(field, field))
        told = Counter(_hashable(value) for value in values if value is not ANY)
        (_, usual), _ = told.most_common(1)[0]
        self.params.append(Param(name, field, tuple(usual if each is ANY else each for each in values)))
        return Expression(name)

    def _free(self, *words: str) -> str:
        taken = {*TAKEN, *(param.name for param in self.params)}
        numbered = (f"{words[-1]}{number}" for number in count(2))
        return next(word for word in chain(words, numbered) if word not in taken)

    # -- what is not always there

    def _condition(self, told: tuple[bool, ...], item: Item, key: str, sources: list[Item | None]) -> None:
        text = self._rule(told, sources, key)
        if text is None:
            word = {"shortcut": "project", "shortcut_if": "skip"}.get(key, f"with_{item.head}")
            text = self._param(word, told)
        if key == "shortcut":
            item.shortcut = _under(item.shortcut, text)
        else:
            item.values = {**item.values, key: text}

    def _rule(self, told: tuple[bool, ...], sources: list[Item | None], key: str) -> Expression | None:
        """A condition on strides and channels that holds where something is there."""
        strides = next((param for param in self.params if param.field == "stride"), None)
        stride = strides.values if strides else (1,) * len(told)
        incoming = tuple(_channels(item.entry) if item else 0 for item in sources)
        terms: list[tuple[str, tuple[bool, ...]]] = []
        if strides:
            terms.append((f"{strides.name} != 1", tuple(each != 1 for each in stride)))
            terms.append((f"{strides.name} == 1", tuple(each == 1 for each in stride)))
        if key != "if" and all(incoming):
            for text, values in reversed(self._outs):
                outgoing = tuple(_channels(item.out) if item else 0 for item in sources)
                if values != outgoing or "in_" in text:
                    continue
                equal = tuple(a == b for a, b in zip(incoming, values, strict=True))
                differ = tuple(not each for each in equal)
                terms += [(f"in_channels != {text}", differ), (f"in_channels == {text}", equal)]
                if strides:
                    both = tuple(s == 1 and each for s, each in zip(stride, equal, strict=True))
                    terms.append((f"{strides.name} == 1 and in_channels == {text}", both))
                    either = tuple(not each for each in both)
                    terms.append((f"{strides.name} != 1 or in_channels != {text}", either))
                break
        return next((Expression(text) for text, values in terms if values == told), None)

    def _settle_defaults(self) -> None:
        """Give a parameter its commonest value where most calls have it, and put those to the end."""
        for param in self.params:
            value, times = Counter(map(_hashable, param.values)).most_common(1)[0]
            expressions = any(isinstance(each, Expression) for each in param.values)
            if times * 2 >= len(param.values) and param.field not in CHANNELS and not expressions:
                param.default = next(each for each in param.values if _hashable(each) == value)
        self.params.sort(key=lambda param: param.default is not None)


def _hashable(value: Any) -> Any:
    return (type(value), value)


def _with_optional(items: list[Item]) -> list[tuple[list[Item], Item | None]]:
    """Each item with those before it that may be left out; at the end those that follow the last."""
    found: list[tuple[list[Item], Item | None]] = []
    before: list[Item] = []
    for item, optional in zip(items, optional_in(items), strict=True):
        if optional:
            before.append(item)
        else:
            found.append((before, item))
            before = []
    return [*found, (before, None)]


def _channels(step: Step | None) -> int:
    return step.shape.channels if step is not None and step.shape.embedded else 0


def _is_outer(value: Any) -> bool:
    """Tell whether a value depends on parameters of the block around."""
    if isinstance(value, tuple):
        return any(map(_is_outer, value))
    return isinstance(value, Expression) and not re.fullmatch(r"(\d+ [*/]+ )?in_channels( // \d+)?", value)


def _equal(value: Any, other: Any) -> bool:
    return value is ANY or other is ANY or (type(value) is type(other) and value == other)


def _multiple(word: str, base: Sequence[int], values: Sequence[Any]) -> Expression | None:
    """The values as a multiple of others, or a whole part of them."""
    pairs = [(each, value) for each, value in zip(base, values, strict=True) if value is not ANY]
    if not all(each and value for each, value in pairs):
        return None
    times, part = pairs[0][1] // pairs[0][0], pairs[0][0] // pairs[0][1]
    if times and all(value == times * each for each, value in pairs):
        return Expression(word if times == 1 else f"{times} * {word}")
    if part > 1 and all(value == each // part for each, value in pairs):
        return Expression(f"{word} // {part}")
    return None


def _held(item: Item | None, place: int) -> list[Item] | None:
    """The branch of an item at a place."""
    branch = item.operands[place] if item else None
    return branch if isinstance(branch, list) else None


def _under(items: list[Item] | None, condition: Expression) -> list[Item]:
    """Items that are there under a condition."""
    if not items:
        return []
    if len(items) == 1:
        item = items[0].copy()
        item.values = {**item.values, "if": condition}
        return [item]
    group = Item("seq", items[-1].out)
    group.entry, group.body, group.values = items[0].entry, items, {"if": condition}
    return [group]
