"""What a TFLite file holds: tensors with their shapes and types, operators in the order in which they run.

Field numbers are those of the schema, tensorflow/compiler/mlir/lite/schema/schema.fbs.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from netcost.frontends.flat import WIDTH, Buffer, FlatError, Table
from netcost.frontends.tflite.names import OPERATORS
from netcost.integers import BOUND

MAX_OPERATORS = 20_000
MAX_AXES = 16
MAX_VALUES = 64
CUSTOM = "CUSTOM"
VERSION = 3

TYPES = {
    0: "float32",
    1: "float16",
    2: "int32",
    3: "uint8",
    4: "int64",
    6: "bool",
    7: "int16",
    8: "complex64",
    9: "int8",
    10: "float64",
    11: "complex128",
    12: "uint64",
    15: "uint32",
    16: "uint16",
    17: "int4",
    18: "bfloat16",
    19: "int2",
}
"""Types of tensors; texts, resources and variants have no numbers of one width."""

OTHER = "other"


class Stored(NamedTuple):
    """A tensor.

    Args:
        name: what the converter calls it.
        dims: its lengths; those of free axes are written as 1.
        free: the axes that may have any length.
        type: the format of its numbers.
        is_constant: whether its numbers stand in the file.
        values: those of a short list of whole numbers, as shapes are; empty for others.
    """

    name: str
    dims: tuple[int, ...]
    free: tuple[int, ...]
    type: str
    is_constant: bool
    values: tuple[int, ...] = ()


class Operator(NamedTuple):
    """An operator: what it is, the tensors that it takes in and puts out, -1 for those left out, and its options."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None

    def option(self, field: int, form: str = "int32", default: int = 0) -> int:
        """A whole number of its options."""
        return default if self.options is None else self.options.number(field, form, default)


class Graph(NamedTuple):
    """A subgraph."""

    name: str
    tensors: Sequence[Stored]
    operators: Sequence[Operator]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class File(NamedTuple):
    """A model: its first subgraph is what runs, others are called or belong to other signatures."""

    description: str
    graph: Graph
    further: int


def parse(data: memoryview) -> File:
    """Read a model.

    Raises:
        FlatError: it is broken.
    """
    root = Buffer(data).root()
    version = root.number(0, "uint32")
    if version != VERSION:
        raise FlatError(f"it is of version {version} of the schema, {VERSION} is read")
    codes = [_kind(each) for each in root.tables(1)]
    buffers = root.tables(4)
    graphs = root.tables(2)
    if not graphs:
        raise FlatError("it has no subgraph")
    return File(root.text(3), _graph(graphs[0], codes, buffers), len(graphs) - 1)


def _kind(code: Table) -> str:
    """What an operator is called; the older field has those up to 126, the newer one all."""
    number = max(code.number(0, "int8"), code.number(3, "int32"))
    name = OPERATORS.get(number, f"operator {number}")
    return f"{CUSTOM} {code.text(1)[:60]}" if name == CUSTOM else name


def _is_filled(buffer: Table) -> bool:
    """Whether a buffer has data, in the flatbuffer or, of a large file, behind it."""
    return buffer.length(0) > 0 or buffer.number(2, "uint64") > 1


def _graph(graph: Table, codes: Sequence[str], buffers: Sequence[Table]) -> Graph:
    tensors = [_tensor(each, buffers) for each in graph.tables(0)]
    operators = graph.tables(3)
    if len(operators) > MAX_OPERATORS:
        raise FlatError(f"it has {len(operators):,} operators, at most {MAX_OPERATORS:,} are read")
    found = Graph(
        graph.text(4),
        tensors,
        [_operator(each, codes) for each in operators],
        graph.numbers(1),
        graph.numbers(2),
    )
    named = [*found.inputs, *found.outputs]
    named += [at for each in found.operators for at in (*each.inputs, *each.outputs)]
    wrong = next((at for at in named if not -1 <= at < len(tensors)), None)
    if wrong is not None:
        raise FlatError(f"it has {len(tensors):,} tensors, number {wrong:,} is told of")
    return found


def _tensor(tensor: Table, buffers: Sequence[Table]) -> Stored:
    dims, signature = tensor.numbers(0), tensor.numbers(7)
    name = tensor.text(3)
    if len(dims) > MAX_AXES or any(not 0 <= length < BOUND for length in dims):
        raise FlatError(f"tensor `{name[:60]}` has no shape: {dims[:MAX_AXES]}")
    free = tuple(at for at, length in enumerate(signature) if length < 0)
    if signature and len(signature) != len(dims):
        free = tuple(range(len(dims)))
    number = tensor.number(2, "uint32")
    if number >= len(buffers) and buffers:
        raise FlatError(f"tensor `{name[:60]}` is in buffer {number:,} of {len(buffers):,}")
    type_ = TYPES.get(tensor.number(1, "int8"), OTHER)
    is_constant = bool(buffers) and _is_filled(buffers[number])
    values: tuple[int, ...] = ()
    if (
        is_constant
        and type_ == "int32"
        and buffers[number].length(0) == prod(dims) * WIDTH <= MAX_VALUES * WIDTH
    ):
        values = buffers[number].packed(0)
    return Stored(name, dims, free, type_, is_constant, values)


def _operator(operator: Table, codes: Sequence[str]) -> Operator:
    code = operator.number(0, "uint32")
    if code >= len(codes):
        raise FlatError(f"an operator is of kind {code:,} of {len(codes):,}")
    return Operator(codes[code], operator.numbers(1), operator.numbers(2), operator.table(4))
