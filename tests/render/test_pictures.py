"""Pictures: what is drawn is as large as it should be, and every SVG file is whole."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bundled import report_of
from handmade import report, row
from hypothesis import given
from hypothesis import strategies as st
from quick import crossed

import netcost
from netcost.number import AtLeast
from netcost.render import chart_spellings, render
from netcost.render.html.axis import axis
from netcost.render.html.blocks import Edge, edges_of, laned, members
from netcost.render.html.outline import Subject, boxes, outline
from netcost.render.html.text import cut, width
from netcost.render.html.treemap import Area, squarified
from netcost.render.reports import Reports
from netcost.render.reports.repeats import folded, names_of
from netcost.render.reports.view import View
from netcost.report import Report

SVG = "{http://www.w3.org/2000/svg}"
LECTURE = Path(__file__).parent.parent / "reference" / "alexnet_lecture.csv"
BUNDLED = (
    "alexnet",
    "resnet50",
    "densenet201",
    "bert_base",
    "unet",
    "llama3_8b",
    "mixtral",
    "googlenet",
    "whisper_base",
)


def drawn(chart: str, *reports: Report) -> ET.Element:
    """A picture, read as XML."""
    return ET.fromstring("".join(render(Reports(reports, View(chart=chart)), "svg")))  # noqa: S314


def texts(svg: ET.Element) -> list[str]:
    return [each.text or "" for each in svg.iter(f"{SVG}text")]


def bars_of(svg: ET.Element) -> list[tuple[str, float]]:
    """The name and the height of each bar."""
    hints = [(each, each.find(f"{SVG}title")) for each in svg.iter(f"{SVG}rect")]
    return [
        ((hint.text or "").partition(":")[0], float(each.get("height", "")))
        for each, hint in hints
        if hint is not None
    ]


# Every picture


@pytest.mark.parametrize(
    ("name", "chart"),
    [*crossed(BUNDLED, chart_spellings()), *product(("", "unknown", "empty"), chart_spellings())],
)
def test_a_picture_is_whole(chart: str, name: str) -> None:
    """Valid XML with a title and a description, without scripts, links, or other fonts than generic ones."""
    own = {
        "": report(row("a", params=3, macs=5), row("b")),
        "unknown": report(row("a", params=AtLeast(0)), row("b", params=AtLeast(7), macs=AtLeast(0))),
        "empty": report(),
    }
    told = own[name] if name in own else netcost.analyze(netcost.load(name, device="rtx4090"))
    svg = drawn(chart, told)
    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    title, desc = svg[0], svg[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text
    assert desc.text
    assert svg.get("aria-labelledby", "").split() == [title.get("id"), desc.get("id")]
    every = list(svg.iter())
    assert {each.get("font-family", "sans-serif") for each in every} == {"sans-serif"}
    assert {each.tag.removeprefix(SVG) for each in every} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "path",
        "text",
        "circle",
    }
    assert not [
        key
        for each in every
        for key in each.attrib
        if key.startswith("on") or "href" in key or key == "style"
    ]


@pytest.mark.parametrize("chart", chart_spellings())
def test_several_networks_stand_one_above_the_other(chart: str) -> None:
    """Each with the height that it has alone, and with titles of its own."""
    both = [report_of("alexnet"), report_of("resnet18")]
    svg = drawn(chart, *both)
    heights = [float(drawn(chart, each).get("height", "")) for each in both]
    assert float(svg.get("height", "")) == pytest.approx(sum(heights), abs=0.2)
    ids = [each.get("id") for each in svg.iter() if each.get("id")]
    assert len(ids) == len(set(ids)) == 4


# bars


def lecture(column: str) -> dict[str, float]:
    with LECTURE.open(encoding="utf-8") as file:
        return {each["layer"]: float(each[column] or 0) for each in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("chart", "column"),
    [("bars:memory", "exact_memory_kb"), ("bars:params", "exact_params_bias"), ("bars:macs", "exact_macs")],
)
def test_the_bars_of_the_lecture(chart: str, column: str) -> None:
    """A bar for each row of its table, as high as its number."""
    found, exact = bars_of(drawn(chart, report_of("alexnet"))), lecture(column)
    assert [name for name, _ in found] == list(exact)
    most, highest = max(exact.values()), max(height for _, height in found)
    for name, height in found:
        assert height / highest == pytest.approx(exact[name] / most, abs=0.001)


def test_shares_of_blocks_make_the_whole() -> None:
    """Those of memory too: conv1 and its ReLU are 2 * 784 of 4,345 KiB, as the remark counts them."""
    shares = [share for share in texts(drawn("blocks", report_of("alexnet"))) if share.endswith("%")]
    assert shares[0] == "36%"


def test_bars_say_what_they_leave_out() -> None:
    """The 7 ReLUs and 2 dropouts of AlexNet: 2,006 KiB of 4,345."""
    found = texts(drawn("bars:memory", report_of("alexnet")))
    assert "alexnet: 4.2 MiB in all, 2.0 MiB without a bar" in found
    assert "alexnet: 61,100,840 in all" in texts(drawn("bars:params", report_of("alexnet")))


def test_the_numbers_over_the_bars_of_the_lecture() -> None:
    """Those that it prints, where they have three digits; fc8 has 1000 numbers of 4 bytes, 3.9 KiB."""
    told = texts(drawn("bars:memory", report_of("alexnet")))
    printed = [f"{number:.0f}" for number in lecture("pub_memory_kb").values()]
    start = told.index("784")
    assert told[start : start + len(printed)] == [*printed[:-1], "3.9"]


def test_what_is_not_known_is_not_drawn_as_nothing() -> None:
    """A bar has a question mark, or as much as is known of it."""
    told = report(row("a", params=AtLeast(0)), row("b", params=AtLeast(70)), row("c", params=50))
    assert [each for each in texts(drawn("bars:params", told)) if each in {"?", ">=70", "50"}] == [
        "?",
        ">=70",
        "50",
    ]
    assert texts(drawn("blocks", told)).count("?") == 2


@pytest.mark.parametrize(
    ("most", "quantity", "marks"),
    [
        (784 * 1024, "bytes", ["0", "200", "400", "600", "800"]),
        (37_752_832, "count", ["0", "10", "20", "30", "40"]),
        (9.2 * 2**20, "bytes", ["0", "5", "10"]),
        (1_300_000, "count", ["0", "0.5", "1", "1.5"]),
        (7, "count", ["0", "2", "4", "6", "8"]),
        (1, "count", ["0", "1"]),
        (0, "count", ["0", "1"]),
        (10**15, "count", ["0", "500", "1,000"]),
    ],
)
def test_axes(most: int, quantity: str, marks: Sequence[str]) -> None:
    """Lines at round numbers, a few of them, up to the largest or beyond."""
    found = axis(int(most), quantity)  # type: ignore[arg-type]
    assert [words for _, words in found.marks()] == list(marks)
    assert found.top >= most


# treemaps


@given(st.lists(st.integers(1, 10**12), max_size=60))
def test_areas_are_as_large_as_their_sizes(sizes: list[int]) -> None:
    """They fill the whole, and none lies upon another."""
    whole, total = Area(8, 44, 544, 240), sum(sizes)
    found = squarified([float(size) for size in sorted(sizes, reverse=True)], whole)
    assert len(found) == len(sizes)
    for size, area in zip(sorted(sizes, reverse=True), found, strict=True):
        assert area.width * area.height == pytest.approx(544 * 240 * size / total, rel=1e-6, abs=1e-3)
        assert area.x >= whole.x - 1e-6
        assert area.y >= whole.y - 1e-6
        assert area.x + area.width <= whole.x + whole.width + 1e-6
        assert area.y + area.height <= whole.y + whole.height + 1e-6


def test_the_example_of_the_treemap() -> None:
    """Areas 6, 6, 4, 3, 2, 2, 1 in 6 x 4, figure 4 of the paper: two of 3 x 2 on the left, 4 and 3 side by side."""
    found = squarified([6, 6, 4, 3, 2, 2, 1], Area(0, 0, 6, 4))
    shapes = [(round(each.width, 2), round(each.height, 2)) for each in found]
    assert shapes[:4] == [(3, 2), (3, 2), (1.71, 2.33), (1.29, 2.33)]


# outlines


@pytest.mark.parametrize("most", [5, 16, 40])
@pytest.mark.parametrize("name", BUNDLED)
def test_boxes_hold_every_row_once(name: str, most: int) -> None:
    """And there are no more than asked for."""
    rows = folded(report_of(name).rows)
    found = outline(rows, most)
    assert len(found) <= most
    assert [each.name for box in found for each in box.rows] == [each.name for each in rows]
    assert sum(box.layers for box in found) == len(report_of(name).rows)


def test_blocks_as_boxes() -> None:
    """By their first names, then deeper; what follows a layer in its row, and what maps elements, goes with it."""
    names = [each.name for each in boxes(folded(report_of("resnet50").rows), 2)]
    assert names[:5] == ["conv1", "maxpool", "layer1.0", "layer1.1-2", "layer2.0"]
    assert [box.label for box in outline(folded(report_of("llama3_8b").rows), 5)] == [
        "embed",
        "decoder.0-31 x32",
        "final_norm",
        "lm_head",
    ]


@pytest.mark.parametrize("name", BUNDLED)
def test_a_row_of_repeats_names_its_layers(name: str) -> None:
    """All of them, each once."""
    told = report_of(name)
    assert sorted(each for row in folded(told.rows) for each in names_of(row)) == sorted(
        row.name for row in told.rows
    )


def test_a_name_that_looks_like_repeats_is_a_name() -> None:
    """Only what was folded is taken apart."""
    rows = folded([row("a.0-3.x"), row("b.0.2-4"), row("b.1.2-4"), row("0,2..8")])
    assert [names_of(each) for each in rows] == [["a.0-3.x"], ["b.0-1.2-4"], ["0,2..8"]]


# blocks


def test_the_bridges_of_a_u_net() -> None:
    """What the way down hands to the way up, beside the boxes."""
    subject = Subject(report_of("unet"))
    found = outline(subject.rows, 16)
    joined = edges_of(found, members(subject.rows))
    bridges = [(found[edge.source].name, [found[each].name for each in edge.targets]) for edge in joined.far]
    assert bridges == [("enc1", ["up1"]), ("enc2", ["up2"]), ("enc3", ["up3"]), ("enc4", ["up4"])]
    assert list(joined.next) == list(range(1, len(found)))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(2, 20)), max_size=30))
def test_lines_beside_the_boxes_do_not_lie_upon_one_another(spans: list[tuple[int, int]]) -> None:
    edges = [Edge(source, (source + length,)) for source, length in dict(spans).items()]
    lanes = laned(edges, 6)
    for edge, lane in lanes.items():
        beside = [each for each in lanes if each != edge and lanes[each] == lane]
        assert all(each.last <= edge.source or edge.last <= each.source for each in beside)
        assert lane < 6


# texts


@given(st.text(max_size=200), st.floats(0, 400))
def test_texts_are_cut_to_their_room(text: str, room: float) -> None:
    """The end of a name within blocks is kept, of all else the beginning."""
    shown = cut(text, room)
    assert width(shown) <= max(room, 0)
    assert shown in ("", text) or re.fullmatch(r"(?s)….+|.+…", shown)


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("conv1", 100, "conv1"),
        ("convolution", 45, "conv…"),
        ("decoder.0-31.gate.linear1 x32", 130, "…gate.linear1 x32"),
        ("conv1", 8, ""),
    ],
)
def test_texts_that_are_cut(text: str, room: float, shown: str) -> None:
    assert cut(text, room) == shown


def test_a_roofline_of_thousands_is_small(tmp_path: Path) -> None:
    """A hint for each of the 300 that take longest; others that lie in one place are one circle."""
    layers = "\n".join(f"- linear: {64 + number}" for number in range(1_500))
    path = tmp_path / "many.yaml"
    path.write_text(f"netcost: 1\nname: many\ninput: 64\nlayers:\n{layers}\n", encoding="utf-8")
    network = netcost.load(path, device="rtx4090")
    circles = list(drawn("roofline", netcost.analyze(network)).iter(f"{SVG}circle"))
    assert 300 < len(circles) < 1_000
    assert sum(len(each) for each in circles) == 300
