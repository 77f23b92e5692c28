"""From items to layers: flow, branches, blocks and repeats become calls of `Network.add`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from netcost.language.add_layer import FullNames, LayerAdder, check_length, word_of
from netcost.language.constant import Value
from netcost.language.evaluate import bind, evaluate, holds, layer_of, said_of
from netcost.language.frame import MAX_CALLS, Flow, Frame, Traits, find_block
from netcost.language.item_keys import MAX_OPERANDS, excess
from netcost.language.items import (
    Body,
    CallItem,
    Item,
    LayerItem,
    LetItem,
    ResidualItem,
    SeqItem,
    bodies_of,
)
from netcost.language.scope import Lost, Scope
from netcost.language.value import whole_number
from netcost.language.work import FRAMES_A_UNIT, Work
from netcost.network import Network, Node
from netcost.record import replace
from netcost.source.document import Scalar
from netcost.source.fault import Fault
from netcost.source.problem import Problem
from netcost.wording import counted


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
        self._names = FullNames(inputs, work)
        self._adder = LayerAdder(network, work)
        self._seen: set[int] = set()
        """The identities of the lists that have run: they are not run again to look for faults."""

    def run(self, body: Body, frame: Frame) -> Flow:
        """Run the items of a list one after the other; the last one's output is the list's."""
        self._seen.add(id(body))
        current = frame.entry
        for item in body.items:
            try:
                current = self._item(item, frame, current)
            except Lost:
                current = self._inspect(item, frame)
            except Fault as fault:
                self._note(fault, frame)
                current = self._inspect(item, frame)
            if item.name:
                frame.tensors[item.name] = current
                frame.inside.tensors[frame.prefix + item.name] = current
        return current

    def finish(self) -> None:
        """Note what is known only when all layers are there."""
        if not self.problems:
            self.problems.extend(fault.problem for fault in self._adder.strange_words())

    def _note(self, fault: Fault, frame: Frame) -> None:
        """Note a fault with the calls that led to it."""
        self.problems.append(replace(fault.problem, trail=frame.trail))

    # -- one item

    def _item(self, item: Item, frame: Frame, current: Flow) -> Flow:
        if isinstance(item, LetItem):
            return self._let(item, frame, current)
        if item.faulty:
            return self._inspect(item, frame, _sources(item, frame, current)[0])
        if isinstance(item, LayerItem) and not item.keys:
            return self._bare(item, frame, current)
        if item.repeat is None:
            sources = _sources(item, frame, current)
            if not item.name:
                return self._once(item, frame, sources, "")[0]
            path = frame.prefix + item.name
            found = self._once(item, frame, sources, path)
            _tell_outputs(item, frame, path, found)
            return found[0]
        return self._repeated(item, item.repeat, frame, current)

    def _bare(self, item: LayerItem, frame: Frame, current: Flow) -> Flow:
        """Run a layer of which nothing is said that may be said of any item: so are most."""
        self.work.run(1, item, len(self.network.nodes))
        if current is None:
            return self._inspect(item, frame)
        own = self._names.generate(frame, item.recipe.kind.type, item)
        check_length(own, item)
        branches = f"{own}." if item.numbered else frame.prefix
        return self._layer(item, frame, [current], own, branches, frame.traits)

    def _times(self, repeat: Value, frame: Frame, current: Flow) -> int:
        times = evaluate(repeat, frame, current, self.work)
        return whole_number(times, 0, repeat.node.place, "repeat: ")

    def _repeated(self, item: Item, repeat: Value, frame: Frame, current: Flow) -> Flow:
        """Chain an item's repetitions; `from` holds for the first, inputs beyond the outputs for all."""
        sources = _sources(item, frame, current)
        times = self._times(repeat, frame, sources[0])
        least = item.least.times(times)
        self.work.foresee(least.work, len(self.network.nodes) + least.layers, repeat.node)
        base = frame.prefix + item.name if item.name else self._names.generate(frame, word_of(item), item)
        around, built = frame.values, 0
        frame.values = Scope(outer=around)
        try:
            for index in repetitions_of(times, self.network, self.work):
                built += 1
                frame.values["i"] = index
                this = item.first if index == 0 and item.first is not None else item
                found = self._once(this, frame, sources, f"{base}.{index}", base)
                if item.name:
                    _tell_outputs(item, frame, f"{base}.{index}", found)
                sources = (*found, *sources[len(found) :])
        finally:
            frame.values = around
        if item.name:
            frame.inside.times[base] = built
            _tell_outputs(item, frame, base, sources)
        return sources[0]

    def _once(
        self, item: Item, frame: Frame, sources: tuple[Flow, ...], path: str, base: str = ""
    ) -> tuple[Flow, ...]:
        """Run an item one time, and return what it puts out: what it starts from if it is left out.

        Args:
            item: the item.
            frame: what it sees.
            sources: the tensors that it starts from.
            path: its full name, empty if it has none of its own.
            base: the name without the number of the repetition, empty if it is not repeated.
        """
        self.work.run(len(sources), item, len(self.network.nodes))
        inputs: list[Any] = [*sources]
        if None in sources:
            lost = self._inspect(item, frame)
            return (lost,) * max(1, len(item.outputs) if isinstance(item, CallItem) else 0)
        if item.condition is not None and not holds(item.condition, frame, inputs[0], self.work):
            return sources
        if item.named_at is not None:
            self._names.claim(item.named_at, base or path)
        # A structure without a name adds nothing to the names of its layers; a layer and a block always have one.
        own = path or (
            ""
            if isinstance(item, (ResidualItem, SeqItem))
            else self._names.generate(frame, word_of(item), item)
        )
        check_length(own, item)
        traits = frame.traits
        if item.passed_on or item.ties or item.share is not None:
            traits = self._traits(item, frame, inputs[0], own, base)
        if isinstance(item, LayerItem):
            branches = f"{own}." if path or item.numbered else frame.prefix
            return (self._layer(item, frame, inputs, own, branches, traits),)
        if isinstance(item, CallItem):
            return self._call(item, frame, inputs, own, traits)
        body = cast("ResidualItem | SeqItem", item).body
        inner = frame.inner(inputs[0], body)
        inner.traits = traits
        if path:
            inner.prefix = f"{path}."
        if isinstance(item, ResidualItem):
            return (self._residual(item, inner, inputs[0], path),)
        return (self.run(body, inner),)

    def _traits(self, item: Item, frame: Frame, entry: Node, path: str, base: str) -> Traits:
        """What holds for an item and all inside it."""
        from netcost.language.references import shared, tied

        if item.share is not None or item.ties:
            self.work.spend(frame.nesting // FRAMES_A_UNIT, item)
        said = said_of(item, frame, entry, self.work)
        return frame.traits.within(said, shared(item, frame, path, base), tied(item, frame, path, base))

    def _inspect(self, item: Item, frame: Frame, entry: Flow = None) -> Flow:
        """Note what is wrong with an item that does not run, as far as that can be told; it has no output.

        Args:
            item: the item.
            frame: what it sees.
            entry: the tensor that it would start from, if that is known.
        """
        from netcost.language.faults import faults_of

        frame = frame.beside()
        if item.repeat is not None:
            frame.values.lose("i")
            entry = None
        try:
            for fault in faults_of(item, frame, entry, self.work):
                self._note(fault, frame)
        except Lost:
            return None
        for name, body in bodies_of(item):
            if id(body) in self._seen or body.condition is not None:
                continue
            inner = frame.inner(entry, body)
            if body.repeat is not None:
                inner.values.lose("i")
            inner.prefix = ".".join(filter(None, (f"{frame.prefix}{item.name}", name, "")))
            self.run(body, inner)
        return None

    # -- layers

    def _layer(
        self, item: LayerItem, frame: Frame, inputs: list[Node], path: str, branches: str, traits: Traits
    ) -> Flow:
        """Add a layer and those that follow it; `branches` is the prefix of its branches' layers."""
        recipe, taken = item.recipe, inputs
        if recipe.kind.arity[1] == 0 and item.sources is None:
            taken = []
        if item.operands or item.named:
            found = self._taken(item, frame, inputs, branches, traits)
            taken = [each for each in found if each is not None]
            if len(taken) < len(found):
                return None
        for stated in item.stated:
            from netcost.language.claims import check_stated

            check_stated(stated, frame, taken, self.work)
        layer = layer_of(item, frame.values, (taken or inputs)[0], self.work)
        alone = len(taken) == 1 and layer.arity[1] is None and any(map(_may_vary, item.operands))
        if alone and not layer.weights(taken[0].output):
            return taken[0]
        node = self._adder.add(path, item, layer, taken, traits)
        if item.norm is not None:
            node = self._adder.follow(item.norm, f"{path}.norm", frame, node, traits)
        if item.act is not None:
            node = self._adder.follow(item.act, f"{path}.act", frame, node, traits)
        return node

    def _taken(
        self, item: LayerItem, frame: Frame, inputs: list[Node], branches: str, traits: Traits
    ) -> list[Flow]:
        """The tensors that a layer of several inputs takes in."""
        self.work.spend(len(item.operands) + len(item.named), item)
        found: list[Flow] = [*inputs]
        if item.operands:
            found = self._operands(item, frame, inputs[0], branches, traits)
        return [*found, *(_found(name, frame, inputs[0]) for name in item.named)]

    def _operands(
        self, item: LayerItem, frame: Frame, entry: Node, prefix: str, traits: Traits
    ) -> list[Flow]:
        """The tensors that a layer combines; every branch starts from the incoming one."""
        found: list[Flow] = []
        for operand, name in zip(item.operands, item.branch_names, strict=True):
            if isinstance(operand, Scalar):
                found.append(_found(operand, frame, entry))
            elif operand.condition is None or holds(operand.condition, frame, entry, self.work):
                found += self._branches(operand, frame, entry, prefix + name, traits)
        if len(found) > MAX_OPERANDS:
            raise excess(item.head, len(found), item.place)
        return found

    def _branches(self, body: Body, frame: Frame, entry: Node, path: str, traits: Traits) -> list[Flow]:
        """What a branch puts out, or each of several side by side."""
        if body.repeat is None:
            return [self._branch(body, frame.inner(entry, body), path, traits)]
        times = self._times(body.repeat, frame, entry)
        least = body.least.times(times)
        self.work.foresee(times + least.work, len(self.network.nodes) + least.layers, body.repeat.node)
        self.work.spend(times, body.repeat.node)
        found: list[Flow] = []
        for index in range(times):
            inner = frame.inner(entry, body)
            inner.values["i"] = index
            found.append(self._branch(body, inner, f"{path}.{index}", traits))
        return found

    def _branch(self, body: Body, inner: Frame, path: str, traits: Traits) -> Flow:
        inner.prefix = f"{path}."
        inner.traits = traits
        found = inner.inside.tensors[path] = self.run(body, inner)
        return found

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
        if item.shortcut_if is None or holds(item.shortcut_if, inner, entry, self.work):
            where = path or self._names.generate(inner, "add", item)
            self.work.spend(1, item)
            layer = item.add.make(inner.values, self.work, item)
            node = self._adder.add(where, item, layer, [body, shortcut], inner.traits)
            path = where
        if item.act is None:
            return node
        where = f"{path}.act" if path else self._names.generate(inner, item.act.recipe.kind.type, item)
        return self._adder.follow(item.act, where, inner, node, inner.traits)

    def _let(self, item: LetItem, frame: Frame, current: Flow) -> Flow:
        self.work.spend(len(item.bindings), item)
        for key, value in item.bindings:
            if value is None:
                frame.values.lose(key.text)
                continue
            try:
                frame.values[key.text] = evaluate(value, frame, current, self.work)
            except Lost:
                frame.values.lose(key.text)
            except Fault as fault:
                frame.values.lose(key.text)
                self._note(fault, frame)
        return current

    # -- blocks

    def _call(
        self, item: CallItem, frame: Frame, inputs: list[Node], path: str, traits: Traits
    ) -> tuple[Flow, ...]:
        lost = (None,) * max(1, len(item.outputs))
        if item.misfit:
            self._inspect(item, frame, inputs[0])
            return lost
        file, block = find_block(frame.file, item.head)
        if block.faulty:
            return lost
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
        inner.outer, inner.caller = None, frame
        inner.passed = dict(zip(block.inputs, item.sources or (), strict=False))
        inner.file = file
        inner.reserved = (block.body.names,)
        inner.calls = frame.calls + 1
        inner.values = bind(item, block, file, frame, inputs[0], self.work)
        inner.tensors = dict(zip(block.inputs, inputs, strict=True))
        inner.prefix = f"{path}."
        inner.traits = traits
        place = item.place
        inner.trail = (f"in {block.name} {path}, called at {place.path}:{place.line}", *frame.trail)
        last = self.run(block.body, inner)
        self.work.spend(len(block.outputs), item)
        try:
            return tuple([_found(name, inner, last) for name in block.outputs]) or (last,)
        except Lost:
            return lost
        except Fault as fault:
            self._note(fault, inner)
            return lost


def _sources(item: Item, frame: Frame, current: Flow) -> tuple[Flow, ...]:
    """What an item starts from: what comes in, unless `from` names something else."""
    if item.sources is None:
        return (current,)
    from netcost.language.references import sources_of

    return sources_of(item, frame, current)


def _found(name: Scalar, frame: Frame, current: Flow) -> Flow:
    """The tensor behind a name; what looks for it is loaded where a spec has names."""
    from netcost.language.references import find

    return find(name, frame, current)


def repetitions_of(times: int, network: Network, work: Work) -> Iterable[int]:
    """The numbers of repetitions; where their number stands for many, it says itself how many are to be built."""
    own = getattr(times, "repetitions", None)
    return own(network, work) if own else range(times)


def _may_vary(operand: Scalar | Body) -> bool:
    """Tell whether there may be none or several of a branch: what is left of its layer's operands may be one alone."""
    return isinstance(operand, Body) and not (operand.condition is None and operand.repeat is None)


def _tell_outputs(item: Item, frame: Frame, path: str, tensors: Sequence[Flow]) -> None:
    """Let what a named item puts out be known: its first output as itself, all by the names that a block gives."""
    frame.inside.tensors[path] = tensors[0]
    if isinstance(item, CallItem):
        frame.inside.tensors.update(zip([f"{path}.{name}" for name in item.outputs], tensors, strict=False))
