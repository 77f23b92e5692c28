"""A format is one file and one line: every command then writes it, though nothing else knows of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

MODULES = {
    "org": """
def render(content, screen):
    for sheet in content.sheets():
        yield f"* {sheet.title}\\n"
        for row in ([column.alone or column.head for column in sheet.columns], *sheet.rows):
            yield f"| {' | '.join(row)} |\\n"
        for note in sheet.notes:
            yield f"- {note}\\n"
""",
    "rec": """
def render(content, screen):
    for record in content.records():
        for column, cell in zip(content.columns(), record, strict=True):
            yield f"{column}: {'' if cell is None else cell}\\n"
        yield "\\n"
""",
    "keys": """
def render(content, screen):
    return (f"{key}\\n" for key in content.document())
""",
}
"""A format of each face: Org's tables, recutils' records, and the keys of the document."""

LINES = "".join(f"FORMATS[{name!r}] = Format(('.{name}',), 'made_up_{name}'); " for name in MODULES)
MADE_UP = f"from netcost.render import FORMATS, Format; {LINES}"
COMMANDS = {
    "analyze": ("analyze", "lenet"),
    "diff": ("diff", "lenet", "lenet", "--batch-b", "2"),
    "models": ("models", "lenet", "alexnet"),
    "check": ("check", "lenet", "--limit", "params=2M", "--limit", "macs=1"),
    "memory": ("memory", "lenet"),
    "sweep": ("sweep", "lenet", "--batch", "1,2"),
    "solve": ("solve", "lenet", "--max", "batch=1..4", "--limit", "macs=13044000"),
    "front": ("solve", "lenet", "--max", "batch=1,2", "--max", "params", "--limit", "macs=13044000"),
}

# The lecture's LeNet: 520 + 25,050 + 1,225,500 + 5,010 = 1,256,080 parameters, and 28 * 28 * 20 * 25 = 392,000
# multiply-accumulates of conv1, with 4,900,000 + 1,225,000 + 5,000 of the others 6,522,000; twice as many in a batch of 2.
EXPECTED = {
    ("analyze", "org"): ["* lenet, input 1 x 28 x 28, batch 1, float32\n| Layer | Input C |"],
    ("analyze", "rec"): ["\nname: conv1\n", "\nparams: 520\n", "\nmacs: 392000\n"],
    ("analyze", "keys"): ["format_version\nnetcost\nconvention\nmodels\n"],
    ("diff", "org"): ["| MACs | 6,522,000 | 13,044,000 | +6,522,000 | +100.00% |", "* Layers: 10 changed"],
    ("diff", "rec"): ["\nmacs_before: 392000\nmacs_after: 784000\nmacs_delta: 392000\n"],
    ("diff", "keys"): ["format_version\nnetcost\nchanged\nbefore\nafter\ntotals\nlayers\n"],
    ("models", "org"): ["| lenet | 1 x 28 x 28 | 1,256,080 | 6,522,000 |"],
    ("models", "rec"): ["model: lenet\ninput_shape: 1x1x28x28\nparams: 1256080\n"],
    ("models", "keys"): ["format_version\nmodels\n"],
    ("memory", "org"): ["* lenet, input 1 x 28 x 28, batch 1, float32: "],
    ("memory", "rec"): ["model: lenet\n", f"\ninput_bytes: {28 * 28 * 4}\n"],
    ("memory", "keys"): ["format_version\nnetcost\nconvention\nmodels\n"],
    ("sweep", "org"): ["* lenet: the first 2 variants\n", "| 2 | 1,256,080 | 13,044,000 |", "- 2 variants: "],
    ("sweep", "rec"): ["batch: 1\nparams: 1256080\nmacs: 6522000\n\nbatch: 2\n"],
    ("sweep", "keys"): ["title\nvariants\ncounts\nnotes\n"],
    ("solve", "org"): ["* lenet: batch 2 is the largest within macs 13044000\n", "| macs | 13,044,000 | 100"],
    ("solve", "rec"): ["batch: 2\n", "macs: 13044000\n"],
    ("solve", "keys"): ["network\nparameter\nlimits\nlargest\n"],
    ("front", "org"): ["* lenet: 1 variant that no other excels in ", "| 2 | 1,256,080 | 13,044,000 |"],
    ("front", "rec"): ["batch: 2\nparams: 1256080\nmacs: 13044000\n"],
    ("front", "keys"): ["title\nvariants\n"],
    ("check", "org"): ["* 1 of 1 model breaks its budget\n|  | Model | Finding | Why | Where |\n| FAIL | "],
    ("check", "rec"): ["\nstatus: pass\nsubject: params\n", "\nvalue: 6522000\nlimit: 1\n"],
    ("check", "keys"): ["format_version\nnetcost\nstatus\nbase\ncounts\nmodels\nnotes\n"],
}


@pytest.fixture
def modules(folder: Path) -> Path:
    """A folder with the modules, from where they can be imported."""
    for name, text in MODULES.items():
        (folder / f"made_up_{name}.py").write_text(text)
    return folder


@pytest.mark.parametrize(("command", "name"), EXPECTED)
def test_every_command_writes_it(told: Run, modules: Path, command: str, name: str) -> None:
    """By its name, by its suffix, and by `--format` where there is one."""
    ended = told(*COMMANDS[command], "-o", f"{name}:-", "-o", f"out.{name}")
    assert ended.code == (1 if command == "check" else 0)
    assert ended.err == f"out.{name} is written\n"
    for text in EXPECTED[command, name]:
        assert text in ended.out
    assert Path(f"out.{name}").read_text() == ended.out
    if command != "check":
        assert told(*COMMANDS[command], "--format", name).out == ended.out


@pytest.mark.parametrize("command", dict.fromkeys(args[0] for args in COMMANDS.values()))
def test_help_and_messages_name_it(told: Run, modules: Path, command: str) -> None:
    """With what was likely meant."""
    listed = {
        "check": "json, markdown, github, junit, sarif, gitlab, html, org,",
        "analyze": "[table|csv|json|markdown|html|svg|org|rec|keys]",
        "memory": "[table|csv|json|markdown|html|svg|org|rec|keys]",
        "sweep": "[table|csv|jsonl|parquet|json|markdown|html|svg|org|rec|keys]",
        "solve": "[text|table|csv|json|markdown|html|org|rec|keys]",
    }.get(command, "[table|csv|json|markdown|html|org|rec|keys]")
    assert listed in " ".join(told(command, "--help").out.split())
    ended = told(*COMMANDS[command], "-o", "kees:out")
    assert ended.code == 2
    assert "There is no format `kees`; there are " in ended.err
    assert "org, rec, keys. Did you mean `keys`?" in ended.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["analyze", "lenet", "-o", "github:-"], "Only `netcost check` has the format github"),
        (["diff", "lenet", "alexnet", "-o", "text:x"], "`netcost diff` has table, csv, json, markdown"),
        (["models", "--format", "junit"], "Only `netcost check` has the format junit; `netcost models` has"),
        (["analyze", "lenet", "-o", "x.xml"], "`x.xml` looks like junit. Only `netcost check` has"),
    ],
)
def test_a_format_of_another_command_is_told_as_such(
    told: Run, modules: Path, args: list[str], message: str
) -> None:
    """With those that there are instead."""
    ended = told(*args)
    assert (ended.code, ended.out) == (2, "")
    assert message in " ".join(ended.err.split())
