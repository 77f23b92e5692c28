"""The text of a spec: its top-level keys and its blocks."""

from __future__ import annotations

from typing import Any

from netcost import escape
from netcost.convert import names, yaml
from netcost.convert.blocks import Block, Roller
from netcost.convert.calls import grouped, inlined
from netcost.convert.defaults import defaults_of
from netcost.convert.formats import dtype_of, input_of, plain
from netcost.convert.graph import listed_items
from netcost.convert.items import Item, within
from netcost.convert.scope import Facts, Scope
from netcost.convert.steps import BatchError, Step, Steps
from netcost.dtypes import Precision
from netcost.layers.custom import Custom
from netcost.network import Network
from netcost.place import portable


class Writer:
    """Writes a network as a spec.

    Args:
        network: what is written.
        rolled: whether what comes again is told once.
    """

    def __init__(self, network: Network, *, rolled: bool = True) -> None:
        self.network = network
        self.steps = _steps_of(network)
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
        self.defaults = defaults_of([self.items, *(block.items for block in self.blocks)])
        self._facts = Facts(self.starts, self.defaults, network.precision)

    def data(self) -> dict[str, Any]:
        """The spec as a mapping."""
        found: dict[str, Any] = {"name": self.network.name}
        if list(self._inputs.values()) == ["input"]:
            found["input"] = input_of(self.steps.inputs[0].shape)
        else:
            found["inputs"] = {name: input_of(step.shape) for step, name in self._inputs.items()}
        if self.steps.batch != 1:
            found["batch"] = self.steps.batch
        if self.network.precision != Precision():
            found["dtype"] = dtype_of(self.network.precision)
        top = Scope(self._facts, self.items, dict(self._inputs), self._outputs_to_name(), is_block=False)
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
                param.name if param.default is None else {param.name: plain(param.default)}
                for param in block.params
            ]
        entry = block.items[0].entry
        scope = Scope(self._facts, block.items, dict(block.steps) if block.inputs else {}, [], is_block=True)
        found["layers"] = scope.list(block.items, entry)
        return found


def _steps_of(network: Network) -> Steps:
    """The steps of a network; where a tensor has not as many elements for each sample, the batch is one more axis."""
    try:
        return Steps(network, network.batch)
    except BatchError:
        return Steps(network, 1)


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


def _is_counted(network: Network, step: Step) -> bool:
    """Tell whether the costs of a layer were counted where it came from, and not declared."""
    return not network[step.name].layer.declared_cost


def text_of(network: Network, *, rolled: bool = True) -> str:
    """A network as the text of a spec."""
    writer = Writer(network, rolled=rolled)
    data = writer.data()
    head = [f"Written by `netcost convert` from {portable(network.source)}."] if network.source else []
    if any(isinstance(step.layer, Custom) and _is_counted(network, step) for step in writer.steps.all):
        head.append(
            "A `custom` layer stands for an operation that no layer type is; it is told as it was counted."
        )
    head = [f"# {escape.line(line)}" for line in (*head, *network.notes)]
    return "\n".join([*head, *yaml.lines(data)]) + "\n"
