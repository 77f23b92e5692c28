"""The truth about variants: each is read and analyzed as `netcost analyze` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.analysis.costs import analyze
from netcost.number import Value, exactly
from netcost.overrides import Overrides
from netcost.report import METRICS, Report, Totals
from netcost.report.figures import FIGURES
from netcost.source.problem import SpecError
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.engine import Chunk
from netcost.sweeps.model import Model


class PlainEngine:
    """Works out variants of a network.

    Args:
        model: what is read.
        base: what is changed about all of them.
        axes: what varies.
        metrics: what is asked for: `macs`, `peak_activation_bytes`, `layer1.macs`.
    """

    def __init__(self, model: Model, base: Overrides, axes: Sequence[Axis], metrics: Sequence[str]) -> None:
        self._model, self._base, self._metrics = model, base, tuple(metrics)
        self._grid = Grid(tuple(axes))
        self.groups = 0

    def evaluate(self, start: int, stop: int) -> Chunk:
        """The variants of a stretch of the grid, the last axis fastest."""
        return self.evaluate_at(range(start, stop))

    def evaluate_at(self, indices: Sequence[int]) -> Chunk:
        """The variants of those numbers."""
        columns: dict[str, list[int | float | None]] = {metric: [] for metric in self._metrics}
        refusals: list[str | None] = []
        for index in indices:
            found, refused = self._variant(int(index))
            refusals.append(refused)
            for metric, column in columns.items():
                column.append(found[metric])
        self.groups += len(refusals)
        return Chunk(columns, refusals)

    def _variant(self, index: int) -> tuple[Mapping[str, int | float | None], str | None]:
        try:
            report = analyze(self._model.load(self._grid.overrides(self._base, index)))
        except SpecError as error:
            return dict.fromkeys(self._metrics), error.problems[0].message
        return {metric: exactly(number(report, metric)) for metric in self._metrics}, None


def number(report: Report, metric: str) -> Value:
    """A metric or figure of a network, or of a layer or block of it; None where it has none of that name."""
    if metric in METRICS or metric in FIGURES:
        found: Value = report.totals[metric]
        return found
    name, _, key = metric.rpartition(".")
    rows = [row for row in report.rows if row.name == name or row.name.startswith(f"{name}.")]
    total: Value = Totals([row.counts for row in rows])[key] if rows else None
    return total
