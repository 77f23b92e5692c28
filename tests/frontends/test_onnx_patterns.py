"""Layers that exporters write out in small steps are one row, and cost what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from onnx_files import exported, graph, model, node, read, tensor, value

from netcost.analysis.costs import analyze
from netcost.network import Network

ONE = {
    "half": [0.5],
    "one": [1.0],
    "two": [2.0],
    "three": [3.0],
    "six": [6.0],
    "eps": [1e-5],
    "c": [0.044715],
    "zero": [0.0],
}


def written(*nodes: tuple[str, Sequence[str], str], dims: Sequence[int] = (2, 7, 16)) -> Network:
    """A graph from `x` to `y` of nodes, each with its operator, what it reads and what it makes."""
    stored = [tensor("float32", (), number, name) for name, number in ONE.items()]
    stored += [tensor("float32", (16,), name=name) for name in ("ln.weight", "ln.bias")]
    made = []
    for op, inputs, output in nodes:
        attributes: dict[str, Any] = {"axes": [-1]} if op == "ReduceMean" else {}
        made.append(node(op, inputs, [output], **attributes))
    return read(model(graph(made, [value("x", dims)], [value("y")], stored), 17))


GELU = (
    ("Div", ["x", "two"], "a"),
    ("Erf", ["a"], "b"),
    ("Add", ["b", "one"], "d"),
    ("Mul", ["x", "d"], "e"),
    ("Mul", ["e", "half"], "y"),
)
TANH_GELU = (
    *(
        ("Pow", ["x", "three"], "a"),
        ("Mul", ["a", "c"], "b"),
        ("Add", ["x", "b"], "d"),
        ("Mul", ["d", "two"], "e"),
    ),
    *(
        ("Tanh", ["e"], "f"),
        ("Add", ["f", "one"], "g"),
        ("Mul", ["x", "half"], "h"),
        ("Mul", ["h", "g"], "y"),
    ),
)
NORM = (
    *(
        ("ReduceMean", ["x"], "m"),
        ("Sub", ["x", "m"], "d"),
        ("Pow", ["d", "two"], "s"),
        ("ReduceMean", ["s"], "v"),
    ),
    *(("Add", ["v", "eps"], "e"), ("Sqrt", ["e"], "r"), ("Div", ["d", "r"], "n")),
)
AFFINE = (("Mul", ["n", "ln.weight"], "w"), ("Add", ["w", "ln.bias"], "y"))
RMS = (
    *(
        ("Pow", ["x", "two"], "s"),
        ("ReduceMean", ["s"], "v"),
        ("Add", ["v", "eps"], "e"),
        ("Sqrt", ["e"], "r"),
    ),
    *(("Reciprocal", ["r"], "i"), ("Mul", ["x", "i"], "n"), ("Mul", ["ln.weight", "n"], "y")),
)


@pytest.mark.parametrize(
    ("nodes", "kind", "params"),
    [
        ((("Sigmoid", ["x"], "s"), ("Mul", ["x", "s"], "y")), "silu", 0),
        ((("HardSigmoid", ["x"], "s"), ("Mul", ["s", "x"], "y")), "hardswish", 0),
        (
            (
                ("Add", ["x", "three"], "a"),
                ("Clip", ["a", "zero", "six"], "b"),
                ("Mul", ["x", "b"], "d"),
                ("Div", ["d", "six"], "y"),
            ),
            "hardswish",
            0,
        ),
        ((("Softplus", ["x"], "a"), ("Tanh", ["a"], "b"), ("Mul", ["x", "b"], "y")), "mish", 0),
        (GELU, "gelu", 0),
        (TANH_GELU, "gelu", 0),
        ((*NORM, *AFFINE), "layernorm", 32),
        (RMS, "rmsnorm", 16),
    ],
)
def test_steps_that_are_one_layer(
    nodes: Sequence[tuple[str, Sequence[str], str]], kind: str, params: int
) -> None:
    """As PyTorch's exporters wrote them before ONNX had the operators."""
    network = written(*nodes)
    assert [each.layer.type for each in network.nodes] == [kind]
    assert analyze(network).totals["params"] == params


@pytest.mark.parametrize(
    "nodes",
    [
        (("Sigmoid", ["x"], "s"), ("Mul", ["x", "s"], "m"), ("Add", ["m", "s"], "y")),
        (("Relu", ["x"], "s"), ("Mul", ["x", "s"], "y")),
        (
            ("Add", ["x", "three"], "a"),
            ("Clip", ["a", "zero", "three"], "b"),
            ("Mul", ["x", "b"], "d"),
            ("Div", ["d", "six"], "y"),
        ),
    ],
)
def test_what_only_looks_like_one_stays(nodes: Sequence[tuple[str, Sequence[str], str]]) -> None:
    """A step whose output something else reads, another function, other bounds."""
    assert len(written(*nodes).nodes) == len(nodes)


@pytest.mark.parametrize("exporter", ["dynamo", "legacy"])
def test_attention_of_a_vision_transformer(exporter: str) -> None:
    """ViT-B/16 has 12 blocks; scores and values take 2 * 12 * 197 * 197 * 64 MACs in each."""
    network = read(exported(f"onnx/vit_b_16.{exporter}.onnx"))
    kinds = Counter(node.layer.type for node in network.nodes)
    assert (kinds["dot_product_attention"], kinds["softmax"], kinds["matmul"], kinds["gelu"]) == (
        12,
        0,
        0,
        12,
    )
    node = next(each for each in network.nodes if each.layer.type == "dot_product_attention")
    assert node.layer.macs(node.output, *node.input_shapes) == 2 * 12 * 197 * 197 * 64


def test_a_mask_that_is_worked_out_keeps_the_scores() -> None:
    """BERT's mask comes from an input: scores, mask and softmax stay rows, as nothing else would read the mask."""
    network = read(exported("onnx_rewritten/bert.dynamo.onnx"))
    kinds = Counter(node.layer.type for node in network.nodes)
    assert (kinds["dot_product_attention"], kinds["softmax"], kinds["matmul"]) == (0, 2, 4)


def test_a_product_of_whole_numbers_is_one_layer() -> None:
    """As onnxruntime quantises while a network runs: the scale is of the format, the bias of the layer."""
    whole = graph(
        [
            node("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"]),
            node("MatMulInteger", ["q", "w", "zero"], ["p"]),
            node("Cast", ["p"], ["f"], to=1),
            node("Mul", ["scale", "s"], ["both"]),
            node("Mul", ["f", "both"], ["m"]),
            node("Add", ["b", "m"], ["y"]),
        ],
        [value("x", [1, 7, 16])],
        [value("y")],
        [
            tensor("int8", (16, 5), name="w"),
            tensor("float32", (), [0.1], "s"),
            tensor("float32", (5,), name="b"),
        ],
    )
    network = read(model(whole))
    assert [(each.layer.type, each.precision.short) for each in network.nodes] == [("linear", "int8/float32")]
    totals = analyze(network).totals
    assert (totals["params"], totals["macs"]) == (16 * 5 + 5, 7 * 16 * 5)


def group_norm(*, affine: bool = True, lengths: Sequence[int] = (1, 4, -1)) -> Network:
    """A normalisation of 4 groups of 16 channels, as PyTorch's exporters write it, with numbers of no author's name."""
    stored = [
        tensor("int64", (3,), lengths, "in_groups"),
        tensor("int64", (4,), (1, 16, 5, 7), "as_before"),
        tensor("float32", (lengths[1],), [1.0] * lengths[1], "/gn/Constant_1_output_0"),
        tensor("float32", (lengths[1],), [0.0] * lengths[1], "/gn/Constant_2_output_0"),
        tensor("float32", (16, 1, 1), name="onnx::Mul_35"),
        tensor("float32", (16, 1, 1), name="onnx::Add_36"),
    ]
    nodes = [
        node("Reshape", ["x", "in_groups"], ["g"]),
        node(
            "InstanceNormalization",
            ["g", "/gn/Constant_1_output_0", "/gn/Constant_2_output_0"],
            ["n"],
        ),
        node("Reshape", ["n", "as_before"], ["r" if affine else "y"]),
    ]
    if affine:
        nodes += [node("Mul", ["r", "onnx::Mul_35"], ["m"]), node("Add", ["m", "onnx::Add_36"], ["y"])]
    return read(model(graph(nodes, [value("x", (1, 16, 5, 7))], [value("y")], stored), 17))


@pytest.mark.parametrize(("affine", "params"), [(True, 2 * 16), (False, 0)])
def test_a_norm_of_groups_is_one_layer(affine: bool, params: int) -> None:
    """Its numbers for each channel are learned, the ones and zeros of the instance norm inside are none."""
    network = group_norm(affine=affine)
    (layer,) = network.nodes
    assert layer.layer.settings()["groups"] == 4
    assert layer.layer.type == "groupnorm"
    report = analyze(network)
    assert (report.totals.params, report.totals.activation_elements) == (params, 16 * 5 * 7)
    assert report.notes == ()


@pytest.mark.parametrize(
    ("numbers", "params", "notes"),
    [
        ([0.0, float("-inf"), 0.0, 0.0], 0, ()),
        ([0.5] * 4, 4, ()),
    ],
)
def test_a_mask_is_no_parameter(numbers: list[float], params: int, notes: tuple[str, ...]) -> None:
    """Nothing that is learned is infinite."""
    stored = [tensor("float32", (2, 2), numbers, "module.mask")]
    whole = graph([node("Add", ["x", "module.mask"], ["y"])], [value("x", (1, 2, 2))], [value("y")], stored)
    report = analyze(read(model(whole, 17)))
    assert (report.totals.params, report.notes[1:]) == (params, notes)


@pytest.mark.parametrize("name", ["triu", "arange_1", "onnx::Add_12", "val_7"])
def test_constants_that_no_author_named_are_told(name: str) -> None:
    """As they are taken for no parameters."""
    stored = [tensor("float32", (2, 2), name=name)]
    whole = graph([node("Add", ["x", name], ["y"])], [value("x", (1, 2, 2))], [value("y")], stored)
    report = analyze(read(model(whole, 17)))
    assert report.totals.params == 0
    assert report.notes == (
        "4 numbers in 1 constant of arithmetic, which no author named, are no parameters",
    )
