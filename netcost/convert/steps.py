"""The layers of a network as a spec can say them: no raw ones, no views of tensors as other kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import prod
from typing import Any

from netcost.convert.shorten import answers, shortened, written_fields
from netcost.dtypes import Precision
from netcost.layers import HEADS, find
from netcost.layers.custom import Custom
from netcost.layers.layer import Layer, count, without
from netcost.layers.opaque import Opaque
from netcost.layers.refusals import LayerError
from netcost.layers.reshape import Permute, Reshape
from netcost.layers.tensor import Move, Raw
from netcost.network import Network, Node
from netcost.shapes import Shape, Tensor, Vector, usual_kind
from netcost.wording import listed

MOST_NAMED = 4
"""Layers of unknown costs that a refusal names."""


class ConvertError(ValueError):
    """A network that no spec can say; the message names what is in the way."""


class BatchError(ConvertError):
    """A tensor that has not as many elements for each sample."""


class Step:
    """One layer as a spec says it, or an input.

    Attributes:
        name: what the source calls it.
        layer: the layer, its fields as short as they can be; None for an input.
        inputs: where it takes from.
        shape: what it puts out.
        values: the fields that a spec writes, by name.
        owner: what has all its weights.
        ties: for each weight that is another's: its owner, and what it is called there.
    """

    __slots__ = (
        "borrowers",
        "frozen",
        "inputs",
        "layer",
        "name",
        "order",
        "owner",
        "precision",
        "readers",
        "shape",
        "ties",
        "training_only",
        "values",
    )

    def __init__(self, node: Node, order: int, layer: Layer | None, shape: Shape) -> None:
        self.name = node.name
        self.order = order
        self.layer = layer
        self.shape = shape
        self.borrowers: set[Step] = set()
        """What uses its weights, too."""
        self.inputs: list[Step] = []
        self.readers: set[Step | None] = set()
        """What takes it in; None where it is an output of the network."""
        self.values: Mapping[str, Any] = {}
        self.precision: Precision = node.precision
        self.frozen: bool | Collection[str] = node.frozen
        self.training_only = node.training_only
        self.owner: Step | None = None
        self.ties: dict[str, tuple[Step, str]] = {}

    @property
    def lends(self) -> bool:
        """Tell whether another layer uses its weights."""
        return bool(self.borrowers)


class Steps:
    """The steps of a network in order.

    Args:
        network: what they are taken from.
        batch: what stands apart in front of each tensor: that of the network, or 1 where it cannot be told apart.

    Raises:
        BatchError: the batch cannot be told apart.
        ConvertError: something in it no spec can say.
    """

    def __init__(self, network: Network, batch: int) -> None:
        self.network = network
        self.batch = batch
        if not network.inputs:
            raise ConvertError("it has no input, and a spec needs one")
        _refuse_unknown(network)
        self.by_node: dict[Node, Step] = {}
        self._wanted = _wanted_kinds(network)
        self._joined: dict[tuple[object, ...], Step] = {}
        """What joins tensors, by these."""
        self._shortest: dict[tuple[object, ...], tuple[Layer, Mapping[str, Any]]] = {}
        self.inputs = [self._input(node) for node in network.inputs]
        self.all: list[Step] = []
        for node in network.nodes:
            self._add(node)
        self.outputs = [self.by_node[node] for node in network.outputs]
        for step in self.all:
            owners = [step.owner] if step.owner else [owner for owner, _ in step.ties.values()]
            for each in owners:
                each.borrowers.add(step)
            for each in step.inputs:
                each.readers.add(step)
        for step in self.outputs:
            step.readers.add(None)

    def _input(self, node: Node) -> Step:
        kind = self._wanted.get(node, type(node.output))
        shape = _per_sample(node.output, self.batch, node.name)
        if not kind.letters or len(kind.letters) != len(shape):
            kind = usual_kind(len(shape))
        if not kind.letters:  # more axes than a spec has words for
            kind, shape = Vector, (prod(shape),)
        step = Step(node, -1, None, kind((self.batch, *shape)))
        self.by_node[node] = step
        return step

    def _add(self, node: Node) -> None:
        sources = [self.by_node[source] for source in node.inputs]
        layer, shape = self._said(node, sources)
        step = self.by_node[node] = Step(node, len(self.all), layer, shape)
        step.inputs = self._joined_before(step, sources) if layer.type == "concat" else sources
        asked = tuple(source.shape for source in sources) or (Shape((self.batch,)),)
        step.layer, step.values = self._short(layer, asked)
        if isinstance(layer, Custom) and not isinstance(node.layer, Custom):
            step.frozen = not node.own_trained and layer.params > 0
            if not step.inputs:
                step.inputs = [self.inputs[0]]
        else:
            self._share(node, step)
        self.all.append(step)

    def _joined_before(self, step: Step, sources: list[Step]) -> list[Step]:
        """What is joined: where all but the last are joined already, as in DenseNet, that and the last."""
        key = (step.layer, step.precision, *sources)
        joined = self._joined.get(key[:-1])
        self._joined.setdefault(key, step)
        return [joined, sources[-1]] if joined is not None else sources

    def _share(self, node: Node, step: Step) -> None:
        owner = self.network[node.shares] if node.shares else None
        step.owner = self.by_node[owner] if owner else None
        step.ties = {tie.weight: (self.by_node[self.network[tie.owner]], tie.theirs) for tie in node.ties}

    def _said(self, node: Node, sources: Sequence[Step]) -> tuple[Layer, Shape]:
        """The layer that a spec has for a node, and what it puts out."""
        layer = node.layer
        if isinstance(layer, Raw) or layer.type not in HEADS or find(layer.type)[0] is not type(layer):
            return self._declared(node, sources)
        shapes = [source.shape for source in sources] or [Shape((self.batch,))]
        layer = self._of_wanted_kind(node)
        if tuple(shapes) == node.input_shapes and [*map(type, shapes)] == [*map(type, node.input_shapes)]:
            return layer, layer.output(*shapes)
        owners = (self.by_node[self.network[tie.owner]] for tie in node.ties)
        if any(isinstance(owner.layer, Custom) for owner in owners):
            return self._declared(node, sources)
        try:
            shape = layer.output(*shapes)
        except LayerError:
            return self._declared(node, sources)
        if answers(layer, shapes) == answers(layer, node.input_shapes):
            return layer, shape
        return self._declared(node, sources)

    def _of_wanted_kind(self, node: Node) -> Layer:
        """The layer of a node; one that may say what its axes mean says what its readers take it as."""
        wanted, layer = self._wanted.get(node), node.layer
        if "kind" not in layer.fields or not wanted or wanted is type(node.output) or not wanted.embedded:
            return layer
        return layer.with_fields(kind=wanted.word)

    def _declared(self, node: Node, sources: Sequence[Step]) -> tuple[Layer, Shape]:
        """A layer that costs the same by its author's word, or one that rearranges, where it does that alone."""
        batch = self.batch
        sample = _per_sample(node.output, batch, node.name)
        kind = self._kind(node, sample)
        x = sources[0].shape if sources else self.inputs[0].shape
        out = kind((batch, *sample))
        moved = _moved(node, x, out)
        if moved is not None:
            return moved, out
        if node.layer.buffers(*node.input_shapes):
            raise ConvertError(f"`{node.name}` keeps numbers that are not learned, as no spec can say here")
        inputs = node.input_shapes
        macs, ops = node.layer.macs(node.output, *inputs), node.layer.ops(node.output, *inputs)
        if macs % batch or ops % batch:
            raise BatchError(f"what `{node.name}` takes is not as much for each sample")
        weights = (
            {} if node.shares else without(node.layer.weights(*inputs), [tie.weight for tie in node.ties])
        )
        said: dict[str, Any] = {
            "description": node.layer.label(*inputs)[:80],
            "shape": sample,
            "params": count(weights),
            "macs_per_sample": macs // batch,
            "ops_per_sample": ops // batch,
        }
        usual = Custom(**said)
        if type(usual.output(x)) is kind:
            return usual, out
        return Custom(**said, kind=kind.word), out

    def _kind(self, node: Node, sample: tuple[int, ...]) -> type[Shape]:
        wanted = self._wanted.get(node, type(node.output))
        for kind in (wanted, type(node.output)):
            if kind.embedded and (not kind.letters or len(kind.letters) == len(sample)):
                return kind
        return Tensor

    def _short(self, layer: Layer, inputs: Sequence[Shape]) -> tuple[Layer, Mapping[str, Any]]:
        """The same layer with fields as a person would write them, and those that differ from the defaults."""
        key = (id(layer), *((type(x), x) for x in inputs))
        if key not in self._shortest:
            short = shortened(layer, inputs)
            self._shortest[key] = (short, written_fields(short))
        return self._shortest[key]


def _refuse_unknown(network: Network) -> None:
    unknown = [node.name for node in network.nodes if isinstance(node.layer, Opaque)]
    if unknown:
        named = listed([f"`{name}`" for name in unknown], most=MOST_NAMED)
        raise ConvertError(f"what {named} cost is not known, so no spec can say it")
    before = next((node.name for node in network.nodes if node.ran_before), None)
    if before is not None:
        raise ConvertError(f"`{before}` ran before what is looked at, which no spec can say")


def _per_sample(shape: Shape, batch: int, name: str) -> tuple[int, ...]:
    """The axes of a tensor for one sample; where the batch is merged into another axis, it is split off.

    Raises:
        BatchError: there are not as many elements for each sample.
        ConvertError: there are none.
    """
    if 0 in shape:
        raise ConvertError(f"`{name}` puts out a tensor without elements, {shape}")
    first, *rest = shape or (1,)
    if first == batch:
        return tuple(rest) or (1,)
    if first % batch == 0:
        return (first // batch, *rest)
    if prod(shape) % batch == 0:
        return (prod(shape) // batch,)
    raise BatchError(f"`{name}` puts out {prod(shape):,} elements for {batch} samples")


def _wanted_kinds(network: Network) -> dict[Node, type[Shape]]:
    """The kinds of shapes that readers take tensors as, for tensors whose kind nothing else decides."""
    wanted: dict[Node, type[Shape]] = {}
    for node in reversed(network.nodes):
        for source, kind in zip(node.inputs, node.views or (None,) * len(node.inputs), strict=True):
            if node.layer.elementwise or node.layer.arity[0] > 1 or isinstance(node.layer, Raw):
                found = wanted.get(node) if type(node.output) is type(source.output) or kind else None
                found = found if found and not isinstance(node.layer, Raw) else kind
            else:
                found = kind or type(source.output)
            if found is not None and (not found.axes or len(source.output) == len(found.axes)):
                wanted.setdefault(source, found)
    return wanted


MOVES = ("reshape", "view", "flatten", "squeeze", "unsqueeze", "heads", "unflatten", "contiguous")


def _moved(node: Node, x: Shape, out: Shape) -> Layer | None:
    """A layer that rearranges in the same way; nothing where none does."""
    layer = node.layer
    if isinstance(layer, Move):
        return _rearranged(layer, x, out, len(node.inputs))
    kind = None if usual_kind(len(out) - 1) is type(out) else type(out).word
    if isinstance(layer, Reshape) and x.embedded and x.elements == out.elements:
        return Reshape(size=out[1:], kind=kind)
    if isinstance(layer, Permute) and x[1:] == tuple(node.input_shapes[0]):
        moved = Permute(order=(1, *(axis + 1 for axis in layer.order)), kind=type(out).word)
        return moved if moved.output(x) == out else None
    return None


def _rearranged(move: Move, x: Shape, out: Shape, sources: int) -> Layer | None:
    """A reshape or a permutation that does the same; nothing where that cannot be told."""
    if sources != 1 or not x.embedded or x.elements != out.elements or len(out) == 1:
        return None
    steps = [word for word in move.operation.lower().replace(",", " ").split() if word]
    kind = None if usual_kind(len(out) - 1) is type(out) else type(out).word
    if steps and all(step in MOVES for step in steps):
        return Reshape(size=out[1:], kind=kind)
    if steps and all(step in {"transpose", "permute"} for step in steps):
        return _permuted(x, out)
    return None


def _permuted(x: Shape, out: Shape) -> Layer | None:
    """The only permutation of axes that leads from one shape to another; none where several do."""
    if sorted(x[1:]) != sorted(out[1:]) or len(set(x[1:])) != len(x) - 1:
        return None
    order = tuple(x.index(length, 1) for length in out[1:])
    usual = Permute(order=order)
    return usual if type(usual.output(x)) is type(out) else Permute(order=order, kind=type(out).word)
