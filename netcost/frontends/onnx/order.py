"""The nodes of a graph that its outputs need, each behind what it reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from netcost.frontends.onnx.file import GraphData, NodeData
from netcost.frontends.onnx.values import ShapeError


class Order:
    """Puts nodes in order, and remembers what graphs within nodes read."""

    def __init__(self) -> None:
        self._read: dict[GraphData, frozenset[str]] = {}

    def needed(self, nodes: Sequence[NodeData], outputs: Sequence[str]) -> list[NodeData]:
        """Leave out what nothing needs, and put each node behind those whose outputs it reads.

        Raises:
            ShapeError: nodes read one another in a circle.
        """
        makers = {name: place for place, node in enumerate(nodes) for name in node.outputs if name}
        reads = [{makers[name] for name in self.read_by(node) if name in makers} for node in nodes]
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

    def read_by(self, node: NodeData) -> Iterable[str]:
        """The names that a node reads: its inputs, and what graphs within it read of those around."""
        graphs = [each for value in node.attributes.values() for each in _graphs(value)]
        return chain(node.inputs, *map(self.read_within, graphs)) if graphs else node.inputs

    def read_within(self, graph: GraphData) -> frozenset[str]:
        """The names that a graph reads of those around it."""
        if graph not in self._read:
            found = {each.name for each in graph.outputs}
            for node in graph.nodes:
                found.update(self.read_by(node))
            own = {name for node in graph.nodes for name in node.outputs} | {
                each.name for each in graph.inputs
            }
            self._read[graph] = frozenset(found - own - graph.initializers.keys())
        return self._read[graph]


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
