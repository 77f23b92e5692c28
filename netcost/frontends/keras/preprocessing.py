"""Layers that prepare data: numbers to other numbers, words to numbers; those of augmentation do nothing once trained."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.keras.call import Call
from netcost.frontends.keras.features import identity
from netcost.frontends.keras.maps import center_crop
from netcost.frontends.layouts import Held
from netcost.layers.norm import BatchNorm
from netcost.layers.parameter import Constant
from netcost.layers.tensor import Move, Pointwise

STATISTICS = 2
"""Operations for each element: a difference and a quotient, or a product and a sum."""


def rescaling(call: Call) -> Held:
    """`Rescaling`: times a number, plus a number."""
    x = call.x
    layout = call.usual(x.dims)._replace(order=x.order, kind=call.as_it_is(x)[1] or type(x.node.output))
    return call.raw(Pointwise, [call.as_it_is(x)], x.dims, layout=layout, per_element=STATISTICS)


def normalization(call: Call) -> Held:
    """`Normalization` by the mean and the variance of the data, which it keeps, with a count of them."""
    x = call.x
    axis = call.config.get("axis", -1)
    if call.config.get("mean") is not None:
        return rescaling(call)
    axes = () if axis is None or axis == [] else call.axes(axis, x.rank)
    if axes == (x.features,):
        return call.same(call.make(BatchNorm, affine=False), x)
    kept = 1
    for each in axes:
        kept *= x.dims[each]
    statistics = call.row(call.make(Constant, shape=(2 * kept + 1,)), [], "statistics")
    layout = call.usual(x.dims)._replace(order=x.order, kind=call.as_it_is(x)[1] or type(x.node.output))
    return call.raw(
        *(Pointwise, [call.as_it_is(x), (statistics, None)], x.dims), layout=layout, per_element=STATISTICS
    )


def encoded(call: Call) -> Held:
    """Numbers for words, for ranges or for hashes; or a place for each of them."""
    x = call.x
    mode = call.word("output_mode", "multi_hot" if call.layer.kind == "CategoryEncoding" else "int")
    dims: Sequence[int] | None = call.told(0)
    if dims is None and mode == "int":
        dims = x.dims
    if dims is None:
        places = _places(call)
        is_single = mode != "one_hot" or x.dims[-1] == 1
        dims = (*(x.dims[:-1] if is_single and x.rank > 1 else x.dims), places)
    return call.raw(Move, [call.as_it_is(each) for each in call.tensors], dims)


def _places(call: Call) -> int:
    """How many different numbers there are."""
    for name in ("num_tokens", "num_bins", "vocabulary_size"):
        if call.config.get(name) is not None:
            return call.whole(name)
    for name, more in (("bin_boundaries", 1), ("vocabulary", 0)):
        listed = call.config.get(name)
        if isinstance(listed, (list, tuple)):
            return len(listed) + more + (call.whole("num_oov_indices", 0, 0) if name == "vocabulary" else 0)
    return call.fail(f"nothing tells how many places {call.layer.kind} has")


def text(call: Call) -> Held:
    """`TextVectorization`: words as numbers, as many as it is told."""
    length = call.maybe("output_sequence_length")
    if call.word("output_mode", "int") != "int":
        return encoded(call)
    dims = call.told(0) or (None if length is None else (call.x.dims[0], length))
    if dims is None:
        call.fail("the number of words is free", "`TextVectorization(output_sequence_length=...)`")
    return call.raw(Move, [call.as_it_is(call.x)], dims)


def pipeline(call: Call) -> Sequence[Held]:
    """`Pipeline`: layers one after the other."""
    layers = call.config.get("layers")
    state: Sequence[Held] = call.tensors
    for place, entry in enumerate(layers if isinstance(layers, list) else ()):
        state = call.reader.call(call.of(entry, list(state), f"layer{place}"))
    return state


AUGMENTATION = (
    *("Brightness", "ColorDegeneration", "ColorJitter", "Contrast", "ElasticTransform", "Erasing", "Flip"),
    *("GaussianBlur", "Hue", "Invert", "Perspective", "Posterization", "Rotation", "Saturation"),
    *("Sharpness", "Shear", "Translation", "Zoom", "Height", "Width", "Grayscale"),
)

PREPROCESSING = {
    "Rescaling": rescaling,
    "Normalization": normalization,
    **dict.fromkeys(("CategoryEncoding", "Discretization", "Hashing", "HashedCrossing"), encoded),
    **dict.fromkeys(("IntegerLookup", "StringLookup"), encoded),
    "TextVectorization": text,
    "Pipeline": pipeline,
    "RandomCrop": center_crop,
    **{f"Random{name}": identity for name in AUGMENTATION},
    **dict.fromkeys(("RandAugment", "AugMix", "MixUp", "CutMix"), identity),
}
