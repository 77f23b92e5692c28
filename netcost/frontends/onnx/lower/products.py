"""Matrix products."""

from __future__ import annotations

from math import prod
from string import ascii_lowercase

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, features_last, lowers, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.lower.pointwise import pointwise
from netcost.frontends.onnx.rules.products import GEMMS, MATMULS, PACKED, factors, letters
from netcost.frontends.onnx.values import Dims, Step, Value
from netcost.layers.linear import Linear
from netcost.layers.matmul import MatMul
from netcost.layers.tensor import Product
from netcost.shapes import Shape, Tensor

MATRIX = 2


@lowers(*MATMULS, *GEMMS)
def matmul(step: Step, low: Lowering) -> Lowered:
    """A linear layer where the second matrix is a weight; else a product by its axes."""
    places = (MATMULS | GEMMS)[step.op]
    x, weight = step.value(places.first), step.value(places.second)
    first, second = factors(step)
    bias = step.given(places.bias) if places.bias is not None else None
    one = low.fused.get(step)
    if one is not None:
        bias = one.bias
    if not low.is_data(weight) and low.is_data(x) and len(second) == MATRIX and not step.count("transA", 0):
        return _linear(step, low, x, weight, bias)
    return _product(step, low, [x, weight], [first, second], bias)


def _linear(step: Step, low: Lowering, x: Value, weight: Value, bias: Value | None) -> Row:
    _, second = factors(step)
    learned = bias is not None and not low.is_data(bias) and bias.elements > 1
    output = low.output(step)
    layer = Linear(units=second[1], bias=learned)
    otherwise = (
        Product(
            operation=spelled(step),
            equation=equation(x.dims, second, data=(True, False)),
            shape=tuple(shape_of(output.dims)),
            weight=second,
            bias=learned,
        )
        if x.rank > 1
        else None
    )
    return Row(
        layer,
        [x],
        kinds=[features_last(x.dims)],
        weights=[weight, *([bias] if learned and bias is not None else [])],
        otherwise=otherwise,
    )


def _product(step: Step, low: Lowering, operands: list[Value], dims: list[Dims], bias: Value | None) -> Row:
    output = low.output(step)
    data = low.data(operands)
    spelt = equation(dims[0], dims[1], data=(low.is_data(operands[0]), low.is_data(operands[1])))
    learned = bias is not None and not low.is_data(bias) and bias.elements > 1
    static = next((place for place, each in enumerate(operands) if not low.is_data(each)), None)
    plain = Product(
        operation=spelled(step),
        equation=spelt,
        shape=tuple(shape_of(output.dims)),
        weight=None if static is None else dims[static],
        weight_at=1 if static is None else static,
        bias=learned,
    )
    weights: list[Value] = [] if static is None else [operands[static]]
    weights += [bias] if learned and bias is not None else []
    kinds: list[type[Shape] | None] = [Tensor] * len(data)
    turned = [step.count(name, 0) for name in ("transA", "transB")]
    if (
        len(data) == MATRIX
        and min(map(len, dims)) > MATRIX
        and len(dims[0]) == len(dims[1])
        and not turned[0]
        and not learned
    ):
        return Row(MatMul(transpose=bool(turned[1])), data, kinds=kinds, otherwise=plain)
    if any(turned):
        # What goes in is turned in passing: its letters stand as its axes do.
        left, right = spelt.partition("->")[0].split(",")
        spelt = f"{_swapped(left, turned[0])},{_swapped(right, turned[1])}->{spelt.partition('->')[2]}"
        weight = plain.weight if static is None else operands[static].dims
        plain = plain.with_fields(equation=spelt, weight=weight)
    return Row(plain, data, kinds=[None] * len(data), weights=weights)


def _swapped(term: str, turned: int) -> str:
    return f"{term[:-2]}{term[-1]}{term[-2]}" if turned and len(term) > 1 else term


def equation(first: Dims, second: Dims, *, data: tuple[bool, bool] = (True, True)) -> str:
    """The letters of a matrix product, `abyz,abzx->abyx`; a list of numbers is a matrix of one row, or of one column.

    One that the network works out is seen as a vector of one sample, and has a letter more.
    """
    outer = ascii_lowercase[: max(len(first), len(second), MATRIX) - MATRIX]
    left = f"{outer[len(outer) - (len(first) - MATRIX) :]}yz" if len(first) > 1 else f"{'w' * data[0]}z"
    right = f"{outer[len(outer) - (len(second) - MATRIX) :]}zx" if len(second) > 1 else f"{'v' * data[1]}z"
    rows, columns = "y" * (len(first) > 1), "x" * (len(second) > 1)
    return f"{left},{right}->{outer}{rows}{columns}"


@lowers(*PACKED)
def packed(step: Step, low: Lowering) -> Lowered:
    """A linear layer whose weight is packed."""
    x, weight = step.value(0), step.value(1)
    bias = step.given(5)
    learned = bias is not None and bias.elements > 1
    layer = Linear(units=step.count("N", 1), bias=learned)
    bits = step.count("bits", 4)
    stored = Value(
        f"int{bits}" if bits in {2, 3, 4, 8} else "int4",
        (step.count("K", 1), step.count("N", 1)),
        static=True,
    )
    low.same(stored, weight)
    return Row(
        layer,
        [x],
        kinds=[features_last(x.dims)],
        weights=[stored, *([bias] if learned and bias is not None else [])],
    )


@lowers("Einsum")
def einsum(step: Step, low: Lowering) -> Lowered:
    """A product of two operands by their letters; of one operand a sum; more are multiplied one after the other."""
    terms, output = letters(step)
    values = step.present
    made = step.outputs[0]
    shape = tuple(shape_of(made.dims))
    if len(values) == 1:
        summed = prod(values[0].dims) != prod(made.dims)
        return pointwise(step, low, 1 if summed else 0)
    if len(values) > MATRIX:
        return _chained(step, low, terms, output, values)
    data = low.data(values)
    static = next((place for place, each in enumerate(values) if not low.is_data(each)), None)
    if any(not each.rank for each in values):
        return pointwise(step, low)
    layer = Product(
        operation="Einsum",
        equation=",".join(_padded(term, each, low) for term, each in zip(terms, values, strict=True))
        + f"->{output}",
        shape=shape,
        weight=None if static is None else values[static].dims,
        weight_at=1 if static is None else static,
    )
    return Row(layer, data, weights=[] if static is None else [values[static]])


def _padded(term: str, value: Value, low: Lowering) -> str:
    """A list of numbers is seen as a vector of one sample, whose first axis needs a letter."""
    return f"_{term}" if len(term) == 1 and low.is_data(value) else term


def _chained(step: Step, low: Lowering, terms: list[str], output: str, values: list[Value]) -> Lowered:
    """Products one after the other, each a row; a letter is summed as soon as no later operand has it."""
    rows: list[Row] = []
    lengths = {
        letter: length
        for term, each in zip(terms, values, strict=True)
        for letter, length in zip(term, each.dims, strict=True)
        if length > 1
    }
    term, left = terms[0], values[0]
    for place, (right_term, right) in enumerate(zip(terms[1:], values[1:], strict=True), 2):
        later = output + "".join(terms[place:])
        kept = "".join(dict.fromkeys(each for each in term + right_term if each in later))
        kept = output if place == len(values) else kept
        made = (
            step.outputs[0]
            if place == len(values)
            else Value(left.dtype, tuple(lengths.get(each, 1) for each in kept))
        )
        operands = [left, right]
        static = next(
            (
                n
                for n, each in enumerate(operands)
                if not low.is_data(each) and each not in [row.output for row in rows]
            ),
            None,
        )
        layer = Product(
            operation="Einsum",
            equation=f"{term},{right_term}->{kept}",
            shape=tuple(shape_of(made.dims)),
            weight=None if static is None else operands[static].dims,
            weight_at=1 if static is None else static,
        )
        taken = [each for n, each in enumerate(operands) if n != static]
        rows.append(Row(layer, taken, weights=[] if static is None else [operands[static]], output=made))
        term, left = kept, made
    return rows
