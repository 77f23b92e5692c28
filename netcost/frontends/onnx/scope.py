"""What nodes can read: tensors by their names, in graphs within graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from netcost.frontends.onnx.file import TensorData, ValueInfo
from netcost.frontends.onnx.values import MAX_KNOWN, Value

MAX_KNOWN_FLOATS = 256
"""Elements of a stored tensor of fractions whose numbers are followed: scales and the like."""


class Scope:
    """Tensors by their names; those of the graph around are seen too."""

    __slots__ = ("initializers", "outer", "values")

    def __init__(self, outer: Scope | None, initializers: Mapping[str, TensorData]) -> None:
        self.outer = outer
        self.initializers = initializers
        self.values: dict[str, Value] = {}

    def find(self, name: str) -> Value | None:
        """A tensor by its name; a stored one is made when it is asked for."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.values.get(name)
            if found is not None:
                return found
            stored = scope.initializers.get(name)
            if stored is not None:
                return scope.values.setdefault(name, constant(stored))
            scope = scope.outer
        return None


def constant(data: TensorData, name: str = "") -> Value:
    """A stored tensor."""
    most = MAX_KNOWN_FLOATS if data.dtype.startswith(("float", "bfloat")) else MAX_KNOWN
    numbers = data.numbers(most)
    named = data.name or name
    if named != data.name:
        data.name = named
    return Value(data.dtype, data.dims, numbers, static=True, sources=(data,), name=named)


class Setting(NamedTuple):
    """Where nodes stand.

    Args:
        scope: what they can read.
        prefix: the names of the functions and loops around, with a slash behind each.
        opsets: the versions of operators.
        attributes: what the caller of a function gives.
        told: what the file tells of shapes.
        depth: how many graphs and functions are around.
    """

    scope: Scope
    prefix: str
    opsets: Mapping[str, int]
    attributes: Mapping[str, Any]
    told: Mapping[str, ValueInfo]
    depth: int
