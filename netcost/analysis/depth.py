"""Fewer rows: the layers of a block as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from netcost.dtypes import Precision
from netcost.report import ROW_METRICS, Report, Row

SUMMED = (*ROW_METRICS, "layers")
SHORTHAND = (".norm", ".act")
"""What the `norm` and `act` shorthand of a layer adds to its name."""

MIXED = "mixed"


def fold(report: Report, depth: int) -> Report:
    """Make one row of consecutive layers whose dotted names share their first `depth` parts.

    The row has the input of the first layer, the output of the last and the sums of all metrics. A layer
    with its own `.norm` and `.act` stays a layer of its type, with its settings and all their weights; any
    other group becomes a `block`.

    Raises:
        ValueError: a depth below 1.
    """
    if depth < 1:
        raise ValueError(f"a depth is at least 1, got {depth}")
    groups = groupby(report.rows, key=lambda row: ".".join(row.name.split(".", depth)[:depth]))
    rows = [folded(name, list(group)) for name, group in groups]
    return replace(report, rows=rows)


def folded(name: str, rows: Sequence[Row]) -> Row:
    """Make one row of several; a single one only takes the name."""
    first, *others = rows
    if not others:
        return first if first.name == name else replace(first, name=name)
    sums: dict[str, Any] = {metric: sum(getattr(row, metric) for row in rows) for metric in SUMMED}
    looks = _as_layer(rows) if _is_one_item(name, rows) else _as_block(name, sums["layers"])
    return replace(
        first,
        **sums,
        **looks,
        name=name,
        output=rows[-1].output,
        precision=first.precision if len({row.precision for row in rows}) == 1 else Precision(MIXED, MIXED),
        elementwise=all(row.elementwise for row in rows),
        declared_cost=any(row.declared_cost for row in rows),
        shares=first.shares if len({row.shares for row in rows}) == 1 else "",
    )


def _is_one_item(name: str, rows: Sequence[Row]) -> bool:
    return rows[0].name == name and all(row.name.removeprefix(name) in SHORTHAND for row in rows[1:])


def _as_layer(rows: Sequence[Row]) -> dict[str, Any]:
    first = rows[0]
    weights = dict(first.weights)
    for row in rows[1:]:
        own = row.name.removeprefix(f"{first.name}.")
        weights |= {f"{own}.{weight}": shape for weight, shape in row.weights.items()}
    return {"label": " + ".join([first.label, *(row.title for row in rows[1:])]), "weights": weights}


def _as_block(name: str, layers: int) -> dict[str, Any]:
    return {
        "type": "block",
        "title": "Block",
        "label": f"{name} ({layers} layers)",
        "settings": {},
        "weights": {},
    }
