"""Tensors of a network's own: against torch.nn.Parameter and register_buffer, expanded to the batch."""

from __future__ import annotations

import pytest
from cases import Fault
from examples import make

from netcost.analysis.costs import analyze
from netcost.analysis.fold_batchnorm import fold_batchnorm
from netcost.analysis.liveness import timeline
from netcost.layers.layer import count
from netcost.layers.parameter import Constant, Parameter
from netcost.network import Network
from netcost.shapes import Image, Sequence, Shape, Tensor, Tokens, Vector, Volume

BATCH = Shape((2,))


@pytest.mark.parametrize(
    ("layer", "output", "params", "buffers"),
    [
        (Parameter(shape=(256,)), Vector((2, 256)), 256, 0),
        (Parameter(shape=(100, 256)), Sequence((2, 100, 256)), 25_600, 0),
        (Parameter(shape=(3, 8, 8)), Image((2, 3, 8, 8)), 192, 0),
        (Parameter(shape=(4, 3, 8, 8)), Volume((2, 4, 3, 8, 8)), 768, 0),
        (Parameter(shape=(3, 8, 8), kind="tensor"), Tensor((2, 3, 8, 8)), 192, 0),
        (Constant(shape=(100, 256)), Sequence((2, 100, 256)), 0, 25_600),
        (Constant(shape=(77,), kind="tokens"), Tokens((2, 77)), 0, 77),
    ],
    ids=str,
)
def test_a_tensor_is_stored_once_and_there_for_each_sample(
    layer: Parameter | Constant, output: Shape, params: int, buffers: int
) -> None:
    """The batch is in front; what is stored is without it; nothing is computed."""
    out = layer.output(BATCH)
    assert (type(out), out) == (type(output), output)
    assert (count(layer.weights(BATCH)), count(layer.buffers(BATCH))) == (params, buffers)
    assert (layer.macs(out, BATCH), layer.ops(out, BATCH)) == (0, 0)


FAULTS = [
    Fault(
        "a kind with other axes",
        lambda: Parameter(shape=(3, 8), kind="image").output(BATCH),
        "an image is C x H x W, the output is 3 x 8",
        field="kind",
    ),
    Fault(
        "no list",
        lambda: make("parameter", shape=3),
        "shape: expected a list of lengths of at least 1, got 3",
        field="shape",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_tensor_that_cannot_be(fault: Fault) -> None:
    """The message says what was expected."""
    assert fault.found == fault.wanted


def queries() -> Network:
    """Two learned queries for what comes in."""
    network = Network("net")
    network.input(Sequence((3, 10, 8)))
    network.add("queries", make("parameter", shape=(2, 8)))
    network.add("attention", make("attention", heads=2), ["queries", "input"])
    return network


def test_a_parameter_has_the_batch_of_its_network() -> None:
    """Also when that is resized; and it takes in nothing, which its row says."""
    network = queries()
    assert network["attention"].output == (3, 2, 8)
    assert network.resized({"input": Sequence((5, 20, 8))})["queries"].output == (5, 2, 8)
    row = analyze(network)["queries"]
    assert (row.inputs, row.sources) == ((), ())
    assert network.unused() == []


def test_a_parameter_takes_no_input() -> None:
    """One is refused."""
    network = queries()
    with pytest.raises(ValueError, match="parameter takes 0 inputs, got 1"):
        network.add("more", make("parameter", shape=(2, 8)), ["input"])


def test_a_parameter_takes_no_live_memory() -> None:
    """It is a view of the weights, though its row shows what it puts out.

    The input of 3 * 10 * 8 and the attention's 3 * 2 * 8 numbers are alive at the most, of 4 bytes each; and while it runs,
    its queries, keys, values, and the values that queries have weighed.
    """
    network = queries()
    assert timeline(network).peak == 4 * (3 * 10 * 8 + 3 * 2 * 8 + 2 * (3 * 2 * 8) + 2 * (3 * 10 * 8))
    assert analyze(network)["queries"].activation_bytes == 4 * 3 * 2 * 8


def test_folding_leaves_parameters_as_they_are() -> None:
    """A batch norm elsewhere goes away; one behind a parameter has nothing to go into."""
    network = Network("net")
    network.input(Image((1, 3, 4, 4)))
    network.add("conv", make("conv", filters=3, kernel=1))
    network.add("norm", make("batchnorm"))
    network.add("own", make("parameter", shape=(3, 4, 4)))
    network.add("norm2", make("batchnorm"))
    network.add("add", make("add"), ["norm", "norm2"])
    assert [node.name for node in fold_batchnorm(network).nodes] == ["conv", "own", "norm2", "add"]
