"""What several lists of items have in common, as one list with parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from netcost.convert.items import Item
from netcost.convert.likeness import default_of, optional_in
from netcost.convert.steps import Step
from netcost.language.expression import FUNCTIONS, RESERVED
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.names import TENSOR_NAMES

WORDS = {"filters": "width", "operator": "op", "p": "drop", "index": "part"}
"""What parameters are called whose field has another name."""

CHANNELS = ("filters", "units", "groups", "dim", "hidden")
"""Fields that count channels, which may follow from those that come in."""

TAKEN = {*RESERVED, *FUNCTIONS, *TENSOR_NAMES, *ITEM_KEYS, "i", "prev", "input", "none", "x"}


class Expression(str):
    """A text that is an expression, and not a word."""

    __slots__ = ()


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
        self._conditions: list[tuple[tuple[bool, ...], Item, str, list[Item | None]]] = []
        self._outs: list[tuple[Any, tuple[int, ...]]] = []
        self._entries = [each[0].entry for each in lists]
        self.items = self._list(lists)
        for told, item, key, sources in self._conditions:
            self._condition(told, item, key, sources)
        self._settle_defaults()

    def arguments(self, number: int) -> dict[str, Any]:
        """The arguments of one of the calls."""
        return {param.name: param.values[number] for param in self.params}

    # -- lists and items

    def _list(self, lists: Sequence[list[Item]]) -> list[Item]:
        found: list[Item] = []
        rows = [_with_optional(each) for each in lists]
        for column in zip(*rows, strict=True):
            found += self._optional([before for before, _ in column])
            items = [item for _, item in column if item is not None]
            if items:
                found.append(self._item(items))
        return found

    def _optional(self, before: Sequence[list[Item]]) -> Iterator[Item]:
        """Items that some of the lists have, under a condition where not all do."""
        heads = list(dict.fromkeys(item.head for each in before for item in each))
        for head in heads:
            found = [next((item for item in each if item.head == head), None) for each in before]
            there = [item for item in found if item is not None]
            filled = [item or there[0] for item in found]
            item = self._item(filled)
            if len(there) < len(found):
                self._conditions.append((tuple(each is not None for each in found), item, "if", list(found)))
            yield item

    def _item(self, items: Sequence[Item]) -> Item:
        first = items[0]
        found = first.copy()
        found.steps = [step for item in items for step in item.steps]
        names = list(dict.fromkeys(name for item in items for name in item.values))
        found.values = {name: self._value(items, name) for name in names}
        if first.norm:
            found.norm = self._item([item.norm for item in items if item.norm])
        if first.act:
            found.act = self._item([item.act for item in items if item.act])
        if first.body:
            found.body = self._list([item.body for item in items])
        found.operands = [
            self._list([item.operands[place] for item in items]) if isinstance(each, list) else each  # type: ignore[misc]
            for place, each in enumerate(first.operands)
        ]
        self._shortcut(found, items)
        if first.head == "residual" and not all(item.adds for item in items):
            if any(item.adds for item in items):
                self._conditions.append((tuple(item.adds for item in items), found, "shortcut_if", list(items)))
            else:
                found.adds = False
        return found

    def _shortcut(self, found: Item, items: Sequence[Item]) -> None:
        shortcuts = [item.shortcut for item in items]
        there = [each for each in shortcuts if each]
        if not there:
            return
        found.shortcut = self._list([each or there[0] for each in shortcuts])
        if len(there) < len(items):
            self._conditions.append(
                (tuple(bool(each) for each in shortcuts), found, "shortcut", list(items))
            )

    # -- values

    def _value(self, items: Sequence[Item], name: str) -> Any:
        values = tuple(item.values.get(name, default_of(item, name)) for item in items)
        if all(value == values[0] and type(value) is type(values[0]) for value in values):
            return values[0]
        incoming = tuple(_channels(item.entry) for item in items)
        found = self._known(values, name, incoming)
        if found is None:
            found = self._param(name, values)
        if name in CHANNELS:
            self._outs.append((found, values))
        return found

    def _known(self, values: tuple[Any, ...], field: str, incoming: tuple[int, ...]) -> Expression | None:
        """An expression that has the values: of a parameter, or of the channels that come in."""
        for param in self.params:
            if param.values == values and [*map(type, param.values)] == [*map(type, values)]:
                return Expression(param.name)
        if not all(type(value) is int for value in values):
            return None
        if field in CHANNELS and all(incoming):
            found = _multiple("in_channels", incoming, values)
            if found:
                return found
        for param in self.params:
            if (field in CHANNELS) == (param.field in CHANNELS) and all(type(each) is int for each in param.values):
                found = None if field == "stride" else _multiple(param.name, param.values, values)
                if found:
                    return found
        return None

    def _param(self, field: str, values: tuple[Any, ...]) -> Expression:
        name = self._free(WORDS.get(field, field))
        self.params.append(Param(name, field, values))
        return Expression(name)

    def _free(self, word: str) -> str:
        taken = {*TAKEN, *(param.name for param in self.params)}
        name, number = word, 2
        while name in taken:
            name, number = f"{word}{number}", number + 1
        return name

    # -- what is not always there

    def _condition(self, told: tuple[bool, ...], item: Item, key: str, sources: list[Item | None]) -> None:
        text = self._rule(told, sources, key)
        if text is None:
            word = {"shortcut": "project", "shortcut_if": "skip"}.get(key, f"with_{item.head}")
            text = self._param(word, told)
        if key == "shortcut":
            assert item.shortcut is not None
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
                if values != outgoing or text.startswith("in_"):
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
            if times * 2 > len(param.values) and param.field not in CHANNELS:
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


def _multiple(word: str, base: Sequence[int], values: Sequence[int]) -> Expression | None:
    """The values as a multiple of others, or a whole part of them."""
    if not all(base) or not all(values):
        return None
    times, part = values[0] // base[0], base[0] // values[0]
    if times and all(value == times * each for value, each in zip(values, base, strict=True)):
        return Expression(word if times == 1 else f"{times} * {word}")
    if part > 1 and all(value == each // part for value, each in zip(values, base, strict=True)):
        return Expression(f"{word} // {part}")
    return None


def _under(items: list[Item], condition: Expression) -> list[Item]:
    """Items that are there under a condition."""
    if len(items) == 1:
        item = items[0].copy()
        item.values = {**item.values, "if": condition}
        return [item]
    group = Item("seq", items[-1].out)
    group.entry, group.body, group.values = items[0].entry, items, {"if": condition}
    return [group]
