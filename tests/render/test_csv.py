"""CSV: what a spreadsheet or a program reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace

import networks
import pytest
from handmade import report, row

from netcost.analysis.costs import analyze
from netcost.blocks import BlockFormat, Grouped
from netcost.dtypes import Precision
from netcost.place import Place
from netcost.record import replace
from netcost.render import Screen, render
from netcost.render.csv import render as write_csv
from netcost.render.reports import Reports
from netcost.report import Report
from netcost.shapes import Image, Tokens, Vector

FIXED = (
    "model,index,name,type,input_shape,output_shape,in_channels,in_size,filters,kernel,stride,pad,dilation,groups,"
    "out_channels,out_size,dtype,weight_shapes,params,weight_bytes,activation_elements,activation_bytes,macs,ops,"
    "flops,place"
)
"""The columns that programs may rely on, in this order; later ones are only ever appended."""


def text_of(*reports: Report) -> str:
    """The CSV of some reports as one text."""
    return "".join(render(Reports(reports), "csv"))


def cells(*reports: Report) -> list[dict[str, str]]:
    """The rows as a reader of CSV sees them."""
    return list(csv.DictReader(io.StringIO(text_of(*reports), newline="")))


def test_csv_as_printed(golden: Callable[[str, str], None]) -> None:
    """To be read by a person."""
    golden(
        "several.csv",
        text_of(*(analyze(make()) for make in (networks.alexnet, networks.two_streams, networks.tied))),
    )


def test_the_fixed_columns_come_first_and_the_other_metrics_after_them() -> None:
    """Nothing moves when a metric is added."""
    assert text_of(report()).startswith(f"{FIXED},lecture_flops,trainable_params,active_params,buffers")


def test_every_line_ends_as_rfc_4180_says() -> None:
    """With carriage return and line feed, the last one too."""
    text = text_of(report(row()))
    assert text.count("\r\n") == text.count("\n") == 2
    assert text.endswith("\r\n")


def test_quotes_commas_and_line_ends_survive() -> None:
    """A name may hold anything."""
    assert cells(report(row('a "b", c\nd')))[0]["name"] == 'a "b", c\nd'


def test_a_number_format_with_commas_is_one_cell() -> None:
    """As one is called that consists of groups, and has no common name."""
    grouped = BlockFormat.of(Grouped("int4", inputs=48, scale="float16"))
    told = cells(report(row(precision=Precision(grouped, grouped))))[0]["dtype"]
    assert told == "int4(group=48, scale=float16)"


@pytest.mark.parametrize(
    "written",
    [
        [["a"], [""], [None]],
        [["a", "b"], ["", None], [1, 2.5]],
        [["a, b", 'c"d'], ["e\rf", "g\nh"], ["", 10**30]],
    ],
    ids=["one column", "nothing", "to be quoted"],
)
def test_cells_are_quoted_as_by_the_writer_of_python(written: list[list[str | float | None]]) -> None:
    """Of which a single empty cell is told from no record."""
    text = io.StringIO()
    csv.writer(text).writerows(written)
    heads, *records = written
    content = SimpleNamespace(columns=lambda: heads, records=lambda: iter(records))
    assert "".join(write_csv(content, Screen())) == text.getvalue()  # type: ignore[arg-type]


def test_one_header_serves_all_networks() -> None:
    """Rows are numbered from 0 in each network; there is no total."""
    found = cells(report(row("a"), row("b"), name="x"), report(row("c"), name="y"))
    assert [(each["model"], each["index"], each["name"]) for each in found] == [
        ("x", "0", "a"),
        ("x", "1", "b"),
        ("y", "0", "c"),
    ]


def test_no_network_is_a_header_alone() -> None:
    """An empty list is still rectangular."""
    assert text_of().count("\r\n") == 1


def test_a_convolution_has_every_cell() -> None:
    """Raw integers, sizes per axis, shapes with the batch: conv1 of the lecture."""
    conv1 = cells(analyze(networks.alexnet()))[0]
    assert {name: conv1[name] for name in FIXED.split(",")} == {
        "model": "alexnet",
        "index": "0",
        "name": "conv1",
        "type": "conv",
        "input_shape": "1x3x227x227",
        "output_shape": "1x64x56x56",
        "in_channels": "3",
        "in_size": "227x227",
        "filters": "64",
        "kernel": "11x11",
        "stride": "4x4",
        "pad": "2x2",
        "dilation": "1x1",
        "groups": "1",
        "out_channels": "64",
        "out_size": "56x56",
        "dtype": "float32",
        "weight_shapes": "64x3x11x11;64",
        "params": "23296",
        "weight_bytes": "93184",
        "activation_elements": "200704",
        "activation_bytes": "802816",
        "macs": "72855552",
        "ops": "200704",
        "flops": "145911808",
        "place": "",
    }


def test_what_does_not_apply_is_empty() -> None:
    """A fully connected layer has no window and no height."""
    fc6 = next(each for each in cells(analyze(networks.alexnet())) if each["name"] == "fc6")
    empty = ("in_size", "filters", "kernel", "stride", "pad", "dilation", "groups", "out_size")
    assert [fc6[name] for name in empty] == [""] * len(empty)
    assert (fc6["in_channels"], fc6["out_channels"]) == ("9216", "4096")


def test_several_inputs_are_joined_by_semicolons() -> None:
    """One entry for each input, also where it is empty."""
    inputs = (Image((1, 64, 8, 8)), Vector((1, 64)), Tokens((1, 5)))
    found = cells(report(row(inputs=inputs)))[0]
    assert (found["input_shape"], found["in_channels"], found["in_size"]) == (
        "1x64x8x8;1x64;1x5",
        "64;64;",
        "8x8;;5",
    )


def test_two_number_formats_are_weights_before_activations() -> None:
    """A quantized layer."""
    assert cells(report(row(precision=Precision("int8", "float16"))))[0]["dtype"] == "int8/float16"


def test_places_have_no_absolute_path() -> None:
    """The same report is the same text on every machine."""
    found = cells(report(row(place=Place("nets/a.yaml", 3, 5)), row(place=Place("/home/x/a.yaml", 4, 5))))
    assert [each["place"] for each in found] == ["nets/a.yaml:3:5", "a.yaml:4:5"]


@pytest.mark.parametrize("name", ["=1+1", "+a", "-a", "@a", "\ta"])
def test_a_text_that_looks_like_a_formula_is_prefixed(name: str) -> None:
    """A spreadsheet must not compute names."""
    found = cells(report(row(name), name=name))[0]
    assert (found["name"], found["model"]) == (f"'{name}", f"'{name}")


def test_rows_that_share_their_facts_keep_their_own_numbers() -> None:
    """Texts are made once for layers that are alike; counts are each row's own."""
    first = row("a", settings={"kernel": (3, 3)}, params=1)
    found = cells(report(first, replace(first, name="b", counts={**first.counts, "params": 2})))
    assert [(each["kernel"], each["params"]) for each in found] == [("3x3", "1"), ("3x3", "2")]


def test_a_long_report_comes_in_pieces() -> None:
    """Pieces are written while the rest is made."""
    rows = [row(f"layer{index}") for index in range(2500)]
    pieces = list(render(Reports([report(*rows)]), "csv"))
    assert len(pieces) > 1
    assert "".join(pieces).count("\r\n") == 2501
