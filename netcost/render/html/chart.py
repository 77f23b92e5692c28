"""One picture as an SVG file, for papers and slides; of several networks one above the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from netcost.render.charts import CHARTS, USUAL
from netcost.render.html.bars import bars
from netcost.render.html.blocks import blocks
from netcost.render.html.outline import WORDS, Subject
from netcost.render.html.picture import WIDTH, Picture, stacked
from netcost.render.html.roofline import roofline
from netcost.render.html.timeline import timeline
from netcost.render.html.treemap import treemap
from netcost.render.reports import Reports
from netcost.render.screen import Screen

Draw = Callable[[Subject, str, float], Picture]

DRAW: Mapping[str, Draw] = {
    "bars": bars,
    "treemap": treemap,
    "blocks": blocks,
    "timeline": timeline,
    "roofline": roofline,
}


def render(content: Reports, screen: Screen) -> Iterator[str]:
    """Write the picture that the view asks for."""
    del screen
    chart = content.view.chart or USUAL
    yield stacked([drawn(Subject(report), chart) for report in content.told_apart()])


def drawn(subject: Subject, chart: str, wide: float = WIDTH) -> Picture:
    """Draw a picture by its name, as `bars:params`."""
    kind, _, word = chart.partition(":")
    metric = word or next(iter(CHARTS[kind]), "")
    return DRAW[kind](subject, WORDS.get(metric, ""), wide)
