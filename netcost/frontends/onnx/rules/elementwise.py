"""Operators on each element: their outputs are as large as their inputs, or as those repeated to one another."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.onnx.known import BINARY, UNARY, converted, mapped, repeated
from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.schema import DTYPES
from netcost.frontends.onnx.values import MAX_KNOWN, Numbers, ShapeError, Step, Value, broadcast, out

SAME = (
    *(
        "Abs",
        "Acos",
        "Acosh",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "BitwiseNot",
        "Ceil",
        "Celu",
        "Clip",
        "Cos",
        "Cosh",
    ),
    *(
        "Elu",
        "Erf",
        "Exp",
        "Floor",
        "Gelu",
        "HardSigmoid",
        "HardSwish",
        "Hardmax",
        "LeakyRelu",
        "Log",
        "LogSoftmax",
    ),
    *(
        "Mish",
        "Neg",
        "Not",
        "Reciprocal",
        "Relu",
        "Round",
        "Selu",
        "Shrink",
        "Sigmoid",
        "Sign",
        "Sin",
        "Sinh",
    ),
    *(
        "Softmax",
        "Softplus",
        "Softsign",
        "Sqrt",
        "Swish",
        "Tan",
        "Tanh",
        "ThresholdedRelu",
        "Identity",
        "Bernoulli",
    ),
    *("LRN", "LpNormalization", "MeanVarianceNormalization", "InstanceNormalization", "GroupNormalization"),
    *(
        "RMSNormalization",
        "SimplifiedLayerNormalization",
        "CumSum",
        "CumProd",
        "Trilu",
        "ReverseSequence",
        "SwiGLU",
    ),
    *("ImageScaler", "Scale", "ParametricSoftplus", "ScaledTanh", "Affine"),
    *("ai.onnx.ml:Normalizer", "ai.onnx.ml:Scaler", "ai.onnx.ml:Imputer"),
    *(
        f"{MICROSOFT}{op}"
        for op in ("FastGelu", "BiasGelu", "Gelu", "QuickGelu", "BiasSoftmax", "BiasAdd", "GroupNorm")
    ),
    *(f"{MICROSOFT}{op}" for op in ("QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax", "Trilu")),
    *(f"{MICROSOFT}{op}" for op in ("Inverse", "QLinearTanh")),
)


@rule(*SAME)
def same(step: Step) -> Sequence[Value]:
    """An output like the first input."""
    x = step.value()
    numbers = None
    if x.numbers is not None:
        function = UNARY.get(step.op)
        numbers = (
            x.numbers if step.op == "Identity" else mapped(function, x.numbers) if function else _clip(step)
        )
    found = out(x.dims, x.dtype, _kept(numbers, x.dtype))
    return [found]


def _clip(step: Step) -> Numbers | None:
    if step.op != "Clip":
        return None
    numbers = step.value().numbers or []
    low, high = clip_bounds(step)
    if low is not None:
        numbers = [max(each, low) for each in numbers]
    return numbers if high is None else [min(each, high) for each in numbers]


def clip_bounds(step: Step) -> tuple[float | None, float | None]:
    """Between what numbers elements are cut off, where that is known; older versions have it as attributes."""
    found: list[float | None] = []
    for place, name in ((1, "min"), (2, "max")):
        bound = step.given(place)
        if bound is not None:
            found.append(bound.numbers[0] if bound.numbers else None)
        else:
            stated = step.attributes.get(name)
            found.append(stated if isinstance(stated, (int, float)) and abs(stated) < 3e38 else None)  # noqa: PLR2004
    return found[0], found[1]


def _kept(numbers: Numbers | None, dtype: str) -> Numbers | None:
    return None if numbers is None else converted(numbers, dtype)


@rule(
    *("Add", "Sub", "Mul", "Div", "Pow", "Mod", "PRelu", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"),
    *("Min", "Max", "Mean", "Sum"),
    *("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor"),
)
def combined(step: Step) -> Sequence[Value]:
    """Inputs repeated to one another."""
    values = _aligned(step)
    dims = broadcast(*values)
    dtype = "bool" if step.op in _LOGICAL else values[0].dtype
    numbers = None
    if all(each.numbers is not None for each in values) and out(dims, dtype).elements <= MAX_KNOWN:
        numbers = _combined(
            _SPELLED.get(step.op, step.op) if not step.count("fmod", 0) else "Remainder",
            [repeated(each.numbers or [], each.dims, dims) for each in values],
        )
    return [out(dims, dtype, _kept(numbers, dtype))]


_LOGICAL = {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor"}


_SPELLED = {"Sum": "Add"}


def _combined(op: str, operands: list[Numbers]) -> Numbers | None:
    function = BINARY.get(op)
    if function is None:
        return None
    found: Numbers | None = operands[0]
    for each in operands[1:]:
        found = mapped(function, found, each) if found is not None else None
    return found


def _aligned(step: Step) -> list[Value]:
    """The inputs; before version 7 the second one was laid along an axis of the first."""
    values = [step.value(place) for place in range(len(step.inputs))]
    if not values:
        raise ShapeError(f"{step.op} has no input 1")
    if step.opset < 7 and step.count("broadcast", 0) and len(values) == 2:  # noqa: PLR2004
        first, second = values
        axis = step.count("axis", first.rank - second.rank)
        behind = max(0, first.rank - (axis % max(1, first.rank)) - second.rank)
        values[1] = Value(second.dtype, second.dims + (1,) * behind, second.numbers, guessed=second.guessed)
    return values


@rule("Where")
def where(step: Step) -> Sequence[Value]:
    """One of two inputs, by a third."""
    choice, first, second = (step.value(place) for place in range(3))
    dims = broadcast(choice, first, second)
    numbers = None
    operands = [each.numbers for each in (choice, first, second)]
    if all(each is not None for each in operands) and out(dims, "bool").elements <= MAX_KNOWN:
        picked, one, other = (
            repeated(each.numbers or [], each.dims, dims) for each in (choice, first, second)
        )
        numbers = [a if chosen else b for chosen, a, b in zip(picked, one, other, strict=True)]
    return [out(dims, first.dtype, numbers)]


@rule("Cast", "CastLike", "BitCast")
def cast(step: Step) -> Sequence[Value]:
    """The same in another element type."""
    x = step.value()
    dtype = step.value(1).dtype if step.op == "CastLike" else _cast_to(step)
    numbers = None if x.numbers is None or step.op == "BitCast" else converted(x.numbers, dtype)
    return [out(x.dims, dtype, numbers)]


def _cast_to(step: Step) -> str:
    wanted = step.attributes.get("to")
    if isinstance(wanted, str):
        return _OLD_NAMES.get(wanted, wanted.lower())
    return dtype_of(step, "to", 1)


_OLD_NAMES = {"FLOAT": "float32", "DOUBLE": "float64"}


def dtype_of(step: Step, name: str, default: int) -> str:
    """An element type among the attributes.

    Raises:
        ShapeError: there is no such type.
    """
    number = step.count(name, default)
    if number not in DTYPES:
        raise ShapeError(f"{name} is {number}, which is no element type")
    return DTYPES[number]


@rule("IsNaN", "IsInf", f"{MICROSOFT}IsAllFinite")
def questions(step: Step) -> Sequence[Value]:
    """A truth value for each element."""
    return [out(step.dims(), "bool")]


@rule("QuantizeLinear", f"{MICROSOFT}QuantizeLinear")
def quantize(step: Step) -> Sequence[Value]:
    """The same as small whole numbers."""
    zero = step.given(2)
    stated = step.count("output_dtype", 0)
    dtype = zero.dtype if zero is not None else dtype_of(step, "output_dtype", stated) if stated else "uint8"
    return [out(step.dims(), dtype)]


@rule("DequantizeLinear", f"{MICROSOFT}DequantizeLinear")
def dequantize(step: Step) -> Sequence[Value]:
    """The same as numbers of the type of the scale."""
    return [out(step.dims(), step.value(1).dtype)]


@rule("DynamicQuantizeLinear")
def dynamic_quantize(step: Step) -> Sequence[Value]:
    """The same as small whole numbers, the scale and the zero, which belong to the format and are no data."""
    scale, zero = out((), "float32"), out((), "uint8")
    scale.static = zero.static = True
    return [out(step.dims(), "uint8"), scale, zero]


@rule(*(f"{MICROSOFT}{op}" for op in ("QLinearAdd", "QLinearMul")))
def quantized_pair(step: Step) -> Sequence[Value]:
    """Two inputs repeated to one another, a scale and a zero behind each."""
    first, second = step.value(0), step.value(3)
    return [out(broadcast(first, second), first.dtype)]


@rule("Dropout", f"{MICROSOFT}BiasDropout", f"{MICROSOFT}BitmaskDropout")
def dropout(step: Step) -> Sequence[Value]:
    """The input, and what was dropped."""
    x = step.value()
    return [out(x.dims, x.dtype, x.numbers), out(x.dims, "bool")]


@rule("BatchNormalization", f"{MICROSOFT}FusedBatchNormalization")
def batch_normalization(step: Step) -> Sequence[Value]:
    """The input, and the statistics of the channels."""
    x = step.value()
    channels = step.dims(1)
    return [out(x.dims, x.dtype), *(out(channels, x.dtype) for _ in range(4))]


@rule("LayerNormalization")
def layer_normalization(step: Step) -> Sequence[Value]:
    """The input, and the mean and the deviation of each place."""
    x = step.value()
    axis = step.count("axis", -1) % max(1, x.rank)
    statistics = (*x.dims[:axis], *[1] * (x.rank - axis))
    return [out(x.dims, x.dtype), out(statistics, "float32"), out(statistics, "float32")]


@rule(
    *(
        f"{MICROSOFT}{op}"
        for op in ("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "SkipGroupNorm")
    )
)
def skip_normalization(step: Step) -> Sequence[Value]:
    """The sum of two inputs, normalised; its statistics; the sum."""
    x = step.value()
    statistics = (*x.dims[:-1], 1)
    return [
        out(x.dims, x.dtype),
        out(statistics, "float32"),
        out(statistics, "float32"),
        out(x.dims, x.dtype),
    ]


@rule(f"{MICROSOFT}BiasSplitGelu")
def split_gelu(step: Step) -> Sequence[Value]:
    """Half of the features, gated by the other half."""
    x = step.value()
    step.ranked(0, 1)
    return [out((*x.dims[:-1], x.dims[-1] // 2), x.dtype)]
