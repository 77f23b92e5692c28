"""JSON for programs: all that is known of each layer, with what every metric means.

The same report gives the same bytes on every machine: no time, no absolute path. Each layer is one line, so
that two reports compare well line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from netcost import escape
from netcost.render.cells import SETTINGS, dtype, ends, likeness, place, portable
from netcost.render.view import View
from netcost.report import FORMAT_VERSION, METRIC_NAMES, Report, Row
from netcost.shapes import Shape


def render(reports: Sequence[Report], view: View) -> Iterator[str]:
    """Write all reports as one document, a line at a time."""
    del view
    import json

    from netcost import __version__

    encoder = json.JSONEncoder(ensure_ascii=False)

    def encode(value: object) -> str:
        return escape.json(encoder.encode(value))

    meanings = ",\n".join(f'    "{name}": {encode(meaning)}' for name, meaning in convention().items())
    yield f'{{\n  "format_version": "{FORMAT_VERSION}",\n  "netcost": "{__version__}",\n'
    yield f'  "convention": {{\n{meanings}\n  }},\n  "models": ['
    for number, report in enumerate(reports):
        yield ",\n" if number else "\n"
        yield from _model(report, encode)
    yield "\n  ]\n}\n"


def convention() -> dict[str, dict[str, str]]:
    """What each metric counts, and in which unit."""
    return {name: {"unit": metric.unit, "help": metric.help} for name, metric in METRIC_NAMES.items()}


def _model(report: Report, encode: Callable[[object], str]) -> Iterator[str]:
    yield "    {\n"
    for key, value in network_facts(report).items():
        yield f'      "{key}": {encode(value)},\n'
    yield '      "layers": ['
    known: dict[tuple[int, ...], str] = {}
    for index, row in enumerate(report.rows):
        alike = likeness(row)
        facts = known.get(alike)
        if facts is None:
            facts = known[alike] = encode(layer_facts(row))[1:-1]
        own = f'"index": {index}, "name": {encode(row.name)}, {facts}, "place": {encode(place(row))}'
        yield f"{',' if index else ''}\n        {{{own}}}"
    yield "\n      ]\n    }"


def network_facts(report: Report) -> dict[str, Any]:
    """Everything about a network but its layers."""
    return {
        "name": report.name,
        "source": portable(report.source),
        "batch": report.batch,
        "dtype": dtype(report),
        "inputs": _tensors(report.inputs),
        "outputs": _tensors(report.outputs),
        "warnings": list(report.warnings),
        "totals": {name: report.totals[name] for name in METRIC_NAMES},
    }


def _tensors(shapes: Mapping[str, Shape]) -> dict[str, Any]:
    return {name: {"shape": shape, "axes": "".join(shape.axes)} for name, shape in shapes.items()}


def layer_facts(row: Row) -> dict[str, Any]:
    """What alike layers have in common; inputs are always a list, of one where there is one."""
    *sources, out = ends(row)
    return {
        "type": row.type,
        "title": row.title,
        "label": row.label,
        "layers": row.layers,
        "elementwise": row.elementwise,
        "declared_cost": row.declared_cost,
        "shares": row.shares,
        "input_shape": row.inputs,
        "input_axes": ["".join(shape.axes) for shape in row.inputs],
        "output_shape": row.output,
        "output_axes": "".join(row.output.axes),
        "in_channels": [end.channels for end in sources],
        "in_size": [end.size for end in sources],
        **{name: row.settings.get(name) for name in SETTINGS},
        "out_channels": out.channels,
        "out_size": out.size,
        "dtype": dtype(row),
        "weights": dict(row.weights),
        **{name: getattr(row, name) for name in METRIC_NAMES},
    }
