"""Reports that earlier versions of netcost wrote stay readable; what they lack is unknown, and not zero.

`version_1_0.json` is what `netcost analyze alexnet resnet18 -o version_1_0.json` wrote when the format was 1.0.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from running import Run

import netcost as library
from netcost.budget.compare import Comparison
from netcost.number import UNKNOWN
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report import METRICS, Metric
from netcost.report.read import read_report

EARLIER = Path(__file__).parent / "version_1_0.json"
NEW = Metric("tensors", "weight tensors", "count", "weights by name", lambda layer: len(layer.weights))


@pytest.fixture
def baseline(folder: Path) -> Path:
    """The earlier report in the working folder."""
    path = folder / "report.json"
    path.write_bytes(EARLIER.read_bytes())
    return path


@pytest.fixture
def counted_since(monkeypatch: pytest.MonkeyPatch) -> None:
    """A metric that nobody counted then."""
    monkeypatch.setitem(METRICS, NEW.name, NEW)


@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_an_earlier_report_is_that_of_today(name: str) -> None:
    """All of its numbers, layer by layer, and nothing differs."""
    before = {report.name: report for report in read_report(EARLIER.read_text(encoding="utf-8"))}[name]
    now = library.analyze(library.load(name))
    counted = json.loads(EARLIER.read_text(encoding="utf-8"))["convention"]
    assert all(before.totals[metric] == now.totals[metric] for metric in counted)
    assert Comparison(before, now).changed == []


def test_what_it_lacks_is_not_guessed() -> None:
    """The sources of layers are not known, though the cost of each is."""
    report, _ = read_report(EARLIER.read_text(encoding="utf-8"))
    assert {row.sources for row in report} == {None}
    assert (report.notes, report.unknown, report.complete) == ((), [], True)


def test_everything_that_it_had_is_still_written() -> None:
    """Keys are only added."""
    text = EARLIER.read_text(encoding="utf-8")
    before = json.loads(text)
    now = json.loads("".join(render(Reports(read_report(text)), "json")))
    assert _without_what_is_new(now, before) == {**before, "format_version": "1.1"}


def _without_what_is_new(now: Any, before: Any) -> Any:
    if isinstance(now, dict):
        return {key: _without_what_is_new(value, before[key]) for key, value in now.items() if key in before}
    if isinstance(now, list):
        return [_without_what_is_new(*both) for both in zip(now, before, strict=True)]
    return now


@pytest.mark.usefixtures("counted_since")
def test_a_metric_that_is_new_since_then_is_unknown() -> None:
    """In each row and in the totals; the other numbers are what they were."""
    report, _ = read_report(EARLIER.read_text(encoding="utf-8"))
    assert {row[NEW.name] for row in report} == {UNKNOWN}
    assert report.totals[NEW.name] == UNKNOWN
    assert report.totals.params == 61_100_840


@pytest.mark.usefixtures("counted_since")
def test_only_a_rule_about_it_says_so(baseline: Path, netcost: Run) -> None:
    """A gate that cannot be checked does not pass; all others are checked as ever."""
    text = "version: 1\nmodels:\n  - spec: alexnet\n    limits: {params: 62M, tensors: 16}\n    regression: {params: unchanged, macs: 1%}\n"
    Path("netcost-budget.yaml").write_text(text, encoding="utf-8")
    ended = netcost("check", "--baseline", baseline.name)
    assert (ended.code, ended.err) == (0, "")
    assert "ok    alexnet 4 checks" in ended.out
    Path("netcost-budget.yaml").write_text(text.replace("macs: 1%", "tensors: 1%"), encoding="utf-8")
    ended = netcost("check", "--baseline", baseline.name)
    assert (ended.code, ended.err) == (1, "")
    assert "FAIL  alexnet tensors max_increase 1%: 16, what it was is not known" in ended.out


@pytest.mark.usefixtures("counted_since")
@pytest.mark.parametrize("form", ["table", "markdown"])
def test_a_comparison_shows_it_as_unknown(form: str, baseline: Path, netcost: Run) -> None:
    """Without a difference, and no layer has changed because of it."""
    ended = netcost("diff", f"{baseline.name}#alexnet", "alexnet", "--fail-on-change", "--format", form)
    assert (ended.code, ended.err) == (0, "")
    (line,) = [line for line in ended.out.splitlines() if "weight tensors" in line]
    cells = [cell.strip() for cell in line.replace("│", "|").strip("|").split("|")]
    assert list(filter(None, cells)) == ["weight tensors", "unknown", "16"]


@pytest.mark.usefixtures("counted_since")
def test_nor_has_a_layer_changed_the_other_way_round() -> None:
    """From what is known today to an earlier report."""
    earlier, _ = read_report(EARLIER.read_text(encoding="utf-8"))
    assert Comparison(library.analyze(library.load("alexnet")), earlier).changed == []


@pytest.mark.usefixtures("counted_since")
def test_programs_read_null_for_it(baseline: Path, netcost: Run) -> None:
    """And an empty cell in CSV; never a zero."""
    args = ("diff", f"{baseline.name}#alexnet", "alexnet", "--format")
    totals = json.loads(netcost(*args, "json").out)["totals"]
    assert totals[NEW.name] == {"before": None, "after": 16, "delta": None, "percent": None}
    conv1 = next(csv.DictReader(io.StringIO(netcost(*args, "csv").out, newline="")))
    assert [conv1[f"{NEW.name}_{side}"] for side in ("before", "after", "delta", "percent")] == [
        "",
        "2",
        "",
        "",
    ]


@pytest.mark.usefixtures("counted_since")
def test_a_comment_on_a_pull_request_is_silent_about_it(baseline: Path, netcost: Run) -> None:
    """Nothing is known to have changed."""
    ended = netcost(
        "check", "alexnet", "--limit", "params=62M", "--baseline", baseline.name, "-o", "markdown:-"
    )
    assert ended.code == 0
    assert NEW.name not in ended.out


@pytest.mark.parametrize("key", ["buffers", "flops"])
def test_a_metric_that_some_rows_lack_is_a_lower_bound(key: str) -> None:
    """Whatever wrote the file: a number that is not there is not zero."""
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    del document["models"][0]["layers"][0][key]
    report, _ = read_report(json.dumps(document))
    assert report.rows[0][key] == UNKNOWN
    assert set(report.totals.at_least) & set(document["convention"]) == {key}


def test_keys_that_are_not_known_are_passed_over() -> None:
    """A later version may have added them."""
    document = json.loads(EARLIER.read_text(encoding="utf-8"))
    document["models"][0]["mood"] = document["models"][0]["layers"][0]["mood"] = ["fine"]
    document["format_version"] = "1.99"
    report, _ = read_report(json.dumps(document))
    assert report.totals.params == 61_100_840
