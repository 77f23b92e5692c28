"""The LeNet table against the lecture's, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path

import networks
from handmade import report, row

from netcost.analysis.costs import analyze
from netcost.render.reports.lenet import sheet
from netcost.render.reports.view import View
from netcost.shapes import Image

with (Path(__file__).parents[1] / "reference" / "lenet_lecture.csv").open() as file:
    LECTURE = [tuple(line.values()) for line in csv.DictReader(file)]


def test_every_cell_is_as_the_lecture_prints_it() -> None:
    """Input first, every layer with its hyperparameters, weights without biases."""
    table = sheet(analyze(networks.lenet()), View(style="lenet"))
    assert list(table.rows) == LECTURE
    assert [column.head for column in table.columns] == ["Layer", "Output Size", "Weight Size"]


def test_totals_are_stated_in_a_line() -> None:
    """Parameters with biases: 520 + 25050 + 1225500 + 5010, of 4 bytes each; 6,522,000 multiply-accumulates."""
    table = sheet(analyze(networks.lenet()), View(style="lenet"))
    assert table.notes == (
        "In all 1,256,080 parameters (4.8 MiB); activations 237.5 KiB; 6.52 M MACs; 13.1 M FLOPs.",
        "Biases are counted, though not shown.",
    )


def test_several_weights_are_listed_and_biases_left_out() -> None:
    """A recurrent layer has two matrices and two biases."""
    weights = {"input": (4, 8), "hidden": (4, 2), "input_bias": (4,), "bias": (4,)}
    table = sheet(report(row(label="LSTM", weights=weights)), View(style="lenet"))
    assert table.rows[1] == ("LSTM", "2 x 4 x 4", "4 x 8, 4 x 2")


def test_several_inputs_are_named() -> None:
    """One input is just `Input`, as in the lecture."""
    table = sheet(analyze(networks.two_streams()), View(style="lenet"))
    assert table.rows[0] == ("Input picture", "3 x 224 x 192", "")
    assert table.rows[1] == ("Input depth", "1 x 112 x 96", "")


def test_inputs_stay_on_top_of_sorted_rows() -> None:
    """Sorting and cutting are about layers."""
    rows = (row("a", params=1, label="A"), row("b", params=2, label="B", output=Image((1, 1, 1, 1))))
    table = sheet(report(*rows), View(style="lenet", sort="params", top=1))
    assert [line[0] for line in table.rows] == ["Input", "B"]
    assert table.notes[2] == "Rows left out: 1 of 2, those with the least parameters; the totals are of all."


def test_marks_stand_at_the_label() -> None:
    """A declared cost is the author's word."""
    table = sheet(report(row("mixer", label="Custom (mixer)", declared_cost=True)), View(style="lenet"))
    assert table.rows[1][0] == "Custom (mixer)*"
    assert table.notes[1] == "* cost as declared, not computed: mixer."
