"""What positions see of the input: published fields, fields measured by gradients, and a search position by position."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from examples import make
from hypothesis import given
from hypothesis import strategies as st

import netcost
from netcost.analysis.reach import View, reach
from netcost.network import Network, Node
from netcost.shapes import Image, Sequence, Signal, Tokens, Vector

FOLDER = Path(__file__).parent / "reach"
with (Path(__file__).parents[1] / "reference" / "memory" / "receptive_field_truth.csv").open() as file:
    ROWS = list(csv.DictReader(file))


def load(net: str) -> Network:
    """A network of the table; those of TensorFlow's slim library that differ from the bundled ones are beside this file."""
    if net.startswith("resnet_v"):
        variant = "" if net.endswith("_50") else net
        return netcost.load(FOLDER / "resnet.yaml", variant=variant)
    if net in {"alexnet_v2", "inception_resnet_v2"}:
        return netcost.load(FOLDER / f"{net}.yaml")
    return netcost.load(
        {"alexnet": "alexnet_torchvision", "vgg_16": "vgg16", "mobilenet_v1_075": "mobilenet_v1"}.get(
            net, net
        )
    )


def view_of(network: Network, name: str) -> View:
    return reach(network)[network[name]].view


@pytest.mark.parametrize("net", sorted({row["net"] for row in ROWS}))
def test_fields_are_those_measured_and_published(net: str) -> None:
    """Field and stride of each place that the table names, one after the other along the network."""
    views = [found.view for found in reach(load(net)).values()]
    seen = [(view[0].size, view[0].stride) for view in views if isinstance(view, tuple)]
    rows = [row for row in ROWS if row["net"] == net]
    if net == "unet":  # its places are named otherwise, and their strides were not measured
        assert {int(row["field"]) for row in rows} <= {size for size, _ in seen}
        return
    for _, group in groupby(rows, lambda row: row["method"]):
        rest = iter(seen)
        for row in group:
            assert (int(row["field"]), Fraction(row["stride"])) in rest, row["layer"]


def test_a_network_of_the_lecture() -> None:
    """L convolutions of K x K see 1 + L * (K - 1): five of 3 x 3 see 11."""
    network = Network("net")
    network.input(Image((1, 3, 32, 32)))
    for index in range(5):
        network.add(f"conv{index}", make("conv", filters=4, kernel=3))
    assert [view[0].size for each in reach(network).values() if isinstance(view := each.view, tuple)] == [
        1,
        3,
        5,
        7,
        9,
        11,
    ]


IMAGE, SEQUENCE = Image((1, 8, 12, 12)), Sequence((1, 9, 8))


@pytest.mark.parametrize(
    ("head", "fields", "shape", "size", "stride", "padding"),
    [
        ("conv", {"filters": 4, "kernel": 5, "stride": 2, "pad": 2}, IMAGE, 5, 2, 2),
        ("conv", {"filters": 4, "kernel": 3, "dilation": 4}, IMAGE, 9, 1, 0),
        ("conv", {"filters": 4, "kernel": 4, "pad": "same"}, IMAGE, 4, 1, 1),
        ("dwconv", {"kernel": 7, "pad": 3}, IMAGE, 7, 1, 3),
        ("maxpool", {"kernel": 3, "stride": 2, "pad": 1}, IMAGE, 3, 2, 1),
        ("avgpool", {"kernel": 2}, IMAGE, 2, 2, 0),
        ("adaptiveavgpool", {"size": 4}, IMAGE, 3, 3, 0),
        ("adaptiveavgpool", {"size": 5}, IMAGE, 4, Fraction(12, 5), 0),  # floor(2.4 * i) up to ceil(2.4 * (i + 1))
        ("convtranspose", {"filters": 4, "kernel": 4, "stride": 2, "pad": 1}, IMAGE, 2, Fraction(1, 2), 1),
        ("convtranspose", {"filters": 4, "kernel": 2, "stride": 2}, IMAGE, 1, Fraction(1, 2), 0),
        ("upsample", {"scale": 2}, IMAGE, 1, Fraction(1, 2), 0),
        ("upsample", {"scale": 2, "mode": "bilinear"}, IMAGE, 2, Fraction(1, 2), 1),
        ("upsample", {"scale": 2, "mode": "bicubic"}, IMAGE, 4, Fraction(1, 2), 2),
        ("pixelshuffle", {"factor": 2}, IMAGE, 1, Fraction(1, 2), 0),
        ("pixelunshuffle", {"factor": 2}, IMAGE, 2, 2, 0),
        ("conv", {"filters": 4, "kernel": 3, "dilation": 4, "pad": "causal"}, Signal((1, 3, 12)), 9, 1, 8),
        ("lppool", {"kernel": 3, "stride": 2}, IMAGE, 3, 2, 0),
        ("maxunpool", {"kernel": 2}, IMAGE, 1, Fraction(1, 2), 0),
        ("unfold", {"kernel": 5, "stride": 2}, Signal((1, 3, 12)), 5, 2, 0),
        ("instancenorm", {"running": True}, IMAGE, 1, 1, 0),
        ("pad", {"size": [[1, 2], 3]}, IMAGE, 1, 1, 1),
        ("crop", {"size": 8}, IMAGE, 1, 1, -2),
        ("slice", {"start": 3, "axis": "height"}, IMAGE, 1, 1, -3),
        ("slice", {"start": -4, "step": 2, "axis": "tokens"}, SEQUENCE, 1, 2, -5),
        ("slice", {"start": 3}, IMAGE, 1, 1, 0),
        ("split", {"parts": 2, "index": 1}, IMAGE, 1, 1, 0),
        ("windowattention", {"heads": 2, "window": 4}, IMAGE, 4, 1, 0),
        ("windowattention", {"heads": 2, "window": 4, "shift": 2}, IMAGE, 4, 1, 2),
        ("class_token", {}, SEQUENCE, 1, 1, 1),
        ("posembed", {}, SEQUENCE, 1, 1, 0),
        ("linear", {"units": 3}, SEQUENCE, 1, 1, 0),
        ("embedding", {"dim": 4, "vocab": 9}, Tokens((1, 9)), 1, 1, 0),
        ("batchnorm", {}, IMAGE, 1, 1, 0),
        ("relu", {}, IMAGE, 1, 1, 0),
    ],
)  # fmt: skip
def test_what_one_layer_sees(
    head: str, fields: dict[str, Any], shape: Any, size: int, stride: Fraction, padding: int
) -> None:
    """Its window, how far apart neighbours look, and how far beyond the input the first one does."""
    network = Network("net")
    network.input(shape)
    network.add("layer", make(head, **fields))
    view = view_of(network, "layer")
    assert isinstance(view, tuple)
    assert (view[0].size, view[0].stride, view[0].padding) == (size, stride, padding)


@pytest.mark.parametrize(
    ("head", "fields", "shape"),
    [
        ("gap", {}, IMAGE),
        ("flatten", {}, IMAGE),
        ("groupnorm", {"groups": 2}, IMAGE),
        ("instancenorm", {}, IMAGE),
        ("batchnorm", {"running": False}, IMAGE),
        ("attention", {"heads": 2}, SEQUENCE),
        ("lstm", {"units": 3}, SEQUENCE),
        ("linear", {"units": 3}, Vector((1, 8))),
        ("embeddingbag", {"dim": 4, "vocab": 9}, Tokens((1, 9))),
        ("embedding", {"dim": [4, 2], "vocab": 9}, Tokens((1, 2))),
    ],
)
def test_what_sees_the_whole_input(head: str, fields: dict[str, Any], shape: Any) -> None:
    """Global pooling, attention, recurrent layers, and whatever has no positions."""
    network = Network("net")
    network.input(shape)
    network.add("layer", make(head, **fields))
    assert view_of(network, "layer") == "whole"


@pytest.mark.parametrize(
    ("head", "fields", "shapes"),
    [
        ("unfold", {"kernel": 3}, [IMAGE]),
        ("fold", {"size": 4, "kernel": 2, "stride": 2}, [Signal((1, 12, 4))]),
        ("deformconv", {"filters": 4, "kernel": 1}, [IMAGE, IMAGE.with_channels(2)]),
        ("upsample", {"scale": 1.3}, [IMAGE]),
    ],
)
def test_what_is_not_told(head: str, fields: dict[str, Any], shapes: list[Any]) -> None:
    """Windows of an image in a row, inputs that offsets choose, and a factor that leaves a rest."""
    network = Network("net")
    inputs = [network.input(shape, f"x{index}") for index, shape in enumerate(shapes)]
    network.add("layer", make(head, **fields), inputs)
    assert view_of(network, "layer") is None


def test_what_is_stored_sees_nothing() -> None:
    """Added to a window of 3 it leaves the window as it is."""
    network = Network("net")
    network.input(IMAGE)
    network.add("conv", make("conv", filters=8, kernel=3, pad=1))
    network.add("own", make("parameter", shape=(8, 1, 1)))
    network.add("act", make("relu"))
    network.add("add", make("add"), ["act", "conv"])
    found = reach(network)
    assert found[network["act"]].view == "nothing"
    assert found[network["add"]] is found[network["conv"]]


def gated() -> Network:
    network = Network("net")
    network.input(IMAGE)
    network.add("conv", make("conv", filters=8, kernel=3, pad=1))
    network.add("pool", make("gap"), ["conv"])
    network.add("gate", make("sigmoid"))
    network.add("mul", make("mul"), ["conv", "gate"])
    network.add("last", make("conv", filters=8, kernel=3, pad=1))
    return network


def test_a_gate_is_told_beside_the_field() -> None:
    """The factors see the whole image; the numbers that they let through see their window."""
    network = gated()
    found = reach(network)
    view = found[network["last"]].view
    assert isinstance(view, tuple)
    assert view[0].size == 5
    assert [found[network[name]].through_gates for name in ("conv", "mul", "last")] == [False, True, True]


def test_a_sum_with_what_sees_everything_sees_everything() -> None:
    """Unlike a gate, it adds what it saw."""
    network = gated()
    network.add("sum", make("add"), ["conv", "gate"])
    assert view_of(network, "sum") == "whole"


def test_branches_see_together_what_each_sees() -> None:
    """From the first position of one to the last of the other."""
    network = Network("net")
    network.input(Signal((1, 4, 32)))
    network.add("left", make("conv", filters=4, kernel=5, pad=[[4, 0]]))
    network.add("right", make("conv", filters=4, kernel=3, pad=[[0, 2]]), ["input"])
    network.add("both", make("concat"), ["left", "right"])
    view = view_of(network, "both")
    assert isinstance(view, tuple)
    assert (view[0].size, view[0].padding) == (4 + 1 + 2, 4)


def test_strides_that_differ_do_not_fit_together() -> None:
    """It is told as not known."""
    network = Network("net")
    network.input(Signal((1, 4, 8)))
    network.add("left", make("conv", filters=4, kernel=1, stride=2))
    network.add("right", make("conv", filters=4, kernel=5), ["input"])
    network.add("both", make("add"), ["left", "right"])
    assert view_of(network, "both") is None


WAYS = st.sampled_from(
    [
        ("conv", {"filters": 1, "kernel": 3, "pad": 1}),
        ("conv", {"filters": 1, "kernel": 2, "stride": 2}),
        ("conv", {"filters": 1, "kernel": 3, "dilation": 2}),
        ("maxpool", {"kernel": 3, "stride": 2, "pad": 1}),
        ("upsample", {"scale": 2}),
        ("upsample", {"scale": 3}),
        ("convtranspose", {"filters": 1, "kernel": 3, "stride": 2}),
        ("pad", {"size": 2}),
        ("crop", {"margins": 1}),
    ]
)


def searched(network: Network) -> int:
    """The largest field by looking at every position: which inputs does each depend on, layer by layer?"""
    seen: dict[Node, list[set[int]]] = {}
    (entry,) = network.inputs
    seen[entry] = [{place} for place in range(entry.output[2])]
    for node in network.nodes:
        (source,) = node.inputs
        length = source.output[2]
        reads = [place_reads(node, place, length) for place in range(node.output[2])]
        seen[node] = [set().union(*(seen[source][each] for each in places)) for places in reads]
    return max(max(places) - min(places) + 1 for places in seen[network.nodes[-1]] if places)


def place_reads(node: Node, place: int, length: int) -> list[int]:
    """The positions that one position of a layer reads, from the definition of its operation."""
    layer: Any = node.layer
    if layer.type in {"conv", "maxpool"}:
        places = [place * layer.stride - layer.pad + layer.dilation * tap for tap in range(layer.kernel)]
    elif layer.type == "convtranspose":
        near = range(place // layer.stride - layer.kernel, place // layer.stride + 1)
        places = [each for each in near if 0 <= place - each * layer.stride < layer.kernel]
    elif layer.type == "upsample":
        places = [place // layer.scale]
    else:
        places = [place - layer.size if layer.type == "pad" else place + layer.margins]
    return [each for each in places if 0 <= each < length]


@given(st.lists(WAYS, min_size=1, max_size=4))
def test_it_is_what_a_search_finds(ways: list[tuple[str, dict[str, Any]]]) -> None:
    """On a signal so long that some position sees a whole field."""
    network = Network("net")
    network.input(Signal((1, 1, 240)))
    for index, (head, fields) in enumerate(ways):
        network.add(f"n{index}", make(head, **fields))
    view = view_of(network, f"n{len(ways) - 1}")
    assert isinstance(view, tuple)
    assert view[0].size == searched(network)
