"""Rows as Python sees them: what only tables show is worked out when it is asked for, and nobody can tell."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import copy, deepcopy

import networks
import pytest

from netcost.analysis.costs import analyze
from netcost.record import replace
from netcost.report import Row

OTHERS: dict[str, Callable[[Row], Row]] = {
    "copied": copy,
    "copied with all that is in it": deepcopy,
    "pickled": lambda row: pickle.loads(pickle.dumps(row)),  # noqa: S301  our own bytes
    "made of its fields": replace,
    "analyzed once more": lambda row: analyze(networks.alexnet())[row.name],
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_row_is_equal_to_one_like_it(other: Callable[[Row], Row]) -> None:
    row = analyze(networks.alexnet())["conv1"]
    again = other(row)
    assert again == row
    assert (again.label, again.settings) == (row.label, row.settings)
    assert repr(again) == repr(row)


def test_a_row_that_differs_in_one_field_is_another() -> None:
    row = analyze(networks.alexnet())["conv1"]
    assert replace(row, label="another") != row
    assert replace(row, label="another").label == "another"


def test_the_fields_of_a_row_can_be_listed() -> None:
    row = analyze(networks.alexnet())["conv1"]
    assert set(Row._fields) <= set(dir(row))


def test_a_name_that_is_no_metric_is_told() -> None:
    row = analyze(networks.alexnet())["conv1"]
    with pytest.raises(AttributeError, match=r"^no metric is called paramz; there are params, "):
        row.paramz  # noqa: B018
