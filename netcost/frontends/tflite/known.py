"""What follows from shapes alone: the numbers of short lists, and the lengths of free axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Protocol, TypeGuard

from netcost.frontends.layouts import MATRIX_AXES, Dims, broadcast
from netcost.frontends.tflite.file import MAX_VALUES, Operator, Stored

Values = tuple[int, ...]


class Given(Protocol):
    """An operator where it runs, as far as lengths are asked about."""

    @property
    def operator(self) -> Operator:
        """What it is."""
        ...

    def lengths(self, place: int) -> Dims | None:
        """The lengths of a tensor that goes in."""
        ...

    def values(self, place: int) -> Values | None:
        """The numbers of a short list that goes in."""
        ...


ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "ADD": int.__add__,
    "SUB": int.__sub__,
    "MUL": int.__mul__,
    "FLOOR_DIV": lambda a, b: a // b if b else 0,
    "MAXIMUM": max,
    "MINIMUM": min,
}
SAME_VALUES = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS", "CAST")
SIDE_BY_SIDE = ("PACK", "CONCATENATION")
MOST = 2**62
"""Numbers beyond are of no tensor's lengths."""


def values_of(operator: Operator, given: Sequence[Values | None]) -> Values | None:
    """The numbers that an operator makes of short lists of numbers; nothing where they are not known."""
    if not given or any(each is None for each in given):
        return None
    lists: list[Values] = [each for each in given if each is not None]
    kind = operator.kind
    found: Values | None = None
    if kind in SAME_VALUES:
        found = lists[0]
    elif kind in SIDE_BY_SIDE:
        found = tuple(number for each in lists for number in each)
    elif kind == "REDUCE_PROD":
        found = (prod(lists[0]),)
    elif kind in ARITHMETIC and len(lists) > 1:
        found = _combined(ARITHMETIC[kind], lists[0], lists[1])
    elif kind == "GATHER" and len(lists) > 1:
        found = tuple(lists[0][at] for at in lists[1] if 0 <= at < len(lists[0]))
    elif kind == "STRIDED_SLICE":
        found = _sliced(operator, lists)
    small = found is not None and len(found) <= MAX_VALUES and all(abs(number) < MOST for number in found)
    return found if small else None


def _combined(function: Callable[[int, int], int], left: Values, right: Values) -> Values | None:
    length = max(len(left), len(right))
    if {len(left), len(right)} - {1, length}:
        return None
    pairs = zip(left * (length // len(left)), right * (length // len(right)), strict=True)
    return tuple(function(a, b) for a, b in pairs)


def _sliced(operator: Operator, lists: Sequence[Values]) -> Values | None:
    """A range of a list, by its first and last number and the step; masks say which ends are open."""
    if len(lists) < 4 or any(len(each) != 1 for each in lists[1:4]):  # noqa: PLR2004  input, start, stop, step
        return None
    start, stop, step = (each[0] for each in lists[1:4])
    if step == 0:
        return None
    if operator.option(4):  # one number is picked
        return lists[0][start : start + 1 or None]
    opened = (None if operator.option(0) & 1 else start, None if operator.option(1) & 1 else stop)
    return lists[0][slice(*opened, step)]


def lengths_of(call: Given, tensor: Stored) -> Dims | None:
    """The lengths of a tensor with free axes, by what the operator does; nothing where they do not follow."""
    dims = _by_kind(call, tensor)
    if dims is None or len(dims) != len(tensor.dims):
        return None
    fits = all(axis in tensor.free or dims[axis] == length for axis, length in enumerate(tensor.dims))
    return dims if fits else None


def _by_kind(call: Given, tensor: Stored) -> Dims | None:  # noqa: C901, PLR0911  a case an operator
    kind = call.operator.kind
    given = [call.lengths(place) for place in range(len(call.operator.inputs))]
    first = given[0] if given else None
    if first is None:
        return None
    wanted = call.values(1)
    if kind in {"RESHAPE", "SQUEEZE", "EXPAND_DIMS"}:
        open_axes = list(tensor.free)
        if kind == "RESHAPE" and wanted and len(wanted) == len(tensor.dims):
            open_axes = [axis for axis, length in enumerate(wanted) if length < 0]
            tensor = tensor._replace(dims=wanted)
        if len(open_axes) > 1:
            return None
        known = prod(length for axis, length in enumerate(tensor.dims) if axis not in open_axes)
        rest = prod(first) // max(known, 1)
        return tuple(rest if axis in open_axes else n for axis, n in enumerate(tensor.dims))
    if kind == "BROADCAST_TO":
        return wanted
    if kind in ARITHMETIC or kind in {"DIV", "SQUARED_DIFFERENCE", "POW", "SELECT_V2"}:
        dims: Dims | None = first
        for each in given[1:]:
            dims = broadcast(dims, each) if dims is not None and each is not None else None
        return dims
    if kind == "TRANSPOSE" and wanted and sorted(wanted) == list(range(len(first))):
        return tuple(first[axis] for axis in wanted)
    if kind == "FULLY_CONNECTED" and _divides(given[1], prod(first)):
        rows = (prod(first) // given[1][1],) if len(tensor.dims) == MATRIX_AXES else first[:-1]
        return (*rows, given[1][0])
    if kind in {"SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"} and wanted:
        size = max(prod(wanted), 1)
        return (first[0] * size if kind.startswith("SPACE") else first[0] // size, *tensor.dims[1:])
    if kind == "BATCH_MATMUL" and given[1] and min(len(first), len(given[1])) >= MATRIX_AXES:
        leading = broadcast(first[:-2], given[1][:-2])
        turned = [bool(call.operator.option(field, "bool")) for field in (0, 1)]
        return (
            None
            if leading is None
            else (*leading, first[-1 if turned[0] else -2], given[1][-2 if turned[1] else -1])
        )
    if (
        len(first) == len(tensor.dims)
        and all(axis in tensor.free or length == tensor.dims[axis] for axis, length in enumerate(first))
        and set(tensor.free) != {0}
    ):
        return first
    return None


def _divides(weight: Dims | None, elements: int) -> TypeGuard[Dims]:
    """Whether so many elements are rows for a matrix of (units, inputs)."""
    return weight is not None and len(weight) == MATRIX_AXES and weight[1] > 0 and elements % weight[1] == 0
