"""One more front end is a module and a line: every command reads its format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toy
from repositories import Repository
from running import Run

from netcost import frontends
from netcost.frontends import Format
from netcost.spec.load import load_network

TOY = "toy\nfirst 4\nsecond 8\n"
PARAMS = 3 * 4 * 9 + 4 + 4 * 8 * 9 + 8
"""Two 3x3 convolutions with biases."""

BUDGET = "version: 1\nmodels:\n  - {{spec: net.toy, {rules}}}\n"


@pytest.fixture
def net(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model in the format, which is known by its first line."""
    form = Format("toy", "toy", (".toy",), toy.recognises)
    monkeypatch.setattr(frontends, "FORMATS", [form, *frontends.FORMATS])
    path = folder / "net.toy"
    path.write_text(TOY)
    return path


def test_analyze_reads_it(net: Path, netcost: Run) -> None:
    """With the overrides of every model, from a file or standard input, whatever it is called."""
    net.rename("net.yaml")
    ended = netcost("analyze", "net.yaml", "--batch", "2", "--format", "json")
    (model,) = json.loads(ended.out)["models"]
    assert (ended.code, model["batch"], model["totals"]["params"]) == (0, 2, PARAMS)
    piped = netcost("analyze", "-", "--format", "json", stdin=TOY.encode())
    assert json.loads(piped.out)["models"][0]["totals"]["params"] == PARAMS


def test_explain_derives_its_numbers(net: Path, netcost: Run) -> None:
    """A 3x3 convolution of 4 channels to 8 over 6 x 6."""
    ended = netcost("explain", "net.toy", "second")
    assert ended.code == 0
    assert "8 * 4 * 3 * 3 + 8 = 296" in ended.out


def test_diff_compares_it(net: Path, netcost: Run) -> None:
    """Also with a spec."""
    Path("net.yaml").write_text("input: [3, 8, 8]\nlayers: [{name: first, conv: 4, kernel: 3}]\n")
    ended = netcost("diff", "net.yaml", "net.toy", "--format", "json")
    assert json.loads(ended.out)["totals"]["params"]["delta"] == 4 * 8 * 9 + 8


@pytest.mark.parametrize(("most", "code"), [(PARAMS, 0), (PARAMS - 1, 1)])
def test_a_budget_holds_it(net: Path, netcost: Run, most: int, code: int) -> None:
    """By its path."""
    Path("netcost-budget.yaml").write_text(BUDGET.format(rules=f"limits: {{params: {most}}}"))
    assert netcost("check").code == code


def test_a_base_is_read_by_what_it_was(net: Path, netcost: Run) -> None:
    """Whatever format the file has now."""
    repository = Repository(Path.cwd())
    repository.write("netcost-budget.yaml", BUDGET.format(rules="regression: {params: 0%}"))
    repository.git("add", "-A")
    repository.git("commit", "-qm", "toy")
    net.write_text("input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}, {conv: 9, kernel: 3}]\n")
    ended = netcost("check", "--base", "main")
    assert ended.code == 1
    assert f"{PARAMS + 4 * 9 + 1} > {PARAMS}" in ended.out


def test_a_layer_that_does_not_fit_is_told_at_its_place(net: Path, netcost: Run) -> None:
    """The front end lets the network's error through, which knows the line and what came in."""
    net.write_text("toy\na 4\nb 4\nc 4\nd 4\n")
    ended = netcost("analyze", "net.toy")
    assert ended.code == 2
    assert "net.toy:5:1: error: " in ended.err


def test_a_tensor_that_goes_nowhere_is_told(net: Path, netcost: Run) -> None:
    """With no word of the front end about it."""
    net.write_text("toy\na 4\nb 4 input\n")
    ended = netcost("analyze", "net.toy")
    assert ended.code == 0
    assert "net.toy:2:1: warning: nothing uses the output of `a`" in ended.err


def test_a_shell_completes_it(net: Path) -> None:
    """By its suffix."""
    del net
    assert frontends.models_in() == ["net.toy"]


def test_the_earlier_name_leads_to_the_same_door(net: Path) -> None:
    """Scripts that read a spec's bytes by `netcost.spec.load` go on to work."""
    del net
    assert load_network(TOY.encode(), "net.toy").name == "toy"
