"""`netcost analyze`: what networks cost, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import click

from netcost.analysis.costs import analyze
from netcost.cli import FAULTY
from netcost.cli.output import STANDARD_OUTPUT, Target, output_option, parse_targets, write
from netcost.cli.specs import complete_spec, overriding, read, read_each
from netcost.cli.terminal import COLORS, Color, encoding, has_color, has_line_characters, width
from netcost.render import FORMATS, Count, Sort, Style, View, render
from netcost.report import Report
from netcost.spec.load import Overrides

DEFAULT_FORMAT = "table"
SUFFIXES = {name: each.suffixes for name, each in FORMATS.items()}
SORTS = tuple(filter(None, get_args(Sort)))


@click.command
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, shell_complete=complete_spec)
@click.option(
    "--style",
    type=click.Choice(get_args(Style)),
    default="alexnet",
    show_default=True,
    help="Columns of the table.",
)
@click.option(
    "--count",
    type=click.Choice(get_args(Count)),
    default="lecture",
    show_default=True,
    help="What the flop column counts: as the lecture, multiply-accumulates, or every operation.",
)
@click.option(
    "--format",
    "asked",
    type=click.Choice(list(FORMATS)),
    help="Format of the report.  [default: table]",
)
@output_option()
@overriding
@click.option(
    "--fold-batchnorm",
    is_flag=True,
    help="Fold batch normalisation into the layer before it, as at test time.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fold layers of blocks to N levels of their names.",
)
@click.option("--sort", type=click.Choice(SORTS), help="Order the rows of tables by a column, largest first.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Show only the first N rows of tables.")
@click.option(
    "--width",
    "asked_width",
    type=click.IntRange(min=1),
    metavar="N",
    help="Longest line of a table.  [default: the terminal's]",
)
@click.option("--color", type=click.Choice(COLORS), default="auto", show_default=True, help="Colour tables.")
def command(
    *,
    specs: Sequence[str],
    overrides: Overrides,
    style: Style,
    count: Count,
    asked: str | None,
    outputs: Sequence[str],
    fold_batchnorm: bool,
    depth: int | None,
    sort: Sort | None,
    top: int | None,
    asked_width: int | None,
    color: Color,
) -> int:
    """Print what networks cost, layer by layer.

    SPEC is a file, a bundled network's name (`alexnet` or `alexnet.yaml`; a file of that name in the working
    folder wins), or - for standard input.

    \b
    netcost analyze alexnet
    netcost analyze net.yaml --batch 8 --dtype float16
    netcost analyze net.yaml -o report.csv -o report.json -o -
    netcost analyze resnet50 --depth 1 --count macs --sort params --top 5
    """

    def read_report(spec: str) -> Report:
        return analyzed(spec, overrides, fold_batchnorm=fold_batchnorm, depth=depth)

    targets = parse_targets(outputs, SUFFIXES, asked or "", DEFAULT_FORMAT)
    reports, errors = read_each(specs, read_report)
    for report in reports:
        for warning in report.warnings:
            click.echo(f"{report.source}: warning: {warning}", err=True)
    if reports:
        view = View(
            style=style, count=count, sort=sort or "", top=top, width=asked_width, color=color == "always"
        )
        for target in targets:
            write_report(reports, target, view, color)
    for error in errors:
        click.echo(error, err=True)
    return FAULTY if errors else 0


def write_report(reports: Sequence[Report], target: Target, view: View, color: Color) -> None:
    """Write reports; a table on standard output takes the shape that the terminal can show."""
    if target.format != DEFAULT_FORMAT or target.path != STANDARD_OUTPUT:
        write(target.path, render(reports, target.format, view))
        return
    seen = replace(view, width=width(view.width), color=has_color(color), ascii=not has_line_characters())
    write(target.path, render(reports, target.format, seen), encoding=encoding())


def analyzed(
    spec: str, overrides: Overrides, *, fold_batchnorm: bool = False, depth: int | None = None
) -> Report:
    """Read a network and report its costs."""
    network = read(spec, overrides)
    if fold_batchnorm:
        from netcost.analysis.fold_batchnorm import fold_batchnorm as folded

        network = folded(network)
    report = analyze(network)
    if depth is not None:
        from netcost.analysis.depth import fold

        report = fold(report, depth)
    return report
