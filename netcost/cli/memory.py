"""`netcost memory`: what networks take while they run or are trained."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost import escape
from netcost.cli import FAULTY
from netcost.cli.charting import SVG, bars_option, chart_option, refuse_undrawn
from netcost.cli.output import write_all
from netcost.cli.overriding import overriding_run
from netcost.cli.specs import complete_spec, read, read_each
from netcost.cli.targets import format_option, output_option, parse_targets
from netcost.cli.terminal import TABLE, Color, color_option, rendered, width_option
from netcost.overrides import Overrides
from netcost.render.memory import Memories
from netcost.report.memory import Memory


@click.command
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=complete_spec)
@format_option("memory", TABLE)
@output_option()
@overriding_run
@bars_option
@chart_option(("timeline",))
@width_option
@color_option
def command(
    *,
    specs: Sequence[str],
    overrides: Overrides,
    asked: str | None,
    outputs: Sequence[str],
    bars: bool,
    chart: str | None,
    asked_width: int | None,
    color: Color,
) -> int:
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

    targets = parse_targets(outputs, "memory", asked or "", SVG if chart and not outputs else TABLE)
    refuse_undrawn(chart, targets)
    found, errors = read_each(specs, read_memory)
    for each in found:
        for warning in each.report.warnings:
            click.echo(escape.line(warning), err=True)
    if found:
        content = Memories(found, bars)
        write_all(rendered(content, target, asked_width, color) for target in targets)
    for error in errors:
        click.echo(error, err=True)
    return FAULTY if errors else 0
