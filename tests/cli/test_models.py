"""`netcost models`: the bundled networks at a glance."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bundled import each_network, listed, report_of
from running import Run

from netcost import zoo
from netcost.number import plain
from netcost.report import METRICS

ALEXNET = ["alexnet", "3 x 227 x 227", "61,100,840", "716,767,232", "4.2 MiB"]
"""The lecture's: activations of 4 * 1,112,424 bytes, outputs of ReLU and dropout included."""


def test_every_network_has_a_row_with_its_totals() -> None:
    """Variants included."""
    rows = [[cell.strip() for cell in line.split("│")] for line in listed()["table"].splitlines()]
    assert ALEXNET in rows
    assert {row[0] for row in rows if len(row) == len(ALEXNET)} - {"Network"} == set(zoo.networks())


def test_markdown_has_the_same_rows() -> None:
    """For a page of documentation."""
    rows = [line.strip("| ").split(" | ") for line in listed()["markdown"].splitlines()]
    assert ALEXNET in rows


def test_csv_has_every_metric_as_a_plain_number(records: dict[str, dict[str, str]]) -> None:
    """With the shape as reports write it."""
    alexnet = records["alexnet"]
    assert (alexnet["input_shape"], alexnet["params"]) == ("1x3x227x227", "61100840")
    assert set(METRICS) < set(alexnet)


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """What the command tells as JSON, by the names of the networks."""
    return {model["name"]: model for model in json.loads(listed()["json"])["models"]}


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, str]]:
    """What it tells as CSV."""
    rows = csv.DictReader(StringIO(listed()["csv"], newline=""))
    return {row["model"]: row for row in rows}


@pytest.mark.parametrize("name", each_network())
def test_every_metric_is_that_of_the_report(
    models: dict[str, dict[str, Any]], records: dict[str, dict[str, str]], name: str
) -> None:
    """They are added up in another way, to the same numbers; none is 0 where the report has one."""
    report = report_of(name)
    assert models[name]["totals"] == {metric: plain(report.totals[metric]) for metric in METRICS}
    assert models[name]["inputs"] == {entry: list(shape) for entry, shape in report.inputs.items()}
    assert {metric: records[name][metric] for metric in METRICS} == {
        metric: str(report.totals[metric]) for metric in METRICS
    }


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_counts_something(models: dict[str, dict[str, Any]], metric: str) -> None:
    """A column of zeros is no metric."""
    assert any(model["totals"][metric] for model in models.values())


def test_each_output_gets_the_list_in_its_format(netcost: Run, folder: Path) -> None:
    """Several in one run, by suffix and by name; a dash is standard output."""
    ended = netcost("models", "alexnet", "lenet", "-o", "list.json", "-o", "list.md", "-o", "csv:-")
    assert (ended.code, ended.err) == (0, "list.json and list.md are written\n")
    assert ended.out.startswith("model,input_shape,params,")
    assert json.loads((folder / "list.json").read_text())["models"][0]["name"] == "alexnet"
    assert (folder / "list.md").read_text().startswith("### 2 bundled networks")


def test_a_narrow_table_keeps_names_and_parameters(netcost: Run) -> None:
    """The input size goes first."""
    out = netcost("models", "alexnet*", "mobilenet*", "--width", "50").out
    assert max(map(len, out.splitlines())) <= 50
    assert "61,100,840" in out
    assert "3 x 227 x 227" not in out
