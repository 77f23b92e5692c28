"""Items as mappings, with the names that they see and are called by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from netcost.convert import names
from netcost.convert.defaults import KEPT, fields_of, undone, written_follower
from netcost.convert.formats import dtype_of, plain, plain_fields
from netcost.convert.items import OWN, Item, flows_after, references, strays
from netcost.convert.steps import Step
from netcost.dtypes import Precision
from netcost.language.names import is_name
from netcost.layers import HEADS, find

ORDER = {name: place for place, name in enumerate(("kernel", "stride", "pad", "dilation", "groups"))}
"""Fields that stand first."""

NAMED = {"input", "prev", "none"}
"""Names that have a meaning."""


class Facts(NamedTuple):
    """What holds for a whole spec: what names begin with, what is left out by default, the number formats."""

    starts: names.Starts
    defaults: Mapping[str, Mapping[str, Any]]
    precision: Precision


class Scope:
    """A list of items, or the body of a block, with the names that it sees."""

    def __init__(
        self,
        facts: Facts,
        items: list[Item],
        known: dict[Step, str],
        outputs: Sequence[Step],
        *,
        is_block: bool,
    ) -> None:
        self.facts = facts
        self.is_block = is_block
        self.known = known
        self._label(items, outputs)

    def _label(self, items: list[Item], outputs: Sequence[Step]) -> None:
        entry = items[0].entry if items else None
        needed = {*references(items), *strays(items, entry), *outputs, *([entry] if entry else ())}
        taken = {*self.known.values(), *NAMED}
        self._label_list(items, needed, taken, Counter())

    def _label_list(
        self, items: list[Item], needed: set[Step], taken: set[str], counters: Counter[str]
    ) -> None:
        for item in items:
            if item.head in {"residual", "seq"} and item.block is None:
                self._label_list(item.body, needed, taken, counters)
            label = (
                names.call_name(item, self.facts.starts)
                if item.block is not None
                else names.own_name(item, self.facts.starts)
            )
            generated = item.block.name if item.block is not None else item.head
            if item.block is None and item.head in {"residual", "seq"}:
                label = item.name if is_name(item.name) else ""
            if label in taken or (label == item.head and (self.is_block or _is_elementwise(item))):
                label = ""
            if item.out in needed and item.out not in self.known:
                label = label or names.unique(_word(item), taken)
            elif label.rstrip("0123456789") == generated and label != generated:
                label = ""
            if label:
                item.label = label
                taken.add(label)
                self.known.setdefault(item.out, label)
            else:
                counters["add" if item.head == "residual" else generated] += 1
            for each in item.lists:
                if each is not item.body:
                    self._label_list(each, needed, taken, Counter())

    def reference(self, step: Step, flow: Step | None = None) -> str:
        """How an item names a tensor."""
        if step is flow:
            return "prev"
        return self.known.get(step, "prev")

    def list(self, items: list[Item], entry: Step | None) -> list[Any]:
        """The items of a list, where a tensor comes in."""
        found = []
        flows = {entry}
        for item in items:
            found.append(self.item(item, flows))
            flows = flows_after(item, flows)
        return found

    def item(self, item: Item, flows: set[Step | None]) -> Any:
        """One item."""
        data: dict[str, Any] = {}
        if item.label:
            data["name"] = item.label
        flow = item.entry
        if item.block is not None:
            self._call(item, data)
        elif item.head == "residual":
            data["residual"] = self.list(item.body, item.body[0].entry)
            if item.shortcut:
                data["shortcut"] = self.list(item.shortcut, item.shortcut[0].entry)
            if "shortcut_if" in item.values:
                data["shortcut_if"] = item.values["shortcut_if"]
            if item.act is not None:
                data["act"] = self.follower(item.act)
        elif item.head == "seq":
            data["seq"] = self.list(item.body, item.body[0].entry)
        else:
            self._layer(item, data, flow)
        self._sources(item, data, flows)
        for name in ("repeat", "first", "if"):
            value = item.values.get(name) if name != "first" else item.first
            if value:
                data[name] = plain_fields(value)
        self._traits(item, data)
        return data if len(data) > 1 or next(iter(data.values())) is not None else next(iter(data))

    def _call(self, item: Item, data: dict[str, Any]) -> None:
        params = item.block.params
        positional = [plain(item.values[param.name]) for param in params if param.default is None]
        value: Any = positional
        if not positional:
            value = None
        elif len(positional) == 1 and not isinstance(positional[0], list):
            value = positional[0]
        data[item.block.name] = value
        for param in params:
            if param.default is not None and item.values[param.name] != param.default:
                data[param.name] = plain(item.values[param.name])

    def _layer(self, item: Item, data: dict[str, Any], flow: Step | None) -> None:
        values = fields_of(item)
        defaults = self.facts.defaults.get(item.head, {})
        if item.operands:
            data[item.head] = self._operands(item, flow)
        else:
            primary = values.pop(item.primary, None)
            data[item.head] = plain(primary) if primary is not None else None
        if item.norm is not None:
            values["norm"] = self.follower(item.norm)
        if item.act is not None:
            values["act"] = self.follower(item.act)
        for name, value in defaults.items():
            if name in values and values[name] == value and type(values[name]) is type(value):
                del values[name]
            elif name not in values and name != item.primary:
                values.setdefault(name, undone(item, name))
        for name, value in sorted(values.items(), key=lambda each: ORDER.get(each[0], len(ORDER))):
            if value is not KEPT and name not in {"repeat", "if", "shortcut_if"}:
                data[name] = plain(value)

    def _operands(self, item: Item, flow: Step | None) -> Any:
        found: list[Any] = []
        for each in item.operands:
            if isinstance(each, Step):
                found.append(self.reference(each, flow))
            else:
                inner = self.list(each, flow)
                found.append(
                    inner[0]
                    if len(inner) == 1 and isinstance(inner[0], dict) and _may_stand_alone(inner[0])
                    else inner
                )
        return found

    def _sources(self, item: Item, data: dict[str, Any], flows: set[Step | None]) -> None:
        stray = item.entry is not None and item.entry not in flows
        numbered = [step for key, step in item.others.items() if key.isdigit()]
        start = self.reference(item.entry) if stray and item.entry else "prev"
        if numbered:
            rest = [self.reference(step, item.entry) for step in numbered]
            data["from"] = [start, *(start if each == "prev" else each for each in rest)]
        elif stray:
            data["from"] = start
        for key, step in item.others.items():
            if not key.isdigit():
                data[key] = self.reference(step, item.entry)

    def _traits(self, item: Item, data: dict[str, Any]) -> None:
        keys = item.keys
        share = keys.get("share")
        if isinstance(share, Mapping):
            data["share"] = {weight: self._owner(weight, *owner) for weight, owner in share.items()}
        elif share is not None:
            data["share"] = share if share == OWN else self.reference(share)
        if keys.get("frozen"):
            data["frozen"] = True if keys["frozen"] is True else list(keys["frozen"])
        if keys.get("training_only"):
            data["training_only"] = True
        dtype = keys.get("dtype")
        if dtype is not None and dtype != self.facts.precision:
            data["dtype"] = dtype_of(dtype)

    def _owner(self, weight: str, owner: Step, theirs: str) -> str:
        name = self.reference(owner)
        return name if weight == theirs else f"{name}.{theirs}"

    def follower(self, item: Item) -> Any:
        """A norm or an activation beside a layer."""
        return written_follower(item, self.facts.defaults)


def _is_elementwise(item: Item) -> bool:
    return item.head in HEADS and find(item.head)[0].elementwise


def _may_stand_alone(data: Mapping[str, Any]) -> bool:
    return "repeat" not in data and "if" not in data


def _word(item: Item) -> str:
    """A name for an item that is named elsewhere."""
    if item.block is not None:
        return str(item.block.name).lower()
    return "sum" if item.head in {"add", "residual"} else item.head
