"""What commands print of hostile file names, options, specs, budgets, reports and commits."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from hostile_texts import HIDDEN, assert_no_command, assert_plain
from quick import crossed
from running import Run

from netcost.cli import DEFECT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="file names of POSIX")

NAMES = [
    "::error file=x::y",
    " \t::error::x",
    "a\r\n::error::x",
    "##[add-mask]x",
    "\x1b]0;title\x07\x9b31m\u202e\u2028\x85",
]
hostile = pytest.mark.parametrize("name", NAMES, ids=ascii)

NOT_IN_YAML = dict.fromkeys(map(ord, "\x1b\x07\x9b\u202e"))
SPEC = "name: {name}\ninput: [3]\nlayers:\n  - {{name: fc, linear: 4}}\n  - relu\n"
FAULTY = "input: [3]\nlayers:\n  - {{conv: 16, kernal: 3}} # {name}\n"


def printed(netcost: Run, *args: str) -> str:
    """What a run says to a person, on both streams; it is plain, and no defect."""
    code, out, err = netcost(*args)
    assert code != DEFECT, err
    assert_plain(out)
    assert_plain(err)
    return out + err


@pytest.fixture
def spec(folder: Path, name: str) -> str:
    """A spec with a hostile name in a file of that name, as far as a folder allows."""
    file = f"{name}.yaml"
    (folder / file).write_text(SPEC.format(name=json.dumps(name.translate(NOT_IN_YAML))), encoding="utf-8")
    return file


@hostile
@pytest.mark.parametrize(
    "args",
    [
        ["analyze"],
        ["analyze", "--style", "lenet"],
        ["analyze", "--color", "always", "--width", "30"],
        ["check", "--limit", "params=1"],
        ["diff", "alexnet"],
        ["budget", "init", "-o", "-"],
        ["budget", "init"],
    ],
    ids=" ".join,
)
def test_file_names_and_names_in_files(netcost: Run, spec: str, args: list[str]) -> None:
    """Titles, rows, places and sentences; a budget cannot name a file that no YAML may hold the name of."""
    code, out, err = netcost(*args, spec)
    refused = args[0] == "budget" and "this text holds a control character" in err
    assert code in ({2} if refused else {0, 1}), err
    plain = [text.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "") for text in (out, err)]
    for text in plain:
        assert_plain(text)


@hostile
def test_explain(netcost: Run, spec: str, name: str) -> None:
    """The place, and the name of a layer that there is not."""
    assert "params" in printed(netcost, "explain", spec, "fc")
    assert "has no layer" in printed(netcost, "explain", spec, "nothing like it")
    assert "has no layer" in printed(netcost, "explain", "alexnet", name)


@hostile
@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_formats_for_programs_on_standard_output(netcost: Run, spec: str, form: str) -> None:
    """They reach a log, too."""
    for args in (["analyze", spec, "--format", form], ["diff", "alexnet", spec, "--format", form]):
        out = netcost(*args).out
        assert_no_command(out)
        assert not HIDDEN.search(out.replace("\n", "").replace("\r", "").replace("\t", ""))


@hostile
def test_faults(netcost: Run, folder: Path, name: str) -> None:
    """A file's name, a line of it, the path of a budget and its message."""
    (folder / f"{name}.yaml").write_text(
        FAULTY.format(name=name.translate({**NOT_IN_YAML, 10: None, 13: None})), "utf-8"
    )
    assert "error: " in printed(netcost, "analyze", f"{name}.yaml")
    assert "error: " in printed(netcost, "check", f"{name}.yaml", "--limit", "params=1")
    budget = f"version: 1\nmodels:\n  - {{spec: alexnet, limits: {{params: 1}}, message: {json.dumps(name.translate(NOT_IN_YAML))}}}\n"
    (folder / f"{name}.budget.yaml").write_text(budget, encoding="utf-8")
    assert "FAIL" in printed(netcost, "check", "--budget", f"{name}.budget.yaml")
    assert "is lowered" not in printed(
        netcost, "budget", "update", "--tighten", "--budget", f"{name}.budget.yaml"
    )


TYPED = [
    "{}",
    "analyze {}",
    "analyze alexnet --{}",
    "analyze alexnet --batch {}",
    "analyze alexnet --input {}",
    "analyze alexnet --dtype {}",
    "analyze alexnet --variant {}",
    "analyze alexnet --set {}",
    "analyze alexnet --set {}=1",
    "analyze alexnet --set width={}",
    "analyze alexnet --format {}",
    "analyze alexnet -o {}",
    "analyze alexnet -o {}.csv -o {}.csv",
    "analyze alexnet -o {}/a.csv",
    "analyze alexnet -o csv:{}/a",
    "check alexnet --limit {}",
    "check alexnet --limit params={}",
    "check --budget {}",
    "check alexnet --limit params=1 --baseline {}",
    "check alexnet --limit params=1 --base {}",
    "diff {}.json alexnet",
    "diff alexnet {}",
    "diff alexnet --set-b {}",
    "budget {}",
    "budget init {}",
    "budget init alexnet -o {}/b.yaml",
    "budget update --tighten --budget {}",
    "budget init alexnet --slack {}",
    "layers {}",
    "schema {}",
    "completion {}",
    "explain {} conv1",
]


@pytest.mark.parametrize(
    ("words", "name"), crossed(TYPED, NAMES), ids=lambda value: ascii(value) if value in NAMES else None
)
def test_what_is_typed(netcost: Run, name: str, words: str) -> None:
    """An error quotes it in one line."""
    args = words.split()
    harmless = netcost(*(arg.format(re.sub(r"[^\w=#]", "x", name)) for arg in args))
    code, out, err = netcost(*(arg.format(name) for arg in args))
    assert code != DEFECT
    assert_plain(out)
    assert_plain(err, harmless.err)


@hostile
def test_baselines(netcost: Run, folder: Path, spec: str, name: str) -> None:
    """A report brings texts of its own; one that is none is refused."""
    netcost("analyze", spec, "alexnet", "-o", "report.json")
    assert "holds 2 networks" in printed(netcost, "diff", "report.json", "alexnet")
    printed(netcost, "diff", f"report.json#{name}", spec)
    printed(netcost, "check", spec, "--limit", "params=1", "--baseline", "report.json")
    assert "is a report" in printed(netcost, "diff", "report.json", "alexnet", "--batch", "2")
    (folder / "broken.json").write_text(json.dumps({"format_version": name}), encoding="utf-8")
    assert "broken.json" in printed(netcost, "diff", "broken.json", "alexnet")


@hostile
def test_a_model_of_another_commit(netcost: Run, folder: Path, spec: str) -> None:
    """Paths that git tells: renamed, deleted, faulty."""
    (folder / f"old {spec}").write_text("input: [3]\nlayers: [rel]\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["branch", "base"]):
        subprocess.run([*git, *args], check=True, cwd=folder)
    (folder / spec).rename(folder / f"new {spec}")
    (folder / f"old {spec}").write_text("input: [3]\nlayers: [relu]\n")
    subprocess.run([*git, "add", "-A"], check=True, cwd=folder)
    limits = ["--limit", "params=1", "--base", "base"]
    assert "was " in printed(netcost, "check", f"new {spec}", "--limit", "params=1k", "--base", "base")
    printed(netcost, "check", f"old {spec}", *limits)
    printed(netcost, "diff", f"new {spec}", "--base", "base")
    printed(netcost, "diff", f"old {spec}", "--base", "base")
