"""Every figure of a network as a whole that asks more than its layers, declared once; worked out when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from netcost.number import Value
from netcost.record import Record

if TYPE_CHECKING:
    from netcost.units import Quantity


class Figure(Record):
    """One number of a network, which is run as its overrides say.

    Args:
        name: what JSON and budgets call it.
        title: what tables call it.
        unit: what it is counted in.
        help: what counts, in a phrase.
        of: looks it up in a `netcost.analysis.study.Study` of the network.
        pairwise: the work to find it grows with the square of the layers.
    """

    name: str
    title: str
    unit: Quantity
    help: str
    of: Callable[[Any], Value]
    pairwise: bool = False

    adds: ClassVar[bool] = False
    has_total: ClassVar[bool] = True


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("input_bytes", "input", "bytes", "the inputs of the network", lambda study: study.input_bytes),
        Figure(
            "peak_activation_bytes",
            "peak of activations",
            "bytes",
            "the most bytes of tensors that are alive at once while the trained network runs",
            lambda study: study.timeline.peak,
        ),
        Figure(
            "inference_bytes",
            "inference",
            "bytes",
            "weights, the peak of activations, and what is kept from one token to the next",
            lambda study: study.inference_bytes,
        ),
        Figure(
            "arena_bytes",
            "arena",
            "bytes",
            "one block that holds all tensors, each in its place: greedy by size, in slots of 16 bytes",
            lambda study: study.arena_bytes,
            pairwise=True,
        ),
        Figure(
            "kept_bytes",
            "kept for the backward pass",
            "bytes",
            "what training keeps from the forward to the backward pass, the input apart",
            lambda study: study.kept.number,
        ),
        Figure(
            "gradient_bytes",
            "gradients",
            "bytes",
            "gradients of all weights that are trained",
            lambda study: study.gradient_bytes,
        ),
        Figure(
            "optimizer_bytes",
            "optimizer",
            "bytes",
            "what the optimizer holds for each weight that is trained",
            lambda study: study.optimizer_bytes,
        ),
        Figure(
            "training_bytes",
            "training",
            "bytes",
            "weights, the optimizer's state, the input, and the most of a step: kept tensors and gradients",
            lambda study: study.training_bytes,
        ),
        Figure(
            "training_macs",
            "MACs of a step",
            "count",
            "multiply-accumulates of a forward and a backward pass: of the network, of gradients of inputs and of weights; what "
            "--checkpoint runs anew is not counted again",
            lambda study: study.training_macs,
        ),
        Figure(
            "cache_bytes",
            "cache",
            "bytes",
            "what is kept from one token to the next: keys and values, states",
            lambda study: study.cache_bytes,
        ),
        Figure(
            "loss_ops",
            "operations of the loss",
            "count",
            "scalar operations of the loss that is asked for",
            lambda study: study.loss_ops,
        ),
        Figure(
            "optimizer_ops",
            "operations of the update",
            "count",
            "scalar operations of the optimizer's update",
            lambda study: study.optimizer_ops,
        ),
        Figure(
            "moved_bytes",
            "bytes moved",
            "bytes",
            "inputs, weights that are read, and outputs of all layers; a view moves nothing, an elementwise layer that "
            "alone reads its input runs inside the layer before",
            lambda study: study.moved_bytes,
        ),
        Figure(
            "time_bound_ns",
            "time in ns, at least",
            "count",
            "nanoseconds that the device takes at least for a forward pass: of each layer the larger of its computing and its moving",
            lambda study: study.time_bound_ns,
        ),
        Figure(
            "receptive_field",
            "receptive field",
            "count",
            "the most positions of an axis of the input that a position of the last layer with several sees, padding included; none "
            "where it sees all",
            lambda study: study.receptive_field,
        ),
    )
}
"""By name, in the order of reports; a later one goes to the end."""
