"""The reader of ONNX files against the package `onnx`: nodes, attributes, dims, names, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from onnx_files import LARGE, exported, truth
from quick import others_slow

from netcost.frontends.onnx.file import GraphData, TensorData, ValueInfo, read_model
from netcost.frontends.onnx.schema import DTYPES

onnx = pytest.importorskip("onnx")
np = pytest.importorskip("numpy")


def told(info: Any) -> ValueInfo:
    """The type of a value, as the package has it."""
    kind = info.type.tensor_type
    if not kind.HasField("shape"):
        return ValueInfo(info.name, DTYPES.get(kind.elem_type, ""))
    dims = tuple(
        each.dim_param or (each.dim_value if each.HasField("dim_value") else None) for each in kind.shape.dim
    )
    return ValueInfo(info.name, DTYPES.get(kind.elem_type, ""), dims)


def plain(value: object) -> object:
    """An attribute's value, tensors and graphs by what can be compared of them."""
    if isinstance(value, TensorData):
        return value.dims, value.dtype
    if isinstance(value, onnx.TensorProto):
        return tuple(value.dims), DTYPES[value.data_type]
    if isinstance(value, GraphData):
        return [node.op for node in value.nodes]
    if isinstance(value, onnx.GraphProto):
        return [node.op_type for node in value.node]
    if isinstance(value, bytes):
        return value.decode()
    return list(map(plain, value)) if isinstance(value, list) else value


def attributes(node: Any) -> Mapping[str, object]:
    """The attributes of a node, as the package has them."""
    return {each.name: plain(onnx.helper.get_attribute_value(each)) for each in node.attribute}


FILES = sorted({**truth("onnx"), **truth("onnx_rewritten")})


@pytest.mark.parametrize("name", others_slow(FILES, {*FILES} - LARGE))
def test_both_read_the_same(name: str) -> None:
    """Every node, every stored tensor, every input and output."""
    data = exported(name)
    ours, theirs = read_model(memoryview(data)), onnx.load_model_from_string(data)
    assert ours.opsets == {each.domain: each.version for each in theirs.opset_import}
    for mine, other in zip(ours.graph.nodes, theirs.graph.node, strict=True):
        assert (mine.op, mine.domain, mine.name) == (other.op_type, other.domain, other.name)
        assert (mine.inputs, mine.outputs) == (tuple(other.input), tuple(other.output))
        assert {key: plain(value) for key, value in mine.attributes.items()} == attributes(other)
        assert {each.key for each in other.metadata_props} == {
            each.key for each in other.metadata_props if mine.property(each.key) == each.value
        }
    assert {each.name: (each.dims, each.dtype) for each in ours.graph.initializers.values()} == {
        each.name: (tuple(each.dims), DTYPES[each.data_type]) for each in theirs.graph.initializer
    }
    assert list(ours.graph.inputs) == list(map(told, theirs.graph.input))
    assert list(ours.graph.outputs) == list(map(told, theirs.graph.output))


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    ("dtype", "numbers"),
    [
        ("FLOAT", [1.5, -2.0]),
        ("DOUBLE", [0.1, 3.0]),
        ("FLOAT16", [0.5, -4.0]),
        ("INT64", [-1, 1 << 40]),
        ("UINT64", [0, 1 << 40]),
        ("INT32", [-5, 6]),
        ("UINT32", [5, 1 << 31]),
        ("INT8", [-128, 127]),
        ("UINT8", [0, 255]),
        ("BOOL", [1, 0]),
    ],
)
def test_numbers_of_a_tensor(dtype: str, numbers: list[float], *, raw: bool) -> None:
    """Raw or in the field of their type."""
    number = onnx.TensorProto.DataType.Value(dtype)
    values: Any = numbers
    if raw:
        values = np.array(numbers, onnx.helper.tensor_dtype_to_np_dtype(number)).tobytes()
    tensor = onnx.helper.make_tensor("t", number, [2], values, raw=raw)
    graph = onnx.helper.make_graph([], "g", [], [], [tensor])
    found = read_model(memoryview(onnx.helper.make_model(graph).SerializeToString()))
    assert found.graph.initializers["t"].numbers(2) == numbers
