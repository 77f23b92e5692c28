"""ONNX files for tests: exported ones, and small ones written field by field, without the package `onnx`."""

from __future__ import annotations

import csv
import struct
from collections.abc import Mapping, Sequence
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from netcost.frontends import Source, load
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides

CORPUS = Path(__file__).parent / "frontends" / "exported" / "onnx.zip"
"""torchvision 0.28 by both exporters of PyTorch 2.13, and what onnxruntime's optimizer and quantizer make of them.

`truth.csv` has the MACs by PyTorch's flop counter, and the parameters where the exporter folds nothing.
"""

LARGE = {
    f"onnx/{name}.onnx"
    for name in ("swin_v2_t.legacy", "swin_v2_t.dynamo", "swin_t.legacy", "densenet121.dynamo")
}
"""Models of many nodes, looked at in slow tests; one of each architecture, or the like, and of each exporter is left."""

DTYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7, "bool": 9, "float16": 10}
LETTERS = {"float32": "f", "uint8": "B", "int8": "b", "int32": "i", "int64": "q", "bool": "?", "float16": "e"}


@cache
def exported(name: str) -> bytes:
    """A file of the corpus."""
    with ZipFile(CORPUS) as archive:
        return archive.read(name)


@cache
def truth(folder: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of a table of truths, by file."""
    rows = csv.DictReader(StringIO(exported(f"{folder}/truth.csv").decode()))
    return {f"{folder}/{row['file']}": row for row in rows}


def read(data: bytes, path: str = "net.onnx", work: Work | None = None, **overrides: Any) -> Network:
    """The network of a file."""
    return load(Source(path, data), Overrides(**overrides), work=work)


@cache
def network_of(name: str) -> Network:
    """A file of the corpus as a network."""
    return read(exported(name), name)


# Writing


def varint(value: int) -> bytes:
    """A number of the wire format."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def field(number: int, value: Any) -> bytes:
    """A field of a message, its wire type by the kind of the value."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(dtype: str, dims: Sequence[int], numbers: Sequence[Any] | None = None, name: str = "") -> bytes:
    """A stored tensor; without numbers they are in another file."""
    found = b"".join(field(1, length) for length in dims) + field(2, DTYPES[dtype]) + field(8, name)
    if numbers is None:
        return found + field(14, 1)
    return found + field(9, struct.pack(f"<{len(numbers)}{LETTERS[dtype]}", *numbers))


class Tensor(bytes):
    """A tensor as the value of an attribute."""


class Graph(bytes):
    """A graph as the value of an attribute."""


def attribute(name: str, value: Any) -> bytes:
    """An attribute, its type by the kind of the value."""
    kinds: list[tuple[type, int, int]] = [
        (float, 1, 2),
        (int, 2, 3),
        (str, 3, 4),
        (Tensor, 4, 5),
        (Graph, 5, 6),
    ]
    for kind, number, at in kinds:
        if isinstance(value, kind):
            stored: Any = value
            return field(1, name) + field(at, stored) + field(20, number)
    if value and isinstance(value[0], float):
        return field(1, name) + b"".join(field(7, each) for each in value) + field(20, 6)
    return field(1, name) + b"".join(field(8, each) for each in value) + field(20, 7)


def node(
    op: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    name: str = "",
    domain: str = "",
    **attributes: Any,
) -> bytes:
    """A node."""
    parts = [field(1, each) for each in inputs] + [field(2, each) for each in outputs]
    parts += [field(3, name), field(4, op), field(7, domain)]
    parts += [field(5, attribute(key, value)) for key, value in attributes.items()]
    return b"".join(parts)


def value(name: str, dims: Sequence[int | str | None] | None = None, dtype: str = "float32") -> bytes:
    """What the file tells of an input or an output."""
    if dims is None:
        return field(1, name)
    each = [b"" if one is None else field(1 if isinstance(one, int) else 2, one) for one in dims]
    shape = b"".join(field(1, one) for one in each)
    return field(1, name) + field(2, field(1, field(1, DTYPES[dtype]) + field(2, shape)))


def graph(
    nodes: Sequence[bytes],
    inputs: Sequence[bytes] = (),
    outputs: Sequence[bytes] = (),
    stored: Sequence[bytes] = (),
    told: Sequence[bytes] = (),
) -> Graph:
    """A graph."""
    parts = [field(1, each) for each in nodes] + [field(2, "g")] + [field(5, each) for each in stored]
    parts += [field(11, each) for each in inputs] + [field(12, each) for each in outputs]
    return Graph(b"".join([*parts, *(field(13, each) for each in told)]))


def function(name: str, inputs: Sequence[str], outputs: Sequence[str], nodes: Sequence[bytes]) -> bytes:
    """A function of the file, of the domain `local`."""
    parts = [field(1, name)] + [field(4, each) for each in inputs] + [field(5, each) for each in outputs]
    return b"".join(
        [*parts, *(field(7, each) for each in nodes), field(9, opset("", 18)), field(10, "local")]
    )


def opset(domain: str, version: int) -> bytes:
    """The version of a domain."""
    return field(1, domain) + field(2, version)


def model(whole: bytes, version: int = 18, functions: Sequence[bytes] = ()) -> bytes:
    """A file."""
    domains = [opset("", version), opset("local", 1), opset("com.microsoft", 1)]
    return b"".join(
        [
            field(1, 10),
            field(7, whole),
            *(field(8, each) for each in domains),
            *(field(25, each) for each in functions),
        ]
    )


def one(
    op: str,
    x: Sequence[int | str | None],
    stored: Mapping[str, tuple[str, Sequence[int], Sequence[Any] | None]] | None = None,
    *,
    version: int = 18,
    domain: str = "",
    outputs: int = 1,
    **attributes: Any,
) -> bytes:
    """A file with one node, which takes in `x` and then stored tensors."""
    stored = stored or {}
    made = [f"y{n}" if n else "y" for n in range(outputs)]
    whole = graph(
        [node(op, ["x", *stored], made, "the/node", domain, **attributes)],
        [value("x", x)],
        [value(each) for each in made],
        [tensor(*each, name=name) for name, each in stored.items()],
    )
    return model(whole, version)
