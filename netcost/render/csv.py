"""CSV after RFC 4180: one header for all networks, one row per layer, no totals, raw integers.

Lengths of several inputs or weights are joined with `;`. An empty cell: not applicable, or a number that is not
known in full. Columns are only ever appended, so a program may rely on their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost import escape
from netcost.number import Value, is_exact, plain
from netcost.place import portable
from netcost.render.view import View
from netcost.report import METRICS, SETTINGS, Report, Row, likeness
from netcost.report.row import end
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
    later = [name for name in METRICS if name not in METRICS_BEFORE_PLACE]
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
    later = names[names.index("place") + 1 :]
    for report in reports:
        model = escape.csv(report.name)
        known: dict[tuple[int, ...], tuple[tuple[object, ...], tuple[object, ...]]] = {}
        for index, row in enumerate(report.rows):
            key = likeness(row)
            cells = known.get(key)
            if cells is None:
                before = (escape.csv(row.type), *described(row), *numbers(row, METRICS_BEFORE_PLACE))
                cells = known[key] = before, numbers(row, later)
            place = escape.csv(portable(str(row.place or "")))
            yield [model, index, escape.csv(row.name), *cells[0], place, *cells[1]]


def described(row: Row) -> tuple[str, ...]:
    """The cells from `input_shape` to `weight_shapes`."""
    *sources, out = map(end, (*row.inputs, row.output))
    return (
        ";".join(map(times, row.inputs)),
        times(row.output),
        ";".join("" if each.channels is None else str(each.channels) for each in sources),
        ";".join(times(each.size) for each in sources),
        *(escape.csv(in_full(row.settings.get(name))) for name in SETTINGS),
        "" if out.channels is None else str(out.channels),
        times(out.size),
        escape.csv(row.precision.short),
        ";".join(map(times, row.weights.values())),
    )


def numbers(row: Row, metrics: Sequence[str]) -> tuple[object, ...]:
    """The cells of some metrics."""
    return tuple([number(row[metric]) for metric in metrics])


def number(value: Value) -> object:
    """A number for programs; empty if it is not known in full, which a cell cannot say."""
    if isinstance(value, int):
        return value
    return plain(value) if is_exact(value) else ""
