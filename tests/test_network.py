"""Networks built by hand: what a failed call leaves behind."""

from __future__ import annotations

import pytest
from examples import make

from netcost.analysis.costs import analyze
from netcost.layers.refusals import LayerError
from netcost.network import MisfitError, Network
from netcost.place import Place
from netcost.shapes import Image, Vector


def test_a_layer_that_is_refused_answers_for_no_other() -> None:
    """Answers are kept by the identity of layers, which a layer that is gone may pass on to a new one."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    network.add("taken", make("relu"), ["input"])
    for filters in range(1, 20):
        with pytest.raises(LayerError, match="the name `taken` is taken"):
            network.add("taken", make("conv", filters=filters, kernel=1), ["input"])
        node = network.add(f"conv{filters}", make("conv", filters=100 + filters, kernel=1), ["input"])
        assert node.output == (1, 100 + filters, 8, 8)


def test_a_layer_that_does_not_fit_leaves_nothing_behind() -> None:
    """Neither a node nor a name, so that the call can be made again with another layer."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    with pytest.raises(LayerError, match="linear needs a vector or tokens"):
        network.add("fc", make("linear", units=10))
    assert (network.nodes, "fc" in network) == ([], False)
    network.add("gap", make("gap"))
    assert network.add("fc", make("linear", units=10)).output == (1, 10)


def test_a_tensor_stays_below_two_to_the_63rd_elements() -> None:
    """Lengths cannot grow without end by repetition: 3 * 8 * 8 * (10^6)^4 elements are too many."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    network.add("wide", make("upsample", scale=1_000_000), ["input"])
    with pytest.raises(LayerError, match="beyond 2"):
        network.add("wider", make("upsample", scale=1_000_000), ["wide"])


@pytest.mark.parametrize("shape", [(1, 2**63 - 1), (7, (2**63 - 1) // 7)])  # 7 divides 2^63 - 1
def test_the_largest_tensor_has_one_element_less(shape: tuple[int, int]) -> None:
    """2^63 - 1 are the most that an address of 64 bits with a sign can tell apart."""
    network = Network("net")
    network.input(Vector(shape))
    assert network.add("relu", make("relu")).output.elements == 2**63 - 1


@pytest.mark.parametrize("shape", [(1, 2**63), (2**31, 2**32)])
def test_the_smallest_tensor_that_is_refused_has_one_element_more(shape: tuple[int, int]) -> None:
    """In any shape, of an input as of an output."""
    network = Network("net")
    with pytest.raises(LayerError, match="an input of 9,223,372,036,854,775,808 elements is beyond 2"):
        network.input(Vector(shape))
    network.input(Vector((shape[0], 1)))
    with pytest.raises(LayerError, match="an output of 9,223,372,036,854,775,808 elements is beyond 2"):
        network.add("linear", make("linear", units=shape[1]))


def test_a_shared_layer_has_its_weights_and_buffers_once() -> None:
    """As in PyTorch where a module is called twice: 2 * 8 learned numbers, 2 * 8 running ones and a counter."""
    network = Network("net")
    network.input(Image((1, 8, 4, 4)))
    first = network.add("first", make("batchnorm"))
    network.add("second", first.layer, share="first")
    rows = analyze(network)
    assert [(row.params, row.buffers) for row in rows] == [(16, 17), (0, 0)]


def test_a_layer_shares_only_buffers_that_its_owner_has() -> None:
    """Running statistics cannot come from a norm that keeps none."""
    network = Network("net")
    network.input(Image((1, 8, 4, 4)))
    network.add("first", make("groupnorm", groups=2))
    with pytest.raises(LayerError, match="first has no running_mean to share"):
        network.add("second", make("batchnorm"), share="first")


def forked() -> Network:
    """An input, a layer that two others read, one of them twice, and a side that goes nowhere."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    network.add("conv", make("conv", filters=4, kernel=3), ["input"])
    network.add("relu", make("relu"), ["conv"])
    network.add("side", make("sigmoid"), ["conv"])
    network.add("twice", make("add"), ["relu", "relu"])
    return network


def test_consumers_are_told_once_each_and_in_order() -> None:
    """Also where a layer takes a tensor twice, and after one more was added."""
    network = forked()
    names = {node.name: [each.name for each in network.consumers(node)] for node in network.nodes}
    assert names == {"conv": ["relu", "side"], "relu": ["twice"], "side": [], "twice": []}
    assert [node.name for node in network.consumers(network["input"])] == ["conv"]
    network.add("last", make("relu"), ["side"])
    assert [node.name for node in network.consumers(network["side"])] == ["last"]


def test_tensors_that_go_nowhere_are_unused() -> None:
    """Unless they are outputs, or belong to what runs only in training."""
    network = forked()
    assert [node.name for node in network.unused()] == ["side"]
    network.outputs = (network["side"], network["twice"])
    assert network.unused() == []
    network.add("loss", make("relu"), ["conv"], training_only=True)
    assert [node.name for node in network.unused()] == ["side", "twice"]


def test_a_resized_network_has_the_same_layers_on_another_input() -> None:
    """A 3x3 window takes 2 off each side: 8 to 6, and 20 x 10 to 18 x 8."""
    network = forked()
    network.outputs = (network["twice"], network["side"])
    resized = network.resized({"input": Image((5, 3, 20, 10))})
    assert [(node.name, tuple(node.output)) for node in resized.outputs] == [
        ("twice", (5, 4, 18, 8)),
        ("side", (5, 4, 18, 8)),
    ]
    assert [node.layer for node in resized.nodes] == [node.layer for node in network.nodes]
    assert network["twice"].output == (1, 4, 6, 6)
    assert network.resized({})["twice"].output == (1, 4, 6, 6)


def test_a_resized_network_names_inputs_that_there_are() -> None:
    """A layer is none."""
    with pytest.raises(KeyError, match="conv"):
        forked().resized({"conv": Image((1, 3, 8, 8))})


def test_a_layer_that_does_not_fit_knows_its_place_and_what_came_in() -> None:
    """So that a front end needs to catch nothing."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)), place=Place("net.txt", 1, 1))
    with pytest.raises(MisfitError, match="linear needs a vector or tokens") as raised:
        network.add("fc", make("linear", units=10), place=Place("net.txt", 2, 1))
    assert raised.value.place == Place("net.txt", 2, 1)
    assert raised.value.related == ((Place("net.txt", 1, 1), "its output is 3 x 8 x 8"),)
