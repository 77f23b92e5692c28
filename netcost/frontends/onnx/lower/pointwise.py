"""Operators on each element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, move, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules.elementwise import clip_bounds
from netcost.frontends.onnx.rules.reductions import REDUCTIONS, reduced_axes
from netcost.frontends.onnx.values import Step, Value
from netcost.layers import elementwise
from netcost.layers.activation import ReLU
from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.global_pool import GlobalAvgPool, GlobalMaxPool
from netcost.layers.layer import Layer
from netcost.layers.piecewise_linear import Abs, Hardsigmoid, Hardswish, Hardtanh
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.smooth_activation import GELU, Mish, Sigmoid, SiLU, Softplus, Softsign, Tanh
from netcost.layers.softmax import LogSoftmax, Softmax
from netcost.layers.tensor import Pointwise, Reduce

MICROSOFT = "com.microsoft:"


def pointwise(
    step: Step, low: Lowering, per_element: int = 1, operation: str = "", output: Value | None = None
) -> Row:
    """So many operations for each element of the output; learned operands are its weights."""
    output = output or step.outputs[0]
    tensors = low.operands([each for each in step.inputs if each is None or not low.is_data(each)])
    layer = Pointwise(
        operation=operation or spelled(step),
        shape=tuple(shape_of(output.dims)),
        per_element=per_element,
        operands=tuple(each.dims for each in tensors),
    )
    return Row(layer, low.data(step.inputs), weights=tensors, output=output)


def _plain(layer: Callable[[], Layer]) -> Callable[[Step], Layer]:
    def make(step: Step) -> Layer:
        del step
        return layer()

    return make


ACTIVATIONS: Mapping[str, Callable[[Step], Layer]] = {
    "Relu": _plain(ReLU),
    "Abs": _plain(Abs),
    "LeakyRelu": lambda step: LeakyReLU(slope=step.number("alpha", 0.01)),
    f"{MICROSOFT}QLinearLeakyRelu": lambda step: LeakyReLU(slope=step.number("alpha", 0.01)),
    "Elu": lambda step: ELU(alpha=step.number("alpha", 1.0)),
    "Selu": _plain(SELU),
    "Gelu": _plain(GELU),
    f"{MICROSOFT}Gelu": _plain(GELU),
    "Swish": _plain(SiLU),
    f"{MICROSOFT}QuickGelu": _plain(SiLU),
    "Mish": _plain(Mish),
    "Sigmoid": _plain(Sigmoid),
    f"{MICROSOFT}QLinearSigmoid": _plain(Sigmoid),
    "Tanh": _plain(Tanh),
    f"{MICROSOFT}QLinearTanh": _plain(Tanh),
    "Softplus": _plain(Softplus),
    "Softsign": _plain(Softsign),
    "HardSwish": _plain(Hardswish),
    "HardSigmoid": _plain(Hardsigmoid),
    "Softmax": _plain(Softmax),
    f"{MICROSOFT}QLinearSoftmax": _plain(Softmax),
    "LogSoftmax": _plain(LogSoftmax),
}


@lowers(*ACTIVATIONS)
def function(step: Step, low: Lowering) -> Lowered:
    """A function that has a layer of its own."""
    x = step.value()
    return Row(
        ACTIVATIONS[step.op](step),
        low.data([x]),
        kinds=[type(shape_of(x.dims))],
        otherwise=pointwise(step, low).layer,
    )


@lowers("Clip")
def clip(step: Step, low: Lowering) -> Lowered:
    """Numbers between two bounds: a ReLU, a ReLU that stops at 6, or a hard tanh."""
    low_bound, high_bound = clip_bounds(step)
    layer: Layer = Hardtanh()
    if low_bound == 0:
        layer = ReLU() if high_bound is None else ReLU6() if high_bound == 6 else layer  # noqa: PLR2004
    x = step.value()
    return Row(layer, low.data([x]), kinds=[type(shape_of(x.dims))], otherwise=pointwise(step, low).layer)


@lowers("PRelu")
def prelu(step: Step, low: Lowering) -> Lowered:
    """A learned slope below zero."""
    x, slope = step.value(0), step.value(1)
    row = pointwise(step, low)
    if low.is_data(slope):
        return row
    per_channel = x.rank > 1 and slope.elements == x.dims[1] > 1
    layer = PReLU(per_channel=per_channel)
    if slope.elements > 1 and not per_channel:
        return Row(
            Pointwise(operation="PRelu", shape=tuple(shape_of(x.dims)), operands=(slope.dims,)),
            low.data([x]),
            weights=[slope],
        )
    from netcost.frontends.onnx.lower import map_kind

    kind = map_kind(x.dims) or type(shape_of(x.dims))
    return Row(layer, low.data([x]), kinds=[kind], weights=[slope], otherwise=row.layer)


PAIRS: Mapping[str, type[elementwise.Elementwise]] = {
    "Add": elementwise.Add,
    "Sum": elementwise.Add,
    "Sub": elementwise.Subtract,
    "Mul": elementwise.Mul,
    "Div": elementwise.Div,
    "Max": elementwise.Maximum,
    "Min": elementwise.Minimum,
    "Mean": elementwise.Average,
    f"{MICROSOFT}QLinearAdd": elementwise.Add,
    f"{MICROSOFT}QLinearMul": elementwise.Mul,
}


@lowers(*PAIRS)
def pair(step: Step, low: Lowering) -> Lowered:
    """Tensors combined with one another, or with numbers that are learned or constant."""
    values = [step.value(0), step.value(3)] if ":" in step.op else step.present
    row = pointwise(step, low, max(1, len(values) - 1), step.op.rpartition(":QLinear")[2])
    data = low.data(values)
    output = step.outputs[0]
    if len(data) == len(values) > 1 and all(each.rank == output.rank for each in data):
        kind = type(shape_of(output.dims))
        return Row(PAIRS[step.op](), data, kinds=[kind] * len(data), otherwise=row.layer)
    if len(values) == 1:
        return values[0]
    return row


NO_ARITHMETIC = ("IsNaN", "IsInf", f"{MICROSOFT}IsAllFinite", "Where", "StringConcat")
PER_ELEMENT: Mapping[str, int] = {
    **dict.fromkeys(("Pow", "Mod", "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "BitwiseNot"), 1),
    **dict.fromkeys(
        ("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Not"), 1
    ),
    **dict.fromkeys(
        ("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Ceil", "Celu", "Cos", "Cosh", "Erf"), 1
    ),
    **dict.fromkeys(
        ("Exp", "Floor", "Log", "Neg", "Reciprocal", "Round", "Shrink", "Sign", "Sin", "Sinh"), 1
    ),
    **dict.fromkeys(
        ("Sqrt", "Tan", "ThresholdedRelu", "Bernoulli", "CumSum", "CumProd", "Det", "Multinomial"), 1
    ),
    **dict.fromkeys(("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike"), 1),
    **dict.fromkeys(("ParametricSoftplus", "ScaledTanh", "Affine", "ImageScaler", "Scale"), 2),
    **dict.fromkeys(("ai.onnx.ml:Normalizer", "ai.onnx.ml:Scaler"), 2),
    "Hardmax": 1,
    "SwiGLU": 2,
    "ai.onnx.ml:Imputer": 0,
    f"{MICROSOFT}BiasAdd": 2,
    f"{MICROSOFT}BiasSoftmax": 6,
    f"{MICROSOFT}BiasGelu": 2,
    f"{MICROSOFT}FastGelu": 1,
    f"{MICROSOFT}BiasSplitGelu": 3,
}


@lowers(*PER_ELEMENT)
def counted(step: Step, low: Lowering) -> Lowered:
    """So many operations for each element."""
    return pointwise(step, low, PER_ELEMENT[step.op])


@lowers(f"{MICROSOFT}BiasGelu", f"{MICROSOFT}FastGelu", f"{MICROSOFT}BiasAdd", f"{MICROSOFT}BiasSplitGelu")
def biased(step: Step, low: Lowering) -> Lowered:
    """A bias that is a weight of the operator, whatever its name, and a function of the sum."""
    bias = step.given(1)
    row = pointwise(
        step, low, 2 if bias is not None and step.op.endswith("FastGelu") else PER_ELEMENT[step.op]
    )
    if bias is None or low.is_data(bias):
        return row
    layer = Pointwise(
        operation=spelled(step),
        shape=tuple(shape_of(step.outputs[0].dims)),
        per_element=row.layer.per_element,  # type: ignore[attr-defined]
        operands=(bias.dims,),
    )
    return Row(layer, low.data(step.inputs), weights=[bias])


@lowers(*NO_ARITHMETIC)
def chosen(step: Step, low: Lowering) -> Lowered:
    """What looks at elements and computes nothing."""
    return Row(move(step, step.outputs[0]), low.taken(step, step.inputs))


@lowers("Cast", "CastLike", "BitCast")
def cast(step: Step, low: Lowering) -> Lowered:
    """Another element type; nothing to do where it is the same."""
    x = step.value()
    if x.dtype == step.outputs[0].dtype:
        return x
    return Row(move(step, step.outputs[0]), low.data([x]))


@lowers(
    *("Identity", "Dropout", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Optional"),
    *("OptionalGetElement", f"{MICROSOFT}QuantizeLinear", f"{MICROSOFT}DequantizeLinear"),
)
def format_only(step: Step, low: Lowering) -> Lowered:
    """The same numbers, perhaps in another format: nothing to do."""
    del low
    return step.value()


REDUCING: Mapping[str, tuple[int, int]] = {
    "ReduceL1": (2, 0),
    "ReduceL2": (2, 1),
    "ReduceLogSum": (1, 1),
    "ReduceLogSumExp": (4, 2),
    "ReduceMax": (1, 0),
    "ReduceMean": (1, 0),
    "ReduceMin": (1, 0),
    "ReduceProd": (1, 0),
    "ReduceSum": (1, 0),
    "ReduceSumSquare": (2, 0),
    "ArgMax": (1, 0),
    "ArgMin": (1, 0),
    "TopK": (1, 0),
    "SoftmaxCrossEntropyLoss": (5, 1),
    "NegativeLogLikelihoodLoss": (1, 1),
    "Det": (1, 0),
}
"""Operations for each element that goes in, and for each that comes out."""


@lowers(*REDUCING)
def reduction(step: Step, low: Lowering) -> Lowered:
    """One element for all along some axes; a pooling layer where these are the spatial ones."""
    x, output = step.value(), step.outputs[0]
    per_element, per_output = REDUCING[step.op]
    layer = Reduce(
        operation=step.op, shape=tuple(shape_of(output.dims)), per_element=per_element, per_output=per_output
    )
    data = low.data(step.inputs)
    if step.op not in REDUCTIONS:
        return Row(layer, data)
    axes = reduced_axes(step)
    if axes is None:
        return x
    return _pooled(step, x, axes, Row(layer, data))


def _pooled(step: Step, x: Value, axes: list[int], row: Row) -> Row:
    from netcost.frontends.onnx.lower import map_kind

    kind = map_kind(x.dims)
    layers: dict[str, tuple[Any, Any]] = {
        "ReduceMean": (GlobalAvgPool, AdaptiveAvgPool),
        "ReduceMax": (GlobalMaxPool, AdaptiveMaxPool),
    }
    if (
        kind is None
        or step.op not in layers
        or sorted(axes) != list(range(2, x.rank))
        or prod(x.dims[2:]) == 1
    ):
        return row
    whole, adaptive = layers[step.op]
    layer = adaptive(size=1) if step.count("keepdims", 1) else whole()
    return Row(layer, row.inputs, kinds=[kind], otherwise=row.layer)
