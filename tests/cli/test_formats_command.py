"""`netcost formats`, and code that is run only where a person asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import Repository
from running import Run

from netcost.frontends import FORMATS

CODE = 'from pathlib import Path\nPath("ran").touch()\n'
BUDGET = "version: 1\nmodels:\n  - {spec: 'net.py:Net', limits: {params: 1M}}\n"


def test_every_format_is_listed(netcost: Run) -> None:
    """With how it is known, and what to do where it is not read."""
    ended = netcost("formats")
    text = " ".join(ended.out.split())
    assert ended.code == 0
    for each in FORMATS:
        assert each.name in text
        assert f"Known by {each.mark}." in text


@pytest.mark.parametrize("args", [["check"], ["budget", "update", "--tighten"]], ids=" ".join)
def test_a_budget_never_decides_what_runs(folder: Path, netcost: Run, args: list[str]) -> None:
    """Without `--run-code` its file is not even opened."""
    (folder / "net.py").write_text(CODE)
    (folder / "netcost-budget.yaml").write_text(BUDGET)
    ended = netcost(*args)
    assert ended.code == 2
    told = ended.err + ended.out
    assert "netcost-budget.yaml:3:" in told
    assert "error: net.py:Net: to read this model is to run its file" in told
    assert "--run-code" in told
    assert not (folder / "ran").exists()


def test_code_is_not_run_as_it_was(folder: Path, netcost: Run) -> None:
    """A commit of somebody else's is no reason to run its files."""
    repository = Repository(folder)
    (folder / "net.py").write_text(CODE)
    (folder / "netcost-budget.yaml").write_text(
        BUDGET.replace("limits: {params: 1M}", "regression: {params: 0%}")
    )
    repository.git("add", "-A")
    repository.git("commit", "-qm", "net")
    ended = netcost("check", "--base", "main")
    assert ended.code == 2
    assert not (folder / "ran").exists()


def test_code_without_a_name_is_told_what_to_write(folder: Path, netcost: Run) -> None:
    """And is not run."""
    (folder / "net.py").write_text(CODE)
    ended = netcost("analyze", "net.py")
    assert ended.code == 2
    assert "write net.py:Net, with the name of a class or function" in ended.err
    assert not (folder / "ran").exists()


def test_code_that_is_missing_is_told(netcost: Run, folder: Path) -> None:
    """By its file's name."""
    del folder
    ended = netcost("analyze", "gone.py:Net")
    assert (ended.code, ended.err) == (2, "gone.py:Net: error: no such file\n")
