"""The picture of all variants of a sweep."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from netcost.render import render
from netcost.render.variants import Spread, Variants
from netcost.sweeps.density import STEPS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: Spread) -> ET.Element:
    content = Variants("", [], [], spread=picture)
    return ET.fromstring("".join(render(content, "svg")))  # noqa: S314  it is our own


def test_each_bin_has_its_place() -> None:
    """Ten million across and upwards a thousand: the first bin stands below at the left, the last above at the right.

    49 bins between 68 and 552 across, and between 308 and 48 upwards: 68 + 48 * 484 / 49, 308 - 260 / 49.
    """
    cells = [(7 * STEPS, 3 * STEPS, 1), (8 * STEPS, 4 * STEPS, 1_000)]
    root = drawn(Spread("net: 1,001 variants", ("macs", "params"), cells, {}))
    paths = [path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("fill-opacity")]
    assert [path.split("H")[0] for path in paths] == ["M68 302.7", "M542.1 48"]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"10M", "100M", "1k", "10k", "macs", "params", "net: 1,001 variants"} <= set(texts)


@pytest.mark.parametrize(
    ("limits", "box"),
    [
        ({}, []),
        ({"macs": 10**8}, ["M68 48H542.1V308"]),
        ({"macs": 10**12, "params": 10**3}, ["M68 308H552V308"]),
    ],
)
def test_limits_are_a_box(limits: dict[str, int], box: list[str]) -> None:
    """At the edge where they lie outside."""
    cells = [(7 * STEPS, 3 * STEPS, 1), (8 * STEPS, 4 * STEPS, 1)]
    root = drawn(Spread("net", ("macs", "params"), cells, dict(limits)))
    assert [path.get("d") for path in root.iter(f"{SVG}path") if path.get("stroke-dasharray")] == box


def test_the_front_is_dots() -> None:
    """What has no logarithm has no place."""
    picture = Spread("net", ("macs", "params"), [(0, 0, 1), (48, 48, 5)], {}, [(1, 10), (0, 5), (None, 3)])
    assert len(list(drawn(picture).iter(f"{SVG}circle"))) == 1


def test_names_are_escaped() -> None:
    """They come from other people's specs."""
    root = drawn(Spread("<b>&", ("a<b", "c"), [], {}))
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {"<b>&", "a<b"} <= texts


def test_it_says_what_is_drawn() -> None:
    """A title, a description, what the shades stand for, and what lines and dots are."""
    root = drawn(Spread("net", ("macs", "params"), [(0, 0, 1), (48, 48, 5)], {"macs": 7}, [(1, 10)]))
    desc = root.findtext(f"{SVG}desc") or ""
    assert (root.findtext(f"{SVG}title"), "params upwards over macs" in desc) == ("net", True)
    texts = {text.text for text in root.iter(f"{SVG}text")}
    assert {"1", "5 variants in a box", "dashed: the limits; dots: no other excels them"} <= texts


@pytest.mark.parametrize("cells", [[], [(5, 5, 1)]])
def test_few_variants_are_a_picture_too(cells: list[tuple[int, int, int]]) -> None:
    """One, or none that has costs."""
    assert drawn(Spread("net", ("a", "b"), cells, {})).tag == f"{SVG}svg"


def test_a_scale_without_a_round_number_has_its_ends() -> None:
    """All variants have 729: its bin, 137 of 48 to a factor of ten, is from 714.9 to 750."""
    root = drawn(Spread("net", ("params", "macs"), [(137, 5 * STEPS, 3)], {}))
    assert {"714", "750"} <= {text.text for text in root.iter(f"{SVG}text")}
