"""Broken and hostile ONNX files: an error with a place, soon, and in little memory."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx_files import Graph, exported, field, graph, model, node, one, read, tensor, value, varint

from netcost.analysis.costs import analyze
from netcost.source.problem import SpecError

SMALL = [
    "onnx/alexnet.legacy.onnx",
    "onnx_rewritten/bert.ort_optimized.onnx",
    "onnx_rewritten/resnet18.QOperator.onnx",
]
SECONDS = 2


@given(st.sampled_from(SMALL), st.randoms(use_true_random=False), st.integers(1, 8))
def test_a_mutated_file_is_read_or_refused(name: str, chance: random.Random, changes: int) -> None:
    """Bytes changed, cut out, put in, doubled."""
    data = bytearray(exported(name))
    for _ in range(changes):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            del data[at : at + chance.randrange(1, 30)]
        elif kind == 1:
            data[at:at] = data[at : at + chance.randrange(1, 60)]
        else:
            data[at] = chance.randrange(256)
    with suppress(SpecError):
        analyze(read(bytes(data)))


NUMBERS = st.sampled_from([0, 1, -1, 2, 3, 7, -(2**63), 2**63 - 1, 2**31, 65_536])
OPERATORS = (
    *(
        "Conv",
        "ConvTranspose",
        "MaxPool",
        "AveragePool",
        "Gemm",
        "MatMul",
        "Reshape",
        "Transpose",
        "Slice",
        "Pad",
        "Resize",
    ),
    *(
        "Gather",
        "GatherND",
        "ScatterND",
        "Split",
        "Concat",
        "Expand",
        "Tile",
        "Range",
        "ConstantOfShape",
        "TopK",
        "OneHot",
    ),
    *(
        "LSTM",
        "DFT",
        "STFT",
        "Attention",
        "Einsum",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Col2Im",
        "DepthToSpace",
        "Pow",
    ),
    *(
        "LayerNormalization",
        "GroupNormalization",
        "ReduceSum",
        "CumSum",
        "SplitToSequence",
        "AffineGrid",
        "MaxUnpool",
    ),
)
ATTRIBUTES = (
    "axis",
    "axes",
    "perm",
    "kernel_shape",
    "pads",
    "strides",
    "group",
    "num_heads",
    "hidden_size",
    "blocksize",
    "equation",
)


@given(
    st.sampled_from(OPERATORS),
    st.lists(NUMBERS, max_size=5),
    st.lists(st.lists(NUMBERS, max_size=4), max_size=4),
    st.dictionaries(
        st.sampled_from(ATTRIBUTES), st.one_of(NUMBERS, st.lists(NUMBERS, max_size=5), st.just("ij,jk->ik"))
    ),
)
def test_an_operator_on_anything_is_read_or_refused(
    op: str, dims: list[int], stored: list[list[int]], attributes: dict[str, int | list[int] | str]
) -> None:
    """Negative and huge lengths, attributes of another kind, inputs that are missing."""
    tensors = {f"t{n}": ("int64", (len(each),), each) for n, each in enumerate(stored)}
    with suppress(SpecError):
        analyze(read(one(op, dims, tensors, **attributes)))  # type: ignore[arg-type]


def deep(depth: int) -> Graph:
    """Branches within branches."""
    inner = graph([node("Relu", ["x"], ["y"])], outputs=[value("y")])
    for _ in range(depth):
        inner = graph([node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)], outputs=[value("y")])
    return inner


def chain(op: str, count: int) -> Graph:
    """A row of nodes, each on the one before."""
    nodes = [node(op, [f"t{n}"], [f"t{n + 1}"]) for n in range(count)]
    return graph(nodes, [value("t0", [1, 4])], [value(f"t{count}")])


def grown(count: int) -> Graph:
    """Known numbers that double in each of so many nodes."""
    nodes = [node("Concat", [f"t{n}", f"t{n}"], [f"t{n + 1}"], axis=0) for n in range(count)]
    nodes.append(node("Expand", ["x", f"t{count}"], ["y"]))
    return graph(nodes, [value("x", [1])], [value("y")], [tensor("int64", (1,), [1], "t0")])


def around(whole: bytes) -> bytes:
    """A file with a graph that reads `x` and `c`."""
    return model(Graph(whole + field(11, value("x", [1, 4])) + field(11, value("c", [], "bool"))))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "there is no graph in it"),
        (b"\x08\x0a", "there is no graph in it"),
        (field(7, field(1, b"") * 300_000), "there are more than 200,000 nodes"),
        (field(7, field(1, field(5, b"") * 700_000)), "there are more than 600,000 fields"),
        (
            model(graph([], [], [], [field(1, -1) + field(2, 1) + field(8, "w")])),
            "cannot have the lengths -1",
        ),
        (model(graph([], [], [], [field(1, 1 << 62) * 2 + field(2, 1)])), "cannot have the lengths"),
        (around(deep(16)), ""),
        (around(deep(12)), ""),
        (model(chain("Relu", 60_000)), "asks for more work"),
        (model(grown(40)), ""),
        (one("Einsum", [2, 3], equation="ij->" + "ij" * 2000), ""),
        (one("Pow", [1], {"e": ("int64", (), [2**62])}), ""),
    ],
)
def test_what_is_too_much_ends_soon(data: bytes, message: str) -> None:
    """Empty nodes, deep branches, long chains, numbers that double: two seconds at most."""
    start = time.process_time()
    try:
        analyze(read(data))
        told = ""
    except SpecError as error:
        told = str(error)
    assert message in told
    assert time.process_time() - start < SECONDS


def test_numbers_in_a_field_of_another_type_are_refused() -> None:
    """A known field with another wire type than the schema's."""
    wrong = varint(7 << 3) + varint(1)
    with pytest.raises(SpecError, match="the field `graph` has wire type 0, expected 2"):
        read(field(1, 10) + wrong)
