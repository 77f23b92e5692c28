"""The options that say how to print: the same in every command, with the same meaning."""

from __future__ import annotations

import csv
import json
import re
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from running import Run

from netcost.cli import COMMANDS, main

ESCAPE = re.compile(r"\x1b\[[\d;]*m")

SPEC = "input: [3, 32, 32]\nlayers: [{conv: 8, kernel: 3}, {conv: 8, kernal: 3}]\n"
BUDGET = "version: 1\nmodels:\n  - {spec: lenet, limits: {params: 9M, macs: 1G}}\n"

PRINTING = {
    "analyze lenet": {"--format", "--output", "--width", "--color", "--quiet"},
    "memory lenet": {"--format", "--output", "--width", "--color", "--quiet"},
    "diff lenet alexnet": {"--format", "--output", "--width", "--color", "--quiet"},
    "models lenet vgg11": {"--format", "--output", "--width", "--color", "--quiet"},
    "check lenet --limit params=9M": {"--format", "--output", "--width", "--color", "--quiet"},
    "sweep lenet --batch 1,2": {"--format", "--output", "--width", "--color", "--quiet"},
    "solve lenet --max batch=1..3 --limit macs=1G": {"--format", "--output", "--width", "--color", "--quiet"},
    "convert lenet": {"--format", "--output", "--width", "--color", "--quiet"},
    "explain lenet conv1": {"--output", "--width", "--color", "--quiet"},
    "layers conv": {"--format", "--output", "--width", "--color", "--quiet"},
    "formats": {"--format", "--output", "--width", "--color", "--quiet"},
    "schema spec": {"--output", "--width", "--color", "--quiet"},
    "init lenet": {"--output", "--width", "--color", "--quiet"},
    "budget init lenet": {"--output", "--width", "--color", "--quiet"},
    "budget update --tighten": {"--width", "--color", "--quiet"},
}
"""What each command that prints takes."""


def test_every_command_prints(netcost: Run) -> None:
    """But the one whose output a shell runs."""
    assert {args.split()[0] for args in PRINTING} == COMMANDS.keys() - {"completion"}


@pytest.mark.parametrize("args", PRINTING)
def test_every_command_that_prints_takes_the_options(netcost: Run, folder: Path, args: str) -> None:
    """Those that make sense, as its help says."""
    (folder / "netcost-budget.yaml").write_text(BUDGET, encoding="utf-8")
    words = args.split()
    told = netcost(*words[: 2 if words[0] == "budget" else 1], "--help").out
    named = set(re.findall(r"--(?:format|output|width|color|quiet)\b", told))
    assert named == PRINTING[args]
    output = ["-o", "-"] if "--output" in named else []
    ended = netcost(*words, "--width", "70", "--color", "always", "-q", *output)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("args", [args for args in PRINTING if "--output" in PRINTING[args]])
def test_what_is_written_is_said_unless_quietly(netcost: Run, folder: Path, args: str) -> None:
    """On standard error; the file holds what would be printed."""
    path = (
        f"out.{'json' if 'schema' in args else 'yaml' if {'init', 'convert'} & set(args.split()) else 'txt'}"
    )
    ended = netcost(*args.split(), "-o", path)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith(path)
    (folder / path).unlink()
    assert netcost(*args.split(), "-o", path, "-q") == (0, "", "")
    assert (folder / path).read_text(encoding="utf-8") == netcost(*args.split(), "-o", "-", "-q").out


@pytest.mark.parametrize(
    ("args", "gone", "kept"),
    [
        ("analyze lenet", "In all", "total"),
        ("analyze alexnet --top 1", "Rows left out", "fc6"),
        ("analyze lenet --format markdown", "In all", "**total**"),
        ("memory lenet", "by width", "weights"),
        ("layers", "netcost layers TYPE", "embedding"),
        ("formats", "recognised by its content", "ONNX"),
        ("explain resnet18 layer1", "unfolds one block", "layer1"),
        ("check lenet --limit params=9M", "ok", ""),
    ],
)
def test_quietly_nothing_is_said_besides(netcost: Run, args: str, gone: str, kept: str) -> None:
    """The matter itself stays."""
    quiet = netcost(*args.split(), "-q")
    assert quiet.code == 0
    assert gone not in quiet.out
    assert kept in quiet.out


def test_a_check_says_quietly_what_is_wrong(netcost: Run) -> None:
    """And no verdict; where nothing is wrong, nothing."""
    told = netcost("check", "lenet", "vgg11", "--limit", "params=2M", "-q")
    assert told.code == 1
    assert [line[:5] for line in told.out.splitlines()] == ["FAIL ", "     ", "     "]


@pytest.mark.parametrize(
    "form", ["json", "csv", "markdown", "md", "table", "github", "sarif", "gitlab", "junit"]
)
def test_a_check_has_formats_as_other_commands(netcost: Run, form: str) -> None:
    """`--format` is as `-o FORMAT:-`."""
    args = ("check", "lenet", "--limit", "params=9M")
    assert netcost(*args, "--format", form) == netcost(*args, "-o", f"{form}:-")


@pytest.mark.parametrize("suffix", ["a.json", "a.yaml"])
def test_a_spec_is_written_in_the_format_of_its_name(netcost: Run, folder: Path, suffix: str) -> None:
    """JSON says the same as YAML."""
    assert netcost("convert", "resnet18", "-o", suffix).code == 0
    text = (folder / suffix).read_text(encoding="utf-8")
    assert text.startswith("{") is suffix.endswith("json")
    assert "No layer differs." in netcost("diff", suffix, "resnet18").out
    assert netcost("convert", "resnet18", "--format", suffix.partition(".")[2]).out == text


@pytest.mark.parametrize(
    ("args", "key", "first"),
    [
        ("formats", "formats", {"format": "code", "read": "yes"}),
        ("layers", "layers", {"type": "conv", "family": "conv"}),
        ("layers linear", "layers", {"field": "units", "required": "yes", "default": None}),
    ],
)
def test_lists_are_there_for_programs(
    netcost: Run, args: str, key: str, first: dict[str, str | None]
) -> None:
    """As JSON, CSV and Markdown, a row for each."""
    rows = json.loads(netcost(*args.split(), "--format", "json").out)[key]
    assert rows[0].items() >= first.items()
    text = netcost(*args.split(), "--format", "csv").out
    assert text.splitlines()[0] == ",".join(rows[0])
    assert len(list(csv.DictReader(text.splitlines()))) == len(rows)
    assert netcost(*args.split(), "--format", "md").out.count("\n| ") == len(rows) + 2


def test_json_of_a_spec_is_json(netcost: Run) -> None:
    """With what belongs together on a line."""
    found = json.loads(netcost("convert", "lenet", "--format", "json").out)
    assert found["input"] == [1, 28, 28]
    assert len(found["layers"]) == len(
        {line for line in netcost("convert", "lenet").out.splitlines() if "- " in line}
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("convert lenet -o a.csv", "end it with .yaml, .yml or .json"),
        ("convert lenet -o a.yaml --format json", "end it with .json"),
        ("init -o a.json", "end it with .yaml or .yml"),
        ("budget init lenet -o a.json", "end it with .yaml or .yml"),
        ("analyze net.json -o net.json", "`net.json` is read, and would be lost"),
        ("analyze lenet net.json -o ./net.json", "`./net.json` is read, and would be lost"),
        ("memory net.json -o json:net.json", "is read, and would be lost"),
        ("diff net.json lenet -o net.json", "is read, and would be lost"),
        ("explain net.json conv1 -o net.json", "is read, and would be lost"),
        ("convert net.json -o net.json", "is read, and would be lost"),
        ("check net.json --limit params=1 -o net.json", "is read, and would be lost"),
        ("budget init net.yaml -o net.yaml", "is read, and would be lost"),
        ("models lenet --spec -o a.csv", "`netcost init lenet -o FILE`"),
    ],
)
def test_nothing_is_written_that_should_not_be(netcost: Run, folder: Path, args: str, told: str) -> None:
    """Neither over what is read, nor under a name that says something else."""
    text = '{"input": [3, 8, 8], "layers": [{"conv": 4, "kernel": 3}]}'
    for name in ("net.json", "net.yaml"):
        (folder / name).write_text(text, encoding="utf-8")
    ended = netcost(*args.split())
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert {path.name for path in folder.iterdir()} == {"net.json", "net.yaml"}
    assert (folder / "net.json").read_text(encoding="utf-8") == text


def test_of_several_outputs_none_is_written_if_one_cannot_be(netcost: Run, folder: Path) -> None:
    """And nobody is told that they were."""
    ended = netcost("analyze", "lenet", "-o", "a.csv", "-o", "nowhere/b.csv", "-o", "c.json")
    assert (ended.code, ended.out, ended.err) == (
        2,
        "",
        "Error: cannot write nowhere/b.csv: there is no folder nowhere\n",
    )
    assert list(folder.iterdir()) == []


# What goes wrong


class Terminal(TextIOWrapper):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, *args: str, columns: int = 60) -> tuple[str, str]:
    """What a run prints where both streams are terminals of so many columns."""
    out, err = (Terminal(BytesIO(), "utf-8") for _ in range(2))
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("TERM", "xterm")
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        main(args)
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return texts[0], texts[1]


FAULTY = [
    ("analyze", "bad.yaml"),
    ("check", "bad.yaml", "--limit", "params=1"),
    ("check", "lenet", "vgg11", "--limit", "params=1"),
    ("check", "lenet"),
    ("analyze", "lenet", "--sort", "nothing"),
    ("analyze", "alexnett"),
    ("alexnet",),
    ("diff", "lenet"),
    ("explain", "lenet", "conv9"),
]


@pytest.mark.parametrize("args", FAULTY, ids=" ".join)
@pytest.mark.parametrize("columns", [44, 60, 100])
def test_what_is_wrong_fits_the_terminal(
    monkeypatch: pytest.MonkeyPatch, folder: Path, args: tuple[str, ...], columns: int
) -> None:
    """Lines end between words, and colours are beside the text; without a terminal there are neither."""
    (folder / "bad.yaml").write_text(SPEC, encoding="utf-8")
    shown = "".join(at_a_terminal(monkeypatch, *args, columns=columns))
    assert "\x1b[1;31m" in shown
    plain = ESCAPE.sub("", shown)
    longest = max(plain.splitlines(), key=len)
    assert len(longest) <= columns or " " not in longest.strip()
    never = "".join(at_a_terminal(monkeypatch, *args, "--color", "never", columns=columns))
    assert never == plain


@pytest.mark.parametrize("args", FAULTY, ids=" ".join)
def test_no_word_is_cut(
    netcost: Run, monkeypatch: pytest.MonkeyPatch, folder: Path, args: tuple[str, ...]
) -> None:
    """The words are the same however wide the terminal is."""
    (folder / "bad.yaml").write_text(SPEC, encoding="utf-8")
    wide = netcost(*args)
    narrow = ESCAPE.sub("", "".join(at_a_terminal(monkeypatch, *args, columns=44)))
    words = [word for word in (wide.out + wide.err).split() if not set(word) <= set("|^-")]
    assert {word for word in words if word not in narrow.split()} <= set(SPEC.split())


@pytest.mark.parametrize(
    ("variables", "options", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({}, ("--color=always",), True),
        ({}, ("--color=always", "--color", "never"), False),
    ],
)
@pytest.mark.parametrize("args", FAULTY[:6], ids=" ".join)
def test_colours_are_asked_for_in_the_same_ways_everywhere(
    netcost: Run,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    args: tuple[str, ...],
    variables: dict[str, str],
    options: tuple[str, ...],
    colored: bool,
) -> None:
    """By the option, then https://no-color.org, then https://force-color.org."""
    (folder / "bad.yaml").write_text(SPEC, encoding="utf-8")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ended = netcost(*args, *options)
    assert ("\x1b[" in ended.out + ended.err) is colored


def test_an_error_looks_as_in_rustc_and_ruff(netcost: Run, folder: Path) -> None:
    """Bold place, bold red error and mark, bold blue margin."""
    (folder / "bad.yaml").write_text(SPEC, encoding="utf-8")
    lines = netcost("analyze", "bad.yaml", "--color", "always").err.splitlines()
    assert lines[0].startswith("\x1b[1mbad.yaml:2:42\x1b[0m: \x1b[1;31merror\x1b[0m: unknown field")
    assert lines[2].startswith("\x1b[1;34m 2 |\x1b[0m layers:")
    assert lines[3].endswith("\x1b[1;31m^^^^^^ did you mean `kernel`?\x1b[0m")


def test_a_warning_is_yellow(netcost: Run, folder: Path) -> None:
    """It is no error."""
    text = "input: [3, 8, 8]\nlayers:\n  - {name: a, conv: 2, kernel: 1}\n  - {conv: 2, kernel: 1, from: input}\n"
    (folder / "odd.yaml").write_text(text, encoding="utf-8")
    told = netcost("analyze", "odd.yaml", "--color", "always").err
    assert told == ("\x1b[1modd.yaml:3:15\x1b[0m: \x1b[1;33mwarning\x1b[0m: nothing uses the output of `a`\n")


def test_an_error_of_a_check_is_told_once(netcost: Run, folder: Path) -> None:
    """In its text; where no text is printed, on standard error, so that a log has it."""
    (folder / "bad.yaml").write_text(SPEC, encoding="utf-8")
    args = ("check", "bad.yaml", "--limit", "params=1M")
    told = "bad.yaml:2:42: error: unknown field `kernal` for conv"
    text = netcost(*args)
    assert (text.code, text.out.count("unknown field `kernal`"), text.err) == (2, 1, "")
    assert text.out.startswith(told)
    other = netcost(*args, "-o", "junit:report.xml", "-o", "text:report.txt")
    assert (other.code, other.out, other.err.count("unknown field `kernal`")) == (2, "", 1)
    assert (folder / "report.txt").read_text(encoding="utf-8") == text.out


def test_what_is_not_held_to_anything_is_not_said_to_be_faulty(netcost: Run) -> None:
    """It could be analyzed."""
    ended = netcost("check", "lenet")
    assert ended.code == 2
    assert ended.out.splitlines() == [
        "lenet: error: nothing is demanded of this model",
        "   = add an entry to the budget file, `budget:` to the spec, or --limit",
        "1 of 1 model could not be checked",
    ]


@pytest.mark.parametrize(
    "args",
    [
        "analyze lenet --sort nothing",
        "analyze lenet --format nothing",
        "analyze lenet --batch none",
        "explain lenet conv9",
        "check lenet --limit nothing=1",
        "layers nothing",
        "models nothing",
        "diff lenet",
        "analyze lenet -o a.json -o ./a.json",
        "check",
    ],
)
def test_no_usage_is_told_where_the_command_was_called_rightly(netcost: Run, args: str) -> None:
    """A value that is no good is not mended by it."""
    ended = netcost(*args.split())
    assert ended.code == 2
    assert ended.err.startswith("Error: ")


@pytest.mark.parametrize(
    "args", ["analyze", "analyze lenet --nothing", "nothing", "budget nothing", "schema spec x"]
)
def test_the_usage_is_told_where_the_command_was_not(netcost: Run, args: str) -> None:
    """With the way to the help."""
    ended = netcost(*args.split())
    assert ended.code == 2
    assert ended.err.startswith("Usage: netcost ")
    assert "--help' for help." in ended.err


def test_who_waits_at_a_terminal_is_told(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Nothing would happen until they type."""
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", Terminal(BytesIO(b"input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}]\n")))
        _, err = at_a_terminal(monkeypatch, "analyze", "-", columns=100)
    assert err == "Waiting for a model on standard input; Ctrl-D ends it.\n"


@pytest.mark.parametrize("args", ["check", "budget update", "budget init"])
def test_help_breaks_no_line_within_a_word(netcost: Run, args: str) -> None:
    """As `netcost-budget.yaml` is one."""
    assert "netcost-\n" not in netcost(*args.split(), "--help").out
