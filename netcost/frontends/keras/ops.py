"""Operations of `keras.ops` as they stand in functional models, and those of TensorFlow in models of Keras 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from netcost.frontends.keras.axes import (
    concatenate,
    expand_dims,
    get_item,
    ravel,
    reshape,
    setting,
    split,
    squeeze,
    stack,
    transpose,
)
from netcost.frontends.keras.call import Call
from netcost.frontends.keras.features import identity
from netcost.frontends.keras.functions import SINGLE, TYPED, activate
from netcost.frontends.keras.merging import LETTERS, product
from netcost.frontends.layouts import Dims, Held, broadcast, in_order, shown
from netcost.layers.elementwise import Add, Div, Elementwise, Maximum, Minimum, Mul, Subtract
from netcost.layers.matmul import MatMul
from netcost.layers.tensor import Move, Pointwise, Reduce

COMBINING: Mapping[str, type[Elementwise]] = {
    "Add": Add,
    "Subtract": Subtract,
    "Multiply": Mul,
    "Divide": Div,
    "TrueDivide": Div,
    "Maximum": Maximum,
    "Minimum": Minimum,
}

POINTWISE = (
    *(
        "Absolute",
        "Abs",
        "Fabs",
        "Arccos",
        "Arccosh",
        "Arcsin",
        "Arcsinh",
        "Arctan",
        "Arctanh",
        "Cbrt",
        "Ceil",
    ),
    *("Clip", "Cos", "Cosh", "Exp", "Exp2", "Expm1", "Floor", "Isfinite", "Isinf", "Isnan", "Log", "Log10"),
    *("Log1p", "Log2", "LogicalNot", "NanToNum", "Negative", "Reciprocal", "Round", "Sign", "Sin", "Sinh"),
    *("Sqrt", "Square", "Tan", "Trunc", "Rsqrt", "Erf", "Erfc", "Erfinv", "BitwiseNot", "Cumsum", "Cumprod"),
    *("Power", "Mod", "Fmod", "FloorDivide", "DivideNoNan", "Arctan2", "Logaddexp", "Hypot", "Equal"),
    *("NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd", "LogicalOr", "LogicalXor"),
    *("BitwiseAnd", "BitwiseOr", "BitwiseXor", "Where", "Heaviside", "Fmax", "Fmin", "Isclose"),
)
"""One operation for each element that comes out."""

REDUCING: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("Mean", "Sum", "Max", "Min", "Amax", "Amin", "Prod", "Any", "All"), (1, 0)),
    **dict.fromkeys(("Argmax", "Argmin", "CountNonzero"), (1, 0)),
    "Var": (4, 0),
    "Std": (4, 1),
    "Logsumexp": (3, 2),
    "Norm": (2, 1),
}
"""Operations for each element that goes in, and for each that comes out."""

MOVING = (
    *(
        "Append",
        "BroadcastTo",
        "Diagonal",
        "Flip",
        "Fliplr",
        "Flipud",
        "Hstack",
        "Moveaxis",
        "Pad",
        "PadImages",
    ),
    *(
        "Repeat",
        "Roll",
        "Rot90",
        "Slice",
        "Stack",
        "Swapaxes",
        "Take",
        "TakeAlongAxis",
        "Tile",
        "Tril",
        "Triu",
    ),
    *("Vstack", "OneHot", "MultiHot", "ZerosLike", "OnesLike", "FullLike", "DepthToSpace", "SpaceToDepth"),
    *("CropImages", "Unfold", "ExtractPatches", "Meshgrid", "Unstack", "ArraySplit", "Hsplit", "Vsplit"),
)
"""No arithmetic; what comes out is as the config tells of it, or as large as what goes in."""

SAME_SHAPE = ("Flip", "Fliplr", "Flipud", "Roll", "Tril", "Triu", "ZerosLike", "OnesLike", "FullLike")
HANDING_ON = ("Cast", "SaturateCast", "StopGradient", "Copy", "ConvertToTensor", "Identity", "Array", "View")


def constant_shape(value: object) -> Dims | None:
    """The lengths of a constant in arguments; nothing where it is none."""
    if isinstance(value, Mapping):
        config = value.get("config")
        return constant_shape(config.get("value")) if isinstance(config, Mapping) else None
    dims = []
    while isinstance(value, (list, tuple)) and not isinstance(value, Held):
        dims.append(len(value))
        if not value:
            return tuple(dims)
        value = value[0]
    return tuple(dims) if isinstance(value, (int, float)) else None


def pointwise(call: Call) -> Held:
    """One operation for each element, of one tensor or of several with NumPy's repetition."""
    kind = COMBINING.get(call.layer.kind)
    operands = [each for each in (*call.args, *call.kwargs.values()) if each is not None]
    tensors = call.tensors
    dims: Dims | None = call.x.dims
    for each in operands:
        shape = each.dims if isinstance(each, Held) else constant_shape(each)
        dims = broadcast(dims or (), shape) if shape is not None and dims is not None else dims
    if dims is None:
        call.fail(
            f"{call.layer.kind} cannot combine {' and '.join(shown(each.dims) for each in tensors[:4])}"
        )
    equal = len({each.rank for each in tensors}) == 1 and len(dims) == call.x.rank > 1
    if not equal:
        return call.raw(Pointwise, [call.as_it_is(each) for each in tensors], dims)
    edges, layout = call.alike(*tensors)
    if kind and len(tensors) == 2:  # noqa: PLR2004
        return call.put(call.make(kind), edges, layout.order)
    return call.raw(Pointwise, edges, dims, layout=layout)


def activated(call: Call) -> Held:
    """An activation."""
    return activate(call, call.x, call.layer.kind)


def reducing(call: Call) -> Held:
    """Combine all elements along some axes."""
    x = call.x
    axis = setting(call, "axis", 1)
    axes = tuple(range(x.rank)) if axis is None else call.axes(axis, x.rank)
    if setting(call, "keepdims") is True:
        dims = tuple(1 if at in axes else length for at, length in enumerate(x.dims))
    else:
        dims = tuple(length for at, length in enumerate(x.dims) if at not in axes)
    each, out = REDUCING[call.layer.kind]
    return call.raw(Reduce, [call.as_it_is(x)], dims, per_element=each, per_output=out)


def moving(call: Call) -> Sequence[Held]:
    """Move elements; the outputs that something takes in are rows."""
    found = []
    for place in range(max(call.used, default=0) + 1):
        dims = call.told(place)
        if dims is None and call.layer.kind in SAME_SHAPE:
            dims = call.x.dims
        if dims is None and place in call.used:
            call.fail(f"nothing tells the shape that {call.layer.kind} puts out")
        suffix = f"part{place}" if len(call.used) > 1 or place else ""
        edges = [call.as_it_is(each) for each in call.tensors]
        found.append(call.raw(Move, edges, dims, suffix) if dims and place in call.used else call.x)
    return found


def matmul(call: Call) -> Held:
    """`Matmul` of two tensors."""
    left, right = _pair(call)
    if left.rank == right.rank == 3:  # noqa: PLR2004
        return call.put(call.make(MatMul), [call.plain(left), call.plain(right)], in_order(3))
    if min(left.rank, right.rank) < 2:  # noqa: PLR2004
        call.fail(f"{call.layer.kind} needs matrices, got {shown(left.dims)} and {shown(right.dims)}")
    leading = broadcast(left.dims[:-2], right.dims[:-2])
    if leading is None or left.dims[-1] != right.dims[-2] or len(leading) > len(LETTERS) - 4:
        call.fail(f"{call.layer.kind} cannot multiply {shown(left.dims)} by {shown(right.dims)}")
    shared = list(LETTERS[: len(leading)])
    row, inner, column = "XYZ"
    terms = [
        [*shared[len(shared) - left.rank + 2 :], row, inner],
        [*shared[len(shared) - right.rank + 2 :], inner, column],
    ]
    dims = (*leading, left.dims[-2], right.dims[-1])
    return product(call, (left, right), terms, [*shared, row, column], dims)


def einsum(call: Call) -> Held | Sequence[Held] | None:
    """`Einsum` of two tensors; any other is not known."""
    equation = str(setting(call, "subscripts", 0)).replace(" ", "")
    left, _, out = equation.partition("->")
    terms = left.split(",")
    letters_only = all(
        term.isalpha() and len(set(term)) == len(term) for term in [*terms, *([out] if out else [])]
    )
    if len(terms) != 2 or len(call.tensors) != 2 or not letters_only:  # noqa: PLR2004
        return None
    pair = _pair(call)
    if any(len(term) != each.rank for term, each in zip(terms, pair, strict=True)):
        call.fail(f"`{equation[:60]}` does not fit {shown(pair[0].dims)} and {shown(pair[1].dims)}")
    lengths: dict[str, int] = {}
    for term, each in zip(terms, pair, strict=True):
        for letter, length in zip(term, each.dims, strict=True):
            lengths[letter] = max(length, lengths.get(letter, 1))
    if any(letter not in lengths for letter in out):
        call.fail(f"`{equation[:60]}` puts out a letter that no operand has")
    return product(call, pair, [list(each) for each in terms], list(out), [lengths[each] for each in out])


def _pair(call: Call) -> tuple[Held, Held]:
    if len(call.tensors) != 2:  # noqa: PLR2004
        call.fail(
            f"{call.layer.kind} of a tensor and a constant is not read", "keep the matrix as a layer's weight"
        )
    return call.tensors[0], call.tensors[1]


Rule = Callable[[Call], Any]

OPS: Mapping[str, Rule] = {
    **dict.fromkeys(POINTWISE, pointwise),
    **dict.fromkeys(COMBINING, pointwise),
    **dict.fromkeys(REDUCING, reducing),
    **dict.fromkeys(MOVING, moving),
    **dict.fromkeys(HANDING_ON, identity),
    "Reshape": reshape,
    "ExpandDims": expand_dims,
    "Squeeze": squeeze,
    "Ravel": ravel,
    "Transpose": transpose,
    "Concatenate": concatenate,
    "Split": split,
    "GetItem": get_item,
    "Matmul": matmul,
    "Einsum": einsum,
    "Stack": stack,
}

SMALL: Mapping[str, str] = {name.lower(): name for name in OPS}
TENSORFLOW: Mapping[str, str] = {
    "addv2": "Add",
    "biasadd": "Add",
    "sub": "Subtract",
    "mul": "Multiply",
    "truediv": "Divide",
    "realdiv": "Divide",
    "div": "Divide",
    "pow": "Power",
    "concat": "Concatenate",
    "concatv2": "Concatenate",
    "reducemean": "Mean",
    "reducesum": "Sum",
    "reducemax": "Max",
    "reducemin": "Min",
    "reduceprod": "Prod",
    "clipbyvalue": "Clip",
    "getitem": "GetItem",
    "neg": "Negative",
    "batchmatmulv2": "Matmul",
    "reducestd": "Std",
    "reducevariance": "Var",
    "floordiv": "FloorDivide",
    "rdiv": "Divide",
}
"""What TensorFlow calls them, in small letters without underscores."""


def operation_rule(name: str) -> tuple[str, Rule] | None:
    """The rule of an operation, and what `keras.ops` calls it."""
    if name in OPS:
        return name, OPS[name]
    small = name.rpartition(".")[2].replace("_", "").lower()
    if small in TYPED or small in SINGLE:
        return name.rpartition(".")[2], activated
    known = TENSORFLOW.get(small) or SMALL.get(small)
    return (known, OPS[known]) if known else None
