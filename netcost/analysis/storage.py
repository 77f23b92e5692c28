"""Who shares whose bytes: the buffers that hold the tensors of a network, and which of them training keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import trunc

from netcost.dtypes import Precision
from netcost.layers.kept import Kept, Tensors
from netcost.layers.layer import NO_WEIGHTS, multiplied
from netcost.network import Network, Node
from netcost.number import known_part
from netcost.report.metrics import activation_bytes


class Buffer:
    """Memory that one or more tensors of a network live in, one after the other or as views of one another.

    Steps count the layers that run, from 0; the network's inputs are there before the first.

    Args:
        nodes: the layers, or the input, that put out those tensors; the first one made it.
        size: bytes.
        born: the step in which it is made; -1 for an input.
        last: the last step in which it is read; that after the last layer for an output of the network.
    """

    __slots__ = ("born", "keepers", "last", "nodes", "size")

    def __init__(self, nodes: list[Node], size: int, born: int, last: int) -> None:
        self.nodes = nodes
        self.size = size
        self.born = born
        self.last = last
        self.keepers: list[Node] = []
        """The layers whose backward pass needs it, in order."""

    @property
    def name(self) -> str:
        """The name of what is in it in the end."""
        return self.nodes[-1].name


class Storage:
    """The buffers of a network, in the order in which they are made.

    Args:
        nodes: the layers that run, one a step.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.buffers: list[Buffer] = []
        """What holds their tensors."""
        self.of: dict[Node, Buffer] = {}
        """The buffer of each tensor."""
        self.kept: dict[Node, Tensors] = {}
        """For each layer that keeps further tensors for the backward pass, those tensors."""
        self.unknown: list[Node] = []
        """The layers that do not tell what their backward pass needs."""
        self.learning: set[Node] = set()
        """The layers to whose outputs gradients come, as they or layers before them are trained."""


def output_bytes(node: Node) -> int:
    """Bytes of what a layer, or an input, puts out; none where that is not known."""
    return trunc(known_part(activation_bytes(node.output, node.precision.activations)))


def entering(network: Network) -> list[Node]:
    """What is there before a network runs: its inputs, and of what ran before as much as is read."""
    before = [node for node in network.nodes if node.ran_before]
    if not before:
        return network.inputs
    read = {source for node in network.nodes if node.runs for source in node.read}
    return [node for node in (*network.inputs, *before) if node in read]


def state_bytes(node: Node) -> int:
    """Bytes of what a layer hands on from one step to the next."""
    state = node.layer.state(*node.input_shapes) if node.runs else NO_WEIGHTS
    return sum(activation_bytes(shape, node.precision.activations) for shape in state.values())


def tensors_bytes(tensors: Tensors, precision: Precision) -> int:
    """Bytes of tensors that a layer makes beside its output."""
    return sum(activation_bytes(each.shape, each.dtype or precision.activations) for each in tensors.values())


def scratch(nodes: Sequence[Node], *, fused: bool = True) -> Iterator[int]:
    """For each layer the bytes of tensors that are alive only while it runs."""
    for node in nodes:
        ask = node.layer.scratch if fused else node.layer.scratch_unfused
        tensors = ask(node.output, *node.input_shapes)
        yield tensors_bytes(tensors, node.precision) if tensors else 0


def trained(network: Network, *, in_place: bool = True) -> Storage:
    """The storage of a network that has been trained.

    A view is its source's buffer. With `in_place`, an activation writes over its input, unless that is an input
    of the network, is read later, or is of another size.
    """
    nodes = [node for node in network.nodes if node.runs]
    last = _last_readers(network, nodes)
    storage = _entered(entering(network), nodes, last)
    for step, node in enumerate(nodes):
        buffer = _source(node, storage) if node.layer.view else None
        if buffer is None and in_place:
            buffer = _overwritten(node, step, storage, last)
        _put(node, buffer, step, storage, last)
    return storage


def in_training(network: Network, *, in_place: bool = True, fused: bool = True) -> Storage:
    """The storage of a network in training, with what the backward pass needs of the forward pass.

    Args:
        network: the network.
        in_place: activations write over their inputs where they can.
        fused: attention is one kernel, which works its scores out again.

    As `trained`, but that dropout makes something new, that nothing that is kept is written over, and that all
    layers run. A layer to which no gradient comes, as it and all before it are frozen, keeps nothing.
    """
    nodes = network.nodes
    last = _last_readers(network, nodes)
    storage = _entered(network.inputs, nodes, last)
    for step, node in enumerate(nodes):
        buffer = _source(node, storage) if node.layer.view and not node.layer.trains else None
        overwritten = None
        if buffer is None and in_place:
            overwritten = _overwritten(node, step, storage, last)
        _put(node, buffer or overwritten, step, storage, last)
        trained = node.trained
        learns = bool(multiplied(trained))  # a bias needs nothing but the gradient
        if trained or any(source in storage.learning for source in node.inputs):
            storage.learning.add(node)
            kept = needed(node, in_place=overwritten is not None, fused=fused)
            _keep(node, kept, storage, learns=learns)
    return storage


def _last_readers(network: Network, nodes: Sequence[Node]) -> dict[Node, int]:
    """For each tensor the step in which it is read for the last time; at least the one in which it is made."""
    last = dict.fromkeys(network.inputs, -1)
    for step, node in enumerate(nodes):
        last[node] = step
        for source in node.inputs:
            last[source] = step
    for node in network.outputs:
        last[node] = len(nodes)
    return last


def _entered(there: Sequence[Node], nodes: Sequence[Node], last: dict[Node, int]) -> Storage:
    """A storage with nothing in it but what is there before the first step."""
    storage = Storage(nodes)
    for node in there:
        _put(node, None, -1, storage, last)
    return storage


def _put(node: Node, buffer: Buffer | None, step: int, storage: Storage, last: dict[Node, int]) -> None:
    """Put a tensor into a buffer; into one of its own where there is none, empty for a view of weights."""
    if buffer is None:
        stored = node.layer.view and not node.inputs
        buffer = Buffer([node], 0 if stored else output_bytes(node), step, last[node])
        storage.buffers.append(buffer)
    else:
        buffer.nodes.append(node)
        buffer.last = max(buffer.last, last[node])
    storage.of[node] = buffer


def _source(node: Node, storage: Storage) -> Buffer | None:
    """The buffer of a layer's first input."""
    return storage.of[node.inputs[0]] if node.inputs else None


def _overwritten(node: Node, step: int, storage: Storage, last: dict[Node, int]) -> Buffer | None:
    """The buffer of its input that a layer writes over; none if it needs one of its own."""
    if not node.layer.in_place:
        return None
    buffer = storage.of[node.inputs[0]]
    free = buffer.born >= 0 and not buffer.keepers and all(last[each] <= step for each in buffer.nodes)
    return buffer if free and buffer.size == output_bytes(node) else None


def needed(node: Node, *, in_place: bool, fused: bool) -> Kept | None:
    """What the backward pass of a layer needs; None if that is not known."""
    layer = node.layer
    ask = layer.kept_in_place if in_place else layer.kept if fused else layer.kept_unfused
    return ask(node.output, *node.input_shapes)


def _keep(node: Node, kept: Kept | None, storage: Storage, *, learns: bool) -> None:
    """Note what a layer keeps for its backward pass."""
    if kept is None:
        storage.unknown.append(node)
        return
    if kept.for_weights and not learns:
        return
    for source in (*(node.inputs[index] for index in kept.inputs), *([node] if kept.output else [])):
        storage.of[source].keepers.append(node)
    if kept.more:
        storage.kept[node] = kept.more
