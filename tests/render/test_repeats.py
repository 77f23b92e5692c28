"""Rows that are alike in blocks that follow one another: what becomes one row, and what does not."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from bundled import report_of
from handmade import printed, report, row

from netcost.analysis.depth import fold
from netcost.dtypes import Precision
from netcost.number import AtLeast
from netcost.render.reports.alexnet import sheet
from netcost.render.reports.repeats import folded
from netcost.render.reports.view import View
from netcost.report import Row
from netcost.shapes import Image, Volume


def names(*rows: Row) -> list[str]:
    """The names of the rows that are left."""
    return [each.name for each in folded(rows)]


def blocks(*names: str, **facts: object) -> list[Row]:
    """Rows that differ in their names alone."""
    return [row(name, **facts) for name in names]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a.0.x", "a.1.x", "a.2.x"], ["a.0-2.x  x3"]),
        (["a.0.x", "a.0.y", "a.1.x", "a.1.y"], ["a.0-1.x  x2", "a.0-1.y  x2"]),
        (["stem", "a.1.x", "a.2.x", "head"], ["stem", "a.1-2.x  x2", "head"]),
        (["a.0", "a.1", "a.2"], ["a.0-2  x3"]),
        (["a.9.x", "a.10.x"], ["a.9-10.x  x2"]),
        (["a.0.b.0.x", "a.0.b.1.x", "a.1.b.0.x", "a.1.b.1.x"], ["a.0-1.b.0-1.x  x4"]),
        (["a.0.b.0.x", "a.0.b.1.x", "a.1.b.0.x"], ["a.0.b.0-1.x  x2", "a.1.b.0.x"]),
        (["a.0.x", "a.2.x"], ["a.0.x", "a.2.x"]),
        (["a.0.x", "b.1.x"], ["a.0.x", "b.1.x"]),
        (["a.0.x", "a.1.y"], ["a.0.x", "a.1.y"]),
        (["a.0.x", "mid", "a.1.x"], ["a.0.x", "mid", "a.1.x"]),
        (["conv1", "conv2"], ["conv1", "conv2"]),
        (["0", "1", "2"], ["0", "1", "2"]),
        (["a.01.x", "a.02.x"], ["a.01.x", "a.02.x"]),
        ([f"a.{'9' * 5000}.x", "a.1.x"], [f"a.{'9' * 5000}.x", "a.1.x"]),
        ([".".join("a" * 5000), "a.1"], [".".join("a" * 5000), "a.1"]),
        ([], []),
    ],
)
def test_blocks_that_are_numbered_one_by_one_are_one(before: list[str], after: list[str]) -> None:
    """Only those that follow one another, and only by their numbers."""
    assert names(*blocks(*before)) == after


@pytest.mark.parametrize(
    "facts",
    [
        {"params": 1},
        {"output": Image((1, 2, 4, 5))},
        {"output": Volume((1, 2, 4, 4))},
        {"inputs": ()},
        {"label": "Conv (K=3)"},
        {"precision": Precision("int8", "int8")},
        {"weights": {"weight": (2, 2)}},
        {"shares": "a.0.x"},
        {"declared_cost": True},
        {"macs": AtLeast(0)},
    ],
    ids=str,
)
def test_what_differs_in_anything_stays(facts: dict[str, object]) -> None:
    """Nothing that a table says of a row holds of another."""
    assert names(row("a.0.x"), row("a.1.x", **facts)) == ["a.0.x", "a.1.x"]


def test_blocks_that_take_turns_are_folded_by_turns() -> None:
    """As those of Swin, every second of which shifts its windows."""
    rows = [row(f"a.{number}.x", params=number % 2) for number in range(7)]
    assert names(*rows) == ["a.0,2..4.x  x3", "a.1,3..5.x  x3", "a.6.x"]
    assert names(*rows[:4]) == ["a.0,2.x  x2", "a.1,3.x  x2"]
    assert names(*rows[:3]) == ["a.0.x", "a.1.x", "a.2.x"]


def test_the_row_holds_the_sum() -> None:
    """Of all that it stands for: 3 * 7 parameters."""
    (found,) = folded(blocks("a.0.x", "a.1.x", "a.2.x", params=7, macs=AtLeast(2), unknown=("a",)))
    assert (found.params, found.macs, found.layers) == (21, AtLeast(6), 3)
    assert (found.label, found.unknown) == ("Conv  x3", ("a.0-2.x  x3",))


@pytest.mark.parametrize(("shares", "told"), [(("a.0.y", "a.1.y"), "a.0-1.y"), (("table", "table"), "table")])
def test_weights_that_are_shared_within_a_block_are_so_in_each(shares: tuple[str, str], told: str) -> None:
    """The note names all of them, not the first."""
    first, second = shares
    (found,) = folded([row("a.0.x", shares=first), row("a.1.x", shares=second)])
    assert found.shares == told


@pytest.mark.parametrize("name", ["llama3_8b", "bert_base", "resnet50", "mixtral_8x7b", "swin_t"])
def test_nothing_is_lost(name: str) -> None:
    """The rows of networks that everyone knows add up to their totals, in fewer rows."""
    found = report_of(name)
    rows = folded(found.rows)
    assert len(rows) < len(found.rows)
    assert sum(each.layers for each in rows) == len(found.rows)
    for metric in ("params", "macs", "flops", "activation_bytes"):
        assert sum(each[metric] for each in rows) == found.totals[metric]


def test_blocks_that_are_folded_to_a_depth_are_one_too() -> None:
    """As `decoder.0-31  x32`, a row for all decoder blocks."""
    text = printed("table", fold(report_of("llama3_8b"), 2))
    assert "\ndecoder.0-31  x32 │" in text
    assert "x32: the sum of 32 rows that are alike; `--unfold` writes them out." in text


def test_they_are_written_out_on_demand() -> None:
    """Each with its own numbers."""
    rows = blocks("a.0.x", "a.1.x", params=7)
    assert "a.0-1.x  x2" in printed("table", report(*rows))
    text = printed("table", report(*rows), unfold=True)
    assert "a.0.x" in text
    assert "a.1.x" in text
    assert "unfold" not in text


def test_programs_get_every_layer() -> None:
    """Whatever a table shows."""
    found = report_of("bert_base")
    assert len(list(csv.DictReader(StringIO(printed("csv", found))))) == len(found.rows)
    assert len(json.loads(printed("json", found))["models"][0]["layers"]) == len(found.rows)


def test_rows_are_sorted_by_their_sums() -> None:
    """The table's largest numbers stand on top."""
    rows = [row("stem", params=10), *blocks("a.0.x", "a.1.x", "a.2.x", params=7)]
    text = printed("table", report(*rows), sort="params", top=1)
    assert "a.0-2.x  x3" in text
    assert "stem │" not in text


def test_the_lenet_style_folds_them_too() -> None:
    """By what layers are, as it has no names."""
    assert "\nConv  x2" in printed("table", report(*blocks("a.0.x", "a.1.x")), style="lenet")


@pytest.mark.parametrize(("blocks_of", "told"), [(41, True), (20, False)])
def test_a_table_of_more_than_a_screen_tells_how_it_becomes_short(blocks_of: int, told: bool) -> None:
    """Where that makes it less than half as long."""
    rows = [row(f"block.{number}.conv", params=number) for number in range(blocks_of)]
    text = printed("table", report(*rows))
    assert (f"{blocks_of} rows; with `--depth 1` there are 1." in text) is told
    assert "--depth" not in printed("table", report(*blocks(*map("conv{}".format, range(50)))))


def test_rows_that_stand_for_several_have_their_share_of_each_total() -> None:
    """Of 8,030,261,248 parameters, 32 * 4096 * 14336 make 23.4%; of what is nothing there is no share."""
    table = sheet(report_of("llama3_8b"), View())
    assert [column.alone for column in table.columns[-3:]] == [
        f"Share of {word}" for word in ("memory", "params", "flop")
    ]
    shares = {cells[0]: cells[-3:] for cells in table.rows}
    assert shares["decoder.0-31.up.linear1  x32"] == ("17%", "23%", "23%")
    assert shares["embed"] == ("<1%", "7%", "")
    assert table.total[-3:] == ("", "", "")


def test_a_table_without_repeats_has_no_shares() -> None:
    """The lecture's has none, nor has one that is written out."""
    for table in (sheet(report_of("alexnet"), View()), sheet(report_of("llama3_8b"), View(unfold=True))):
        assert not any(column.group == "Share" for column in table.columns)
