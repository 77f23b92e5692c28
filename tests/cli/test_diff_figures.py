"""`netcost diff --figures`: what two networks take as a whole, in every format."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from running import Run

WEIGHTS = 4 * (3072 * 10 + 10)
"""Of the lecture's linear classifier, in bytes."""

ADAM = ("linear_classifier", "--figures", "--train-a", "sgd", "--train-b", "adam")


def test_a_table_has_a_row_for_each(netcost: Run) -> None:
    """SGD holds nothing, Adam two moments a weight; what no side has is left out."""
    out = netcost("diff", *ADAM).out
    rows = {line.partition("│")[0].strip(): line.split("│")[1:] for line in out.splitlines() if "│" in line}
    assert [cell.strip() for cell in rows["optimizer (bytes)"][:3]] == [
        "0",
        f"{2 * WEIGHTS:,}",
        f"+{2 * WEIGHTS:,}",
    ]
    assert "time, at least" not in rows
    assert "optimizer (bytes)" not in netcost("diff", *[each for each in ADAM if each != "--figures"]).out


def test_json_has_both_sides_and_the_difference(netcost: Run) -> None:
    """Under `figures`, where they are asked for."""
    found: Any = json.loads(netcost("diff", *ADAM, "--format", "json").out)
    assert found["figures"]["optimizer_bytes"] == {
        "before": 0,
        "after": 2 * WEIGHTS,
        "delta": 2 * WEIGHTS,
        "percent": None,
    }
    assert "figures" not in json.loads(netcost("diff", "lenet", "alexnet", "--format", "json").out)


def test_csv_has_a_record_for_each(netcost: Run) -> None:
    """After those of the layers, in columns of their own."""
    text = netcost("diff", *ADAM, "--format", "csv").out
    rows = list(csv.DictReader(StringIO(text)))
    (found,) = [row for row in rows if row["name_after"] == "optimizer_bytes"]
    assert (found["change"], found["figure_before"], found["figure_after"]) == (
        "figure",
        "0",
        str(2 * WEIGHTS),
    )
    assert {row["figure_after"] for row in rows if row["change"] != "figure"} == {""}
    assert len({line.count(",") for line in text.splitlines() if '"' not in line}) == 1


def test_markdown_has_them_too(netcost: Run) -> None:
    """As a table has."""
    assert "| optimizer (bytes) |" in netcost("diff", *ADAM, "--format", "markdown").out


@pytest.mark.parametrize("shown", [(), ("--show", "figures")])
def test_a_report_has_those_that_were_asked_for(netcost: Run, folder: Path, shown: tuple[str, ...]) -> None:
    """What it does not hold is not known, and nothing is said of how it changed."""
    netcost("analyze", "linear_classifier", *shown, "-o", "before.json")
    found: Any = json.loads(
        netcost("diff", "before.json", "linear_classifier", "--figures", "--format", "json").out
    )
    assert (folder / "before.json").exists()
    before = found["figures"]["kept_bytes"]["before"]
    assert before == (0 if shown else None)
    assert found["figures"]["kept_bytes"]["delta"] == before
