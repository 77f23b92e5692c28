"""A bundled network is a thing one can see, filter for, print and copy."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from bundled import LARGE, each_network
from running import Run

from netcost import zoo


def test_a_name_alone_tells_all_about_a_network(netcost: Run) -> None:
    """What it is, what it costs, what can be changed about it, where its file is; the counts are PyTorch's."""
    ended = netcost("models", "bert_base")
    text = " ".join(ended.out.split())
    assert ended.code == 0
    assert text.startswith("bert_base: BERT: transformer encoder blocks over words")
    assert "params 109,482,240, 417.6 MiB in float32" in text
    assert "seq 128" in text
    assert "bert_large dim: 1024, depth: 24, heads: 16, ffn: 4096" in text
    assert str(zoo.files()["bert"]) in "".join(ended.out.split("\n"))
    assert "`netcost init bert_base` copies it here" in text


@pytest.mark.parametrize("name", each_network(slow=LARGE))
def test_every_network_has_its_page(netcost: Run, name: str) -> None:
    """Variants under their own names, too."""
    ended = netcost("models", name)
    assert ended.code == 0
    assert ended.out.startswith(f"{name}: ")


def test_its_spec_is_printed_as_it_stands(netcost: Run) -> None:
    """To be read, or piped on."""
    ended = netcost("models", "alexnet", "--spec")
    assert ended.out == Path(zoo.files()["alexnet"]).read_text(encoding="utf-8")
    piped = netcost("analyze", "-", "--format", "csv", stdin=ended.out.encode())
    assert piped.code == 0


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (["resnet1*"], ["resnet18", "resnet101", "resnet152"]),
        (["resnet1*", "lenet"], ["lenet", "resnet18", "resnet101", "resnet152"]),
        (["alexnet", "lenet", "--sort", "params"], ["alexnet", "lenet"]),
        (["resnet1*", "--sort", "macs"], ["resnet152", "resnet101", "resnet18"]),
        (["resnet1*", "--sort", "name"], ["resnet101", "resnet152", "resnet18"]),
        (["alexnet"], ["alexnet"]),
    ],
    ids=" ".join,
)
def test_the_list_is_filtered_and_sorted(netcost: Run, args: list[str], names: list[str]) -> None:
    """By names and globs; by name or by a metric, the largest first."""
    rows = list(csv.DictReader(StringIO(netcost("models", *args, "--format", "csv").out, newline="")))
    found = [row["model"] for row in rows]
    assert sorted(found) == sorted(names)
    assert "--sort" not in args or found == names


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["alexnt"], "There is no bundled network `alexnt`; did you mean `alexnet`?"),
        (["xyz*"], "No bundled network matches `xyz*`."),
        (["--spec"], "--spec prints one network; name it, as in `netcost models alexnet --spec`."),
        (["alexnet", "lenet", "--spec"], "--spec prints one network"),
    ],
)
def test_what_there_is_not_is_told(netcost: Run, args: list[str], message: str) -> None:
    """With what was probably meant."""
    ended = netcost("models", *args)
    assert (ended.code, message in ended.err) == (2, True)


def test_a_spec_to_start_from_has_remarks_and_works(netcost: Run, folder: Path) -> None:
    """A stem of 3x3x3x32 and its norm, and a classifier of 64 features and 10 classes, are a part of it."""
    ended = netcost("init")
    assert (ended.code, ended.err) == (
        0,
        "net.yaml is written; `netcost analyze net.yaml` prints what it costs\n",
    )
    assert "# " in (folder / "net.yaml").read_text()
    rows = list(csv.DictReader(StringIO(netcost("analyze", "net.yaml", "--format", "csv").out, newline="")))
    params = {row["name"]: int(row["params"]) for row in rows}
    assert (params["stem"], params["classifier"]) == (3 * 3 * 3 * 32, 64 * 10 + 10)
    assert netcost("analyze", "net.yaml", "--set", "width=8").code == 0


def test_a_bundled_network_is_copied(netcost: Run, folder: Path) -> None:
    """Under the name that is asked for; a variant is told how to be taken."""
    ended = netcost("init", "resnet18", "-o", "mine.yaml")
    assert "`netcost analyze mine.yaml --variant resnet18`" in ended.err
    assert (folder / "mine.yaml").read_bytes() == Path(zoo.files()["resnet"]).read_bytes()


def test_no_file_is_lost(netcost: Run, folder: Path) -> None:
    """Unless that is asked for."""
    (folder / "net.yaml").write_text("mine")
    ended = netcost("init")
    assert (ended.code, (folder / "net.yaml").read_text()) == (2, "mine")
    assert "net.yaml exists; choose another file with -o, or replace it with --force" in ended.err
    assert netcost("init", "--force").code == 0
    assert netcost("init", "-o", "-").out.startswith(
        "# A network, layer by layer: `netcost analyze net.yaml`"
    )
