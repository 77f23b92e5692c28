"""One variant at a time, read and analyzed as every network is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netcost.analysis.costs import counts_by_name
from netcost.network import Network
from netcost.number import Value, exactly
from netcost.overrides import Overrides
from netcost.report.figures import FIGURES, Figures
from netcost.report.metrics import METRICS
from netcost.report.row import Totals
from netcost.source.problem import SpecError
from netcost.sweeps.model import Model


class Costs(NamedTuple):
    """What one variant costs.

    Args:
        numbers: by metric; None where a number is not known in full.
        refusal: why it is no network; None where it is.
    """

    numbers: Mapping[str, int | float | None]
    refusal: str | None = None


def costs(model: Model, overrides: Overrides, metrics: Sequence[str]) -> Costs:
    """Read a variant and work out what it costs."""
    try:
        return Costs(numbers_of(model.load(overrides), metrics))
    except SpecError as error:
        return Costs({}, error.problems[0].message)


def numbers_of(network: Network, metrics: Sequence[str]) -> dict[str, int | float | None]:
    """The metrics and figures of a network, and of its layers and blocks, that are asked for."""
    counts = counts_by_name(network)
    whole, figures = Totals(counts.values()), Figures(network)
    found: dict[str, Value] = {}
    for metric in metrics:
        name, _, key = metric.rpartition(".")
        if metric in FIGURES:
            found[metric] = figures[metric]
        elif metric in METRICS:
            found[metric] = whole[metric]
        else:
            inside = [each for layer, each in counts.items() if layer == name or layer.startswith(f"{name}.")]
            found[metric] = Totals(inside)[key] if inside else None
    return {metric: exactly(value) for metric, value in found.items()}
