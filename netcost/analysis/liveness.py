"""What is alive when: the memory of a network's tensors, step by step, and the most of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from netcost.analysis.storage import Buffer, scratch, trained
from netcost.integers import ceil_to, maximum
from netcost.network import Network, Node
from netcost.number import AtLeast, Number, is_exact
from netcost.record import Record, replace

SLOT = 16
"""Bytes to which microcontrollers' planners align a buffer, as TensorFlow Lite Micro does."""


class Timeline(Record):
    """The memory of a network's tensors while it runs.

    Args:
        nodes: the layers that run, one a step.
        buffers: what holds their tensors.
        held: for each step the bytes of all buffers that are alive.
        scratch: for each step the bytes that are alive only while its layer runs.
        known: whether it is known what each layer puts out; if not, all of these are lower bounds.
    """

    nodes: Sequence[Node]
    buffers: Sequence[Buffer]
    held: Sequence[int]
    scratch: Sequence[int]
    known: bool = True

    @property
    def live(self) -> Sequence[int]:
        """For each step the bytes that are alive."""
        return [held + more for held, more in zip(self.held, self.scratch, strict=True)]

    @property
    def peak(self) -> Number:
        """The most bytes that are alive at once."""
        return self.bound(maximum(0, *self.live))

    def bound(self, size: int) -> Number:
        """A number of bytes as it may be told: a lower bound where not all outputs are known."""
        return size if self.known else AtLeast(size)

    @property
    def peak_step(self) -> int:
        """The first step in which as many are."""
        live = self.live
        return live.index(max(live))

    def alive(self, step: int) -> list[Buffer]:
        """The buffers that are alive in a step, the largest first."""
        found = [each for each in self.buffers if each.born <= step <= each.last]
        return sorted(found, key=lambda each: -each.size)


def timeline(
    network: Network, *, in_place: bool = True, with_input: bool = True, fused: bool = True
) -> Timeline:
    """Follow a trained network's tensors from birth to their last reader.

    Layers run in the order written. A buffer is born when its layer runs and dies after its last reader; outputs
    of the network live to the end. `with_input` counts its inputs, too; where attention is not `fused`, its scores live
    while it runs.
    """
    storage = trained(network, in_place=in_place)
    nodes = storage.nodes
    found = [each for each in storage.buffers if with_input or each.born >= 0]
    changes = [0] * (len(nodes) + 2)
    for each in found:
        changes[max(each.born, 0)] += each.size
        changes[max(each.last, 0) + 1] -= each.size
    held = list(accumulate(changes))[: len(nodes)]
    known = all(is_exact(node.output.elements) for node in nodes)
    return Timeline(nodes, found, held, list(scratch(nodes, fused=fused)), known)


class Placed(Record):
    """A piece of memory in an arena, from an offset on, for as long as it lives.

    Args:
        name: of the tensor that is in it in the end, or of the layer that works with it.
        size: bytes.
        born: the step in which it is made.
        last: the last step in which it is read.
        offset: where it begins.
    """

    name: str
    size: int
    born: int
    last: int
    offset: int = 0

    def meets(self, other: Placed) -> bool:
        """Tell whether both live at once."""
        return self.born <= other.last and other.born <= self.last


def arena(line: Timeline) -> Sequence[Placed]:
    """Lay all buffers into one block of memory, each in its place for as long as it lives.

    Greedy, the largest first, each at the lowest offset that is free while it lives, aligned to 16 bytes: as
    TensorFlow Lite Micro plans. What is alive while a layer runs has a place, too.
    """
    wanted = [Placed(each.name, each.size, each.born, each.last) for each in line.buffers]
    wanted += [
        Placed(node.name, size, step, step)
        for step, (node, size) in enumerate(zip(line.nodes, line.scratch, strict=True))
        if size
    ]
    placed: list[Placed] = []
    for each in sorted(wanted, key=lambda each: -each.size):
        beside = sorted((other.offset, other.offset + other.size) for other in placed if each.meets(other))
        placed.append(replace(each, offset=_first_gap(beside, each.size)))
    return placed


def arena_bytes(line: Timeline) -> Number:
    """Bytes of the block that holds all buffers of a network."""
    return line.bound(max((each.offset + each.size for each in arena(line)), default=0))


def _first_gap(taken: Iterable[tuple[int, int]], size: int) -> int:
    """The lowest offset, in whole slots, at which so many bytes are free between those that are taken."""
    offset = 0
    for start, end in taken:
        if offset + size <= start:
            break
        offset = max(offset, ceil_to(end, SLOT))
    return offset
