"""Colours that can be read: contrasts as the Web Content Accessibility Guidelines compute them."""

from __future__ import annotations

import pytest

from netcost.render.html.palette import FILLS, GRAPHICS, KINDS, PALETTE, TEXTS

TEXT, GRAPHIC = 4.5, 3.0
"""Least contrasts of WCAG 2.2, criteria 1.4.3 and 1.4.11."""


def luminance(color: str) -> float:
    """The relative luminance of `#rrggbb`, by the formula of WCAG 2.2."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula() -> None:
    """Black on white is 21 to 1, and #767676 the lightest grey that may stand on white."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_texts(text: str, ground: str, side: int) -> None:
    assert contrast(PALETTE[text][side], PALETTE[ground][side]) >= TEXT


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), GRAPHICS)
def test_shapes_that_tell_something(shape: str, ground: str, side: int) -> None:
    assert contrast(PALETTE[shape][side], PALETTE[ground][side]) >= GRAPHIC


def test_every_colour_is_looked_at() -> None:
    """As a text, as a ground of texts, or as a shape; a line between boxes tells nothing that their texts do not."""
    named = {name for pair in (*TEXTS, *GRAPHICS) for name in pair}
    assert named == PALETTE.keys() - {"line"}
    assert set(KINDS) < set(FILLS)
