"""The page of `netcost diff`: a table of what changed most, removed layers among it, then the later network in colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from netcost.budget.compare import Comparison, Pair, number
from netcost.escape import markup
from netcost.number import Exact, known_part, magnitude
from netcost.record import replace
from netcost.render.change import signed, signed_percent
from netcost.render.content import Screen
from netcost.render.diff import Diff
from netcost.render.diff.sheets import ARROW, totals
from netcost.render.html import marks
from netcost.render.html.outline import MACS, PARAMS, Box, Subject
from netcost.render.html.page import Page, document, folded, listed
from netcost.render.html.table import Beside, sheet_table, short
from netcost.render.html.treemap import treemap
from netcost.render.reports.columns import once
from netcost.render.reports.repeats import folded as folded_rows
from netcost.render.sheet import Column, Sheet
from netcost.report import METRICS, Report, Row
from netcost.units import number_text
from netcost.wording import counted

FEW = 200
"""Rows of the table of layers that are seen at once; the rest is folded away."""

CHANGES = 3
"""The column of differences in the table of totals."""

BECOMES = " → "
"""One sign, which is not broken at the end of a line as two are."""

BEFORE_METRICS = 4
"""Columns of the table of layers before its numbers."""


def render(content: Diff, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    return document(ARROW.join(content.names), _body(content))


def _body(diff: Diff) -> Iterator[str]:
    sheet = totals(diff.comparison, diff.names, figures=diff.figures)
    yield f"<h1>{ARROW.join(f'<bdi>{markup(name)}</bdi>' for name in diff.names).replace('->', '&rarr;')}</h1>"
    yield f"{sheet_table(sheet, _total_bars(sheet, diff))}{listed(sheet.notes)}"
    comparison = short_of(diff.comparison)
    pairs = comparison.pairs if diff.everything else comparison.changed
    if pairs:
        ranked = sorted(pairs, key=lambda pair: _weight(comparison, pair, diff.metrics), reverse=True)
        yield from _layers(ranked, diff.metrics)
    page, subject, color = Page(), Subject(comparison.after), _colors(comparison)
    pictures = [treemap(subject, metric, color=color) for metric in (PARAMS, MACS)]
    yield f"<h2>{markup(diff.names[1])}, coloured by change</h2>{page.grid(pictures)}"
    yield "<p>Reddish: grown or added. Bluish: shrunk. Grey: as before. What was removed is in the table alone.</p>"


def short_of(comparison: Comparison) -> Comparison:
    """The same networks with layers that repeat as one."""
    return Comparison(_folded(comparison.before), _folded(comparison.after))


def _folded(report: Report) -> Report:
    return replace(report, rows=folded_rows(report.rows))


def _total_bars(sheet: Sheet, diff: Diff) -> Mapping[int, Sequence[Beside]]:
    """Bars of how much each total grew, as a part of what it was; all of it at most."""
    if not sheet.rows:
        return {}
    both = [
        (diff.comparison.before.totals[name], diff.comparison.after.totals[name])
        for name in METRICS
        if METRICS[name].has_total
    ]
    if diff.figures:
        both += diff.comparison.figures.values()
    return {
        CHANGES: [
            Beside(
                marks.change(known_part(after) - known_part(before), known_part(before) or known_part(after))
            )
            for before, after in both
        ]
    }


def _weight(comparison: Comparison, pair: Pair, metrics: Sequence[str]) -> float:
    """How much a layer changed: the largest of its parts in the totals."""
    return max(_part(comparison, pair, metric) for metric in metrics)


def _part(comparison: Comparison, pair: Pair, metric: str) -> float:
    most = max(known_part(report.totals[metric]) for report in (comparison.before, comparison.after))
    return float(magnitude(_delta(pair, metric)) / most) if most else 0.0


def _delta(pair: Pair, metric: str) -> Exact:
    """How much a number grew, as far as it is known."""
    return known_part(number(pair.after, metric)) - known_part(number(pair.before, metric))


def _layers(pairs: Sequence[Pair], metrics: Sequence[str]) -> Iterator[str]:
    columns = [
        Column("Layer", left=True),
        Column("", alone="what happened", left=True),
        Column("kind", left=True),
        Column("output", left=True),
    ]
    columns += [Column(side) for metric in metrics for side in (METRICS[metric].title, "change")]
    most = [max((magnitude(_delta(pair, metric)) for pair in pairs), default=0) for metric in metrics]
    yield f"<h2>{counted(len(pairs), 'row')} of layers, most changed first</h2>"
    for start in range(0, len(pairs), FEW):
        part = pairs[start : start + FEW]
        sheet = Sheet("Layers", columns, [_cells(pair, metrics) for pair in part])
        table = sheet_table(sheet, _beside(part, metrics, most, barred=not start))
        yield table if not start else folded(f"{counted(len(part), 'row')} more", table)


def _cells(pair: Pair, metrics: Sequence[str]) -> list[str]:
    sides: list[Row] = [row for row in (pair.before, pair.after) if row]
    said = [
        BECOMES.join(dict.fromkeys(texts))
        for texts in zip(*((row.name, once(row.label), str(row.output)) for row in sides), strict=True)
    ]
    cells = [said[0], pair.kind, *said[1:]]
    for metric in metrics:
        delta, unit = pair.delta(metric), METRICS[metric].unit
        size = f"{'-' if delta < 0 else '+'}{short(magnitude(delta), unit)}" if delta else ""
        percent = signed_percent(delta, known_part(number(pair.before, metric))) if delta else ""
        cells += [short(number(pair.after or pair.before, metric), unit), f"{size} {percent}".strip()]
    return cells


def _beside(
    pairs: Sequence[Pair], metrics: Sequence[str], most: Sequence[Exact], *, barred: bool
) -> Mapping[int, Sequence[Beside]]:
    """The exact numbers, and bars of how much they grew; where all are short, none."""
    found: dict[int, Sequence[Beside]] = {}
    for place, (metric, top) in enumerate(zip(metrics, most, strict=True)):
        column = BEFORE_METRICS + 2 * place
        found[column] = [
            Beside(hint=number_text(number(pair.after or pair.before, metric))) for pair in pairs
        ]
        found[column + 1] = [
            Beside(marks.change(_delta(pair, metric), top) if barred else None, signed(pair.delta(metric)))
            for pair in pairs
        ]
    return found


def _colors(comparison: Comparison) -> Callable[[Box, str], str]:
    """The colour of a box by how much more or less it takes than before."""

    def color(box: Box, metric: str) -> str:
        before = sum(known_part(number(comparison.partner(row.name), metric)) for row in box.rows)
        after = known_part(sum((row[metric] for row in box.rows), 0))
        return "grown" if after > before else "shrunk" if after < before else "other"

    return color
