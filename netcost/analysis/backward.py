"""What a step of training multiplies: the forward pass, and the gradients of inputs and of weights."""

from __future__ import annotations

from netcost.analysis.storage import Storage
from netcost.layers.layer import multiplied
from netcost.layers.products import Factor, gradient_macs
from netcost.network import Network, Node
from netcost.number import Number


def training_macs(network: Network, storage: Storage) -> Number:
    """Multiply-accumulates of a forward and a backward pass through all layers, those that only run in training included.

    A gradient goes to an input that is computed of something trained, and to each weight that is trained; it takes as
    many multiply-accumulates as the product that it belongs to.
    """
    return sum((layer_training_macs(node, storage) for node in network.nodes), 0)


def layer_training_macs(node: Node, storage: Storage) -> Number:
    """The same of one layer."""
    macs: Number = node.layer.macs(node.output, *node.input_shapes)
    if not macs or node not in storage.learning:
        return macs
    learning: set[Factor] = {index for index, source in enumerate(node.inputs) if source in storage.learning}
    learning.update(multiplied(node.trained))
    return macs + gradient_macs(node.layer.products(node.output, *node.input_shapes), learning)
