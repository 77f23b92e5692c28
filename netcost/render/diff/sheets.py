"""What tables of two networks hold: the totals, and the layers that are not the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from netcost.budget.compare import Comparison, Pair, PairKind, number
from netcost.number import Exact, Value, difference, known_part
from netcost.render.change import signed, signed_percent
from netcost.render.reports.remarks import SCREEN, assumed, in_all
from netcost.render.sheet import Column, Sheet
from netcost.report import METRICS, Row
from netcost.report.numbers import NUMBERS
from netcost.units import number_text
from netcost.wording import listed

ARROW = " -> "
PAIR_WORDS: Mapping[PairKind, str] = {
    "changed": "changed",
    "added": "added",
    "removed": "removed",
    "same": "the same",
}
SIDES = ("before", "after", "change", "%")
TOTAL_WEIGHTS = {"before": 1, "%": 2, "change": 3}
"""What totals can do without where room is short: it follows from what stays."""


def totals(comparison: Comparison, names: tuple[str, str], *, figures: bool = False) -> Sheet:
    """Every metric of both networks, and every figure where they are asked for; no table where nothing differs."""
    rows = []
    notes = [] if comparison.changed else ["No layer differs."]
    for metric in METRICS:
        before, after = comparison.before.totals[metric], comparison.after.totals[metric]
        if METRICS[metric].has_total:
            change = _change(comparison.delta(metric), before)
            rows.append((_heading(metric), number_text(before), number_text(after), *change))
    for name, (before, after) in comparison.figures.items() if figures else ():
        change = _change(difference(before, after), before)
        rows.append((_heading(name), number_text(before), number_text(after), *change))
    columns = [
        Column("Total", left=True),
        *(Column(side, weight=TOTAL_WEIGHTS.get(side, 0)) for side in SIDES),
    ]
    both = (comparison.before, comparison.after)
    equal = all(each.complete for each in both) and all(before == after for _, before, after, *_ in rows)
    if equal and not comparison.changed:
        columns, rows = [], []
        notes.append(in_all(comparison.after.totals))
    for name, report in zip(names, both, strict=True):
        notes += [f"{name}: {note}" for note in assumed(report)]
        if report.unknown:
            notes.append(f"The cost is not known of {listed(report.unknown)} in {name}.")
    return Sheet(ARROW.join(names), columns, rows, notes=notes)


def layers(comparison: Comparison, metrics: Sequence[str], *, everything: bool) -> Sheet:
    """The layers that differ, or all of them.

    A column that is empty in each row is left out. Where room is short, types go first, then what was before and what is after, then outputs, then the last
    metrics; a change and its percentage stay longest.
    """
    pairs, many = comparison.pairs, len(metrics)
    counts = Counter(pair.kind for pair in pairs)
    counted = ", ".join(f"{counts[kind]:,} {word}" for kind, word in PAIR_WORDS.items() if counts[kind])
    columns = [
        Column("Layer", left=True),
        Column("", left=True),
        Column("type", left=True, weight=1),
        Column("output", left=True, weight=2 * many + 2),
    ]
    for place, metric in enumerate(metrics):
        heading, later = _heading(metric), many - place - 1
        weights = {"before": later + 2, "after": many + later + 2, "%": 2 * (many + later) + 3}
        weights["change"] = weights["%"] + 1
        columns += [
            Column(side, group=heading, alone=f"{heading}, {side}", weight=weights[side]) for side in SIDES
        ]
    shown = pairs if everything else comparison.changed
    alike = {pair.likeness: pair for pair in shown}
    numbers = {likeness: _numbers(pair, metrics) for likeness, pair in alike.items()}
    rows = [(*_facts(pair), *numbers[pair.likeness]) for pair in shown]
    kept = [index for index, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    return Sheet(
        f"Layers: {counted}",
        [columns[index] for index in kept] if rows else columns,
        [tuple(row[index] for index in kept) for row in rows],
        notes=_long(shown),
    )


def _long(shown: Sequence[Pair]) -> list[str]:
    """Say how a table of more than a screen becomes short."""
    blocks = sum(1 for _ in groupby(shown, key=lambda pair: pair.name.partition(".")[0]))
    if len(shown) <= SCREEN or 2 * blocks > len(shown):
        return []
    return [f"{len(shown):,} rows; `--depth 1` compares blocks."]


def _heading(metric: str) -> str:
    declared = NUMBERS[metric]
    return f"{declared.title} (bytes)" if declared.unit == "bytes" else declared.title


def _facts(pair: Pair) -> tuple[str, ...]:
    return (
        _both(pair, lambda row: row.name),
        "" if pair.kind == "same" else pair.kind,
        _both(pair, lambda row: row.label),
        _both(pair, lambda row: str(row.output)),
    )


def _numbers(pair: Pair, metrics: Sequence[str]) -> list[str]:
    """Metrics on both sides, their differences and percentages."""
    cells: list[str] = []
    for metric in metrics:
        cells += [number_text(row[metric]) if row else "" for row in (pair.before, pair.after)]
        cells += _change(pair.delta(metric), number(pair.before, metric))
    return cells


def _change(delta: Exact | None, before: Value) -> tuple[str, str]:
    """A difference and its percentage; nothing where there is none, or where it cannot be told."""
    return (signed(delta), signed_percent(delta, known_part(before))) if delta else ("", "")


def _both(pair: Pair, said: Callable[[Row], str]) -> str:
    """What is said of a layer, or of both sides where that differs."""
    return ARROW.join(dict.fromkeys(said(row) for row in (pair.before, pair.after) if row))
