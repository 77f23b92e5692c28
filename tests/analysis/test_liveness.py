"""What is alive when: against what PyTorch allocates, and against a simulation that keeps every tensor by itself."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest
from bundled import network_of
from examples import make
from hypothesis import given
from hypothesis import strategies as st

from netcost.analysis.liveness import arena, arena_bytes, timeline
from netcost.network import Network, Node
from netcost.shapes import Image, Vector

REFERENCE = Path(__file__).parents[1] / "reference" / "memory"
with (REFERENCE / "peak_truth.csv").open() as file:
    ROWS = [row for row in csv.DictReader(file) if row["run"] == "fx"]

OTHERWISE = {
    (
        "densenet121",
        "asis",
    ): "torchvision concatenates the list of all earlier features anew in each layer, and "
    "holds the list; the spec concatenates what has grown so far with the new features",
    ("swin_t", "asis"): "the rolled map, the windows and the scores inside of attention are not told",
    ("swin_t", "off"): "the rolled map, the windows and the scores inside of attention are not told",
}
"""Rows that are not met, with the reason."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['net']}-{row['inplace']}")
def test_the_peak_is_what_pytorch_allocates(row: dict[str, str]) -> None:
    """To the byte; `asis` is the network with the activations in place that torchvision runs so."""
    network = network_of({"alexnet": "alexnet_torchvision"}.get(row["net"], row["net"]))
    line = timeline(network, in_place=row["inplace"] == "asis", with_input=False)
    met = line.peak == int(row["torch_peak_bytes"])
    assert met == ((row["net"], row["inplace"]) not in OTHERWISE)


def chain(*heads: str, batch: int = 1) -> Network:
    """Layers on an image of 2 x 4 x 4, each called after its place."""
    network = Network("net")
    network.input(Image((batch, 2, 4, 4)))
    for index, head in enumerate(heads):
        network.add(f"{head}{index}", make(head, **({"kernel": 2, "stride": 2} if head == "maxpool" else {})))
    return network


SIZE = 2 * 4 * 4 * 4
"""Bytes of an image of 2 x 4 x 4 in float32."""


@pytest.mark.parametrize(
    ("network", "in_place", "peak", "why"),
    [
        (chain("batchnorm"), True, 2 * SIZE, "the input and the output"),
        (chain("batchnorm", "relu"), True, 2 * SIZE, "the activation writes over its input"),
        (chain("batchnorm", "relu"), False, 2 * SIZE, "the input is dead when the activation runs"),
        (chain("relu"), True, 2 * SIZE, "an input of the network is not written over"),
        (chain("batchnorm", "gelu"), True, 2 * SIZE, "not every activation can run in place"),
        (chain("batchnorm", "flatten", "identity"), True, 2 * SIZE, "views are what they view"),
        (chain("batchnorm", "dropout"), True, 2 * SIZE, "dropout does nothing once the network is trained"),
        (chain("maxpool"), True, SIZE + SIZE // 4 + 2 * SIZE // 4, "the places of the maxima, 8 bytes each"),
        (chain("batchnorm", batch=3), True, 3 * 2 * SIZE, "as many as there are samples"),
    ],
)  # fmt: skip
def test_a_peak_worked_out_by_hand(network: Network, in_place: bool, peak: int, why: str) -> None:
    """The most bytes that are alive at once."""
    assert timeline(network, in_place=in_place).peak == peak, why


def test_a_shortcut_lives_until_it_is_added() -> None:
    """And nothing is written over that is read later."""
    network = chain("batchnorm", "relu")
    network.add("again", make("batchnorm"))
    network.add("sum", make("add"), ["again", "batchnorm0"])
    line = timeline(network)
    assert line.live == [2 * SIZE, 2 * SIZE, 3 * SIZE, 3 * SIZE]
    assert [buffer.name for buffer in line.alive(2)] == ["batchnorm0", "relu1", "again"]


def test_outputs_of_the_network_live_to_the_end() -> None:
    """Whatever comes after them."""
    network = chain("batchnorm", "batchnorm", "batchnorm")
    network.outputs = (network["batchnorm0"], network["batchnorm2"])
    assert timeline(network).live == [2 * SIZE, 2 * SIZE, 3 * SIZE]


def test_what_runs_in_training_only_takes_nothing() -> None:
    """The layer does not run once the network is trained."""
    network = chain("batchnorm")
    network.add("aux", make("conv", filters=64, kernel=1), ["batchnorm0"], training_only=True)
    network.outputs = (network["batchnorm0"],)
    assert timeline(network).live == [2 * SIZE]


@st.composite
def graphs(draw: st.DrawFn) -> Network:
    """Small networks with branches, views, activations in place, and several outputs."""
    network = Network("net")
    network.input(Vector((1, draw(st.integers(1, 9)))))
    for index in range(draw(st.integers(1, 12))):
        known = [*network.inputs, *network.nodes]
        source = draw(st.sampled_from(known))
        head = draw(st.sampled_from(["relu", "identity", "linear", "add", "concat", "gelu"]))
        if head in {"add", "concat"}:
            fitting = [node for node in known if head == "concat" or node.output == source.output]
            network.add(f"n{index}", make(head), [source, draw(st.sampled_from(fitting))])
        elif head == "linear":
            network.add(f"n{index}", make(head, units=draw(st.integers(1, 9))), [source])
        else:
            network.add(f"n{index}", make(head), [source])
    outputs = draw(st.lists(st.sampled_from(network.nodes), min_size=1, unique=True))
    network.outputs = tuple(outputs)
    return network


def simulated(network: Network, *, in_place: bool) -> list[int]:
    """Run the layers one by one, and look at every tensor after each: is it read by a later one?"""
    content: dict[Node, int] = {}  # the storage that a tensor is in
    sizes: list[int] = []
    for node in network.inputs:
        content[node] = len(sizes)
        sizes.append(4 * node.output.elements)
    live = []
    for step, node in enumerate(network.nodes):
        later = [source for each in network.nodes[step + 1 :] for source in each.inputs]
        needed = {*later, *network.outputs}
        mine = content[node.inputs[0]]
        over = in_place and node.layer.type == "relu" and mine >= len(network.inputs)
        if node.layer.type == "identity" or (
            over and not any(content[each] == mine for each in needed if each in content)
        ):
            content[node] = mine
        else:
            content[node] = len(sizes)
            sizes.append(4 * node.output.elements)
        alive = {content[each] for each in (*node.inputs, node, *needed) if each in content}
        live.append(sum(sizes[each] for each in alive))
    return live


@given(graphs(), st.booleans())
def test_it_is_what_a_simulation_finds(network: Network, in_place: bool) -> None:
    """In every step."""
    assert timeline(network, in_place=in_place).live == simulated(network, in_place=in_place)


@given(graphs())
def test_an_arena_holds_all_that_lives_at_once(network: Network) -> None:
    """Nothing overlaps in it, every place is aligned, and it is at least the peak."""
    line = timeline(network)
    placed = arena(line)
    for one, other in combinations(placed, 2):
        apart = one.offset + one.size <= other.offset or other.offset + other.size <= one.offset
        assert apart or not one.meets(other)
    assert all(each.offset % 16 == 0 for each in placed)
    assert arena_bytes(line) >= line.peak


@pytest.mark.parametrize(
    ("name", "percent"),
    [("mobilenet_v2", 100), ("resnet50", 100), ("densenet121", 106), ("inception_v3", 100)],
)
def test_an_arena_is_hardly_larger_than_the_peak(name: str, percent: int) -> None:
    """At most so many percent of it, as a planner that knew better could not do with less than the peak."""
    line = timeline(network_of(name))
    arena = arena_bytes(line)
    assert isinstance(arena, int)
    assert isinstance(line.peak, int)
    assert line.peak <= arena <= line.peak * percent // 100
