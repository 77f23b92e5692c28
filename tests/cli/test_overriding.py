"""What was overridden, from the command line to every report and back from a baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from running import Run

SPEC = """\
name: net
params: {width: 4, sizes: [1, 2]}
variants: {wide: {width: 8}}
input: [3, 8, 8]
batch: 1
dtype: float32
layers: [{conv: width, kernel: 3, norm: batchnorm}, {conv: 2, kernel: 3}]
"""
BUDGET = "version: 1\nmodels: [{spec: net.yaml, ASSUME limits: {params: 1k}, regression: {params: 0%}}]\n"


@pytest.fixture
def net(folder: Path) -> Path:
    """A spec with something to change."""
    path = folder / "net.yaml"
    path.write_text(SPEC)
    return path


def overridden(netcost: Run, *args: str) -> Any:
    ended = netcost("analyze", "net.yaml", *args, "--format", "json")
    assert ended.code == 0, ended.err
    (model,) = json.loads(ended.out)["models"]
    return model["overrides"]


@pytest.mark.parametrize(
    ("options", "overrides"),
    [
        ([], {}),
        (["--batch", "2"], {"batch": 2}),
        (["--dtype", "int8/float16"], {"dtype": "int8/float16"}),
        (["--input", "3,16,16"], {"input": [3, 16, 16]}),
        (["--variant", "wide"], {"variant": "wide"}),
        (["--set", "width=2 * 3", "--set", "sizes=[2, 3]"], {"set": {"width": 6, "sizes": [2, 3]}}),
        (["--set", "width=6.0"], {"set": {"width": 6}}),
        (["--fold-batchnorm"], {"fold_batchnorm": True}),
        (["--variant", "wide", "--set", "width=4"], {"variant": "wide", "set": {"width": 4}}),
        # nothing of these is another than the file has it
        (["--batch", "1", "--dtype", "float32", "--input", "3,8,8"], {}),
        (["--set", "width=4", "--set", "sizes=[1,2]"], {}),
        (["--variant", "net"], {}),
        (["--variant", "wide", "--set", "width=8"], {"variant": "wide"}),
    ],
)
def test_json_has_what_was_changed(
    net: Path, netcost: Run, options: list[str], overrides: dict[str, Any]
) -> None:
    """As values, however they were written."""
    assert overridden(netcost, *options) == overrides


@pytest.mark.parametrize("form", ["table", "markdown"])
@pytest.mark.parametrize("style", ["alexnet", "lenet"])
def test_the_title_has_what_the_facts_beside_it_do_not_say(
    net: Path, netcost: Run, style: str, form: str
) -> None:
    """Parameters and folding; batch, input and number format stand there anyway."""
    options = ("--set", "width=6", "--fold-batchnorm", "--batch", "2", "--style", style, "--format", form)
    title = netcost("analyze", "net.yaml", *options).out.splitlines()[0]
    assert title.removeprefix("### ") == "net (width 6, fold-batchnorm), input 3 x 8 x 8, batch 2, float32"


def test_csv_keeps_the_name(net: Path, netcost: Run) -> None:
    """Programs find the model by it."""
    lines = netcost("analyze", "net.yaml", "--batch", "2", "--format", "csv").out.splitlines()
    assert {line.partition(",")[0] for line in lines[1:]} == {"net"}


def test_the_summary_tells_networks_of_one_name_apart(net: Path, folder: Path, netcost: Run) -> None:
    """By their files."""
    (folder / "b.yaml").write_text(SPEC.replace("conv: 2", "conv: 3"))
    text = netcost("analyze", "net.yaml", "b.yaml", "--batch", "2", "--width", "200").out
    names = [line.partition("│")[0].strip() for line in text.partition("Summary")[2].splitlines()]
    assert names[-2:] == ["net (batch 2) in net.yaml", "net (batch 2) in b.yaml"]


@pytest.mark.parametrize("style", ["alexnet", "lenet"])
def test_so_does_the_title_of_each_table(net: Path, folder: Path, netcost: Run, style: str) -> None:
    """A file that is named twice needs no telling."""
    (folder / "b.yaml").write_text(SPEC.replace("conv: 2", "conv: 3"))

    def titles(*specs: str) -> list[str]:
        text = netcost("analyze", *specs, "--style", style, "--width", "200").out
        return [line.partition(",")[0] for line in text.splitlines() if ", batch 1, " in line]

    assert titles("net.yaml", "b.yaml", "lenet") == ["net in net.yaml", "net in b.yaml", "lenet"]
    assert titles("net.yaml", "net.yaml") == ["net", "net"]


def test_batch_normalisation_is_folded_for_every_command(net: Path, folder: Path, netcost: Run) -> None:
    """The 8 parameters of the norm become 0 more: a bias of 4 for one of 4."""
    folded = "--fold-batchnorm"
    # 4 filters of 3 * 3 * 3 weights have a bias now
    assert "+ C_out = 4 * 3 * 3 * 3 + 4 = 112" in netcost("explain", "net.yaml", "conv1", folded).out
    assert "has no layer `conv1.norm`" in netcost("explain", "net.yaml", "conv1.norm", folded).err
    found = json.loads(netcost("diff", "net.yaml", "--fold-batchnorm-b", "--format", "json").out)
    # 4 * 27 weights and the norm's 8, or a bias of 4; 2 * 36 + 2 in the last
    assert (found["totals"]["params"]["before"], found["totals"]["params"]["after"]) == (190, 186)
    assert found["after"]["overrides"] == {"fold_batchnorm": True}
    (folder / "netcost-budget.yaml").write_text(
        "version: 1\nmodels: [{spec: net.yaml, assume: {fold_batchnorm: true}, limits: {params: 185}}]\n"
    )
    assert netcost("check").out.startswith("FAIL  net (fold-batchnorm) params 186 > 185")


def test_folded_networks_keep_their_own_budget(net: Path, netcost: Run) -> None:
    """A fault of it is shown with its line."""
    net.write_text(SPEC + "budget: {limits: {parms: 1}}\n")
    (net.parent / "netcost-budget.yaml").write_text(
        "version: 1\nmodels: [{spec: net.yaml, assume: {fold_batchnorm: true}}]\n".replace(
            "}}", "}, limits: {params: 1k}}"
        )
    )
    assert "8 | budget: {limits: {parms: 1}}" in netcost("check").out


@pytest.mark.parametrize(
    ("assume", "message"),
    [
        ("{fold_batchnorm: 1}", "`fold_batchnorm` is true or false"),
        ("{fold_batchnorm: [true]}", "`fold_batchnorm` is true or false"),
        ("{fold_batchnom: true}", "did you mean `fold_batchnorm`?"),
        ("{set: {sizes: [{a: 1}]}}", "expected a value, got a mapping"),
        ("{set: {sizes: {a: 1}}}", "`sizes` must be a single value"),
    ],
)
def test_a_budget_is_held_to_the_kind_of_each(net: Path, netcost: Run, assume: str, message: str) -> None:
    """With exit code 2."""
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", f"assume: {assume},"))
    ended = netcost("check")
    assert ended.code == 2
    assert message in ended.err


# Baselines


@pytest.mark.parametrize(
    ("then", "assume", "told"),
    [
        ([], "set: {width: 6}", "as its spec has it, it is checked with width 6"),
        (["--set", "width=6"], "", "with width 6, it is checked as its spec has it"),
        (["--set", "width=6"], "set: {width: 7}", "with width 6, it is checked with width 7"),
        (["--set", "sizes=[1]"], "set: {sizes: [1, 2, 3]}", "with sizes [1], it is checked with sizes [1, 2, 3]"),
        ([], "fold_batchnorm: true", "as its spec has it, it is checked with fold-batchnorm"),
        (["--batch", "2"], "", "with batch 2, it is checked with batch 1"),
        ([], "dtype: int8", "with dtype float32, it is checked with dtype int8"),
        (["--input", "3,9,9"], "", "with input 3,9,9, it is checked with input 3,8,8"),
        (["--batch", "2"], "set: {width: 6}", "with batch 2, it is checked with batch 1, width 6"),
    ],
)  # fmt: skip
def test_a_baseline_under_other_assumptions_is_refused(
    net: Path, netcost: Run, then: list[str], assume: str, told: str
) -> None:
    """With both told."""
    netcost("analyze", "net.yaml", *then, "-o", "then.json")
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", f"assume: {{{assume}}},"))
    ended = netcost("check", "--baseline", "then.json")
    assert (ended.code, ended.out) == (2, "")
    assert f"then.json has net {told}" in ended.err


@pytest.mark.parametrize(
    ("then", "assume"),
    [
        (["--set", "width=6"], "set: {width: 2 * 3}"),
        (["--set", "sizes=[1, 5]"], "set: {sizes: [1, 5]}"),
        ([], "set: {width: 4}, batch: 1, dtype: float32, input: [3, 8, 8], fold_batchnorm: false"),
        (["--batch", "2", "--fold-batchnorm"], "fold_batchnorm: true, batch: 2"),
    ],
)
def test_a_baseline_under_the_same_assumptions_is_compared(
    net: Path, netcost: Run, then: list[str], assume: str
) -> None:
    """However they are written."""
    netcost("analyze", "net.yaml", *then, "-o", "then.json")
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", f"assume: {{{assume}}},"))
    ended = netcost("check", "--baseline", "then.json")
    assert (ended.code, ended.err) == (0, "")
    assert "2 checks" in ended.out


def test_a_spec_that_says_by_now_what_was_asked_for_is_compared(net: Path, netcost: Run) -> None:
    """The numbers hold for the same batch."""
    netcost("analyze", "net.yaml", "--batch", "2", "-o", "then.json")
    net.write_text(SPEC.replace("batch: 1", "batch: 2"))
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", ""))
    assert netcost("check", "--baseline", "then.json").code == 0


def test_of_two_models_of_one_name_that_of_the_same_source_is_taken(
    net: Path, folder: Path, netcost: Run
) -> None:
    """Whatever the order."""
    (folder / "b.yaml").write_text(SPEC.replace("conv: 2", "conv: 3"))
    (folder / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", ""))
    for specs in (("net.yaml", "b.yaml"), ("b.yaml", "net.yaml")):
        netcost("analyze", *specs, "-o", "then.json")
        assert netcost("check", "--baseline", "then.json").code == 0
    netcost("analyze", "b.yaml", "-o", "then.json")
    # one that moved is found by its name alone
    assert netcost("check", "--baseline", "then.json").out.startswith("ok    net 2 checks")


def test_of_two_models_of_one_name_from_elsewhere_none_is_taken(
    net: Path, folder: Path, netcost: Run
) -> None:
    """It cannot be told which was meant."""
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(SPEC)
    netcost("analyze", "a.yaml", "b.yaml", "-o", "then.json")
    (folder / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", ""))
    ended = netcost("check", "--baseline", "then.json")
    assert (ended.code, ended.out) == (2, "")
    assert "then.json has 2 networks called net, in a.yaml and b.yaml" in ended.err


def test_of_two_readings_of_one_spec_that_under_the_same_overrides_is_taken(
    net: Path, folder: Path, netcost: Run
) -> None:
    """As a program may write them into one report."""
    documents = []
    for options in ((), ("--set", "width=6")):
        netcost("analyze", "net.yaml", *options, "-o", "then.json")
        documents.append(json.loads((folder / "then.json").read_text()))
    documents[0]["models"] += documents[1]["models"]
    (folder / "then.json").write_text(json.dumps(documents[0]))
    for assume in ("", "assume: {set: {width: 6}},"):
        (folder / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", assume))
        assert netcost("check", "--baseline", "then.json").code == 0
    (folder / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", "assume: {set: {width: 5}},"))
    assert "as its spec has it, it is checked with width 5" in netcost("check", "--baseline", "then.json").err


# An earlier report does not say what was overridden


def earlier(path: Path) -> None:
    """Make it a report of version 1.0, as far as overrides go."""
    document = json.loads(path.read_text())
    document["format_version"] = "1.0"
    for model in document["models"]:
        del model["overrides"]
    path.write_text(json.dumps(document))


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (["--batch", "2"], "with batch 2, it is checked with batch 1"),
        (["--dtype", "int8"], "with dtype int8, it is checked with dtype float32"),
        (["--input", "3,9,9"], "with input 3,9,9, it is checked with input 3,8,8"),
    ],
)
def test_an_earlier_baseline_is_held_to_its_facts(
    net: Path, netcost: Run, then: list[str], told: str
) -> None:
    """Batch, number format and inputs must be the same."""
    netcost("analyze", "net.yaml", *then, "-o", "then.json")
    earlier(net.parent / "then.json")
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", ""))
    assert told in netcost("check", "--baseline", "then.json").err


@pytest.mark.parametrize("form", ["text", "table", "json", "markdown"])
def test_a_check_tells_that_nobody_knows_how_an_earlier_baseline_was_made(
    net: Path, netcost: Run, form: str
) -> None:
    """A report under another parameter would pass for the same; one of today is known."""
    netcost("analyze", "net.yaml", "--set", "width=6", "-o", "then.json")
    earlier(net.parent / "then.json")
    note = "then.json does not say what was changed about its networks"
    (net.parent / "netcost-budget.yaml").write_text(BUDGET.replace("ASSUME", ""))
    checked = ("check", "--baseline", "then.json", "-o", f"{form}:-")
    assert netcost(*checked).out.count(note) == 1
    netcost("analyze", "net.yaml", "-o", "then.json")
    assert note not in netcost(*checked).out


def test_a_diff_tells_what_each_side_holds_for(net: Path, netcost: Run) -> None:
    """Reports, too; of an earlier one, the facts that differ, and that nobody knows the rest."""
    netcost("analyze", "net.yaml", "--set", "width=6", "-o", "then.json")

    def title(*args: str) -> str:
        return netcost("diff", *args, "--width", "200").out.splitlines()[0]

    assert title("then.json", "net.yaml") == "then.json (width 6) -> net.yaml"
    assert title("net.yaml", "--set-b", "width=6") == "net.yaml -> net.yaml (width 6)"
    netcost("analyze", "net.yaml", "--batch", "2", "-o", "then.json")
    earlier(net.parent / "then.json")
    assert title("then.json", "net.yaml") == "then.json (batch 2, overrides unknown) -> net.yaml (batch 1)"
    netcost("analyze", "net.yaml", "-o", "then.json")
    earlier(net.parent / "then.json")
    assert title("net.yaml", "then.json") == "net.yaml -> then.json (overrides unknown)"


def test_a_diff_finds_one_of_several_networks_of_one_name(net: Path, folder: Path, netcost: Run) -> None:
    """As an error lists them."""
    (folder / "b.yaml").write_text(SPEC.replace("conv: 2", "conv: 3"))
    netcost("analyze", "net.yaml", "b.yaml", "-o", "both.json")
    listed = "name one: both.json#net in net.yaml or both.json#net in b.yaml"
    for spec in ("both.json", "both.json#net"):
        assert listed in netcost("diff", spec, "net.yaml").err
    assert "No layer differs." in netcost("diff", "both.json#net in net.yaml", "net.yaml").out
    assert "Layers: 1 changed" in netcost("diff", "both.json#net in b.yaml", "net.yaml").out
