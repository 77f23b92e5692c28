"""Activations: shapes and operations, by hand; parameters as in PyTorch."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers import all_types
from netcost.layers.activation import Activation, ReLU
from netcost.layers.glu import GLU
from netcost.layers.layer import Layer
from netcost.layers.rectifier import ELU, LeakyReLU, PReLU
from netcost.layers.softmax import LogSoftmax, Softmax
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume

CASES = [
    Case(
        "one slope for all", PReLU(), Image((2, 64, 8, 8)), Image((2, 64, 8, 8)), params=1, ops=2 * 64 * 8 * 8
    ),
    Case(
        "a slope per channel",
        PReLU(per_channel=True),
        Image((1, 64, 8, 8)),
        Image((1, 64, 8, 8)),
        params=64,
        ops=64 * 8 * 8,
    ),
    Case(
        "a slope per feature",
        PReLU(per_channel=True),
        Sequence((1, 5, 8)),
        Sequence((1, 5, 8)),
        params=8,
        ops=40,
    ),
    Case("its own slope", LeakyReLU(slope=0.2), Vector((1, 100)), Vector((1, 100)), ops=100),
    Case("its own alpha", ELU(alpha=2.0), Vector((1, 100)), Vector((1, 100)), ops=100),
    Case(
        "maximum, subtraction, exponential, sum, division",
        Softmax(),
        Vector((2, 1000)),
        Vector((2, 1000)),
        ops=5 * 2000,
    ),
    Case("the logarithm", LogSoftmax(), Sequence((1, 35, 50)), Sequence((1, 35, 50)), ops=5 * 35 * 50),
    Case("half the channels", GLU(), Image((1, 64, 8, 9)), Image((1, 32, 8, 9)), ops=2 * 32 * 8 * 9),
    Case("half the features", GLU(), Sequence((2, 10, 64)), Sequence((2, 10, 32)), ops=2 * 2 * 10 * 32),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_activation_s_shape_and_costs(case: Case) -> None:
    """Output shape, parameters and operations are those worked out beside them."""
    assert case.found == case.wanted


PLAIN = [
    kind()
    for kind in all_types()
    if issubclass(kind, Activation) and not issubclass(kind, (Softmax, GLU, PReLU))
]
SHAPES = [
    Vector((2, 30)),
    Sequence((2, 5, 6)),
    Signal((2, 5, 6)),
    Image((2, 5, 3, 2)),
    Volume((2, 5, 1, 3, 2)),
    Tensor((2, 5, 3, 1, 2)),
]


@pytest.mark.parametrize("layer", PLAIN, ids=lambda layer: layer.type)
@pytest.mark.parametrize("x", SHAPES, ids=str)
def test_a_function_of_each_element_is_one_operation_each(layer: Layer, x: Shape) -> None:
    """Of whatever shape, the input keeps it, and its 60 elements are 60 operations without weights."""
    case = Case("", layer, x, x, ops=60)
    assert case.found == case.wanted


def test_activations_have_no_row_of_their_own_in_the_lecture_s_table() -> None:
    """All only map elements, except the gate that halves the channels."""
    rows = {kind.type for kind in all_types() if issubclass(kind, Activation) and not kind.elementwise}
    assert rows == {"glu"}


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("swish", "SiLU"),
        ("leaky_relu", "LeakyReLU"),
        ("hard_swish", "Hardswish"),
        ("hard_sigmoid", "Hardsigmoid"),
        ("log_softmax", "LogSoftmax"),
    ],
)
def test_other_spellings_are_the_same_layer(head: str, title: str) -> None:
    """The names that Keras and papers use lead to PyTorch's."""
    assert make(head).title == title


@pytest.mark.parametrize(
    ("label", "layer"),
    [
        ("ReLU", ReLU()),
        ("LeakyReLU", LeakyReLU()),
        ("LeakyReLU (slope=0.2)", LeakyReLU(slope=0.2)),
        ("PReLU (per_channel=true)", PReLU(per_channel=True)),
    ],
)
def test_a_label_names_what_differs_from_the_default(label: str, layer: Layer) -> None:
    """A plain activation is its title."""
    assert layer.label(Vector((1, 10))) == label


FAULTS = [
    Fault(
        "token numbers",
        lambda: ReLU().output(Tokens((1, 128))),
        "relu needs features, got token numbers 128",
        hint="add `embedding` before it",
    ),
    Fault(
        "an odd number of channels",
        lambda: GLU().output(Image((1, 7, 8, 8))),
        "glu halves the channels, got 7, an odd number",
    ),
    Fault(
        "a slope in text",
        lambda: make("leakyrelu", slope="steep"),
        "slope: expected a number, got `steep`",
        "slope",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states what came, the hint says what to write."""
    assert fault.found == fault.wanted
