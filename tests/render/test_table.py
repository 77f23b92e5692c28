"""Tables as they are printed: widths, lines, colours, several networks."""

from __future__ import annotations

import re
from collections.abc import Callable

import handmade
import networks
import pytest
from handmade import report, row

from netcost.analysis.costs import analyze
from netcost.report import Report

Golden = Callable[[str, str], None]

COSTS = r" *│ *([\d,]+)" * 3


def printed(*reports: Report, **options: object) -> str:
    """The table of some reports as one text."""
    return handmade.printed("table", *reports, **options)


@pytest.fixture(scope="module")
def alexnet() -> Report:
    """The lecture's AlexNet."""
    return analyze(networks.alexnet())


GOLDEN = [
    ("alexnet.txt", {}),
    ("alexnet_100.txt", {"width": 100}),
    ("alexnet_80.txt", {"width": 80}),
    ("alexnet_60.txt", {"width": 60}),
    ("alexnet_ascii.txt", {"ascii": True, "count": "flops", "sort": "flop", "top": 5}),
    ("alexnet_color.txt", {"color": True, "width": 80}),
]


@pytest.mark.parametrize(("name", "options"), GOLDEN)
def test_the_alexnet_style_as_printed(
    golden: Golden, alexnet: Report, name: str, options: dict[str, object]
) -> None:
    """To be read by a person."""
    golden(name, printed(alexnet, **options))


def test_the_lenet_style_as_printed(golden: Golden) -> None:
    """To be read by a person."""
    golden("lenet.txt", printed(analyze(networks.lenet()), style="lenet"))


def test_several_networks_as_printed(golden: Golden) -> None:
    """A table each, then a summary; to be read by a person."""
    reports = [analyze(make()) for make in (networks.two_streams, networks.tied, networks.blocks)]
    golden("several.txt", printed(*reports))


@pytest.mark.parametrize("width", [36, 40, 50, 60, 70, 80, 90, 100, 110, 120, 200])
def test_no_line_is_wider_than_the_terminal(alexnet: Report, width: int) -> None:
    """Columns drop and remarks break until everything fits."""
    assert max(map(len, printed(alexnet, width=width).splitlines())) <= width


@pytest.mark.parametrize("width", [36, 60, 80, 100, None])
def test_costs_are_complete_at_every_width(alexnet: Report, width: int | None) -> None:
    """No number is cut, and the costs stay as long as there is room for them."""
    found = re.search(rf"^total.*?{COSTS}$", printed(alexnet, width=width), re.MULTILINE)
    assert found
    assert found.groups() == ("4,345", "61,101", "718")


def test_all_columns_fit_a_terminal_of_80(alexnet: Report) -> None:
    """The most common width drops nothing of the lecture's table."""
    assert "left out" not in printed(alexnet, width=80)


def test_a_line_names_the_columns_that_are_left_out(alexnet: Report) -> None:
    """The least important go first, padding before all."""
    text = printed(alexnet, width=70).replace("\n", " ")
    assert "Columns left out for lack of room: stride, pad." in text


def test_the_last_number_stays_even_where_nothing_fits(alexnet: Report) -> None:
    """The column that rows are sorted by never drops; a line that is too long is better than half a number."""
    lines = printed(alexnet, width=5, sort="params").splitlines()
    assert "fc6    │37,753" in lines
    assert not any("718" in line for line in lines if line.startswith("total"))


def test_a_table_for_a_file_has_no_limit() -> None:
    """A name of any length is written out."""
    name = "a_very_long_name." * 20 + "conv"
    assert f"\n{name} │" in printed(report(row(name)))


def test_ascii_lines_need_nothing_but_ascii(alexnet: Report) -> None:
    """For an output that cannot show line characters."""
    assert printed(alexnet, ascii=True).isascii()
    assert not printed(alexnet).isascii()


def test_colour_only_where_it_is_asked_for(alexnet: Report) -> None:
    """Without escape sequences the text is the same."""
    colored = printed(alexnet, color=True)
    assert "\x1b[1m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == printed(alexnet)


def test_wide_letters_take_two_places() -> None:
    """Columns stay in line under a name in Chinese."""
    lines = printed(report(row("卷积"), row("conv"))).splitlines()
    assert "卷积  │" in "\n".join(lines)
    assert "conv  │" in "\n".join(lines)


def test_control_characters_of_names_do_not_reach_the_terminal() -> None:
    """A file name may hold an escape sequence."""
    text = printed(report(row("a\x1b[31mb"), name="evil\x1b]0;title\x07"))
    assert "\x1b" not in text
    assert "a?[31mb" in text


def test_no_line_ends_in_blanks(alexnet: Report) -> None:
    """Texts are kept under version control."""
    assert not [line for line in printed(alexnet).splitlines() if line != line.rstrip()]


def test_one_network_has_no_summary(alexnet: Report) -> None:
    """It would repeat the totals."""
    assert "Summary" not in printed(alexnet)


def test_the_summary_has_a_row_for_each_network(alexnet: Report) -> None:
    """Exact counts, bytes in binary units."""
    text = printed(alexnet, analyze(networks.linear_classifier()))
    summary = text[text.index("Summary") :]
    cells = [re.split(r"\s*│\s*", line) for line in summary.splitlines() if "│" in line]
    assert cells[0][:6] == ["Network", "Input", "parameters", "MACs", "FLOPs", "activation memory"]
    assert cells[1][:4] == ["alexnet", "3 x 227 x 227", "61,100,840", "716,767,232"]
    assert cells[2][:6] == ["linear_classifier", "3072", "30,730", "30,720", "61,450", "40 B"]


def test_the_summary_leaves_out_what_says_nothing_new(alexnet: Report) -> None:
    """All parameters are trainable and there are no buffers."""
    text = printed(alexnet, alexnet)
    assert "trainable" not in text
    assert "buffers" not in text


def test_the_summary_drops_columns_from_the_back(alexnet: Report) -> None:
    """Parameters and MACs stay longest."""
    text = printed(alexnet, alexnet, width=50)
    assert re.search(r"^Network *│ *Input *│ *parameters *│ *MACs$", text, re.MULTILINE)
