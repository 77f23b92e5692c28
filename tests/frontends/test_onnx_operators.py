"""Single operators as layers: their costs by arithmetic, and what stands around a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from onnx_files import function, graph, model, node, one, read, tensor, value

from netcost.analysis.costs import analyze
from netcost.network import Network
from netcost.source.problem import SpecError


def costs(network: Network) -> tuple[Any, Any, tuple[int, ...]]:
    """Parameters, MACs, and the output."""
    totals = analyze(network).totals
    return totals["params"], totals["macs"], tuple(network.outputs[0].output)


W = ("float32", (8, 4, 3, 3), None)
B = ("float32", (8,), None)
Q = ("int8", (8, 4, 3, 3), None)
ZERO = ("uint8", (), [0])
SCALE = ("float32", (), [0.1])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (one("Conv", [1, 4, 6, 6], {"w": W, "b": B}), (8 * 36 + 8, 8 * 16 * 36, (1, 8, 4, 4))),
        (one("Conv", [1, 4, 6, 6], {"w": W}, auto_pad="SAME_UPPER"), (288, 8 * 36 * 36, (1, 8, 6, 6))),
        (
            one("Conv", [2, 8, 9], {"w": ("float32", (8, 1, 3), None)}, group=8),
            (24, 2 * 8 * 7 * 3, (2, 8, 7)),
        ),
        (one("ConvTranspose", [1, 8, 5, 5], {"w": W}, strides=[2, 2]), (288, 25 * 288, (1, 4, 11, 11))),
        (
            one("Gemm", [3, 10], {"w": ("float32", (5, 10), None), "b": ("float32", (5,), None)}, transB=1),
            (55, 150, (3, 5)),
        ),
        (one("MatMul", [2, 7, 10], {"w": ("float32", (10, 5), None)}), (50, 2 * 7 * 50, (2, 7, 5))),
        (one("MatMul", [10], {"w": ("float32", (10, 5), None)}), (50, 50, (1, 5))),
        (one("MatMul", [2, 7, 10], {"w": ("float32", (2, 10, 5), None)}), (100, 2 * 7 * 50, (2, 7, 5))),
        (one("BatchNormalization", [1, 8, 4, 4], {"s": B, "b": B, "m": B, "v": B}), (16, 0, (1, 8, 4, 4))),
        (one("LayerNormalization", [1, 4, 8], {"s": B, "b": B}), (16, 0, (1, 4, 8))),
        (one("PRelu", [1, 8, 4, 4], {"s": ("float32", (8, 1, 1), None)}), (8, 0, (1, 8, 4, 4))),
        (
            one("MaxPool", [1, 4, 7, 7], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
            (0, 0, (1, 4, 3, 3)),
        ),
        (
            one("Einsum", [2, 3, 4], {"w": ("float32", (4, 5), None)}, equation="bij,jk->bik"),
            (20, 2 * 3 * 20, (2, 3, 5)),
        ),
        (
            one(
                "LSTM",
                [7, 2, 10],
                {
                    n: ("float32", d, None)
                    for n, d in (("w", (1, 80, 10)), ("r", (1, 80, 20)), ("b", (1, 160)))
                },
                hidden_size=20,
            ),
            (80 * 10 + 80 * 20 + 160, 7 * 2 * (80 * 10 + 80 * 20), (7, 1, 2, 20)),
        ),
        (one("ConvInteger", [1, 4, 6, 6], {"w": Q}), (288, 8 * 16 * 36, (1, 8, 4, 4))),
        (
            one(
                "MatMulNBits",
                [1, 7, 64],
                {"w": ("uint8", (5, 2, 16), None), "s": ("float32", (10,), None)},
                domain="com.microsoft",
                K=64,
                N=5,
                bits=4,
                block_size=32,
            ),
            (320, 7 * 320, (1, 7, 5)),
        ),
    ],
)
def test_costs_of_an_operator(data: bytes, expected: tuple[int, int, tuple[int, ...]]) -> None:
    """Parameters, MACs and the output; of a padded or ceiled window as ONNX has it."""
    network = read(data)
    assert costs(network) == expected
    assert not network.notes


def test_a_packed_weight_is_int4() -> None:
    """MatMulNBits says how many bits a number has."""
    data = one(
        "MatMulNBits",
        [1, 7, 64],
        {"w": ("uint8", (5, 2, 16), None)},
        domain="com.microsoft",
        K=64,
        N=5,
        bits=4,
    )
    (layer,) = read(data).nodes
    assert (layer.layer.type, layer.precision.weights) == ("linear", "int4")


def test_a_bias_that_is_added_belongs_to_the_product() -> None:
    """As exporters write a linear layer of more than two axes."""
    whole = graph(
        [node("MatMul", ["x", "w"], ["p"]), node("Add", ["b", "p"], ["y"])],
        [value("x", [1, 7, 10])],
        [value("y")],
        [tensor("float32", (10, 5), name="w"), tensor("float32", (5,), name="b")],
    )
    network = read(model(whole))
    assert [each.layer.type for each in network.nodes] == ["linear"]
    assert costs(network) == (55, 350, (1, 7, 5))


@pytest.mark.parametrize(("name", "params"), [("encoder.position", 70), ("onnx::Add_12", 0), ("val_7", 0)])
def test_an_operand_is_learned_if_the_author_named_it(name: str, params: int) -> None:
    """Exporters name constants of their own making after the node that reads them, or by a number."""
    whole = graph(
        [node("Add", ["x", name], ["y"])],
        [value("x", [1, 7, 10])],
        [value("y")],
        [tensor("float32", (7, 10), name=name)],
    )
    assert costs(read(model(whole)))[0] == params


def test_a_tied_matrix_counts_once() -> None:
    """A table of words that the output is multiplied with, turned, and a bias of its own."""
    whole = graph(
        [
            node("Gather", ["table", "ids"], ["e"]),
            node("Transpose", ["table"], ["t"], perm=[1, 0]),
            node("MatMul", ["e", "t"], ["p"]),
            node("Add", ["p", "bias"], ["y"]),
        ],
        [value("ids", [1, 7], "int64")],
        [value("y")],
        [tensor("float32", (50, 8), name="table"), tensor("float32", (50,), name="bias")],
    )
    network = read(model(whole))
    assert [each.layer.type for each in network.nodes] == ["embedding", "linear"]
    assert costs(network) == (50 * 8 + 50, 7 * 8 * 50, (1, 7, 50))


def test_a_dequantised_weight_belongs_to_its_layer() -> None:
    """QDQ: the weight is stored in int8; quantising what flows is no work."""
    whole = graph(
        [
            node("DequantizeLinear", ["q", "s", "z"], ["w"]),
            node("QuantizeLinear", ["x", "s", "u"], ["xq"]),
            node("DequantizeLinear", ["xq", "s", "u"], ["xf"]),
            node("Conv", ["xf", "w"], ["c"]),
            node("QuantizeLinear", ["c", "s", "u"], ["cq"]),
            node("DequantizeLinear", ["cq", "s", "u"], ["y"]),
        ],
        [value("x", [1, 4, 6, 6])],
        [value("y")],
        [
            tensor(*Q, name="q"),
            tensor("int8", (), [0], "z"),
            tensor(*ZERO, name="u"),
            tensor(*SCALE, name="s"),
        ],
    )
    network = read(model(whole))
    assert [(each.layer.type, each.precision.short) for each in network.nodes] == [("conv", "int8/uint8")]


def conv(name: str, kernel: int) -> bytes:
    """A stored kernel of 4 filters over 4 channels."""
    return tensor("float32", (4, 4, kernel, kernel), name=name)


def branches(stored: list[bytes]) -> list[bytes]:
    """An If with a convolution of 1 and one of 3 x 3."""
    small = graph([node("Conv", ["x", "w1"], ["a"])], outputs=[value("a")])
    large = graph([node("Conv", ["x", "w3"], ["b"], pads=[1, 1, 1, 1])], outputs=[value("b")])
    return [*stored, node("If", ["c"], ["y"], "choose", then_branch=small, else_branch=large)]


@pytest.mark.parametrize(
    ("known", "params", "notes"),
    [(True, 16, []), (False, 144, []), (None, 144, ["of the If `choose` the larger branch is counted"])],
)
def test_of_an_if_the_branch_that_is_taken(known: bool | None, params: int, notes: list[str]) -> None:
    """The larger one if that is not known."""
    inputs = [value("x", [1, 4, 6, 6]), *([value("c", [], "bool")] if known is None else [])]
    stored = [] if known is None else [tensor("bool", (), [known], "c")]
    whole = graph(branches([]), inputs, [value("y")], [conv("w1", 1), conv("w3", 3), *stored])
    network = read(model(whole))
    assert (costs(network)[0], network.notes) == (params, notes)


def looped(rounds: bytes | None) -> bytes:
    """A convolution that runs so often over its own output."""
    body = graph(
        [node("Conv", ["h", "w"], ["out"]), node("Identity", ["going"], ["on"])],
        [value("n", [], "int64"), value("going", [], "bool"), value("h", [1, 4, 6, 6])],
        [value("on"), value("out")],
    )
    stored = [conv("w", 1), tensor("bool", (), [True], "true"), *([rounds] if rounds else [])]
    inputs = [value("x", [1, 4, 6, 6]), *([] if rounds else [value("m", [], "int64")])]
    return model(
        graph([node("Loop", ["m", "true", "x"], ["y"], "again", body=body)], inputs, [value("y")], stored)
    )


def test_a_loop_is_written_out() -> None:
    """Three rounds of one convolution, whose weight counts once."""
    network = read(looped(tensor("int64", (), [3], "m")))
    assert costs(network) == (16, 3 * 36 * 16, (1, 4, 6, 6))


def test_a_loop_of_unknown_length_is_unknown() -> None:
    """What comes out of it is known, what it costs is not."""
    network = read(looped(None))
    assert [each.layer.type for each in network.nodes] == ["opaque"]
    assert str(analyze(network).totals["macs"]) == "unknown"
    assert network.notes == ["the cost of Loop is not known: it runs as often as its input says"]


def test_functions_of_the_file_are_written_out() -> None:
    """Each call is a row, and its name is below that of the call."""
    twice = function(
        "Twice",
        ["a", "k"],
        ["c"],
        [node("Conv", ["a", "k"], ["b"], "first"), node("Conv", ["b", "k"], ["c"], "second")],
    )
    whole = graph(
        [node("Twice", ["x", "w"], ["y"], "both", "local")],
        [value("x", [1, 4, 6, 6])],
        [value("y")],
        [conv("w", 3)],
    )
    network = read(model(whole, functions=[twice]))
    assert costs(network) == (144, 144 * 16 + 144 * 4, (1, 4, 2, 2))
    assert [each.name for each in network.nodes] == ["both.first", "both.second"]


def test_an_unknown_operator_is_never_zero() -> None:
    """Its output stands in the file, its cost nowhere."""
    whole = graph([node("Fancy", ["x"], ["y"], domain="local")], [value("x", [1, 4])], [value("y", [1, 9])])
    network = read(model(whole))
    assert (network.nodes[0].layer.type, tuple(network.nodes[0].output)) == ("opaque", (1, 9))
    assert network.notes == ["the cost of Fancy is not known: there is no rule for local:Fancy"]


def test_a_length_that_the_data_decide_is_told() -> None:
    """The places of elements that are not zero: as many as there are."""
    network = read(one("NonZero", [3, 4]))
    assert network.nodes[0].layer.type == "opaque"
    assert network.notes == ["a length that NonZero puts out depends on the data, and is taken as 1"]


FREE = one("Relu", ["batch", "seq", 8])


@pytest.mark.parametrize(
    ("overrides", "shape"),
    [
        ({"dim": {"seq": 16}}, (1, 16, 8)),
        ({"dim": {"seq": 16, "batch": 4}}, (4, 16, 8)),
        ({"dim": {"seq": 16}, "batch": 4}, (4, 16, 8)),
        ({"input": (16, 8)}, (1, 16, 8)),
        ({"input": {"x": (16, 8)}, "batch": 2}, (2, 16, 8)),
    ],
)
def test_free_axes_are_given(overrides: Mapping[str, Any], shape: tuple[int, ...]) -> None:
    """By their names, or by the lengths of a sample."""
    assert tuple(read(FREE, **overrides).inputs[0].output) == shape


@pytest.mark.parametrize(
    ("data", "overrides", "message"),
    [
        (FREE, {}, "the input `x` is (batch, seq, 8): its lengths are free"),
        (FREE, {"dim": {"sq": 1}}, "no input has an axis `sq`; there are batch and seq"),
        (FREE, {"input": (16,)}, "`x` has 2 axes behind the batch, got 1 lengths"),
        (FREE, {"input": {"z": (16, 8)}}, "there is no input `z`; there are x"),
        (FREE, {"params": {"seq": 16}}, "net.onnx cannot be changed by --set"),
        (
            one("Reshape", [1, 8], {"s": ("int64", (2,), [3, 3])}),
            {},
            "a reshape to [3, 3] holds 9 elements, its input 1 x 8 has 8",
        ),
        (
            one("MatMul", [1, 8], {"w": ("float32", (9, 2), None)}),
            {},
            "1 x 8 and 9 x 2 cannot be multiplied: 8 is not 9",
        ),
        (
            one("Conv", [1, 3, 6, 6], {"w": W}),
            {},
            "filters of 8 x 4 x 3 x 3 in 1 groups do not fit 3 channels",
        ),
        (one("Conv", [1, 4, 2, 2], {"w": W}), {}, "a window of 3 is larger than its input of 2"),
        (
            one("Concat", [1, 4], {"w": ("float32", (2, 5), None)}, axis=0),
            {},
            "1 x 4 and 2 x 5 cannot be joined along axis 0",
        ),
        (
            model(graph([node("Relu", ["z"], ["y"])], [value("x", [1])], [value("y")])),
            {},
            "there is no tensor `z`",
        ),
        (
            model(graph([node("Relu", ["b"], ["a"]), node("Relu", ["a"], ["b"])], [], [value("a")])),
            {},
            "nodes read one another in a circle",
        ),
        (
            model(graph([node("Relu", ["x"], ["y"])], [value("x")], [value("y")])),
            {},
            "the shape of the input `x` is not in the file",
        ),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, overrides: Mapping[str, Any], message: str) -> None:
    """With the node, what is wrong, and both numbers."""
    with pytest.raises(SpecError) as caught:
        read(data, **overrides)
    assert message in str(caught.value)


def test_an_error_names_the_node() -> None:
    """A file has no lines."""
    with pytest.raises(SpecError, match=r"^net\.onnx: the/node: error: "):
        read(one("MatMul", [1, 8], {"w": ("float32", (9, 2), None)}))
