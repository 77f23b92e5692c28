"""Raw layers: they state their output, batch included, and count over it."""

from __future__ import annotations

from typing import Any

import pytest

from netcost.layers.layer import Layer, count
from netcost.layers.recurrent import Lstm
from netcost.layers.refusals import LayerError
from netcost.layers.tensor import Move, Pointwise, Product, RawRecurrent, Reduce
from netcost.shapes import Image, Sequence, Shape, Tensor

WINDOWS = Sequence((64, 49, 96))
"""64 windows of 49 tokens, as Swin merges them into the batch."""

CASES = [
    (Move(operation="Transpose", shape=(64, 96, 49)), [WINDOWS], 0, 0, 0),
    (Pointwise(operation="Erf", shape=(64, 49, 96), per_element=3), [WINDOWS], 0, 0, 3 * 64 * 49 * 96),
    (
        Pointwise(operation="Mul", shape=(64, 49, 96), operands=((96,), ())),
        [WINDOWS],
        96 + 1,
        0,
        64 * 49 * 96,
    ),
    (Reduce(operation="ReduceMean", shape=(64, 96), per_output=1), [WINDOWS], 0, 0, 64 * 49 * 96 + 64 * 96),
    (
        Product(operation="MatMul", equation="bik,bjk->bij", shape=(64, 49, 49)),
        [WINDOWS, WINDOWS],
        0,
        64 * 49 * 49 * 96,
        0,
    ),
    (
        Product(equation="bik,kj->bij", shape=(64, 49, 288), weight=(96, 288), bias=True),
        [WINDOWS],
        96 * 288 + 288,
        64 * 49 * 96 * 288,
        64 * 49 * 288,
    ),
    (
        Product(equation="ik,bkj->bij", shape=(64, 10, 96), weight=(10, 49), weight_at=0),
        [WINDOWS],
        10 * 49,
        64 * 10 * 49 * 96,
        0,
    ),
    (
        Product(equation="bik,bkj->bij", shape=(64, 49, 7)),
        [WINDOWS, Sequence((1, 96, 7))],
        0,
        64 * 49 * 96 * 7,
        0,
    ),
]
"""Layer, inputs, parameters, MACs and operations, by arithmetic."""


@pytest.mark.parametrize(("layer", "inputs", "params", "macs", "ops"), CASES)
def test_costs(layer: Layer, inputs: list[Shape], params: int, macs: int, ops: int) -> None:
    """Over the whole output, whatever the graph has merged into its first axis."""
    out = layer.output(*inputs)
    assert (count(layer.weights(*inputs)), layer.macs(out, *inputs), layer.ops(out, *inputs)) == (
        params,
        macs,
        ops,
    )


def test_the_kind_of_the_output_is_that_of_its_axes_or_as_stated() -> None:
    """Four axes are an image, unless the graph has its channels last."""
    assert type(Move(shape=(1, 56, 56, 96)).output()) is Image
    assert type(Move(shape=(1, 56, 56, 96), kind="tensor").output()) is Tensor


@pytest.mark.parametrize(("directions", "biases", "bias"), [(1, 2, True), (2, 1, "single"), (2, 0, False)])
def test_a_recurrent_one_costs_what_the_layer_does(directions: int, biases: int, bias: Any) -> None:
    """For 3 sequences of 20 steps with 7 features, with the steps in front or not."""
    raw = RawRecurrent(
        cell="lstm",
        units=5,
        samples=3,
        steps=20,
        features=7,
        directions=directions,
        biases=biases,
        shape=(20, 3, 5),
    )
    same, x = Lstm(units=5, bidirectional=directions > 1, bias=bias), Sequence((3, 20, 7))
    # Four gates, each with a row for the input, the state and the biases.
    assert count(raw.weights()) == directions * 4 * 5 * (7 + 5 + biases) == count(same.weights(x))
    assert raw.macs(Shape((20, 3, 5))) == 3 * 20 * directions * 4 * 5 * (7 + 5)
    assert raw.ops(Shape((20, 3, 5))) == same.ops(x, x)


@pytest.mark.parametrize(
    ("equation", "inputs", "message"),
    [
        ("bik,bkj->bij", [WINDOWS, WINDOWS], "axis `k` has length 96 and length 49"),
        ("bik,kj->bij", [WINDOWS, WINDOWS], "`kj` has 2 axes, the operand is 64 x 49 x 96"),
    ],
)
def test_operands_that_do_not_fit_are_refused(equation: str, inputs: list[Shape], message: str) -> None:
    """By the axes of the equation."""
    with pytest.raises(LayerError, match=message):
        Product(equation=equation, shape=(64, 49, 49)).output(*inputs)


@pytest.mark.parametrize("equation", ["bik", "bik->b", "a,b,c->abc"])
def test_an_equation_of_other_than_two_operands_is_refused(equation: str) -> None:
    """It is no product."""
    with pytest.raises(LayerError, match="is no product of two operands"):
        Product(equation=equation, shape=(1,))


def test_labels_are_the_words_of_the_format() -> None:
    """With what tells one from the next."""
    assert Move(operation="Transpose", shape=(1, 2)).label() == "Transpose"
    assert Product(operation="MatMul", equation="bi,ij->bj", shape=(1, 2), weight=(3, 2)).label() == (
        "MatMul (bi,ij->bj)"
    )
    assert (
        RawRecurrent(cell="gru", units=5, samples=3, steps=20, features=7, directions=2, shape=(1, 2)).label()
        == "GRU (H=5, T=20, both ways)"
    )
