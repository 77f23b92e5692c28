"""The nodes of a graph that its outputs need, each behind what it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from netcost.frontends.onnx.file import GraphData, NodeData
from netcost.frontends.onnx.values import ShapeError


def ordered(nodes: Sequence[NodeData], outputs: Sequence[str]) -> list[NodeData]:
    """Leave out what nothing needs, and put each node behind those whose outputs it reads.

    Raises:
        ShapeError: nodes read one another in a circle.
    """
    makers = {name: place for place, node in enumerate(nodes) for name in node.outputs if name}
    reads = [_read_by(node, makers) for node in nodes]
    needed = bytearray(len(nodes))
    waiting = [makers[name] for name in outputs if name in makers]
    while waiting:
        place = waiting.pop()
        if not needed[place]:
            needed[place] = 1
            waiting += reads[place]
    places = [place for place in range(len(nodes)) if needed[place]]
    if all(source < place for place in places for source in reads[place]):
        return [nodes[place] for place in places]
    return [nodes[place] for place in _sorted(places, reads)]


def _read_by(node: NodeData, makers: Mapping[str, int]) -> Collection[int]:
    return {makers[name] for name in (*node.inputs, *_captured(node)) if name in makers}


def _captured(node: NodeData) -> Iterator[str]:
    """The names that graphs within a node read: more than those that come from outside, which does no harm."""
    waiting = [each for value in node.attributes.values() for each in _graphs(value)]
    while waiting:
        graph = waiting.pop()
        yield from (info.name for info in graph.outputs)
        for inner in graph.nodes:
            yield from inner.inputs
            waiting += [each for value in inner.attributes.values() for each in _graphs(value)]


def _graphs(value: object) -> list[GraphData]:
    if isinstance(value, GraphData):
        return [value]
    return [each for each in value if isinstance(each, GraphData)] if isinstance(value, list) else []


def _sorted(places: Sequence[int], reads: Sequence[Collection[int]]) -> list[int]:
    """Places in an order in which each is behind those that it reads, else as they stand."""
    from heapq import heapify, heappop, heappush

    open_reads = {place: len(reads[place]) for place in places}
    readers: dict[int, list[int]] = {place: [] for place in places}
    for place in places:
        for source in reads[place]:
            readers[source].append(place)
    ready = [place for place in places if not open_reads[place]]
    heapify(ready)
    found = []
    while ready:
        place = heappop(ready)
        found.append(place)
        for reader in readers[place]:
            open_reads[reader] -= 1
            if not open_reads[reader]:
                heappush(ready, reader)
    if len(found) < len(places):
        raise ShapeError("nodes read one another in a circle")
    return found
