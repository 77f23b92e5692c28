"""Text in pictures: escaped, measured, and cut to the room that it has."""

from __future__ import annotations

from netcost import escape
from netcost.wording import rounded

SIZE = 11.0
"""Height of letters, in the units of pictures."""

ELLIPSIS = "…"

WIDTHS = {
    **dict.fromkeys("'ijl", 0.35),
    **dict.fromkeys("|,. ftI", 0.43),
    **dict.fromkeys('()[]-/:;\\!"rJ_*`', 0.5),
    **dict.fromkeys("cksvxyz?LF", 0.61),
    **dict.fromkeys("0123456789$abdeghnopquABCEKPRSTXYZ{}", 0.7),
    **dict.fromkeys("DGHNOQUV&", 0.8),
    **dict.fromkeys("#+<=>^~w", 0.85),
    **dict.fromkeys("mMW%@", 1.1),
}
"""Widths of letters in parts of their height: of the widest of the usual generic fonts without serifs, and a little more."""

WIDEST = 1.1
"""That of letters that are not in the table; a text of such is told how wide it may be, too."""


def width(text: str, size: float = SIZE) -> float:
    """How wide a text is at most."""
    return size * sum(WIDTHS.get(letter, WIDEST) for letter in text)


def cut(text: str, room: float, size: float = SIZE) -> str:
    """As much of a text as there is room for, with an ellipsis for the rest; nothing where not two letters fit.

    Of a name within blocks the end is kept, which tells it from its neighbours; of all else the beginning.
    """
    if len(text) <= LONGEST and width(text, size) <= room:
        return text
    from_end = "." in text and " " not in text.partition(" x")[0]
    kept, used = 0, size * WIDEST
    for letter in text[: -LONGEST - 1 : -1] if from_end else text[:LONGEST]:
        used += size * WIDTHS.get(letter, WIDEST)
        if used > room:
            break
        kept += 1
    if kept <= 1:
        return ""
    if not from_end:
        return f"{text[:kept].rstrip()}{ELLIPSIS}"
    _, _, whole = text[-kept:].partition(".")
    return f"{ELLIPSIS}{whole.strip() or text[-kept:].strip()}"


LONGEST = 120
"""Letters of a name that are shown in a picture or told with it."""


def told(text: str) -> str:
    """A text as it is told with a picture: long ones are cut."""
    return escape.markup(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}{ELLIPSIS}")


def place(number: float) -> str:
    """Write a coordinate, to a tenth."""
    tenths = rounded(10 * number)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def text(
    x: float,
    y: float,
    words: str,
    room: float,
    *,
    size: float = SIZE,
    anchor: str = "",
    turned: bool = False,
    inherits: bool = False,
    more: str = "",
) -> str:
    """Write a text from a point on, no wider than there is room; nothing where it does not fit at all.

    Args:
        x: where it begins, ends or has its middle, as `anchor` says.
        y: its base line.
        words: what it says.
        room: how wide it may be.
        size: height of its letters.
        anchor: `middle` or `end`.
        turned: it runs upwards.
        inherits: the height of its letters is that of the group that it stands in.
        more: further attributes.
    """
    shown = cut(escape.terminal(escape.flat(words)), room, size)
    if not shown:
        return ""
    at = f'x="{place(x)}" y="{place(y)}"'
    if turned:
        at = f'transform="translate({place(x)} {place(y)})rotate(-90)"'
    own = f' font-size="{place(size)}"' if size != SIZE and not inherits else ""
    side = f' text-anchor="{anchor}"' if anchor else ""
    plain = shown.replace(ELLIPSIS, "").isascii()
    squeezed = "" if plain else f' textLength="{place(width(shown, size))}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {at}{own}{side}{squeezed}{more and ' '}{more}>{escape.markup(shown)}</text>"
