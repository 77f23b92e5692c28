"""Every layer type. Its file is imported when one of its heads is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from netcost.layers.layer import Layer

FILES: Mapping[str, tuple[str, ...]] = {
    "conv": ("conv", "convolution", "conv1d", "conv2d", "conv3d"),
    "depthwise_conv": ("dwconv", "dwconv1d", "dwconv2d", "dwconv3d"),
    "conv_transpose": ("convtranspose", "deconv", "convtranspose1d", "convtranspose2d", "convtranspose3d"),
    "pool": (
        *("maxpool", "maxpool1d", "maxpool2d", "maxpool3d"),
        *("avgpool", "avgpool1d", "avgpool2d", "avgpool3d"),
    ),
    "adaptive_pool": (
        *("adaptiveavgpool", "adaptiveavgpool1d", "adaptiveavgpool2d", "adaptiveavgpool3d"),
        *("adaptivemaxpool", "adaptivemaxpool1d", "adaptivemaxpool2d", "adaptivemaxpool3d"),
    ),
    "lp_pool": ("lppool", "lppool1d", "lppool2d", "lppool3d"),
    "max_unpool": ("maxunpool", "maxunpool1d", "maxunpool2d", "maxunpool3d"),
    "global_pool": ("gap", "globalavgpool", "gmp", "globalmaxpool"),
    "linear": ("linear", "dense", "fc"),
    "activation": ("relu",),
    "rectifier": ("relu6", "leakyrelu", "leaky_relu", "prelu", "elu", "selu"),
    "smooth_activation": (
        *("gelu", "silu", "swish", "mish", "sigmoid", "logsigmoid", "tanh", "softplus", "softsign"),
    ),
    "piecewise_linear": ("hardswish", "hard_swish", "hardsigmoid", "hard_sigmoid", "hardtanh", "abs"),
    "softmax": ("softmax", "logsoftmax", "log_softmax"),
    "glu": ("glu",),
    "norm": (
        *("batchnorm", "bn", "batchnorm1d", "batchnorm2d", "batchnorm3d", "frozenbatchnorm2d"),
        *("instancenorm", "instancenorm1d", "instancenorm2d", "instancenorm3d"),
        *("groupnorm", "gn", "layernorm", "ln", "rmsnorm", "lrn", "layerscale", "layer_scale"),
    ),
    "dropout": ("identity", "dropout", "dropout1d", "dropout2d", "dropout3d"),
    "drop_path": ("droppath", "stochastic_depth"),
    "flatten": ("flatten",),
    "reshape": ("reshape", "permute", "to_tokens", "to_map", "channelshuffle"),
    "slicing": ("select", "triangle", "slice", "split", "chunk", "tensor_split"),
    "resize": ("pad", "crop", "upsample", "interpolate", "pixelshuffle", "pixelunshuffle"),
    "elementwise": (
        *("add", "subtract", "sub", "average", "mul", "multiply", "div", "divide", "maximum", "minimum"),
    ),
    "scale": ("scale",),
    "concat": ("concat",),
    "matmul": ("matmul", "dot"),
    "deform": ("deformconv", "deformconv2d", "deform_conv2d"),
    "fold": ("unfold", "fold"),
    "embedding": ("embedding", "embeddingbag", "embedding_bag", "class_token", "posembed"),
    "parameter": ("parameter", "constant"),
    "attention": ("attention",),
    "window_attention": ("windowattention",),
    "dot_product_attention": ("dot_product_attention", "sdpa"),
    "joint_attention": ("joint_attention",),
    "linear_attention": ("linear_attention",),
    "deformable_attention": ("deformable_attention",),
    "state_space": ("selective_scan", "ssd"),
    "rwkv": ("token_shift", "wkv"),
    "delta_rule": ("delta_rule",),
    "gated_linear_attention": ("gated_linear_attention",),
    "rg_lru": ("rg_lru",),
    "recurrent": ("rnn", "lstm", "gru"),
    "conv_lstm": ("convlstm", "convlstm1d", "convlstm2d"),
    "moe": ("moe",),
    "custom": ("custom",),
}
"""Each file and the heads that it answers to, in the order of the reference."""

PARTS: Mapping[str, str] = {
    **dict.fromkeys(("depthwise_conv", "conv_transpose"), "conv"),
    **dict.fromkeys(("adaptive_pool", "lp_pool", "max_unpool", "global_pool"), "pool"),
    **dict.fromkeys(("rectifier", "smooth_activation", "piecewise_linear", "softmax", "glu"), "activation"),
    "drop_path": "dropout",
    "flatten": "reshape",
}
"""The files that hold part of another one's family, so that a network loads no more than it has; and that family."""

HEADS: Mapping[str, str] = {head: file for file, heads in FILES.items() for head in heads}
"""Each head and its file."""


def family_of(head: str) -> str:
    """The family that a head belongs to, which is a file as well."""
    return PARTS.get(HEADS[head], HEADS[head])


@cache
def heads_of(file: str) -> Mapping[str, tuple[type[Layer], Mapping[str, object]]]:
    """The heads that a file declares, each with its layer type and the fields it implies."""
    module = import_module(f"netcost.layers.{file}")
    found: dict[str, tuple[type[Layer], Mapping[str, object]]] = {}
    for declared in vars(module).values():
        own = isinstance(declared, type) and declared.__module__ == module.__name__
        if own and issubclass(declared, Layer) and "type" in vars(declared):
            found[declared.type] = (declared, {})
            found.update({head: (declared, implied) for head, implied in declared.spellings.items()})
    return found


def find(head: str) -> tuple[type[Layer], Mapping[str, object]]:
    """Return the layer type behind a head and the fields that the head implies.

    Raises:
        KeyError: there is no such head.
    """
    return heads_of(HEADS[head])[head]


def all_types() -> list[type[Layer]]:
    """Every layer type, in the order of the reference."""
    return [kind for head in HEADS for kind, _ in [find(head)] if kind.type == head]
