"""From items to layers: flow, branches, blocks and repeats become calls of `Network.add`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import cast

from netcost.layers.layer import Layer
from netcost.layers.values import MAX_TEXT
from netcost.network import MisfitError, Network, Node
from netcost.spec.document import Scalar
from netcost.spec.fault import Exhausted, Fault, meant
from netcost.spec.frame import MAX_CALLS, Flow, Frame, Share, TensorScope, Traits, find_block
from netcost.spec.items import (
    Block,
    Body,
    CallItem,
    FaultyItem,
    Item,
    LayerItem,
    LetItem,
    ResidualItem,
    SeqItem,
)
from netcost.spec.names import TENSOR_NAMES
from netcost.spec.problem import MAX_CANDIDATES, Problem
from netcost.spec.scope import Lost, Scope
from netcost.spec.spec_file import SpecFile
from netcost.spec.value import Value, evaluated, whole_number
from netcost.spec.work import FOR_A_CALL, FOR_A_NEW_LAYER, Work
from netcost.wording import counted, shown


class Builder:
    """Runs the items of a spec against a network; faults are noted, and what depends on them is left out.

    Args:
        network: where the layers go.
        work: what the reading has done so far.
        problems: where faults are noted.
        inputs: the names that the file gives to inputs.
    """

    def __init__(
        self, network: Network, work: Work, problems: list[Problem], inputs: Mapping[str, Scalar]
    ) -> None:
        self.network = network
        self.work = work
        self.problems = problems
        self._counters: dict[tuple[str, str], int] = {}
        self._claimed = dict(inputs)

    def run(self, body: Body, frame: Frame) -> Flow:
        """Run the items of a list one after the other; the last one's output is the list's."""
        current = frame.entry
        for item in body.items:
            try:
                current = self._item(item, frame, current)
            except Lost:
                current = None
            except Fault as fault:
                current = None
                self._note(fault, frame)
            if item.name:
                frame.tensors[item.name] = current
                frame.targets[item.name] = item
        return current

    def _note(self, fault: Fault, frame: Frame) -> None:
        """Note a fault with the calls that led to it."""
        self.problems.append(replace(fault.problem, trail=frame.trail))

    # -- one item

    def _item(self, item: Item, frame: Frame, current: Flow) -> Flow:
        if isinstance(item, FaultyItem):
            return None
        if isinstance(item, LetItem):
            return self._let(item, frame, current)
        if item.repeat is None:
            sources = self._sources(item, frame, current)
            return self._once(item, frame, sources, frame.prefix + item.name if item.name else "")
        return self._repeated(item, item.repeat, frame, current)

    def _times(self, repeat: Value, frame: Frame, current: Flow) -> int:
        times = self._evaluate(repeat, frame, current)
        return whole_number(times, 0, repeat.node.place, "repeat: ")

    def _repeated(self, item: Item, repeat: Value, frame: Frame, current: Flow) -> Flow:
        """Chain an item's repetitions; `from` holds for the first, further inputs for all."""
        sources = self._sources(item, frame, current)
        times = self._times(repeat, frame, sources[0])
        least = item.least.times(times)
        self.work.foresee(least.work, len(self.network.nodes) + least.layers, repeat.node)
        base = frame.prefix + item.name if item.name else self._generated(frame, word_of(item), item)
        around = frame.values
        try:
            for index in range(times):
                frame.values = Scope({"i": index}, around)
                this = item.first if index == 0 and item.first is not None else item
                sources = (self._once(this, frame, sources, f"{base}.{index}", base), *sources[1:])
        finally:
            frame.values = around
        return sources[0]

    def _once(self, item: Item, frame: Frame, sources: tuple[Flow, ...], path: str, base: str = "") -> Flow:
        """Run an item one time.

        Args:
            item: the item.
            frame: what it sees.
            sources: the tensors that it starts from.
            path: its full name, empty if it has none of its own.
            base: the name without the number of the repetition, empty if it is not repeated.
        """
        self.work.run(len(sources), item, len(self.network.nodes))
        inputs = [source for source in sources if source is not None]
        if len(inputs) < len(sources):
            self._inspect(item, frame)
            return None
        if item.condition is not None and not self._holds(item.condition, frame, inputs[0]):
            return inputs[0]
        if item.named_at is not None:
            self._claim(item.named_at, base or path)
        # A structure without a name adds nothing to the names of its layers; a layer and a block always have one.
        own = path or (
            "" if isinstance(item, (ResidualItem, SeqItem)) else self._generated(frame, word_of(item), item)
        )
        _check_length(own, item)
        traits = frame.traits.within(item, self._shared(item, frame, own, base))
        if isinstance(item, LayerItem):
            return self._layer(item, frame, inputs, own, f"{path}." if path else frame.prefix, traits)
        if isinstance(item, CallItem):
            return self._call(item, frame, inputs, own, traits)
        body = cast("ResidualItem | SeqItem", item).body
        inner = frame.inner(inputs[0], body)
        inner.traits = traits
        if path:
            inner.prefix = f"{path}."
        if isinstance(item, ResidualItem):
            return self._residual(item, inner, inputs[0], path)
        return self.run(body, inner)

    def _claim(self, name: Scalar, path: str) -> None:
        """Refuse a second item of the same full name."""
        first = self._claimed.setdefault(path, name)
        if first is not name:
            related = ((first.place, "first used here"),)
            raise Fault(name.place, f"the name `{name.text}` is used twice", "choose another name", related)

    def _inspect(self, item: Item, frame: Frame) -> None:
        """Find what is wrong with an item whose input is not known, as far as that can be told."""
        if isinstance(item, LayerItem):
            for name in (*item.operands, *item.named):
                if isinstance(name, Scalar):
                    self._find(name, frame, None)

    # -- layers

    def _layer(
        self, item: LayerItem, frame: Frame, inputs: list[Node], path: str, branches: str, traits: Traits
    ) -> Flow:
        """Add a layer and those that follow it; `branches` is the prefix of its branches' layers."""
        sources: list[Flow] = [*inputs]
        self.work.spend(len(item.operands) + len(item.named), item)
        if item.operands:
            sources = self._operands(item, frame, inputs[0], branches, traits)
        sources += [self._find(name, frame, inputs[0]) for name in item.named]
        known = [source for source in sources if source is not None]
        if len(known) < len(sources):
            return None
        layer = item.recipe.make(_with_shape(frame.values, item.recipe.names, known[0]))
        node = self._add(path, item, layer, known, traits)
        node = self._follow(item.norm, f"{path}.norm", frame, node, traits)
        return self._follow(item.act, f"{path}.act", frame, node, traits)

    def _follow(self, item: LayerItem | None, path: str, frame: Frame, node: Node, traits: Traits) -> Node:
        """Add the norm or the activation that a shorthand asks for."""
        if item is None or (item.condition is not None and not self._holds(item.condition, frame, node)):
            return node
        self.work.spend(1, item)
        layer = item.recipe.make(_with_shape(frame.values, item.recipe.names, node))
        return self._add(path, item, layer, [node], traits)

    def _operands(
        self, item: LayerItem, frame: Frame, entry: Node, prefix: str, traits: Traits
    ) -> list[Flow]:
        """The tensors that a layer combines; every branch starts from the incoming one."""
        found: list[Flow] = []
        for operand, name in zip(item.operands, item.branch_names, strict=True):
            if isinstance(operand, Scalar):
                found.append(self._find(operand, frame, entry))
            else:
                inner = frame.inner(entry, operand)
                inner.prefix = f"{prefix}{name}."
                inner.traits = traits
                found.append(self.run(operand, inner))
        return found

    def _add(
        self, path: str, item: LayerItem | ResidualItem, layer: Layer, inputs: list[Node], traits: Traits
    ) -> Node:
        if len(self.network.nodes) >= self.work.max_layers:
            raise Exhausted(item.place, f"this network has more than {self.work.max_layers:,} layers")
        _check_length(path, item)
        known = self.network.kinds
        try:
            owner = self._owner(path, item, layer, inputs, traits.share) if traits.share else ""
            node = self.network.add(
                path,
                layer,
                inputs,
                item.place,
                precision=traits.precision,
                frozen=traits.frozen,
                share=owner,
                training_only=traits.training_only,
            )
        except MisfitError as error:
            raise self._placed(error, item) from None
        if owner or self.network.kinds > known:
            self.work.spend(FOR_A_NEW_LAYER, item)
        return node

    def _owner(
        self,
        path: str,
        item: LayerItem | ResidualItem,
        layer: Layer,
        inputs: list[Node],
        share: tuple[str, str],
    ) -> str:
        """The layer whose weights another one uses; empty if that has no weights."""
        self.network.infer(layer, inputs, item.place)  # only then is it known to have weights
        if not layer.weights(*(node.output for node in inputs)):
            return ""
        mine, theirs = share
        owner = theirs + path[len(mine) :]
        if owner not in self.network:
            raise Fault((item.share or item.head).place, f"there is no layer `{owner}` to share with")
        return owner

    @staticmethod
    def _placed(error: MisfitError, item: LayerItem | ResidualItem) -> Fault:
        """Show a layer's fault at the field or the head that caused it."""
        recipe = item.recipe if isinstance(item, LayerItem) else item.add
        if error.field == "share" and item.share is not None:
            return Fault(item.share.place, error.message, error.hint)
        return Fault(recipe.place_of(error.field), error.message, error.hint, error.related)

    # -- structures

    def _residual(self, item: ResidualItem, inner: Frame, entry: Node, path: str) -> Flow:
        body = self.run(item.body, inner)
        shortcut: Flow = entry
        if item.shortcut is not None:
            side = inner.inner(entry, item.shortcut)
            side.prefix = f"{inner.prefix}shortcut."
            shortcut = self.run(item.shortcut, side)
        if body is None or shortcut is None:
            return None
        node = body
        if item.shortcut_if is None or self._holds(item.shortcut_if, inner, entry):
            where = path or self._generated(inner, "add", item)
            self.work.spend(1, item)
            layer = item.add.make(inner.values)
            node = self._add(where, item, layer, [body, shortcut], inner.traits)
            path = where
        if item.act is None:
            return node
        where = f"{path}.act" if path else self._generated(inner, item.act.recipe.kind.type, item)
        return self._follow(item.act, where, inner, node, inner.traits)

    def _let(self, item: LetItem, frame: Frame, current: Flow) -> Flow:
        self.work.spend(len(item.bindings), item)
        for key, value in item.bindings:
            if value is None:
                frame.values.lose(key.text)
                continue
            try:
                frame.values[key.text] = self._evaluate(value, frame, current)
            except Lost:
                frame.values.lose(key.text)
            except Fault as fault:
                frame.values.lose(key.text)
                self._note(fault, frame)
        return current

    # -- blocks

    def _call(self, item: CallItem, frame: Frame, inputs: list[Node], path: str, traits: Traits) -> Flow:
        if item.faulty:
            return None
        file, block = find_block(frame.file, item.head)
        if block.faulty:
            return None
        if len(inputs) != len(block.inputs):
            raise Fault(
                item.place,
                f"{block.name} takes {counted(len(block.inputs), 'input')}, "
                f"{', '.join(block.inputs)}, got {len(inputs)}",
                f"write `from: [{', '.join(('prev', *block.inputs[1:]))}]`",
            )
        if frame.calls >= MAX_CALLS:
            raise Fault(item.place, f"blocks call one another more than {MAX_CALLS} deep")
        inner = frame.inner(inputs[0], block.body)
        inner.outer = None
        inner.file = file
        inner.reserved = (block.body.names,)
        inner.calls = frame.calls + 1
        inner.values = self._bound(item, block, file, frame, inputs[0])
        inner.tensors = dict(zip(block.inputs, inputs, strict=True))
        inner.prefix = f"{path}."
        inner.traits = traits
        place = item.place
        inner.trail = (f"in {block.name} {path}, called at {place.path}:{place.line}", *frame.trail)
        return self.run(block.body, inner)

    def _bound(self, item: CallItem, block: Block, file: SpecFile, frame: Frame, entry: Node) -> Scope:
        """The values that a block's body starts with: its file's parameters and its own."""
        self.work.spend(FOR_A_CALL + len(block.params), item)
        values = Scope(outer=file.params, hints=TENSOR_NAMES)
        for index, param in enumerate(block.params):
            name = param.key.text
            if name in item.by_name:
                values[name] = self._evaluate(item.by_name[name][1], frame, entry)
            elif index < len(item.positional):
                values[name] = self._evaluate(item.positional[index], frame, entry)
            elif param.default is not None:
                default = param.default
                values[name] = evaluated(default, _with_shape(values, default.names, entry), self.work)
        return values

    # -- names and values

    def _sources(self, item: Item, frame: Frame, current: Flow) -> tuple[Flow, ...]:
        if item.sources is None:
            return (current,)
        return tuple([self._find(name, frame, current) for name in item.sources])

    def _find(self, name: Scalar, frame: Frame, current: Flow) -> Flow:
        """The tensor behind a name: `prev`, `input`, or an earlier item of this list or one around it."""
        if name.text == "prev":
            return current
        here: Frame | None = frame
        while here is not None:
            if name.text in here.tensors:
                return here.tensors[name.text]
            outermost, here = here, here.outer
        if name.text == "input":
            return outermost.entry
        raise Fault(name.place, f"there is no earlier item `{name.text}` here", _hint_for(name.text, frame))

    def _generated(self, frame: Frame, word: str, item: Item) -> str:
        """Name a layer by its type and a counter that runs under its prefix."""
        key = (frame.prefix, word)
        number = self._counters.get(key, 0) + 1
        while frame.reserves(f"{word}{number}"):
            self.work.spend(1, item)
            number += 1
        self._counters[key] = number
        return f"{frame.prefix}{word}{number}"

    def _shared(self, item: Item, frame: Frame, path: str, base: str) -> Share:
        """The prefixes of the item's layers and of the layers whose weights they use.

        Repetitions share one by one with those of a repeated item, and all of them with one that is not.
        """
        if item.share is None:
            return frame.traits.share
        if not path:
            raise Fault(
                item.share.place, "only an item with a name can share", "write `name: ...` beside `share`"
            )
        here: Frame | None = frame
        while here is not None:
            if item.share.text in here.targets:
                if here.tensors[item.share.text] is None:
                    raise Lost
                if here.targets[item.share.text].repeat is None:
                    return path, here.prefix + item.share.text
                if not base:
                    raise Fault(
                        item.share.place,
                        f"`{item.share.text}` is repeated, this is not",
                        "repeat it as often",
                    )
                return base, here.prefix + item.share.text
            here = here.outer
        self._find(item.share, frame, None)
        raise Fault(item.share.place, f"`{item.share.text}` is no layer with weights to share")

    def _evaluate(self, value: Value, frame: Frame, current: Flow) -> object:
        if current is None and value.names & TENSOR_NAMES:
            raise Lost
        return evaluated(value, _with_shape(frame.values, value.names, current), self.work)

    def _holds(self, value: Value, frame: Frame, current: Node) -> bool:
        found = self._evaluate(value, frame, current)
        if not isinstance(found, bool):
            raise Fault(
                value.node.place,
                f"expected true or false, got {shown(found)}",
                "write a comparison, as `stride == 1`",
            )
        return found


def _with_shape(values: Scope, needed: frozenset[str], current: Flow) -> Scope:
    """The values, with the lengths of the incoming tensor where they are needed."""
    if current is None or not needed & TENSOR_NAMES:
        return values
    return TensorScope(current.output, values)


def _hint_for(name: str, frame: Frame) -> str:
    if frame.reserves(name):
        return "it stands later, or in a list of its own: only earlier items of this list and those around it count"
    return meant(name, ["prev", "input", *islice(frame.known_names(), MAX_CANDIDATES)])


def _check_length(path: str, item: Item) -> None:
    """Refuse a full name that is too long.

    Raises:
        Fault: it has more characters than a name may have.
    """
    if len(path) > MAX_TEXT:
        message = f"the full name of this has {len(path):,} characters, more than {MAX_TEXT}"
        raise Fault(item.place, message, "shorten the names of the items around it")


def word_of(item: Item) -> str:
    """What a generated name starts with."""
    if isinstance(item, LayerItem):
        return item.recipe.kind.type
    return item.head.text.rpartition(".")[2]
