"""Sweeps from Python: chunks of columns that come as they are worked out, the best of them, or a DataFrame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

from netcost.overrides import LENGTHS, OVERRIDES, Overrides
from netcost.sweeps.axes import SWEPT, Axis, checked_axis
from netcost.sweeps.best import Best
from netcost.sweeps.fault import SweepError
from netcost.sweeps.maximum import largest
from netcost.sweeps.model import Model, read_model
from netcost.sweeps.plan import Plan
from netcost.sweeps.request import Request, planned
from netcost.sweeps.run import here, runner
from netcost.sweeps.solve import Solution, solved
from netcost.sweeps.tally import Tally
from netcost.sweeps.work import Runner

COLUMNS = "columns"
"""The format of chunks in Python."""

FRAMES = ("pandas", "polars")


class Sweep:
    """Variants of a network; to iterate over it works them out, chunk by chunk.

    Args:
        plan: what is asked for.
        run: works on the chunks.
    """

    def __init__(self, plan: Plan, run: Runner) -> None:
        self.plan = plan
        self._run = run
        self.tally = Tally()
        """What became of the variants that have been worked out."""

    def __len__(self) -> int:
        return self.plan.size

    def __iter__(self) -> Iterator[Mapping[str, Sequence[Any]]]:
        """The rows that are kept, columns by name, a chunk at a time."""
        self.tally = Tally()
        for outcome in self._run(self.plan, range(self.plan.chunks)):
            self.tally += outcome.tally
            yield outcome.parts[COLUMNS]

    def best(self) -> list[dict[str, Any]]:
        """The best rows: the front, or the first in the order that is asked for."""
        self.tally, best = Tally(), Best(self.plan)
        for outcome in self._run(self.plan, range(self.plan.chunks)):
            self.tally += outcome.tally
            best.merge(outcome.best)
        return [dict(zip(self.plan.columns, row.values, strict=True)) for row in best.shown()]

    def to_dataframe(self, library: str = "") -> Any:
        """All rows that are kept as a DataFrame of pandas, or of polars where that is asked for or alone installed.

        Raises:
            SweepError: neither is installed.
        """
        found = library or next(filter(find_spec, FRAMES), "")
        if found not in FRAMES:
            raise SweepError("a DataFrame is one of pandas or polars; install one of them")
        chunks = list(self)
        if found == "pandas":
            import pandas as pd

            return pd.concat([pd.DataFrame(dict(chunk)) for chunk in chunks], ignore_index=True)
        import polars as pl

        return pl.concat([pl.DataFrame(dict(chunk)) for chunk in chunks])

    def __repr__(self) -> str:
        return f"<Sweep of {self.plan.name}: {self.plan.size:,} variants, {', '.join(self.plan.columns)}>"


def sweep(
    spec: str,
    overrides: Mapping[str, Any],
    *,
    metrics: Sequence[str],
    limit: Mapping[str, object],
    jobs: int,
    dask: str,
    run_code: bool,
    **asked: Any,
) -> Sweep:
    """The sweep that `netcost.sweep` makes."""
    request = _request(overrides, metrics, limit, formats=(COLUMNS,), **asked)
    return Sweep(planned(request, _model(spec, run_code=run_code)), runner(jobs, dask))


def solve(
    spec: str,
    overrides: Mapping[str, Any],
    *,
    largest_of: Mapping[str, object],
    metrics: Sequence[str],
    limit: Mapping[str, object],
    run_code: bool,
    **asked: Any,
) -> Solution:
    """The solution that `netcost.solve` finds.

    Raises:
        SweepError: it is not one parameter that is to be large.
    """
    if len(largest_of) != 1:
        raise SweepError(
            "one parameter is solved for, as in max={'width': '0.05..4:0.01'}; a front is a sweep with pareto"
        )
    request = _request(overrides, metrics, limit, **asked)
    request, (name,) = largest(request, [f"{name}={_text(values)}" for name, values in largest_of.items()])
    plan = planned(request, _model(spec, run_code=run_code))
    tally, best = Tally(), Best(plan)
    for outcome in here(plan, range(plan.chunks)):
        tally += outcome.tally
        best.merge(outcome.best)
    return solved(plan, name, tally, best.rows)


def _request(
    overrides: Mapping[str, Any], metrics: Sequence[str], limit: Mapping[str, object], **asked: Any
) -> Request:
    swept, base, axes = _given(overrides)
    return Request(
        swept=swept,
        base=Overrides(**base),
        axes=axes,
        metrics=",".join(metrics),
        limits=[f"{name}={amount}" for name, amount in limit.items()],
        **asked,
    )


def _model(spec: str, *, run_code: bool) -> Callable[[Overrides], Model]:
    return partial(read_model, spec, run_code=run_code)


def _text(values: object) -> str:
    """Candidates as they are written: a text as it is, a range or a list with commas."""
    if isinstance(values, str):
        return values
    if isinstance(values, range) and values.step > 0 and values:
        return f"{values[0]}..{values[-1]}:{values.step}"
    return ",".join(map(str, values)) if isinstance(values, (list, tuple)) else str(values)


def _given(overrides: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any], list[Axis]]:
    """What Python gives: texts as an option has them, single values, and axes of ready values.

    A text is read as on the command line. A list, a tuple or a range of values is an axis; of a parameter that is
    itself a list, a list of lists.
    """
    swept: dict[str, list[str]] = {}
    base: dict[str, Any] = {}
    axes: list[Axis] = []
    for keyword, value in overrides.items():
        name = next(
            (each.name for each in OVERRIDES.values() if (each.keyword or each.name) == keyword), keyword
        )
        parts = (
            {f"{name}.{part}": each for part, each in value.items()}
            if isinstance(value, Mapping)
            else {name: value}
        )
        for full, each in parts.items():
            part = full.partition(".")[2]
            if name in SWEPT and isinstance(each, str):
                swept.setdefault(name, []).append(f"{part}={each}" if part else each)
            elif name in SWEPT and isinstance(each, (list, tuple, range)) and not _is_shape(name, each):
                axes.append(checked_axis(full, [tuple(v) if isinstance(v, list) else v for v in each]))
            elif part:
                base.setdefault(keyword, {})[part] = each
            else:
                base[keyword] = each
    return swept, base, axes


def _is_shape(name: str, value: Sequence[Any]) -> bool:
    """Tell one shape of an input from a list of them."""
    return OVERRIDES[name].kind is LENGTHS and all(isinstance(length, int) for length in value)
