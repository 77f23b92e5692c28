"""What stands in an ONNX file: graphs, nodes, attributes, initializers, functions. Weights are never copied."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from netcost.frontends.onnx import schema
from netcost.frontends.wire import Message, Wire, WireError, signed, text
from netcost.integers import BOUND

MAX_FIELDS = 600_000
"""Fields of a file, the numbers of attributes and of dimensions among them."""

MAX_NODES = 200_000
MAX_DEPTH = 64
"""Graphs within graphs."""

MAX_AXES = 64
MAX_TEXT = 1 << 12
"""Bytes of a name."""

EXTERNAL = 1
"""Where the data of a tensor lie that are in another file."""

Dims: TypeAlias = tuple[int | str | None, ...]
"""Lengths; a name or nothing for one that is free."""

Numbers: TypeAlias = list[Any]


class TensorData:
    """A stored tensor: its type and lengths, and its numbers where they are asked for.

    Args:
        name: what nodes call it.
        dtype: its element type.
        dims: its lengths.
        message: its fields as they were read.
    """

    __slots__ = ("_message", "_wire", "dims", "dtype", "name")

    def __init__(self, name: str, dtype: str, dims: tuple[int, ...], message: Message, wire: Wire) -> None:
        self.name = name
        self.dtype = dtype
        self.dims = dims
        self._message = message
        self._wire = wire

    @property
    def elements(self) -> int:
        """Number of elements."""
        return prod(self.dims)

    @property
    def is_external(self) -> bool:
        """True if its numbers are in another file."""
        return bool(self._message.get("data_location", 0) == EXTERNAL)

    def numbers(self, most: int) -> Numbers | None:
        """Its numbers in order; None if there are more than `most`, or if they are not in this file.

        Raises:
            WireError: there are fewer than its lengths say.
        """
        if self.elements > most or self.is_external:
            return None
        found = self._numbers()
        if found is not None and len(found) < self.elements:
            raise WireError(f"the tensor `{self.name}` has {len(found):,} of {self.elements:,} numbers")
        return found if found is None else found[: self.elements]

    def first(self, most: int) -> Numbers:
        """Its first numbers; none if they are in another file, or not stored as bytes."""
        letter = schema.RAW_LETTERS.get(self.dtype)
        raw = self._message.get("raw_data")
        if letter is None or raw is None or self.is_external:
            return []
        size = struct.calcsize(f"<{letter}")
        return self._wire.fixed([raw[: min(len(raw) // size, most) * size]], letter)

    def _numbers(self) -> Numbers | None:
        letter = schema.RAW_LETTERS.get(self.dtype)
        if letter is None:
            return None
        if "raw_data" in self._message:
            return self._wire.fixed([self._message["raw_data"]], letter)
        name = schema.STORED_IN.get(self.dtype, "int32_data")
        values = self._message.get(name, [])
        if name in {"float_data", "double_data"}:
            return self._wire.fixed(values, letter)
        found = self._wire.integers(values)
        return list(map(_half, found)) if self.dtype == "float16" else found


@dataclass(frozen=True, slots=True)
class Reference:
    """An attribute of a function's node that the caller gives."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class NodeData:
    """One node as it stands in the file."""

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    overload: str = ""
    metadata: tuple[memoryview, ...] = ()

    def property(self, key: str) -> str:
        """What an exporter noted about it under a key; empty where it did not."""
        reader = Wire(MAX_AXES * len(self.metadata))
        for each in self.metadata:
            entry = reader.message(each, schema.ENTRY)
            if text(entry.get("key", memoryview(b""))) == key:
                return text(entry.get("value", memoryview(b"")))
        return ""


@dataclass(frozen=True, slots=True)
class ValueInfo:
    """The type of a value: none where it is no tensor, no dims where their number is not known."""

    name: str
    dtype: str = ""
    dims: Dims | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GraphData:
    """A graph: its nodes and what they read and write."""

    name: str
    nodes: tuple[NodeData, ...]
    initializers: Mapping[str, TensorData]
    inputs: tuple[ValueInfo, ...]
    outputs: tuple[ValueInfo, ...]
    told: Mapping[str, ValueInfo]
    """Types of values in between, as far as the file tells them."""


@dataclass(frozen=True, slots=True, eq=False)
class FunctionData:
    """A function of the file: nodes that a node of another kind stands for."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: tuple[NodeData, ...]
    defaults: Mapping[str, Any]
    opsets: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class ModelData:
    """A whole file."""

    producer: str
    graph: GraphData
    opsets: Mapping[str, int]
    functions: Mapping[tuple[str, str, str], FunctionData] = field(default_factory=dict)
    """By domain, name and overload."""


def read_model(data: memoryview) -> ModelData:
    """Read an ONNX file.

    Raises:
        WireError: it is none, or it is larger than any network.
    """
    return _Reader().model(data)


class _Reader:
    """One reading of a file, which counts what it has read."""

    def __init__(self) -> None:
        self.wire = Wire(MAX_FIELDS)
        self.nodes = 0

    def model(self, data: memoryview) -> ModelData:
        message = self.wire.message(data, schema.MODEL)
        if "graph" not in message:
            raise WireError("there is no graph in it")
        functions = {}
        for each in message.get("functions", []):
            key, function = self.function(each)
            functions[key] = function
        return ModelData(
            producer=_text(message, "producer_name"),
            graph=self.graph(message["graph"], 0),
            opsets=self.opsets(message),
            functions=functions,
        )

    def opsets(self, message: Message) -> dict[str, int]:
        found = {}
        for each in message.get("opset_import", []):
            entry = self.wire.message(each, schema.OPSET)
            found[_domain(_text(entry, "domain"))] = signed(entry.get("version", 0))
        return found

    def graph(self, data: memoryview, depth: int) -> GraphData:
        if depth > MAX_DEPTH:
            raise WireError(f"graphs are nested deeper than {MAX_DEPTH}")
        message = self.wire.message(data, schema.GRAPH)
        initializers = [self.tensor(each) for each in message.get("initializer", [])]
        initializers += [self.sparse(each) for each in message.get("sparse_initializer", [])]
        told = [self.value_info(each) for each in message.get("value_info", [])]
        return GraphData(
            name=_text(message, "name"),
            nodes=self.all_nodes(message, depth),
            initializers={each.name: each for each in initializers},
            inputs=tuple(self.value_info(each) for each in message.get("input", [])),
            outputs=tuple(self.value_info(each) for each in message.get("output", [])),
            told={each.name: each for each in told},
        )

    def all_nodes(self, message: Message, depth: int) -> tuple[NodeData, ...]:
        found = message.get("node", [])
        self.nodes += len(found)
        if self.nodes > MAX_NODES:
            raise WireError(f"there are more than {MAX_NODES:,} nodes")
        return tuple(self.node(each, depth) for each in found)

    def function(self, data: memoryview) -> tuple[tuple[str, str, str], FunctionData]:
        message = self.wire.message(data, schema.FUNCTION)
        key = (_domain(_text(message, "domain")), _text(message, "name"), _text(message, "overload"))
        return key, FunctionData(
            inputs=_texts(message, "input"),
            outputs=_texts(message, "output"),
            nodes=self.all_nodes(message, 0),
            defaults=dict(self.attribute(each, 0) for each in message.get("attribute_proto", [])),
            opsets=self.opsets(message),
        )

    def node(self, data: memoryview, depth: int) -> NodeData:
        message = self.wire.message(data, schema.NODE)
        return NodeData(
            op=_text(message, "op_type"),
            domain=_domain(_text(message, "domain")),
            name=_text(message, "name"),
            inputs=_texts(message, "input"),
            outputs=_texts(message, "output"),
            attributes=dict(self.attribute(each, depth) for each in message.get("attribute", [])),
            overload=_text(message, "overload"),
            metadata=tuple(message.get("metadata_props", ())),
        )

    def attribute(self, data: memoryview, depth: int) -> tuple[str, Any]:
        message = self.wire.message(data, schema.ATTRIBUTE)
        name = _text(message, "name")
        if "ref_attr_name" in message:
            return name, Reference(_text(message, "ref_attr_name"))
        field = _BY_TYPE.get(message.get("type") or self._guessed(message), "")
        read = _VALUES.get(field)
        return name, read(self, message[field], depth) if read and field in message else _EMPTY.get(field)

    @staticmethod
    def _guessed(message: Message) -> int:
        """The type of an attribute in a file of before types were told: by what it has."""
        return next((kind for kind, name in _BY_TYPE.items() if name in message), 0)

    def tensor(self, data: memoryview) -> TensorData:
        message = self.wire.message(data, schema.TENSOR)
        dtype = schema.DTYPES.get(message.get("data_type", 0), "")
        return TensorData(_text(message, "name"), dtype, self.dims(message), message, self.wire)

    def sparse(self, data: memoryview) -> TensorData:
        """A tensor of which only some numbers are stored: what it stands for, its numbers unknown."""
        message = self.wire.message(data, schema.SPARSE_TENSOR)
        values = self.tensor(message.get("values", memoryview(b"")))
        return TensorData(
            values.name, values.dtype, self.dims(message), {"data_location": EXTERNAL}, self.wire
        )

    def dims(self, message: Message) -> tuple[int, ...]:
        """The lengths of a tensor, none below 0.

        Raises:
            WireError: one is, or there are too many, or too many elements.
        """
        found = tuple(self.wire.integers(message.get("dims", [])))
        if len(found) > MAX_AXES or min(found, default=0) < 0 or prod(found) >= BOUND:
            raise WireError(f"a tensor cannot have the lengths {_listed(found)}")
        return found

    def value_info(self, data: memoryview) -> ValueInfo:
        message = self.wire.message(data, schema.VALUE_INFO)
        name = _text(message, "name")
        kind = self.wire.message(message.get("type", memoryview(b"")), schema.TYPE)
        if "optional_type" in kind:
            wrapped = self.wire.message(kind["optional_type"], schema.WRAPPED_TYPE)
            kind = self.wire.message(wrapped.get("elem_type", memoryview(b"")), schema.TYPE)
        tensor = kind.get("tensor_type", kind.get("sparse_tensor_type"))
        if tensor is None:
            return ValueInfo(name)
        found = self.wire.message(tensor, schema.TENSOR_TYPE)
        dtype = schema.DTYPES.get(found.get("elem_type", 0), "")
        if "shape" not in found:
            return ValueInfo(name, dtype)
        dims = self.wire.message(found["shape"], schema.SHAPE).get("dim", [])
        if len(dims) > MAX_AXES:
            raise WireError(f"`{name}` has {len(dims):,} axes, more than {MAX_AXES}")
        return ValueInfo(name, dtype, tuple(map(self.dim, dims)))

    def dim(self, data: memoryview) -> int | str | None:
        message = self.wire.message(data, schema.DIM)
        if "dim_value" in message:
            value = signed(message["dim_value"])
            return value if 0 < value < BOUND else None
        name = _text(message, "dim_param")
        return name if any(map(str.isalnum, name)) else None


_BY_TYPE: Mapping[int, str] = {
    1: "f",
    2: "i",
    3: "s",
    4: "t",
    5: "g",
    6: "floats",
    7: "ints",
    8: "strings",
    9: "tensors",
    10: "graphs",
    11: "sparse_tensor",
}
"""The field with the value of an attribute, by the type that it states."""

_VALUES: Mapping[str, Callable[[_Reader, Any, int], Any]] = {
    "f": lambda reader, found, _: _finite(reader.wire.fixed([found], "f")[0]),
    "i": lambda _, found, __: signed(found),
    "s": lambda _, found, __: _short(found),
    "t": lambda reader, found, _: reader.tensor(found),
    "g": lambda reader, found, depth: reader.graph(found, depth + 1),
    "floats": lambda reader, found, _: [_finite(each) for each in reader.wire.fixed(found, "f")],
    "ints": lambda reader, found, _: reader.wire.integers(found),
    "strings": lambda _, found, __: [_short(each) for each in found],
    "tensors": lambda reader, found, _: [reader.tensor(each) for each in found],
    "graphs": lambda reader, found, depth: [reader.graph(each, depth + 1) for each in found],
    "sparse_tensor": lambda reader, found, _: reader.sparse(found),
}
"""How the value of an attribute is read, by its field."""

_EMPTY: Mapping[str, Any] = {
    "f": 0.0,
    "i": 0,
    "s": "",
    "floats": [],
    "ints": [],
    "strings": [],
    "tensors": [],
}
"""What an attribute is whose value is not written, as zero and nothing are not."""


def _text(message: Message, name: str) -> str:
    found = message.get(name)
    return _short(found) if found is not None else ""


def _texts(message: Message, name: str) -> tuple[str, ...]:
    return tuple(map(_short, message.get(name, ())))


def _short(data: memoryview) -> str:
    return text(data[:MAX_TEXT])


def _domain(name: str) -> str:
    """`ai.onnx` is what an empty domain stands for."""
    return "" if name == "ai.onnx" else name


def _half(bits: int) -> float:
    """The number that two bytes stand for."""
    found: float = struct.unpack("<e", (bits & 0xFFFF).to_bytes(2, "little"))[0]
    return found


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _listed(lengths: Iterable[int]) -> str:
    shown = list(lengths)
    return " x ".join(f"{each:,}" for each in shown[:8]) + (" ..." if len(shown) > 8 else "")  # noqa: PLR2004
