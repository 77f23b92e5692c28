"""Commands and files that are none: links in a circle, pipes, devices, folders that are gone."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from running import Run

POSIX = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")
pytestmark = POSIX

NET = "input: [3]\nlayers: [relu]\n"
NO_FILE = "it is no regular file, but a pipe, a device or the like"
CIRCLE = "its links lead in a circle"


@pytest.fixture
def odd(folder: Path) -> Path:
    """A folder of odd files, and of a spec and a report that are sound."""
    (folder / "net.yaml").write_text(NET)
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "loop.json").symlink_to("loop.json")
    (folder / "gone").symlink_to("nowhere")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("loop", f"this file cannot be read: {CIRCLE}"),
        ("loop/net.yaml", f"this file cannot be read: {CIRCLE}"),
        ("./folder", "this file cannot be read: it is a folder"),
        ("gone", "no such file"),
        ("zero", "this file cannot be read: it has more than {most} bytes, at most {most} are read"),
    ],
)
@pytest.mark.parametrize(
    "args",
    [
        ["analyze", "{}"],
        ["explain", "{}", "relu1"],
        ["check", "{}", "--limit", "params=1"],
        ["diff", "net.yaml", "{}"],
        ["budget", "init", "{}"],
        ["check", "--budget", "{}"],
        ["budget", "update", "--tighten", "--budget", "{}"],
    ],
    ids=" ".join,
)
def test_a_spec_or_a_budget_that_is_no_file_is_an_error(
    odd: Path, netcost: Run, args: list[str], name: str, reason: str
) -> None:
    """Told in one line, with exit code 2; 64 MiB are read of what may be a model, 4 MiB of a budget."""
    ended = netcost(*(arg.format(name) for arg in args))
    most = "4,194,304" if "--budget" in args else "67,108,864"
    assert ended.code == 2
    assert (ended.err + ended.out).startswith(f"{name}: error: {reason.format(most=most)}\n")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["check", "net.yaml", "--limit", "params=1", "--baseline", "loop"], f"cannot read loop: {CIRCLE}"),
        (
            ["check", "net.yaml", "--limit", "params=1", "--baseline", "folder"],
            "cannot read folder: it is a folder",
        ),
        (["diff", "loop.json", "net.yaml"], f"cannot read loop.json: {CIRCLE}"),
        (["analyze", "net.yaml", "-o", "csv:loop"], f"cannot write loop: {CIRCLE}"),
        (["analyze", "net.yaml", "-o", "csv:loop/a"], f"cannot write loop/a: {CIRCLE}"),
        (["check", "net.yaml", "--limit", "params=1", "-o", "json:loop"], f"cannot write loop: {CIRCLE}"),
        (["budget", "init", "net.yaml", "-o", "loop"], f"cannot write loop: {CIRCLE}"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_report_or_an_output_that_is_no_file_is_an_error(
    odd: Path, netcost: Run, args: list[str], error: str
) -> None:
    """Told in one line, with exit code 2."""
    assert netcost(*args) == (2, "", f"Error: {error}\n")


@pytest.mark.parametrize("name", ["pipe", "loop", "zero", "folder", "gone"])
def test_an_import_that_is_no_file_is_an_error(odd: Path, netcost: Run, name: str) -> None:
    """Told where it is imported; nobody waits for a pipe."""
    reasons = {
        "pipe": f"`pipe` cannot be read: {NO_FILE}",
        "loop": f"`loop` cannot be read: {CIRCLE}",
        "zero": "`zero` cannot be read: it lies outside the folder of the spec",
        "folder": "`folder` cannot be read: it is a folder",
        "gone": "there is no file `gone` beside this one",
    }
    (odd / "imports.yaml").write_text(f"imports: {{a: {name}}}\n{NET}")
    ended = netcost("analyze", "imports.yaml")
    assert ended.code == 2
    assert ended.err.startswith(f"imports.yaml:1:14: error: {reasons[name]}\n")


@pytest.mark.parametrize("name", ["pipe", "zero"])
def test_a_budget_names_no_pipe_and_no_device(odd: Path, netcost: Run, name: str) -> None:
    """Only a person does."""
    (odd / "netcost-budget.yaml").write_text(
        f"version: 1\nmodels: [{{spec: {name}, limits: {{params: 1}}}}]\n"
    )
    ended = netcost("check")
    assert ended.code == 2
    # The link to the device leads out of the budget's folder.
    assert ("`zero` leads out" if name == "zero" else NO_FILE) in ended.err + ended.out


def test_the_budget_of_a_folder_is_no_pipe(folder: Path, netcost: Run) -> None:
    """Nobody named it."""
    os.mkfifo(folder / "netcost-budget.yaml")
    ended = netcost("check")
    assert (ended.code, ended.err) == (
        2,
        f"netcost-budget.yaml: error: this file cannot be read: {NO_FILE}\n",
    )


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["analyze", "{}"], NET),
        (["explain", "{}", "relu1"], NET),
        (["check", "{}", "--limit", "params=1"], NET),
        (["check", "--budget", "{}"], "version: 1\nmodels: [{spec: net.yaml, limits: {params: 1}}]\n"),
        (["check", "net.yaml", "--limit", "params=1", "--baseline", "{}"], "REPORT"),
        (["diff", "{}", "net.yaml"], NET),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_person_may_name_a_pipe(odd: Path, netcost: Run, args: list[str], text: str) -> None:
    """As shells make one of `<(command)`."""
    text = netcost("analyze", "net.yaml", "--format", "json").out if text == "REPORT" else text
    writer = threading.Thread(target=lambda: (odd / "pipe").write_text(text))
    writer.start()
    ended = netcost(*(arg.format("pipe") for arg in args))
    writer.join()
    assert (ended.code, ended.err) == (0, "")


def test_a_workspace_that_leads_in_a_circle_is_an_error(
    odd: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not there is none."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(odd / "loop"))
    args = ("check", "net.yaml", "--limit", "params=1")
    assert netcost(*args) == (2, "", f"Error: GITHUB_WORKSPACE names no folder: {CIRCLE}\n")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(odd / "gone"))
    assert netcost(*args).code == 0


@pytest.fixture
def no_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder that is no more."""
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    (folder / "here").rmdir()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["analyze", "net.yaml"], "there is no such file"),
        (["analyze", "lenet", "-o", "a.csv"], "the working folder is no more"),
        (["check", "lenet", "--limit", "params=1", "-o", "json:a.json"], "the working folder is no more"),
        (["budget", "init", "lenet"], "the working folder is no more"),
        (["check"], "There is nothing to check"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_working_folder_that_is_gone_is_an_error(
    no_folder: None, netcost: Run, args: list[str], message: str
) -> None:
    """Where it is needed."""
    ended = netcost(*args)
    assert ended.code == 2
    assert message in ended.err


@pytest.mark.parametrize(
    "args", [["analyze", "lenet"], ["models", "lenet", "alexnet"], ["--version"]], ids=" ".join
)
def test_bundled_networks_need_no_working_folder(no_folder: None, netcost: Run, args: list[str]) -> None:
    """They are elsewhere."""
    assert netcost(*args).code == 0


def test_bundled_networks_are_completed_without_a_working_folder(
    no_folder: None, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be listed offers nothing itself."""
    variables = {
        "_NETCOST_COMPLETE": "bash_complete",
        "COMP_LINE": "netcost analyze lene",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ended = netcost()
    assert (ended.code, ended.out, ended.err) == (0, "file,lene\nplain,lenet\n", "")


@pytest.mark.parametrize(
    ("name", "value"), [("COLUMNS", "0"), ("COLUMNS", "-5"), ("COLUMNS", "x"), ("TERM", "odd")]
)
def test_odd_facts_about_the_terminal_change_no_numbers(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Nor end a run."""
    usual = netcost("analyze", "lenet")
    monkeypatch.setenv(name, value)
    assert netcost("analyze", "lenet") == usual


def test_a_budget_that_changes_meanwhile_is_not_written_over(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody else has just written stays."""
    budget = folder / "netcost-budget.yaml"
    budget.write_text("version: 1\nmodels: [{spec: lenet, limits: {params: 9M}}]\n")
    later = changing(budget, monkeypatch)
    ended = netcost("budget", "update", "--tighten")
    assert ended.code == 2
    assert ended.err == "Error: netcost-budget.yaml has changed since it was read; it stays as it is\n"
    assert budget.read_text() == later


def changing(file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let somebody write another text when a command measures a model."""
    module = importlib.import_module("netcost.cli.hold")
    later = "version: 1\nmodels: [{spec: lenet, limits: {params: 8M}}]\n"
    network_of: Callable[..., object] = module.network_of

    def measured(*args: object) -> object:
        file.write_text(later)
        return network_of(*args)

    monkeypatch.setattr(module, "network_of", measured)
    return later
