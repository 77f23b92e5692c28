"""`netcost sweep`: many variants of a network, those that keep limits, and the best of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial

import click

from netcost.cli.output import A_FILE, STANDARD_OUTPUT, Misuse
from netcost.cli.overriding import overriding_swept
from netcost.cli.parts import Folder, send
from netcost.cli.printing import Printing, printing
from netcost.cli.showing import SVG
from netcost.cli.specs import complete_spec
from netcost.cli.sweeping import Result, model_named, run, silenced, usage
from netcost.cli.targets import Target
from netcost.overrides import Overrides
from netcost.record import replace
from netcost.render import FORMATS
from netcost.render.variants import Heading, Spread, Variants
from netcost.sweeps import lists
from netcost.sweeps.axes import read_number
from netcost.sweeps.fault import SweepError
from netcost.sweeps.kit import Rows
from netcost.sweeps.limits import quantity
from netcost.sweeps.plan import Plan
from netcost.sweeps.request import Request, planned
from netcost.sweeps.run import runner
from netcost.sweeps.work import Outcome, Runner
from netcost.sweeps.writers import WRITERS
from netcost.units import number_text
from netcost.wording import counted, listed


@click.command
@click.argument("spec", metavar="SPEC", shell_complete=complete_spec)
@overriding_swept
@click.option(
    "--where", metavar="CONDITION", default="", help="Look only at variants that meet it: 'dim % heads == 0'."
)
@click.option(
    "--limit",
    "limits",
    metavar="METRIC=AMOUNT",
    multiple=True,
    help="Keep variants within it: params=5M. Repeatable.",
)
@click.option(
    "--budget",
    type=A_FILE,
    metavar="PATH",
    default="",
    help="Keep variants within the limits that a budget has for SPEC.",
)
@click.option(
    "--near", metavar="METRIC=AMOUNT[:TOLERANCE]", default="", help="Those that come nearest: params=1e9:2%."
)
@click.option(
    "--pareto",
    metavar="COLUMNS",
    default="",
    help="Those that no other excels: macs,params,-width; - where more is better.",
)
@click.option(
    "--sort", metavar="COLUMNS", default="", help="The order of the best: -macs is the largest first."
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="How many of the best.  [default: 10]")
@click.option(
    "--metrics",
    metavar="NAMES",
    default="",
    help="What to tell: params,macs,peak_activation_bytes,layer1.macs.",
)
@click.option("--sample", metavar="N", default="", help="Look at N variants only, spread over all: 1M.")
@click.option("--seed", type=int, default=0, metavar="N", help="Which sample.  [default: 0]")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="Work in N processes.")
@click.option("--dask", metavar="ADDRESS", default="", help="Work on a Dask cluster: tcp://127.0.0.1:8786.")
@click.option(
    "--chunk",
    type=click.IntRange(min=1),
    metavar="N",
    help="Variants of one part.  [default: 1,000,000 with numpy, 50,000 without]",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Tell how many variants there are and what they will take, from a few of them.",
)
@printing("sweep")
def command(
    *,
    spec: str,
    swept: Mapping[str, Sequence[str]],
    overrides: Overrides,
    where: str,
    limits: Sequence[str],
    budget: str,
    near: str,
    pareto: str,
    sort: str,
    top: int | None,
    metrics: str,
    sample: str,
    seed: int,
    jobs: int,
    dask: str,
    chunk: int | None,
    dry_run: bool,
    printing: Printing,
) -> None:
    """Work out many variants of a network, and show the best.

    Ranges are a..b in steps of 1, a..b:s in steps of s, a..b:*s in multiples, both ends included; commas list values.
    In csv, jsonl and parquet all that fit are written, many of them into a folder of parts; in json the best.

    \b
    netcost sweep mobilenet_v2 --set width=0.25..2:0.05 --input 96..256:32 --limit macs=300M
    netcost sweep vit_b_16 --set dim=128..1024:64 --set heads=2..16 --where 'dim % heads == 0' --pareto macs,-dim
    netcost sweep llama3 --set depth=8..32 --set dim=512..4096:128 --near params=1e9:2% -o near.parquet
    """
    chosen = bool(top or sort or pareto or (near and ":" not in near))
    programs = [each for each in printing.targets if each.format in WRITERS]
    people = [each for each in printing.targets if each not in programs]
    _refuse_endless(programs, sort=sort, top=top)
    with usage():
        request = Request(
            swept=swept,
            base=overrides,
            metrics=metrics,
            where=where,
            limits=limits,
            near=near,
            sort=sort,
            pareto=pareto,
            top=top or 0,
            sample=_count(sample) if sample else None,
            seed=seed,
            chunk=chunk or 0,
            chart=any("sweep" in FORMATS[each.format].own for each in people),
            formats=() if chosen else tuple(dict.fromkeys(each.format for each in programs)),
        )
        if budget:
            from netcost.cli.sweep_budget import with_budget

            request, untold = with_budget(request, budget, spec)
            printing.warn(filter(None, [untold]))
        plan = planned(request, partial(model_named, spec))
        _refuse_one_column(plan, people)
        if dry_run:
            from netcost.cli.foresee import foreseen

            click.echo("\n".join(foreseen(plan, jobs)))
            return
        with silenced() if dask else nullcontext():
            result = _run(plan, programs, runner(jobs, dask))
        if result.tally.all_refused:
            plan.model.load(plan.grid.overrides(plan.base, plan.numbers(0, 1)[0]))  # it says in full why
            raise SweepError(str(result.tally))  # it is the condition that has no value
        if chosen:
            for each in programs:
                send(each.path, _best_rows(plan, result, each.format))
    content = table(plan, result)
    replace(printing, targets=people).write(content)
    printing.written(each.path for each in programs)
    if all(each.path != STANDARD_OUTPUT for each in printing.targets):
        printing.remark(str(result.tally))


def _refuse_endless(programs: Sequence[Target], *, sort: str, top: int | None) -> None:
    """Refuse to sort what does not fit into memory.

    Raises:
        Misuse: rows in an order are asked for, and not how many.
    """
    if programs and sort and not top:
        raise Misuse("--sort orders the best; say how many of them to write: add --top N.")


def _refuse_one_column(plan: Plan, targets: Sequence[Target]) -> None:
    """Refuse a picture that has one side.

    Raises:
        SweepError: there is one column only.
    """
    if not plan.chart and any(each.format == SVG for each in targets):
        raise SweepError(f"a picture has two columns, and {plan.metrics[0]} is one; add another to --metrics")


def _count(text: str) -> int:
    number = read_number(text)
    if number < 1 or number != int(number):
        raise SweepError(
            f"--sample: `{text}` is no whole number of at least 1; write one such as 1000000 or 1M"
        )
    return int(number)


def _run(plan: Plan, programs: Sequence[Target], run_chunks: Runner) -> Result:
    """Run a sweep; rows go to a folder of parts each, or to a file where there is one chunk."""
    if not plan.formats:
        return run(plan, run_chunks)
    parts = [each for each in programs if plan.chunks > 1 or os.path.isdir(each.path)]  # noqa: PTH112
    streams = [each.path for each in parts if each.path == STANDARD_OUTPUT]
    if streams:
        raise SweepError(
            f"{plan.size:,} variants are written in parts, into a folder; name one with -o, or add --top N"
        )
    folders = [Folder(each.path, plan, each.format) for each in parts]

    def keep(outcome: Outcome) -> None:
        for each in programs:
            if each not in parts and not outcome.tally.all_refused:
                send(each.path, outcome.parts[each.format])

    return run(plan, run_chunks, folders, keep)


def _best_rows(plan: Plan, result: Result, form: str) -> bytes:
    """The best as a file for programs."""
    best = result.best.shown()
    columns = {name: [row.values[place] for row in best] for place, name in enumerate(plan.columns)}
    writer = WRITERS[form](plan)
    writer.add(Rows([row.number for row in best], columns), lists)
    return bytes(writer.finished())


def table(plan: Plan, result: Result) -> Variants:
    """The best as a table, with how much of each limit they use."""
    most = {limit.name: limit.most for limit in plan.limits}
    headings = [Heading(name, most=most.get(name)) for name in plan.labels]
    headings += [Heading(name, quantity(name), most.get(name)) for name in plan.metrics]
    headings += [Heading(formula.text, "ratio") for formula in plan.formulas]
    best = result.best.shown()
    title = f"{plan.name}: {_which(plan, len(best))}"
    notes = [str(result.tally)]
    spread = _spread(plan, result, plan.chart) if plan.chart else None
    return Variants(title, headings, [row.values for row in best], notes, result.tally, spread)


def _spread(plan: Plan, result: Result, axes: tuple[str, str]) -> Spread:
    """All variants over two columns."""
    places = [plan.columns.index(name) for name in axes]
    front = (
        [(row.values[places[0]], row.values[places[1]]) for row in result.best.shown()] if plan.pareto else []
    )
    most = {limit.name: limit.most for limit in plan.limits}
    title = f"{plan.name}: {counted(result.tally.variants, 'variant')}"
    return Spread(title, axes, result.density.cells, most, front)


def _which(plan: Plan, count: int) -> str:
    """Which of the variants are shown."""
    if plan.pareto:
        return f"{counted(count, 'variant')} that no other excels in {listed([*map(str, plan.pareto)], None)}"
    if plan.aim:
        return f"the {counted(count, 'variant')} nearest to {plan.aim.name} {number_text(plan.aim.target)}"
    if plan.sort:
        return f"{counted(count, 'variant')}, {', then '.join(map(str, plan.sort))} first"
    return f"the first {counted(count, 'variant')}"
