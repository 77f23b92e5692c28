"""`netcost analyze`: what networks cost, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import click

from netcost.analysis.costs import analyze
from netcost.cli.choice import Choice, metric_of
from netcost.cli.output import Misuse
from netcost.cli.overriding import overriding_run
from netcost.cli.printing import Printing, printing
from netcost.cli.showing import bars_option, chart_option, drawn, names_shown, show_option
from netcost.cli.specs import complete_spec, depth_option, raise_all, read, read_each
from netcost.overrides import Overrides
from netcost.render.reports import Reports
from netcost.render.reports.view import FLOP, FLOP_COLUMN, Count, Style, View
from netcost.report import MAIN_METRICS, METRICS, Report
from netcost.report.in_network import FIGURES_KEY

SORTS = metric_of(METRICS, {FLOP_COLUMN: FLOP_COLUMN})


@click.command
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=complete_spec)
@click.option(
    "--style",
    type=Choice(get_args(Style)),
    default="alexnet",
    show_default=True,
    help="Columns of the table.",
)
@click.option(
    "--count",
    type=Choice(get_args(Count), {FLOP["lecture"]: "lecture"}),
    default="lecture",
    show_default=True,
    help="What the flop column counts: as the lecture, multiply-accumulates, or every operation.",
)
@overriding_run
@show_option
@depth_option
@click.option(
    "--sort",
    type=SORTS,
    metavar="METRIC",
    help="Order the rows of tables, the largest first: by params, memory, flop, macs, ...",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"Show only the N largest rows of tables, by --sort.  [default: by {MAIN_METRICS[0]}]",
)
@click.option("--unfold", is_flag=True, help="Write out the rows of blocks that are alike, one by one.")
@click.option("--summary", is_flag=True, help="Print one row for each network instead of its layers.")
@bars_option
@chart_option()
@printing("analyze")
def command(
    *,
    specs: Sequence[str],
    overrides: Overrides,
    style: Style,
    count: Count,
    depth: int | None,
    sort: str | None,
    top: int | None,
    show: Sequence[str],
    unfold: bool,
    summary: bool,
    bars: bool,
    chart: str | None,
    printing: Printing,
) -> None:
    """Print what networks cost, layer by layer.

    SPEC is a file, a bundled network's name (`alexnet` or `alexnet.yaml`; a file of that name in the working
    folder wins), or - for standard input.

    \b
    netcost analyze alexnet
    netcost analyze net.yaml --batch 8 --dtype float16
    netcost analyze net.yaml -o report.csv -o report.json -o -
    netcost analyze resnet50 --depth 1 --count macs --sort params --top 5
    netcost analyze resnet50 --show kept,live,field
    netcost analyze alexnet --chart bars:params -o params.svg
    netcost analyze resnet50 -o report.html
    """

    def read_report(spec: str) -> Report:
        return analyzed(spec, overrides, depth=depth)

    shown = names_shown(show)
    if "device" not in overrides:
        _refuse_without_device(shown, chart)
    printing = drawn(printing, chart)
    reports, errors = read_each(specs, read_report)
    for report in reports:
        printing.warn(report.warnings)
    if reports:
        view = View(
            style=style,
            count=count,
            sort=sort or "",
            top=top,
            shown=shown,
            figures=FIGURES_KEY in show,
            unfold=unfold,
            summary=summary,
            bars=bars,
            chart=chart or "",
        )
        printing.write(Reports(reports, view))
    raise_all(errors)


def _refuse_without_device(shown: Sequence[str], chart: str | None) -> None:
    """Refuse to show what is told of a device only.

    Raises:
        Misuse: it is asked for.
    """
    if chart == "roofline":
        raise click.UsageError("--chart roofline is drawn of a device: add --device NAME or --device FILE.")
    if not shown:
        return
    from netcost.report.layer_figures import LAYER_FIGURES

    for name in shown:
        figure = LAYER_FIGURES[name]
        if figure.needs_device:
            raise Misuse(f"--show {figure.show} is told of a device: add --device NAME or --device FILE.")


def analyzed(spec: str, overrides: Overrides, *, depth: int | None = None) -> Report:
    """Read a network and report its costs."""
    report = analyze(read(spec, overrides))
    if depth is not None:
        from netcost.analysis.depth import fold

        report = fold(report, depth)
    return report
