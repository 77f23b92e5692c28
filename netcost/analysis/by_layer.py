"""What a network as a whole says of its layers one by one, by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import floor

from netcost.analysis.liveness import Timeline
from netcost.analysis.reach import Field, Reach
from netcost.analysis.storage import Storage
from netcost.analysis.time import Bound, Moved
from netcost.analysis.training import Blocks, kept_by
from netcost.network import Network, Node
from netcost.number import UNKNOWN, Number
from netcost.report.layer_figures import WHOLE, PerAxis


def kept(network: Network, storage: Storage, blocks: Blocks) -> Mapping[str, Number]:
    """Bytes that each layer is the first to keep, of a block its first layer: those of one that does not tell are not known."""
    found = kept_by(storage, blocks)
    sizes: dict[str, Number] = {node.name: found.get(node, 0) for node in network.nodes}
    return {**sizes, **{node.name: UNKNOWN for node in storage.unknown}}


def live(line: Timeline) -> Mapping[str, Number]:
    """Bytes that are alive while each layer runs; a layer that runs in training only has no such number."""
    return {node.name: line.bound(size) for node, size in zip(line.nodes, line.live, strict=True)}


def moved(network: Network, each: Sequence[Moved]) -> Mapping[str, int]:
    """Bytes that each layer moves; nothing for one that runs inside another, and for a view."""
    return {**dict.fromkeys(_names(network), 0), **{one.node.name: one.total for one in each}}


def bound(network: Network, each: Sequence[Moved], least: Bound) -> Mapping[str, int]:
    """Whole nanoseconds that each layer takes at least."""
    times = {one.node.name: floor(time) for one, time in zip(each, least.layers, strict=True)}
    return {**dict.fromkeys(_names(network), 0), **times}


def _names(network: Network) -> list[str]:
    return [node.name for node in network.nodes]


def fields(seen: Mapping[Node, Reach]) -> Mapping[str, PerAxis]:
    """The size of each layer's field, axis by axis."""
    return _per_axis(seen, lambda field: field.size)


def strides(seen: Mapping[Node, Reach]) -> Mapping[str, PerAxis]:
    """How far apart in the input neighbouring positions of each layer look, axis by axis."""
    return _per_axis(seen, lambda field: field.stride)


def _per_axis(seen: Mapping[Node, Reach], of: Callable[[Field], int | Fraction]) -> Mapping[str, PerAxis]:
    found: dict[str, PerAxis] = {}
    for node, reach in seen.items():
        if isinstance(reach.view, tuple):
            found[node.name] = tuple(_whole(of(field)) for field in reach.view)
        else:
            found[node.name] = WHOLE if reach.view == WHOLE else None
    return found


def _whole(number: int | Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number
