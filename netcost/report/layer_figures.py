"""Every number of one layer that asks for the whole network, declared once; worked out when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from netcost.record import Record
from netcost.report.metrics import Total, added, largest, last

if TYPE_CHECKING:
    from netcost.units import Quantity

PerAxis: TypeAlias = Sequence[Any] | str | None
"""A number for each axis, or a word that stands for all of them; None if it is not known."""

WHOLE = "whole"
"""What stands for all of the input."""


class LayerFigure(Record):
    """One number of a layer in its network, which is run as its overrides say.

    Args:
        name: what CSV, JSON and budgets call it.
        title: what tables call it.
        unit: what it is counted in.
        help: what counts, in a phrase.
        show: the word by which it is asked for; several go by one.
        of: looks it up in a `netcost.analysis.study.Study` of the network, by the names of layers.
        whole: the figure of the network that it is a part of.
        total: what becomes of the numbers of several layers.
        per_axis: it is a number for each axis, or `whole`; nothing that a budget could limit.
        needs_device: it is told of a device only.
    """

    name: str
    title: str
    unit: Quantity
    help: str
    show: str
    of: Callable[[Any], Mapping[str, Any]]
    whole: str
    total: Total = added
    per_axis: bool = False
    needs_device: bool = False

    @property
    def adds(self) -> bool:
        """Tell whether the figure of the network is the sum, so that layers have shares of it."""
        return self.total is added

    @property
    def has_total(self) -> bool:
        """Tell whether a network as a whole has a number of this name."""
        return self.whole == self.name


LAYER_FIGURES: dict[str, LayerFigure] = {
    figure.name: figure
    for figure in (
        LayerFigure(
            "kept_bytes",
            "kept",
            "bytes",
            "what the layer is the first to keep for the backward pass, inputs of the network apart",
            "kept",
            lambda study: study.kept_by_layer,
            "kept_bytes",
        ),
        LayerFigure(
            "live_bytes",
            "alive",
            "bytes",
            "what is alive while the layer runs in the trained network",
            "live",
            lambda study: study.live_by_layer,
            "peak_activation_bytes",
            largest,
        ),
        LayerFigure(
            "receptive_field",
            "field",
            "count",
            "the most positions of each axis of the input that a position of the output sees, padding included",
            "field",
            lambda study: study.fields_by_layer,
            "receptive_field",
            last,
            per_axis=True,
        ),
        LayerFigure(
            "effective_stride",
            "step",
            "ratio",
            "how far apart in the input neighbouring positions of the output look",
            "field",
            lambda study: study.strides_by_layer,
            "receptive_field",
            last,
            per_axis=True,
        ),
        LayerFigure(
            "moved_bytes",
            "moved",
            "bytes",
            "inputs, weights that are read, and the output; nothing for a view and for a layer that runs inside the one "
            "before",
            "bytes",
            lambda study: study.moved_by_layer,
            "moved_bytes",
        ),
        LayerFigure(
            "time_bound_ns",
            "time",
            "count",
            "the time that the device takes at least",
            "bound",
            lambda study: study.bound_by_layer,
            "time_bound_ns",
            needs_device=True,
        ),
    )
}
"""By name, in the order of reports; a later one goes to the end."""

LIMITABLE: dict[str, LayerFigure] = {
    name: figure for name, figure in LAYER_FIGURES.items() if not figure.per_axis
}
"""Those that a budget may limit."""

SHOWN: Mapping[str, Sequence[str]] = {
    word: [name for name, figure in LAYER_FIGURES.items() if figure.show == word]
    for word in dict.fromkeys(figure.show for figure in LAYER_FIGURES.values())
}
"""The names that each word asks for."""
