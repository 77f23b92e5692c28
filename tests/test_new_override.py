"""An override is one entry and what applies it: everything else finds a made-up one, of which nothing else knows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from running import Run
from schemas import validate

MADE_UP = """
from netcost.overrides import COUNT, OVERRIDES, Override

def cropped(network, side):
    shape = network.inputs[0].output
    return network.resized({"input": type(shape)((*shape[:2], side, side))})

OVERRIDES["crop_to"] = Override(
    "crop_to", COUNT, "Crop images to N x N.", metavar="N", words=lambda: ("96", "192"), apply=cropped
)
"""
LOAD = "import sys, netcost; print(netcost.analyze(netcost.load(sys.argv[1], crop_to=4)).totals.macs)"

SPEC = "name: net\ninput: [3, 8, 8]\nlayers: [{name: conv, conv: 2, kernel: 1}]\n"
MACS = 2 * 3 * 8 * 8
CROPPED = 2 * 3 * 4 * 4

Told = Callable[..., str]


@pytest.fixture
def printed(told: Run) -> Told:
    """What a run of it prints."""

    def out(*args: str) -> str:
        ended = told(*args)
        assert ended.code == 0, ended.err
        return ended.out

    return out


def told_by(code: str, *args: str) -> str:
    """What a program prints that knows the override."""
    return subprocess.run(
        [sys.executable, "-c", MADE_UP + code, *args], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """A spec with an image to crop."""
    path = tmp_path / "net.yaml"
    path.write_text(SPEC)
    return str(path)


def test_analyze_has_the_option_and_the_title_says_so(printed: Told, spec: str) -> None:
    """In every table; the facts beside it are those of the network as it was changed."""
    for style in ("alexnet", "lenet"):
        title = printed("analyze", spec, "--crop-to", "4", "--style", style).splitlines()[0]
        assert title == "net (crop-to 4), input 3 x 4 x 4, batch 1, float32"
    markdown = printed("analyze", spec, "--crop-to", "4", "--format", "markdown")
    assert markdown.startswith("### net (crop-to 4), input")
    assert "Crop images to N x N." in printed("analyze", "--help")


def test_a_value_that_does_not_fit_is_refused(told: Run, spec: str) -> None:
    """By its kind."""
    run = told("analyze", spec, "--crop-to", "0")
    assert (run.code, run.out) == (2, "")
    assert "`0` is no whole number of at least 1." in run.err


def test_json_has_it_by_name(printed: Told, spec: str) -> None:
    """And what is read back from there is written again."""
    text = printed("analyze", spec, "--crop-to", "4", "--format", "json")
    (model,) = json.loads(text)["models"]
    assert model["overrides"] == {"crop_to": 4}
    assert model["totals"]["macs"] == CROPPED
    code = (
        "import sys\nfrom netcost.render import render\nfrom netcost.render.reports import Reports\nfrom netcost.report.read import read_report\n"
        "print(*render(Reports(read_report(sys.argv[1])), 'json'), sep='', end='')"
    )
    assert told_by(code, text) == text
    assert json.loads(printed("analyze", spec, "--format", "json"))["models"][0]["overrides"] == {}


def test_schemas_have_it(printed: Told, spec: str) -> None:
    """Those of reports and of budgets."""
    report: Any = json.loads(printed("schema", "report"))
    document = json.loads(printed("analyze", spec, "--crop-to", "4", "--format", "json"))
    validate(document, report)
    document["models"][0]["overrides"]["crop_to"] = "4"
    with pytest.raises(jsonschema.ValidationError):
        validate(document, report)
    assume = json.loads(printed("schema", "budget"))["properties"]["models"]["items"]["properties"]["assume"]
    assert assume["properties"]["crop_to"] == {
        "type": "integer",
        "minimum": 1,
        "description": "Crop images to N x N.",
    }


def test_explain_has_the_option(printed: Told, spec: str) -> None:
    """The layer is that of the changed network."""
    assert "  output  2 x 4 x 4" in printed("explain", spec, "conv", "--crop-to", "4")


def test_diff_has_it_for_each_side(printed: Told, spec: str) -> None:
    """The title tells the sides apart."""
    text = printed("diff", spec, "--crop-to-a", "4", "--format", "json")
    assert json.loads(text)["totals"]["macs"]["before"] == CROPPED
    assert json.loads(text)["before"]["overrides"] == {"crop_to": 4}
    assert printed("diff", spec, "--crop-to-b", "4", "--width", "1000").startswith(
        f"{spec} -> {spec} (crop-to 4)\n"
    )


def test_a_budget_assumes_it_and_a_baseline_without_it_is_refused(
    told: Run, printed: Told, spec: str, tmp_path: Path
) -> None:
    """With both told, and what to write."""
    budget, before = tmp_path / "budget.yaml", str(tmp_path / "before.json")
    budget.write_text(
        f"version: 1\nmodels: [{{spec: net.yaml, assume: {{crop_to: 4}}, limits: {{macs: {CROPPED}}}}}]\n"
    )
    assert printed("check", "--budget", str(budget)).startswith("ok    net (crop-to 4) 1 check")
    printed("analyze", spec, "-o", before)
    run = told("check", "--budget", str(budget), "--baseline", before)
    assert run.code == 2
    assert "has net as its spec has it, it is checked with crop-to 4" in run.err
    assert "write the report with `--crop-to 4`" in run.err


def test_load_takes_it_as_a_keyword(spec: str) -> None:
    """As those that there are."""
    assert told_by(LOAD, spec) == f"{CROPPED}\n"
    assert MACS != CROPPED


def test_its_words_are_completed() -> None:
    """For both sides of diff, too."""
    code = (
        "from click.shell_completion import ShellComplete\nfrom netcost.cli import netcost\n"
        "for option in ('analyze', '--crop-to'), ('diff', '--crop-to-b'):\n"
        "    found = ShellComplete(netcost, {}, 'netcost', 'X').get_completions(list(option), '')\n"
        "    print(*(each.value for each in found))"
    )
    assert told_by(code) == "96 192\n96 192\n"
