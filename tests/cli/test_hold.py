"""Models held to their rules: files are read once, however often they are spoken of."""

from __future__ import annotations

from pathlib import Path

import pytest
from budgets import CNN
from running import Run

from netcost.budget.work import Work
from netcost.cli.entries import Model, measure
from netcost.network import Network
from netcost.report import Report

OWN = CNN + "budget: {limits: {parms: 1}}\n"


@pytest.mark.parametrize("later", [b"\xff", b"", b"input: [3]\n", None])
def test_a_spec_that_changes_meanwhile_is_shown_as_it_was_read(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch, later: bytes | None
) -> None:
    """Its own rules, and the lines that messages show, are those of the one reading."""
    file = folder / "own.yaml"
    file.write_text(OWN)

    def changed_after(model: Model, work: Work) -> tuple[Network, Report]:
        measured = measure(model, work)
        if later is None:
            file.unlink()
        else:
            file.write_bytes(later)
        return measured

    monkeypatch.setattr("netcost.cli.hold.measure", changed_after)
    ended = netcost("check", "own.yaml")
    assert ended.code == 2
    assert "10 | budget: {limits: {parms: 1}}" in ended.err
    assert "own.yaml:10:19: error: unknown key `parms` in `limits`" in ended.err


def test_rules_about_layers_that_a_spec_has_not_are_shown(folder: Path, netcost: Run) -> None:
    """With their line, as those of a budget file are."""
    (folder / "own.yaml").write_text(CNN + "budget: {per_layer: [{match: cv1, params: 1}]}\n")
    ended = netcost("check", "own.yaml")
    assert ended.code == 2
    assert "10 | budget: {per_layer: [{match: cv1, params: 1}]}" in ended.err
