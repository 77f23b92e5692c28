"""Zip files of models: what leads out of them is refused, and what could run code."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from netcost.frontends import load_path
from netcost.source.problem import SpecError

HERE = Path(__file__).parent
ROOTS = ["../evil", "a/../../evil", "/etc/evil", "C:\\evil", "\\evil", "..\\evil"]


def with_member(folder: Path, name: str, model: str) -> Path:
    """A copy of a model's file with one member more."""
    path = folder / model
    if model.endswith(".pt2"):
        path.write_bytes((HERE / "pt2" / "resnet18.pt2").read_bytes())
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", "{}")
            archive.writestr("config.json", (HERE / "keras" / "cnn.json").read_text())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"evil")
    return path


@pytest.mark.parametrize("model", ["net.pt2", "net.keras"])
@pytest.mark.parametrize("name", ROOTS)
def test_a_member_that_leads_out_is_refused(tmp_path: Path, name: str, model: str) -> None:
    """Though nothing is unpacked."""
    with pytest.raises(SpecError, match="leads out of it"):
        load_path(with_member(tmp_path, name, model))
    assert [each.name for each in tmp_path.iterdir()] == [model]


@pytest.mark.parametrize("model", ["net.pt2", "net.keras"])
@pytest.mark.parametrize("name", ["data.pkl", "archive/data.PKL", "weights.pickle"])
def test_a_pickle_is_refused(tmp_path: Path, name: str, model: str) -> None:
    """It could run code."""
    with pytest.raises(SpecError, match="is a pickle, which could run code"):
        load_path(with_member(tmp_path, name, model))


@pytest.mark.parametrize("model", ["net.pt2", "net.keras"])
def test_any_other_member_is_passed_over(tmp_path: Path, model: str) -> None:
    """Whatever it is called."""
    assert load_path(with_member(tmp_path, "notes..txt", model)).nodes
