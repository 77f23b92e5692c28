"""`netcost check` in folders below its budget, for other hosts than GitHub, and where a broken limit must not stop a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from budgets import CNN
from running import Run

BUDGET = "version: 1\nmodels:\n  - spec: nets/cnn.yaml\n    limits:\n      params: 1000\n"


@pytest.fixture
def repository(folder: Path) -> Path:
    """A work tree with a budget at its top."""
    (folder / ".git").mkdir()
    (folder / "nets" / "deep").mkdir(parents=True)
    (folder / "nets" / "cnn.yaml").write_text(CNN)
    (folder / "netcost-budget.yaml").write_text(BUDGET)
    return folder


def test_the_budget_is_found_upwards(repository: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ruff and git find theirs; its paths are seen from where the run is."""
    monkeypatch.chdir(repository / "nets" / "deep")
    ended = netcost("check")
    assert ended.code == 1
    assert "../../netcost-budget.yaml:5" in ended.out
    monkeypatch.chdir(repository / "nets")
    assert netcost("check", "cnn.yaml").code == 1


def test_the_nearest_budget_counts(repository: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One further down hides those above."""
    nearer = BUDGET.replace("nets/cnn.yaml", "../cnn.yaml").replace("1000", "1M")
    (repository / "nets" / "deep" / "netcost-budget.yaml").write_text(nearer)
    monkeypatch.chdir(repository / "nets" / "deep")
    assert netcost("check").code == 0


def test_what_lies_above_the_work_tree_is_not_looked_at(
    repository: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be anybody's."""
    inner = repository / "inner"
    (inner / ".git").mkdir(parents=True)
    monkeypatch.chdir(inner)
    ended = netcost("check")
    assert ended.code == 2
    assert "There is nothing to check" in ended.err


def test_a_broken_limit_need_not_stop_a_run(repository: Path, netcost: Run) -> None:
    """It is told all the same; what cannot be told is still an error."""
    del repository
    ended = netcost("check", "--exit-zero")
    assert (ended.code, "breaks its budget" in ended.out) == (0, True)
    assert netcost("check", "gone.yaml", "--limit", "params=1", "--exit-zero").code == 2


def test_sarif_has_a_result_for_each_finding(repository: Path, netcost: Run) -> None:
    """At the line of the layer that has the largest part in it."""
    del repository
    ended = netcost("check", "-o", "sarif:-")
    document = json.loads(ended.out)
    (run,) = document["runs"]
    (result,) = run["results"]
    assert document["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"] == [{"id": "max"}]
    assert (result["ruleId"], result["level"]) == ("max", "error")
    assert result["message"]["text"].startswith("cnn params 2,790 > 1,000 ")
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "nets/cnn.yaml"}
    line = location["physicalLocation"]["region"]["startLine"]
    assert "linear" in CNN.splitlines()[line - 1] or "conv" in CNN.splitlines()[line - 1]


def test_gitlab_knows_a_finding_again(repository: Path, netcost: Run) -> None:
    """Its fingerprint does not depend on the numbers."""
    first = json.loads(netcost("check", "-o", "gitlab:-").out)
    (repository / "netcost-budget.yaml").write_text(BUDGET.replace("1000", "1001"))
    second = json.loads(netcost("check", "-o", "gitlab:-").out)
    (entry,), (again,) = first, second
    assert (entry["check_name"], entry["severity"]) == ("netcost.max", "major")
    assert entry["location"]["path"] == "nets/cnn.yaml"
    assert entry["fingerprint"] == again["fingerprint"]
    assert entry["description"] != again["description"]


def test_a_finding_without_a_line_is_shown_at_the_budget(netcost: Run) -> None:
    """As GitLab asks for a place, and SARIF does not."""
    (entry,) = json.loads(netcost("check", "lenet", "--limit", "params=1", "-o", "gitlab:-").out)
    assert entry["location"] == {"path": "netcost-budget.yaml", "lines": {"begin": 1}}
    document = json.loads(netcost("check", "lenet", "--limit", "params=1", "-o", "sarif:-").out)
    assert "locations" not in document["runs"][0]["results"][0]
