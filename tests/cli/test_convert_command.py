"""`netcost convert`: where the spec goes, what is written into it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run

from netcost import frontends
from netcost.layers.linear import Linear
from netcost.layers.opaque import Opaque
from netcost.network import Network
from netcost.shapes import Vector


def test_the_spec_is_printed(netcost: Run) -> None:
    """Without `-o`; it can be read again from standard input."""
    ended = netcost("convert", "lenet")
    assert (ended.code, ended.err) == (0, "")
    again = netcost("convert", "-", stdin=ended.out.encode())
    assert again.code == 0
    assert again.out.splitlines()[1:] == ended.out.splitlines()[1:]


def test_a_file_is_written_whole(netcost: Run, folder: Path) -> None:
    """What is written is what is printed; nothing else is left behind."""
    printed = netcost("convert", "lenet").out
    assert netcost("convert", "lenet", "-o", "net.yaml") == (0, "", "net.yaml is written\n")
    assert (folder / "net.yaml").read_text() == printed
    assert [path.name for path in folder.iterdir()] == ["net.yaml"]


def test_a_file_that_exists_is_kept(netcost: Run, folder: Path) -> None:
    """Unless `--force` is given."""
    (folder / "net.yaml").write_text("mine")
    ended = netcost("convert", "lenet", "-o", "net.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "net.yaml exists; replace it with --force" in ended.err
    assert (folder / "net.yaml").read_text() == "mine"
    assert netcost("convert", "lenet", "-o", "net.yaml", "--force").code == 0
    assert (folder / "net.yaml").read_text() != "mine"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--input", "1,20,20"], "input: [1, 20, 20]"),
        (["--batch", "8"], "batch: 8"),
        (["--dtype", "int8/float16"], "dtype: int8/float16"),
    ],
    ids=" ".join,
)
def test_overrides_are_written_into_the_spec(netcost: Run, options: list[str], line: str) -> None:
    """Each as a line of its own."""
    spec = "{input: [1, 28, 28], layers: [{conv: 8, kernel: 3}, flatten, linear: 10]}"
    ended = netcost("convert", "-", *options, stdin=spec.encode())
    assert ended.code == 0
    assert line in ended.out.splitlines()


def test_a_variant_and_a_parameter_are_written_out(netcost: Run) -> None:
    """What they stand for, not their names."""
    assert "repeat: 23" in netcost("convert", "resnet50", "--variant", "resnet101").out
    assert "conv: 16" in netcost("convert", "mobilenet_v2", "--set", "width=0.5").out


def test_folded_norms_are_gone(netcost: Run) -> None:
    """And the layers before them have a bias, which is the default."""
    out = netcost("convert", "resnet18", "--fold-batchnorm").out
    assert "batchnorm" not in out
    assert "bias" not in out


def test_unknown_costs_are_refused(netcost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the names of the layers; no file is begun."""

    def read(*_: object, **__: object) -> Network:
        network = Network("partial")
        network.input(Vector((1, 8)))
        network.add("known", Linear(units=8))
        network.add("strange", Opaque(Vector((1, 8)), "FancyOp"))
        return network

    monkeypatch.setattr(frontends, "load", read)
    ended = netcost("convert", "-", "-o", "net.yaml", stdin=b"x")
    assert (ended.code, ended.out) == (2, "")
    assert "`strange`" in ended.err
    assert not list(folder.iterdir())
