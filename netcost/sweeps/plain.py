"""One variant at a time, read and analyzed as every network is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netcost.analysis.costs import counts_by_name
from netcost.network import Network
from netcost.number import Value, exactly
from netcost.overrides import Overrides
from netcost.report.figures import FIGURES
from netcost.report.in_network import Figures
from netcost.report.metrics import METRICS, Counts, Groups
from netcost.source.problem import SpecError
from netcost.sweeps.model import Model

ONCE: Mapping[str, int] = {}
"""Each layer stands for itself."""


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


def numbers_of(
    network: Network, metrics: Sequence[str], times: Mapping[str, int] = ONCE
) -> dict[str, int | float | None]:
    """The metrics and figures of a network, and of its layers and blocks, that are asked for.

    Args:
        network: the network.
        metrics: what is asked for.
        times: how many layers a layer stands for, by its name; those that stand for themselves are left out.
    """
    counts, figures = counts_by_name(network), Figures(network)
    found: dict[str, Value] = {}
    for metric in metrics:
        name, _, key = metric.rpartition(".")
        if metric in FIGURES:
            found[metric] = figures[metric]
            continue
        inside = [each for each in counts if not name or each == name or each.startswith(f"{name}.")]
        groups = _grouped([(counts[each], times.get(each, 1)) for each in inside])
        found[metric] = METRICS[key].total(key, groups) if (inside or not name) and key in METRICS else None
    return {metric: exactly(value) for metric, value in found.items()}


def _grouped(counts: Groups) -> Groups:
    """Put layers together that share their counts."""
    found: dict[int, tuple[Counts, int]] = {}
    for each, times in counts:
        _, before = found.get(id(each), (each, 0))
        found[id(each)] = each, before + times
    return list(found.values())
