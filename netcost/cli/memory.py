"""`netcost memory`: what networks take while they run or are trained."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost.cli.overriding import overriding_run
from netcost.cli.printing import Printing, printing
from netcost.cli.showing import bars_option, chart_option, drawn
from netcost.cli.specs import complete_spec, raise_all, read, read_each
from netcost.overrides import Overrides
from netcost.render.memory import Memories
from netcost.report.memory import Memory


@click.command
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=complete_spec)
@overriding_run
@bars_option
@chart_option(("timeline",))
@printing("memory")
def command(
    *,
    specs: Sequence[str],
    overrides: Overrides,
    bars: bool,
    chart: str | None,
    printing: Printing,
) -> None:
    """Add up what networks take while they run, or in training.

    Weights, the most that is alive at once and which tensors that is, what training keeps and its optimizer holds.
    SPEC is a file, a bundled network's name, or - for standard input.

    \b
    netcost memory mobilenet_v2 --dtype int8 --fold-batchnorm
    netcost memory alexnet_original --batch 128 --train momentum
    netcost memory resnet50 --batch 32 --train adamw --checkpoint 2
    netcost memory resnet50 -o memory.html --chart timeline -o memory.svg
    """
    from netcost.analysis.memory import memory

    def read_memory(spec: str) -> Memory:
        return memory(read(spec, overrides))

    printing = drawn(printing, chart)
    found, errors = read_each(specs, read_memory)
    for each in found:
        printing.warn(each.report.warnings)
    if found:
        printing.write(Memories(found, bars))
    raise_all(errors)
