"""A comparison as rows of plain cells: one for each layer of either network, raw integers, no totals.

An empty cell: the layer is not in that network, its number is not known in full, or there is no percentage of what
was zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.budget.compare import Comparison, Pair, number
from netcost.number import difference, known_part
from netcost.render.change import plain_percent
from netcost.render.content import Cell
from netcost.render.reports.records import number as cell
from netcost.report import METRICS, Row
from netcost.wording import times

FACTS = ("name", "type", "output_shape")


SIDES = ("before", "after", "delta", "percent")
FIGURE = "figure"


def columns(*, figures: bool = False) -> list[str]:
    """Every column's name, in order; those of figures last."""
    facts = [f"{fact}_{side}" for fact in FACTS for side in ("before", "after")]
    of_figures = [f"{FIGURE}_{side}" for side in SIDES] if figures else []
    return ["change", *facts, *(f"{metric}_{side}" for metric in METRICS for side in SIDES), *of_figures]


def records(comparison: Comparison, *, figures: bool = False) -> Iterator[Sequence[Cell]]:
    """Every layer, those that are the same too, and figures; the cells of the same numbers are made once."""
    empty: list[Cell] = [None] * len(SIDES) if figures else []
    known: dict[tuple[int, ...], list[Cell]] = {}
    for pair in comparison.pairs:
        alike = pair.likeness
        if alike not in known:
            known[alike] = _numbers(pair)
        sides = [_facts(row) if row else ("",) * len(FACTS) for row in (pair.before, pair.after)]
        yield [
            pair.kind,
            *(fact for both in zip(*sides, strict=True) for fact in both),
            *known[alike],
            *empty,
        ]
    for name, (before, after) in comparison.figures.items() if figures else ():
        blank = [None] * (2 * (len(FACTS) - 1) + len(METRICS) * len(SIDES))
        delta = difference(before, after)
        percent = plain_percent(delta, known_part(before))
        yield [FIGURE, name, name, *blank, cell(before), cell(after), cell(delta), percent]


def _numbers(pair: Pair) -> list[Cell]:
    """Every metric on both sides, its difference, and that in percent."""
    cells: list[Cell] = []
    for metric in METRICS:
        before, after = (cell(row[metric]) if row else None for row in (pair.before, pair.after))
        delta = pair.delta(metric)
        cells += [before, after, cell(delta), plain_percent(delta, known_part(number(pair.before, metric)))]
    return cells


def _facts(row: Row) -> tuple[str, ...]:
    return row.name, row.type, times(row.output)
