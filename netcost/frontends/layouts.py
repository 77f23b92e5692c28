"""Tensors of a framework that has channels last, as Keras and TFLite, and how the network holds them.

The network has the channels of an image in front of the spatial axes. So each tensor knows which of the framework's
axes is which of the network's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple, TypeAlias

from netcost.network import Node
from netcost.shapes import KINDS, Map, Shape, Vector, map_kinds, usual_kind

Dims: TypeAlias = tuple[int, ...]

TO_MAP = 2
"""Axes that are not spatial: the batch and the channels."""

MATRIX_AXES = 2
SEQUENCE_AXES = 3
IMAGE_AXES = 4
VOLUME_AXES = 5
PAIR = 2


class Held(NamedTuple):
    """A tensor of a framework in a network.

    Args:
        node: the layer that puts it out.
        order: for each axis of the node's output the axis of the framework's tensor.
        dims: the lengths of the framework's axes, the batch first.
    """

    node: Node
    order: Dims
    dims: Dims

    @property
    def rank(self) -> int:
        """Number of axes, the batch included."""
        return len(self.dims)

    @property
    def features(self) -> int:
        """The framework's axis that the network takes for the features."""
        return self.order[self.node.output.channel_axis]


class Layout(NamedTuple):
    """How a tensor of certain axes is to lie: the kind of its shape, and which of the framework's axes is which of its own."""

    kind: type[Shape]
    order: Dims

    def lengths(self, dims: Sequence[int]) -> Dims:
        """The lengths of the network's axes."""
        return tuple(dims[axis] for axis in self.order) if len(dims) > 1 else (prod(dims), 1)

    def shape(self, dims: Sequence[int]) -> Shape:
        """The shape of a tensor of such lengths."""
        return self.kind(self.lengths(dims))

    def word(self) -> str:
        """What layers call the kind."""
        return next(word for word, kind in KINDS.items() if kind is self.kind)


def in_order(rank: int) -> Dims:
    """All axes as they stand; of one or none, that of the batch and another of length 1."""
    return tuple(range(max(rank, 2)))


def map_layout(rank: int, *, last: bool, first_spatial: int = 1) -> Layout:
    """A signal, an image or a volume, with the channels last or behind the batch.

    Args:
        rank: number of axes.
        last: whether the channels are last.
        first_spatial: axes before the channels where they are not last: time, behind the batch, of films.
    """
    if last:
        order = (0, rank - 1, *range(1, rank - 1))
    else:
        order = (0, first_spatial, *(axis for axis in range(1, rank) if axis != first_spatial))
    return Layout(map_kinds()[rank - TO_MAP], order)


def usual_layout(rank: int, *, last: bool) -> Layout:
    """How a tensor lies that may be anything: one of four or five axes is an image or a volume."""
    if rank <= TO_MAP:
        return Layout(Vector, in_order(rank))
    kind = usual_kind(rank - 1)
    return map_layout(rank, last=last) if issubclass(kind, Map) else Layout(kind, in_order(rank))


def dims_of(output: Shape, order: Dims) -> Dims:
    """The lengths of the framework's axes."""
    found = [0] * len(order)
    for length, axis in zip(output, order, strict=True):
        found[axis] = length
    return tuple(found)


def letters_of(term: Sequence[str], order: Dims) -> str:
    """The letters of the network's axes, by those of the framework's; an axis of length 1 that the framework has not gets a sign."""
    padded = [*term, *"_~"[: max(2 - len(term), 0)]]
    return "".join(padded[axis] for axis in order)


def broadcast(left: Sequence[int], right: Sequence[int]) -> Dims | None:
    """The lengths that two tensors are repeated to, as NumPy does; None where they do not fit."""
    rank = max(len(left), len(right))
    pairs = zip(*([1] * (rank - len(each)) + list(each) for each in (left, right)), strict=True)
    found = []
    for a, b in pairs:
        if a != b and 1 not in {a, b}:
            return None
        found.append(b if a == 1 else a)
    return tuple(found)


def shown(dims: Sequence[int]) -> str:
    """Lengths as Python writes a tuple."""
    return f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})"
