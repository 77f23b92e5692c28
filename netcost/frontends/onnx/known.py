"""Arithmetic on numbers that are known before a network runs: shapes, indices, scales. Flat lists, row by row."""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from netcost.frontends.onnx.values import Dims, Numbers

MAX_POWER = 64


def strides(dims: Sequence[int]) -> list[int]:
    """How far apart in the list two neighbours along each axis are."""
    found = [1] * len(dims)
    for axis in range(len(dims) - 2, -1, -1):
        found[axis] = found[axis + 1] * dims[axis + 1]
    return found


def offsets(dims: Sequence[int], chosen: Sequence[Iterable[int]], order: Sequence[int] = ()) -> list[int]:
    """The places of elements chosen along each axis, with the axes in another order where one is given."""
    steps = strides(dims)
    found = [0]
    for axis in order or range(len(dims)):
        along = [index * steps[axis] for index in chosen[axis]]
        found = [start + step for start in found for step in along]
    return found


def pick(numbers: Numbers, dims: Dims, chosen: Sequence[Iterable[int]], order: Sequence[int] = ()) -> Numbers:
    """The elements chosen along each axis."""
    return [numbers[place] for place in offsets(dims, chosen, order)]


def transposed(numbers: Numbers, dims: Dims, order: Sequence[int]) -> Numbers:
    """The elements with the axes in another order."""
    return pick(numbers, dims, [range(length) for length in dims], order)


def repeated(numbers: Numbers, dims: Dims, wanted: Dims) -> Numbers:
    """The elements repeated along axes of length 1 and before the first axis."""
    if dims == wanted:
        return numbers
    if len(numbers) == 1:
        return numbers * math.prod(wanted)
    own = (1,) * (len(wanted) - len(dims)) + dims
    chosen = [range(have) if have == want else [0] * want for have, want in zip(own, wanted, strict=True)]
    return pick(numbers, own, chosen)


def concatenated(parts: Sequence[tuple[Numbers, Dims]], axis: int) -> Numbers:
    """Tensors one after the other along an axis."""
    outer = math.prod(parts[0][1][:axis])
    found: Numbers = []
    for row in range(outer):
        for numbers, dims in parts:
            size = math.prod(dims[axis:])
            found += numbers[row * size : (row + 1) * size]
    return found


def reduced(numbers: Numbers, dims: Dims, axes: Sequence[int], combine: Callable[[Numbers], Any]) -> Numbers:
    """What becomes of all elements along some axes, for each place of the others."""
    kept = [range(length) if axis not in axes else [0] for axis, length in enumerate(dims)]
    along = [range(length) if axis in axes else [0] for axis, length in enumerate(dims)]
    steps = offsets(dims, along)
    return [combine([numbers[start + step] for step in steps]) for start in offsets(dims, kept)]


def places(numbers: Numbers, dims: Dims) -> list[list[int]]:
    """The indices of all elements that are not zero."""
    steps = strides(dims)
    return [
        [place // step % length for step, length in zip(steps, dims, strict=True)]
        for place, each in enumerate(numbers)
        if each
    ]


# Element by element


def _divided(a: Any, b: Any) -> Any:
    """The quotient of whole numbers is cut off toward zero."""
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return a / b


def _power(a: Any, b: Any) -> Any:
    if abs(b) > MAX_POWER:
        return math.pow(a, b)
    return a**b


def _round(a: Any) -> Any:
    """Halves go to the even neighbour, as Python does it."""
    return float(round(a))


UNARY: Mapping[str, Callable[[Any], Any]] = {
    "Abs": abs,
    "Neg": operator.neg,
    "Not": operator.not_,
    "Floor": lambda a: float(math.floor(a)),
    "Ceil": lambda a: float(math.ceil(a)),
    "Round": _round,
    "Sqrt": math.sqrt,
    "Exp": math.exp,
    "Log": math.log,
    "Sin": math.sin,
    "Cos": math.cos,
    "Reciprocal": lambda a: 1 / a,
    "Sign": lambda a: type(a)((a > 0) - (a < 0)),
    "Relu": lambda a: max(a, type(a)(0)),
}
BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divided,
    "Mod": operator.mod,
    "Remainder": math.fmod,
    "Pow": _power,
    "Min": min,
    "Max": max,
    "Equal": operator.eq,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "And": lambda a, b: bool(a and b),
    "Or": lambda a, b: bool(a or b),
    "Xor": lambda a, b: bool(a) != bool(b),
}


def mapped(function: Callable[..., Any], *operands: Iterable[Any]) -> Numbers | None:
    """A function of each element; None where it has no value."""
    try:
        return list(map(function, *operands))
    except (ArithmeticError, ValueError, TypeError):
        return None


def converted(numbers: Numbers, dtype: str) -> Numbers | None:
    """Numbers as they are in an element type; None where one has no value in it."""
    if dtype == "bool":
        return [bool(each) for each in numbers]
    if dtype.startswith(("int", "uint")):
        bits = int(dtype.removeprefix("u").removeprefix("int"))
        low, high = (0, 1 << bits) if dtype[0] == "u" else (-1 << bits - 1, 1 << bits - 1)
        found = mapped(int, numbers)
        return found if found is not None and all(low <= each < high for each in found) else None
    if dtype == "float32":
        return mapped(single, numbers)
    return mapped(_finite, numbers) if dtype in {"float16", "bfloat16", "float64"} else None


def single(value: float) -> float:
    """The nearest number of four bytes.

    Raises:
        OverflowError: it has none.
    """
    found: float = struct.unpack("<f", struct.pack("<f", _finite(value)))[0]
    return _finite(found)


def _finite(value: float) -> float:
    found = float(value)  # a root of a negative number is complex, and has none
    if not math.isfinite(found):
        raise OverflowError
    return found
