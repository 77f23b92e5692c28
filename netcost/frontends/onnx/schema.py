"""The numbers of the fields of ONNX's messages, as far as they are read.

Source: onnx/onnx.proto3, ONNX 1.23.
"""

from __future__ import annotations

from collections.abc import Mapping

from netcost.frontends.wire import FIXED32, Field, Schema, doubles, floats, number, numbers, part, parts

MODEL: Schema = {
    2: part("producer_name"),
    7: part("graph"),
    8: parts("opset_import"),
    25: parts("functions"),
}
OPSET: Schema = {1: part("domain"), 2: number("version")}
GRAPH: Schema = {
    1: parts("node"),
    2: part("name"),
    5: parts("initializer"),
    11: parts("input"),
    12: parts("output"),
    13: parts("value_info"),
    15: parts("sparse_initializer"),
}
NODE: Schema = {
    1: parts("input"),
    2: parts("output"),
    3: part("name"),
    4: part("op_type"),
    5: parts("attribute"),
    7: part("domain"),
    8: part("overload"),
    9: parts("metadata_props"),
}
ATTRIBUTE: Schema = {
    1: part("name"),
    2: Field("f", FIXED32),
    3: number("i"),
    4: part("s"),
    5: part("t"),
    6: part("g"),
    7: floats("floats"),
    8: numbers("ints"),
    9: parts("strings"),
    10: parts("tensors"),
    11: parts("graphs"),
    20: number("type"),
    21: part("ref_attr_name"),
    22: part("sparse_tensor"),
}
FUNCTION: Schema = {
    1: part("name"),
    4: parts("input"),
    5: parts("output"),
    7: parts("node"),
    9: parts("opset_import"),
    10: part("domain"),
    11: parts("attribute_proto"),
    13: part("overload"),
}
TENSOR: Schema = {
    1: numbers("dims"),
    2: number("data_type"),
    4: floats("float_data"),
    5: numbers("int32_data"),
    7: numbers("int64_data"),
    8: part("name"),
    9: part("raw_data"),
    10: doubles("double_data"),
    11: numbers("uint64_data"),
    14: number("data_location"),
}
SPARSE_TENSOR: Schema = {1: part("values"), 3: numbers("dims")}
VALUE_INFO: Schema = {1: part("name"), 2: part("type")}
TYPE: Schema = {
    1: part("tensor_type"),
    4: part("sequence_type"),
    8: part("sparse_tensor_type"),
    9: part("optional_type"),
}
TENSOR_TYPE: Schema = {1: number("elem_type"), 2: part("shape")}
WRAPPED_TYPE: Schema = {1: part("elem_type")}
SHAPE: Schema = {1: parts("dim")}
DIM: Schema = {1: number("dim_value"), 2: part("dim_param")}
ENTRY: Schema = {1: part("key"), 2: part("value")}

DTYPES: Mapping[int, str] = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3",
    18: "float8_e4m3",
    19: "float8_e5m2",
    20: "float8_e5m2",
    21: "uint4",
    22: "int4",
    23: "float4",
    24: "float8_e8m0",
    25: "uint2",
    26: "int2",
}
"""Element types by their number in a file; 8-bit floats with and without infinities are one format."""

RAW_LETTERS: Mapping[str, str] = {
    "float32": "f",
    "float64": "d",
    "float16": "e",
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "bool": "?",
}
"""The letters by which `struct` reads raw numbers; those of other types are never looked at."""

STORED_IN: Mapping[str, str] = {
    "float32": "float_data",
    "float64": "double_data",
    "int64": "int64_data",
    "uint64": "uint64_data",
    "uint32": "uint64_data",
}
"""The field with the numbers of an element type where they are not raw; `int32_data` for all others."""
