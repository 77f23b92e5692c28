"""What every picture is: SVG with a title and a description, in generic fonts, coloured by attributes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netcost.escape import markup
from netcost.render.html.palette import fill
from netcost.render.html.text import SIZE, place, text, told

NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH = 560.0
"""Of a picture in a file of its own."""

MARGIN = 8.0
TITLE_SIZE = 13.0
SMALL = 10.0
"""Height of letters beside axes and below names."""

HEAD = 40.0
"""Height of the title with the line below it."""


class Picture(NamedTuple):
    """A picture before it is written.

    Args:
        title: what it shows, in a few words.
        desc: the same in a sentence or two, for who does not see it.
        width: its own width; what shows it may scale it.
        height: its own height.
        body: what is drawn, below the title.
    """

    title: str
    desc: str
    width: float
    height: float
    body: str


def written(picture: Picture, ident: str = "picture", *, alone: bool = True, sized: bool = False) -> str:
    """Write a picture as SVG.

    Args:
        picture: what to write.
        ident: what its title and its description are called in the document; each picture of a page needs its own.
        alone: it is a file of its own: it names its format, and stands on paper.
        sized: it has its own size, not that of its surroundings.
    """
    size = f"{place(picture.width)} {place(picture.height)}"
    own = f' xmlns="{NAMESPACE}"' if alone else ""
    own += (
        f' width="{place(picture.width)}"'  # where there is no style sheet, it is not as wide as the window
    )
    own += f' height="{place(picture.height)}"' if alone or sized else ""
    paper = f'<rect {fill("paper")} width="100%" height="100%"/>' if alone else ""
    return (
        f'<svg{own} viewBox="0 0 {size}" role="img" aria-labelledby="{ident}-t {ident}-d" font-family="sans-serif" '
        f'font-size="{place(SIZE)}"><title id="{ident}-t">{told(picture.title)}</title>'
        f'<desc id="{ident}-d">{markup(picture.desc)}</desc>{paper}{picture.body}</svg>'
    )


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


def heading(title: str, below: str, width: float) -> str:
    """Write the title of a picture and the line below it."""
    room = width - 2 * MARGIN
    return group(fill("ink"), [text(MARGIN, 17, title, room, size=TITLE_SIZE)]) + group(
        fill("soft"), [text(MARGIN, 32, below, room)]
    )


def group(attributes: str, parts: Iterable[str]) -> str:
    """Put parts together that look alike; nothing where there are none."""
    inside = "".join(parts)
    return f"<g {attributes}>{inside}</g>" if inside else ""


def small(role: str, texts: Iterable[str], anchor: str = "") -> str:
    """Put texts together that have small letters, of one colour and with one end at their places."""
    side = f' text-anchor="{anchor}"' if anchor else ""
    return group(f'{fill(role)} font-size="{place(SMALL)}"{side}', texts)


def rect(x: float, y: float, width: float, height: float, hint: str = "", more: str = "") -> str:
    """Draw a rectangle, with a hint for who points at it."""
    shape = f'<rect x="{place(x)}" y="{place(y)}" width="{place(width)}" height="{place(height)}"{more and " "}{more}'
    return f"{shape}><title>{told(hint)}</title></rect>" if hint else f"{shape}/>"
