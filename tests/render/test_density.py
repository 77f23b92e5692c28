"""The picture of all variants of a sweep."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from netcost.render.density import Picture, svg
from netcost.sweeps.density import STEPS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(svg(picture))  # noqa: S314  it is our own


def test_each_bin_has_its_place() -> None:
    """Ten million across and upwards a thousand: the first bin stands below at the left, the last above at the right."""
    cells = [(7 * STEPS, 3 * STEPS, 1), (8 * STEPS, 4 * STEPS, 1_000)]
    root = drawn(Picture("net: 1,001 variants", ("macs", "params"), cells, {}))
    paths = [
        path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("fill") not in {None, "none"}
    ]
    assert [path.split("H")[0] for path in paths] == ["M72 416.33", "M683.27 48"]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"10M", "100M", "1k", "10k", "macs", "params", "net: 1,001 variants"} <= set(texts)


@pytest.mark.parametrize(
    ("limits", "box"),
    [
        ({}, []),
        ({"macs": 10**8}, ["M72 48H683.27V424"]),
        ({"macs": 10**12, "params": 10**3}, ["M72 424H696V424"]),
    ],
)
def test_limits_are_a_box(limits: dict[str, int], box: list[str]) -> None:
    """At the edge where they lie outside."""
    cells = [(7 * STEPS, 3 * STEPS, 1), (8 * STEPS, 4 * STEPS, 1)]
    root = drawn(Picture("net", ("macs", "params"), cells, dict(limits)))
    assert [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke-dasharray")] == box


def test_the_front_is_dots() -> None:
    """What has no logarithm has no place."""
    picture = Picture("net", ("macs", "params"), [(0, 0, 1), (48, 48, 5)], {}, [(1, 10), (0, 5), (None, 3)])
    assert len(list(drawn(picture).iter(f"{SVG}circle"))) == 1


def test_names_are_escaped() -> None:
    """They come from other people's specs."""
    root = drawn(Picture("<b>&", ("a<b", "c"), [], {}))
    assert root.get("aria-label") == "<b>&"


@pytest.mark.parametrize("cells", [[], [(5, 5, 1)]])
def test_few_variants_are_a_picture_too(cells: list[tuple[int, int, int]]) -> None:
    """One, or none that has costs."""
    assert drawn(Picture("net", ("a", "b"), cells, {})).tag == f"{SVG}svg"
