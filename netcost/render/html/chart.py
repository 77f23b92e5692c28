"""One picture as an SVG file, for papers and slides; of several networks one above the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from netcost.render.charts import CHARTS, USUAL
from netcost.render.html.bars import bars
from netcost.render.html.blocks import blocks
from netcost.render.html.outline import WORDS, Subject
from netcost.render.html.palette import fill
from netcost.render.html.picture import NAMESPACE, Picture, written
from netcost.render.html.text import place
from netcost.render.html.treemap import treemap
from netcost.render.reports import Reports
from netcost.render.screen import Screen

WIDTH = 560.0
"""Of a picture in a file of its own."""

Draw = Callable[[Subject, str, float], Picture]

DRAW: Mapping[str, Draw] = {
    "bars": bars,
    "treemap": treemap,
    "blocks": blocks,
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


def stacked(pictures: Sequence[Picture]) -> str:
    """Write pictures one above the other; one alone as it is."""
    if len(pictures) == 1:
        return f"{written(pictures[0])}\n"
    wide, high = max(each.width for each in pictures), sum(each.height for each in pictures)
    parts, y = [], 0.0
    for number, each in enumerate(pictures):
        parts.append(
            f'<g transform="translate(0 {place(y)})">{written(each, f"picture{number + 1}", alone=False, sized=True)}</g>'
        )
        y += each.height
    size = f'width="{place(wide)}" height="{place(high)}"'
    title = f"{len(pictures)} pictures"
    return (
        f'<svg xmlns="{NAMESPACE}" {size} viewBox="0 0 {place(wide)} {place(high)}" role="group"><title>{title}</title>'
        f'<desc>One above the other.</desc><rect {fill("paper")} width="100%" height="100%"/>{"".join(parts)}</svg>\n'
    )
