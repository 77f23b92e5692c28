"""The command line as a whole: help, slips, and every way in which a run may end."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import pytest
from quick import crossed
from running import Run

from netcost import __version__
from netcost.__main__ import SIGNALS, run
from netcost.cli import COMMANDS

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and devices of POSIX")
FULL = Path("/dev/full")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_every_command_with_its_line(netcost: Run, option: str) -> None:
    """One line tells what a command is for."""
    ended = netcost(option)
    assert ended.code == 0
    lines = {" ".join(line.split()) for line in ended.out.splitlines()}
    assert {f"{name} {line}" for name, line in COMMANDS.items()} <= lines


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page_of_help(netcost: Run, command: str, option: str) -> None:
    """`-h` is as good as `--help`."""
    ended = netcost(command, option)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: netcost {command} ")


def test_version_names_the_program_and_its_version(netcost: Run) -> None:
    """A bug report can quote it."""
    assert netcost("--version") == (0, f"netcost, version {__version__}\n", "")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["analyz", "alexnet"], "There is no command `analyz`. Did you mean `analyze`?"),
        (["model"], "There is no command `model`. Did you mean `models`?"),
        (["plot"], "There is no command `plot`. Did you mean `netcost analyze SPEC -o report.html`?"),
        (["summry"], "There is no command `summry`. Did you mean `netcost analyze SPEC`?"),
        (["alexnett"], "There is no command `alexnett`. Did you mean `netcost analyze alexnet`?"),
        (
            ["budget", "tightn"],
            "There is no command `tightn`. Did you mean `netcost budget update --tighten`?",
        ),
        (["foo"], "There is no command `foo`."),
        (["xyzzy"], "There is no command `xyzzy`."),
        (["analyze", "alexnet", "--styl", "lenet"], "--style"),
        (["--versio"], "--version"),
        (["analyze", "--batch", "0", "alexnet"], "`0` is no whole number of at least 1"),
        (
            ["analyze", "alexnet", "--style", "lenat"],
            "`lenat` is none of alexnet, lenet. Did you mean `lenet`?",
        ),
        (["analyze"], "Missing argument 'SPEC...'"),
        (["explain"], "Missing argument 'SPEC'"),
        (["completion", "tcsh"], "`tcsh` is none of bash, zsh, fish."),
        (["analyze", "alexnett"], "did you mean `alexnet`?"),
        (["layers", "maxpol"], "Did you mean `maxpool`?"),
        (["explain", "alexnet", "fc66"], "alexnet has no layer `fc66`. Did you mean `fc6`?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_slip_is_named_and_the_exit_code_is_2(netcost: Run, args: list[str], message: str) -> None:
    """Where something near exists, it is offered; nothing is printed as a result."""
    ended = netcost(*args)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def options_with_values() -> Iterator[tuple[str, ...]]:
    """Every option that takes a value, after its command."""
    commands: list[tuple[tuple[str, ...], click.Command]] = [
        ((name,), importlib.import_module(f"netcost.cli.{name}").command) for name in COMMANDS
    ]
    while commands:
        names, command = commands.pop()
        commands += [((*names, name), each) for name, each in getattr(command, "commands", {}).items()]
        for option in command.params:
            if isinstance(option, click.Option) and not option.is_flag:
                yield from ((*names, spelling) for spelling in option.opts)


OPTIONS = sorted(options_with_values())


def test_options_with_values_are_found() -> None:
    """The list below holds them all."""
    some = {
        ("check", "--base"),
        ("check", "--limit"),
        ("check", "-o"),
        ("diff", "--set-b"),
        ("explain", "--input"),
    }
    assert some | {("budget", "init", "--output"), ("budget", "update", "--budget")} <= set(OPTIONS)


@pytest.mark.parametrize("words", OPTIONS, ids=" ".join)
def test_an_empty_value_of_an_option_is_refused(netcost: Run, words: tuple[str, ...]) -> None:
    """It comes from a variable that is not set, and must not switch off what the option asks for."""
    told = f"The value after `{words[-1]}` is empty; is it a variable that is not set?"
    for value in ([""], ["  "], ["\t\n"]):
        assert told in netcost(*words, *value).err
        assert netcost(*words, *value, "alexnet").code == 2
    if words[-1].startswith("--"):
        assert told in netcost(*words[:-1], f"{words[-1]}=").err
        assert netcost(*words[:-1], f"{words[-1]}= ", "alexnet").code == 2


@pytest.mark.parametrize(
    ("args", "after"),
    [
        (["analyze", ""], "analyze"),
        (["analyze", "alexnet", ""], "alexnet"),
        (["analyze", "--", " "], "--"),
        (["explain", "alexnet", ""], "alexnet"),
        (["check", "--strict", ""], "--strict"),
        (["layers", ""], "layers"),
        (["budget", "init", ""], "init"),
        ([""], "netcost"),
    ],
)
def test_an_empty_argument_is_refused(netcost: Run, args: list[str], after: str) -> None:
    """As an empty value is."""
    ended = netcost(*args)
    assert (ended.code, ended.out) == (2, "")
    assert f"The value after `{after}` is empty" in ended.err


def test_what_only_looks_like_an_empty_value_is_none(netcost: Run, folder: Path) -> None:
    """After `--` everything is a name."""
    (folder / "--net=").write_text("input: [3]\nlayers: [relu]\n")
    assert netcost("analyze", "--", "--net=").code == 0


def test_a_name_near_nothing_is_answered_with_a_list(netcost: Run) -> None:
    """Or with the command that prints one."""
    assert "`netcost models` lists the bundled networks" in netcost("analyze", "xyzzy").err
    assert "`netcost layers` lists them all" in netcost("layers", "xyzzy").err
    assert (
        "lenet has no layer `xyzzy`; it has input, conv1, relu1," in netcost("explain", "lenet", "xyzzy").err
    )


def broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let `analyze` fail as if by an oversight of ours."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(importlib.import_module("netcost.cli.analyze"), "analyze", fail)


def test_a_defect_of_netcost_asks_to_be_reported(netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 3, and there is no traceback."""
    broken(monkeypatch, KeyError("oops"))
    ended = netcost("analyze", "alexnet")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("KeyError: 'oops'\nThis is a defect of netcost: please report it")
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("args", [["--debug", "analyze", "alexnet"], ["analyze", "alexnet", "--debug"]])
def test_debug_shows_the_traceback_of_a_defect(
    netcost: Run, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    """The option may stand before or after the command."""
    broken(monkeypatch, KeyError("oops"))
    ended = netcost(*args)
    assert ended.code == 3
    assert ended.err.startswith("Traceback")


def test_a_defect_leaves_no_half_written_file(
    netcost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was there stays as it was."""
    (folder / "report.csv").write_text("earlier")
    render = importlib.import_module("netcost.render.csv")

    def fail(*_: object) -> object:
        yield "half"
        raise KeyError("oops")

    monkeypatch.setattr(render, "render", fail)
    assert netcost("analyze", "alexnet", "-o", "report.csv").code == 3
    assert [path.name for path in folder.iterdir()] == ["report.csv"]
    assert (folder / "report.csv").read_text() == "earlier"


def test_an_interrupt_ends_quietly_with_130(netcost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As shells expect of a program that Ctrl-C ended."""
    broken(monkeypatch, KeyboardInterrupt())
    assert netcost("analyze", "alexnet") == (130, "", "")


def test_the_installed_command_takes_the_arguments_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """And ends it with the exit code."""
    monkeypatch.setattr(sys, "argv", ["netcost", "analyze"])
    monkeypatch.setattr(os, "_exit", sys.exit)
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        with pytest.raises(SystemExit) as ended:
            run()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        gc.enable()
    assert ended.value.code == 2


@pytest.mark.parametrize("tool", ["cProfile -m", "trace --listfuncs --module"])
def test_what_measures_a_run_sees_its_end(folder: Path, tool: str) -> None:
    """And tells what it has found, though a run that nothing looks at ends at once."""
    command = [sys.executable, "-m", *tool.split(), "netcost", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    version, found = ended.stdout.split("\n", 1)
    assert version == f"netcost, version {__version__}"
    assert "run" in found


def test_the_module_runs_as_the_command(process: Run) -> None:
    """`python -m netcost` is the same program."""
    assert process("--version") == (0, f"netcost, version {__version__}\n", "")


def test_the_exit_code_reaches_the_shell(process: Run) -> None:
    """A faulty spec ends the process with 2."""
    ended = process("analyze", "-", stdin=b"input: [3, 8, 8]\nlayers: [{conv: 4, kernal: 3}]\n")
    assert ended.code == 2
    assert ended.err.startswith("<stdin>:2:20: error: unknown field `kernal` for conv\n")


BEGINNING = """
import os, sys
number = int(sys.argv.pop())
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "netcost.cli":
            os.kill(os.getpid(), number)
sys.meta_path.insert(0, Finder())
"""
"""A signal comes while the program is still being loaded."""

MIDDLE = """
import os, sys
import netcost.render.csv as module
number, render = int(sys.argv.pop()), module.render
def interrupted(*args):
    yield "half"
    os.kill(os.getpid(), number)
    yield from render(*args)
module.render = interrupted
"""
"""A signal comes while a file is being written."""

INSTANTS = {"beginning": BEGINNING, "middle": MIDDLE}


def at_each(*instants: str) -> pytest.MarkDecorator:
    """Each signal at one of the instants each time, the first at the first of them; at both in slow tests."""
    return pytest.mark.parametrize(("name", "instant"), crossed(["SIGINT", "SIGTERM", "SIGHUP"], instants))


@POSIX
@at_each("middle", "beginning")
def test_a_signal_ends_the_process_with_128_and_its_number(folder: Path, name: str, instant: str) -> None:
    """Without a word on standard error, with the old file as it was, and no draft beside it."""
    (folder / "report.csv").write_text("old")
    ended = signalled(folder, instant, signal.Signals[name], signal.SIG_DFL)
    assert (ended.returncode, ended.stdout, ended.stderr) == (128 + signal.Signals[name], b"", b"")
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("report.csv", "old")]


@POSIX
@at_each("beginning", "middle")
def test_a_signal_that_is_to_be_ignored_is_ignored(folder: Path, name: str, instant: str) -> None:
    """As `nohup` asks for; and shells, for Ctrl-C, of what they start in the background."""
    ended = signalled(folder, instant, signal.Signals[name], signal.SIG_IGN)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"report.csv is written\n")
    assert [path.name for path in folder.iterdir()] == ["report.csv"]


def signalled(
    folder: Path, instant: str, number: signal.Signals, inherited: signal.Handlers
) -> subprocess.CompletedProcess[bytes]:
    """A run that gets a signal, of which it has inherited what to do, whatever the tests themselves have."""
    code = f"{INSTANTS[instant]}\nfrom netcost.__main__ import run\nrun()"
    return subprocess.run(
        [sys.executable, "-c", code, "analyze", "lenet", "-o", "report.csv", str(int(number))],
        capture_output=True,
        check=False,
        cwd=folder,
        preexec_fn=partial(signal.signal, number, inherited),
    )


@POSIX
def test_a_reader_that_has_seen_enough_ends_the_run_quietly(folder: Path) -> None:
    """As with `| head -1`; 141 is what shells report of other programs then."""
    spec = folder / "long.yaml"
    spec.write_text("input: [1, 8, 8]\nlayers:\n  - {relu, repeat: 5000}\n")
    command = [sys.executable, "-m", "netcost", "analyze", "long.yaml", "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"model,index,name")
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "args", [["analyze", "alexnet"], ["explain", "alexnet", "fc8"], ["--help"]], ids=" ".join
)
def test_a_full_disk_behind_standard_output_is_no_success(folder: Path, args: list[str]) -> None:
    """What could not be written is reported, with exit code 2."""
    with FULL.open("wb") as full:
        command = [sys.executable, "-m", "netcost", *args]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, cwd=folder)
    told = b"" if "--help" in args else b"cannot write standard output: "
    assert (ended.returncode, ended.stderr) == (
        2,
        b"Error: " + told + b"No space left on device\n",
    )


@POSIX
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("analyze alexnet >&-", 2),
        ("analyze nowhere 2>&-", 2),
        ("analyze - <&-", 2),
        ("--help >&-", 0),
    ],
)
def test_a_closed_stream_is_no_defect(folder: Path, command: str, code: int) -> None:
    """Whichever of the three it is."""
    line = f"'{sys.executable}' -m netcost {command}"
    ended = subprocess.run(line, shell=True, capture_output=True, check=False, cwd=folder)  # noqa: S602
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
