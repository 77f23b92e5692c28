"""Reports as rows of plain cells: one for each layer, no totals, raw integers.

Lengths of several inputs or weights are joined with `;`. Columns are only ever appended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from netcost.number import Value, exactly, plain
from netcost.render.content import Cell
from netcost.report import METRICS, SETTINGS, Report, Row, Totals, likeness
from netcost.report.row import KEPT, end
from netcost.wording import in_full, times

BEFORE_METRICS = (
    *("model", "index", "name", "type", "input_shape", "output_shape", "in_channels", "in_size"),
    *SETTINGS,
    *("out_channels", "out_size", "dtype", "weight_shapes"),
)
METRICS_BEFORE_NOTES = (
    *("lecture_flops", "trainable_params", "active_params", "buffers", "active_params_without_tables"),
)
NOTES = "notes"
"""What was assumed about the network when it was read; the same in each of its rows."""

METRICS_BEFORE_PLACE = (
    *("params", "weight_bytes", "activation_elements", "activation_bytes", "macs", "ops", "flops"),
)


def columns(asked: Sequence[str] = ()) -> tuple[str, ...]:
    """Every column's name, in order; a metric that came later stands after `notes`, what is asked for at the end."""
    early, late = _later()
    return (*BEFORE_METRICS, *METRICS_BEFORE_PLACE, "place", *early, NOTES, *late, *asked)


def _later() -> tuple[list[str], list[str]]:
    """The metrics between `place` and `notes`, and those that came when all other columns had their place."""
    early = [name for name in METRICS if name in METRICS_BEFORE_NOTES]
    return early, [name for name in METRICS if name not in {*METRICS_BEFORE_PLACE, *early}]


def records(reports: Sequence[Report], asked: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
    """Every layer of all reports; what rows that are alike have in common is made once."""
    early, late = _later()
    for report in reports:
        known: dict[tuple[int, ...], tuple[tuple[Cell, ...], ...]] = {}
        notes = "; ".join(report.notes)
        for index, row in enumerate(report.rows):
            key = likeness(row)
            cells = known.get(key)
            if cells is None:
                if len(known) >= KEPT:
                    known.clear()
                before = (row.type, *described(row), *numbers(row, METRICS_BEFORE_PLACE))
                cells = known[key] = before, numbers(row, early), numbers(row, late)
            own = [in_network(row[name]) for name in asked]
            yield (
                report.name,
                index,
                row.name,
                *cells[0],
                row.place.portable if row.place else "",
                *cells[1],
                notes,
                *cells[2],
                *own,
            )


def described(row: Row) -> tuple[str, ...]:
    """The cells from `input_shape` to `weight_shapes`."""
    *sources, out = map(end, (*row.inputs, row.output))
    return (
        ";".join(map(times, row.inputs)),
        times(row.output),
        ";".join("" if each.channels is None else str(each.channels) for each in sources),
        ";".join(times(each.size) for each in sources),
        *(in_full(row.settings.get(name)) for name in SETTINGS),
        "" if out.channels is None else str(out.channels),
        times(out.size),
        row.precision.short,
        ";".join(map(times, row.weights.values())),
    )


def numbers(told: Row | Totals, metrics: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of some metrics, of a layer or of a network."""
    return tuple([number(told[metric]) for metric in metrics])


def number(value: Value) -> Cell:
    """A number for programs; none if it is not known in full, which a cell cannot say."""
    return value if isinstance(value, int) else exactly(value)


def in_network(value: Any) -> Cell:
    """A number of a layer in its network, or one for each axis, `3x7x7`."""
    if isinstance(value, str):
        return value
    return "x".join(str(plain(each)) for each in value) if isinstance(value, tuple) else number(value)
