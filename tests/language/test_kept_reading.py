"""The items of a file are read once: other networks of the file are what they are when all is read anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from netcost import frontends, zoo
from netcost.language.spec_file import KEPT
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.source.problem import Problem, SpecError

OFTEN = ("efficientnet_b0", "llama3", "mobilenet_v2", "resnet50", "yolov8n")
"""Networks that are looked at each time."""

SPEC = """\
input: [3, 32, 32]
params: {width: 8, depth: 2, stride: 1, odd: 2 * width - 1}
variants: {wide: {width: 16, odd: 3}, deep: {depth: 5}}
blocks:
  Step:
    params: [width, stride: 1]
    layers:
      - {conv: width, kernel: 3, stride: stride, pad: 1, norm: batchnorm, act: relu}
      - {conv: width, kernel: 2 * width - 1, pad: same}
layers:
  - {conv: width, kernel: 3, pad: 1}
  - {Step: [2 * width, stride], repeat: depth, first: {stride: 2}}
  - {residual: [{conv: 2 * width, kernel: 3, pad: 1}], if: "depth > 2"}
  - flatten
  - linear: 10
"""

Told = tuple[Sequence[object], Sequence[Problem], int]


def told(load: Callable[[Work], Network], most: int) -> Told:
    """The layers of a network, or what is wrong with it, and the units of work that it counts as."""
    work = Work(left=most)
    try:
        nodes = load(work).nodes
    except SpecError as error:
        return (), error.problems, work.spent
    layers = [
        (node.name, node.layer, node.inputs and node.input_shapes, node.output, node.place) for node in nodes
    ]
    return layers, (), work.spent


def spec(tmp_path: Path, text: str = SPEC) -> frontends.Source:
    path = tmp_path / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return frontends.source_at(path, "net.yaml")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in OFTEN else pytest.mark.slow) for name in zoo.networks()],
)
def test_bundled_networks(name: str) -> None:
    bundled = zoo.networks()[name]
    zoo.Bundled(bundled.path, "").load()
    known = len(KEPT)
    again = told(lambda work: bundled.load(work=work), 200_000)
    assert len(KEPT) == known
    KEPT.clear()
    assert again == told(lambda work: bundled.load(work=work), 200_000)


OVERRIDES: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "a variant": {"variant": "wide"},
    "a parameter": {"params": {"depth": 4}},
    "an expression of items": {"params": {"odd": "2 * width - 1"}},
    "an input": {"input": (3, 48, 48)},
    "a batch and a format": {"batch": 8, "dtype": "float16"},
    "a number that is none": {"params": {"width": 0.5}},
    "a word": {"params": {"stride": "much"}},
    "no such parameter": {"params": {"wdth": 3}},
    "an input that is too small": {"input": (3, 1, 1), "params": {"stride": 9}},
    "too many layers": {"params": {"depth": 10**6}},
}


@pytest.mark.parametrize("most", [200_000, 400, 60], ids=["as usual", "little work", "hardly any"])
@pytest.mark.parametrize("overrides", OVERRIDES.values(), ids=OVERRIDES)
def test_overrides_of_a_file_that_is_known(overrides: Mapping[str, Any], most: int, tmp_path: Path) -> None:
    asked = Overrides(**overrides)
    known = spec(tmp_path)
    frontends.load(known)
    again = told(lambda work: frontends.load(known, asked, work=work), most)
    assert again == told(lambda work: frontends.load(spec(tmp_path), asked, work=work), most)


def test_layers_of_two_networks_of_a_file_are_one_object(tmp_path: Path) -> None:
    """What needs no name is made once."""
    known = spec(tmp_path)
    first, second = frontends.load(known), frontends.load(known, Overrides(batch=2))
    assert first["flatten1"].layer is second["flatten1"].layer


FAULTY = {
    "a layer": SPEC + "  - {linear: 10, unts: 3}\n",
    "a call": SPEC + "  - {Step: [1, 2, 3]}\n",
    "no layers": SPEC.partition("layers:\n  - {conv: width, kernel: 3")[0],
}


@pytest.mark.parametrize("text", FAULTY.values(), ids=FAULTY)
def test_a_fault_is_told_each_time(text: str, tmp_path: Path) -> None:
    source = spec(tmp_path, text)
    first = told(lambda work: frontends.load(source, work=work), 200_000)
    assert first[1]
    assert first == told(lambda work: frontends.load(source, work=work), 200_000)


def test_what_a_file_imports_may_change(tmp_path: Path) -> None:
    blocks = tmp_path / "blocks.yaml"
    blocks.write_text("blocks: {Step: {layers: [{linear: 10}]}}\n", encoding="utf-8")
    source = spec(tmp_path, "input: [4]\nimports: {parts: blocks.yaml}\nlayers: [parts.Step]\n")
    assert [str(node.output) for node in frontends.load(source).nodes] == ["10"]
    blocks.write_text("blocks: {Step: {layers: [{linear: 20}, relu]}}\n", encoding="utf-8")
    assert [str(node.output) for node in frontends.load(source).nodes] == ["20", "20"]
