"""Layers over the features: dense ones, embeddings, normalisations, and those that do nothing once trained."""

from __future__ import annotations

from math import prod
from string import ascii_letters
from typing import Any

from netcost.frontends.keras.call import Call
from netcost.frontends.keras.functions import finished
from netcost.frontends.keras.merging import combine
from netcost.frontends.keras.policy import format_of
from netcost.frontends.layouts import MATRIX_AXES, SEQUENCE_AXES, Held, Layout, in_order, letters_of
from netcost.layers.conv import Conv
from netcost.layers.dropout import Dropout, Identity
from netcost.layers.elementwise import Add
from netcost.layers.embedding import Embedding
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm, GroupNorm, LayerNorm, RMSNorm
from netcost.layers.operations import LAYER_NORM_OPS, RMS_NORM_OPS, UNIT_OPS
from netcost.layers.parameter import Constant
from netcost.layers.smooth_activation import Tanh
from netcost.layers.tensor import Move, Pointwise, Product
from netcost.shapes import Map, Tensor, Tokens

LORA = "matrices of low rank (LoRA) are two narrow layers here; Keras multiplies them at each pass and adds the product"

# Matrices


def dense(call: Call) -> Held:
    """`Dense`: a matrix for the last axis; over the channels of a map it is a convolution with a window of 1."""
    return finished(
        call, _matrix(call, call.x, call.whole("units"), bias=call.flag("use_bias", default=True))
    )


def _matrix(call: Call, x: Held, units: int, *, bias: bool) -> Held:
    """The last axis times a learned matrix, and what a layer that is quantised or tuned has beside it."""
    rank = call.maybe("lora_rank")
    kept = frozenset({"weight"}) if rank or is_quantized(call) else frozenset[str]()
    found = _multiplied(call, x, units, "", bias=bias, frozen=kept)
    if is_quantized(call):
        scales = call.row(call.make(Constant, shape=(units,)), [], "kernel_scale")
        edges = [(found.node, None), (scales, None)]
        layout = Layout(type(found.node.output), found.order)
        found = call.raw(Pointwise, edges, found.dims, "dequantized", operation="Dequantize", layout=layout)
    if rank is None:
        return found
    call.reader.graph.note(LORA)
    narrow = _multiplied(call, x, rank, "lora_a", bias=False)
    return combine(call, [found, _multiplied(call, narrow, units, "lora_b", bias=False)], Add, "lora")


def _multiplied(
    call: Call, x: Held, units: int, suffix: str, *, bias: bool, frozen: frozenset[str] = frozenset()
) -> Held:
    """The last axis times a learned matrix."""
    how: dict[str, Any] = {"frozen": frozen} if frozen else {}
    if isinstance(x.node.output, Map) and x.features == x.rank - 1:
        layer = call.make(Conv, filters=units, kernel=1, bias=bias)
        return call.put(layer, [(x.node, None)], x.order, suffix, **how)
    kind = Tensor if x.rank > SEQUENCE_AXES else None
    edge = call.lay(x, Layout(kind, in_order(x.rank))) if kind else call.plain(x)
    found = call.put(call.make(Linear, units=units, bias=bias), [edge], in_order(x.rank), suffix, **how)
    return found._replace(dims=(*x.dims[:-1], units) if x.rank > 1 else (units,))


def is_quantized(call: Call) -> bool:
    """Whether a layer's policy keeps its matrix in whole numbers, with a scale for each unit."""
    found = format_of(call.config.get("dtype"))
    return found is not None and found.weights.startswith("int")


def einsum_dense(call: Call) -> Held:
    """`EinsumDense`: a learned operand by an equation, a bias for some axes, an activation."""
    x = call.x
    first, second, out = _equation(call, x.rank)
    lengths = dict(zip(first, x.dims, strict=True))
    wanted = call.config.get("output_shape")
    wanted = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
    for letter, length in zip(reversed(out), reversed(wanted), strict=False):
        if length is not None and letter not in lengths:
            lengths[letter] = call.checked_whole(length, "output_shape")
    missing = [letter for letter in second + out if letter not in lengths]
    if missing:
        call.fail(f"nothing tells the length of `{missing[0]}` in the equation of EinsumDense")
    weight, dims = (tuple(lengths[each] for each in part) for part in (second, out))
    biased = str(call.config.get("bias_axes") or "")
    if any(letter not in out for letter in biased):
        call.fail(f"`bias_axes` is `{biased[:30]}`, the output has `{out}`")
    is_dense = len(second) == 2 and first[:-1] + second[1] == out and second[0] == first[-1]  # noqa: PLR2004
    if is_dense and biased in {"", out[-1]}:
        return finished(call, _matrix(call, x, dims[-1], bias=bool(biased)))
    held = _product(call, x, (first, second, out), weight, dims)
    if biased:
        start = min(out.index(letter) for letter in biased)
        shape = tuple(lengths[letter] if letter in biased else 1 for letter in out[start:])
        layout = call.usual(dims)
        held = call.raw(
            Pointwise, [(held.node, None)], dims, "bias", operation="Bias", layout=layout, operands=(shape,)
        )
    return finished(call, held)


def _equation(call: Call, rank: int) -> tuple[str, str, str]:
    """The letters of the input, of the learned operand and of the output, with dots written out."""
    equation = call.word("equation").replace(" ", "")
    left, arrow, out = equation.partition("->")
    first, comma, second = left.partition(",")
    letters = {each for each in equation if each.isalpha()}
    named = len(first.replace("...", ""))
    spare = iter([each for each in ascii_letters if each not in letters])
    dots = "".join(next(spare) for _ in range(max(rank - named, 0))) if "..." in first else ""
    first, out = (part.replace("...", dots, 1) for part in (first, out))
    sound = (
        arrow
        and comma
        and all(part.isalpha() and len(set(part)) == len(part) for part in (first, second, out))
    )
    if not sound or len(first) != rank:
        call.fail(f"`{equation}` is no equation for an input of {rank} axes", "`abc,cd->abd` is one")
    return first, second, out


def _product(
    call: Call, x: Held, letters: tuple[str, str, str], weight: tuple[int, ...], dims: tuple[int, ...]
) -> Held:
    """A tensor times a learned one, each with its axes as they lie."""
    first, second, out = letters
    layout = call.usual(dims)
    equation = f"{letters_of(first, x.order)},{second}->{letters_of(out, layout.order)}"
    return call.raw(Product, [call.as_it_is(x)], dims, layout=layout, equation=equation, weight=weight)


# Embeddings


def embedding(call: Call) -> Held:
    """`Embedding`: a vector for each number; backwards, a score for each row of the table."""
    x = call.x
    vocab, width = call.whole("input_dim"), call.whole("output_dim")
    if call.kwargs.get("reverse") is True or True in call.args[1:]:
        return _scores(call, x, vocab)
    rank = call.maybe("lora_rank")
    found = _looked_up(call, x, vocab, width, "", frozen=frozenset({"weight"} if rank else ()))
    if rank is None:
        return found
    call.reader.graph.note(LORA)
    narrow = _looked_up(call, x, vocab, rank, "lora_a")
    return combine(call, [found, _multiplied(call, narrow, width, "lora_b", bias=False)], Add, "lora")


def _looked_up(
    call: Call, x: Held, vocab: int, width: int, suffix: str, frozen: frozenset[str] = frozenset()
) -> Held:
    """A row of a table for each number."""
    how: dict[str, Any] = {"frozen": frozen} if frozen else {}
    layer = call.make(Embedding, vocab=vocab, dim=width)
    tokens = Layout(Tokens, in_order(2))
    if x.rank == MATRIX_AXES:
        return call.put(layer, [call.lay(x, tokens)], (0, 1, 2), suffix, **how)
    row = (x.dims[0], prod(x.dims[1:])) if x.rank > MATRIX_AXES else (prod(x.dims), 1)
    names = [".".join(filter(None, (suffix, name))) for name in ("row", "back")]
    flat = call.raw(Move, [call.as_it_is(x)], row, names[0], operation="Reshape", layout=tokens, view=True)
    found = call.put(layer, [(flat.node, None)], (0, 1, 2), suffix, **how)
    return call.raw(Move, [(found.node, None)], (*x.dims, width), names[1], operation="Reshape", view=True)


def _scores(call: Call, x: Held, vocab: int) -> Held:
    """The product with the table of a `ReversibleEmbedding`, or with a matrix of its own."""
    name = call.layer.path
    tied = call.flag("tie_weights", default=True)
    layer = call.make(Linear, units=vocab, bias=False)
    node = call.reader.tied(f"{name}.reverse", layer, [call.plain(x)], call, name if tied else "")
    held = Held(node, in_order(x.rank), (*x.dims[:-1], vocab))
    if call.config.get("logit_soft_cap") is None:
        return held
    held = call.same(call.make(Tanh), held, "soft_cap")
    layout = call.usual(held.dims)._replace(order=held.order, kind=type(held.node.output))
    return call.raw(
        Pointwise,
        [(held.node, None)],
        held.dims,
        "scale",
        operation="Scale",
        layout=layout,
        per_element=2,
    )


# Normalisations


def over_axis(call: Call, layer: Layer, axis: int) -> Held:
    """A layer that works on the features, on any axis."""
    x = call.x
    if x.rank == 1 or x.features == axis:
        return call.same(layer, x)
    order = (*(each for each in range(x.rank) if each != axis), axis)
    edge = call.lay(x, Layout(call.usual(x.dims).kind if x.rank < 4 else Tensor, order))  # noqa: PLR2004
    return call.put(layer, [edge], order)


def _axes(call: Call, default: object) -> tuple[int, ...]:
    return call.axes(call.config.get("axis", default), call.x.rank)


def batch_norm(call: Call) -> Held:
    """`BatchNormalization` along one axis."""
    axes = _axes(call, -1)
    if len(axes) != 1:
        call.fail("BatchNormalization is read along one axis")
    layer = call.make(
        BatchNorm,
        scale=call.flag("scale", default=True),
        bias=call.flag("center", default=True),
        counted=False,
    )
    if call.flag("renorm", default=False):
        call.reader.graph.note("the statistics of renormalisation, kept for training, are not counted")
    return over_axis(call, layer, axes[0])


def layer_norm(call: Call) -> Held:
    """`LayerNormalization` along the features, or along several axes with a number for each place of them."""
    axes = _axes(call, -1)
    scale, shift = call.flag("scale", default=True), call.flag("center", default=True)
    rms = call.flag("rms_scaling", default=False)
    if len(axes) == 1 and not rms:
        return over_axis(call, call.make(LayerNorm, scale=scale, bias=shift), axes[0])
    return _raw_norm(call, axes, RMS_NORM_OPS if rms else LAYER_NORM_OPS, (scale or rms) + shift)


def _raw_norm(call: Call, axes: tuple[int, ...], ops: int, operands: int) -> Held:
    x = call.x
    shape = tuple(x.dims[axis] for axis in axes)
    layout = call.usual(x.dims)._replace(order=x.order, kind=type(x.node.output))
    return call.raw(
        *(Pointwise, [call.as_it_is(x)], x.dims),
        layout=layout,
        per_element=ops,
        operands=(shape,) * operands,
    )


def rms_norm(call: Call) -> Held:
    """`RMSNormalization`."""
    axes = _axes(call, -1)
    if len(axes) != 1:
        return _raw_norm(call, axes, RMS_NORM_OPS, 1)
    return over_axis(call, call.make(RMSNorm), axes[0])


def group_norm(call: Call) -> Held:
    """`GroupNormalization`; with -1 groups each channel is one."""
    axis = (_axes(call, -1) or (call.x.rank - 1,))[0]
    groups = call.whole("groups", 32, least=-1)
    layer = call.make(
        GroupNorm,
        groups=groups if groups > 0 else call.x.dims[axis],
        scale=call.flag("scale", default=True),
        bias=call.flag("center", default=True),
    )
    return over_axis(call, layer, axis)


def unit_norm(call: Call) -> Held:
    """`UnitNormalization`: vectors of length 1."""
    return _raw_norm(call, _axes(call, -1), UNIT_OPS, 0)


def spectral_norm(call: Call) -> list[Held]:
    """`SpectralNormalization`: the layer that it wraps; its own vector serves training alone."""
    inner = call.inner("layer")
    found = call.reader.call(inner)
    weights = found[0].node.layer.weights(*found[0].node.input_shapes)
    rows = next(iter(weights.values()), (1,))
    is_row = isinstance(found[0].node.layer, Conv)
    length = rows[0] if is_row else rows[-1]
    call.row(call.make(Constant, shape=(length,)), [], "vector_u", training_only=True)
    return found


# Nothing once trained


def dropout(call: Call) -> Held:
    """`Dropout` and its kin."""
    rate: Any = call.config.get("rate", 0.5)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)):
        call.fail("`rate` of a dropout is no number")
    layer = call.make(Dropout, p=rate) if 0 <= rate < 1 else call.make(Identity)
    return call.same(layer, call.x)


def identity(call: Call) -> Held:
    """Layers that hand on what they take in."""
    return call.same(call.make(Identity), call.x)


FEATURES = {
    "Dense": dense,
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "ReversibleEmbedding": embedding,
    "BatchNormalization": batch_norm,
    "SyncBatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "RMSNormalization": rms_norm,
    "GroupNormalization": group_norm,
    "UnitNormalization": unit_norm,
    "SpectralNormalization": spectral_norm,
    **dict.fromkeys(
        (
            *("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
            *("AlphaDropout", "GaussianDropout"),
        ),
        dropout,
    ),
    **dict.fromkeys(("GaussianNoise", "ActivityRegularization", "Identity", "Masking"), identity),
}
