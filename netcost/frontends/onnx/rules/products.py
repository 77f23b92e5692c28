"""Matrix products and sums over axes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_letters
from typing import NamedTuple

from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.values import Dims, ShapeError, Step, Value, joined, out, shape


class Operands(NamedTuple):
    """Where the two matrices of a product stand among the inputs, and a bias; None where there is none."""

    first: int = 0
    second: int = 1
    bias: int | None = None


MATMULS = {
    "MatMul": Operands(),
    "MatMulInteger": Operands(),
    "QLinearMatMul": Operands(0, 3),
    f"{MICROSOFT}FusedMatMul": Operands(),
    f"{MICROSOFT}TransposeMatMul": Operands(),
    f"{MICROSOFT}FusedMatMulActivation": Operands(),
    f"{MICROSOFT}MatMulIntegerToFloat": Operands(0, 1, 6),
    f"{MICROSOFT}DynamicQuantizeMatMul": Operands(0, 1, 4),
    f"{MICROSOFT}MatMulInteger16": Operands(),
    f"{MICROSOFT}GemmFloat8": Operands(0, 1, 2),
}
GEMMS = {
    "Gemm": Operands(0, 1, 2),
    f"{MICROSOFT}FusedGemm": Operands(0, 1, 2),
    f"{MICROSOFT}QGemm": Operands(0, 3, 6),
}
PACKED = (f"{MICROSOFT}MatMulNBits", f"{MICROSOFT}MatMulBnb4", f"{MICROSOFT}MatMulFpQ4")

_OUTPUT_DTYPES = {
    "MatMulInteger": "int32",
    f"{MICROSOFT}MatMulInteger16": "int32",
    f"{MICROSOFT}MatMulIntegerToFloat": "float32",
    f"{MICROSOFT}DynamicQuantizeMatMul": "float32",
}


def turned(dims: Dims, *, swap: bool) -> Dims:
    """The last two axes swapped, where they are."""
    return (*dims[:-2], dims[-1], dims[-2]) if swap and len(dims) > 1 else dims


def factors(step: Step) -> tuple[Dims, Dims]:
    """The lengths of both matrices as they are multiplied."""
    places = (MATMULS | GEMMS)[step.op]
    if step.op in GEMMS:
        first, second = step.ranked(places.first, 2, 2), step.ranked(places.second, 2, 2)
    else:
        first, second = step.dims(places.first), step.dims(places.second)
    first = turned(first, swap=bool(step.count("transA", 0)))
    return first, turned(second, swap=bool(step.count("transB", 0)))


@rule(*MATMULS, *GEMMS)
def matmul(step: Step) -> Sequence[Value]:
    """Matrices multiplied, in their last two axes."""
    first, second = factors(step)
    places = (MATMULS | GEMMS)[step.op]
    guessed = any(each.guessed for each in step.present)
    dtype = _OUTPUT_DTYPES.get(step.op) or step.value(places.first).dtype
    return [out(multiplied(first, second, guessed=guessed), dtype)]


def multiplied(first: Dims, second: Dims, *, guessed: bool = False) -> Dims:
    """The lengths of a product, as numpy.matmul has it.

    Raises:
        ShapeError: the inner lengths differ.
    """
    if not first or not second:
        raise ShapeError(f"{shape(first)} and {shape(second)} cannot be multiplied as matrices")
    left = first if len(first) > 1 else (1, *first)
    right = second if len(second) > 1 else (*second, 1)
    if left[-1] != right[-2] and not guessed:
        raise ShapeError(
            f"{shape(first)} and {shape(second)} cannot be multiplied: {left[-1]} is not {right[-2]}"
        )
    rows = left[-2:-1] if len(first) > 1 else ()
    columns = right[-1:] if len(second) > 1 else ()
    return (*joined([left[:-2], right[:-2]], guessed=guessed), *rows, *columns)


@rule(*PACKED)
def packed(step: Step) -> Sequence[Value]:
    """A product with a matrix whose numbers are packed; the node tells its lengths."""
    x = step.value()
    inner, units = step.count("K", 0), step.count("N", 0)
    step.ranked(0, 1)
    if x.dims[-1] != inner and not x.guessed:
        raise ShapeError(f"{shape(x.dims)} cannot be multiplied by a matrix of {inner} x {units}")
    return [out((*x.dims[:-1], units), x.dtype)]


@rule("Einsum")
def einsum(step: Step) -> Sequence[Value]:
    """A product of operands by the letters of their axes."""
    terms, output = letters(step)
    lengths = lengths_of(terms, step.present)
    if any(letter not in lengths for letter in output):
        raise ShapeError(f"the output `{output}` has a letter that no operand has")
    return [out([lengths[letter] for letter in output], step.value().dtype)]


def letters(step: Step) -> tuple[list[str], str]:
    """The letters of each operand and of the output, those that an ellipsis stands for among them.

    Raises:
        ShapeError: the equation does not fit the operands.
    """
    equation = step.word("equation").replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    values = step.present
    if len(terms) != len(values) or not re.fullmatch(r"[A-Za-z,.]*(->[A-Za-z.]*)?", equation):
        raise ShapeError(f"`{equation}` is no equation of {len(values)} operands")
    free = [letter for letter in ascii_letters if letter not in equation]
    most = max(
        (
            each.rank - len(term.replace("...", ""))
            for term, each in zip(terms, values, strict=True)
            if "..." in term
        ),
        default=0,
    )
    if not 0 <= most <= len(free):
        raise ShapeError(f"`{equation}` does not fit operands of such axes")
    behind = "".join(free[:most])
    full = []
    for term, each in zip(terms, values, strict=True):
        own = each.rank - len(term.replace("...", ""))
        spelt = term.replace("...", behind[most - own :] if own > 0 else "")
        if len(spelt) != each.rank or "." in spelt:
            raise ShapeError(f"`{term}` does not fit {shape(each.dims)}")
        full.append(spelt)
    if not arrow:
        counted = "".join(terms).replace(".", "")
        right = ("..." if "..." in left else "") + "".join(
            sorted(each for each in set(counted) if counted.count(each) == 1)
        )
    output = right.replace("...", behind)
    if "." in output:
        raise ShapeError(f"`{equation}` is no equation")
    return full, output


def lengths_of(terms: Sequence[str], values: Sequence[Value]) -> dict[str, int]:
    """The length of each letter.

    Raises:
        ShapeError: a letter has two lengths.
    """
    found: dict[str, int] = {}
    for term, each in zip(terms, values, strict=True):
        for letter, length in zip(term, each.dims, strict=True):
            known = found.get(letter, 1)
            if known not in {1, length} and length != 1 and not each.guessed:
                raise ShapeError(f"axis `{letter}` has length {known} and length {length}")
            found[letter] = max(known, length)
    return found
