"""What files of weights share: a network of stored tensors, of which nothing is known but their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import prod
from pathlib import PurePath
from typing import NamedTuple

from netcost.blocks import Matrix, layout_of, stored
from netcost.dtypes import Precision
from netcost.frontends import Source
from netcost.frontends.graph import Graph
from netcost.frontends.honoured import honoured
from netcost.language.work import Work
from netcost.layers.layer import count
from netcost.layers.stored_tensor import StoredTensor
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place, inside
from netcost.source.fault import Exhausted
from netcost.source.problem import SpecError

ONLY_STORED = "this file tells what is stored, and not what is computed with it: MACs, operations and activations are not known"
BUFFERS = ("running_mean", "running_var", "num_batches_tracked")
"""The last words of the names of tensors that PyTorch's batch norms store and do not learn."""


class Tensor(NamedTuple):
    """A tensor as a file of weights tells of it.

    Args:
        dtype: what the file calls its numbers.
        dims: lengths of its axes, rows before what they are computed from; none for a single number.
        bytes: what it takes in the file.
    """

    dtype: str
    dims: tuple[int, ...]
    bytes: int

    @property
    def elements(self) -> int:
        """Numbers in it."""
        return prod(self.dims)


class At(NamedTuple):
    """A part of the file, for the count of work."""

    place: Place


def bytes_of(dims: tuple[int, ...], dtype: str) -> int:
    """Bytes that a tensor takes in a number format; blocks run along its last axis."""
    rows = Matrix(prod(dims[:-1]), dims[-1]) if dims else Matrix(1, 1)
    return sum(part.bytes for part in stored(rows, prod(dims), dtype))


def network_of(
    source: Source,
    overrides: Overrides,
    work: Work,
    tensors: Iterable[tuple[str, Tensor]],
    formats: Mapping[str, str],
    name: str = "",
) -> Network:
    """A network of what is stored, a layer for each tensor, under its own name.

    Args:
        source: the file.
        overrides: what to change about it; nothing can be.
        work: counts what is asked for.
        tensors: by their names.
        formats: the number format that each of the file's words stands for.
        name: what the network is called; the file where left out.

    Raises:
        SpecError: an override, or too many tensors.
    """
    honoured(source.path, overrides, ())
    network = Network(name or PurePath(source.path).stem, source=source.path)
    graph = Graph(network)
    layers: dict[tuple[str, tuple[int, ...], bool], StoredTensor] = {}
    try:
        for key, tensor in tensors:
            place = inside(source.path, key)
            work.spend(1, At(place))
            alike = (tensor.dtype, tensor.dims, not key.endswith(BUFFERS))
            layer = layers.get(alike) or layers.setdefault(
                alike, StoredTensor(tensor.dims, tensor.dtype, learned=alike[2])
            )
            precision = precision_in(formats[tensor.dtype])
            graph.add(key, layer, (), place=place, precision=precision)
    except Exhausted as stop:
        raise SpecError([stop.problem]) from None
    network.outputs = tuple(network.nodes)
    network.precision = _usual(network)
    graph.note(ONLY_STORED)
    return network


def _usual(network: Network) -> Precision:
    """The formats of most numbers."""
    numbers: Counter[Precision] = Counter()
    for node in network.nodes:
        numbers[node.precision] += count(node.layer.weights())
    return max(numbers, key=numbers.__getitem__, default=network.precision)


def precision_in(dtype: str) -> Precision:
    """The formats of a layer whose weights are stored so; what it puts out is in a format without blocks."""
    return Precision(dtype, Precision().activations if layout_of(dtype) else dtype)
