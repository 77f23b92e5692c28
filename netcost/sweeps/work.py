"""The work on one chunk of a sweep: variants are worked out, held to the limits, and the best and the rows are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

from netcost import __version__
from netcost.sweeps.backends import engine
from netcost.sweeps.best import Best, Row
from netcost.sweeps.density import Density
from netcost.sweeps.engine import Engine
from netcost.sweeps.fault import SweepError
from netcost.sweeps.formula import Answers
from netcost.sweeps.kit import Column, Indices, Kit, Mask, Rows
from netcost.sweeps.limits import Limit
from netcost.sweeps.plan import Plan
from netcost.sweeps.tally import Tally

BLOCK = 2**16
"""Variants that are in memory at once."""

MODULES = {"python": "netcost.sweeps.lists", "numpy": "netcost.sweeps.arrays"}


class Outcome(NamedTuple):
    """What came of one chunk.

    Args:
        chunk: its number.
        tally: what became of its variants.
        parts: the rows in each format that is asked for.
        best: the best rows, where an order or a front is asked for.
        density: the bins of a chart, where one is asked for.
    """

    chunk: int
    tally: Tally
    parts: Mapping[str, Any]
    best: Sequence[Row]
    density: Sequence[Sequence[int]] = ()

    def written(self) -> Mapping[str, Any]:
        """What is kept beside the parts, as plain data."""
        return {
            "chunk": self.chunk,
            "tally": self.tally.written(),
            "best": self.best,
            "density": self.density,
        }

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Outcome:
        """The same of plain data."""
        best = [Row(number, tuple(values)) for number, values in data["best"]]
        return cls(data["chunk"], Tally.read(data["tally"]), {}, best, data["density"])


Runner: TypeAlias = Callable[[Plan, Iterable[int]], Iterator[Outcome]]
"""Works on some chunks of a plan; the outcomes come in any order."""


class Worker:
    """Whoever works on chunks of a sweep; it may be in another process, and keeps what it finds out between them.

    Args:
        plan: the sweep.

    Raises:
        SweepError: the plan was made by another version of netcost.
    """

    def __init__(self, plan: Plan) -> None:
        if plan.version != __version__:
            raise SweepError(
                f"this worker has netcost {__version__}, and the sweep was started by {plan.version}"
            )
        self.plan = plan
        self.kit: Kit = import_module(MODULES[plan.backend])

    @cached_property
    def engine(self) -> Engine:
        """What works out variants."""
        plan = self.plan
        return engine(plan.model, plan.base, plan.axes, plan.metrics, backend=plan.backend)

    def outcome(self, chunk: int) -> Outcome:
        """Work on one chunk."""
        plan, tally, density = self.plan, Tally(), Density()
        best = Best(plan)
        writers = {name: _writer(name, plan) for name in plan.formats}
        for rows in self.rows(*plan.stretch(chunk), tally, density):
            best.add(rows, self.kit)
            for writer in writers.values():
                writer.add(rows, self.kit)
        return Outcome(
            chunk,
            tally,
            {name: writer.finished() for name, writer in writers.items()},
            best.rows,
            density.cells,
        )

    def rows(self, start: int, stop: int, tally: Tally, density: Density) -> Iterator[Rows]:
        """The variants of a stretch that are kept, block by block."""
        for first in range(start, stop, BLOCK):
            yield self._block(first, min(first + BLOCK, stop), tally, density)

    def _block(self, start: int, stop: int, tally: Tally, density: Density) -> Rows:
        plan, kit = self.plan, self.kit
        tally.variants += stop - start
        numbers = plan.numbers(start, stop)
        indices = kit.indices(numbers)
        whole = plan.sample is None
        if plan.where and not plan.where.metrics:
            meets, reasons = plan.where.met(plan.grid, indices, kit, self._table)
            meeting = kit.count(meets)
            tally.leave_out(stop - start - meeting, reasons)
            whole = whole and meeting == stop - start
            indices = indices if meeting == stop - start else kit.taken(indices, meets)
        chunk = self.engine.evaluate(start, stop) if whole else self.engine.evaluate_at(indices)
        fits = self._networks(chunk.refusals, tally)
        columns = self._axes(indices) | {name: kit.column(chunk.columns[name]) for name in plan.metrics}
        if plan.where and plan.where.metrics:
            meets, reasons = plan.where.met_by(columns, kit)
            tally.leave_out(kit.count(kit.without(fits, meets)), reasons)
            fits = kit.both(fits, meets)
        if plan.chart:
            density.add([columns[name] for name in plan.chart], fits, kit)
        for limit in plan.held:
            fits = self._held(limit, columns[limit.name], fits, tally)
        kept = kit.count(fits)
        tally.fit += kept
        if kept < len(chunk.refusals):
            indices = kit.taken(indices, fits)
            columns = {name: kit.taken(column, fits) for name, column in columns.items()}
        reasons_of = []
        for formula in plan.formulas:
            columns[formula.text], without = formula.column(columns, kit)
            reasons_of.append(without)
        first = (next(filter(None, row), None) for row in zip(*reasons_of, strict=True))
        tally.valueless.update(filter(None, first))  # a variant counts once
        return Rows(indices, columns)

    @cached_property
    def _table(self) -> Answers | None:
        return self.plan.where.table(self.plan.grid) if self.plan.where else None

    def _networks(self, refusals: Sequence[str | None], tally: Tally) -> Mask:
        if refusals.count(None) == len(refusals):
            return self.kit.mask([True] * len(refusals))
        tally.refuse(refusals)
        return self.kit.mask([refused is None for refused in refusals])

    def _axes(self, indices: Indices) -> dict[str, Column]:
        """The columns of the axes."""
        grid, kit = self.plan.grid, self.kit
        return {
            label: kit.looked_up(axis.shown, kit.digits(indices, grid.stride(number), len(axis.values)))
            for number, (label, axis) in enumerate(self.plan.labels.items())
        }

    def _held(self, limit: Limit, column: Column, rows: Mask, tally: Tally) -> Mask:
        """The rows that keep a limit, those left aside that broke others before."""
        kit = self.kit
        known = kit.known(column)
        doubtful = kit.count(kit.without(rows, known))
        if doubtful:
            tally.unknown[limit.name] += doubtful
        fits = kit.both(rows, known)
        for side, upper, bound in limit.sides:
            broken = kit.above(column, bound) if upper else kit.below(column, bound)
            tally.broken[side] += kit.count(kit.both(fits, broken))
            fits = kit.without(fits, broken)
        return fits


def _writer(name: str, plan: Plan) -> Any:
    from netcost.sweeps.writers import WRITERS, Columns

    return WRITERS.get(name, Columns)(plan)
