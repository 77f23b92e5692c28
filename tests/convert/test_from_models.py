"""Models of other formats written as specs: what is read back costs the same."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from onnx_files import network_of
from quick import others_slow

from netcost.analysis.costs import analyze
from netcost.convert import ConvertError, spec_of
from netcost.frontends import Source, load
from netcost.network import Network
from netcost.source.problem import SpecError

DATA = Path(__file__).parents[1] / "frontends"
SUFFIXES = (".pt2", ".keras", ".cfg", ".prototxt", ".tflite")
COUNTED = ("params", "trainable_params", "buffers", "macs", "ops", "activation_elements")


def models() -> Iterator[tuple[str, bytes]]:
    """The files of models among the data of the readers' tests."""
    for path in sorted(DATA.rglob("*")):
        if path.suffix in SUFFIXES or (path.suffix == ".json" and path.parent.name == "keras"):
            yield path.relative_to(DATA).as_posix(), path.read_bytes()
    with zipfile.ZipFile(DATA / "exported" / "onnx.zip") as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".onnx"):
                yield name, archive.read(name)


MODELS = dict(models())
LARGE = ("densenet121", "inception_v3", "swin_t", "swin_v2", "vit_b_16.legacy")
QUICK = [
    name for name in MODELS if not (name.endswith(".dynamo.onnx") or any(each in name for each in LARGE))
]
"""Of what both exporters of PyTorch have written, what one has, and of models the smaller; the others in slow tests."""


@cache
def read(name: str) -> Network | None:
    """A model; none of a file that is no model, or that asks for more than its name."""
    try:
        return network_of(name) if name.endswith(".onnx") else load(Source(name, MODELS[name]))
    except SpecError:
        return None


@cache
def written(name: str) -> str:
    """Its spec; empty where there is none, or no spec can say it."""
    network = read(name)
    with suppress(ConvertError):
        return spec_of(network) if network else ""
    return ""


@pytest.mark.parametrize("name", others_slow(MODELS, QUICK))
def test_a_model_and_its_spec_cost_the_same(name: str) -> None:
    """Parameters, operations and activations to the last digit."""
    network = read(name)
    text = written(name)
    if network is None or not text:
        pytest.skip("no model that a spec can say; how many there may be is a test of its own")
    wanted, found = analyze(network), analyze(load(Source("net.yaml", text.encode())))
    assert {each: found.totals[each] for each in COUNTED} == {each: wanted.totals[each] for each in COUNTED}
    outputs = [sum(shape.elements for shape in report.outputs.values()) for report in (wanted, found)]
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("names", "most"), [(QUICK, 50), pytest.param(MODELS, 60, marks=pytest.mark.slow)], ids=["quick", "all"]
)
def test_nearly_all_models_can_be_written(names: Collection[str], most: int) -> None:
    """Those that cannot are partial, or keep numbers that no spec has a word for."""
    networks = sum(read(name) is not None for name in names)
    texts = sum(written(name) != "" for name in names)
    assert texts > most
    assert networks - texts <= 6


@pytest.mark.parametrize(
    ("name", "most"), [("onnx/resnet50.legacy.onnx", 45), ("keras/mobilenet_v2.json", 50)]
)
def test_a_flat_graph_becomes_a_short_spec(name: str, most: int) -> None:
    """As a person would write it, with blocks."""
    found = next(each for each in MODELS if each.endswith(name.rpartition("/")[2]))
    assert 0 < written(found).count("\n") <= most
