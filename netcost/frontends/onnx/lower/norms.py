"""Normalisations."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, features_last, lowers, map_kind, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import MICROSOFT
from netcost.frontends.onnx.values import Step, Value
from netcost.layers import norm
from netcost.layers.elementwise import Add
from netcost.layers.layer import Layer
from netcost.layers.operations import LAYER_NORM_OPS, RMS_NORM_OPS
from netcost.layers.tensor import Pointwise


def _weights(low: Lowering, *values: Value | None) -> list[Value]:
    """Those that are given and do not depend on data."""
    return [each for each in values if each is not None and not low.is_data(each)]


def _plain(step: Step, output: Value, weights: Sequence[Value], per_element: int) -> Pointwise:
    return Pointwise(
        operation=spelled(step),
        shape=tuple(shape_of(output.dims)),
        per_element=per_element,
        operands=tuple(each.dims for each in weights),
    )


@lowers("BatchNormalization", f"{MICROSOFT}FusedBatchNormalization")
def batch_norm(step: Step, low: Lowering) -> Lowered:
    """Batch normalisation."""
    x, output = step.value(), step.outputs[0]
    weights = _weights(low, step.given(1), step.given(2))
    kind = map_kind(x.dims) or features_last(x.dims)
    return Row(
        norm.BatchNorm(),
        low.data([x]),
        kinds=[kind],
        weights=weights,
        otherwise=_plain(step, output, weights, 2),
    )


@lowers("InstanceNormalization")
def instance_norm(step: Step, low: Lowering) -> Lowered:
    """Normalisation of each channel of each sample."""
    x, output = step.value(), step.outputs[0]
    weights = _weights(low, step.given(1), step.given(2))
    constant = [each for each in weights if not each.sources]
    layer = norm.InstanceNorm(affine=not constant)
    return Row(
        layer,
        low.data([x]),
        kinds=[map_kind(x.dims)],
        weights=[] if constant else weights,
        otherwise=_plain(step, output, weights, LAYER_NORM_OPS),
    )


@lowers("GroupNormalization", f"{MICROSOFT}GroupNorm")
def group_norm(step: Step, low: Lowering) -> Lowered:
    """Normalisation of groups of channels of each sample."""
    x, output = step.value(), step.outputs[0]
    weights = _weights(low, step.given(1), step.given(2))
    groups = step.count("num_groups", step.count("groups", 1))
    plain = _plain(step, output, weights, LAYER_NORM_OPS + (step.count("activation", 0) > 0))
    ours = step.op == "GroupNormalization" and all(each.elements == x.dims[1] for each in weights)
    layer: Layer = norm.GroupNorm(groups=max(1, groups)) if ours else plain
    return Row(
        layer, low.data([x]), kinds=[map_kind(x.dims)] if ours else [], weights=weights, otherwise=plain
    )


@lowers("LayerNormalization", "SimplifiedLayerNormalization", "RMSNormalization")
def layer_norm(step: Step, low: Lowering) -> Lowered:
    """Normalisation of the last axes at each position."""
    x = step.value()
    weights = _weights(low, step.given(1), step.given(2))
    return normalised(step, low, x, weights, step.outputs[0])


def normalised(step: Step, low: Lowering, x: Value, weights: Sequence[Value], output: Value) -> Row:
    """A layer norm, or one that only scales; over several axes it has no layer of its own."""
    simple = "LayerNorm" not in step.op or "Simplified" in step.op
    plain = _plain(step, output, weights, RMS_NORM_OPS if simple else LAYER_NORM_OPS)
    last = step.count("axis", -1) in {-1, x.rank - 1} if "Skip" not in step.op else True
    kinds = [features_last(x.dims)]
    if not last or any(each.elements != x.dims[-1] for each in weights):
        return Row(plain, [x], weights=weights, output=output)
    layer: Layer
    if simple:
        layer = norm.RMSNorm(scale=bool(weights)) if len(weights) < 2 else plain  # noqa: PLR2004
    else:
        layer = norm.LayerNorm(affine=bool(weights), bias=len(weights) > 1)
    return Row(
        layer,
        [x] if low.is_data(x) or "Skip" in step.op else [],
        kinds=kinds,
        weights=weights,
        output=output,
        otherwise=plain,
    )


@lowers(
    *(
        f"{MICROSOFT}{op}"
        for op in ("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "SkipGroupNorm")
    )
)
def skip_norm(step: Step, low: Lowering) -> Lowered:
    """The sum of two inputs, and of a bias, and its normalisation: two rows."""
    x, output = step.value(), step.outputs[0]
    simple = "Simplified" in step.op
    bias = step.given(3 if simple else 4)
    weights = _weights(low, step.given(2), None if simple else step.given(3))
    both = low.taken(step, [x, step.given(1)])
    summed = step.outputs[3] if len(step.outputs) > 3 else Value(x.dtype, x.dims)  # noqa: PLR2004
    biases = _weights(low, bias)
    added: Layer = Pointwise(
        operation="SkipAdd",
        shape=tuple(shape_of(x.dims)),
        per_element=1 + len(biases),
        operands=tuple(each.dims for each in biases),
    )
    if not biases and len(both) == 2 and both[0].dims == both[1].dims:  # noqa: PLR2004
        added = Add()
    rows = [Row(added, both, kinds=[features_last(x.dims)] * len(both), weights=biases, output=summed)]
    if isinstance(added, Pointwise):
        rows[0].kinds = ()
    return [*rows, normalised(step, low, summed, weights, output)]


@lowers("LRN")
def local_response(step: Step, low: Lowering) -> Lowered:
    """Division by neighbours in the channels."""
    x = step.value()
    size = max(1, step.count("size", 1))
    plain = _plain(step, step.outputs[0], [], 2 * size + 3)
    return Row(norm.LocalResponseNorm(size=size), low.data([x]), kinds=[map_kind(x.dims)], otherwise=plain)


@lowers("LpNormalization", "MeanVarianceNormalization")
def plain_norm(step: Step, low: Lowering) -> Lowered:
    """Division by a length, or by mean and deviation, without weights."""
    per_element = 3 if step.op == "LpNormalization" else LAYER_NORM_OPS - 2
    return Row(_plain(step, step.outputs[0], [], per_element), low.data(step.inputs[:1]))


@lowers(f"{MICROSOFT}EmbedLayerNormalization", f"{MICROSOFT}QEmbedLayerNormalization")
def embedded(step: Step, low: Lowering) -> Lowered:
    """Vectors of words, positions and segments, added and normalised: a row for the sum, one for the norm."""
    output = step.outputs[0]
    tables = _weights(low, *(step.given(place) for place in (2, 3, 4)))
    summed = step.outputs[2] if len(step.outputs) > 2 else Value(output.dtype, output.dims)  # noqa: PLR2004
    looked_up = Pointwise(
        operation="Embed",
        shape=tuple(shape_of(output.dims)),
        per_element=max(0, len(tables) - 1),
        operands=tuple(each.dims for each in tables),
    )
    weights = _weights(low, step.given(5), step.given(6))
    return [
        Row(looked_up, low.data(step.inputs[:2]), weights=tables, output=summed),
        Row(norm.LayerNorm(), [summed], weights=weights, output=output),
    ]
