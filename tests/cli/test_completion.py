"""Completion in a shell: the script, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from running import Run

from netcost import zoo
from netcost.blocks import FORMATS
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
        monkeypatch.setenv("COMP_WORDS", " ".join(("netcost", *words)))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_NETCOST_COMPLETE", "bash_complete")
        ended = netcost()
        assert (ended.code, ended.err) == (0, "")
        return {line.removeprefix("plain,") for line in ended.out.split()}

    return run


def test_commands_are_completed(completed: Completed) -> None:
    """All of them, or those that begin so."""
    assert completed("") == set(COMMANDS)
    assert completed("ana") == {"analyze"}


def test_options_and_their_words_are_completed(completed: Completed) -> None:
    """Styles, formats, number formats."""
    assert completed("analyze", "--sty") == {"--style"}
    assert completed("analyze", "--style", "") == {"alexnet", "lenet"}
    assert completed("analyze", "--dtype", "") == set(FORMATS)


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
