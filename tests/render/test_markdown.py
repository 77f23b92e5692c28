"""Markdown: what GitHub shows."""

from __future__ import annotations

from collections.abc import Callable

import handmade
import networks
import pytest
from handmade import report, row

from netcost.analysis.costs import analyze
from netcost.render.reports.alexnet import sheet
from netcost.render.reports.view import View
from netcost.report import Report


def printed(*reports: Report, **options: object) -> str:
    """The Markdown of some reports as one text."""
    return handmade.printed("markdown", *reports, **options)


def test_the_alexnet_style_as_printed(golden: Callable[[str, str], None]) -> None:
    """To be read by a person."""
    golden("alexnet.md", printed(analyze(networks.alexnet())))


def test_the_lenet_style_and_a_summary_as_printed(golden: Callable[[str, str], None]) -> None:
    """To be read by a person."""
    golden("several.md", printed(analyze(networks.lenet()), analyze(networks.tied()), style="lenet"))


def test_columns_say_in_one_line_what_the_table_says_in_two() -> None:
    """GitHub's tables have no head over several columns."""
    head = printed(analyze(networks.alexnet())).splitlines()[2]
    assert head.startswith("| Layer | Input C | Input H / W | filters | kernel | stride | pad | Output C |")


def test_every_line_of_a_table_has_as_many_cells() -> None:
    """Empty cells are kept."""
    lines = [line for line in printed(analyze(networks.alexnet())).splitlines() if line.startswith("|")]
    assert {line.count("|") for line in lines} == {13}


def test_the_remarks_are_those_of_the_table() -> None:
    """One list item each."""
    found = analyze(networks.alexnet())
    items = [line[2:].replace("\\", "") for line in printed(found).splitlines() if line.startswith("- ")]
    assert items == list(sheet(found, View()).notes)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a|b", r"a\|b"),
        ("`a`", r"\`a\`"),
        ("<b>", "&lt;b>"),
        ("a&amp;", "a&amp;amp;"),
        ("*a*", r"\*a\*"),
        ("[a](b)", r"\[a\](b)"),
        ("_a_", r"\_a\_"),
        ("a\\", "a\\\\"),
        ("a\nb", "a b"),
    ],
)
def test_names_are_shown_as_they_are(name: str, written: str) -> None:
    """Nothing in a name becomes markup or another cell."""
    assert f"| {written} |" in printed(report(row(name)))
