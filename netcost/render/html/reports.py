"""The page of `netcost analyze`: each network in cards, pictures and its table of layers; of several a summary first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netcost.escape import markup
from netcost.render.content import Screen
from netcost.render.html import cards
from netcost.render.html.bars import bars
from netcost.render.html.blocks import MOST, blocks, inside
from netcost.render.html.outline import MACS, METRICS, PARAMS, Box, Subject, outline
from netcost.render.html.page import Page, document, folded, listed
from netcost.render.html.picture import Picture
from netcost.render.html.roofline import roofline
from netcost.render.html.summary import summary
from netcost.render.html.table import layers, sheet_table
from netcost.render.html.timeline import course_of, drawn
from netcost.render.html.treemap import treemap
from netcost.render.reports import Reports, figures
from netcost.render.reports.columns import times_of
from netcost.render.reports.remarks import activity, assumed, in_all, marks, where_most_is
from netcost.render.reports.shown import Shown
from netcost.render.reports.view import FLOP, View, left_out, selected, told_rows
from netcost.render.sheet import headline
from netcost.report import METRICS as ALL_METRICS
from netcost.report import Report, Row
from netcost.report.memory import Course
from netcost.wording import listed as together

FEW_ROWS = 120
"""Rows of a table that is open from the start."""

MOST_REPEATS = 12
"""Repeats that are named."""

MOST_INSIDES = 8
"""Blocks whose layers are drawn: those that take most."""


def render(content: Reports, screen: Screen) -> Iterator[str]:
    """Write the page."""
    del screen
    reports = [*content.told_apart()]
    return document(_title(reports), _body(reports, content.view), scripted=True)


def _title(reports: Sequence[Report]) -> str:
    return headline(reports[0]) if len(reports) == 1 else f"{len(reports)} networks"


def _body(reports: Sequence[Report], view: View) -> Iterator[str]:
    page = Page()
    if len(reports) == 1 and not view.summary:
        yield f"<h1>{_headline(reports[0])}</h1>"
        yield from network(page, reports[0], view)
    else:
        yield f"<h1>{markup(_title(reports))}</h1>{summary(reports)}"
        for report in () if view.summary else reports:
            about = "".join(network(page, report, view, "h3"))
            yield f"<h2>{_headline(report)}</h2>{folded('Numbers, pictures and layers', about, is_open=report is reports[0])}"
    if view.figures:
        sheet = figures.sheet(reports)
        yield f"<h2>{markup(sheet.title)}</h2>{sheet_table(sheet)}"


def _headline(report: Report) -> str:
    """The name of a network, and what its numbers hold for."""
    name, comma, rest = headline(report).partition(", input")
    return f"<bdi>{markup(name)}</bdi><small>{markup(f'{comma}{rest}')}</small>"


def network(page: Page, report: Report, view: View, heading: str = "h2") -> Iterator[str]:
    """All about one network, in parts below headings of a level."""
    subject, course = Subject(report), course_of(report)
    rows = told_rows(report, view)
    yield cards.written(cards.cards(report, course))
    yield "".join(f"<p>{markup(line)}</p>" for line in where_most_is(rows, FLOP[view.count]))
    yield listed([*report.warnings, *assumed(report)])
    again = (
        f"<p>What repeats: {markup(together(subject.repeats, most=MOST_REPEATS))}.</p>"
        if subject.repeats
        else ""
    )
    yield f"<{heading}>Blocks</{heading}>{again}{_blocks(page, subject)}"
    yield f"<{heading}>Where it goes</{heading}>{page.grid(_pictures(subject, course))}"
    shown = selected(rows, view)
    table = "".join(layers(report, shown, Shown(report, view.shown), view.ordered_by))
    yield f"<{heading}>Layers</{heading}>{folded(_rows(len(shown)), table, is_open=len(shown) <= FEW_ROWS)}"
    yield listed([*left_out(shown, rows, view), *marks(shown)])
    yield f"<{heading}>How things are counted</{heading}>{listed(_counting(report, rows))}"


def _pictures(subject: Subject, course: Course) -> Iterator[Picture]:
    """Where memory, parameters and operations are, and what is alive when."""
    for metric in METRICS:
        yield bars(subject, metric)
    yield treemap(subject, PARAMS)
    yield treemap(subject, MACS)
    yield drawn(subject.report.name, course)
    if "device" in (subject.report.overrides or {}):
        yield roofline(subject)


def _blocks(page: Page, subject: Subject) -> str:
    """The network from top to bottom, and beside it the layers of its blocks, of the largest one unfolded."""
    opened = sorted(_insides(subject), key=lambda box: _weight(subject, box), reverse=True)[:MOST_INSIDES]
    within = [
        folded(f"Inside {box.label}", page.figure(inside(subject, box)), is_open=not number)
        for number, box in enumerate(opened)
    ]
    return f'<div class="grid">{page.figure(blocks(subject))}<div>{"".join(within)}</div></div>'


def _insides(subject: Subject) -> Iterable[Box]:
    return (box for box in outline(subject.rows, MOST) if not box.is_layer)


def _weight(subject: Subject, box: Box) -> float:
    return sum(subject.share(box.whole(metric), metric) for metric in METRICS)


def _rows(many: int) -> str:
    return f"{many:,} rows, a layer or several alike each" if many != 1 else "1 row"


def _counting(report: Report, rows: Sequence[Row]) -> Iterator[str]:
    """What the numbers mean."""
    yield in_all(report.totals)
    yield from activity(report)
    most = max(map(times_of, rows), default=1)
    if most > 1:
        yield f"x{most}: the sum of {most} layers that are alike; what one of them takes stands where one points at a number."
    for metric in ("activation_bytes", "params", "macs", "flops"):
        meant = ALL_METRICS[metric]
        yield f"{meant.title}: {meant.help}."
    yield "Bars of memory leave out layers that only map elements, as activations, whose outputs can take the place of their inputs; shares count them with the layer before."
    yield "The most that is alive counts each tensor once, from the layer that makes it to the last that reads it."
