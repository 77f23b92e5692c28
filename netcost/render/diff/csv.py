"""CSV after RFC 4180: a row for each layer of either network, raw integers, no totals.

An empty cell: the layer is not in that network, its number is not known in full, or there is no percentage of what
was zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from netcost import escape
from netcost.budget.compare import Pair, number
from netcost.number import known_part
from netcost.render.change import plain_percent
from netcost.render.csv import number as cell
from netcost.render.diff import Diff
from netcost.report import METRICS, Row
from netcost.wording import times

FACTS = ("name", "type", "output_shape")


def columns() -> list[str]:
    """Every column's name, in order."""
    facts = [f"{fact}_{side}" for fact in FACTS for side in ("before", "after")]
    sides = ("before", "after", "delta", "percent")
    return ["change", *facts, *(f"{metric}_{side}" for metric in METRICS for side in sides)]


def render(diff: Diff) -> Iterator[str]:
    """Write all layers, those that are the same too."""
    import csv
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns())
    writer.writerows(map(_cells, diff.comparison.pairs))
    yield text.getvalue()


def _cells(pair: Pair) -> list[object]:
    sides = [_facts(row) if row else ("",) * len(FACTS) for row in (pair.before, pair.after)]
    cells: list[object] = [
        pair.kind,
        *(escape.csv(fact) for both in zip(*sides, strict=True) for fact in both),
    ]
    for metric in METRICS:
        before, after = (cell(row[metric]) if row else "" for row in (pair.before, pair.after))
        delta = pair.delta(metric)
        cells += [before, after, cell(delta), plain_percent(delta, known_part(number(pair.before, metric)))]
    return cells


def _facts(row: Row) -> tuple[str, ...]:
    return row.name, row.type, times(row.output)
