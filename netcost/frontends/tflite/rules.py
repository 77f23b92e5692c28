"""The rule of each operator; one without a rule is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from netcost.frontends.layouts import Dims, Held, Layout, broadcast, in_order, letters_of, map_layout, usual_layout
from netcost.frontends.tflite.file import OTHER
from netcost.frontends.tflite.lower import Call, Rule
from netcost.layers.activation import (
    ELU,
    GELU,
    Abs,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSoftmax,
    PReLU,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
    Tanh,
)
from netcost.layers.concat import Concat
from netcost.layers.conv import Conv, ConvTranspose, DepthwiseConv
from netcost.layers.elementwise import Add, Div, Elementwise, Maximum, Minimum, Mul, Subtract
from netcost.layers.embedding import Embedding
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.matmul import MatMul
from netcost.layers.norm import LocalResponseNorm
from netcost.layers.operations import UNIT_OPS
from netcost.layers.pool import AdaptiveAvgPool, AvgPool, GlobalAvgPool, LPPool, MaxPool
from netcost.layers.resize import Pad, PixelShuffle, Upsample
from netcost.layers.tensor import Move, Pointwise, Product, RawRecurrent, Reduce
from netcost.shapes import Image, Sequence, Tokens, Vector

PADS = {0: "same", 1: "valid"}
IMAGE = map_layout(4, last=True)
VOLUME = map_layout(5, last=True)
LETTERS = "bcdefghijklmnopqrstuvw"

# Convolutions and products


def _groups(channels: int, filters: int) -> int:
    return max(channels // max(filters, 1), 1)


def convolution(call: Call) -> Held | None:
    """`CONV_2D`: filters of (out, height, width, in / groups)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != 4 or call.x().rank != 4:  # noqa: PLR2004
        return None
    filters, height, width, channels = weight.dims
    layer = call.make(
        Conv,
        filters=filters,
        kernel=(height, width),
        stride=(call.operator.option(2), call.operator.option(1)),
        dilation=(call.operator.option(5, default=1), call.operator.option(4, default=1)),
        pad=PADS.get(call.operator.option(0, "int8"), "valid"),
        groups=_groups(call.x().dims[3], channels),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (1, 2), 3)


def depthwise(call: Call) -> Held | None:
    """`DEPTHWISE_CONV_2D`: filters of (1, height, width, channels * multiplier)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != 4 or call.x().rank != 4:  # noqa: PLR2004
        return None
    _, height, width, filters = weight.dims
    layer = call.make(
        DepthwiseConv,
        kernel=(height, width),
        stride=(call.operator.option(2), call.operator.option(1)),
        dilation=(call.operator.option(6, default=1), call.operator.option(5, default=1)),
        pad=PADS.get(call.operator.option(0, "int8"), "valid"),
        multiplier=_groups(filters, call.x().dims[3]),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (1, 2), 4)


def transposed(call: Call) -> Held | None:
    """`TRANSPOSE_CONV`: filters of (out, height, width, in); the size comes with them."""
    weight = call.constant(1)
    return None if weight is None else _spread(call, weight.dims, (call.operator.option(2), call.operator.option(1)), 2)


def _spread(call: Call, weight: Dims, strides: Dims, place: int) -> Held | None:
    """A transposed convolution that gives the size that the file states."""
    x = call.x(place)
    rank = len(strides)
    if len(weight) != rank + 2 or x.rank != rank + 2 or len(call.out) != rank + 2 or min(strides) < 1:
        return None
    sizes = zip(x.dims[1:-1], weight[1:-1] if rank == 2 else weight[:-2], strides, call.out[1:-1], strict=True)  # noqa: PLR2004
    surplus = [(size - 1) * stride + kernel - out for size, kernel, stride, out in sizes]
    layer = call.make(
        ConvTranspose,
        filters=call.out[-1],
        kernel=weight[1:-1] if rank == 2 else weight[:-2],  # noqa: PLR2004
        stride=strides,
        pad=[(max(each, 0) // 2, max(each, 0) - max(each, 0) // 2) for each in surplus],
        output_pad=tuple(max(-each, 0) for each in surplus),
        bias=call.has(place + 1),
    )
    order = map_layout(rank + 2, last=True).order
    return call.typed(layer, [call.as_it_is(x)], order, (1, place + 1), 3 if rank == 2 else 4)  # noqa: PLR2004


def convolution_3d(call: Call) -> Held | None:
    """`CONV_3D`: filters of (depth, height, width, in / groups, out)."""
    weight = call.constant(1)
    if weight is None or len(weight.dims) != 5 or call.x().rank != 5:  # noqa: PLR2004
        return None
    option = call.operator.option
    layer = call.make(
        Conv,
        filters=weight.dims[4],
        kernel=weight.dims[:3],
        stride=(option(1), option(3), option(2)),
        dilation=(option(5, default=1), option(7, default=1), option(6, default=1)),
        pad=PADS.get(option(0, "int8"), "valid"),
        groups=_groups(call.x().dims[4], weight.dims[3]),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(call.x())], VOLUME.order, (1, 2), 4)


def transposed_3d(call: Call) -> Held | None:
    """`CONV_3D_TRANSPOSE`: filters of (depth, height, width, out, in)."""
    weight, option = call.constant(1), call.operator.option
    return None if weight is None else _spread(call, weight.dims, (option(1), option(3), option(2)), 2)


def with_bias(call: Call) -> Held | None:
    """MediaPipe's transposed convolution with a bias: `same`, with the strides in options of its own."""
    weight, x = call.constant(1), call.x()
    if weight is None or len(weight.dims) != 4 or x.rank != 4 or len(call.out) != 4:  # noqa: PLR2004
        return None
    strides = tuple(max(out // size, 1) for out, size in zip(call.out[1:3], x.dims[1:3], strict=True))
    surplus = [
        (size - 1) * stride + kernel - out
        for size, kernel, stride, out in zip(x.dims[1:3], weight.dims[1:3], strides, call.out[1:3], strict=True)
    ]
    layer = call.make(
        ConvTranspose,
        filters=weight.dims[0],
        kernel=weight.dims[1:3],
        stride=strides,
        pad=[(max(each, 0) // 2, max(each, 0) - max(each, 0) // 2) for each in surplus],
        output_pad=tuple(max(-each, 0) for each in surplus),
        bias=call.has(2),
    )
    return call.typed(layer, [call.as_it_is(x)], IMAGE.order, (1, 2))


def dense(call: Call) -> Held | None:
    """`FULLY_CONNECTED`: a matrix of (units, inputs) for each row of the input."""
    weight, x = call.constant(1), call.x()
    if weight is None or len(weight.dims) != 2:  # noqa: PLR2004
        return None
    units, inputs = weight.dims
    if inputs < 1 or prod(x.dims) % inputs:
        return None
    layer = call.make(Linear, units=units, bias=call.has(2))
    if call.out == (*x.dims[:-1], units) and x.dims[-1] == inputs:
        if isinstance(x.node.output, Image):
            layer = call.make(Conv, filters=units, kernel=1, bias=call.has(2))  # type: ignore[assignment]
        return call.typed(layer, [call.as_it_is(x)], x.order, (1, 2), 0)
    rows = (prod(x.dims) // inputs, inputs)
    flat = x
    if x.dims != rows:
        flat = call.raw(Move, [call.as_it_is(x)], rows, "rows", operation="Reshape", view=True)
    if prod(call.out) != rows[0] * units or layer is None:
        return None
    node = call.row(layer, [(flat.node, None)], "", (1, 2))
    held = call.activated(Held(node, (0, 1), (rows[0], units)), 0)
    if held.dims == call.out:
        return held
    return call.raw(Move, [(held.node, None)], call.out, "rows_back", operation="Reshape", view=True)


def matrices(call: Call) -> Held | None:
    """`BATCH_MATMUL`, of two tensors or of one and a constant, each of them turned where the options say so."""
    turned = [bool(call.operator.option(field, "bool")) for field in (0, 1)]
    known = [call.constant(place) for place in (0, 1)]
    dims = [each.dims if each else call.x(place).dims for place, each in enumerate(known)]
    if min(map(len, dims)) < 2 or all(known) or len(call.out) > len(LETTERS):  # noqa: PLR2004
        return None
    shared = LETTERS[: len(call.out) - 2]
    pairs = [("Y", "X") if turned[0] else ("X", "Y"), ("Z", "Y") if turned[1] else ("Y", "Z")]
    terms = [[*shared[len(shared) + 2 - len(each) :], *pair] for each, pair in zip(dims, pairs, strict=True)]
    if not any(known) and len(call.out) == 3 == len(dims[0]) == len(dims[1]) and not turned[0]:  # noqa: PLR2004
        plain = [call.as_it_is(call.x(place)) for place in (0, 1)]
        return call.typed(call.make(MatMul, transpose=turned[1]), plain, in_order(3))
    layout = usual_layout(len(call.out), last=True)
    goes = letters_of([*shared, "X", "Z"], layout.order)
    learned = next((place for place, each in enumerate(known) if each), None)
    lying = [
        "".join(term) if each else letters_of(term, call.x(place).order)
        for place, (term, each) in enumerate(zip(terms, known, strict=True))
    ]
    edges = [call.as_it_is(call.x(place)) for place, each in enumerate(known) if not each]
    equation = f"{','.join(lying)}->{goes}"
    if learned is None:
        return call.raw(Product, edges, call.out, equation=equation)
    return call.raw(
        *(Product, edges, call.out),
        equation=equation,
        weight=dims[learned],
        weight_at=learned,
        weights=(learned,),
    )


# Pools and sizes


def pool(call: Call) -> Held | None:
    """`MAX_POOL_2D`, `AVERAGE_POOL_2D`, `L2_POOL_2D`."""
    kind = {"MAX_POOL_2D": MaxPool, "AVERAGE_POOL_2D": AvgPool}.get(call.operator.kind, LPPool)
    if call.x().rank != 4:  # noqa: PLR2004
        return None
    option = call.operator.option
    layer = call.make(
        kind,
        kernel=(option(4), option(3)),
        stride=(option(2), option(1)),
        pad=PADS.get(option(0, "int8"), "valid"),
    )
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order, (), 5)


def reducing(call: Call) -> Held:
    """`MEAN` and others; the mean of an image over its positions is a global pool."""
    x = call.x()
    if call.operator.kind == "MEAN" and x.rank == 4 and call.out in {x.dims[:1] + x.dims[3:], (x.dims[0], 1, 1, x.dims[3])}:  # noqa: PLR2004
        is_flat = len(call.out) == 2  # noqa: PLR2004
        layer: Layer = GlobalAvgPool() if is_flat else AdaptiveAvgPool(size=1)
        found = call.typed(layer, [call.as_it_is(x)], (0, 1) if is_flat else IMAGE.order)
        if found is not None:
            return found
    return call.raw(Reduce, [call.as_it_is(x)], call.out)


def resized(call: Call) -> Held | None:
    """`RESIZE_BILINEAR` and `RESIZE_NEAREST_NEIGHBOR`."""
    if call.x().rank != 4 or len(call.out) != 4:  # noqa: PLR2004
        return None
    mode = "bilinear" if "BILINEAR" in call.operator.kind else "nearest"
    layer = call.make(Upsample, size=call.out[1:3], mode=mode)
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order)


def padded(call: Call) -> Held:
    """`PAD`: of an image whose channels stay, a margin; which end has more of it, the shapes do not tell."""
    x = call.x()
    if x.rank == len(call.out) == 4 and x.dims[::3] == call.out[::3] and call.out >= x.dims:  # noqa: PLR2004
        more = [out - size for out, size in zip(call.out[1:3], x.dims[1:3], strict=True)]
        if min(more) >= 0:
            layer = call.make(Pad, size=tuple((each // 2, each - each // 2) for each in more))
            found = call.typed(layer, [call.as_it_is(x)], IMAGE.order)
            if found is not None:
                return found
    return call.raw(Move, [call.as_it_is(x)], call.out)


def depth_to_space(call: Call) -> Held | None:
    """`DEPTH_TO_SPACE`: a block of channels becomes a square."""
    if call.x().rank != 4:  # noqa: PLR2004
        return None
    layer = call.make(PixelShuffle, factor=call.operator.option(0))
    return call.typed(layer, [call.as_it_is(call.x())], IMAGE.order)


def joined(call: Call) -> Held | None:
    """`CONCATENATION`."""
    tensors = call.computed
    axis = call.operator.option(0)
    first = tensors[0] if tensors else None
    if first is None or not -first.rank <= axis < first.rank:
        return None
    axis %= first.rank
    words = type(first.node.output).positions
    word = next((each for each, at in words.items() if first.order[at] == axis), None)
    alike = len({(type(each.node.output), each.order) for each in tensors}) == 1
    if word and alike and len(tensors) == len(call.operator.inputs) > 1:
        found = call.typed(Concat(axis=word), [(each.node, None) for each in tensors], first.order, (), 1)
        if found is not None:
            return found
    held = call.raw(Move, [call.as_it_is(each) for each in tensors], call.out)
    return call.activated(held, 1)


def moving(call: Call) -> list[Held]:
    """No arithmetic."""
    return call.moved()


def viewing(call: Call) -> list[Held]:
    """No arithmetic, and nothing is copied."""
    return call.moved(view=True)


# Element by element

KINDS: Mapping[str, type[Elementwise]] = {
    "ADD": Add,
    "SUB": Subtract,
    "MUL": Mul,
    "DIV": Div,
    "MAXIMUM": Maximum,
    "MINIMUM": Minimum,
}
FUSED_AT_0 = ("ADD", "SUB", "MUL", "DIV", "L2_NORMALIZATION")


def combining(call: Call) -> Held:
    """Two tensors, or one and a constant: a number is a constant, a vector or more of them is learned."""
    tensors = call.computed
    field = 0 if call.operator.kind in FUSED_AT_0 else None
    if len(tensors) == 2 and len({each.rank for each in tensors}) == 1 and tensors[0].order == tensors[1].order:  # noqa: PLR2004
        kind = KINDS.get(call.operator.kind)
        edges = [call.as_it_is(each) for each in tensors]
        found = call.typed(kind(), edges, tensors[0].order, (), field) if kind else None
        if found is not None:
            return found
    learned = [place for place in (0, 1) if _is_learned(call, place)]
    operands = tuple(call.constant(place).dims for place in learned)  # type: ignore[union-attr]
    held = call.raw(
        *(Pointwise, [call.as_it_is(each) for each in tensors], call.out),
        operands=operands,
        weights=tuple(learned),
        layout=_like(call, tensors),
    )
    return held if field is None else call.activated(held, field)


def _is_learned(call: Call, place: int) -> bool:
    constant = call.constant(place)
    is_number = constant is not None and constant.type not in {"int32", "int64", "bool", OTHER}
    return is_number and prod(constant.dims) > 1  # type: ignore[union-attr]


def _like(call: Call, tensors: list[Held]) -> Layout | None:
    """The layout of a tensor that goes in and has as many axes as what comes out."""
    first = next((each for each in tensors if each.rank == len(call.out)), None)
    edge = call.as_it_is(first) if first else None
    return Layout(edge[1] or type(first.node.output), first.order) if first and edge else None


def pointwise(call: Call) -> Held:
    """One operation for each element."""
    return call.raw(
        Pointwise, [call.as_it_is(each) for each in call.computed], call.out, layout=_like(call, call.computed)
    )


def unit(call: Call) -> Held:
    """`L2_NORMALIZATION`: vectors of length 1."""
    held = call.raw(
        *(Pointwise, [call.as_it_is(call.x())], call.out),
        layout=_like(call, call.computed),
        per_element=UNIT_OPS,
    )
    return call.activated(held, 0)


ACTIVATIONS: Mapping[str, type[Layer]] = {
    "RELU": ReLU,
    "RELU6": ReLU6,
    "RELU_N1_TO_1": Hardtanh,
    "LEAKY_RELU": LeakyReLU,
    "LOGISTIC": Sigmoid,
    "TANH": Tanh,
    "SOFTMAX": Softmax,
    "LOG_SOFTMAX": LogSoftmax,
    "HARD_SWISH": Hardswish,
    "GELU": GELU,
    "ELU": ELU,
    "ABS": Abs,
}


def activating(call: Call) -> Held | None:
    """A function of each element."""
    x = call.x()
    return call.same(ACTIVATIONS[call.operator.kind](), x) if x.dims == call.out else None


def prelu(call: Call) -> Held:
    """`PRELU`: learned slopes, of one channel each or of more."""
    x, slopes = call.x(), call.constant(1)
    dims = slopes.dims if slopes else (1,)
    if slopes and prod(dims) == dims[-1] == x.dims[-1] and x.features == x.rank - 1 and x.rank > 1:
        node = call.row(PReLU(per_channel=True), [call.as_it_is(x)], "", (1,))
        return x._replace(node=node)
    held: Held = call.raw(
        *(Pointwise, [call.as_it_is(x)], call.out),
        operands=(dims,) if slopes else (),
        weights=(1,) if slopes else (),
        layout=_like(call, [x]),
    )
    return held


def neighbours(call: Call) -> Held | None:
    """`LOCAL_RESPONSE_NORMALIZATION`."""
    layer = call.make(LocalResponseNorm, size=2 * call.operator.option(0) + 1)
    return call.typed(layer, [call.as_it_is(call.x())], call.x().order)


# Tables and states


def gather(call: Call) -> list[Held] | Held | None:
    """`GATHER` out of a table of the file is an embedding; any other only moves."""
    table = call.constant(0)
    if table is None or table.type in {"int32", "int64", OTHER}:
        return call.moved()
    return _looked_up(call, table.dims, 1, 0) if len(table.dims) == 2 else call.moved()  # noqa: PLR2004


def lookup(call: Call) -> Held | list[Held] | None:
    """`EMBEDDING_LOOKUP`: rows of a table."""
    table = call.constant(1)
    return _looked_up(call, table.dims, 0, 1) if table and len(table.dims) == 2 else None  # noqa: PLR2004


def _looked_up(call: Call, table: Dims, numbers: int, place: int) -> Held | list[Held] | None:
    if call.lowering.held.get(call.operator.inputs[numbers]) is None or call.out[-1:] != table[1:]:
        return call.moved() if call.computed else None
    x = call.x(numbers)
    layer = call.make(Embedding, vocab=table[0], dim=table[1])
    if layer is None:
        return None
    if x.rank == 2:  # noqa: PLR2004
        view = None if isinstance(x.node.output, Tokens) else Tokens
        return call.typed(layer, [(x.node, view)], (0, 1, 2), (place,))
    rows = (prod(x.dims), 1)
    flat = call.raw(
        *(Move, [call.as_it_is(x)], rows, "rows"),
        operation="Reshape",
        view=True,
        layout=Layout(Tokens, (0, 1)),
    )
    node = call.row(layer, [(flat.node, None)], "", (place,))
    return call.raw(Move, [(node, None)], call.out, "rows_back", operation="Reshape", view=True)


def lstm_sequence(call: Call) -> Held | None:
    """`UNIDIRECTIONAL_SEQUENCE_LSTM` with all gates, without peepholes, projection and norms inside."""
    return _sequence(call, "lstm", 2, 6, 3, extras=(9, 10, 11, 16, 20, 21, 22, 23), needed=1)


def rnn_sequence(call: Call) -> Held | None:
    """`UNIDIRECTIONAL_SEQUENCE_RNN`."""
    return _sequence(call, "rnn", 1, 2, 0, extras=(), needed=1)


def _sequence(
    call: Call, cell: str, weight: int, state: int, time_major: int, *, extras: tuple[int, ...], needed: int
) -> Held | None:
    """A state that is carried along a sequence of (samples, steps, features), or steps first."""
    x, stored, carried = call.x(), call.constant(weight), call.constant(state)
    if x.rank != 3 or stored is None or carried is None or not call.has(needed) or any(map(call.has, extras)):  # noqa: PLR2004
        return None
    samples, steps, features = x.dims
    if call.operator.option(time_major, "bool"):
        samples, steps = steps, samples
    if len(stored.dims) != 2 or stored.dims[1] != features or carried.dims != (stored.dims[0],) * 2:  # noqa: PLR2004
        return None
    return call.raw(
        *(RawRecurrent, [call.as_it_is(x)], call.out),
        cell=cell,
        units=stored.dims[0],
        samples=samples,
        steps=steps,
        features=features,
        biases=1,
    )


def memory_filter(call: Call) -> Held | None:
    """`SVDF`: filters over the features, then over what they gave at the last steps, `rank` of them to a unit."""
    feature, time, x = call.constant(1), call.constant(2), call.x()
    rank = call.operator.option(0)
    if feature is None or time is None or x.rank != 2 or len(feature.dims) != 2 or len(time.dims) != 2:  # noqa: PLR2004
        return None
    batch, filters, steps = x.dims[0], feature.dims[0], time.dims[1]
    if feature.dims[1] != x.dims[1] or time.dims[0] != filters or rank < 1 or call.out != (batch, filters // rank):
        return None
    found = call.raw(
        *(Product, [call.as_it_is(x)], (batch, filters), "feature"),
        equation="bi,fi->bf",
        weight=feature.dims,
        weights=(1,),
    )
    memory = call.raw(
        *(Move, [(found.node, None)], (batch, filters, steps), "memory"),
        operation="State",
        layout=Layout(Sequence, (0, 1, 2)),
    )
    found = call.raw(
        *(Product, [(memory.node, None)], (batch, filters), "time"),
        equation="bft,ft->bf",
        weight=time.dims,
        weights=(2,),
    )
    if rank > 1:
        found = call.raw(Reduce, [(found.node, None)], call.out, "rank", operation="Sum")
    if call.has(3):
        bias = (filters // rank,)
        found = call.raw(
            *(Pointwise, [(found.node, None)], call.out, "bias"), operation="Bias", operands=(bias,), weights=(3,)
        )
    return call.activated(found, 1)


def assigned(call: Call) -> list[Held]:
    """`ASSIGN_VARIABLE`: kept for the next run."""
    for each in call.computed:
        call.kept_for_next(each)
    return []


def variable(call: Call) -> list[Held]:
    """`READ_VARIABLE`: what the last run kept."""
    layout = usual_layout(len(call.out), last=True)
    return [call.raw(Move, [], call.out, "", operation="State", layout=layout)]


def nothing(call: Call) -> list[Held]:
    """What runs once, before, or only names a variable."""
    del call
    return []


POINTWISE = (
    *("SQUARED_DIFFERENCE", "POW", "FLOOR_DIV", "FLOOR_MOD", "ATAN2", "EQUAL", "NOT_EQUAL", "GREATER"),
    *("GREATER_EQUAL", "LESS", "LESS_EQUAL", "LOGICAL_AND", "LOGICAL_OR", "BITWISE_XOR", "RIGHT_SHIFT"),
)
UNARY = (
    *("EXP", "LOG", "SQRT", "RSQRT", "SQUARE", "NEG", "SIN", "COS", "FLOOR", "CEIL", "ROUND", "SIGN"),
    *("LOGICAL_NOT", "SELECT", "SELECT_V2", "CUMSUM", "ADD_N", "FAKE_QUANT", "RELU_0_TO_1"),
)
REDUCING = (
    *("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ANY", "REDUCE_ALL", "ARG_MAX", "ARG_MIN"),
)
MOVING = (
    *("SLICE", "STRIDED_SLICE", "SPLIT", "SPLIT_V", "UNPACK", "PACK", "TRANSPOSE", "TILE", "GATHER_ND"),
    *("BROADCAST_TO", "SPACE_TO_DEPTH", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND", "REVERSE_V2"),
    *("REVERSE_SEQUENCE", "CAST", "QUANTIZE", "DEQUANTIZE", "FILL", "ZEROS_LIKE", "ONE_HOT", "SCATTER_ND"),
    *("DYNAMIC_UPDATE_SLICE", "MATRIX_DIAG", "MATRIX_SET_DIAG", "SPARSE_TO_DENSE", "DILATE"),
)

RULES: Mapping[str, Rule] = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "TRANSPOSE_CONV": transposed,
    "CONV_3D": convolution_3d,
    "CONV_3D_TRANSPOSE": transposed_3d,
    "Convolution2DTransposeBias": with_bias,
    "FULLY_CONNECTED": dense,
    "BATCH_MATMUL": matrices,
    **dict.fromkeys(("MAX_POOL_2D", "AVERAGE_POOL_2D", "L2_POOL_2D"), pool),
    **dict.fromkeys(("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"), resized),
    **dict.fromkeys(("PAD", "PADV2", "MIRROR_PAD"), padded),
    "DEPTH_TO_SPACE": depth_to_space,
    "CONCATENATION": joined,
    **dict.fromkeys(MOVING, moving),
    **dict.fromkeys(("RESHAPE", "SQUEEZE", "EXPAND_DIMS", "BITCAST"), viewing),
    **dict.fromkeys(KINDS, combining),
    **dict.fromkeys(POINTWISE, combining),
    **dict.fromkeys(UNARY, pointwise),
    **dict.fromkeys(ACTIVATIONS, activating),
    **dict.fromkeys(REDUCING, reducing),
    "PRELU": prelu,
    "L2_NORMALIZATION": unit,
    "LOCAL_RESPONSE_NORMALIZATION": neighbours,
    "GATHER": gather,
    "EMBEDDING_LOOKUP": lookup,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": lstm_sequence,
    "UNIDIRECTIONAL_SEQUENCE_RNN": rnn_sequence,
    "SVDF": memory_filter,
    "CALL_ONCE": nothing,
    "VAR_HANDLE": nothing,
    "ASSIGN_VARIABLE": assigned,
    "READ_VARIABLE": variable,
}

__all__ = ["RULES", "Vector", "broadcast"]
