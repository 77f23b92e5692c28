"""`netcost models`: the bundled networks with their totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import click

from netcost import escape, zoo
from netcost.analysis.costs import totals
from netcost.cli.output import STANDARD_OUTPUT, Target, write_all
from netcost.cli.terminal import TABLE, Color, color_option, viewed, width_option
from netcost.render.sheet import Column, Sheet
from netcost.render.view import View
from netcost.report import METRICS, Totals
from netcost.shapes import Shape
from netcost.units import number_text
from netcost.wording import times

SHOWN = tuple(METRICS[name] for name in ("params", "macs", "activation_bytes"))
COLUMNS = (
    Column("Network", left=True),
    Column("input", left=True, weight=1),
    *(Column(metric.title, weight=len(SHOWN) - index + 1) for index, metric in enumerate(SHOWN)),
)


class Model(NamedTuple):
    """A bundled network, for one sample in its own number format."""

    name: str
    inputs: Mapping[str, Shape]
    totals: Totals


def bundled() -> list[Model]:
    """Read every bundled network and add up its costs."""
    models = []
    for name, each in zoo.networks().items():
        network = each.load()
        inputs = {node.name: node.output for node in network.inputs}
        models.append(Model(name, inputs, totals(network)))
    return models


def as_sheet(models: Sequence[Model]) -> Sheet:
    """Lay the networks out for a person."""
    rows = []
    for model in models:
        texts = [number_text(model.totals[metric.name], metric.unit) for metric in SHOWN]
        rows.append((model.name, ", ".join(map(str, model.inputs.values())), *texts))
    return Sheet(f"{len(models)} bundled networks, for one sample", COLUMNS, rows)


def as_table(models: Sequence[Model], view: View) -> Iterator[str]:
    """Draw a table."""
    from netcost.render.table import draw

    return (f"{line}\n" for line in draw(as_sheet(models), view))


def as_markdown(models: Sequence[Model], view: View) -> Iterator[str]:
    """Write a table for GitHub."""
    from netcost.render.markdown import lines

    del view
    return (f"{line}\n" for line in lines(as_sheet(models)))


def as_csv(models: Sequence[Model], view: View) -> Iterator[str]:
    """Write a row for each network with every metric as a plain number."""
    import csv
    from io import StringIO

    from netcost.render.csv import number

    del view
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(("model", "input_shape", *METRICS))
    for model in models:
        shapes = ";".join(map(times, model.inputs.values()))
        writer.writerow((escape.csv(model.name), shapes, *(number(model.totals[name]) for name in METRICS)))
    return iter([text.getvalue()])


def as_json(models: Sequence[Model], view: View) -> Iterator[str]:
    """Write an object for each network with every metric as a plain number."""
    import json

    from netcost.report.keys import FORMAT_VERSION, completeness_keys, members, plain_totals

    del view
    lines = []
    for model in models:
        told = {**members(completeness_keys(), model), "totals": plain_totals(model.totals)}
        lines.append(json.dumps({"name": model.name, "inputs": model.inputs, **told}))
    listed = ",\n    ".join(lines)
    return iter([f'{{\n  "format_version": "{FORMAT_VERSION}",\n  "models": [\n    {listed}\n  ]\n}}\n'])


FORMATS: Mapping[str, Callable[[Sequence[Model], View], Iterator[str]]] = {
    TABLE: as_table,
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
}


@click.command
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=TABLE,
    show_default=True,
    help="How to list them.",
)
@width_option
@color_option
def command(form: str, asked_width: int | None, color: Color) -> None:
    """List the bundled networks with their totals.

    Input size, parameters, multiply-accumulates and activation memory of each, for one sample. `netcost analyze NAME`
    tells more of one; its file is a spec to start from.
    """
    target, view = Target(form, STANDARD_OUTPUT), View(width=asked_width)
    write_all([viewed(target, partial(FORMATS[form], bundled()), view, color)])
