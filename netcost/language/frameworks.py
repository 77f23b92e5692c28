"""What the arguments of PyTorch's and Keras's layers mean here, where they are no fields.

Read only where a word is met that is netcost's own neither as a head nor as a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from netcost.language import keras, pytorch
from netcost.language.signature import Signature


class Without(NamedTuple):
    """An argument without effect on any count, for some of its values or for all; else the reason to refuse it."""

    reason: str = ""
    values: tuple[object, ...] = ()


class Claim(NamedTuple):
    """An argument that states what follows from the input, against which it is checked."""

    of: str


class As(NamedTuple):
    """An argument that is a field, an item's key or a value of another form; `form` says which of the forms."""

    form: str


Meaning: TypeAlias = Without | Claim | As

QUIET: Final = Without()

QUIET_ENDS = ("_initializer", "_regularizer", "_constraint")
"""How the names of arguments end that say how weights are learned."""

QUIET_WORDS = (
    *("device", "autocast", "inplace", "eps", "epsilon", "layer_norm_eps", "momentum", "padding_mode"),
    *("batch_first", "return_indices", "count_include_pad", "divisor_override", "data_format", "seed"),
    *("stateful", "unroll", "go_backwards", "use_cudnn", "unit_forget_bias", "recurrent_activation"),
    *("recurrent_dropout", "nonlinearity", "flash_attention", "synchronized", "process_group", "noise_shape"),
    *("padding_idx", "max_norm", "norm_type", "scale_grad_by_freq", "sparse", "mask_zero", "mask_value"),
    *("weights", "_weight", "lora_alpha", "renorm_clipping", "renorm_momentum", "align_corners"),
    *("recompute_scale_factor", "antialias", "fill_mode", "fill_value", "value", "init", "beta", "k"),
    *("threshold", "min_val", "max_val", "min_value", "max_value", "approximate", "stddev", "l1", "l2"),
    *(
        "negative_slope",
        "alpha",
        "dropout",
        "include_last_offset",
        "sampling",
        "input_length",
    ),
)
"""Arguments that change no count, whatever their value."""

NO_AXIS = Without("normalises over the channels: leave the axis out", (-1, 1, 3, None))

MEANINGS: Mapping[str, Meaning] = {
    **dict.fromkeys(QUIET_WORDS, QUIET),
    **dict.fromkeys(("in_channels", "in_features", "num_features", "num_channels"), Claim("channels")),
    **dict.fromkeys(("input_size", "embed_dim", "d_model", "input_dim"), Claim("channels")),
    **dict.fromkeys(("kdim", "vdim"), Claim("source")),
    "normalized_shape": Claim("normalized"),
    "input_shape": Claim("sample"),
    "shared_axes": Claim("shared"),
    "activation": As("act"),
    "trainable": As("trainable"),
    "axis": NO_AXIS,
    "joined.axis": Without("joins the channels, or another axis by its name: `axis: tokens`", (-1, 1, 3)),
    "feature.axis": QUIET,
    "start_dim": Without("flattens whole samples: write `reshape` to keep axes", (1,)),
    "end_dim": Without("flattens whole samples: write `reshape` to keep axes", (-1,)),
    "keepdims": Without("gives a vector: write `adaptiveavgpool: 1` or `adaptivemaxpool: 1`", (False,)),
    "return_state": Without("has one output: the last state is that of `sequences: false`", (False,)),
    "merge_mode": Without("joins both directions: run each by itself and combine them", ("concat",)),
    "backward_layer": Without("has the same layer in both directions: run each by itself", (None,)),
    "add_bias_kv": Without("has no key and value of its own besides those of the input", (False,)),
    "add_zero_attn": Without("has no key and value of zeros: the scores would be one more", (False,)),
    "attention_axes": Without("attends over the tokens of a sequence", (None, 1, (1,))),
    "output_shape": Without("gives as many channels as it takes: write a `linear` after it", (None,)),
    "use_gate": Without("has no gate: write the gate as items of its own", (False,)),
    "renorm": Without("has no renormalisation, which keeps statistics of its own", (False,)),
    "_freeze": Without("trains its table: write `frozen: true`", (False,)),
    "lora_rank": Without("has no matrices of low rank: write them as `linear` of their own", (None,)),
    "quantization_config": Without("has the format that `dtype` says: write `dtype: int8/float32`", (None,)),
    "crop_to_aspect_ratio": Without("changes the size alone: write `crop` before it", (False,)),
    "pad_to_aspect_ratio": Without("changes the size alone: write `pad` before it", (False,)),
    **{form: As(form) for form in ("sides", "single_bias", "reset_after", "dims", "height", "width")},
    **{form: As(form) for form in ("num_parameters", "target_shape")},
}
"""What an argument means where the layer has no field that is spelt so."""


ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(
        ("Input", "InputLayer"), "write `input: [C, H, W]` at the top of the file, channels first"
    ),
    **{
        f"{cell}Cell": f"a cell is one step: write `{cell}: units`"
        for cell in ("RNN", "SimpleRNN", "LSTM", "GRU")
    },
    "StackedRNNCells": "write the layers one after the other, each with `return_sequences: true`",
    "ConvLSTM3D": "an input has at most three axes beside its channels, and one of them is time",
}
"""Words that are no layers here, and what to write instead."""

WRAPPERS: Final = ("Activation", "Bidirectional", "Sequential", "TimeDistributed")
"""Words that name no layer of their own, but say something of the one that they hold."""


@cache
def signatures() -> Mapping[str, tuple[Signature, ...]]:
    """How the frameworks write the layers that netcost has, by their names: one of them, or both."""
    found: dict[str, list[Signature]] = {}
    for each in (*pytorch.layers_of_ranks(), *pytorch.layers(), *keras.layers_over_maps(), *keras.layers()):
        found.setdefault(each.name, []).append(each)
    return {name: tuple(several) for name, several in found.items()}


@cache
def _small() -> Mapping[str, tuple[Signature, ...]]:
    """The same by their names in small letters, of both frameworks together."""
    found: dict[str, tuple[Signature, ...]] = {}
    for name, several in signatures().items():
        found[name.lower()] = (*found.get(name.lower(), ()), *several)
    return found


def written_as(word: str) -> tuple[Signature, ...]:
    """How the frameworks write a layer, by its name or as a function or a layer of it is called.

    `max_pooling2d` is how Keras calls a layer of `MaxPooling2D`, `max_pool2d` a function of PyTorch.
    """
    small = word.replace("_", "") if word.islower() else ""
    return signatures().get(word) or _small().get(small, ())
