"""PyTorch's and Keras's own words for the layers that netcost has."""

from __future__ import annotations

import ast
import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import specs
import yaml

from netcost.language.frameworks import WRAPPERS, signatures
from netcost.source.problem import SpecError

REFERENCE = Path(__file__).parents[1] / "reference"
FRAMEWORKS = {"torch": "PyTorch", "keras": "Keras"}

INPUTS: Mapping[str, Any] = {
    "1d": {"signal": [32, 16]},
    "2d": [32, 16, 16],
    "3d": {"volume": [32, 8, 8, 8]},
    "tokens": {"tokens": 6},
    "sequence": {"sequence": [6, 32]},
}
FILMS = {"ConvLSTM1D": "2d", "ConvLSTM2D": "3d"}
ON_TOKENS = ("Embedding", "EmbeddingBag")
ON_SIGNALS = ("Fold",)
ON_SEQUENCES = (
    *("MultiheadAttention", "MultiHeadAttention", "GroupQueryAttention", "TransformerEncoderLayer"),
    *("RNN", "SimpleRNN", "LSTM", "GRU", "Linear", "LazyLinear", "Dense", "Permute", "LayerNorm", "RMSNorm"),
    *("TimeDistributed", "Bidirectional", "LayerNormalization", "PReLU", "Reshape", "Dot"),
)
COMMON = ("name", "dtype")
COMBINED = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot")

ROOM: Mapping[str, Any] = {
    **dict.fromkeys(("in_channels", "in_features", "num_features", "num_channels", "normalized_shape"), 32),
    **dict.fromkeys(("input_size", "embed_dim", "d_model", "input_dim"), 32),
    **dict.fromkeys(("units", "filters"), 4),
    **dict.fromkeys(("out_channels", "out_features", "hidden_size", "num_embeddings", "embedding_dim"), 4),
    **dict.fromkeys(("output_dim", "num_heads", "nhead", "num_query_heads", "num_key_value_heads"), 4),
    **dict.fromkeys(("kernel_size", "num_groups", "groups", "upscale_factor", "downscale_factor"), 2),
    **dict.fromkeys(
        ("pool_size", "padding", "output_size", "size", "key_dim", "head_dim", "height", "width"), 2
    ),
    **dict.fromkeys(("p", "rate", "stddev", "value"), 0.5),
    "target_shape": [192],
    "norm_type": 2,
    "mode": "row",
    "axes": 1,
    "dims": [2, 1],
    "layer": {"LSTM": {"units": 4}},
    "activation": "relu",
    "cropping": 1,
}
"""A value for each argument that a call needs."""


class Row(NamedTuple):
    """One argument of a layer, as the package has it."""

    framework: str
    layer: str
    argument: str
    position: str
    default: str


@cache
def rows() -> list[Row]:
    found = []
    for framework in FRAMEWORKS:
        with (REFERENCE / f"{framework}_signatures.csv").open(encoding="utf-8", newline="") as file:
            found += [Row(framework, *row) for row in list(csv.reader(file))[1:]]
    return found


def calls() -> list[tuple[str, str]]:
    return list(dict.fromkeys((row.framework, row.layer) for row in rows()))


def by_turns(turn: int) -> list[Any]:
    """The calls, every other of which is slow: a layer is asked one of two questions each time, and both in slow tests."""
    return [
        pytest.param(*call, marks=() if number % 2 == turn else pytest.mark.slow)
        for number, call in enumerate(calls())
    ]


@cache
def arguments(framework: str, layer: str) -> list[Row]:
    """Those of a layer; none where its call takes none."""
    return [row for row in rows() if (row.framework, row.layer) == (framework, layer) and row.argument]


def needed(framework: str, layer: str) -> dict[str, Any]:
    """What a call must give."""
    own = arguments(framework, layer)
    found = {row.argument: ROOM[row.argument] for row in own if row.position and not row.default}
    if layer == "TimeDistributed":
        found["layer"] = {"Dense": {"units": 4}}
    if layer == "Fold":
        found["output_size"] = 5
    if "scale_factor" in {row.argument for row in own}:
        found["scale_factor"] = 2
    return found


def plain(text: str) -> Any:
    """A default as YAML has it; that of a class or a function by its name."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return [*value] if isinstance(value, tuple) else value


def read(layer: str, given: Mapping[str, Any]) -> str:
    """What is wrong with a network of that one layer; nothing if it can be read."""
    kind = next(
        (rank for rank in ("1d", "2d", "3d") if layer.lower().replace("transpose", "").endswith(rank)), "2d"
    )
    kind = {"ConvLSTM1D": "2d", "ConvLSTM2D": "3d"}.get(layer, kind)
    kind = (
        "1d"
        if layer in ON_SIGNALS
        else "tokens"
        if layer in ON_TOKENS
        else "sequence"
        if layer in ON_SEQUENCES
        else FILMS.get(layer, kind)
    )
    own = {key: value for key, value in given.items() if value is not None or key not in COMMON}
    item = {layer: ["input", "input"] if layer in COMBINED else None, **own}
    spec = {"input": INPUTS[kind], "layers": [item]}
    try:
        specs.read(yaml.dump(spec, Dumper=yaml.CSafeDumper))
    except SpecError as error:
        return "; ".join(problem.message for problem in error.problems)
    return ""


def defaults(framework: str, layer: str) -> dict[str, Any]:
    """The arguments of a layer that have a default, with it; of `size` and `scale_factor` one must be given."""
    return {
        row.argument: plain(row.default)
        for row in arguments(framework, layer)
        if row.default and row.argument != "scale_factor" and (row.argument, row.default) != ("size", "None")
    }


@pytest.mark.parametrize(("framework", "layer"), by_turns(0))
def test_a_call_may_write_out_every_default(framework: str, layer: str) -> None:
    """All arguments of each layer, by their names, with the values that they have anyway."""
    assert not read(layer, needed(framework, layer) | defaults(framework, layer))


@pytest.mark.slow
@pytest.mark.parametrize(("framework", "layer"), calls())
def test_a_call_may_write_out_any_default(framework: str, layer: str) -> None:
    """Each of them beside the others as they are."""
    for argument, value in defaults(framework, layer).items():
        assert not read(layer, {**needed(framework, layer), argument: value}), argument


ASKED_FOR_FIRST = {"Activation": {"activation"}, "Bidirectional": {"layer"}, "TimeDistributed": {"layer"}}
"""Without them the other arguments are not looked at."""


@pytest.mark.parametrize(("framework", "layer"), by_turns(1))
def test_another_value_is_read_or_refused_by_name(framework: str, layer: str) -> None:
    """Never as an unknown word, as one is that stands beside them."""
    words = {row.argument for row in arguments(framework, layer)} - ASKED_FOR_FIRST.get(layer, set())
    others = {word: {"some": "thing"} for word in (*words, "nonsense")}
    found = read(layer, needed(framework, layer) | others)
    assert {word for word in others if is_unknown(word, found)} == {"nonsense"}


@pytest.mark.slow
@pytest.mark.parametrize(("framework", "layer"), calls())
def test_any_other_value_is_read_or_refused_by_name(framework: str, layer: str) -> None:
    """Each of them beside the others as they are."""
    for row in arguments(framework, layer):
        given = {**needed(framework, layer), row.argument: {"some": "thing"}}
        assert not is_unknown(row.argument, read(layer, given)), row


def is_unknown(word: str, said: str) -> bool:
    return f"unknown field `{word}`" in said or f"unknown argument `{word}`" in said


@pytest.mark.parametrize(("framework", "layer"), calls())
def test_arguments_by_position_are_those_of_the_package(framework: str, layer: str) -> None:
    """In its order."""
    own = [row for row in arguments(framework, layer) if row.position]
    for signature in signatures().get(layer, ()):
        if signature.framework == FRAMEWORKS[framework]:
            first = list(signature.arguments)[: signature.positional]
            assert first == [row.argument for row in own][: len(first)]
            assert signature.least == (0 if layer == "Dot" else sum(not row.default for row in own))


def test_every_layer_of_the_table_is_recorded() -> None:
    """No word without a fact behind it."""
    known = {layer for _, layer in calls()}
    assert {*signatures(), *WRAPPERS} - {"Sequential"} <= known


# -- how calls are written


@pytest.mark.parametrize(
    ("call", "own"),
    [
        ("{Conv2d: [32, 8, [3, 5]], padding: [1, 2]}", "{conv: 8, kernel: [3, 5], pad: [1, 2]}"),
        ("{Conv2d: {in_channels: 32, out_channels: 8, kernel_size: 3}}", "{conv: 8, kernel: 3}"),
        ("{LazyConv2d: [8, 3, 2], bias: False, device: None}", "{conv: 8, kernel: 3, stride: 2, bias: false}"),
        ("{Conv2D: [8, [3, 3], [1, 1], same], activation: relu}", "{conv: 8, kernel: 3, pad: same, act: relu}"),
        ("{Conv2D: [8, 3], activation: None}", "{conv: 8, kernel: 3}"),
        ("{Conv2d: [32, 32, 3], repeat: 2, first: {stride: 2}}", "{conv: 32, kernel: 3, repeat: 2, first: {stride: 2}}"),
        ("{Conv2d: [32, 8, 3], norm: batchnorm, act: relu}", "{conv: 8, kernel: 3, norm: batchnorm, act: relu}"),
        ("{MaxPool2d: [3, 2]}", "{maxpool: 3, stride: 2}"),
        ("{MaxPool2d: 3, stride: None}", "{maxpool: 3}"),
        ("MaxPooling2D", "{maxpool: 2}"),
        ("{MaxPooling2D: [2, 2], strides: [2, 2]}", "{maxpool: 2}"),
        ("{MaxPooling2D: [[3, 2], 2]}", "{maxpool: [3, 2], stride: 2}"),
        ("{AdaptiveAvgPool2d: [2, 4]}", "{adaptiveavgpool: [2, 4]}"),
        ("{Conv2DTranspose: [4, 3], strides: 2}", "{convtranspose: 4, kernel: 3, stride: 2, pad: valid}"),
        ("{ConvTranspose2d: [32, 4, 3], stride: 2}", "{convtranspose: 4, kernel: 3, stride: 2}"),
        ("{ZeroPad2d: [1, 2, 3, 4]}", "{pad: [[3, 4], [1, 2]]}"),
        ("{ZeroPadding2D: [[3, 4], [1, 2]]}", "{pad: [[3, 4], [1, 2]]}"),
        ("{Cropping2D: [[3, 4], [1, 2]]}", "{crop: , margins: [[3, 4], [1, 2]]}"),
        ("{Resizing: [8, 6]}", "{upsample: , size: [8, 6], mode: bilinear}"),
        ("{UpSampling2D: [2, 3]}", "{upsample: [2, 3]}"),
        ("{PReLU: 32}", "{prelu: , per_channel: true}"),
        ("{PReLU: {shared_axes: [1, 2]}}", "{prelu: , per_channel: true}"),
        ("{Activation: leaky_relu}", "leakyrelu"),
        ("{Activation: linear}", "identity"),
        ("{ReLU: true}", "relu"),
        ("{conv: 8, kernel: 3, activation: hard_silu, trainable: false}",
            "{conv: 8, kernel: 3, act: hardswish, frozen: true}"),
        ("{Sequential: [{Flatten: {input_shape: [16, 16, 32]}}, {Dense: [10, softmax]}]}",
            "{seq: [flatten, {linear: 10, act: softmax}]}"),
    ],
)  # fmt: skip
def test_a_call_is_the_layer_in_netcosts_words(call: str, own: str) -> None:
    """Over an image of 32 channels; a tuple is a list, None is none."""
    image = "input: [32, 16, 16]\nlayers: "
    written, meant = specs.report(f"{image}[{call}]"), specs.report(f"{image}[{own}]")
    assert [(row.output, row.params) for row in written] == [(row.output, row.params) for row in meant]
    assert written.totals == meant.totals


@pytest.mark.parametrize(
    ("call", "own"),
    [
        ("{LSTM: 8}", "{lstm: 8, sequences: false, bias: single}"),
        ("{LSTM: [32, 8]}", "{lstm: 8}"),
        ("{LSTM: {hidden_size: 8, input_size: 32}}", "{lstm: 8}"),
        ("{LSTM: 8, return_sequences: true, use_bias: false}", "{lstm: 8, bias: false}"),
        ("{GRU: 8, return_sequences: true}", "{gru: 8}"),
        ("{GRU: 8, return_sequences: true, reset_after: false}", "{gru: 8, bias: single}"),
        ("{Bidirectional: {GRU: 8}}", "{gru: 8, sequences: false, bidirectional: true}"),
        ("{Bidirectional: {layer: {GRU: {units: 8}}, merge_mode: concat}}", "{gru: 8, sequences: false, bidirectional: true}"),
        ("{MultiheadAttention: [32, 4], batch_first: true}", "{attention: 4}"),
        ("{MultiHeadAttention: [4, 16], dropout: 0.1}", "{attention: 4, head_dim: 16}"),
        ("{GroupQueryAttention: [16, 4, 2]}", "{attention: 4, head_dim: 16, kv_heads: 2}"),
        ("{Permute: [2, 1]}", "{permute: [2, 1]}"),
        ("{Reshape: [[64, 4]]}", "{reshape: [64, 4]}"),
        ("{TimeDistributed: {Dense: 4}}", "{linear: 4}"),
        ("{LayerNormalization: {scale: false}}", "{layernorm: , scale: false}"),
    ],
)  # fmt: skip
def test_a_call_over_a_sequence(call: str, own: str) -> None:
    """PyTorch's LSTM takes two numbers, Keras's takes one, puts out its last state and has a single bias."""
    sequence = "input: {sequence: [8, 32]}\nlayers: "
    written, meant = specs.report(f"{sequence}[{call}]"), specs.report(f"{sequence}[{own}]")
    assert [(row.output, row.params) for row in written] == [(row.output, row.params) for row in meant]
    assert written.totals == meant.totals


@pytest.mark.parametrize(
    ("call", "film", "output", "params"),
    [
        ("{ConvLSTM2D: [4, 3, 2], padding: same}", "{volume: [3, 5, 8, 9]}", "4 x 4 x 5", 1024),
        ("{ConvLSTM2D: [4, [3, 1]], return_sequences: true, use_bias: false}", "{volume: [3, 5, 8, 9]}", "4 x 5 x 6 x 9", 336),
        ("{ConvLSTM1D: [4, 3]}", "[3, 5, 9]", "4 x 7", 352),
    ],
)  # fmt: skip
def test_a_call_over_a_film(call: str, film: str, output: str, params: int) -> None:
    """As keras 3.15.1 has it: the last state, from a single bias a gate."""
    text = f"input: {film}\nlayers: [{call}]"
    assert (specs.rows(text)[-1][1], specs.report(text).totals["params"]) == (output, params)


@pytest.mark.parametrize(
    ("call", "own"),
    [
        (
            "{ConvLSTM2D: [8, 3], return_sequences: true}",
            "{convlstm: 8, kernel: 3}",
        ),
        (
            "{ConvLSTM2D: {filters: 8, kernel_size: [3, 5], padding: same, dilation_rate: 2, use_bias: true}}",
            "{convlstm: 8, kernel: [3, 5], pad: same, dilation: 2, sequences: false}",
        ),
        (
            "{ConvLSTM2D: {filters: 8, kernel_size: 3, strides: 2, use_bias: false, data_format: channels_first}}",
            "{convlstm: 8, kernel: 3, stride: 2, bias: false, sequences: false}",
        ),
    ],
)
def test_a_call_over_a_film_means_an_item(call: str, own: str) -> None:
    """Keras's ConvLSTM puts out its last state."""
    film = "input: {volume: [3, 5, 12, 14]}\nlayers: "
    written, meant = specs.report(f"{film}[{call}]"), specs.report(f"{film}[{own}]")
    assert [(row.output, row.params) for row in written] == [(row.output, row.params) for row in meant]
    assert written.totals == meant.totals


def test_a_block_of_the_file_wins() -> None:
    """Its name may be one of PyTorch's."""
    text = "input: [4]\nblocks: {Linear: {params: [n], layers: [{linear: n}, {linear: n}]}}\nlayers: [{Linear: 3}]"
    assert [name for name, _ in specs.rows(text)] == ["Linear1.linear1", "Linear1.linear2"]


# -- whole networks, their calls written as YAML word by word

TORCH_CNN = """
input: [3, 32, 32]
layers:
  - Conv2d: [3, 32]
    kernel_size: 3
    padding: 1
    bias: false
  - {BatchNorm2d: 32, eps: 1e-3, momentum: 0.01}
  - ReLU: {inplace: true}
  - MaxPool2d: {kernel_size: 2, stride: 2}
  - {Conv2d: [32, 64, 3], stride: 2, padding: 1, padding_mode: reflect}
  - GroupNorm: [8, 64]
  - LeakyReLU: 0.2
  - ZeroPad2d: [1, 2, 0, 1]
  - Conv2d: {in_channels: 64, out_channels: 64, kernel_size: 3, groups: 64, dilation: 2}
  - PReLU: {num_parameters: 64}
  - AdaptiveAvgPool2d: [2, 2]
  - Flatten: {start_dim: 1}
  - Dropout: {p: 0.5}
  - Linear: {in_features: 256, out_features: 10}
  - Softmax: {dim: 1}
"""

TORCH_ENCODER = """
input: {tokens: 10}
layers:
  - Embedding: [1000, 64]
    padding_idx: 0
  - TransformerEncoderLayer: {d_model: 64, nhead: 4, dim_feedforward: 256, dropout: 0.1, activation: gelu,
      batch_first: true, norm_first: true}
  - LayerNorm: {normalized_shape: 64, eps: 1e-6}
  - LSTM: {input_size: 64, hidden_size: 32, num_layers: 2, batch_first: true, bidirectional: true, dropout: 0.2}
  - {Linear: [64, 1000], bias: false}
"""

KERAS_CNN = """
input: [1, 28, 28]
layers:
  - Sequential:
    - Conv2D: {filters: 32, kernel_size: [3, 3], activation: relu, kernel_initializer: he_normal, input_shape: [28, 28, 1]}
    - BatchNormalization: {momentum: 0.9, scale: false}
    - MaxPooling2D: {pool_size: [2, 2]}
    - {SeparableConv2D: [64, 3], padding: same, activation: relu}
    - {Conv2DTranspose: [8, 3], strides: 2, use_bias: false}
    - UpSampling2D: {size: 2, interpolation: bilinear}
    - ZeroPadding2D: {padding: [[1, 0], [0, 2]]}
    - DepthwiseConv2D: {kernel_size: 5, depth_multiplier: 2, activation: relu}
    - GlobalAveragePooling2D: {data_format: channels_last}
    - Dropout: {rate: 0.25}
    - Dense: {units: 10, activation: softmax, kernel_regularizer: l2}
"""

KERAS_RECURRENT = """
input: {tokens: 20}
layers:
  - Embedding: {input_dim: 500, output_dim: 16, mask_zero: true}
  - Bidirectional: {LSTM: 32, return_sequences: true, recurrent_dropout: 0.1}
  - LayerNormalization: {epsilon: 1e-6}
  - GRU: {units: 24, return_sequences: true, reset_after: true, dropout: 0.2}
  - TimeDistributed: {Dense: [12, tanh]}
  - LSTM: 8
  - {Dense: 1, activation: sigmoid, trainable: false}
"""


@pytest.mark.parametrize(
    ("text", "params", "trainable", "output"),
    [
        (TORCH_CNN, 22_826, 22_826, "10"),
        (TORCH_ENCODER, 228_288, 228_288, "10 x 1000"),
        (KERAS_CNN, 7_946, 7_946, "10"),
        (KERAS_RECURRENT, 28_133, 28_124, "1"),
    ],
    ids=["PyTorch CNN", "PyTorch encoder", "Keras CNN", "Keras recurrent"],
)
def test_a_network_of_calls_word_by_word(text: str, params: int, trainable: int, output: str) -> None:
    """As torch 2.14.1 and keras 3.15.1 count the same calls; Keras's 8,010 of the CNN hold 64 moving statistics."""
    report = specs.report(text)
    assert (report.totals["params"], report.totals["trainable_params"]) == (params, trainable)
    assert specs.rows(text)[-1][1] == output


def test_the_products_of_the_calls() -> None:
    """Torch's flop counter, halved: 2,087,104 for the CNN; 1,131,520 for the matrices of the encoder.

    By hand, as the counter does not see them: its scores and weighted values, 10 * 10 * 64 each, and of its LSTM
    10 positions, 2 layers, 2 directions, 4 gates of 32 units over 64 inputs and 32 units of the last state.
    """
    recurrent = 10 * 2 * 2 * 4 * 32 * (64 + 32)
    assert specs.report(TORCH_CNN).totals["macs"] == 2_087_104
    assert specs.report(TORCH_ENCODER).totals["macs"] == 1_131_520 + 2 * 10 * 10 * 64 + recurrent
