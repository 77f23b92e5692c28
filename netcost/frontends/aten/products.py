"""Products of matrices and vectors, by their axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netcost.frontends.aten import moves
from netcost.frontends.aten.builder import Builder, features_of
from netcost.frontends.aten.convolutions import plus
from netcost.frontends.aten.values import Call, Meta, Value
from netcost.frontends.graph import shape_of
from netcost.layers.filtered import Filtered
from netcost.layers.linear import Linear
from netcost.layers.matmul import MatMul
from netcost.layers.tensor import Product

Rule = Callable[[Call, Builder], Value | list[Value] | None]
LETTERS = "abcdefghijklmnopqrstuvwxyABCDEFGHIJKLMNOPQRSTUVWXY"
LIFTED = "Z"
"""The axis of length one that a list has as a layer sees it."""


def linear(call: Call, builder: Builder) -> Value | None:
    """A learned matrix over the last axis; one that is computed is an operand."""
    source, weight, bias = call.tensor("input"), call.tensor("weight"), call.tensor("bias")
    if source is None or weight is None:
        return None
    return _multiplied(call, builder, source, weight, bias, turned=True)


def addmm(call: Call, builder: Builder) -> Value | None:
    """A product of matrices and what is added to it."""
    left, right, bias = (
        call.tensor("mat1", "batch1"),
        call.tensor("mat2", "batch2"),
        call.tensor("self", "input"),
    )
    if left is None or right is None:
        return None
    return _multiplied(call, builder, left, right, bias)


def matmul(call: Call, builder: Builder) -> Value | None:
    """A product of matrices."""
    tensors = call.tensors
    if len(tensors) != 2:  # noqa: PLR2004
        return None
    return _multiplied(call, builder, tensors[0], tensors[1], None)


def _multiplied(
    call: Call, builder: Builder, left: Value, right: Value, bias: Value | None, *, turned: bool = False
) -> Value | None:
    is_matrix = len(right.shape) == 2 and not left.is_learned and len(left.shape) > 0  # noqa: PLR2004
    if is_matrix and right.node is None and (left.node is not None or right.is_learned):
        own = bias is not None and bias.is_learned and bias.shape == call.out.shape[-1:] and right.is_learned
        layer = Linear(units=right.shape[0 if turned else 1], bias=own, learned=right.is_learned)
        weights = {"weight": right, **({"bias": bias} if own else {})} if right.is_learned else {}
        found = builder.typed(call, layer, [left], kinds=[features_of(left.shape)], weights=weights)
        if found is not None:
            return found if own or bias is None else plus(call, builder, found, bias)
    found = None
    if not turned and left.node and right.node and len(left.shape) == len(right.shape) >= 3:  # noqa: PLR2004
        kinds = [features_of(left.shape), features_of(right.shape)]
        found = builder.typed(call, MatMul(), [left, right], kinds=kinds)
    if found is None:
        found = product(
            call, builder, matmul_equation(len(left.shape), len(right.shape), turned=turned), left, right
        )
    return plus(call, builder, found, bias) if found is not None else None


def matmul_equation(left: int, right: int, *, turned: bool = False) -> str:
    """The axes of a product of matrices or vectors, by the numbers of axes of both."""
    batch = LETTERS[: max(left, right, 2) - 2]
    first = (batch[len(batch) - max(left - 2, 0) :] + "y" + "x")[-left:] if left > 1 else "x"
    second = (batch[len(batch) - max(right - 2, 0) :] if right > 2 else "") + ("wx" if turned else "xw")  # noqa: PLR2004
    if right == 1:
        second = "x"
    out = batch + ("y" if left > 1 else "") + ("w" if right > 1 else "")
    return f"{first},{second}->{out}"


def product(call: Call, builder: Builder, equation: str, left: Value, right: Value) -> Value | None:
    """A raw product; an operand that is learned belongs to it."""
    terms, _, out = equation.partition("->")
    sides = [
        (LIFTED * (2 - len(each.shape)) + term, each)
        for term, each in zip(terms.split(","), (left, right), strict=True)
    ]
    if any(len(term) != max(len(each.shape), 2) for term, each in sides):
        return None
    learned = [
        place for place, (_, each) in enumerate(sides) if each.is_learned and each.weight not in builder.owned
    ]
    at = learned[-1] if learned and any(each.node for _, each in sides) else None
    layer = Product(
        operation=call.operation,
        equation=f"{sides[0][0]},{sides[1][0]}->{out}",
        shape=moves.stated(call.out.shape),
        weight=tuple(shape_of(sides[at][1].shape)) if at is not None else None,
        weight_at=1 if at is None else at,
    )
    inputs = [each for place, (_, each) in enumerate(sides) if place != at]
    weights = {} if at is None else {"weight": sides[at][1]}
    return builder.typed(call, layer, inputs, weights=weights)


def einsum(call: Call, builder: Builder) -> Value | None:
    """A product by the letters of its axes; dots and repeated letters are left to others."""
    equation, tensors = call.get("equation"), call.tensors
    if not isinstance(equation, str) or len(tensors) != 2:  # noqa: PLR2004
        return None
    terms, arrow, out = equation.replace(" ", "").partition("->")
    sides = terms.split(",")
    bare = [term.replace("...", "") for term in sides]
    if len(sides) != len(tensors) or any(len(set(term)) != len(term) for term in bare):
        return None
    if "..." in equation:
        return _dotted(call, builder, sides, out if arrow else None, tensors)
    if not arrow:
        out = "".join(sorted(letter for letter in set(terms) - {","} if terms.count(letter) == 1))
    return product(call, builder, f"{','.join(sides)}->{out}", *tensors)


def _dotted(
    call: Call, builder: Builder, sides: list[str], out: str | None, tensors: list[Value]
) -> Value | None:
    """An einsum in which dots stand for axes in front."""
    free = [letter for letter in LETTERS if letter not in "".join(sides)]
    counts = [
        len(each.shape) - len(term.replace("...", "")) if "..." in term else 0
        for term, each in zip(sides, tensors, strict=True)
    ]
    if out is None or min(counts) < 0:
        return None
    names = "".join(free[: max(counts)])
    sides = [
        term.replace("...", names[len(names) - count :]) for term, count in zip(sides, counts, strict=True)
    ]
    return product(call, builder, f"{','.join(sides)}->{out.replace('...', names)}", *tensors)


def grouped(call: Call, builder: Builder) -> Value | None:
    """Rows that are sorted into groups, each by the matrix of its group: as many MACs as by one of them."""
    rows, matrices = call.tensor("self"), call.tensor("mat2")
    if rows is None or matrices is None or len(rows.shape) != 2 or len(matrices.shape) != 3:  # noqa: PLR2004
        return None
    layer = Filtered(operation="grouped_mm", shape=moves.stated(call.out.shape), taps=rows.shape[-1])
    ends = call.tensor("offs")
    return builder.add(call, layer, [rows, matrices, *([ends] if ends and not ends.is_fixed else [])])


def outer(call: Call, builder: Builder) -> Value | None:
    """Each of one list by each of another."""
    tensors = call.tensors
    return product(call, builder, "a,b->ab", *tensors) if len(tensors) == 2 else None  # noqa: PLR2004


def bilinear(call: Call, builder: Builder) -> Value | None:
    """A learned product of two tensors: for each output a matrix between them."""
    first, second = call.tensor("input1", "i1"), call.tensor("input2", "i3")
    weight = call.tensor("weight", "i2")
    bias = call.tensor("bias")
    if first is None or second is None or weight is None or len(weight.shape) != 3:  # noqa: PLR2004
        return None
    units, _, right = weight.shape
    middle = Meta((*first.shape[:-1], units, right), call.out.dtype)
    axes = LETTERS[: len(first.shape) - 1]
    once = Call("bilinear", {"input": first, "weight": weight}, [middle], call.name, call.place)
    found = product(once, builder, f"{axes}x,wxy->{axes}wy", first, weight)
    if found is None:
        return None
    again = Call(
        "bilinear", {"input": found, "other": second}, call.outputs[:1], f"{call.name}.second", call.place
    )
    result = product(again, builder, f"{axes}wy,{axes}y->{axes}w", found, second)
    return plus(call, builder, result, bias) if result is not None else None


RULES: Mapping[str, Rule] = {
    "linear": linear,
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), addmm),
    **dict.fromkeys(("mm", "bmm", "matmul", "mv", "dot", "vdot", "linalg_matmul", "_sparse_mm"), matmul),
    "einsum": einsum,
    **dict.fromkeys(("outer", "ger"), outer),
    **dict.fromkeys(("bilinear", "_trilinear"), bilinear),
    "_grouped_mm": grouped,
}
