"""The GitHub action and the pre-commit hook: what they declare, and their scripts run as a runner would."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from budgets import CNN
from quick import others_slow

from netcost.render.check.comment import MARK

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not shutil.which("bash"),
    reason="the stand-ins for installed commands are shell scripts",
)

BUDGET = "version: 1\nmodels:\n  - {spec: cnn.yaml, limits: {params: 3k}}\n"


def step(name: str) -> dict[str, Any]:
    """A step by its name."""
    return next(each for each in STEPS if each.get("name") == name)


def test_inputs_never_become_part_of_a_script() -> None:
    """They reach the shell through its environment, so that no input can be a command."""
    scripts = [each["run"] for each in STEPS if "run" in each]
    assert len(scripts) == 3
    assert not [script for script in scripts if "${{" in script]
    assert all(each.get("shell") == "bash" for each in STEPS if "run" in each)


def test_every_input_is_used_and_described() -> None:
    """And no other."""
    text = json.dumps(STEPS)
    for name, declared in ACTION["inputs"].items():
        assert declared["description"]
        assert f"inputs.{name} " in text


Ran = tuple[int, str, dict[str, str]]


@pytest.fixture
def runner(tmp_path: Path) -> Callable[..., Ran]:
    """Run a step of the action; gives its exit code, its output, and the outputs that it set."""
    home, work = tmp_path / "temp", tmp_path / "work"
    python = home / "netcost" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    work.mkdir()
    (work / "cnn.yaml").write_text(CNN)
    (work / "netcost-budget.yaml").write_text(BUDGET)

    def run(name: str, **given: str) -> Ran:
        outputs, summary = tmp_path / "outputs", tmp_path / "summary.md"
        outputs.write_text("")
        variables = dict.fromkeys(step(name)["env"], "")
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]],
            cwd=work,
            env={
                **os.environ,
                "RUNNER_TEMP": str(home),
                "GITHUB_OUTPUT": str(outputs),
                "GITHUB_STEP_SUMMARY": str(summary),
                **variables,
                **given,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return (
            ended.returncode,
            ended.stdout + ended.stderr,
            dict(line.split("=", 1) for line in outputs.read_text().splitlines()),
        )

    return run


def test_a_kept_budget_passes(runner: Callable[..., Ran], tmp_path: Path) -> None:
    """With a report, a comment and a summary."""
    code, text, outputs = runner("Check")
    verdict, written = text.splitlines()
    assert (code, verdict) == (0, "1 model within budget")
    assert written.endswith("are written")
    assert outputs["failed"] == "false"
    assert json.loads(Path(outputs["report"]).read_text())["status"] == "pass"
    assert Path(outputs["comment"]).read_text().startswith(MARK)
    assert (tmp_path / "summary.md").read_text().startswith(MARK)


def test_a_broken_budget_fails_with_annotations(runner: Callable[..., Ran]) -> None:
    """The step fails after it has set its outputs."""
    code, text, outputs = runner("Check", LIMITS="params=2k\nmacs=2M\n")
    assert code == 1
    assert text.startswith("::error file=cnn.yaml,line=7,col=19,title=netcost%3A params of cnn::")
    assert outputs["failed"] == "true"
    assert json.loads(Path(outputs["report"]).read_text())["status"] == "fail"


def test_what_cannot_be_told_is_no_failure_of_the_budget(runner: Callable[..., Ran]) -> None:
    """`failed` stays empty; there is no report of an earlier run."""
    runner("Check")
    code, text, outputs = runner("Check", BUDGET="missing.yaml")
    assert (code, outputs) == (2, {})
    assert "missing.yaml: error: no such file" in text


def test_all_inputs_reach_the_command(runner: Callable[..., Ran], tmp_path: Path) -> None:
    """One by one, whatever they hold."""
    (tmp_path / "work" / "my budget.yaml").write_text(BUDGET.replace("3k", "{warn: 1}"))
    assert runner("Check", BUDGET="my budget.yaml")[0] == 0
    assert runner("Check", BUDGET="my budget.yaml", STRICT="true")[0] == 1
    told = runner("Check", SPECS="lenet\n\nalexnet\n", LIMITS="params=62M")[1]
    assert told.splitlines()[0] == "2 models within budget"
    assert "--base needs" in runner("Check", BASE="main")[1]
    assert "cannot read missing.json" in runner("Check", BASELINE="missing.json")[1]
    assert runner("Check", REQUIRE_BASELINE="true")[0] == 0


@pytest.mark.parametrize("given", ["yes", "True", "1", " true", "on\n::warning::x"])
@pytest.mark.parametrize("name", ["strict", "require-baseline"])
def test_a_switch_is_true_or_false(runner: Callable[..., Ran], name: str, given: str) -> None:
    """Another spelling would leave out a part of the check in silence."""
    code, text, outputs = runner("Check", **{name.replace("-", "_").upper(): given})
    assert (code, outputs) == (2, {})
    assert text == f"::error title=netcost::the input {name} is neither true nor false\n"


def test_a_switch_may_be_false(runner: Callable[..., Ran]) -> None:
    """As if it were left out."""
    assert runner("Check", STRICT="false", REQUIRE_BASELINE="false")[0] == 0


RECORDER = """\
#!/bin/sh
printf '%s\\0' "$@" > "$RUNNER_TEMP/arguments"
exit 2
"""


HOSTILE = ("$(touch hacked)", "`touch hacked`", "; touch hacked", "--budget=x", "-o", "*")


@pytest.mark.parametrize("hostile", others_slow(HOSTILE, {"$(touch hacked)", "--budget=x", "*"}))
def test_inputs_are_taken_as_they_are(runner: Callable[..., Ran], tmp_path: Path, hostile: str) -> None:
    """None is run, none becomes an option."""
    code, text, _ = runner("Check", SPECS=hostile, LIMITS="params=1")
    assert code == 2
    assert "there is no such file" in text
    for program in (tmp_path / "temp" / "netcost" / "bin").iterdir():
        program.write_text(RECORDER)
    for name in ("BUDGET", "BASE", "BASELINE", "LIMITS"):
        assert runner("Check", **{name: hostile})[0] == 2
        arguments = (tmp_path / "temp" / "arguments").read_text().split("\0")
        assert f"--{name.lower().removesuffix('s')}={hostile}" in arguments
    assert not (tmp_path / "work" / "hacked").exists()


# nothing of the checkout is run


def test_python_is_started_in_isolated_mode() -> None:
    """Otherwise the working directory is the first place where it looks for modules."""
    calls = [
        line.strip()
        for each in STEPS
        for line in each.get("run", "").splitlines()
        if '/python" ' in line or "$INTERPRETER" in line
    ]
    assert len(calls) == 3
    assert all('" -I -m ' in call for call in calls)
    assert not [each for each in STEPS if '/netcost" check' in each.get("run", "")]


PYTHON = """\
#!/bin/sh
echo "$PWD: $*" >> "{log}"
env | sed -n "s/^PYTHON/left: PYTHON/p" >> "{log}"
if [ "$3" = venv ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi
"""


def test_the_installation_knows_nothing_of_the_checkout(runner: Callable[..., Ran], tmp_path: Path) -> None:
    """Neither its folder nor the variables by which Python finds modules, which pip hands on to what it starts."""
    log, program, home = tmp_path / "log", tmp_path / "python", tmp_path / "temp"
    program.write_text(PYTHON.format(log=log))
    program.chmod(0o755)
    work = str(tmp_path / "work")
    code, text, _ = runner(
        "Install netcost",
        INTERPRETER=str(program),
        GITHUB_ACTION_PATH="/action",
        PYTHONPATH=work,
        PYTHONHOME=work,
        PYTHONUSERBASE=work,
    )
    assert (code, text) == (0, "")
    assert log.read_text().splitlines() == [
        f"{home}: -I -m venv {home}/netcost",
        f"{home}: -I -m pip install --quiet --disable-pip-version-check /action",
    ]


@pytest.mark.parametrize("variables", [{}, {"PYTHONPATH": "."}, {"PYTHONPATH": "", "PYTHONUSERBASE": "."}])
def test_the_check_runs_no_module_of_the_checkout(
    runner: Callable[..., Ran], tmp_path: Path, variables: dict[str, str]
) -> None:
    """Whatever their names are, and wherever the workflow lets Python look for modules."""
    for name in ("netcost", "click", "yaml", "json", "os", "runpy", "sitecustomize", "usercustomize"):
        (tmp_path / "work" / f"{name}.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')")
    code, text, _ = runner("Check", **variables)
    assert (code, text.splitlines()[0]) == (0, "1 model within budget")
    assert not (tmp_path / "sprung").exists()


def test_no_file_of_the_checkout_names_the_version_of_python() -> None:
    """As `.python-version` would if none were given."""
    (given,) = [each["with"]["python-version"] for each in STEPS if "with" in each]
    default = ACTION["inputs"]["python-version"]["default"]
    assert given == f"${{{{ inputs.python-version || '{default}' }}}}"


# the comment


GH = """\
#!{python} -I
import json, subprocess, sys

args = sys.argv[1:]
with open({log!r}, "a") as log:
    print(json.dumps(args), file=log)
if "--paginate" in args:
    for nodes in {pages!r}:
        page = {{"data": {{"repository": {{"pullRequest": {{"comments": {{"nodes": nodes}}}}}}}}}}
        command = ["jq", "--raw-output", args[args.index("--jq") + 1]]
        subprocess.run(command, input=json.dumps(page), text=True, check=True)
sys.exit({code})
"""

OURS = {"id": "ours", "viewerDidAuthor": True, "body": f"{MARK}\n1 model within budget"}
STRANGERS = {**OURS, "id": "a stranger's", "viewerDidAuthor": False}
OTHER = {"id": "other", "viewerDidAuthor": True, "body": f"What is {MARK}?"}


EARLIER: list[tuple[list[list[dict[str, Any]]], str]] = [
    ([[]], ""),
    ([[OTHER]], ""),
    ([[STRANGERS]], ""),
    ([[OURS]], "ours"),
    ([[STRANGERS, OTHER], [], [OURS]], "ours"),
    ([[OURS, {**OURS, "id": "a second one"}]], "ours"),
]
"""Pages of comments that are there, and which of them is edited."""


@pytest.mark.skipif(not shutil.which("jq"), reason="jq selects from GitHub's answers as gh does")
@pytest.mark.parametrize(
    ("code", "pages", "edited"),
    [
        pytest.param(
            code,
            *case,
            id=f"{code}-pages{number}-{case[1]}",
            marks=pytest.mark.slow if code and number % 5 else (),
        )
        for code in (0, 1)
        for number, case in enumerate(EARLIER)
    ],
)
def test_the_comment_of_an_earlier_run_is_replaced(
    runner: Callable[..., Ran], tmp_path: Path, pages: list[list[dict[str, Any]]], edited: str, code: int
) -> None:
    """It is found by its mark and its author; a run that may not comment does not fail for that."""
    log, program = tmp_path / "log", tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH.format(python=sys.executable, log=str(log), pages=pages, code=code))
    program.chmod(0o755)
    comment = str(tmp_path / "comment.md")
    Path(comment).write_text(f"{MARK}\n")
    ended, text, _ = runner(
        "Comment",
        PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        COMMENT=comment,
        REPOSITORY="ann/nets",
        PULL_REQUEST="7",
    )
    assert ended == 0
    assert text.startswith("::warning title=netcost::no comment was posted") is bool(code)
    listed, *rest = map(json.loads, log.read_text().splitlines())
    assert listed[:3] == ["api", "graphql", "--paginate"]
    assert {"owner=ann", "name=nets", "number=7"} <= set(listed)
    if code:
        assert not rest
        return
    ((*call, body),) = rest
    assert body == f"body=@{comment}"
    if edited:
        assert call[:2] == ["api", "graphql"]
        assert f"id={edited}" in call
        assert "updateIssueComment" in " ".join(call)
    else:
        assert call == ["api", "--silent", "repos/ann/nets/issues/7/comments", "--field"]


def test_the_hook_runs_the_check() -> None:
    """On a change of any YAML file, over the whole budget."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "netcost-check"
    assert (hook["entry"], hook["language"], hook["pass_filenames"]) == ("netcost check", "python", False)
