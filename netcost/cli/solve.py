"""`netcost solve`: the largest parameter within limits, and what the next one breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import click

from netcost.cli.output import A_FILE
from netcost.cli.overriding import overriding_swept
from netcost.cli.printing import TABLE, TEXT, Printing, printing
from netcost.cli.specs import complete_spec
from netcost.cli.sweep import table
from netcost.cli.sweeping import model_named, run, usage
from netcost.cli.targets import Target
from netcost.overrides import Overrides
from netcost.record import replace
from netcost.render import formats_of
from netcost.render.solution import Solved
from netcost.sweeps.fault import SweepError
from netcost.sweeps.maximum import largest
from netcost.sweeps.request import Request, planned
from netcost.sweeps.run import here
from netcost.sweeps.solve import solved

NOTHING_FITS = 1


@click.command
@click.argument("spec", metavar="SPEC", shell_complete=complete_spec)
@click.option(
    "--max",
    "maxima",
    metavar="NAME=VALUES",
    multiple=True,
    required=True,
    help="What is to be as large as possible, and its candidates: width=0.05..4:0.01; or an expression of what varies.",
)
@overriding_swept
@click.option(
    "--limit",
    "limits",
    metavar="METRIC=AMOUNT",
    multiple=True,
    help="What it must keep to: macs=300M. Repeatable.",
)
@click.option(
    "--budget", type=A_FILE, metavar="PATH", default="", help="The limits that a budget has for SPEC."
)
@click.option(
    "--where", metavar="CONDITION", default="", help="Look only at variants that meet it: 'dim % heads == 0'."
)
@click.option(
    "--metrics", metavar="NAMES", default="", help="What to tell beside the limits: params,layer1.macs."
)
@printing("solve", TEXT)
def command(
    *,
    spec: str,
    maxima: Sequence[str],
    swept: Mapping[str, Sequence[str]],
    overrides: Overrides,
    limits: Sequence[str],
    budget: str,
    where: str,
    metrics: str,
    printing: Printing,
) -> int:
    """Find the largest value of a parameter within limits.

    Every candidate is worked out, so that costs need not grow with it. Of several --max, all are shown that no other
    excels. The exit code is 1 if nothing fits.

    \b
    netcost solve mobilenet_v2 --max width=0.05..4:0.01 --limit macs=300M --limit params=3.5M
    netcost solve resnet50 --max batch=1..4096 --train adam --limit training_bytes=24GB
    netcost solve vit_b_16 --max 'depth * dim' --set depth=2..24 --set dim=192..1024:64 --limit params=50M
    """
    with usage():
        request = Request(swept=swept, base=overrides, metrics=metrics, where=where, limits=limits)
        if budget:
            from netcost.cli.sweep_budget import with_budget

            request, untold = with_budget(request, budget, spec)
            printing.warn(filter(None, [untold]))
        if not (request.limits or request.budget):
            raise SweepError("nothing limits it; add --limit macs=300M or --budget PATH")
        request, names = largest(request, maxima)
        plan = planned(request, partial(model_named, spec))
        result = run(plan, here)
        best = result.best.shown()
        if len(names) == 1 and names[0] in plan.labels:
            printing.write(Solved(solved(plan, names[0], result.tally, best)))
        else:
            known = formats_of("sweep")
            targets = [
                Target(each.format if each.format in known else TABLE, each.path) for each in printing.targets
            ]
            replace(printing, targets=targets).write(table(plan, result))
    return 0 if best else NOTHING_FITS
