"""What training holds: tensors kept from the forward to the backward pass, gradients, and the most of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import trunc

from netcost.analysis.optimizers import weight_gradient_bytes
from netcost.analysis.storage import Storage, output_bytes, tensors_bytes
from netcost.integers import maximum
from netcost.network import Network, Node
from netcost.number import AtLeast, Number, known_part

Blocks = Mapping[Node, str]
"""The block that a layer stands in, for those that are in one."""

NO_BLOCKS: Blocks = {}


def blocks_of(nodes: Sequence[Node], depth: int) -> Blocks:
    """The layers that stand in blocks, by the first parts of their names: `layer1.0` at a depth of 2."""
    parts = {node: node.name.split(".") for node in nodes}
    return {node: ".".join(each[:depth]) for node, each in parts.items() if len(each) > depth}


@dataclass(frozen=True)
class Kept:
    """Bytes that the backward pass needs of the forward pass, the network's inputs apart.

    Args:
        at_start: those that the forward pass keeps.
        made: for each layer, what is made anew before its backward pass runs.
        freed: for each layer, what is needed no longer once its backward pass has run.
        known: false if a layer does not tell what its backward pass needs.
    """

    at_start: int
    made: Sequence[int]
    freed: Sequence[int]
    known: bool

    @property
    def number(self) -> Number:
        """What the forward pass keeps; a lower bound where that is not known in full."""
        return self.at_start if self.known else AtLeast(self.at_start)


def kept(storage: Storage, blocks: Blocks = NO_BLOCKS) -> Kept:
    """What the backward pass needs; of a block only what goes into it, as the block is run anew when its turn comes."""
    steps = {node: step for step, node in enumerate(storage.nodes)}
    last = {blocks[node]: steps[node] for node in storage.nodes if node in blocks}
    made, freed, at_start = [0] * len(steps), [0] * len(steps), 0
    for size, until, block in _holdings(storage, blocks, steps):
        freed[until] += size
        if block:
            made[last[block]] += size
        else:
            at_start += size
    return Kept(at_start, made, freed, known=not storage.unknown)


def _holdings(storage: Storage, blocks: Blocks, steps: Mapping[Node, int]) -> Iterator[tuple[int, int, str]]:
    """What is held: bytes, the step that needs it last, and the block that makes it; empty for the forward pass."""
    first = {blocks[node]: steps[node] for node in reversed(storage.nodes) if node in blocks}
    readers = _readers(storage, blocks)
    for buffer in storage.buffers:
        if buffer.born < 0:
            continue
        home = blocks.get(buffer.nodes[0], "")
        inside = [steps[node] for node in buffer.keepers if home and blocks.get(node) == home]
        outside = [
            first[blocks[node]] if node in blocks else steps[node]
            for node in (*buffer.keepers, *readers.get(id(buffer), ()))
            if not home or blocks.get(node) != home
        ]
        if outside:
            yield buffer.size, min(outside), ""
        if inside:
            yield buffer.size, min(inside), home
    for node, tensors in storage.kept.items():
        yield tensors_bytes(tensors, node.precision), steps[node], blocks.get(node, "")


def _readers(storage: Storage, blocks: Blocks) -> Mapping[int, list[Node]]:
    """For each buffer, by its identity, the layers in blocks that read it and are trained."""
    found: dict[int, list[Node]] = {}
    for node in blocks:
        for source in node.inputs if node in storage.learning else ():
            found.setdefault(id(storage.of[source]), []).append(node)
    return found


def kept_by(storage: Storage, blocks: Blocks = NO_BLOCKS) -> dict[Node, int]:
    """What each layer adds to what the forward pass keeps: the first one that needs it; of a block its first layer."""
    steps = {node: step for step, node in enumerate(storage.nodes)}
    found: dict[Node, int] = {}
    for size, until, block in _holdings(storage, blocks, steps):
        if not block:
            keeper = storage.nodes[until]
            found[keeper] = found.get(keeper, 0) + size
    return found


# One step


class Gradient:
    """The memory of one gradient, and how many wait for it."""

    __slots__ = ("readers", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self.readers = 0


@dataclass(frozen=True)
class Moment:
    """The moment of a step in which most bytes are alive.

    Args:
        size: those bytes: what is still kept, gradients that pass through, gradients of weights up to here, and the
            output with its gradient. The weights, the input and an optimizer's state are not among them.
        before: those that are alive before the first backward pass.
        noted: what is alive at the moments of the backward passes, each with the layer, in order.
        curve: for each layer, the most that is alive while its backward pass runs.
    """

    size: int
    before: int
    noted: Sequence[tuple[int, Node]]
    curve: Sequence[int]

    @property
    def node(self) -> Node | None:
        """The layer whose backward pass runs; none before the first."""
        if self.size == self.before:
            return None
        return next(node for size, node in self.noted if size == self.size)


def step_peak(network: Network, storage: Storage, saved: Kept, *, gradients_held: bool = False) -> Moment:
    """Run the backward pass, layer by layer from the last to the first, and find the most that is alive.

    What a layer kept goes once its backward pass has run, while the gradients of its weights stay. Gradients of a
    tensor that several layers read are summed into a new one. With `gradients_held` those of the weights are not
    counted: they are there all the time.
    """
    backward = _Backward(network, storage, saved)
    for step in range(len(storage.nodes) - 1, -1, -1):
        backward.run(step, gradients_held=gradients_held)
    peak = maximum(backward.before, *(size for size, _ in backward.noted))
    return Moment(peak, backward.before, backward.noted, backward.curve[::-1])


class _Backward:
    """A backward pass that is under way: what is alive now, and what was."""

    def __init__(self, network: Network, storage: Storage, saved: Kept) -> None:
        self.storage = storage
        self.saved = saved
        self.gradients: dict[Node, Gradient] = {}
        self.shared: set[tuple[str, str]] = set()
        self.live = saved.at_start
        for node in network.outputs:
            buffer = storage.of[node]
            self.live += output_bytes(node) if buffer.born >= 0 and not buffer.keepers else 0
        self.before = self.live
        self.noted: list[tuple[int, Node]] = []
        self.curve: list[int] = []
        for node in network.outputs:
            self.gradients[node] = self._new(output_bytes(node), readers=2)  # the caller holds it, too

    def run(self, step: int, *, gradients_held: bool) -> None:
        """Run the backward pass of one layer."""
        node = self.storage.nodes[step]
        self.live += self.saved.made[step]
        self.curve.append(self.live)
        gradient = self.gradients.pop(node, None)
        if gradient is not None and node in self.storage.learning:
            passed = self._passed(node, gradient)
            self.live += 0 if gradients_held else self._of_weights(node)
            scratch = node.layer.scratch_backward(node.output, *node.input_shapes)
            self._note(node, tensors_bytes(scratch, node.precision) if scratch else 0)
            self._let_go(gradient)
            self.live -= self.saved.freed[step]
            for source, each in passed:
                self._arrive(node, source, each)
        else:
            self.live -= self.saved.freed[step]

    def _passed(self, node: Node, gradient: Gradient) -> list[tuple[Node, Gradient]]:
        """The gradients of the inputs."""
        found = []
        for source in dict.fromkeys(node.inputs):
            if source in self.storage.learning:
                each = gradient if node.layer.hands_on else self._new(output_bytes(source))
                each.readers += 1
                found.append((source, each))
        return found

    def _of_weights(self, node: Node) -> int:
        """Bytes of the gradients of a layer's weights; those of shared weights come once."""
        owner = node.shares or node.name
        theirs = {tie.weight: (tie.owner, tie.theirs) for tie in node.ties}
        stored = {theirs.get(name, (owner, name)): shape for name, shape in node.trained.items()}
        new = {f"{owner}.{name}": stored[owner, name] for owner, name in stored.keys() - self.shared}
        self.shared |= stored.keys()
        # Weights that are not known are those of a layer of which it is not known what it keeps: the sums say so.
        return trunc(known_part(weight_gradient_bytes(new, node.precision))) if new else 0

    def _arrive(self, node: Node, source: Node, gradient: Gradient) -> None:
        """Keep the gradient of a tensor, or its sum with that which came from a later reader."""
        before = self.gradients.get(source)
        if before is not None:
            total = self._new(before.size, readers=1)
            self._note(node)
            self._let_go(before)
            self._let_go(gradient)
            gradient = total
        self.gradients[source] = gradient

    def _new(self, size: int, readers: int = 0) -> Gradient:
        self.live += size
        made = Gradient(size)
        made.readers = readers
        return made

    def _let_go(self, gradient: Gradient) -> None:
        gradient.readers -= 1
        if not gradient.readers:
            self.live -= gradient.size

    def _note(self, node: Node, scratch: int = 0) -> None:
        self.curve[-1] = maximum(self.curve[-1], self.live + scratch)
        self.noted.append((self.live + scratch, node))
