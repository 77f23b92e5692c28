"""Short names of layer types, and those of other places, for the hint at an unknown word."""

from collections.abc import Mapping

SHORT_WORDS: Mapping[str, tuple[str, ...]] = {
    "lrelu": ("leakyrelu",),
    "hswish": ("hardswish",),
    "hsigmoid": ("hardsigmoid",),
    "logistic": ("sigmoid",),
    **dict.fromkeys(("convolutional", "convlayer", "cnn"), ("conv",)),
    **dict.fromkeys(("depthwise", "depthwiseconv", "depthwiseconvolution"), ("dwconv",)),
    **dict.fromkeys(("fullyconnected", "innerproduct", "affine", "mlp", "densely", "lin"), ("linear",)),
    **dict.fromkeys(("pool", "pooling", "mp", "subsample"), ("maxpool", "avgpool")),
    **dict.fromkeys(("meanpool", "averagepool", "averagepooling", "ap"), ("avgpool",)),
    **dict.fromkeys(("globalpool", "globalpooling", "globalaveragepool", "avgpoolglobal"), ("gap",)),
    **dict.fromkeys(("norm", "normalization", "normalize", "batch"), ("batchnorm", "layernorm")),
    "flat": ("flatten",),
    "view": ("reshape", "flatten"),
    **dict.fromkeys(("mha", "selfattention", "multihead"), ("attention",)),
    **dict.fromkeys(("deconvolution", "transposedconv", "upconv", "tconv"), ("convtranspose",)),
    **dict.fromkeys(("drop",), ("dropout",)),
    **dict.fromkeys(("sum", "plus", "eltwise"), ("add",)),
    **dict.fromkeys(("cat", "concatenate", "merge", "route"), ("concat",)),
    **dict.fromkeys(("skip", "block", "resblock"), ("residual",)),
    "shortcut": ("add", "residual"),
    **dict.fromkeys(("sequential", "group", "list"), ("seq",)),
    "embed": ("embedding",),
}
"""What layer types are called in short, or elsewhere, that no likeness of letters finds."""

FIELD_WORDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("k", "ks", "ksize", "filter_size", "window", "receptive_field"), ("kernel",)),
    "size": ("kernel", "size"),
    **dict.fromkeys(("s", "step"), ("stride",)),
    **dict.fromkeys(("p", "border"), ("pad",)),
    **dict.fromkeys(("d", "rate"), ("dilation",)),
    **dict.fromkeys(("g",), ("groups",)),
    **dict.fromkeys(("f", "nf", "channels", "out", "output", "outputs", "out_ch"), ("filters", "units")),
    **dict.fromkeys(("neurons", "nodes", "out_dim", "num_output", "output_dim"), ("units", "filters")),
    **dict.fromkeys(("in", "in_ch", "in_dim", "input_channels"), ("in_channels", "in_features")),
    **dict.fromkeys(("nonlinearity", "activ", "activation_function", "non_linearity"), ("act",)),
    **dict.fromkeys(("dim", "axes"), ("axis",)),
    **dict.fromkeys(
        ("n", "times", "number", "num", "count", "num_layers", "num_blocks", "reps"), ("repeat",)
    ),
    **dict.fromkeys(("id", "label", "title", "key", "tag"), ("name",)),
    **dict.fromkeys(("input", "inputs", "bottom", "source", "src", "parent", "of", "after"), ("from",)),
    **dict.fromkeys(("comment", "description", "desc"), ("note",)),
    **dict.fromkeys(("condition", "when", "enabled"), ("if",)),
}
"""What fields of layers and keys of items are called in short, or elsewhere."""
