"""The columns of a table: those that the network needs, with heads that tell what stands in them."""

from __future__ import annotations

import networks
import pytest
from bundled import report_of
from handmade import printed, report, row

from netcost.analysis.costs import analyze
from netcost.analysis.depth import fold
from netcost.render.reports.alexnet import sheet
from netcost.render.reports.columns import settings_text, tells_type
from netcost.render.reports.view import View
from netcost.report import Report
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume


def heads(found: Report) -> list[str]:
    """The heads of a table between the name and the costs."""
    columns = sheet(found, View(unfold=True)).columns
    return [column.alone or column.head for column in columns[1:-3]]


LECTURE = [
    *("Input C", "Input H / W", "filters", "kernel", "stride", "pad"),
    *("Output C", "Output H / W"),
]


@pytest.mark.parametrize("name", ["alexnet", "lenet", "vgg16", "resnet50"])
def test_networks_like_the_lecture_have_its_columns(name: str) -> None:
    """No more, no less."""
    assert heads(report_of(name)) == LECTURE


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("llama3_8b", ["Input C", "Input T", "type", "settings", "Output C", "Output T"]),
        ("linear_classifier", ["Input C", "type", "Output C"]),
        ("r3d_18", ["Input C", "Input D x H x W", "type", *LECTURE[2:7], "Output D x H x W"]),
    ],
)
def test_others_have_those_that_say_something(name: str, found: list[str]) -> None:
    """None is empty in every row."""
    assert heads(report_of(name)) == found


@pytest.mark.parametrize(
    ("shapes", "head"),
    [
        ([Image((1, 3, 4, 4))], "H / W"),
        ([Volume((1, 3, 4, 4, 4))], "D x H x W"),
        ([Signal((1, 3, 4))], "L"),
        ([Sequence((1, 4, 3)), Tokens((1, 4))], "T"),
        ([Image((1, 3, 4, 4)), Vector((1, 3)), Sequence((1, 4, 3))], "H / W, T"),
        ([Tensor((1, 2, 3, 4, 5, 6, 7))], "lengths"),
    ],
)
def test_lengths_are_called_by_the_letters_of_their_axes(shapes: list[Shape], head: str) -> None:
    """Each kind of shape once, in the order in which they come."""
    rows = [row(f"conv{number}", output=shape) for number, shape in enumerate(shapes)]
    assert f"Output {head}" in heads(report(*rows))


@pytest.mark.parametrize(
    "shapes",
    [
        [Image((1, 3, 4, 4)), Sequence((64, 4, 3))],
        [Image((1, 3, 4, 4)), Volume((1, 3, 4, 4, 4)), Tensor((1, 2, 3, 4, 5, 6))],
    ],
    ids=["a merged batch", "axes of three kinds"],
)
def test_shapes_that_no_two_columns_can_hold_are_written_in_full(shapes: list[Shape]) -> None:
    """As a graph has them, the first axis with the others."""
    first, second = shapes[:2]
    found = report(
        *(row(f"conv{number}", inputs=(first, first), output=shape) for number, shape in enumerate(shapes)),
        row("conv9", inputs=(first, second), output=first),
    )
    assert heads(found) == ["Input shape", "Output shape"]
    one, two = ("x".join(map(str, shape)) for shape in (first, second))
    table = sheet(found, View())
    assert [cells[1:3] for cells in table.rows[:2]] == [(one, one), (one, two)]
    assert table.rows[-1][1] == f"{one}+{two}"


@pytest.mark.parametrize(
    ("name", "title", "type_", "told"),
    [
        ("conv1", "Conv", "conv", True),
        ("layer1.0.conv1", "Conv", "conv", True),
        ("a.0-3.conv1  x4", "Conv", "conv", True),
        ("pool5", "MaxPool", "maxpool", True),
        ("avgpool", "GlobalAvgPool", "gap", True),
        ("gap1", "GlobalAvgPool", "gap", True),
        ("fc6", "Linear", "linear", True),
        ("embed", "Embedding", "embedding", True),
        ("stem", "Conv", "conv", False),
        ("attention", "Add", "add", False),
        ("layer1", "Block", "block", False),
        ("0", "Conv", "conv", False),
    ],
)
def test_a_name_may_tell_what_a_layer_is(name: str, title: str, type_: str, told: bool) -> None:
    """By its last part, without numbers."""
    assert tells_type(row(name, title=title, type=type_)) is told


def test_types_are_told_where_a_name_does_not() -> None:
    """Of all layers, so that the column has no gaps."""
    named, other = row("conv1"), row("stem")
    assert "type" not in heads(report(named))
    assert "type" in heads(report(named, other))


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Conv (C_out=64, K=7, P=3, S=2, bias=false)", ""),
        ("Conv (C_out=64, K=3, P=1, S=1, G=32, R=2)", "groups 32, dilation 2"),
        ("Conv (C_out=64, K=3, P=1, S=1) + BatchNorm + ReLU", "+ BatchNorm + ReLU"),
        ("Conv + ReLU", "+ ReLU"),
        ("Conv", ""),
        ("Conv (h=32, h_kv=8, bias=false, sinks=true, q_bias=false)  x32", "heads 32, kv 8, sinks"),
        ("Conv (9216 -> 4096)", ""),
    ],
)
def test_settings_without_a_column_are_told(label: str, text: str) -> None:
    """In words, with what follows in the same row."""
    assert settings_text(row("conv1", label=label)) == text


def test_a_depthwise_layer_is_told_from_a_dense_one() -> None:
    """By its groups, also where it is called as the other."""
    assert (
        settings_text(row("conv1", settings={"groups": 32, "kernel": (3, 3)}, label="Conv (K=3)"))
        == "groups 32"
    )


def test_a_block_tells_how_many_layers_it_has() -> None:
    """And that it is one."""
    text = printed("table", fold(report_of("resnet18"), 1))
    assert "Block" in text
    assert "14 layers" in text
    assert "+ BatchNorm + ReLU" in text  # the memory of the first convolution has that of these two


def test_a_column_is_counted_in_what_its_total_fills() -> None:
    """More than five digits in the lecture's unit go over to the next; 8,030 million parameters, as published."""
    table = sheet(report_of("llama3_8b"), View(unfold=True))
    assert [column.head for column in table.columns[-3:]] == ["memory (MiB)", "params (M)", "flop (G)"]
    assert table.total[-2] == "8,030"
    assert [column.head for column in sheet(analyze(networks.alexnet()), View()).columns[-3:]] == [
        "memory (KB)",
        "params (k)",
        "flop (M)",
    ]


def test_a_quiet_table_stands_alone() -> None:
    """Without notes, also without that of columns for which there is no room."""
    text = printed("table", report_of("alexnet"), quiet=True, width=60)
    assert text.splitlines()[-1].startswith("total")


def test_a_summary_takes_the_place_of_tables() -> None:
    """One row for each network, also of one."""
    lines = printed("table", report_of("alexnet"), summary=True).splitlines()
    assert [line.split(" ")[0] for line in lines if line] == [
        "Summary",
        "Network",
        lines[3].split(" ")[0],
        "alexnet",
    ]


def test_how_things_are_counted_is_said_once() -> None:
    """Though it stands under the table of each network where they differ in it."""
    found = report_of("alexnet")
    assert printed("table", found, found).count("(--count lecture)") == 1
    assert printed("table", found, report_of("linear_classifier")).count("(--count lecture)") == 2
