"""What a report is in Python: a short line, rows by name and number, a table in a notebook, plain data."""

from __future__ import annotations

import csv
import io
import json
import sys
from types import SimpleNamespace

import pytest

import netcost
from netcost.report import Report

PARAMS = 61_100_840
"""Of AlexNet, as PyTorch counts them."""


@pytest.fixture(scope="module")
def report() -> Report:
    """AlexNet's."""
    return netcost.analyze("alexnet")


def test_each_is_told_in_a_line(report: Report) -> None:
    """With the numbers that tell one from another; the lecture's figures of conv1."""
    assert repr(report).startswith("<Report alexnet: 21 layers, 61,100,840 params, ")
    assert repr(report["conv1"]) == (
        "<Row conv1: Conv (C_out=64, K=11, P=2, S=4), output 64 x 56 x 56, 23,296 params, 72,855,552 macs>"
    )
    assert repr(netcost.load("alexnet")) == "<Network alexnet: 21 layers, input 3 x 227 x 227>"


def test_rows_are_found_by_name_and_by_number(report: Report) -> None:
    """As those of a mapping and of a list."""
    assert report[0] is report["conv1"]
    assert [row.name for row in report[-2:]] == ["fc7.act", "fc8"]
    with pytest.raises(KeyError, match="alexnet has no layer `conv9`; did you mean `conv"):
        report["conv9"]
    with pytest.raises(IndexError):
        report[21]


def test_a_dict_is_the_model_of_the_json_report(report: Report) -> None:
    """Made of plain values."""
    found = report.to_dict()
    assert found["totals"]["params"] == PARAMS
    assert [layer["name"] for layer in found["layers"]] == [row.name for row in report]
    assert json.loads(json.dumps(found)) == found


def test_a_page_is_that_of_the_command(report: Report) -> None:
    """With everything about the network."""
    text = report.to_html()
    assert text.startswith("<!DOCTYPE html>")
    assert 'title="37,752,832"' in text


def test_a_csv_has_a_row_for_each_layer(report: Report) -> None:
    """Its sums are the totals."""
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert sum(int(row["params"]) for row in rows) == PARAMS
    assert len(rows) == len(report)


def test_tables_are_those_of_the_command(report: Report) -> None:
    """Under the same title."""
    assert report.to_table().startswith("alexnet, input 3 x 227 x 227, batch 1, float32\n")
    assert report.to_markdown().startswith("### alexnet, input 3 x 227 x 227, batch 1, float32\n")


def test_a_notebook_shows_the_table() -> None:
    """In which no name is markup."""
    network = netcost.load("alexnet")
    network.name = "<b>alexnet</b>"
    html = netcost.analyze(network)._repr_html_()
    assert "&lt;b&gt;alexnet&lt;/b&gt;" in html
    assert "<b>alexnet</b>" not in html
    assert html.count("<tr>") == html.count("</tr>") == 1 + 12 + 1
    assert '<td style="text-align: left">conv1</td>' in html


def test_a_data_frame_has_the_columns_of_the_csv(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers are numbers."""
    made = SimpleNamespace(
        DataFrame=lambda records, columns: [dict(zip(columns, each, strict=True)) for each in records]
    )
    monkeypatch.setitem(sys.modules, "pandas", made)
    frame = report.to_dataframe()
    assert list(frame[0]) == report.to_csv().splitlines()[0].split(",")
    assert sum(row["params"] for row in frame) == PARAMS


def test_without_pandas_it_is_told_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else is tried."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas"):
        report.to_dataframe()
