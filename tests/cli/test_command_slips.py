"""Slips on the command line and in budgets: each is told once, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

NET = "input: [3, 32, 32]\nlayers:\n  - {conv: 8, kernel: 3}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one spec, `mynet.yaml`."""
    (tmp_path / "mynet.yaml").write_text(NET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("alexnet", "Did you mean `netcost analyze alexnet`?"),
        ("mynet.yaml", "Did you mean `netcost analyze mynet.yaml`?"),
        ("mynet", "Did you mean `netcost analyze mynet.yaml`?"),
        ("analyze mynet.yaml --input 8,3,16,16", "write `--batch 8 --input 3,16,16`"),
        ("analyze mynet.yaml --input 8,64,48,3", "write `--batch 8 --input 3,64,48`"),
        ("analyze mlp --input 8,3072", "write `--batch 8 --input 3072`"),
        ("analyze mynet.yaml --silent", "Did you mean '--quiet'?"),
        ("check mynet.yaml --baseline old.json#mynet", "leave `#mynet` out"),
        ("resnet101", "Did you mean `netcost analyze resnet101`?"),
        ("-v", "Did you mean '-V'?"),
        ("analyze mynet.yaml -f csv", "Did you mean '--format'?"),
        ("check mynet.yaml --json", "Did you mean '--format json'?"),
        ("check mynet.yaml --no-color", "Did you mean '--color never'?"),
        ("check mynet.yaml --format githb", "Did you mean `github`?"),
        ("check mynet.yaml --limit memry=1MiB", "did you mean `memory`?"),
        ("models --sort parms", "Did you mean `params`?"),
        ("list", "Did you mean `netcost models`?"),
        ("summary", "Did you mean `netcost analyze SPEC`?"),
        ("compare", "Did you mean `netcost diff A B`?"),
        ("budget tighten", "Did you mean `netcost budget update --tighten`?"),
        ("budget int", "Did you mean `init`?"),
        ("analyze mynet", "did you mean `mynet.yaml`?"),
        ("analyze mynt.yaml", "did you mean `mynet.yaml`?"),
        ("analyze mynet.yml", "did you mean `mynet.yaml`?"),
        ("analyze ./mynt.yaml", "did you mean `./mynet.yaml`?"),
        ("analyze ResNet50", "did you mean `resnet50`?"),
        ("analyze resnet50.yml", "did you mean `resnet50`?"),
        ("analyze mynet.yaml --input 227x227", "write `--input 3,227,227`"),
        ("analyze mynet.yaml --input 227", "write `--input 3,227,227`"),
        ("analyze mynet.yaml --count flop", "Did you mean `flops`?"),
        ("analyze mynet.yaml --style lenat", "Did you mean `lenet`?"),
        ("analyze mynet.yaml --color yes", "Did you mean `always`?"),
        ("analyze mynet.yaml --sort parameters", "Did you mean `params`?"),
        ("analyze mynet.yaml --dtype float61", "did you mean `float64`?"),
        ("analyze mynet.yaml --format markdwn", "Did you mean `markdown`?"),
        ("analyze mynet.yaml --json", "Did you mean '--format json'?"),
        ("analyze mynet.yaml --batch-size 8", "Did you mean '--batch'?"),
        ("analyze mynet.yaml --no-color", "Did you mean '--color never'?"),
        ("analyze mynet.yaml --btach 8", "Did you mean '--batch'?"),
        ("sweep mynet.yaml --st x=1..2", "Did you mean '--set'?"),
        ("analyze mynet.yaml --st x=1", "Did you mean '--set'?"),
        ("diff mynet.yaml mynet.yaml --plain", "Did you mean '--plain-attention'?"),
        ("check mynet.yaml --o x.md", "Did you mean '--output'?"),
        ("solve mynet.yaml --mx batch=1..2", "Did you mean '--max'?"),
        ("sweep mynet.yaml --dryrun", "Did you mean '--dry-run'?"),
        ("analyze mynet.yaml --fold_batchnorm", "Did you mean '--fold-batchnorm'?"),
        ("sweep mynet.yaml -j 2", "Did you mean '--jobs'?"),
        ("sweep mynet.yaml -s x=1", "No such option '-s'.\n"),
        ("--hepl", "Did you mean '--help'?"),
        ("memory mynet.yaml --SET x=1", "Did you mean '--set'?"),
        ("analyze alexnet --input 3,10,10", "`--input 3,10,10` does not fit it"),
        ("budget init mynet.yaml --slack 0.05", "write `5%`"),
        ("budget init mynet.yaml --slack 5", "write `5%`"),
        ("budget init mynet.yaml --metric parms", "Did you mean `params`?"),
        ("check mynet.yaml --limit parms=3M", "did you mean `params`?"),
        ("check mynet.yaml --limit params=63MB", "write `63M`"),
        ("check mynet.yaml --limit params=1e6", "write `1M`"),
        ("check mynet.yaml --limit params=0.5", "write `1`"),
        ("schema spek", "Did you mean `spec`?"),
        ("completion bsh", "Did you mean `bash`?"),
    ],
)
def test_a_slip_on_the_command_line_is_told_with_what_to_write(netcost: Run, args: str, told: str) -> None:
    """Exit code 2, nothing on standard output, and the advice once."""
    ended = netcost(*args.split())
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count(told) == 1


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("args", "same"),
    [
        ("--dtype fp16", "--dtype float16"),
        ("--dtype half", "--dtype float16"),
        ("--dtype torch.bfloat16", "--dtype bfloat16"),
        ("--dtype fp32", ""),
        ("--input 3x64x64", "--input 3,64,64"),
        ("--input [3,64,64]", "--input 3,64,64"),
        ("--format md", "--format markdown"),
        ("--count MACS", "--count macs"),
        ("--count lecture_flops", "--count lecture"),
        ("-o md:-", "-o markdown:-"),
    ],
)
def test_what_can_mean_but_one_thing_is_taken_so(netcost: Run, args: str, same: str) -> None:
    """The table is that of netcost's own words."""
    ended = netcost("analyze", "mynet.yaml", *args.split())
    assert ended == netcost("analyze", "mynet.yaml", *same.split())
    assert ended.code == 0


def test_help_and_version_are_commands_too(netcost: Run) -> None:
    """As in git and ruff."""
    assert netcost("version") == netcost("-V") == netcost("--version")
    assert netcost("help") == netcost("--help")
    assert netcost("help", "analyze") == netcost("analyze", "--help")


@pytest.mark.usefixtures("folder")
def test_data_errors_carry_no_usage(netcost: Run) -> None:
    """The command was called rightly."""
    for args in (("check",), ("budget", "update", "--tighten")):
        ended = netcost(*args)
        assert ended.code == 2
        assert ended.err.startswith("Error: There is ")


@pytest.mark.parametrize(
    ("entry", "place", "told"),
    [
        ("path: mynet.yaml\n    limits: {params: 3M}", "3:5", "did you mean `spec`?"),
        ("spec: mynet.yaml\n    limit: {params: 3M}", "4:5", "did you mean `limits`?"),
        ("spec: mynet.yaml\n    limits: {parameters: 3M}", "4:14", "did you mean `params`?"),
        ("spec: mynet.yaml\n    limits: {params: 100_000}", "4:22", "write `100000`"),
        ("spec: mynet.yaml\n    limits: {params: 63MB}", "4:22", "write `63M` (63,000,000)"),
        ("spec: mynet.yaml\n    limits: {params: 5%}", "4:22", "`{max_share: 65%}`"),
        ("spec: mynet.yaml\n    limits: {weight_bytes: 64KB}", "4:28", "`64kB` (64,000) or `64KiB` (65,536)"),
        ("spec: mynet.yaml\n    limits: {weight_bytes: 3m}", "4:28", "`3MB` (3,000,000) or `3MiB`"),
        ("spec: mynet.yaml\n    limits: {weight_bytes: 64mb}", "4:28", "`64MB` (64,000,000) or `64MiB`"),
        ("spec: mynet.yaml\n    limits: {weight_bytes: 3Mib}", "4:28", "`3MiB`"),
        ("spec: mynet.yaml\n    limits: {params=3M}", "4:14", "write `params: 3M`"),
        ("spec: mynet.yaml\n    limits: {params: 3M, max: 3M}", "4:26", "belongs to"),
        ("spec: mynet.yaml\n    limits: {params:3M}", "4:14", "write `params: 3M`"),
        ("spec: mynet.yaml\n    regression: {params: 0.05}", "4:26", "write `5%`, or `0.05%`"),
        (
            "spec: mynet.yaml\n    per_layer: [{layer: conv1, params: {max_share: 65%}}]",
            *("4:18", "did you mean `match`?"),
        ),
        (
            "spec: mynet.yaml\n    per_layer: [{match: conv1, params: {max_share: 0.65}}]",
            *("4:52", "write `65%`, or `0.65%`"),
        ),
        ("spec: mynt.yaml\n    limits: {params: 3M}", "3:11", "did you mean `mynet.yaml`?"),
        ("spec: nets/*.yaml\n    limits: {params: 3M}", "3:11", "`**` goes into those below"),
    ],
)
def test_a_slip_in_a_budget_is_told_once(
    netcost: Run, folder: Path, entry: str, place: str, told: str
) -> None:
    """At its place, with what to write."""
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels:\n  - {entry}\n", encoding="utf-8")
    ended = netcost("check")
    assert ended.code == 2
    assert ended.err.count(": error: ") == 1
    assert ended.err.startswith(f"netcost-budget.yaml:{place}: ")
    assert told in ended.err


@pytest.mark.parametrize("head", ["", "version: 1\n", "netcost: 1\n"])
def test_specs_and_budgets_say_their_version_alike_or_not_at_all(
    netcost: Run, folder: Path, head: str
) -> None:
    """Both words are read in both."""
    (folder / "mynet.yaml").write_text(head + NET, encoding="utf-8")
    text = f"{head}models:\n  - {{spec: mynet.yaml, limits: {{params: 3M}}}}\n"
    (folder / "netcost-budget.yaml").write_text(text, encoding="utf-8")
    ended = netcost("check")
    assert (ended.code, ended.err) == (0, "")


def test_a_network_of_one_layer_is_not_told_what_its_only_layer_holds(netcost: Run, folder: Path) -> None:
    """There is nothing to compare it with."""
    ended = netcost("analyze", str(folder / "mynet.yaml"))
    assert ended.code == 0
    assert "100%" not in ended.out


def test_a_pattern_does_not_mean_the_budget_itself(netcost: Run, folder: Path) -> None:
    """It lies beside the specs, and is none."""
    text = 'version: 1\nmodels:\n  - {spec: "*.yaml", limits: {params: 3M}}\n'
    (folder / "netcost-budget.yaml").write_text(text, encoding="utf-8")
    ended = netcost("check")
    assert (ended.code, ended.err) == (0, "")
    assert "1 model within budget" in ended.out
