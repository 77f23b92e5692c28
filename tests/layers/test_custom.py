"""Layers whose costs their author declares."""

from __future__ import annotations

import pytest

from netcost.analysis.costs import analyze
from netcost.layers.custom import Custom
from netcost.layers.layer import count
from netcost.layers.refusals import LayerError
from netcost.network import Network
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume

IMAGE = Image((2, 64, 14, 14))
X = Sequence((2, 16, 64))

# Nothing is computed but the batch: MACs and operations are declared for one sample.
DECLARED = [
    pytest.param(
        Custom(description="deformable attention", shape=(128, 7, 7), params=1000, macs_per_sample=50_000),
        (IMAGE,),
        Image((2, 128, 7, 7)),
        (1000, 100_000, 0),
        id="an image from an image",
    ),
    pytest.param(
        Custom(params=0, macs_per_sample=0, ops_per_sample=3),
        (IMAGE,),
        IMAGE,
        (0, 0, 6),
        id="the input's shape where none is given",
    ),
    pytest.param(
        Custom(params=5, macs_per_sample=7),
        (X, IMAGE),
        X,
        (5, 14, 0),
        id="several inputs",
    ),
]


@pytest.mark.parametrize(("layer", "inputs", "output", "costs"), DECLARED)
def test_costs_are_the_authors_word(
    layer: Custom, inputs: tuple[Shape, ...], output: Shape, costs: tuple[int, int, int]
) -> None:
    """Parameters are taken as declared, MACs and operations once for each sample."""
    out = layer.output(*inputs)
    assert (type(out), out) == (type(output), output)
    assert (count(layer.weights(*inputs)), layer.macs(out, *inputs), layer.ops(out, *inputs)) == costs


@pytest.mark.parametrize(
    ("x", "shape", "output"),
    [
        (IMAGE, (10,), Vector((2, 10))),
        (Tokens((2, 16)), (10,), Vector((2, 10))),
        (IMAGE, (16, 64), Sequence((2, 16, 64))),
        (Signal((2, 8, 100)), (16, 50), Signal((2, 16, 50))),
        (X, (64, 4, 4), Image((2, 64, 4, 4))),
        (IMAGE, (8, 4, 7, 7), Volume((2, 8, 4, 7, 7))),
        (IMAGE, (2, 2, 2, 2, 2), Tensor((2, 2, 2, 2, 2, 2))),
    ],
)
def test_the_output_is_of_the_kind_its_axes_suggest(x: Shape, shape: tuple[int, ...], output: Shape) -> None:
    """As many axes as the input has keep its kind; otherwise their number decides."""
    out = Custom(shape=shape, params=0, macs_per_sample=0).output(x)
    assert (type(out), out) == (type(output), output)


def test_a_kind_can_be_asked_for() -> None:
    """Two axes from an image are a sequence, unless the author says signal."""
    out = Custom(shape=(16, 64), kind="signal", params=0, macs_per_sample=0).output(IMAGE)
    assert (type(out), out) == (Signal, (2, 16, 64))


def test_a_kind_has_its_own_number_of_axes() -> None:
    """A kind that does not go with the declared axes is refused."""
    with pytest.raises(LayerError, match="an image is C x H x W, the output is 16 x 64") as caught:
        Custom(shape=(16, 64), kind="image", params=0, macs_per_sample=0).output(IMAGE)
    assert caught.value.field == "kind"


def test_every_report_marks_it() -> None:
    """The row says that the costs are declared, and what the layer is."""
    network = Network("spiking")
    network.input(IMAGE)
    network.add("lif", Custom(description="spiking neurons", params=64, macs_per_sample=0))
    row = analyze(network)["lif"]
    assert (row.declared_cost, row.label, row.params) == (True, "Custom (spiking neurons)", 64)


def test_a_layer_without_description_is_just_custom() -> None:
    """The label has no empty brackets."""
    assert Custom(params=0, macs_per_sample=0).label(IMAGE) == "Custom"


def test_parameters_and_macs_must_be_declared() -> None:
    """Unknown is not zero: a zero has to be written."""
    required = {name for name, declared in Custom.fields.items() if declared.required}
    assert required == {"params", "macs_per_sample"}
    assert Custom.fields["macs_per_sample"].aliases == ("macs",)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"shape": (0, 4)}, "shape: expected a list of lengths of at least 1, got [0, 4]"),
        ({"params": -1}, "params: expected a whole number of at least 0, got -1"),
    ],
)
def test_impossible_declarations_are_refused(fields: dict[str, object], message: str) -> None:
    """An output without elements and a negative cost are refused."""
    given: dict[str, object] = {"params": 0, "macs_per_sample": 0, **fields}
    with pytest.raises(LayerError) as caught:
        Custom(**given)  # type: ignore[arg-type]
    assert caught.value.message == message
