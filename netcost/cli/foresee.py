"""What a sweep will take, told from a few of its variants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import process_time

from netcost.sweeps.density import Density
from netcost.sweeps.plan import Plan
from netcost.sweeps.tally import Tally
from netcost.sweeps.work import Worker
from netcost.sweeps.writers import WRITERS
from netcost.units import byte_text
from netcost.wording import counted

TRIED = 10_000
"""Variants that are worked out, spread over the grid."""

LONGEST = 5.0
"""Seconds for them, about."""

STEP = 100
MINUTE, HOUR = 60, 3_600


def foreseen(plan: Plan, jobs: int) -> Iterator[str]:
    """What there is to do, line by line."""
    axes = " x ".join(f"{label} ({len(axis.values):,})" for label, axis in plan.labels.items())
    yield f"{plan.name}: {counted(plan.grid.size, 'variant')}: {axes}"
    if plan.sample is not None:
        yield f"a sample of {plan.sample:,} of them, seed {plan.seed}"
    trial = replace(plan, sample=min(TRIED, plan.size), chunk=STEP, formats=())
    worker, tally = Worker(trial), Tally()
    cold = _timed(worker, tally)
    started = process_time()
    for _ in worker.rows(0, tally.variants, Tally(), Density()):
        pass
    warm = process_time() - started
    yield f"tried: {tally}; {counted(worker.engine.groups, 'group')}"
    seconds = max(0, cold - warm) + warm * plan.size / tally.variants / jobs
    rate = f": {tally.variants / warm:,.0f} variants a second once their rules are known" if warm else ""
    yield f"about {_time(seconds)} with {plan.backend}{rate}"
    for form, size in _sizes(replace(trial, chunk=tally.variants, formats=plan.formats)).items():
        yield f"about {byte_text(size * plan.size // tally.variants)} of {form} in {counted(plan.chunks, 'part')}"


def _timed(worker: Worker, tally: Tally) -> float:
    """Work out a few variants, as many as there is time for; the seconds that they take."""
    started = process_time()
    for chunk in range(worker.plan.chunks):
        tally += worker.outcome(chunk).tally
        if process_time() - started > LONGEST:
            break
    return process_time() - started


def _sizes(trial: Plan) -> dict[str, int]:
    """The bytes of the rows of some variants in each format, without what every file begins with."""
    if not trial.formats:
        return {}
    parts = Worker(trial).outcome(0).parts
    return {form: len(data) - len(WRITERS[form](trial).finished()) for form, data in parts.items()}


def _time(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < HOUR else f"{seconds / HOUR:.1f} h"
