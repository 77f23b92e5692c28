"""What `sweep` and `solve` share: the model, errors as the command line has them, and a run with its progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import click

from netcost import escape, frontends
from netcost.cli.output import Misuse
from netcost.cli.parts import Folder
from netcost.cli.specs import STANDARD_INPUT
from netcost.overrides import Overrides
from netcost.source.files import read_all
from netcost.source.read_document import unreadable
from netcost.sweeps.best import Best
from netcost.sweeps.density import Density
from netcost.sweeps.fault import Interrupted, SweepError
from netcost.sweeps.model import Model, model_of, read_model
from netcost.sweeps.plan import Plan
from netcost.sweeps.tally import Tally
from netcost.sweeps.work import Outcome, Runner

LONG = 5_000
"""Variants that take long enough to show how they go on."""


class Result(NamedTuple):
    """What came of a sweep."""

    tally: Tally
    best: Best
    density: Density


@contextmanager
def usage() -> Iterator[None]:
    """Let what is wrong with a sweep be an error of the command line."""
    try:
        yield
    except SweepError as error:
        raise Misuse(str(error)) from None
    except Interrupted as error:
        raise click.ClickException(str(error)) from None


def model_named(spec: str, overrides: Overrides) -> Model:
    """The model that the command line names: a file, a bundled one, or standard input.

    Raises:
        SpecError: there is none, or it cannot be read.
    """
    if spec != STANDARD_INPUT:
        return read_model(spec, overrides, run_code=True)
    try:
        data = read_all(sys.stdin.buffer, frontends.MAX_STREAMED) if sys.stdin else b""
    except OSError as error:
        raise unreadable("<stdin>", error) from None
    return model_of(frontends.Source("<stdin>", data), overrides)


@contextmanager
def silenced() -> Iterator[None]:
    """Let the machinery of a cluster say nothing of what netcost says itself."""
    import logging

    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def run(
    plan: Plan,
    run_chunks: Runner,
    folders: Sequence[Folder] = (),
    keep: Callable[[Outcome], None] | None = None,
) -> Result:
    """Work on all chunks that are not finished; each is written as soon as it is there.

    Args:
        plan: the sweep.
        run_chunks: works on them.
        folders: where parts go.
        keep: takes each outcome, where there are no folders.
    """
    tally, best, density = Tally(), Best(plan), Density()
    known = [folder.finished() for folder in folders]
    finished = set.intersection(*map(set, known)) if known else set()
    for chunk in sorted(finished):
        tally += known[0][chunk].tally
        best.merge(known[0][chunk].best)
        density.merge(known[0][chunk].density)
    with _progress(plan, tally) as shown:
        for outcome in run_chunks(plan, [chunk for chunk in range(plan.chunks) if chunk not in finished]):
            for folder in folders:
                folder.add(outcome)
            if keep:
                keep(outcome)
            tally += outcome.tally
            best.merge(outcome.best)
            density.merge(outcome.density)
            shown(tally)
    return Result(tally, best, density)


@contextmanager
def _progress(plan: Plan, tally: Tally) -> Iterator[Callable[[Tally], None]]:
    """Show on a terminal how many variants are done, and how many are refused."""
    if plan.size < LONG or sys.stderr is None or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(_told(tally), total=plan.size, completed=tally.variants)
        yield lambda now: progress.update(task, completed=now.variants, description=_told(now))


def _told(tally: Tally) -> str:
    """What fits and what is refused, and the commonest reason."""
    told = f"{tally.fit:,} fit"
    for reason, _ in tally.refused.most_common(1):
        told += f", {tally.refused.total():,} refused: {reason}"
    return escape.terminal(told).replace("[", "\\[")
