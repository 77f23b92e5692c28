"""What works out variants: plain Python, or numpy where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.overrides import Overrides
from netcost.sweeps.axes import Axis
from netcost.sweeps.engine import Backend, Engine
from netcost.sweeps.model import Model


def engine(
    model: Model,
    base: Overrides,
    axes: Sequence[Axis],
    metrics: Sequence[str],
    *,
    backend: Backend = "python",
) -> Engine:
    """What works out variants of a network, with the back end that is asked for."""
    if backend == "numpy":
        from netcost.sweeps.on_arrays import ArrayEngine

        return ArrayEngine(model, base, axes, metrics)
    return Engine(model, base, axes, metrics)
