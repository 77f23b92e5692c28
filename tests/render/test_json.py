"""JSON: what a program reads, byte for byte the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import networks
import pytest
from handmade import report, row

import netcost
from netcost.analysis.costs import analyze
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report import METRICS, Report
from netcost.report.keys import FORMAT_VERSION


def text_of(*reports: Report) -> str:
    """The JSON of some reports as one text."""
    return "".join(render(Reports(reports), "json"))


def document(*reports: Report) -> Any:
    """The JSON of some reports as a program reads it."""
    return json.loads(text_of(*reports))


def test_json_as_printed(golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """To be read by a person."""
    monkeypatch.setattr(netcost, "__version__", "0.0.0")
    golden("several.json", text_of(*(analyze(make()) for make in (networks.two_streams, networks.tied))))


def test_the_head_says_which_format_and_what_each_metric_means() -> None:
    """A reader needs no other page."""
    found = document(report())
    assert found["format_version"] == FORMAT_VERSION
    assert found["netcost"] == netcost.__version__
    assert list(found["convention"]) == list(METRICS)
    assert found["convention"]["flops"] == {"unit": "count", "help": "2 * macs + ops"}


def test_no_network_is_an_empty_list() -> None:
    """The document is valid all the same."""
    assert document()["models"] == []


def test_totals_are_exact() -> None:
    """AlexNet of the lecture."""
    totals = document(analyze(networks.alexnet()))["models"][0]["totals"]
    assert (totals["params"], totals["macs"]) == (61_100_840, 716_767_232)
    assert totals["lecture_flops"] == 716_767_232 + 794_880


def test_a_layer_has_the_names_of_the_csv_and_arrays_for_shapes() -> None:
    """One entry for each input; weights by name."""
    conv1 = document(analyze(networks.alexnet()))["models"][0]["layers"][0]
    expected = {
        "index": 0,
        "name": "conv1",
        "input_shape": [[1, 3, 227, 227]],
        "input_axes": ["NCHW"],
        "output_shape": [1, 64, 56, 56],
        "in_channels": [3],
        "in_size": [[227, 227]],
        "kernel": [11, 11],
        "pad": [[2, 2], [2, 2]],
        "out_channels": 64,
        "out_size": [56, 56],
        "dtype": "float32",
        "weights": {"weight": [64, 3, 11, 11], "bias": [64]},
        "params": 23296,
    }
    assert {name: conv1[name] for name in expected} == expected


def test_what_does_not_apply_is_null() -> None:
    """A fully connected layer has no kernel; it has a size without axes."""
    fc6 = document(analyze(networks.alexnet()))["models"][0]["layers"][15]
    assert (fc6["kernel"], fc6["out_size"], fc6["out_channels"]) == (None, [], 4096)


def test_no_absolute_path_is_written() -> None:
    """Neither the source nor a layer's place tells where someone keeps the file."""
    text = text_of(analyze(networks.two_streams()))
    assert "/home" not in text
    assert '"source": "two_streams.yaml"' in text
    assert '"place": "two_streams.yaml:7:5"' in text


def test_names_are_written_as_they_are() -> None:
    """Quotes and letters of any script survive."""
    assert document(report(row('"卷积"\n')))["models"][0]["layers"][0]["name"] == '"卷积"\n'
    assert "卷积" in text_of(report(row("卷积")))


def test_each_layer_is_one_line() -> None:
    """Two reports compare well line by line."""
    lines = text_of(report(row("a"), row("b"))).splitlines()
    assert [line.strip()[:24] for line in lines if '"index"' in line] == [
        '{"index": 0, "name": "a"',
        '{"index": 1, "name": "b"',
    ]
