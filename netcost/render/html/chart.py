"""One picture as an SVG file, for papers and slides; of several networks one above the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from netcost.render import CHARTS, USUAL_CHART
from netcost.render.content import Screen
from netcost.render.html.bars import bars
from netcost.render.html.blocks import blocks
from netcost.render.html.outline import WORDS, Subject
from netcost.render.html.picture import WIDTH, Picture, stacked
from netcost.render.html.roofline import roofline
from netcost.render.html.timeline import timeline
from netcost.render.html.treemap import treemap
from netcost.render.reports import Reports

OF_METRIC: Mapping[str, Callable[[Subject, str, float], Picture]] = {"bars": bars, "treemap": treemap}
OF_ALL: Mapping[str, Callable[[Subject, float], Picture]] = {
    "blocks": blocks,
    "timeline": timeline,
    "roofline": roofline,
}


def render(content: Reports, screen: Screen) -> Iterator[str]:
    """Write the picture that the view asks for."""
    del screen
    chart = content.view.chart or USUAL_CHART
    yield stacked([drawn(Subject(report), chart) for report in content.told_apart()])


def drawn(subject: Subject, chart: str) -> Picture:
    """Draw a picture by its name, as `bars:params`."""
    kind, _, word = chart.partition(":")
    if kind in OF_ALL:
        return OF_ALL[kind](subject, WIDTH)
    return OF_METRIC[kind](subject, WORDS[word or CHARTS[kind][0]], WIDTH)
