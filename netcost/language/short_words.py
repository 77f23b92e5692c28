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
    **dict.fromkeys(("flat", "view"), ("flatten",)),
    **dict.fromkeys(("mha", "selfattention", "multihead"), ("attention",)),
    **dict.fromkeys(("deconvolution", "transposedconv", "upconv", "tconv"), ("convtranspose",)),
    **dict.fromkeys(("drop",), ("dropout",)),
    **dict.fromkeys(("sum", "plus", "eltwise"), ("add",)),
    **dict.fromkeys(("cat", "concatenate", "merge", "route"), ("concat",)),
    **dict.fromkeys(("skip", "shortcut", "block", "resblock"), ("residual",)),
    **dict.fromkeys(("sequential", "group", "list"), ("seq",)),
    "embed": ("embedding",),
}
"""What layer types are called in short, or elsewhere, that no likeness of letters finds."""
