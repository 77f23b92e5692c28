"""What front ends of graphs share: views of tensors, names, weights that several layers use, options that count."""

from __future__ import annotations

import pytest

from netcost.analysis.costs import analyze
from netcost.dtypes import Precision
from netcost.frontends.graph import Graph, lengths_of, precision_of, shape_of, sizes_of
from netcost.frontends.honoured import honoured
from netcost.layers.conv import Conv
from netcost.layers.linear import Linear
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place, inside
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Vector
from netcost.source.problem import SpecError


@pytest.fixture
def graph() -> Graph:
    """An empty one."""
    return Graph(Network("net"))


@pytest.mark.parametrize(
    ("dims", "shape"),
    [
        ((), Vector((1, 1))),
        ((7,), Vector((1, 7))),
        ((2, 7), Vector((2, 7))),
        ((2, 5, 7), Sequence((2, 5, 7))),
        ((2, 3, 5, 7), Image((2, 3, 5, 7))),
        ((1, 2, 3, 4, 5, 6), Tensor((1, 2, 3, 4, 5, 6))),
    ],
)
def test_a_tensor_has_a_kind_by_its_axes(dims: tuple[int, ...], shape: Shape) -> None:
    """A number and a list stand for one vector."""
    found = shape_of(dims)
    assert (type(found), found) == (type(shape), shape)


def test_a_layer_takes_a_tensor_as_the_kind_that_it_needs(graph: Graph) -> None:
    """A linear layer reads a map of patches with its channels last, a convolution a sequence as a signal."""
    patches = graph.input(Image((1, 56, 56, 96)), "patches")
    linear = graph.add("fc", Linear(units=10), [patches], views=(Tensor,))
    assert linear.output == (1, 56, 56, 10)
    signal = graph.input(Sequence((1, 3, 100)), "signal")
    conv = graph.add("conv", Conv(filters=8, kernel=5), [signal], views=(Signal,))
    assert conv.output == Signal((1, 8, 96))
    row = analyze(graph.network)["fc"]
    assert [type(each) for each in row.inputs] == [Tensor]
    assert (row.params, row.macs) == (96 * 10 + 10, 56 * 56 * 96 * 10)


def test_another_input_is_taken_as_the_same_kind(graph: Graph) -> None:
    """When the network is made anew for it."""
    graph.add("fc", Linear(units=10), [graph.input(Image((1, 56, 56, 96)), "x")], views=(Tensor,))
    assert graph.network.resized({"x": Image((1, 28, 28, 96))})["fc"].output == Tensor((1, 28, 28, 10))


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("/layer1/0/conv1", "layer1.0.conv1"),
        ("features.0", "features.0"),
        ("onnx::Add_12", "onnx.Add_12"),
        ("a b\n", "a_b_"),
        ("///", "layer"),
        ("", "layer"),
    ],
)
def test_names_are_made_of_what_names_may_have(graph: Graph, wanted: str, name: str) -> None:
    """Folders of a name are its levels."""
    assert graph.name(wanted) == name


def test_a_name_that_is_taken_is_numbered(graph: Graph) -> None:
    """In the order of the layers."""
    x = graph.input(Vector((1, 4)), "x")
    names = [graph.add("fc", Linear(units=4), [x]).name for _ in range(3)]
    assert names == ["fc", "fc_1", "fc_2"]


def test_weights_that_an_earlier_layer_has_count_once(graph: Graph) -> None:
    """A head of its own bias uses the matrix of another; equal biases alone are no reason to."""
    x = graph.input(Vector((1, 4)), "x")
    graph.add("fc", Linear(units=4), [x], weights={"weight": "w", "bias": "zeros"})
    graph.add("head", Linear(units=4), [x], weights={"weight": "w", "bias": "b"})
    graph.add("other", Linear(units=4), [x], weights={"weight": "v", "bias": "zeros"})
    report = analyze(graph.network)
    assert [row.params for row in report] == [4 * 4 + 4, 4, 4 * 4 + 4]


def test_a_note_is_told_once(graph: Graph) -> None:
    """However often it is made."""
    graph.note("axis batch taken as 1")
    graph.note("axis batch taken as 1")
    assert graph.network.notes == ["axis batch taken as 1"]


def test_an_option_that_a_format_does_not_know_is_refused() -> None:
    """With those that it does; what is applied to any network is left to the door."""
    assert honoured("net.onnx", Overrides(batch=2, train="adam"), {"batch", "input"}) == {"batch": 2}
    with pytest.raises(SpecError) as caught:
        honoured("net.onnx", Overrides(params={"a": 1}), {"batch", "input"})
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.message) == ("--set", "net.onnx cannot be changed by --set")
    assert problem.hint == "its format takes --batch and --input"


def test_sizes_lengths_and_formats_are_read_as_options_give_them() -> None:
    """Of the one input without a name, or by names."""
    assert sizes_of((3, 224, 224)) == {"": (3, 224, 224)}
    assert sizes_of({"ids": (128,)}) == {"ids": (128,)}
    assert sizes_of(None) == {}
    assert lengths_of({"seq": "128"}) == {"seq": 128}
    assert precision_of("int8/float16") == Precision("int8", "float16")
    assert precision_of("", Precision("int8")) == Precision("int8")


@pytest.mark.parametrize("value", ["0", "-1", "many", "1" * 30])
def test_a_length_that_is_none_is_refused(value: str) -> None:
    """At its option."""
    with pytest.raises(SpecError, match="is no length of `seq`"):
        lengths_of({"seq": value})


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (inside("model.onnx", "/layer1/conv1/Conv"), "model.onnx: /layer1/conv1/Conv"),
        (Place("resnet.py", 285, 1, via="net.pt2"), "net.pt2 -> resnet.py:285"),
    ],
)
def test_places_in_graphs(place: Place, text: str) -> None:
    """A node has a name and no line; an export may tell of its author's lines."""
    assert str(place) == text
