"""Operators that combine elements along axes, or look for some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

from netcost.frontends.onnx.known import converted, reduced
from netcost.frontends.onnx.rules import rule
from netcost.frontends.onnx.values import MAX_KNOWN, Numbers, ShapeError, Step, Value, axes_of, axis_of, out

KNOWN: Mapping[str, Callable[[Numbers], Any]] = {
    "ReduceSum": sum,
    "ReduceProd": prod,
    "ReduceMax": max,
    "ReduceMin": min,
    "ReduceMean": lambda numbers: sum(numbers) / len(numbers),
}
REDUCTIONS = (
    *("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin"),
    *("ReduceProd", "ReduceSum", "ReduceSumSquare"),
)


@rule(*REDUCTIONS)
def reduction(step: Step) -> Sequence[Value]:
    """One element for all along some axes."""
    x = step.value()
    axes = reduced_axes(step)
    if axes is None:
        return [out(x.dims, x.dtype, x.numbers)]
    keep = step.count("keepdims", 1)
    dims = [1 if axis in axes else length for axis, length in enumerate(x.dims) if keep or axis not in axes]
    numbers = None
    if x.numbers and step.op in KNOWN and x.elements <= MAX_KNOWN:
        numbers = converted(reduced(x.numbers, x.dims, axes, KNOWN[step.op]), x.dtype)
    return [out(dims, x.dtype, numbers)]


def reduced_axes(step: Step) -> list[int] | None:
    """The axes that are reduced: all where none are named, unless the node says that none are."""
    x = step.value()
    axes = step.axes(1)
    if not axes:
        return None if step.count("noop_with_empty_axes", 0) else list(range(x.rank))
    return axes_of(axes, x.rank)


@rule("ArgMax", "ArgMin")
def extreme_places(step: Step) -> Sequence[Value]:
    """The place of the largest or the smallest element along an axis."""
    x = step.value()
    axis = axis_of(step.count("axis", 0), x.rank)
    keep = step.count("keepdims", 1)
    dims = [1 if each == axis else length for each, length in enumerate(x.dims) if keep or each != axis]
    return [out(dims, "int64")]


@rule("TopK")
def top(step: Step) -> Sequence[Value]:
    """The largest elements along an axis, and their places."""
    x = step.value()
    axis = axis_of(step.count("axis", -1), x.rank)
    wanted = step.needed(1, "numbers") if step.has(1) else [step.count("k", 1)]
    if len(wanted) != 1:
        raise ShapeError(f"TopK is told {len(wanted)} numbers of elements, expected one")
    # Of fewer elements all are meant where the length is a guess.
    count = min(wanted[0], x.dims[axis]) if x.guessed else wanted[0]
    dims = (*x.dims[:axis], count, *x.dims[axis + 1 :])
    return [out(dims, x.dtype), out(dims, "int64")]


@rule("SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss")
def loss(step: Step) -> Sequence[Value]:
    """One number, or one for each sample, and the logarithms of the shares."""
    scores, labels = step.value(0), step.value(1)
    whole = step.word("reduction", "mean") != "none"
    return [out(() if whole else labels.dims, scores.dtype), out(scores.dims, scores.dtype)]


@rule("Det")
def determinant(step: Step) -> Sequence[Value]:
    """One number for each matrix."""
    return [out(step.ranked(0, 2)[:-2], step.value().dtype)]
