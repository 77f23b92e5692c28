"""Bytes that layers move and times that a device cannot do them in less, by hand on a small network."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples import make

import netcost
from netcost.analysis.study import Study
from netcost.analysis.time import bound, moved
from netcost.devices import read
from netcost.network import Network
from netcost.shapes import Image, Sequence, Tokens

DEVICE = """
memory: {value: 1 MB, source: made up}
bandwidth: {value: 1 GB/s, source: made up}
rates:
  float32: {value: 1 GFLOP/s, source: made up}
  int8: {value: 1 GOP/s, source: made up}
"""
"""A byte and an operation a nanosecond."""

CONV = 768 + 64 + 1024
"""3 x 8 x 8 numbers in, 4 * 3 + 4 weights, 4 x 8 x 8 numbers out; of 4 bytes each."""

LINEAR = 1024 + (256 * 10 + 10) * 4 + 40
"""256 numbers in, a matrix and a bias, 10 numbers out."""


def small(**overrides: object) -> Network:
    """A 1x1 convolution with its activation, and a linear layer."""
    network = Network("net")
    network.overrides = overrides
    network.input(Image((1, 3, 8, 8)))
    network.add("conv", make("conv", filters=4, kernel=1))
    network.add("act", make("relu"))
    network.add("flat", make("flatten"))
    network.add("fc", make("linear", units=10))
    return network


def device_file(folder: Path, text: str = DEVICE) -> str:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return str(folder / "own.yaml")


def test_what_layers_move() -> None:
    """The activation runs inside the convolution, the view moves nothing."""
    found = {each.node.name: each.total for each in moved(small())}
    assert found == {"conv": CONV, "fc": LINEAR}
    assert Study(small()).moved_bytes == CONV + LINEAR == 13_200


def test_an_activation_whose_input_is_read_elsewhere_runs_by_itself() -> None:
    """It reads and writes 256 numbers of its own."""
    network = small()
    network.add("other", make("conv", filters=1, kernel=1), ["conv"])
    found = {each.node.name: each.total for each in moved(network)}
    assert found["act"] == 2 * 1024
    assert found["conv"] == CONV


def test_a_table_moves_the_rows_that_are_looked_up() -> None:
    """5 of 100 rows of 8 numbers, and 5 token numbers in of whatever they take."""
    network = Network("net")
    network.input(Tokens((1, 5)))
    network.add("words", make("embedding", vocab=100, dim=8))
    (found,) = moved(network)
    assert (found.weights, found.output) == (5 * 8 * 4, 5 * 8 * 4)


def test_a_mixture_moves_the_experts_that_can_be_visited() -> None:
    """Two tokens visit at most two of eight experts of 3 * 8 * 4 numbers; the router is 8 * 8."""
    network = Network("net")
    network.input(Sequence((1, 2, 8)))
    network.add("experts", make("moe", experts=8, active=1, hidden=4))
    (found,) = moved(network)
    assert found.weights == 4 * (8 * 8 + 2 * 3 * 8 * 4)


def test_the_least_time_by_hand(tmp_path: Path) -> None:
    """Of each layer the larger: 2 * 768 + 512 operations of the convolution, the bytes of the linear layer."""
    network = small()
    found = bound(network, moved(network), read(Path(device_file(tmp_path)), "own.yaml"))
    assert found is not None
    assert [*found.layers] == [2 * 768 + 256 + 256, LINEAR]
    assert found.total == 2_048 + 11_344
    assert found.floor == 768 + 40 + 64 + (256 * 10 + 10) * 4  # moving once takes longer than all computing


def test_computing_can_be_what_takes_longest(tmp_path: Path) -> None:
    """With a hundred times the bandwidth: 2 * (768 + 2,560) + 512 + 10 operations."""
    fast = DEVICE.replace("value: 1 GB/s", "value: 100 GB/s")
    network = small()
    found = bound(network, moved(network), read(Path(device_file(tmp_path, fast)), "own.yaml"))
    assert found is not None
    assert found.total == found.floor == 2 * (768 + 2_560) + 512 + 10


@pytest.mark.parametrize(
    "lacking",
    ["bandwidth: {value: 1 GB/s, source: made up}\n", "  float32: {value: 1 GFLOP/s, source: made up}\n"],
)
def test_what_a_device_does_not_tell_is_not_guessed(tmp_path: Path, lacking: str) -> None:
    """No bandwidth or no rate of the number format, no time."""
    network = small(device=device_file(tmp_path, DEVICE.replace(lacking, "")))
    assert Study(network).time_bound_ns is None


def test_the_figure_is_in_whole_nanoseconds(tmp_path: Path) -> None:
    """Of the sum over layers."""
    assert Study(small(device=device_file(tmp_path))).time_bound_ns == 13_392


def test_published_speeds_stay_above_the_bound() -> None:
    """No A100 writes a word of Llama 2 7B faster than it reads 6.6 billion weights: 6.5 ms in float16."""
    network = netcost.load("llama2", batch=1, dtype="float16", input=(1,), device="a100")
    found = Study(network).time_bound_ns
    assert found is not None
    assert found > 2 * 6_607_000_000 / 2039
