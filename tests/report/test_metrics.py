"""A metric is one entry: whatever it counts and however it totals, everything else follows from the list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from budgets import CNN, changed, report, rules
from running import Run, elsewhere
from schemas import validate

from netcost import analyze, load
from netcost.amounts import read_percent
from netcost.analysis.costs import totals
from netcost.analysis.depth import fold
from netcost.budget.check import check
from netcost.budget.compare import Comparison
from netcost.budget.edit import budget_text, tightened
from netcost.budget.evidence import Evidence
from netcost.budget.schema import budget_schema
from netcost.network import Network
from netcost.record import replace
from netcost.render import render
from netcost.render.diff import Diff
from netcost.render.reports import Reports
from netcost.report import METRICS, Metric, Report
from netcost.report.metrics import largest, last, no_total, quotient
from netcost.report.read import read_report
from netcost.report.schema import report_schema
from netcost.source.problem import SpecError


class Case(NamedTuple):
    """A metric, and its numbers for the layers of the small network and for the whole."""

    metric: Metric
    rows: list[int | float | None]
    total: int | float | None
    text: str
    """The total as a person reads it."""


ELEMENTS = [10 * 32 * 32, 10 * 32 * 32, 10 * 16 * 16, 20 * 16 * 16, 20, 10]


def places(network: Network) -> Iterator[int]:
    """How many layers there are up to each."""
    yield from range(1, len(network.nodes) + 1)


CASES = [
    Case(
        Metric("tensors", "weight tensors", "count", "weights by name", lambda layer: len(layer.weights)),
        [2, 0, 0, 2, 0, 2],
        6,
        "6",
    ),
    Case(
        Metric("adam_bytes", "training state", "bytes", "12 * params", lambda layer: 12 * layer.params),
        [12 * 760, 0, 0, 12 * 1_820, 0, 12 * 210],
        12 * 2_790,
        "33,480",
    ),
    Case(
        Metric("widest", "largest output", "count", "elements", lambda layer: layer.elements, total=largest),
        [*ELEMENTS],
        10_240,
        "10,240",
    ),
    Case(
        Metric("out_elements", "last output", "count", "elements", lambda layer: layer.elements, total=last),
        [*ELEMENTS],
        10,
        "10",
    ),
    Case(
        Metric("reuse", "MACs per parameter", "ratio", "macs / params", total=quotient("macs", "params")),
        [768_000 / 760, None, None, 460_800 / 1_820, None, 200 / 210],
        1_229_000 / 2_790,  # 440.50
        "440.50",
    ),
    Case(
        Metric("position", "position", "count", "layers so far", along=places, total=no_total),
        [1, 2, 3, 4, 5, 6],
        None,
        "",
    ),
]
TOTALLED = [case for case in CASES if case.total is not None]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.metric.name)
every_total = pytest.mark.parametrize("case", TOTALLED, ids=lambda case: case.metric.name)


@pytest.fixture(autouse=True)
def metric(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the metric of a test into the list, where nothing else knows it."""
    if "case" in request.fixturenames:
        case = request.getfixturevalue("case")
        monkeypatch.setitem(METRICS, case.metric.name, case.metric)


def as_json(*reports: Report) -> Any:
    return json.loads("".join(render(Reports(reports), "json")))


def as_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cell(value: float | None) -> str:
    return "" if value is None else str(value)


@every_case
def test_rows_and_totals_have_it_by_name(case: Case) -> None:
    """As an attribute and as an item, exact."""
    found, name = report(), case.metric.name
    assert [None if row[name] is None else float(row[name]) for row in found] == case.rows
    assert [getattr(row, name) for row in found] == [row[name] for row in found]
    assert getattr(found.totals, name) == found.totals[name]
    assert (None if case.total is None else float(found.totals[name])) == case.total


def test_a_ratio_is_exact() -> None:
    """Until it is printed."""
    case = next(case for case in CASES if case.metric.name == "reuse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METRICS, "reuse", case.metric)
        assert report().totals.reuse == Fraction(1_229_000, 2_790)


@every_case
def test_json_has_it_and_reads_it_back(case: Case) -> None:
    """What it counts, its numbers, its total; a schema that describes it."""
    name = case.metric.name
    document = as_json(report())
    (model,) = document["models"]
    assert document["convention"][name] == {"unit": case.metric.unit, "help": case.metric.help}
    assert [layer[name] for layer in model["layers"]] == case.rows
    assert model["totals"][name] == case.total
    validate(document, report_schema())
    (read,) = read_report(json.dumps(document))
    assert [row[name] for row in read] == [row[name] for row in report()]
    assert read.totals == report().totals


@every_case
def test_csv_has_it_in_the_last_column(case: Case) -> None:
    """Empty where a layer has no such number."""
    rows = as_csv("".join(render(Reports([report()]), "csv")))
    assert list(rows[0])[-1] == case.metric.name
    assert [row[case.metric.name] for row in rows] == list(map(cell, case.rows))


@every_total
@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_summary_has_a_column_for_it(case: Case, form: str) -> None:
    """Of several networks."""
    text = "".join(render(Reports([report(), report()]), form))
    summary = text[text.index("Summary") :]
    assert case.metric.title in summary
    assert ("32.7 KiB" if case.metric.unit == "bytes" else case.text) in summary


@every_case
def test_blocks_have_its_total(case: Case) -> None:
    """A block of all layers has what the network has."""
    spec = f"{CNN.partition('layers:')[0]}blocks:\n  All:\n    layers:\n{_indented(CNN)}layers:\n  - {{name: all, All}}\n"
    (row,) = fold(report(spec), 1)
    assert (None if case.total is None else float(row[case.metric.name])) == case.total


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.partition("layers:\n")[2].splitlines())


@every_total
def test_it_is_added_up_without_rows_to_the_same(case: Case) -> None:
    """As `netcost models` does."""
    network = load("resnet18")
    assert totals(network)[case.metric.name] == analyze(network).totals[case.metric.name] != 0


@every_case
def test_models_has_it(case: Case, netcost: Run) -> None:
    """In the formats that hold every metric."""
    total = analyze(load("lenet")).totals[case.metric.name]
    expected = None if total is None else float(total) if case.metric.unit == "ratio" else total
    rows = as_csv(netcost("models", "lenet", "alexnet", "--format", "csv").out)
    assert {row["model"]: row[case.metric.name] for row in rows}["lenet"] == cell(expected)
    models = json.loads(netcost("models", "lenet", "alexnet", "--format", "json").out)["models"]
    assert {each["name"]: each["totals"][case.metric.name] for each in models}["lenet"] == expected


def outcome(text: str, now: Report | None = None, before: Report | None = None) -> list[str]:
    now = now or report()
    found = check(Evidence(now, Comparison(before, now) if before else None), rules(text))
    return [f"{each.status} {each.layer or each.kind}" for each in found]


LIMITS = [
    # metric, a limit that is just kept, one that is not
    ("tensors", "6", "5"),
    ("adam_bytes", "33480", "32KiB"),
    ("widest", "10240", "10239"),
    ("out_elements", "10", "9"),
    ("reuse", "440.51", "440.5"),
]


@pytest.mark.parametrize(("name", "kept", "broken"), LIMITS)
def test_budgets_limit_it(name: str, kept: str, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a total, and as none that grows; in its own unit."""
    monkeypatch.setitem(METRICS, name, next(case.metric for case in CASES if case.metric.name == name))
    assert outcome(f"limits: {{{name}: {kept}}}") == ["pass max"]
    assert outcome(f"limits: {{{name}: {broken}}}") == ["fail max"]
    assert outcome(f"regression: {{{name}: unchanged}}", before=report()) == ["pass max_increase"]
    assert budget_schema()["properties"]["models"]["items"]["properties"]["limits"]["properties"][name]  # type: ignore[index]


CHANGES = [
    # metric, whether it changes where the first layer has 12 filters instead of 10, and the output 11 classes
    ("tensors", False),
    ("adam_bytes", True),
    ("widest", True),
    ("out_elements", True),
    ("reuse", True),
]


@pytest.mark.parametrize(("name", "changes"), CHANGES)
def test_budgets_and_comparisons_see_it_change(
    name: str, changes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More filters and one more class."""
    monkeypatch.setitem(METRICS, name, next(case.metric for case in CASES if case.metric.name == name))
    text = CNN.replace("conv: 10", "conv: 12").replace("linear: 10", "linear: 11")
    now = report(text)
    found = outcome(f"regression: {{{name}: unchanged}}", now, report())
    assert found == ["fail max_increase" if changes else "pass max_increase"]
    assert (name in Comparison(report(), now).changed_metrics) is changes


@pytest.mark.parametrize(
    ("name", "rule", "found"),
    [
        ("tensors", "{max: 1}", ["fail conv1", "fail conv2", "fail fc"]),
        ("tensors", "{max_share: 34%}", ["pass conv1"]),
        ("widest", "{max: 10k}", ["fail conv1", "fail relu1"]),
        ("reuse", "{max: 1000}", ["fail conv1"]),  # 768,000 / 760 = 1010.5
        ("reuse", "{min: 1}", ["fail fc"]),  # 200 / 210; layers without parameters have no such number
        ("position", "{max: 5}", ["fail fc"]),
        ("position", "{max: 6}", ["pass fc"]),
    ],
)
def test_budgets_limit_it_for_layers(
    name: str, rule: str, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer that has no such number keeps every limit."""
    monkeypatch.setitem(METRICS, name, next(case.metric for case in CASES if case.metric.name == name))
    assert outcome(f'per_layer: [{{match: "*", {name}: {rule}}}]') == found


@pytest.mark.parametrize("rule", ["limits: {position: 5}", "regression: {position: 1%}"])
def test_what_has_no_total_is_limited_for_layers_only(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The budget is refused, and says what to write."""
    monkeypatch.setitem(METRICS, "position", CASES[-1].metric)
    with pytest.raises(SpecError) as caught:
        rules(rule)
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (
        "position has no total",
        "limit it for layers, under `per_layer`",
    )


def test_only_sums_have_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a maximum there are none."""
    monkeypatch.setitem(METRICS, "widest", CASES[2].metric)
    with pytest.raises(SpecError, match="unknown key `max_share` in a limit of widest"):
        rules('per_layer: [{match: "*", widest: {max_share: 5%}}]')


@every_case
def test_diff_has_it(case: Case) -> None:
    """In every format: both sides, the difference, nothing for what is on one side only."""
    name = case.metric.name
    comparison = Comparison(report(), changed("conv: 10", "conv: 12"))
    diff = Diff(comparison=comparison, names=("a", "b"), metrics=(name,))
    document = json.loads("".join(render(diff, "json")))
    assert document["totals"][name]["before"] == case.total
    assert [pair[name]["before"] for pair in document["layers"]] == case.rows
    rows = as_csv("".join(render(diff, "csv")))
    assert [row[f"{name}_before"] for row in rows] == list(map(cell, case.rows))
    for form in ("table", "markdown"):
        text = "".join(render(diff, form))
        assert case.metric.title in text
        assert case.text in text


def test_a_ratio_changes_by_a_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    """768,000 / 760 is 1,010.53, 921,600 / 912 the same; conv2 has more of both."""
    monkeypatch.setitem(METRICS, "reuse", CASES[4].metric)
    comparison = Comparison(report(), changed("conv: 10", "conv: 12"))
    deltas = {pair.name: pair.delta("reuse") for pair in comparison.pairs}
    assert deltas["conv1"] == 0
    assert deltas["conv2"] == Fraction(20 * 256 * 108, 2_180) - Fraction(460_800, 1_820)
    assert deltas["relu1"] is None


@pytest.mark.parametrize("depth", [None, 1])
def test_a_number_of_the_place_is_right_for_every_layer(
    depth: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that are alike in all else are written once, but not with one number for all of them."""
    monkeypatch.setitem(
        METRICS, "position", replace(CASES[-1].metric, total=last) if depth else CASES[-1].metric
    )
    found = analyze(load("resnet18"))
    found = fold(found, depth) if depth else found
    ends = [index + 1 for index, _ in enumerate(found)]
    if depth:
        sizes = [row.layers for row in found]
        ends = [sum(sizes[: index + 1]) for index, _ in enumerate(sizes)]
    assert [layer["position"] for layer in as_json(found)["models"][0]["layers"]] == ends
    assert [int(row["position"]) for row in as_csv("".join(render(Reports([found]), "csv")))] == ends
    assert len(found) == (68 if depth is None else len(ends))


def test_budgets_of_a_ratio_are_written_and_tightened(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,229,000 / 2,790 * 1.05 = 462.5268..., rounded up to thousandths."""
    monkeypatch.setitem(METRICS, "reuse", CASES[4].metric)
    slack = read_percent("5%")
    assert "reuse: 462.527  # 440.502 now" in budget_text([("cnn.yaml", report())], ["reuse"], slack)
    (edit,) = tightened(rules("limits: {reuse: 0.6k}"), [Evidence(report())], slack)
    assert (edit.before, edit.after) == ("0.6k", "0.463k")


def test_options_take_its_name(folder: Path) -> None:
    """In a process of its own, before the command line is made."""
    code = (
        "from netcost.report import METRICS, Metric; "
        "METRICS['tensors'] = Metric('tensors', 'weight tensors', 'count', '', lambda layer: len(layer.weights))"
    )
    cases = [
        (["diff", "lenet", "alexnet", "--metric", "tensors"], "weight tensors"),
        (["budget", "init", "lenet", "--metric", "tensors", "-o", "-"], "tensors: 8  # 8 now"),
        (["check", "lenet", "--limit", "tensors=8"], "ok    lenet 1 check"),
        (["schema", "budget"], '"tensors"'),
    ]
    with elsewhere(code) as told:
        for args, expected in cases:
            ended = told(*args)
            assert (ended.code, ended.err) == (0, "")
            assert expected in ended.out


def test_a_layer_stays_the_same_where_others_come_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of its place is none of its own: a new first layer is the only change, though all others move on."""
    monkeypatch.setitem(METRICS, "position", CASES[-1].metric)
    now = changed("layers:\n", "layers:\n  - {name: first, relu}\n")
    comparison = Comparison(report(), now)
    assert [(pair.name, pair.kind) for pair in comparison.changed] == [("first", "added")]
    assert [pair.delta("position") for pair in comparison.pairs] == [None, 1, 1, 1, 1, 1, 1]


def test_an_unknown_name_is_an_attribute_error() -> None:
    """With those that there are."""
    with pytest.raises(AttributeError, match="no metric is called mac; there are params, weight_bytes"):
        report()["conv1"].mac  # noqa: B018
    with pytest.raises(AttributeError, match="no metric is called mac"):
        report().totals.mac  # noqa: B018
