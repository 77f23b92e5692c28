"""Models held to their rules: files are read once, however often they are spoken of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from budgets import CNN
from repositories import Repository
from running import Run

from netcost.budget.quota import LAYER, Quota
from netcost.cli.entries import Model, network_of
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.zoo import load

OWN = CNN + "budget: {limits: {parms: 1}}\n"


@pytest.mark.parametrize("later", [b"\xff", b"", b"input: [3]\n", None])
def test_a_spec_that_changes_meanwhile_is_shown_as_it_was_read(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch, later: bytes | None
) -> None:
    """Its own rules, and the lines that messages show, are those of the one reading."""
    file = folder / "own.yaml"
    file.write_text(OWN)

    def changed_after(model: Model, work: Work) -> Network:
        network = network_of(model, work)
        if later is None:
            file.unlink()
        else:
            file.write_bytes(later)
        return network

    monkeypatch.setattr("netcost.cli.hold.network_of", changed_after)
    ended = netcost("check", "own.yaml")
    assert ended.code == 2
    assert "10 | budget: {limits: {parms: 1}}" in ended.out
    assert "own.yaml:10:19: error: unknown key `parms` in `limits`" in ended.out


def test_rules_about_layers_that_a_spec_has_not_are_shown(folder: Path, netcost: Run) -> None:
    """With their line, as those of a budget file are."""
    (folder / "own.yaml").write_text(CNN + "budget: {per_layer: [{match: cv1, params: 1}]}\n")
    ended = netcost("check", "own.yaml")
    assert ended.code == 2
    assert "10 | budget: {per_layer: [{match: cv1, params: 1}]}" in ended.out


DEEP = "input: [8]\nlayers: [{relu, repeat: 1000}]\n"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The specs that are read, in order."""
    found: list[str] = []

    def noted(spec: str, overrides: Overrides, **options: Any) -> Network:
        found.append(spec)
        return load(spec, overrides, **options)

    monkeypatch.setattr("netcost.zoo.load", noted)
    return found


def at_most(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run do so much."""
    for command in ("check", "budget"):
        monkeypatch.setattr(f"netcost.cli.{command}.Quota", lambda: Quota(layers * LAYER))


def test_entries_about_one_model_read_it_once(folder: Path, netcost: Run, readings: list[str]) -> None:
    """However many there are, under whatever spelling."""
    (folder / "deep.yaml").write_text(DEEP)
    lines = "- {spec: deep.yaml, limits: {params: 1}}\n- {spec: ./de*.yaml, limits: {params: 1}}\n" * 100
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels:\n{lines}")
    assert netcost("check").out.startswith("ok    deep 200 checks\n")
    assert readings == ["deep.yaml"]


def test_a_run_ends_where_its_models_are_too_much_work(
    folder: Path, netcost: Run, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was checked before is told; the entry that asks for too much is marked, and none after it is read."""
    for number in range(5):
        (folder / f"{number}.yaml").write_text(DEEP)
    (folder / "netcost-budget.yaml").write_text(
        "version: 1\nmodels:\n- {spec: '*[0-9].yaml', limits: {params: 1}}\n"
    )
    at_most(2_500, monkeypatch)
    ended = netcost("check", "-o", "text:-", "-o", "report.json")
    assert ended.code == 2
    lines = ended.out.splitlines()
    assert lines[:3] == [
        "ok    0 1 check",
        "ok    1 1 check",
        "netcost-budget.yaml:3:10: error: up to here, this run is more work than 2,500 layers",
    ]
    assert lines[-1] == "1 of 3 models could not be checked"
    assert readings == ["0.yaml", "1.yaml", "2.yaml"]


def test_another_reading_of_a_spec_is_as_much_work(
    folder: Path, netcost: Run, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read with other assumptions; the last one ends where there is nothing left for it."""
    (folder / "deep.yaml").write_text(DEEP)
    lines = "".join(
        f"- {{spec: deep.yaml, assume: {{batch: {number}}}, limits: {{params: 1}}}}\n"
        for number in range(1, 9)
    )
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels:\n{lines}")
    at_most(2_500, monkeypatch)
    for command in (("check",), ("budget", "update", "--tighten")):
        readings.clear()
        ended = netcost(*command)
        assert (ended.code, readings) == (2, ["deep.yaml"] * 3)
        assert "netcost-budget.yaml:5:10: error: up to here, this run is more work" in ended.out + ended.err


def test_faulty_specs_are_work_too(
    folder: Path, netcost: Run, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be faulty at their end."""
    for number in range(5):
        (folder / f"{number}.yaml").write_text(DEEP.replace("}]", "}, linear]"))
    at_most(1_500, monkeypatch)
    ended = netcost("check", *sorted(path.name for path in folder.iterdir()), "--limit", "params=1")
    assert ended.code == 2
    assert readings == ["0.yaml", "1.yaml", "2.yaml"]
    assert "2.yaml: error: up to here, this run is more work than 1,500 layers" in ended.out


def test_a_base_is_work_as_the_model_is(folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has layers of its own, and those of both are compared."""
    repository = Repository(folder)
    repository.write("deep.yaml", DEEP)
    repository.commit()
    check = ("check", "deep.yaml", "--limit", "params=1")
    at_most(2_900, monkeypatch)
    assert netcost(*check).code == 0
    assert "more work than 2,900 layers" in netcost(*check, "--base", "main").out
    at_most(3_100, monkeypatch)
    assert netcost(*check, "--base", "main").code == 0


def test_a_base_that_is_too_much_to_read_is_not_taken_for_a_faulty_one(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That it ends early is a matter of the run."""
    repository = Repository(folder)
    repository.write("deep.yaml", DEEP.replace("1000", "90000"))
    repository.commit()
    repository.write("deep.yaml", DEEP)
    at_most(2_000, monkeypatch)
    ended = netcost("check", "deep.yaml", "--limit", "params=1", "--base", "main")
    assert (ended.code, "unreadable" in ended.out, "was faulty" in ended.out) == (2, False, False)
    assert "deep.yaml: error: up to here, this run is more work than 2,000 layers" in ended.out


def test_a_faulty_base_is_work_too(folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as a model that is faulty now: 1,000 layers, and 600 and a fault that takes 60."""
    repository = Repository(folder)
    repository.write("deep.yaml", DEEP.replace("}]", "}, linear]"))
    repository.commit()
    repository.write("deep.yaml", DEEP)
    check = ("check", "deep.yaml", "--limit", "params=1", "--base", "main")
    at_most(1_600, monkeypatch)
    assert "more work than 1,600 layers" in netcost(*check).out
    at_most(1_750, monkeypatch)
    assert netcost(*check).code == 0


def test_deleted_files_are_compared_with_globs_at_a_cost(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change may delete any number of them."""
    repository = Repository(folder)
    repository.write("deep.yaml", DEEP)
    for number in range(300):
        repository.write(f"gone/{'x' * 100}{number}", "")
    repository.write(
        "netcost-budget.yaml", "version: 1\nmodels: [{spec: '**/d*.yaml', limits: {params: 1}}]\n"
    )
    repository.commit()
    repository.git("rm", "-r", "--quiet", "gone")
    at_most(3_050, monkeypatch)
    ended = netcost("check", "--base", "main")
    assert (ended.code, ended.out) == (2, "")
    assert "netcost-budget.yaml: error: up to here, this run is more work than 3,050 layers" in ended.err
    at_most(4_000, monkeypatch)
    assert netcost("check", "--base", "main").code == 0
