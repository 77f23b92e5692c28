"""Unknown is never zero: a network with a layer of unknown cost, through every format and every command."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from budgets import rules
from examples import make
from running import Run

from netcost import zoo
from netcost.analysis.costs import analyze, totals
from netcost.analysis.depth import fold
from netcost.analysis.fold_batchnorm import fold_batchnorm
from netcost.budget.check import check
from netcost.budget.compare import Comparison
from netcost.budget.evidence import Evidence
from netcost.layers.opaque import Opaque
from netcost.network import Network
from netcost.number import AtLeast
from netcost.render import render
from netcost.render.reports import Reports
from netcost.render.reports.view import View
from netcost.report import Report
from netcost.report.read import read_report
from netcost.report.schema import report_schema
from netcost.shapes import Image


def network(*, opaque: bool = True) -> Network:
    """Two convolutions, the second in a block with a layer that nobody knows, or with a ReLU in its place.

    conv1   10 * 3 * 5 * 5 = 750      10 * 32 * 32 * 75 = 768,000
    b.conv  10 * 10 * 3 * 3 = 900     10 * 32 * 32 * 90 = 921,600
    fc      10 * 10 + 10 = 110        10 * 10 = 100
    known   1,760 and 2 * 10 of norm  1,689,700
    """
    found = Network("mixed", source="mixed.yaml")
    found.input(Image((1, 3, 32, 32)))
    found.add("conv1", make("conv", filters=10, kernel=5, pad=2, bias=False))
    found.add("norm1", make("batchnorm"))
    found.add("b.conv", make("conv", filters=10, kernel=3, pad=1, bias=False))
    found.add("b.fancy", Opaque(Image((1, 10, 32, 32)), "FancyOp") if opaque else make("relu"))
    found.add("gap", make("gap"))
    found.add("fc", make("linear", units=10))
    return found


PARAMS, MACS = 1_780, 1_689_700
KNOWN = {"activation_elements": 10_240, "activation_bytes": 40_960}
DOUBTFUL = {
    *(
        "params",
        "weight_bytes",
        "macs",
        "ops",
        "flops",
        "lecture_flops",
        "trainable_params",
        "active_params",
        "buffers",
    )
}


@pytest.fixture(autouse=True)
def known_to_the_zoo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find the network by its name, beside the bundled ones."""
    load = zoo.load

    def replaced(spec: str, *args: Any, **how: Any) -> Network:
        return network(opaque=spec == "mixed") if spec in {"mixed", "plain"} else load(spec, *args, **how)

    find = zoo.find
    monkeypatch.setattr(zoo, "load", replaced)
    monkeypatch.setattr(zoo, "find", lambda name: find("lenet" if name == "mixed" else name))


def cells(line: str) -> list[str]:
    return [cell for cell in line.replace("│", " ").replace("|", " ").replace("*", " ").split("  ") if cell]


def unescaped(text: str) -> str:
    """What GitHub shows of a text."""
    return text.replace("\\", "").replace("&gt;", ">").replace("<!-- -->", "")


def line_of(text: str, start: str) -> list[str]:
    (line,) = [each for each in unescaped(text).splitlines() if each.lstrip("| *").startswith(start)]
    return [cell.strip() for cell in cells(line)]


# formats of a report


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_table_tells_rows_totals_and_remarks_apart(form: str) -> None:
    """The row is unknown, the total a bound, the layer named; no remark gives a share."""
    text = "".join(render(Reports([analyze(network())]), form))
    assert line_of(text, "b.fancy?")[-2:] == ["unknown", "unknown"]
    assert line_of(text, "total")[-2:] == [">= 1,780", ">= 1,700"]
    text = unescaped(text)
    for sentence in (
        "? cost not known, so that totals are lower bounds: b.fancy.",
        "Parameters: not known of b.fancy. Operations: not known of b.fancy.",
    ):
        assert sentence in text


def test_the_lenet_style_tells_it_too() -> None:
    """In the column of weights and in the sum."""
    text = "".join(render(Reports([analyze(network())], View(style="lenet")), "table"))
    assert line_of(text, "Opaque (FancyOp)?")[-1] == "unknown"
    assert "In all >= 1,780 parameters" in text
    assert ">= 1.69 M MACs" in " ".join(text.split())


@pytest.mark.parametrize("sort", ["params", "flop"])
def test_it_may_be_the_largest_of_all(sort: Any) -> None:
    """So it is not cut off where only the first rows are shown."""
    text = "".join(render(Reports([analyze(network())], View(sort=sort, top=1)), "table"))
    assert line_of(text, "b.fancy?")


def test_a_summary_has_bounds() -> None:
    """Bytes too."""
    report = analyze(network())
    text = "".join(render(Reports([report, report]), "table"))
    summary = text[text.index("Summary") :]
    assert {">= 1,780", ">= 1,689,700", ">= 7.0 KiB"} < set(line_of_summary(summary))


def line_of_summary(summary: str) -> list[str]:
    return [cell.strip() for cell in summary.splitlines()[4].split("│")]


def test_csv_leaves_its_cells_empty() -> None:
    """There is no number, and a program must not read one."""
    text = "".join(render(Reports([analyze(network())]), "csv"))
    row = next(each for each in csv.DictReader(io.StringIO(text, newline="")) if each["name"] == "b.fancy")
    assert {metric: row[metric] for metric in DOUBTFUL} == dict.fromkeys(DOUBTFUL, "")
    assert {metric: int(row[metric]) for metric in KNOWN} == KNOWN


@pytest.mark.parametrize("depth", [None, 1])
def test_json_says_what_is_not_known_and_is_read_back(depth: int | None) -> None:
    """Null for the layer, lower bounds for the whole, and which they are; a block is a bound as well."""
    report = analyze(network())
    report = fold(report, depth) if depth else report
    text = "".join(render(Reports([report]), "json"))
    document = json.loads(text)
    jsonschema.validate(document, report_schema())
    (model,) = document["models"]
    assert (model["complete"], model["unknown"]) == (False, ["b.fancy"])
    assert (model["totals"]["params"], model["totals"]["buffers"]) == (PARAMS, 21)
    layer = next(each for each in model["layers"] if each["name"].startswith("b") and "unknown" in each)
    assert layer["unknown"] == ["b.fancy"]
    for found in (model, layer):
        assert set(found["at_least"]) >= DOUBTFUL
        assert not KNOWN.keys() & set(found["at_least"])
    assert (layer["params"], layer["macs"]) == ((900, 921_600) if depth else (None, None))
    (read,) = read_report(text)
    assert read.totals == report.totals
    assert read.unknown == ["b.fancy"]
    assert "".join(render(Reports([read]), "json")) == text


def test_a_network_of_which_all_is_known_says_so() -> None:
    """And has no further key."""
    (model,) = json.loads("".join(render(Reports([analyze(network(opaque=False))]), "json")))["models"]
    assert model["complete"] is True
    assert not {"unknown", "at_least"} & set(model)
    assert not any({"unknown", "at_least"} & set(layer) for layer in model["layers"])


# what is made of networks and reports


def test_folding_carries_it() -> None:
    """Into the row of a block, and past norms that go into layers."""
    (block,) = [row for row in fold(analyze(network()), 1) if row.name == "b"]
    assert (block.params, block.unknown) == (AtLeast(900), ("b.fancy",))
    assert block.activation_elements == 2 * 10_240
    folded = analyze(fold_batchnorm(network()))
    assert "norm1" not in [row.name for row in folded]
    assert (folded.totals.params, folded.unknown) == (AtLeast(1_770), ["b.fancy"])


def test_totals_without_rows_are_the_same() -> None:
    """As `netcost models` adds them up."""
    assert totals(network()) == analyze(network()).totals
    assert totals(network()).unknown == ("b.fancy",)


# budgets


def outcomes(text: str, now: Report | None = None, before: Report | None = None) -> list[tuple[str, str]]:
    now = now or analyze(network())
    found = list(check(Evidence(now, Comparison(before, now) if before else None), rules(text)))
    return [(each.status, ", ".join(each.unknown) if each.undecided else each.layer) for each in found]


UNDECIDED = ("fail", "b.fancy")
RULES = [
    # what is already known breaks some limits and keeps others; of all others nothing can be told
    ("limits: {params: 1M}", [UNDECIDED]),
    ("limits: {params: 1779}", [("fail", "")]),
    ("limits: {params: {min: 1780}}", [("pass", "")]),
    ("limits: {params: {min: 1781}}", [UNDECIDED]),
    ("limits: {params: {warn: 1M}}", [("warn", "b.fancy")]),
    ("limits: {params: {warn: 1M, max: 2M}}", [UNDECIDED]),
    ("limits: {activation_bytes: 1MiB}", [("pass", "")]),
    ('per_layer: [{match: "*", params: 900}]', [UNDECIDED]),
    ('per_layer: [{match: "fc", params: {min: 110, max: 110}}]', [("pass", "fc")]),
    ('per_layer: [{match: "fc", params: {max: 109}}]', [("fail", "fc")]),
    ('per_layer: [{match: "fc", params: {max_share: 7%}}]', [("pass", "fc")]),  # 110 of 1,780: 6.2% at most
    ('per_layer: [{match: "fc", params: {max_share: 6%}}]', [UNDECIDED]),
    ('per_layer: [{match: "fc", params: {min_share: 7%}}]', [("fail", "fc")]),
    ('per_layer: [{match: "fc", params: {min_share: 1%}}]', [UNDECIDED]),
    ("expect: {output_shape: [10]}", [("pass", "")]),
]


@pytest.mark.parametrize(("text", "expected"), RULES)
def test_a_gate_that_cannot_be_checked_does_not_pass(text: str, expected: list[tuple[str, str]]) -> None:
    """It names the layers; what can be told all the same is told."""
    assert outcomes(text) == expected


@pytest.mark.parametrize(
    ("opaque", "text", "expected"),
    [
        ((False, True), "regression: {params: 1%}", UNDECIDED),
        ((True, False), "regression: {params: 1%}", ("pass", "")),  # it was 1,780 at least, and is that now
        ((True, False), "regression: {macs: {max_decrease: 1%}}", UNDECIDED),
        ((True, True), "regression: {params: unchanged}", UNDECIDED),
        ((True, True), "regression: {activation_bytes: unchanged}", ("pass", "")),
        ((False, True), "regression: {output_shape: unchanged}", ("pass", "")),
    ],
)
def test_neither_do_changes_from_or_to_what_is_not_known(
    opaque: tuple[bool, bool], text: str, expected: tuple[str, str]
) -> None:
    """Whichever side it is on."""
    before, now = (analyze(network(opaque=each)) for each in opaque)
    assert outcomes(text, now, before)[0] == expected


SENTENCE = "mixed params max 1M: >= 1,780, the cost of b.fancy is not known"


@pytest.mark.parametrize("form", ["text", "markdown", "github", "junit"])
def test_every_format_of_a_check_names_it(form: str, netcost: Run) -> None:
    """Exit code 1."""
    ended = netcost("check", "mixed", "--limit", "params=1M", "-o", f"{form}:-")
    assert ended.code == 1
    text = unescaped(ended.out)
    if form == "junit":
        text = " ".join(f"mixed {each.get('message')}" for each in ET.fromstring(ended.out).iter("failure"))  # noqa: S314
    if form == "markdown":
        text = text.replace(" | params", " params")
    assert SENTENCE in text


def test_json_of_a_check_has_no_zero_for_it(netcost: Run) -> None:
    """What is known, and that it is not all."""
    ended = netcost("check", "mixed", "--limit", "params=1M", "--limit", "buffers=1k", "-o", "json:-")
    (model,) = json.loads(ended.out)["models"]
    assert (ended.code, model["complete"], model["unknown"]) == (1, False, ["b.fancy"])
    params = model["checks"][0]
    assert (params["status"], params["value"], params["limit"]) == ("fail", 1_780, 1_000_000)
    assert (params["undecided"], params["unknown"]) == (True, ["b.fancy"])
    assert params["culprits"] == [{"layer": "b.fancy", "value": None, "grew": False, "place": None}]


def test_what_is_broken_for_certain_is_said_with_numbers(netcost: Run) -> None:
    """However much the unknown layer adds."""
    ended = netcost("check", "mixed", "--limit", "params=1k")
    assert ended.code == 1
    assert "FAIL  mixed params >= 1,780 > 1,000 (at least +780, 78.0% over)" in ended.out
    assert "mostly b.conv 900, conv1 750" in ended.out


# commands


def test_analyze_prints_it(netcost: Run) -> None:
    """In the table of the command."""
    ended = netcost("analyze", "mixed", "--depth", "1", "--fold-batchnorm")
    assert ended.code == 0
    assert line_of(ended.out, "b?")[-2:] == [">= 900", ">= 922"]
    assert "lower bounds: b.fancy" in ended.out


def test_explain_says_that_it_is_not_known(netcost: Run) -> None:
    """Only the output and its memory are derived."""
    ended = netcost("explain", "mixed", "b.fancy")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("b.fancy: Opaque (FancyOp)")
    for what in ("params", "buffers", "macs and ops"):
        assert f"{what}: not known, so that totals of the network are lower bounds" in ended.out
    assert "memory (KB) = elements * 4 / 1024 = 10,240 * 4 / 1024 = 40" in ended.out


def test_explain_sums_lower_bounds(netcost: Run) -> None:
    """Of the block, 10 * 10 * 3 * 3 and more; of the network 750 + 20 + 900 + 110, and no shares of what is not known."""
    assert "params = >= 900\n" in netcost("explain", "mixed", "b").out
    ended = netcost("explain", "mixed", "--total", "params")
    assert (ended.code, ended.err) == (0, "")
    assert f"params = >= {PARAMS:,}\n" in ended.out
    assert line_of(ended.out, "b")[-3:] == ["b", ">= 900", "2 layers"]
    assert "%" not in ended.out


@pytest.mark.parametrize("name", ["conv1", "gap", "fc"])
def test_explain_derives_its_neighbours(name: str, netcost: Run) -> None:
    """What comes before and behind is known, but for what it sees of the input through the unknown layer."""
    ended = netcost("explain", "mixed", name)
    assert ended.code == 0
    assert "not known" not in ended.out.replace("Receptive field\n  not known", "")
    assert ("not known" in ended.out) == (name != "conv1")


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize("names", [("plain", "mixed"), ("mixed", "plain"), ("mixed", "mixed")])
def test_diff_gives_no_false_difference(names: tuple[str, str], form: str, netcost: Run) -> None:
    """Bounds on the side that has them, and nothing about the change."""
    args = ("diff", *names, "--batch-b", "1", "--format", form)
    ended = netcost(*args)
    assert ended.code == 0
    shown = {"plain": "1,780", "mixed": ">= 1,780"}
    found = line_of(ended.out, "parameters")
    assert list(filter(None, found)) == ["parameters", *(shown[name] for name in names)]
    assert "The cost is not known of b.fancy in mixed" in ended.out


def test_diff_for_programs_has_no_number_for_it(netcost: Run) -> None:
    """Null and empty cells."""
    document = json.loads(netcost("diff", "plain", "mixed", "--format", "json").out)
    assert document["totals"]["macs"] == {"before": MACS, "after": MACS, "delta": None, "percent": None}
    assert (document["before"]["complete"], document["after"]["unknown"]) == (True, ["b.fancy"])
    (layer,) = [pair for pair in document["layers"] if pair["change"] == "changed"]
    assert layer["params"] == {"before": 0, "after": None, "delta": None, "percent": None}
    rows = csv.DictReader(io.StringIO(netcost("diff", "plain", "mixed", "--format", "csv").out, newline=""))
    (row,) = [row for row in rows if row["change"] == "changed"]
    assert (row["params_before"], row["params_after"], row["params_delta"]) == ("0", "", "")


@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
def test_models_tells_it(form: str, netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """If ever a bundled network had such a layer."""

    class Mixed:
        def load(self) -> Network:
            return network()

    monkeypatch.setattr(zoo, "networks", lambda: {"mixed": Mixed()})
    out = netcost("models", "--format", form).out
    if form == "json":
        (model,) = json.loads(out)["models"]
        assert (model["complete"], model["unknown"], model["totals"]["params"]) == (
            False,
            ["b.fancy"],
            PARAMS,
        )
    elif form == "csv":
        (row,) = csv.DictReader(io.StringIO(out, newline=""))
        assert (row["params"], row["macs"], row["activation_elements"]) == ("", "", "40980")
    else:
        assert {">= 1,780", ">= 1,689,700"} < set(line_of(out, "mixed"))


def test_a_budget_is_not_written_from_what_is_not_known(folder: Path, netcost: Run) -> None:
    """It would allow anything, or nothing."""
    ended = netcost("budget", "init", "mixed")
    assert ended.code == 2
    assert "params of mixed is not known, so that it cannot be limited; name other metrics" in ended.err
    assert netcost("budget", "init", "mixed", "--metric", "activation_bytes").code == 0
    text = "version: 1\nmodels: [{spec: mixed, limits: {params: 5M, activation_bytes: 5MiB}}]\n"
    (folder / "netcost-budget.yaml").write_text(text, encoding="utf-8")
    ended = netcost("budget", "update", "--tighten")
    assert ended.code == 0
    assert "activation_bytes" in ended.out
    assert "params" not in ended.out


def test_a_report_with_it_is_a_baseline(folder: Path, netcost: Run) -> None:
    """What was unknown then is unknown now."""
    assert netcost("analyze", "mixed", "-o", "mixed.json").code == 0
    budget = "version: 1\nmodels: [{spec: mixed, limits: {activation_bytes: 1MiB}, regression: {RULE: 0%}}]\n"
    for rule, code in [("activation_bytes", 0), ("params", 1)]:
        (folder / "netcost-budget.yaml").write_text(budget.replace("RULE", rule), encoding="utf-8")
        ended = netcost("check", "--baseline", "mixed.json")
        assert ended.code == code, ended.out


@pytest.mark.parametrize(
    "args",
    [
        ["memory", "mixed"],
        ["memory", "mixed", "--train", "adam"],
        ["memory", "mixed", "--train", "adamw", "--loss", "softmax", "--regularize", "--checkpoint", "1"],
        ["memory", "mixed", "--train", "sgd", "--device", "t4"],
        ["memory", "mixed", "--device", "stm32h743"],
        ["analyze", "mixed", "--show", "bound,kept,live,bytes,field", "--device", "t4"],
        ["analyze", "mixed", "--show", "figures", "--train", "adam"],
        ["diff", "mixed", "lenet", "--figures", "--train", "adam"],
    ],
    ids=" ".join,
)
def test_what_asks_for_the_whole_network_bears_it(netcost: Run, args: list[str]) -> None:
    """Sums are lower bounds, and say so."""
    ended = netcost(*args)
    assert (ended.code, ended.err) == (0, "")
    assert ">= " in ended.out or "not known" in ended.out
