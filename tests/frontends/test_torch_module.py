"""Models in a file of Python that is run: costs as PyTorch counts them, inputs, arguments, and errors of the author's."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from netcost.analysis.costs import analyze
from netcost.frontends import load_path
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent

with (HERE / "pt2" / "truth.csv").open(encoding="utf-8") as table:
    MODULES = [(row["module"], int(row["params"]), int(row["macs"])) for row in csv.DictReader(table)]
"""`export_modules.py` writes them: parameters and half of what PyTorch's flop counter counts, of two samples."""

NET = """
import sys

import torch
from torch import nn

print("the file is run")


class Net(nn.Module):
    def __init__(self, width=4, deep=False):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, width), *([nn.Linear(width, width)] if deep else []))

    def forward(self, x):
        return {"out": self.layers(x), "more": [x]}


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.head = nn.Embedding(10, 4), nn.Linear(4, 2)

    def forward(self, words, extra, scale=None):
        return self.head(self.table(words) + extra)


class Looks(nn.Module):
    def __init__(self):
        super().__init__()
        self.widths = [int(each.item()) for each in torch.linspace(2, 6, 3)]
        self.head = nn.Linear(3, self.widths[-1])

    def forward(self, x):
        if (x > 0).any():
            x = x * 2
        return self.head(x)


class Wrong(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(5, 4)

    def forward(self, x):
        y = x + 1
        return self.head(y)


class Fails(nn.Module):
    def __init__(self):
        super().__init__()
        raise ValueError("no width")


class Ends(nn.Module):
    def forward(self, x):
        sys.exit(3)


class Asks(nn.Module):
    def __init__(self):
        super().__init__()
        input()


class Endless(nn.Module):
    def forward(self, x):
        return self.forward(x)


class Talks(nn.Module):
    def forward(self, x):
        for _ in range(10_000):
            print("and so on and on")
        return x * 2


def make(width: int = 2):
    return Net(width)


ready = Net(6)
number = 5


def nothing():
    return 3
"""


@pytest.fixture
def net(folder: Path) -> Path:
    """A file with models."""
    path = folder / "net.py"
    path.write_text(NET)
    return path


def read(path: Path, member: str, **overrides: Any) -> Network:
    pytest.importorskip("torch")
    return load_path(Path(f"{path}:{member}"), Overrides(**overrides), run_code=True)


def costs(network: Network) -> tuple[int, int]:
    totals = analyze(network).totals
    return int(totals["params"]), int(totals["macs"])


def test_without_torch_it_is_told_how_to_install_it(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that an export needs none."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SpecError, match=r"python -m pip install torch.*torch\.export\.save"):
        load_path(Path(f"{net}:Net"), Overrides(input=(3,)), run_code=True)


def test_a_file_is_not_run_unless_that_is_allowed(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The door refuses it."""
    with pytest.raises(SpecError, match="to read this model is to run its file"):
        load_path(Path(f"{net}:Net"), Overrides(input=(3,)))
    assert "the file is run" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(("name", "params", "macs"), MODULES)
def test_params_and_macs_are_those_of_pytorch(name: str, params: int, macs: int) -> None:
    """And every layer is known."""
    pytest.importorskip("torch")
    from torch_modules import MODULES as SIZES

    (size,) = [size for made, size in SIZES.items() if made.__name__ == name]
    network = read(HERE / "torch_modules.py", name, input=size, batch=2)
    assert costs(network) == (params, macs)
    assert not [node.name for node in network.nodes if node.layer.type == "opaque"]


@pytest.mark.parametrize(
    ("member", "arguments", "params"),
    [
        ("Net", {}, 3 * 4 + 4),
        ("Net", {"width": "7", "deep": "true"}, 3 * 7 + 7 + 7 * 7 + 7),
        ("make", {"width": "9"}, 3 * 9 + 9),
        ("ready", {}, 3 * 6 + 6),
        ("Looks", {}, 3 * 6 + 6),
    ],
)
def test_a_class_a_function_or_a_module_is_meant(
    net: Path, member: str, arguments: dict[str, str], params: int
) -> None:
    """With arguments as they are written; one that looks at numbers as it is made gets them."""
    assert costs(read(net, member, input=(3,), arg=arguments))[0] == params


def test_what_the_file_prints_is_no_part_of_a_report(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is shown on standard error, the beginning of it; the report says that the file was run."""
    network = read(net, "Talks", input=(3,))
    printed = capsys.readouterr()
    assert (printed.out, "the file is run" in printed.err, len(printed.err) < 70_000) == ("", True, True)
    assert network.notes[0].startswith("net.py was run to read it, by PyTorch ")


def test_places_are_lines_of_the_file(net: Path) -> None:
    """The line of `self.head(self.table(words) + extra)`."""
    network = read(net, "Two", input={"words": (5,), "extra": (5, 4)})
    line = NET.splitlines().index("        return self.head(self.table(words) + extra)") + 1
    assert str(network["table"].place) == f"{net}:{line}:1"


def test_an_input_may_be_whole_numbers(net: Path) -> None:
    """Where the model refuses others; it is noted. 5 tokens by 4 * 2 MACs."""
    network = read(net, "Two", input={"words": (5,), "extra": (5, 4)})
    assert costs(network) == (10 * 4 + 4 * 2 + 2, 5 * 4 * 2)
    assert "`words` is taken for whole numbers, int64" in network.notes


def test_data_that_decides_is_answered_and_noted(net: Path) -> None:
    """With the line that asks."""
    line = NET.splitlines().index("        if (x > 0).any():") + 1
    (note,) = [note for note in read(net, "Looks", input=(3,)).notes if "decides" in note]
    assert f"net.py:{line}; False was answered" in note


@pytest.mark.parametrize(
    ("member", "overrides", "line", "words"),
    [
        ("Wrong", {}, "        return self.head(y)", "RuntimeError: "),
        ("Fails", {}, '        raise ValueError("no width")', "ValueError: no width"),
        ("Ends", {}, "        sys.exit(3)", "the file ends the program here: SystemExit(3)"),
        ("Asks", {}, "        input()", "EOFError"),
        ("Endless", {}, "        return self.forward(x)", "RecursionError"),
        ("Net", {"arg": {"wdth": "3"}}, "", "unexpected keyword argument 'wdth'"),
        ("Nett", {}, "", "did you mean `Net`?"),
        ("number", {}, "", "`number` is of type int, no module of PyTorch"),
        ("nothing", {}, "", "`nothing` makes what is of type int"),
        ("ready", {"arg": {"width": "3"}}, "", "is made already"),
        ("Two", {}, "", "`forward` needs extra, too"),
        ("Two", {"input": {"x": (3,)}}, "", "`forward` has no input `x`"),
        ("Net", {"input": None}, "", "it does not say how large its input is"),
        ("Net", {"dim": {"x": "3"}}, "", "cannot be changed by --dim"),
    ],
)
def test_what_goes_wrong_is_told_with_its_line(
    net: Path, member: str, overrides: dict[str, Any], line: str, words: str
) -> None:
    """Never a traceback."""
    with pytest.raises(SpecError) as caught:
        read(net, member, **{"input": (3,), **overrides})
    message = str(caught.value)
    assert words in message
    if line:
        assert f"{net}:{NET.splitlines().index(line) + 1}:" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import torch\nclass Net(torch.nn.Module:\n", ":2:"),
        ("\nimport no_such_module\n", ":2:1: error: ModuleNotFoundError"),
        ("raise SystemExit('bye')\n", ":1:1: error: the file ends the program here: SystemExit(bye)"),
        ("\0", "error: "),
    ],
)
def test_a_file_that_does_not_run_is_told_with_its_line(folder: Path, text: str, words: str) -> None:
    """Before there is any model."""
    path = folder / "net.py"
    path.write_text(text)
    with pytest.raises(SpecError) as caught:
        read(path, "Net", input=(3,))
    assert words in str(caught.value)


def test_the_interpreter_is_left_as_it_was(net: Path) -> None:
    """Paths, arguments and modules; nothing is written beside the file."""
    before = sys.path[:], sys.argv[:], sys.stdout, sys.stdin
    read(net, "Net", input=(3,))
    assert (sys.path, sys.argv, sys.stdout, sys.stdin) == before
    assert "net" not in sys.modules
    assert [each.name for each in net.parent.iterdir()] == ["net.py"]
