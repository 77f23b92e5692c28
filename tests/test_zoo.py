"""The bundled networks, found by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bundled import network_of

import netcost
from netcost import SpecError, zoo

CONFIGS = Path(__file__).parents[1] / "configs"


def test_every_file_of_the_folder_is_bundled() -> None:
    """Under the name of its file."""
    assert {Path(path).name for path in zoo.files().values()} == {
        path.name for path in CONFIGS.glob("*.yaml")
    }


def test_no_two_networks_have_the_same_name() -> None:
    """A variant bears its full name, so that it needs no file beside it."""
    names = [name for path in zoo.files().values() for name, _ in zoo.declared(path)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", zoo.networks())
def test_every_network_is_found_by_its_name(name: str) -> None:
    """It is read without a fault or a warning, and bears that name."""
    network = network_of(name)
    assert network.name == name
    assert network.nodes
    assert not network.warnings


@pytest.mark.parametrize("stem", zoo.files())
def test_every_network_is_found_by_its_file(stem: str) -> None:
    """With or without the suffix; that is the spec as it stands."""
    assert zoo.find(stem) == zoo.find(f"{stem}.yaml") == zoo.Bundled(zoo.files()[stem], "")


def test_a_variant_is_a_network_of_its_own() -> None:
    """The file's first network is what it describes without one."""
    assert zoo.find("resnet50") == zoo.Bundled(zoo.files()["resnet"], "")
    assert zoo.find("resnet101") == zoo.Bundled(zoo.files()["resnet"], "resnet101")


@pytest.mark.parametrize("name", zoo.networks())
def test_names_are_words_that_people_type(name: str) -> None:
    """Lower-case, without blanks."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alexnt", "did you mean `alexnet`?"),
        ("ResNet101", "did you mean `resnet101`?"),
        ("resnet-50", "did you mean `resnet50`?"),
        ("xyzzy", "`netcost models` lists the bundled networks"),
        ("xyzzy.yaml", "`netcost models` lists the bundled networks"),
        ("", "`netcost models` lists the bundled networks"),
        ("layers", "`netcost models` lists the bundled networks"),
        ("x" * 5000, "`netcost models` lists the bundled networks"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, hint: str) -> None:
    """Or with the command that lists them all."""
    with pytest.raises(SpecError) as caught:
        zoo.find(name)
    (problem,) = caught.value.problems
    assert problem.place.path == name
    assert problem.message == "there is no such file and no bundled network of this name"
    assert problem.hint == hint


@pytest.mark.parametrize("path", ["nowhere/alexnet", "./alexnet", "nowhere/alexnet.yaml"])
def test_a_path_is_never_a_bundled_name(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a folder means a file."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError, match="no such file"):
        zoo.load(path)


def test_a_folder_is_no_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said to be one, unless a bundled network has its name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nets").mkdir()
    (tmp_path / "alexnet").mkdir()
    with pytest.raises(SpecError, match="this file cannot be read: it is a folder"):
        zoo.load("nets")
    assert zoo.load("alexnet").name == "alexnet"


def test_a_bundled_variant_does_not_go_with_another_one() -> None:
    """Either could be meant."""
    with pytest.raises(
        SpecError, match=r"the variant `resnet101` of resnet\.yaml, and `resnet152` is asked for"
    ):
        netcost.load("resnet101", variant="resnet152")


def test_a_variant_may_be_named_twice() -> None:
    """Nothing is in doubt."""
    assert netcost.load("resnet101", variant="resnet101").name == "resnet101"


def test_messages_call_a_bundled_spec_by_its_file() -> None:
    """Wherever it is installed."""
    assert netcost.load("resnet101").source == "resnet.yaml"
