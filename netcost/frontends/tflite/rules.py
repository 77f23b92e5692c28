"""The rule of each operator; one without a rule is unknown."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.frontends.layouts import Held
from netcost.frontends.tflite.call import Call, Rule
from netcost.frontends.tflite.elements import (
    ACTIVATIONS,
    KINDS,
    activating,
    combining,
    pointwise,
    prelu,
    unit,
)
from netcost.frontends.tflite.maps import depth_to_space, joined, neighbours, padded, pool, reducing, resized
from netcost.frontends.tflite.products import (
    convolution,
    convolution_3d,
    dense,
    depthwise,
    matrices,
    transposed,
    transposed_3d,
    with_bias,
)
from netcost.frontends.tflite.states import (
    assigned,
    gather,
    lookup,
    lstm_sequence,
    memory_filter,
    nothing,
    rnn_sequence,
    variable,
)


def moving(call: Call) -> list[Held]:
    """No arithmetic."""
    return call.moved()


def viewing(call: Call) -> list[Held]:
    """No arithmetic, and nothing is copied."""
    return call.moved(view=True)


POINTWISE = (
    *("SQUARED_DIFFERENCE", "POW", "FLOOR_DIV", "FLOOR_MOD", "ATAN2", "EQUAL", "NOT_EQUAL", "GREATER"),
    *("GREATER_EQUAL", "LESS", "LESS_EQUAL", "LOGICAL_AND", "LOGICAL_OR", "BITWISE_XOR", "RIGHT_SHIFT"),
)
UNARY = (
    *("EXP", "LOG", "SQRT", "RSQRT", "SQUARE", "NEG", "SIN", "COS", "FLOOR", "CEIL", "ROUND", "SIGN"),
    *("LOGICAL_NOT", "SELECT", "SELECT_V2", "CUMSUM", "ADD_N", "FAKE_QUANT", "RELU_0_TO_1"),
)
REDUCING = (
    *(
        "MEAN",
        "SUM",
        "REDUCE_MAX",
        "REDUCE_MIN",
        "REDUCE_PROD",
        "REDUCE_ANY",
        "REDUCE_ALL",
        "ARG_MAX",
        "ARG_MIN",
    ),
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
    "ASSIGN_VARIABLE": assigned,
    "READ_VARIABLE": variable,
}
