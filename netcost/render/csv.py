"""CSV after RFC 4180: one header for all networks, one row per layer, no totals, raw integers.

Lengths of several inputs or weights are joined with `;`. An empty cell: not applicable. Columns are only
ever appended, so a program may rely on their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from netcost import escape
from netcost.render.cells import SETTINGS, dtype, ends, likeness, place
from netcost.render.view import View
from netcost.report import METRIC_NAMES, Report, Row
from netcost.wording import in_full, times

BEFORE_METRICS = (
    *("model", "index", "name", "type", "input_shape", "output_shape", "in_channels", "in_size"),
    *SETTINGS,
    *("out_channels", "out_size", "dtype", "weight_shapes"),
)
METRICS_BEFORE_PLACE = (
    *("params", "weight_bytes", "activation_elements", "activation_bytes", "macs", "ops", "flops"),
)
CHUNK = 1000
"""Rows that are written at once."""


def columns() -> tuple[str, ...]:
    """Every column's name, in order; a metric that came later stands after `place`."""
    later = [name for name in METRIC_NAMES if name not in METRICS_BEFORE_PLACE]
    return (*BEFORE_METRICS, *METRICS_BEFORE_PLACE, "place", *later)


def render(reports: Sequence[Report], view: View) -> Iterator[str]:
    """Write all layers of all reports."""
    del view
    import csv
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns())
    for number, cells in enumerate(_all_cells(reports), 1):
        writer.writerow(cells)
        if number % CHUNK == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _all_cells(reports: Sequence[Report]) -> Iterator[list[object]]:
    names = columns()
    metrics = attrgetter(*(name for name in names if name in METRICS_BEFORE_PLACE))
    later = attrgetter(*names[names.index("place") + 1 :])
    for report in reports:
        model = escape.csv(report.name)
        known: dict[tuple[int, ...], tuple[str, ...]] = {}
        for index, row in enumerate(report.rows):
            key = likeness(row)
            cells = known.get(key)
            if cells is None:
                cells = known[key] = described(row)
            yield [
                *(model, index, escape.csv(row.name), escape.csv(row.type), *cells),
                *(*metrics(row), escape.csv(place(row)), *later(row)),
            ]


def described(row: Row) -> tuple[str, ...]:
    """The cells from `input_shape` to `weight_shapes`."""
    *sources, out = ends(row)
    return (
        ";".join(map(times, row.inputs)),
        times(row.output),
        ";".join("" if end.channels is None else str(end.channels) for end in sources),
        ";".join(times(end.size) for end in sources),
        *(escape.csv(in_full(row.settings.get(name))) for name in SETTINGS),
        "" if out.channels is None else str(out.channels),
        times(out.size),
        escape.csv(dtype(row)),
        ";".join(map(times, row.weights.values())),
    )
