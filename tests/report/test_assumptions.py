"""What a report holds for: which may be compared, and what to call them."""

from __future__ import annotations

from typing import Any

import pytest

import netcost
from netcost.analysis.costs import analyze
from netcost.dtypes import Precision
from netcost.record import replace
from netcost.report import Report
from netcost.report.assumptions import differing, labels, told
from netcost.shapes import Image

PLAIN = Report("net", "net.yaml", Precision(), {"input": Image((1, 3, 8, 8))}, {}, [], overrides={})
BATCH = {"batch": 8}
INPUT = {"inputs": {"input": Image((1, 3, 4, 4))}}
INT8 = {"precision": Precision("int8", "int8")}
UNKNOWN = {"overrides": None}
"""A report of an earlier version."""


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        ({}, {}, []),
        ({"overrides": {"set": {"width": 2}}}, {}, ["set"]),
        ({"overrides": {"set": {"width": 2}}}, {"overrides": {"set": {"width": 3}}}, ["set"]),
        ({"overrides": {"set": {"width": 2}}}, {"overrides": {"set": {"width": 2}}}, []),
        ({"overrides": {"fold_batchnorm": True}}, {}, ["fold_batchnorm"]),
        # what a later version knows is an assumption, too
        ({"overrides": {"prune": 0.5}}, {}, ["prune"]),
        # another batch or number format counts something else, whoever asked for it
        ({**BATCH, "overrides": {"batch": 8}}, {}, ["batch"]),
        (BATCH, {}, ["batch"]),
        (INT8, {}, ["dtype"]),
        # what a caller asked for is what the spec says by now
        ({**BATCH, "overrides": {"batch": 8}}, BATCH, []),
        # a spec of another input is what comparisons are for, an override is not
        (INPUT, {}, []),
        ({**INPUT, "overrides": {"input": (3, 4, 4)}}, {}, ["input"]),
        # the name says which variant it is
        ({"overrides": {"variant": "wide"}}, {}, []),
        # of an earlier report only facts are known
        (UNKNOWN, {}, []),
        ({**UNKNOWN, **INPUT}, {}, ["input"]),
        ({**UNKNOWN, **BATCH, **INT8}, {}, ["batch", "dtype"]),
    ],
)
def test_reports_differ_in_what_they_hold_for(
    one: dict[str, Any], other: dict[str, Any], names: list[str]
) -> None:
    """Whichever comes first."""
    reports = replace(PLAIN, **one), replace(PLAIN, **other)
    assert differing(*reports) == names
    assert differing(*reversed(reports)) == names


def test_what_a_report_holds_for_is_told() -> None:
    """Facts as they are, all else as far as it was overridden."""
    report = replace(PLAIN, overrides={"set": {"width": 2}})
    names = ["batch", "dtype", "input", "set", "fold_batchnorm"]
    assert told(report, names) == "batch 1, dtype float32, input 3,8,8, width 2"
    assert told(replace(PLAIN, overrides=None), ["set"]) == ""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([{}, {"name": "other"}], ["net", "other"]),
        ([{}, {"source": "b.yaml"}], ["net in net.yaml", "net in b.yaml"]),
        ([{}, {"overrides": {"batch": 8}}], ["net", "net (batch 8)"]),
        (
            [{"overrides": {"batch": 8}}, {"overrides": {"batch": 8}, "source": "b.yaml"}, {}],
            ["net (batch 8) in net.yaml", "net (batch 8) in b.yaml", "net"],
        ),
        ([{"overrides": {"variant": "net", "set": {"width": 2}}}], ["net (width 2)"]),
        # nothing tells these apart
        ([{}, {}], ["net", "net"]),
    ],
)
def test_networks_of_one_name_are_told_apart(facts: list[dict[str, Any]], expected: list[str]) -> None:
    """By what was overridden, and by their source where that is the same."""
    assert labels([replace(PLAIN, **each) for each in facts]) == expected


def test_an_analysis_knows_what_was_overridden() -> None:
    """Nothing, for a network as it stands."""
    assert analyze(netcost.load("alexnet")).overrides == {}
    changed = netcost.load("alexnet", batch=2, dtype="float32", fold_batchnorm=True)
    assert analyze(changed).overrides == {"batch": 2, "fold_batchnorm": True}
