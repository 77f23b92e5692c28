"""The text of a spec: its top-level keys, its blocks and its items, as mappings and lists, then as lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from netcost.blocks import FORMATS, BlockFormat, Grouped
from netcost.convert import names, yaml
from netcost.convert.blocks import Block, Roller
from netcost.convert.calls import grouped, inlined
from netcost.convert.graph import listed_items
from netcost.convert.items import OWN, Item, flows_after, references, strays, within
from netcost.convert.likeness import Expression, default_of
from netcost.convert.steps import Step, Steps
from netcost.dtypes import Precision
from netcost.layers import HEADS, find
from netcost.network import Network
from netcost.shapes import Shape

COMMON = 3
"""Items that share a field from which on it is a default."""

ORDER = {name: place for place, name in enumerate(("kernel", "stride", "pad", "dilation", "groups"))}
"""Fields that stand first."""

NAMED = {"input", "prev", "none"}


class Writer:
    """Writes a network as a spec.

    Args:
        network: what is written.
        rolled: whether what comes again is told once.
    """

    def __init__(self, network: Network, *, rolled: bool = True) -> None:
        self.network = network
        self.steps = Steps(network)
        self.starts = names.Starts(self.steps.all)
        self.items = listed_items(self.steps)
        self.blocks: list[Block] = []
        if rolled:
            roller = Roller(self.items, self.steps.outputs, self.starts)
            roller.roll()
            self.blocks = roller.blocks
        self.items = _tidied(self.items)
        for block in self.blocks:
            block.items = _tidied(block.items)
        self._inputs = self._input_names()
        self._name_blocks()
        self.defaults = _defaults([self.items, *(block.items for block in self.blocks)])

    def data(self) -> dict[str, Any]:
        """The spec as a mapping."""
        found: dict[str, Any] = {"name": self.network.name}
        if list(self._inputs.values()) == ["input"]:
            found["input"] = _input(self.steps.inputs[0].shape)
        else:
            found["inputs"] = {name: _input(step.shape) for step, name in self._inputs.items()}
        if self.network.batch != 1:
            found["batch"] = self.network.batch
        if self.network.precision != Precision():
            found["dtype"] = _dtype(self.network.precision)
        top = _Scope(self, self.items, dict(self._inputs), self._outputs_to_name(), is_block=False)
        layers = top.list(self.items, self.steps.inputs[0] if self.steps.inputs else None)
        if self.defaults:
            found["defaults"] = self.defaults
        if self.blocks:
            found["blocks"] = {block.name: self._block(block) for block in self.blocks}
        found["layers"] = layers
        if self._outputs_to_name():
            found["outputs"] = [top.reference(step) for step in self.steps.outputs]
        return found

    def _outputs_to_name(self) -> list[Step]:
        outputs = self.steps.outputs
        last = self.items[-1].out if self.items else None
        return [] if outputs == [last] else list(outputs)

    def _input_names(self) -> dict[Step, str]:
        found: dict[Step, str] = {}
        for step in self.steps.inputs:
            if len(self.steps.inputs) == 1 and step.name == "input":
                return {step: "input"}
            found[step] = names.unique(names.valid(step.name), found.values())
        return found

    def _name_blocks(self) -> None:
        calls: dict[int, list[Item]] = {}
        for each in (self.items, *(block.items for block in self.blocks)):
            for item in within(each):
                if item.block is not None:
                    calls.setdefault(id(item.block), []).append(item)
        for block in self.blocks:
            stem = _kind_of(block) or names.block_stem(calls.get(id(block), [])) or "Block"
            known = {other.name for other in self.blocks}
            number = 2
            block.name = stem
            while block.name in known:
                block.name, number = f"{stem}{number}", number + 1

    def _block(self, block: Block) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if block.inputs:
            found["inputs"] = list(block.inputs)
        if block.params:
            found["params"] = [
                param.name if param.default is None else {param.name: _value(param.default)}
                for param in block.params
            ]
        entry = block.items[0].entry
        scope = _Scope(self, block.items, dict(block.steps) if block.inputs else {}, [], is_block=True)
        found["layers"] = scope.list(block.items, entry)
        return found


class _Scope:
    """A list of items, or the body of a block, with the names that it sees."""

    def __init__(
        self,
        writer: Writer,
        items: list[Item],
        known: dict[Step, str],
        outputs: Sequence[Step],
        *,
        is_block: bool,
    ) -> None:
        self.writer = writer
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
                names.call_name(item, self.writer.starts) if item.block is not None else names.own_name(item, self.writer.starts)
            )
            generated = item.block.name if item.block is not None else item.head
            if item.block is None and item.head in {"residual", "seq"}:
                label = item.name if names.is_name(item.name) else ""
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
                data[name] = _data(value)
        self._traits(item, data)
        return data if len(data) > 1 or next(iter(data.values())) is not None else next(iter(data))

    def _call(self, item: Item, data: dict[str, Any]) -> None:
        params = item.block.params
        positional = [_value(item.values[param.name]) for param in params if param.default is None]
        value: Any = positional
        if not positional:
            value = None
        elif len(positional) == 1 and not isinstance(positional[0], list):
            value = positional[0]
        data[item.block.name] = value
        for param in params:
            if param.default is not None and item.values[param.name] != param.default:
                data[param.name] = _value(item.values[param.name])

    def _layer(self, item: Item, data: dict[str, Any], flow: Step | None) -> None:
        values = _fields(item)
        defaults = self.writer.defaults.get(item.head, {})
        if item.operands:
            data[item.head] = self._operands(item, flow)
        else:
            primary = values.pop(item.primary, None)
            data[item.head] = _value(primary) if primary is not None else None
        if item.norm is not None:
            values["norm"] = self.follower(item.norm)
        if item.act is not None:
            values["act"] = self.follower(item.act)
        for name, value in defaults.items():
            if name in values and values[name] == value and type(values[name]) is type(value):
                del values[name]
            elif name not in values and name != item.primary:
                values.setdefault(name, _undone(item, name))
        for name, value in sorted(values.items(), key=lambda each: ORDER.get(each[0], len(ORDER))):
            if value is not _KEPT and name not in {"repeat", "if", "shortcut_if"}:
                data[name] = _value(value)

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
        if dtype is not None and dtype != self.writer.network.precision:
            data["dtype"] = _dtype(dtype)

    def _owner(self, weight: str, owner: Step, theirs: str) -> str:
        name = self.reference(owner)
        return name if weight == theirs else f"{name}.{theirs}"

    def follower(self, item: Item) -> Any:
        """A norm or an activation beside a layer."""
        return written_follower(item, self.writer.defaults)


def written_follower(item: Item, defaults: Mapping[str, Mapping[str, Any]]) -> Any:
    """A norm or an activation as it stands beside a layer."""
    own = defaults.get(item.head, {})
    values = {
        name: _value(value)
        for name, value in item.values.items()
        if name not in own or own[name] != _value(value)
    }
    for name in own:
        if name not in item.values:
            values[name] = _undone(item, name)
    primary = values.pop(item.primary, None)
    if not values:
        return item.head if primary is None else {item.head: primary}
    return {item.head: values if primary is None else {item.primary: primary, **values}}


_KEPT = object()
"""Where a default changes nothing."""


def _is_elementwise(item: Item) -> bool:
    return item.head in HEADS and find(item.head)[0].elementwise


def _may_stand_alone(data: Mapping[str, Any]) -> bool:
    return "repeat" not in data and "if" not in data


def _fields(item: Item) -> dict[str, Any]:
    """The fields as they are written: a norm makes `bias` false."""
    values = dict(item.values)
    if item.norm is not None and item.head in HEADS and "bias" in find(item.head)[0].fields:
        if values.get("bias") is False:
            del values["bias"]
        else:
            values.setdefault("bias", True)
    return values


def _undone(item: Item, name: str) -> Any:
    """What an item says that does not have a default."""
    if name in {"norm", "act"}:
        return "none"
    if name == "bias" and item.norm is not None:
        return _KEPT
    default = default_of(item, name)
    return "none" if default is None else default


def _defaults(lists: Iterable[list[Item]]) -> dict[str, dict[str, Any]]:
    """Fields that most items of a layer type have in common."""
    items: dict[str, list[Item]] = {}
    for each in lists:
        for item in within(each):
            if item.head in HEADS:
                items.setdefault(item.head, []).append(item)
            followers = [each for each in (item.norm, item.act) if each is not None]
            for follower in followers:
                items.setdefault(follower.head, []).append(follower)
    found: dict[str, dict[str, Any]] = {}
    # What follows others comes first: its defaults decide how it is written beside them.
    for head, own in sorted(items.items(), key=lambda each: find(each[0])[0].followable):
        counted: Counter[tuple[str, str]] = Counter()
        values: dict[tuple[str, str], Any] = {}
        for item in own:
            for name, value in _default_candidates(item, found).items():
                key = (name, yaml.flow(value))
                counted[key] += 1
                values[key] = value
        chosen: dict[str, Any] = {}
        for (name, text), times in counted.most_common():
            lacking = sum(
                1
                for item in own
                if name not in _default_candidates(item, found) and not (name == "bias" and item.norm)
            )
            needed = name in REQUIRED.get(head, ())
            most = times // (2 if name in {"norm", "act", "bias"} else 4)
            if times >= COMMON and (needed or lacking <= most) and name not in chosen:
                chosen[name] = values[name, text]
        if chosen:
            found[head] = chosen
    return found


REQUIRED = {"custom": ("params", "macs_per_sample")}


def _default_candidates(item: Item, known: Mapping[str, Any]) -> dict[str, Any]:
    fields = {
        name: _value(value)
        for name, value in _fields(item).items()
        if name not in {item.primary, "repeat", "if", "shortcut_if"}
        and not isinstance(value, Expression)
        and not (name == "bias" and value is True)
    }
    for name, follower in (("norm", item.norm), ("act", item.act)):
        if follower is not None and isinstance(written_follower(follower, known), str):
            fields[name] = follower.head
    return fields


def _tidied(items: list[Item]) -> list[Item]:
    """A list without what is not needed once blocks are found, calls in a row as one."""
    found = grouped(inlined(items))
    for item in found:
        if item.body:
            item.body = _tidied(item.body)
        if item.shortcut:
            item.shortcut = _tidied(item.shortcut)
        item.operands = [_tidied(each) if isinstance(each, list) else each for each in item.operands]
    return found


def _word(item: Item) -> str:
    """A name for an item that is named elsewhere."""
    if item.block is not None:
        return item.block.name.lower()
    return "sum" if item.head in {"add", "residual"} else item.head


def _kind_of(block: Block) -> str:
    """What people call blocks of such layers."""
    heads = [item.head for item in within(block.items)]
    causal = any(item.values.get("causal") for item in within(block.items))
    if "attention" in heads and heads.count("residual") > 1:
        return "DecoderBlock" if causal else "EncoderBlock"
    if len(block.items) == 1 and block.items[0].head == "residual":
        body = [item.head for item in block.items[0].body]
        if body == ["conv"] * 3:
            return "Bottleneck"
        if body == ["conv"] * 2:
            return "BasicBlock"
        if "dwconv" in body and body[0] == "conv" and body[-1] == "conv":
            return "InvertedResidual"
    return ""


def _input(shape: Shape) -> Any:
    lengths = list(shape[1:])
    if shape.plain_input:
        return lengths
    return {shape.word: lengths[0] if len(lengths) == 1 else lengths}


def _dtype(precision: Precision) -> Any:
    weights, activations = (_format(each) for each in precision)
    if isinstance(weights, str) and isinstance(activations, str):
        return precision.short
    return {"weights": weights, "activations": activations}


def _format(name: str) -> Any:
    if name in FORMATS or not isinstance(name, BlockFormat) or not isinstance(name.layout, Grouped):
        return name
    layout = name.layout
    found: dict[str, Any] = {"format": layout.format}
    if layout.flat:
        found["flat"] = layout.flat
    elif layout.outputs == 1:
        found["group"] = layout.inputs or "row"
    else:
        found["group"] = [layout.outputs, layout.inputs] if layout.outputs else "tensor"
    for key, value in (
        ("scale", layout.scale),
        ("zero", layout.zero),
        ("global", layout.single),
        ("other", layout.other),
    ):
        if value:
            found[key] = _format(value)
    return found


def _value(value: Any) -> Any:
    """A field's value as YAML has it."""
    if hasattr(value, "_asdict"):
        defaults = value._field_defaults
        return {
            name: _value(each)
            for name, each in value._asdict().items()
            if name not in defaults or each != defaults[name]
        }
    if isinstance(value, (tuple, list)):
        return [_value(each) for each in value]
    return value


def _data(value: Any) -> Any:
    return (
        {name: _value(each) for name, each in value.items()} if isinstance(value, Mapping) else _value(value)
    )


def text_of(network: Network, *, rolled: bool = True) -> str:
    """A network as the text of a spec."""
    writer = Writer(network, rolled=rolled)
    data = writer.data()
    head = [f"# Written by `netcost convert` from {network.source}."] if network.source else []
    return "\n".join([*head, *yaml.lines(data)]) + "\n"
