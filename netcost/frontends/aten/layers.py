"""Operations that a layer of a spec stands for: norms, activations, pools, sums and products of tensors, look-ups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, prod

from netcost.frontends.aten import moves
from netcost.frontends.aten.builder import Builder, features_of, kind_at, map_of
from netcost.frontends.aten.values import Call, Value
from netcost.layers.activation import ReLU
from netcost.layers.adaptive_pool import AdaptiveAvgPool, AdaptiveMaxPool
from netcost.layers.elementwise import Add, Div, Maximum, Minimum, Mul, Subtract
from netcost.layers.embedding import Embedding, EmbeddingBag
from netcost.layers.global_pool import GlobalAvgPool
from netcost.layers.glu import GLU
from netcost.layers.layer import Layer
from netcost.layers.norm import BatchNorm, GroupNorm, InstanceNorm, LayerNorm, LayerScale, RMSNorm
from netcost.layers.operations import LAYER_NORM_OPS, RMS_NORM_OPS, SOFTMAX_OPS
from netcost.layers.piecewise_linear import Abs, Hardsigmoid, Hardswish, Hardtanh
from netcost.layers.pool import AvgPool, MaxPool
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.scale import Scale
from netcost.layers.smooth_activation import GELU, LogSigmoid, Mish, Sigmoid, SiLU, Softplus, Softsign, Tanh
from netcost.layers.softmax import LogSoftmax, Softmax
from netcost.shapes import KINDS

Rule = Callable[[Call, Builder], Value | list[Value] | None]


def of_type(layer: type[Layer]) -> Callable[[Call], Layer]:
    """Makes a layer that has no fields to set."""
    return lambda _: layer()


# Activations

ACTIVATIONS: Mapping[str, Callable[[Call], Layer]] = {
    "relu": of_type(ReLU),
    "relu6": of_type(ReLU6),
    "abs": of_type(Abs),
    "leaky_relu": lambda call: LeakyReLU(slope=call.get("negative_slope", default=0.01)),
    "elu": lambda call: ELU(alpha=call.get("alpha", default=1.0)),
    "selu": of_type(SELU),
    "gelu": of_type(GELU),
    "silu": of_type(SiLU),
    "mish": of_type(Mish),
    "sigmoid": of_type(Sigmoid),
    "log_sigmoid": of_type(LogSigmoid),
    "log_sigmoid_forward": of_type(LogSigmoid),
    "tanh": of_type(Tanh),
    "softplus": of_type(Softplus),
    "softsign": of_type(Softsign),
    "hardswish": of_type(Hardswish),
    "hardsigmoid": of_type(Hardsigmoid),
    "hardtanh": lambda call: (
        ReLU6() if (call.get("min_val", default=-1), call.get("max_val", default=1)) == (0, 6) else Hardtanh()
    ),
}


def activate(call: Call, builder: Builder) -> Value | None:
    """A function of each element."""
    source = call.tensors[0]
    if source.node is None or len(call.data) > 1:
        return None
    return builder.typed(call, ACTIVATIONS[call.operation](call), [source])


def prelu(call: Call, builder: Builder) -> Value | None:
    """A slope that is learned."""
    source, slope = call.tensors[0], call.tensors[-1]
    if source.node is None or not slope.is_learned or slope.weight in builder.owned:
        return None
    many = slope.elements > 1
    kind = (kind_at(source.shape, 1) or features_of(source.shape)) if many else None
    return builder.typed(call, PReLU(per_channel=many), [source], kinds=[kind], weights={"weight": slope})


SHARES: Mapping[str, type[Layer]] = {
    **dict.fromkeys(("softmax", "_softmax", "_safe_softmax"), Softmax),
    **dict.fromkeys(("log_softmax", "_log_softmax"), LogSoftmax),
    "glu": GLU,
}


def along_channels(call: Call, builder: Builder) -> Value | None:
    """Shares of the features, or a gate of one half of them."""
    source = call.tensors[0]
    axis = call.axes("dim", len(source.shape))[-1:]
    kind = kind_at(source.shape, axis[0]) if axis else None
    if source.node is not None and kind is not None:
        found = builder.typed(call, SHARES[call.operation](), [source], kinds=[kind])
        if found is not None:
            return found
    return None if call.operation == "glu" else moves.with_operands(call, builder, SOFTMAX_OPS)


# Norms


def _affine(call: Call) -> dict[str, Value]:
    """The learned scale and shift, as the operation has them."""
    found = {name: call.tensor(name) for name in ("weight", "bias")}
    return {name: each for name, each in found.items() if each is not None and each.is_learned}


def _is_computed(call: Call) -> bool:
    """True if data or computations decide the scale or the shift."""
    return any(each is not None and each.node for each in (call.tensor("weight"), call.tensor("bias")))


def _flags(learned: Mapping[str, Value]) -> dict[str, bool]:
    return {"affine": bool(learned), "scale": "weight" in learned, "bias": "bias" in learned}


def channel_norm(call: Call, builder: Builder) -> Value | None:
    """Batch norm or instance norm."""
    source, learned = call.tensors[0], _affine(call)
    if _is_computed(call):
        return moves.with_operands(call, builder, LAYER_NORM_OPS)
    running = call.get("running_mean") is not None and not call.flag("use_input_stats")
    kind = map_of(source.shape) or features_of(source.shape)
    made = InstanceNorm if call.operation == "instance_norm" else BatchNorm
    layer = made(**_flags(learned), running=running)
    return builder.typed(call, layer, [source], kinds=[kind], weights=learned)


def group_norm(call: Call, builder: Builder) -> Value | None:
    """Groups of channels."""
    source, learned = call.tensors[0], _affine(call)
    if _is_computed(call):
        return moves.with_operands(call, builder, LAYER_NORM_OPS)
    groups = call.whole("num_groups") or call.whole("group", 1)
    kind = map_of(source.shape) or features_of(source.shape)
    return builder.typed(
        call, GroupNorm(groups=groups, **_flags(learned)), [source], kinds=[kind], weights=learned
    ) or moves.with_operands(call, builder, LAYER_NORM_OPS)


def layer_norm(call: Call, builder: Builder) -> Value | None:
    """The features of each position; of several axes together the same in a row of its own kind."""
    source, learned = call.tensors[0], _affine(call)
    normalized = call.wholes("normalized_shape")
    if isinstance(normalized, int) and source.node is not None and not _is_computed(call):
        layer = LayerNorm(**_flags(learned))
        found = builder.typed(call, layer, [source], kinds=[features_of(source.shape)], weights=learned)
        if found is not None:
            return found
    return moves.with_operands(call, builder, LAYER_NORM_OPS)


def rms_norm(call: Call, builder: Builder) -> Value | None:
    """The same by the root of the mean square alone."""
    source, learned = call.tensors[0], _affine(call)
    is_plain = source.node is not None and not _is_computed(call)
    if isinstance(call.wholes("normalized_shape"), int) and is_plain:
        layer = RMSNorm(scale="weight" in learned)
        found = builder.typed(call, layer, [source], kinds=[features_of(source.shape)], weights=learned)
        if found is not None:
            return found
    return moves.with_operands(call, builder, RMS_NORM_OPS)


# Pools

WINDOWS: Mapping[str, type[Layer]] = {"max_pool": MaxPool, "avg_pool": AvgPool}
TO_A_SIZE: Mapping[str, type[Layer]] = {
    "adaptive_avg_pool": AdaptiveAvgPool,
    "adaptive_max_pool": AdaptiveMaxPool,
}


def window(call: Call, builder: Builder) -> Value | None:
    """A maximum or a mean of each window; of another kind of tensor as many operations for each element."""
    source = call.tensors[0]
    kind = map_of(source.shape)
    kernel = call.wholes("kernel_size", 1)
    fields = {
        "kernel": kernel,
        "stride": call.wholes("stride", kernel),
        "pad": call.wholes("padding", 0),
        "ceil": call.flag("ceil_mode"),
    }
    is_max = "max" in call.operation
    if is_max:
        fields["dilation"] = call.wholes("dilation", 1)
    rank = int(call.operation.partition("pool")[2][:1])
    layer = WINDOWS["max_pool" if is_max else "avg_pool"](**fields)
    if kind is not None and len(source.shape) == rank + 2:
        found = builder.typed(call, layer, [source], kinds=[kind])
        if found is not None:
            return found
    return moves.with_operands(call, builder, prod(kernel) if isinstance(kernel, tuple) else kernel**rank)


def to_size(call: Call, builder: Builder) -> Value | None:
    """Windows of such sizes that a certain number of them is left."""
    source = call.tensors[0]
    rank = int(call.operation.partition("pool")[2][:1])
    kind = map_of(source.shape)
    if kind is None or len(source.shape) != rank + 2:
        return None
    word = call.operation.removeprefix("_").partition("pool")[0] + "pool"
    layer = TO_A_SIZE[word](size=call.out.shape[2:])
    return builder.typed(call, layer, [source], kinds=[kind])


def mean(call: Call, builder: Builder) -> Value | None:
    """The mean over all places of a map, or over all tokens."""
    source = call.tensors[0]
    axes = call.axes("dim", len(source.shape))
    spatial = tuple(range(2, len(source.shape)))
    if source.node is None or not axes:
        return None
    if spatial and tuple(sorted(axes)) == spatial:
        kind = map_of(source.shape)
        if kind is None:
            return None
        if call.flag("keepdim"):
            return builder.typed(call, AdaptiveAvgPool(size=(1,) * len(spatial)), [source], kinds=[kind])
        return builder.typed(call, GlobalAvgPool(), [source], kinds=[kind])
    if axes == (1,) and len(source.shape) == 3 and not call.flag("keepdim"):  # noqa: PLR2004
        return builder.typed(call, GlobalAvgPool(), [source], kinds=[KINDS["sequence"]])
    return None


# Sums and products

JOINED: Mapping[str, type[Layer]] = {
    **dict.fromkeys(("add",), Add),
    **dict.fromkeys(("sub", "subtract"), Subtract),
    **dict.fromkeys(("mul", "multiply"), Mul),
    **dict.fromkeys(("div", "divide", "true_divide"), Div),
    **dict.fromkeys(("maximum", "max"), Maximum),
    **dict.fromkeys(("minimum", "min"), Minimum),
}


def join(call: Call, builder: Builder) -> Value | None:
    """Two tensors element by element, or one with a number or with what is learned."""
    first, second = call.get("self", "input"), call.get("other")
    if not isinstance(first, Value):
        return None
    if isinstance(second, Value):
        if first.node is not None and second.node is not None and len(first.shape) == len(second.shape):
            return builder.typed(call, JOINED[call.operation](), [first, second])
        return _per_channel(call, builder, first, second)
    is_number = isinstance(second, (int, float)) and not isinstance(second, bool) and isfinite(second)
    if is_number and second and first.node is not None and call.get("rounding_mode") is None:
        if call.operation in {"mul", "multiply"}:
            return builder.typed(call, Scale(by=second), [first])
        if call.operation in {"div", "divide", "true_divide"}:
            return builder.typed(call, Scale(by=1 / second), [first])
    return None


def _per_channel(call: Call, builder: Builder, first: Value, second: Value) -> Value | None:
    """A learned factor of each channel, or of all elements."""
    data, factor = (first, second) if second.is_learned else (second, first)
    is_product = call.operation in {"mul", "multiply"} and data.node is not None and factor.is_learned
    if not is_product or factor.weight in builder.owned or data.shape != call.out.shape:
        return None
    if factor.stored in {(), (1,)}:
        return builder.typed(call, Scale(), [data], weights={"weight": factor}) if factor.stored else None
    long = [
        axis for axis, length in enumerate(factor.shape, len(data.shape) - len(factor.shape)) if length > 1
    ]
    kind = kind_at(data.shape, long[0]) if len(long) == 1 else None
    if kind is None:
        return None
    return builder.typed(call, LayerScale(), [data], kinds=[kind], weights={"weight": factor})


# Look-ups


def embedding(call: Call, builder: Builder) -> Value | None:
    """A vector for each token number, however many axes these have."""
    table, indices = call.tensor("weight"), call.tensor("indices", "input")
    if table is None or indices is None or not table.is_learned or len(table.shape) != 2:  # noqa: PLR2004
        return None
    rows = (indices.shape[0] if len(indices.shape) > 1 else 1, prod(indices.shape[len(indices.shape) > 1 :]))
    tokens = indices if len(indices.shape) == 2 else builder.seen_as(indices, rows, call)  # noqa: PLR2004
    layer = Embedding(dim=table.shape[1], vocab=table.shape[0])
    return builder.typed(call, layer, [tokens], kinds=[KINDS["tokens"]], weights={"weight": table})


def embedding_bag(call: Call, builder: Builder) -> Value | None:
    """One vector for several token numbers."""
    table, indices = call.tensor("weight"), call.tensor("indices", "input")
    bags = call.out.shape[0] if call.out.shape else 0
    if table is None or indices is None or not table.is_learned or not bags or indices.elements % bags:
        return None
    tokens = builder.seen_as(indices, (bags, indices.elements // bags), call)
    mode = ("sum", "mean", "max")[min(call.whole("mode"), 2)]
    layer = EmbeddingBag(dim=table.shape[1], vocab=table.shape[0], mode=mode)
    return builder.typed(call, layer, [tokens], kinds=[KINDS["tokens"]], weights={"weight": table})


RANKS = (1, 2, 3)

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(ACTIVATIONS, activate),
    **dict.fromkeys(("prelu", "_prelu_kernel"), prelu),
    **dict.fromkeys(SHARES, along_channels),
    **dict.fromkeys(
        (
            "batch_norm",
            "native_batch_norm",
            "_native_batch_norm_legit",
            "_native_batch_norm_legit_no_training",
            "cudnn_batch_norm",
            "_batch_norm_impl_index",
            "_batch_norm_no_update",
            "instance_norm",
        ),
        channel_norm,
    ),
    **dict.fromkeys(("group_norm", "native_group_norm"), group_norm),
    **dict.fromkeys(("layer_norm", "native_layer_norm"), layer_norm),
    **dict.fromkeys(("rms_norm", "_fused_rms_norm"), rms_norm),
    **dict.fromkeys(
        (
            *(f"max_pool{rank}d" for rank in RANKS),
            *(f"max_pool{rank}d_with_indices" for rank in RANKS),
            *(f"avg_pool{rank}d" for rank in RANKS),
        ),
        window,
    ),
    **dict.fromkeys(
        (
            *(f"adaptive_avg_pool{rank}d" for rank in RANKS),
            *(f"_adaptive_avg_pool{rank}d" for rank in RANKS),
            *(f"adaptive_max_pool{rank}d" for rank in RANKS),
        ),
        to_size,
    ),
    "mean": mean,
    **dict.fromkeys(JOINED, join),
    "embedding": embedding,
    "embedding_bag": embedding_bag,
    "_embedding_bag": embedding_bag,
    "_embedding_bag_forward_only": embedding_bag,
}
