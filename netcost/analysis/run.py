"""How a network is run: what a caller may choose, checked against what there is."""

from __future__ import annotations

from netcost.devices import load
from netcost.network import Network

GRADIENTS = ("none", "held")
"""Gradients of weights before a step: made as they come, or there from the start."""


def with_optimizer(network: Network, name: str) -> Network:
    """Train with an optimizer.

    Raises:
        ValueError: one token alone is read.
    """
    if "decode" in network.overrides:
        raise ValueError("a step of decoding trains nothing; leave out one of --decode and --train")
    del name
    return network


def with_device(network: Network, name: str) -> Network:
    """Hold the network to a device.

    Raises:
        SpecError: there is none of that name, or its file is faulty.
    """
    load(name)
    return network


def with_checkpoints(network: Network, depth: int) -> Network:
    """Run blocks anew in the backward pass.

    Raises:
        ValueError: no layer stands in a block of that depth.
    """
    deepest = max((node.name.count(".") for node in network.nodes), default=0)
    if depth > deepest:
        raise ValueError(
            f"names of this network have at most {deepest} levels above their layers, not {depth}"
        )
    return network
