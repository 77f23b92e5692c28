"""Completion in a shell: the script, and what it is answered."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from quick import crossed
from repositories import Repository
from running import Run, run

from netcost import zoo
from netcost.blocks import format_names
from netcost.cli import COMMANDS
from netcost.layers import HEADS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_netcost(netcost: Run, shell: str) -> None:
    """By the variable that the answers below are given to."""
    ended = netcost("completion", shell)
    assert ended.code == 0
    assert f"_NETCOST_COMPLETE={shell}_complete" in ended.out


Completed = Callable[..., set[str]]


@pytest.fixture
def completed(netcost: Run, monkeypatch: pytest.MonkeyPatch) -> Completed:
    """What a shell is offered for the last of some words."""

    def run(*words: str) -> set[str]:
        monkeypatch.setenv("COMP_LINE", " ".join(("netcost", *words)))
        monkeypatch.setenv("_NETCOST_COMPLETE", "bash_complete")
        ended = netcost()
        assert (ended.code, ended.err) == (0, "")
        return {line.removeprefix("plain,") for line in ended.out.splitlines() if line}

    return run


def test_commands_are_completed(completed: Completed) -> None:
    """All of them, or those that begin so."""
    assert completed("") == set(COMMANDS)
    assert completed("ana") == {"analyze"}


def test_options_and_their_words_are_completed(completed: Completed) -> None:
    """Styles, formats, number formats."""
    assert completed("analyze", "--sty") == {"--style"}
    assert completed("analyze", "--style", "") == {"alexnet", "lenet"}
    assert completed("analyze", "--dtype", "") == set(format_names())


def test_specs_are_files_and_bundled_networks(completed: Completed, folder: Path) -> None:
    """The line without a word tells the shell to complete other files itself."""
    (folder / "alexander.yaml").write_text("")
    (folder / "alexandra.yml").write_text("")
    (folder / "alexis.txt").write_text("")
    bundled = {name for name in zoo.networks() if name.startswith("alex")}
    assert completed("analyze", "alex") == {"file,alex", "alexander.yaml", "alexandra.yml", *bundled}
    assert completed("explain", "lene") == {"file,lene", "lenet"}


@pytest.mark.parametrize(
    "words",
    [
        ("analyze", "lenet", "-o"),
        ("diff", "lenet", "alexnet", "-o"),
        ("check", "-o"),
        ("check", "--budget"),
        ("check", "--baseline"),
        ("budget", "init", "lenet", "-o"),
        ("budget", "update", "--budget"),
    ],
    ids=" ".join,
)
def test_the_shell_completes_files_of_options_itself(completed: Completed, words: tuple[str, ...]) -> None:
    """Those that are written, budgets and reports."""
    assert completed(*words, "out/re") == {"file,out/re"}


def test_layers_are_those_of_the_spec(completed: Completed) -> None:
    """Whatever the spec is."""
    assert completed("explain", "lenet", "conv") == {"conv1", "conv2"}


def test_blocks_are_completed_as_layers_are(completed: Completed) -> None:
    """The outer ones and those inside them, and the numbers that can be told of them."""
    assert {"layer1", "layer1.0", "layer1.0.conv1"} <= completed("explain", "resnet50", "layer1")
    assert completed("explain", "resnet50", "layer1", "--total", "para") == {"params"}


def test_a_faulty_spec_has_no_layers_to_complete(completed: Completed) -> None:
    """And the shell is not disturbed by its faults."""
    assert completed("explain", "nowhere", "conv") == set()


def test_layer_types_are_completed(completed: Completed) -> None:
    """By every word for them."""
    assert completed("layers", "conv") == {head for head in HEADS if head.startswith("conv")}


NET = """\
params: {width: 8, wide: false, sizes: [3, 3]}
variants:
  large: {width: 64}
  larger: {width: 128, sizes: [5, 5]}
input: [3, 32, 32]
layers: [{conv: width, kernel: sizes}]
"""


@pytest.fixture
def nets(folder: Path) -> Path:
    """A working folder with two specs, one of which has a blank in its name."""
    (folder / "net.yaml").write_text(NET, encoding="utf-8")
    (folder / "my net.yaml").write_text(NET, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("nets")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("analyze net.yaml --variant ", {"large", "larger"}),
        ("analyze net.yaml --variant=larg", {"large", "larger"}),
        ("analyze resnet --variant resnet10", {"resnet101"}),
        ("analyze nowhere --variant ", set()),
        ("analyze --variant ", set()),
        ("analyze net.yaml --set wi", {"width=", "wide="}),
        ("analyze net.yaml --set width=", {"8", "64", "128"}),
        ("analyze net.yaml --set width=6", {"64"}),
        ("analyze net.yaml --set=width=1", {"128"}),
        ("analyze net.yaml --set sizes=", {r"\[3,\ 3\]", r"\[5,\ 5\]"}),
        ("analyze net.yaml --set nothing=", set()),
        ("analyze net.yaml --batch 2 --set width=6", {"64"}),
        ("explain net.yaml conv1 --variant l", {"large", "larger"}),
        ("check net.yaml --variant l", {"large", "larger"}),
        ("diff net.yaml vgg11 --variant-a la", {"large", "larger"}),
        ("diff net.yaml vgg11 --variant-b vgg16", {"vgg16_bn"}),
        ("diff net.yaml --set-b wid", {"width=", "wide="}),
        ("check --limit par", {"params="}),
        ("check --limit mem", {"memory="}),
        ("check --limit training", {"training_bytes=", "training_macs="}),
        ("check --limit params=", set()),
        ("analyze net.yaml --sort mem", {"memory"}),
        ("budget init net.yaml --metric weig", {"weight_bytes", "weights"}),
        ("diff net.yaml --metric flo", {"flops", "flop"}),
        ("analyze net.yaml --device stm", {"file,stm", "stm32h743"}),
        ("analyze net.yaml -o js", {"file,js", "json:"}),
        ("analyze net.yaml -o json:out/re", {"file,out/re"}),
        ("check net.yaml --format git", {"github", "gitlab"}),
        ("analyze my", {"file,my", r"my\ net.yaml"}),
        (r"analyze my\ ne", {"file,my ne", r"my\ net.yaml"}),
        ("analyze 'my n", {"file,my n", "my net.yaml"}),
        ('analyze "my', {"file,my", "my net.yaml"}),
        ("analyze 'my net.yaml' --variant ", {"large", "larger"}),
    ],
)
def test_values_are_completed(completed: Completed, line: str, offered: set[str]) -> None:
    """Those of the spec on the line, metrics, formats; a name with a blank in the way that bash takes it."""
    assert completed(line) == offered


def test_refs_are_completed(completed: Completed, folder: Path) -> None:
    """Branches and tags; outside of a repository there are none."""
    repository = Repository(folder)
    repository.write("net.yaml", NET)
    repository.commit("begun")
    repository.git("branch", "feature/one")
    repository.git("tag", "v1")
    assert completed("check --base ") == {"main", "feature/one", "v1"}
    assert completed("diff net.yaml --base fea") == {"feature/one"}


def test_without_a_repository_no_ref_is_completed(completed: Completed) -> None:
    """And nothing is said."""
    assert completed("check --base ") == set()


# In the shells themselves

LINES = {
    "netcost anal": {"analyze"},
    "netcost analyze net.yaml --variant ": {"large", "larger"},
    "netcost analyze net.yaml --set wi": {"width=", "wide="},
    "netcost check --limit mem": {"memory="},
    "netcost models --sort mem": {"memory"},
}

STARTS: Mapping[str, Sequence[str]] = {
    "bash": ("--norc", "-c"),
    "zsh": ("-f", "-c"),
    "fish": ("--no-config", "-c"),
}

ASK = {
    "bash": """
        source ./words
        compopt() { true; }
        COMP_POINT=${#COMP_LINE}
        _netcost_completion netcost
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        compdef() { true }
        compadd() { print -rl -- ${(P)@[-1]} }
        _describe() { print -rl -- ${${(P)@[-2]}%%:*} }
        _path_files() { true }
        compset() { true }
        source ./words
        words=(${(z)COMP_LINE})
        [[ $COMP_LINE == *' ' ]] && words+=('')
        CURRENT=$#words
        _netcost_completion
    """,
    "fish": "source ./words; complete -C $COMP_LINE | string replace -r '\\t.*' ''",
}


@pytest.mark.parametrize(("line", "shell"), crossed(LINES, ASK))
def test_a_shell_completes_a_line(nets: Path, shell: str, line: str) -> None:
    """By its script, as it would be sourced."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    command = nets / "bin" / "netcost"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m netcost "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    (nets / "words").write_text(run("completion", shell).out, encoding="utf-8")
    ended = subprocess.run(
        [program, *STARTS[shell], ASK[shell]],
        capture_output=True,
        check=False,
        cwd=nets,
        env={
            **os.environ,
            "PATH": f"{command.parent}:{os.environ['PATH']}",
            "COMP_LINE": line,
            "HOME": str(nets),
        },
    )
    assert (set(ended.stdout.decode().split()), ended.stderr.decode()) == (LINES[line], "")
