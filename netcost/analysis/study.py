"""A network that is looked at as a whole, run as its overrides say; each question is answered once, when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod, trunc
from typing import Any

from netcost.analysis import by_layer
from netcost.analysis.backward import training_macs
from netcost.analysis.costs import totals
from netcost.analysis.liveness import Timeline, arena_bytes, timeline
from netcost.analysis.loss import LOSSES, REGULARIZER_OPS, Loss, loss_ops
from netcost.analysis.optimizers import (
    OPTIMIZERS,
    Optimizer,
    gradient_bytes,
    optimizer_bytes,
    optimizer_ops,
)
from netcost.analysis.reach import Reach, reach
from netcost.analysis.storage import Storage, entering, in_training, output_bytes, state_bytes
from netcost.analysis.time import Bound, Moved, bound, moved, roof
from netcost.analysis.training import NO_BLOCKS, Blocks, Kept, Moment, blocks_of, kept, step_peak
from netcost.devices import Device
from netcost.devices import load as load_device
from netcost.integers import maximum
from netcost.network import Network, Node
from netcost.number import UNKNOWN, AtLeast, Number, is_exact, known_part
from netcost.report.roof import Roof


class Study:
    """The answers about one network.

    Args:
        network: the network, with the overrides by which it is run.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.asked = network.overrides

    # -- what there is, whatever it is run for

    @cached_property
    def weight_bytes(self) -> Number:
        """Bytes of all weights."""
        found: Number = totals(self.network).weight_bytes
        return found

    @cached_property
    def input_bytes(self) -> int:
        """Bytes of the network's inputs."""
        return sum(map(output_bytes, entering(self.network)))

    @cached_property
    def reach(self) -> Mapping[Node, Reach]:
        """What each layer sees of the input."""
        return reach(self.network)

    @cached_property
    def last_with_positions(self) -> Node | None:
        """The last layer with more than one position, or of which that is not known; None if there is none."""
        shapes = ((node, node.output) for node in reversed(self.network.nodes))
        return next(
            (
                node
                for node, out in shapes
                if not is_exact(out.elements) or prod(out.sample) > (out.channels or 1)
            ),
            None,
        )

    @cached_property
    def receptive_field(self) -> Number | None:
        """The largest field of the last layer with more than one position; None if it sees the whole input."""
        last = self.last_with_positions
        view = self.reach[last].view if last else "nothing"
        if isinstance(view, tuple):
            return maximum(*(field.size for field in view))
        return UNKNOWN if view is None else None

    @cached_property
    def fields_by_layer(self) -> Mapping[str, Any]:
        """What each layer sees of each axis of the input."""
        return by_layer.fields(self.reach)

    @cached_property
    def strides_by_layer(self) -> Mapping[str, Any]:
        """How far apart in the input neighbouring positions of each layer look."""
        return by_layer.strides(self.reach)

    # -- inference

    @cached_property
    def timeline(self) -> Timeline:
        """What is alive when, in the trained network."""
        return timeline(
            self.network,
            in_place="no_in_place" not in self.asked,
            with_input="without_input" not in self.asked,
            fused="plain_attention" not in self.asked,
        )

    @cached_property
    def live_by_layer(self) -> Mapping[str, Number]:
        """Bytes that are alive while each layer runs."""
        return by_layer.live(self.timeline)

    @cached_property
    def arena_bytes(self) -> Number:
        """Bytes of one block that holds all tensors."""
        return arena_bytes(self.timeline)

    @cached_property
    def cache_bytes(self) -> int:
        """Bytes that one token hands on to the next."""
        return sum(map(state_bytes, self.network.nodes))

    @cached_property
    def inference_bytes(self) -> Number:
        """Bytes that the trained network takes."""
        return self.weight_bytes + self.timeline.peak + self.cache_bytes

    # -- a device

    @cached_property
    def device(self) -> Device | None:
        """The device that is asked for."""
        name = self.asked.get("device")
        return load_device(name) if name else None

    @cached_property
    def moved(self) -> Sequence[Moved]:
        """What each layer moves."""
        return moved(self.network)

    @cached_property
    def moved_bytes(self) -> int:
        """Bytes that all layers move."""
        return sum(each.total for each in self.moved)

    @cached_property
    def moved_by_layer(self) -> Mapping[str, int]:
        """Bytes that each layer moves."""
        return by_layer.moved(self.network, self.moved)

    @cached_property
    def bound_by_layer(self) -> Mapping[str, int]:
        """Nanoseconds that each layer takes at least; nothing where that is not told."""
        return by_layer.bound(self.network, self.moved, self.bound) if self.bound else {}

    @cached_property
    def bound(self) -> Bound | None:
        """The least time on the device; None without one, or where it does not tell what that takes."""
        return bound(self.network, self.moved, self.device) if self.device else None

    @cached_property
    def roof(self) -> Roof | None:
        """What bounds each layer on the device; None without one, or where it does not tell what that takes."""
        return roof(self.moved, self.bound, self.device) if self.device and self.bound else None

    @cached_property
    def time_bound_ns(self) -> int | None:
        """Nanoseconds that all layers take at least, one after the other."""
        return self.bound.whole if self.bound else None

    # -- training

    @cached_property
    def optimizer(self) -> Optimizer | None:
        """The optimizer that is asked for."""
        name = self.asked.get("train")
        return OPTIMIZERS[name] if name else None

    @cached_property
    def storage(self) -> Storage:
        """The buffers of the network in training."""
        return in_training(
            self.network,
            in_place="no_in_place" not in self.asked,
            fused="plain_attention" not in self.asked,
        )

    @cached_property
    def blocks(self) -> Blocks:
        """The blocks that are run anew in the backward pass."""
        depth = self.asked.get("checkpoint")
        return blocks_of(self.network.nodes, depth) if depth else NO_BLOCKS

    @cached_property
    def kept(self) -> Kept:
        """What the forward pass keeps for the backward pass."""
        return kept(self.storage, self.blocks)

    @cached_property
    def kept_by_layer(self) -> Mapping[str, Number]:
        """Bytes that each layer is the first to keep for the backward pass."""
        return by_layer.kept(self.network, self.storage, self.blocks)

    @cached_property
    def gradients_held(self) -> bool:
        """True if the gradients of all weights are there from the start."""
        return bool(self.asked.get("gradients") == "held")

    @cached_property
    def moment(self) -> Moment:
        """The moment of a step in which most is alive."""
        return step_peak(self.network, self.storage, self.kept, gradients_held=self.gradients_held)

    @cached_property
    def gradient_bytes(self) -> int:
        """Bytes of the gradients of all weights that are trained."""
        return gradient_bytes(self.network)

    @cached_property
    def optimizer_bytes(self) -> int | None:
        """Bytes of the optimizer's state; None where no training is asked for."""
        return optimizer_bytes(self.network, self.optimizer) if self.optimizer else None

    @cached_property
    def training_bytes(self) -> Number | None:
        """Bytes that a step of training takes; None where none is asked for."""
        if self.optimizer_bytes is None:
            return None
        held = self.gradient_bytes if self.gradients_held else 0
        total = self.weight_bytes + self.optimizer_bytes + self.input_bytes + held + self.moment.size
        return total if self.kept.known else AtLeast(0) + total

    @cached_property
    def training_macs(self) -> Number:
        """Multiply-accumulates of a forward and a backward pass."""
        return training_macs(self.network, self.storage)

    @cached_property
    def optimizer_ops(self) -> int | None:
        """Operations of an update."""
        return optimizer_ops(self.network, self.optimizer) if self.optimizer else None

    @cached_property
    def loss(self) -> Loss | None:
        """The loss that is asked for."""
        name = self.asked.get("loss")
        return LOSSES[name] if name else None

    @cached_property
    def loss_ops(self) -> Number | None:
        """Operations of the loss, and of the sum of squares where that is asked for."""
        if self.loss is None:
            return None
        return loss_ops(self.network, self.loss) + self.regularizer_ops

    @property
    def regularizer_ops(self) -> int:
        """Operations of the sum of the squares of all weights, where that is asked for."""
        return (
            REGULARIZER_OPS * trunc(known_part(totals(self.network).params))
            if "regularize" in self.asked
            else 0
        )
