"""Whether a network fits a device, and how many samples at once do."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from netcost.analysis.study import Study
from netcost.devices import Device
from netcost.layers.refusals import LayerError
from netcost.network import Network
from netcost.number import Number, is_exact
from netcost.report.memory import Fit, Room

MOST_SAMPLES = 2**40
"""More samples at once are not asked for."""


def fit(study: Study, device: Device, *, training: bool) -> Fit | None:
    """Hold a network to a device, and find the largest batch that fits; None if the device tells no memory."""
    found = list(rooms(study, device, training=training))
    if not found:
        return None
    if any(not is_exact(room.needed) for room in found):
        return Fit(device.name, found, None, ())
    largest = largest_batch(study.network, device, training=training)
    more = list(rooms(Study(_with_batch(study.network, largest + 1)), device, training=training))
    return Fit(device.name, found, largest, more)


def rooms(study: Study, device: Device, *, training: bool) -> Iterator[Room]:
    """What must fit where: a microcontroller has weights in flash, and one piece of memory for its tensors."""
    if training:
        if device.memory:
            yield Room("memory", _total(study, training=True), floor(device.memory.number), "the total")
        return
    if device.flash:
        yield Room("flash", study.weight_bytes, floor(device.flash.number), "weights")
        working = device.piece or device.memory
        if working:
            what = "tensors, in the largest piece" if device.piece else "tensors, in one block"
            yield Room("memory", study.arena_bytes + study.cache_bytes, floor(working.number), what)
    elif device.memory:
        yield Room("memory", _total(study, training=False), floor(device.memory.number), "the total")


def _total(study: Study, *, training: bool) -> Number:
    return (study.training_bytes or 0) if training else study.inference_bytes


def largest_batch(network: Network, device: Device, *, training: bool) -> int:
    """The most samples at once that fit, found by halving; 0 if not even one does."""

    def fits(batch: int) -> bool:
        try:
            study = Study(_with_batch(network, batch))
            return all(room.fits for room in rooms(study, device, training=training))
        except LayerError:  # a tensor that no machine could address
            return False

    low, high = 0, 1
    while high < MOST_SAMPLES and fits(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _with_batch(network: Network, batch: int) -> Network:
    """The same network for so many samples at once."""
    return network.resized(
        {node.name: type(node.output)((batch, *node.output.sample)) for node in network.inputs}
    )
