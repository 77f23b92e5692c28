"""Models that go to other processes: the text of their files, and of those that they import."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from netcost import SpecError
from netcost.overrides import Overrides
from netcost.sweeps import model
from netcost.sweeps.fault import SweepError
from netcost.sweeps.model import read_model

PARTS = "blocks:\n  Two:\n    params: [n]\n    layers: [{linear: n}, {linear: n}]\n"
NET = "imports: {parts: parts.yaml}\nparams: {n: 2}\ninput: [3]\nlayers: [{parts.Two: n}]\n"


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "parts.yaml").write_text(PARTS, encoding="utf-8")
    (folder / "net.yaml").write_text(NET, encoding="utf-8")


def test_imports_travel_with_a_model(folder: Path) -> None:
    """Where there are no files, it is the same network."""
    found = pickle.dumps(read_model("net.yaml"))
    for path in folder.iterdir():
        path.unlink()
    network = pickle.loads(found).load(Overrides(params={"n": 3}))  # noqa: S301  it is our own
    assert [node.output[-1] for node in network.nodes] == [3, 3]


def test_the_digest_is_of_all_files(folder: Path) -> None:
    """A change of what is imported is another sweep."""
    before = read_model("net.yaml").digest
    assert read_model("net.yaml").digest == before
    (folder / "parts.yaml").write_text(PARTS + "# more\n", encoding="utf-8")
    assert read_model("net.yaml").digest != before


def test_a_bundled_name_knows_its_variant() -> None:
    """It is one file, and the variant of it."""
    found = read_model("resnet18")
    assert (found.name, found.variant, found.path) == ("resnet18", "resnet18", "resnet.yaml")


def test_what_is_too_large_does_not_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with weights is read where it is."""
    monkeypatch.setattr(model, "MOST_TO_SEND", 10)
    with pytest.raises(SweepError, match=r"write it as a spec: netcost convert net\.yaml -o net\.yaml"):
        pickle.dumps(read_model("net.yaml"))


def test_what_is_missing_is_told_by_the_model(folder: Path) -> None:
    """As where there was no sweep."""
    (folder / "parts.yaml").unlink()
    with pytest.raises(SpecError, match=r"parts\.yaml"):
        read_model("net.yaml").load()
