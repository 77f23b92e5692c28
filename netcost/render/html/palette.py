"""The colours of pages and pictures by what they are for, in light and dark.

Pictures carry the light ones as attributes, so that they are coloured where style sheets are forbidden; a page lays
the dark ones over them.
"""

from __future__ import annotations

from typing import NamedTuple


class Shade(NamedTuple):
    """A colour where paper is light, and where it is dark."""

    light: str
    dark: str


PALETTE = {
    "paper": Shade("#ffffff", "#12181f"),
    "card": Shade("#f1f4f7", "#1c242d"),
    "ink": Shade("#1b2733", "#e8edf2"),
    "soft": Shade("#4a5968", "#a9b5c1"),
    "line": Shade("#c3ccd5", "#3d4a57"),
    "memory": Shade("#2f6db5", "#6ea8e8"),
    "params": Shade("#a84c17", "#ec9a63"),
    "macs": Shade("#2a7a4b", "#6cc08b"),
    "more": Shade("#b3261e", "#f2938c"),
    "less": Shade("#1f6f8b", "#6cc3de"),
    "kind1": Shade("#cfe2f7", "#24486e"),
    "kind2": Shade("#fbdcc4", "#6b3f1f"),
    "kind3": Shade("#cfeed9", "#22553a"),
    "kind4": Shade("#e6d7f5", "#4d3570"),
    "kind5": Shade("#f9d3df", "#6d2f46"),
    "kind6": Shade("#cdeaf0", "#1f5458"),
    "kind7": Shade("#efe6b8", "#5a4f1b"),
    "other": Shade("#e2e6ea", "#3b4550"),
    "grown": Shade("#f7c6c2", "#6e2621"),
    "shrunk": Shade("#bfe3ee", "#1c5366"),
}

KINDS = [name for name in PALETTE if name.startswith("kind")]
"""What tells kinds of layers apart."""

FILLS = [*KINDS, "other", "grown", "shrunk"]
"""What text stands on, besides paper and cards."""

TEXTS = [
    *(
        (text, ground)
        for text in ("ink", "soft", "memory", "params", "macs", "more", "less")
        for ground in ("paper", "card")
    ),
    *(("ink", ground) for ground in FILLS),
]
"""Every colour of a text with what it stands on."""

GRAPHICS = [
    (name, ground) for name in ("memory", "params", "macs", "more", "less") for ground in ("paper", "card")
]
"""Every colour of a bar or a line that tells something, with what it stands on."""


def fill(role: str) -> str:
    """The attributes that fill a shape or a text with a colour."""
    return f'class="{role}" fill="{PALETTE[role].light}"'


def outlined(role: str) -> str:
    """The attributes of shapes that are filled with a colour and have a line around them."""
    line = PALETTE["line"].light
    return f'class="{role} line-line" fill="{PALETTE[role].light}" stroke="{line}"'


def over_lines() -> str:
    """The attributes of a text that may stand on lines, which end before it."""
    paper = PALETTE["paper"].light
    return f'class="ink paper-line" fill="{PALETTE["ink"].light}" stroke="{paper}" stroke-width="3" paint-order="stroke"'


def stroke(role: str) -> str:
    """The attributes that draw a line in a colour, and fill nothing."""
    return f'class="{role}-line" fill="none" stroke="{PALETTE[role].light}"'


def rules() -> str:
    """The style sheet by which pictures on a page follow its colours."""
    light = "".join(f"--{role}:{shade.light};" for role, shade in PALETTE.items())
    dark = "".join(f"--{role}:{shade.dark};" for role, shade in PALETTE.items())
    fills = "".join(f".{role}{{fill:var(--{role})}}" for role in PALETTE)
    lines = "".join(
        f".{role}-line{{stroke:var(--{role})}}" for role in ("ink", "soft", "line", "memory", "more", "paper")
    )
    return f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}{fills}{lines}"
