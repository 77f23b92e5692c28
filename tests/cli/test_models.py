"""`netcost models`: the bundled networks at a glance."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from bundled import report_of
from running import Run, run

from netcost import zoo
from netcost.number import plain
from netcost.report import METRICS

ALEXNET = ["alexnet", "3 x 227 x 227", "61,100,840", "716,767,232", "4.2 MiB"]
"""The lecture's: activations of 4 * 1,112,424 bytes, outputs of ReLU and dropout included."""


def test_every_network_has_a_row_with_its_totals(netcost: Run) -> None:
    """Variants included."""
    ended = netcost("models")
    assert (ended.code, ended.err) == (0, "")
    rows = [[cell.strip() for cell in line.split("│")] for line in ended.out.splitlines()]
    assert ALEXNET in rows
    assert {row[0] for row in rows if len(row) == len(ALEXNET)} - {"Network"} == set(zoo.networks())


def test_markdown_has_the_same_rows(netcost: Run) -> None:
    """For a page of documentation."""
    rows = [
        line.strip("| ").split(" | ") for line in netcost("models", "--format", "markdown").out.splitlines()
    ]
    assert ALEXNET in rows


def test_csv_has_every_metric_as_a_plain_number(netcost: Run) -> None:
    """With the shape as reports write it."""
    rows = list(csv.DictReader(StringIO(netcost("models", "--format", "csv").out, newline="")))
    (alexnet,) = (row for row in rows if row["model"] == "alexnet")
    assert (alexnet["input_shape"], alexnet["params"]) == ("1x3x227x227", "61100840")
    assert set(METRICS) < set(alexnet)


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """What the command tells as JSON, by the names of the networks."""
    return {model["name"]: model for model in json.loads(run("models", "--format", "json").out)["models"]}


@pytest.mark.parametrize("name", ["alexnet", "resnet50", "gpt2"])
def test_json_has_the_totals_of_the_report(models: dict[str, dict[str, Any]], name: str) -> None:
    """They are added up in another way, to the same numbers."""
    found, report = models[name], report_of(name)
    assert found["totals"] == {metric: plain(report.totals[metric]) for metric in METRICS}
    assert found["inputs"] == {entry: list(shape) for entry, shape in report.inputs.items()}


def test_a_narrow_table_keeps_names_and_parameters(netcost: Run) -> None:
    """The input size goes first."""
    out = netcost("models", "--width", "50").out
    assert max(map(len, out.splitlines())) <= 50
    assert "61,100,840" in out
    assert "3 x 227 x 227" not in out
