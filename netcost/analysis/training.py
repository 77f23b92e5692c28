"""What training holds: the tensors that the backward pass needs, from the forward pass on."""

from __future__ import annotations

from netcost.analysis.storage import Storage, tensors_bytes
from netcost.network import Node
from netcost.number import AtLeast, Number


def kept_bytes(storage: Storage) -> Number:
    """Bytes that the backward pass needs of the forward pass, the network's inputs apart."""
    known = sum(buffer.size for buffer in storage.buffers if buffer.keeper and buffer.born >= 0)
    known += sum(tensors_bytes(tensors, node.precision) for node, tensors in storage.kept.items())
    return AtLeast(known) if storage.unknown else known


def kept_by(storage: Storage) -> dict[Node, int]:
    """What each layer adds to that: the first one that needs a buffer keeps it."""
    found = {node: tensors_bytes(tensors, node.precision) for node, tensors in storage.kept.items()}
    for buffer in storage.buffers:
        if buffer.keeper and buffer.born >= 0:
            found[buffer.keeper] = found.get(buffer.keeper, 0) + buffer.size
    return found
