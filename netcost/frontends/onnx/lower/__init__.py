"""From the steps of a graph to layers: what each operator becomes, one table, by families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.file import TensorData
from netcost.frontends.onnx.values import Dims, Step, Value
from netcost.layers.layer import Layer
from netcost.layers.tensor import Move
from netcost.shapes import Map, Shape, Tensor, map_kinds

FAMILIES = ("windows", "pointwise", "products", "moves", "norms", "recurrent", "attention", "signals")
"""Those first that most networks need."""


@dataclass(slots=True, eq=False)
class Row:
    """A layer to be added for a step.

    Args:
        layer: the layer.
        inputs: what it takes in; those that are not data are left out.
        kinds: the kind of shape as which it takes each input; the usual one of so many axes where left out.
        weights: the tensors that are its weights, in its order.
        output: what it makes; the first output of the step where left out.
        otherwise: the layer that it is where the first one does not fit.
    """

    layer: Layer
    inputs: Sequence[Value]
    kinds: Sequence[type[Shape] | None] = ()
    weights: Sequence[Value | TensorData] = ()
    output: Value | None = None
    otherwise: Layer | None = None


Lowered: TypeAlias = Row | Value | Sequence[Row]
"""A layer; the value that the output is, where there is nothing to do; or several layers, each on the one before."""

Lower: TypeAlias = Callable[[Step, Any], Lowered]
"""Lowers a step; it is handed the lowering, which knows what is data and what is learned."""

T = TypeVar("T", bound=Lower)
_found: dict[str, Lower] = {}


def lowers(*ops: str) -> Callable[[T], T]:
    """Enter a function as the one that lowers operators."""

    def enter(function: T) -> T:
        _found.update(dict.fromkeys(ops, function))
        return function

    return enter


@cache
def lower_of(op: str) -> Lower | None:
    """The function that lowers an operator, if there is one; families are imported until it is found."""
    for family in FAMILIES:
        if op in _found:
            break
        import_module(f"{__name__}.{family}")
    return _found.get(op)


def spelled(step: Step) -> str:
    """What reports call an operator: without its domain."""
    return step.op.rpartition(":")[2]


def move(step: Step, output: Value, *, view: bool = False) -> Move:
    """A layer that only moves elements."""
    return Move(operation=spelled(step), shape=tuple(shape_of(output.dims)), view=view)


def map_kind(dims: Dims) -> type[Map] | None:
    """The kind of map with so many axes."""
    return map_kinds().get(len(dims) - 2)


def features_last(dims: Dims) -> type[Shape]:
    """The usual kind of shape, or where that is a map one whose last axis has the features."""
    usual = type(shape_of(dims))
    return Tensor if issubclass(usual, Map) else usual
