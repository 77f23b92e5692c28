"""Attention over sequences, between sequences, and within the windows of a map."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from netcost.layers.attention import Attention
from netcost.layers.latent_attention import Waist
from netcost.layers.layer import Layer, count
from netcost.layers.position_bias import Position
from netcost.layers.refusals import LayerError
from netcost.layers.window_attention import WindowAttention
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume

# Parameters and MACs were counted by PyTorch 2.13.0: those of nn.MultiheadAttention and, for grouped
# heads and heads of their own width, of four nn.Linear and F.scaled_dot_product_attention; rotations
# and RMS norms have no MACs. Operations are worked out beside each case, as
# 6 a score + biases + 3 an element of queries and keys for rope + 5 for qk_norm.
ATTENTION = [
    pytest.param(
        Attention(heads=12),
        (Sequence((1, 197, 768)),),
        4 * 768 * 768 + 4 * 768,  # 2,362,368
        524_391_936,  # 4 * 197 * 768 * 768 + 2 * 197 * 197 * 768
        6 * 12 * 197 * 197 + 4 * 197 * 768,
        id="ViT-B/16",
    ),
    pytest.param(
        Attention(heads=8),
        (Sequence((2, 50, 64)),),
        16_640,
        2_278_400,
        2 * (6 * 8 * 50 * 50 + 4 * 50 * 64),
        id="batch of 2",
    ),
    pytest.param(
        Attention(heads=4, bias=False),
        (Sequence((2, 33, 32)),),
        4_096,
        409_728,
        2 * 6 * 4 * 33 * 33,
        id="without bias",
    ),
    pytest.param(
        Attention(heads=12, causal=True),
        (Sequence((1, 1024, 768)),),
        2_362_368,
        4_026_531_840,
        6 * 12 * 1024 * 1024 + 4 * 1024 * 768,
        id="causal is not halved",
    ),
    pytest.param(
        Attention(heads=8),
        (Sequence((2, 10, 64)), Sequence((2, 25, 64))),
        16_640,
        637_440,
        2 * (6 * 8 * 10 * 25 + 2 * 10 * 64 + 2 * 25 * 64),
        id="cross",
    ),
    pytest.param(
        Attention(heads=8),
        (Sequence((2, 10, 64)), Sequence((2, 25, 48))),
        14_592,
        535_040,
        2 * (6 * 8 * 10 * 25 + 2 * 10 * 64 + 2 * 25 * 64),
        id="cross, a source of another width",
    ),
    pytest.param(
        Attention(heads=32, kv_heads=8, bias=False, causal=True, rope=True),
        (Sequence((1, 128, 4096)),),
        41_943_040,  # 2 * 4096 * 4096 + 2 * 4096 * 1024
        5_502_926_848,
        6 * 32 * 128 * 128 + 3 * 128 * (4096 + 1024),
        id="Llama-3-8B: grouped heads, rotated",
    ),
    pytest.param(
        Attention(heads=8, kv_heads=2),
        (Sequence((2, 40, 64)),),
        10_400,
        1_228_800,
        2 * (6 * 8 * 40 * 40 + 2 * 40 * 64 + 2 * 40 * 16),
        id="grouped heads with bias",
    ),
    pytest.param(
        Attention(heads=8, kv_heads=1, bias=False),
        (Sequence((1, 40, 64)),),
        9_216,
        573_440,
        6 * 8 * 40 * 40,
        id="one head of keys and values",
    ),
    pytest.param(
        Attention(heads=8, head_dim=32, bias=False),
        (Sequence((1, 20, 64)),),
        65_536,
        1_515_520,
        6 * 8 * 20 * 20,
        id="heads wider together than the channels",
    ),
    pytest.param(
        Attention(heads=16, kv_heads=4, head_dim=128),
        (Sequence((2, 12, 1024)),),
        5_246_976,
        127_008_768,
        2 * (6 * 16 * 12 * 12 + 12 * 2048 + 2 * 12 * 512 + 12 * 1024),
        id="grouped, head_dim given, bias",
    ),
    pytest.param(
        Attention(heads=8, kv_heads=4, head_dim=16),
        (Sequence((1, 9, 64)), Sequence((1, 30, 96))),
        28_992,
        585_216,
        6 * 8 * 9 * 30 + 9 * 128 + 2 * 30 * 64 + 9 * 64,
        id="grouped cross attention",
    ),
    pytest.param(
        Attention(heads=14, kv_heads=2, out_bias=False, causal=True, rope=True),
        (Sequence((1, 10, 896)),),
        # Qwen2.5-0.5B: 2 * 896 * 896 + 2 * 896 * 128 + 896 + 2 * 128
        1_836_160,
        10 * (2 * 896 * 896 + 2 * 896 * 128) + 2 * 14 * 10 * 10 * 64,
        6 * 14 * 10 * 10 + 10 * 896 + 2 * 10 * 128 + 3 * 10 * (896 + 128),
        id="Qwen2.5: the output alone has no bias",
    ),
    pytest.param(
        Attention(heads=16, kv_heads=8, head_dim=128, bias=False, causal=True, rope=True, qk_norm=True),
        (Sequence((1, 10, 1024)),),
        # Qwen3-0.6B: 2 * 1024 * 2048 + 2 * 1024 * 1024, and a scale of 128 for queries and one for keys
        6_291_712,
        10 * (2 * 1024 * 2048 + 2 * 1024 * 1024) + 2 * 16 * 10 * 10 * 128,
        6 * 16 * 10 * 10 + (3 + 5) * 10 * (2048 + 1024),
        id="Qwen3: normalised queries and keys",
    ),
]


@pytest.mark.parametrize(("layer", "inputs", "params", "macs", "ops"), ATTENTION)
def test_attention_costs_its_projections_and_its_scores(
    layer: Attention, inputs: tuple[Sequence, ...], params: int, macs: int, ops: int
) -> None:
    """Attention keeps the shape of its first input; its weights, MACs and operations match the sources."""
    out = layer.output(*inputs)
    assert (type(out), out) == (Sequence, inputs[0])
    assert count(layer.weights(*inputs)) == params
    assert (layer.macs(inputs[0], *inputs), layer.ops(inputs[0], *inputs)) == (macs, ops)


# Parameters, buffers and MACs of torchvision 0.28.0's ShiftedWindowAttention under PyTorch 2.13.0.
# Operations: 6 + 1 a score for the position bias, and four biases, over all windows.
WINDOWED = [
    pytest.param(
        WindowAttention(heads=3, window=7),
        Image((1, 96, 56, 56)),
        37_755,  # 4 * 96 * 96 + 4 * 96 + 13 * 13 * 3
        2_401,  # 49 * 49
        145_108_992,  # 64 windows of 49: 64 * (4 * 49 * 96 * 96 + 2 * 49 * 49 * 96)
        64 * (7 * 3 * 49 * 49 + 4 * 49 * 96),
        id="Swin-T, first stage",
    ),
    pytest.param(
        WindowAttention(heads=3, window=7, shift=3),
        Image((1, 96, 56, 56)),
        37_755,
        2_401,
        145_108_992,
        64 * (7 * 3 * 49 * 49 + 4 * 49 * 96),
        id="a shift changes no count",
    ),
    pytest.param(
        WindowAttention(heads=24, window=(7, 7), shift=(3, 3)),
        Image((1, 768, 7, 7)),
        2_366_424,  # 4 * 768 * 768 + 4 * 768 + 169 * 24
        2_401,
        4 * 49 * 768 * 768 + 2 * 49 * 49 * 768,
        7 * 24 * 49 * 49 + 4 * 49 * 768,
        id="Swin-T, last stage: one window",
    ),
    pytest.param(
        WindowAttention(heads=4, window=7),
        Image((2, 32, 30, 20)),
        4_900,
        2_401,
        10_631_040,  # 5 x 3 windows for each of 2 images
        2 * 15 * (7 * 4 * 49 * 49 + 4 * 49 * 32),
        id="padded to whole windows",
    ),
    pytest.param(
        WindowAttention(heads=4, window=7, bias=False),
        Image((1, 32, 14, 7)),
        4 * 32 * 32 + 169 * 4,
        2_401,
        2 * (4 * 49 * 32 * 32 + 2 * 49 * 49 * 32),
        2 * 7 * 4 * 49 * 49,
        id="without bias",
    ),
    pytest.param(
        WindowAttention(heads=3, window=(8, 7, 7), shift=(4, 3, 3)),
        Volume((1, 96, 8, 14, 14)),
        # torchvision 0.28.0, swin3d_t, first block: 4 * 96 * 96 + 4 * 96 + 15 * 13 * 13 * 3
        44_853,
        392 * 392,
        4 * (4 * 392 * 96 * 96 + 2 * 392 * 392 * 96),
        4 * (7 * 3 * 392 * 392 + 4 * 392 * 96),
        id="windows of a volume",
    ),
]


@pytest.mark.parametrize(("layer", "x", "params", "buffers", "macs", "ops"), WINDOWED)
def test_window_attention_costs_attention_within_each_window(
    layer: WindowAttention, x: Image, params: int, buffers: int, macs: int, ops: int
) -> None:
    """The map keeps its shape; all windows together cost what the sources say, padding included."""
    out = layer.output(x)
    assert (type(out), out) == (type(x), x)
    assert (count(layer.weights(x)), count(layer.buffers(x))) == (params, buffers)
    assert (layer.macs(x, x), layer.ops(x, x)) == (macs, ops)


X = Sequence((1, 16, 64))

FAULTY = [
    (
        Attention(heads=5),
        (X,),
        "channels (64) is not divisible by heads (5)",
        "heads",
        "heads could be 4 or 8",
    ),
    (
        Attention(heads=4, head_dim=3, rope=True),
        (X,),
        "rope rotates pairs of numbers, a head has 3",
        "rope",
        "an even head_dim",
    ),
    (
        Attention(heads=4),
        (X, Sequence((2, 16, 64))),
        "the queries are a batch of 1, the keys and values one of 2",
        "",
        "",
    ),
    (
        Attention(heads=4),
        (Tokens((1, 16)),),
        "attention needs a sequence, got token numbers 16",
        "",
        "add `embedding` before it",
    ),
    (
        Attention(heads=4),
        (X, Vector((1, 64))),
        "attention needs a sequence, got a vector 64",
        "",
        "",
    ),
    (
        Attention(heads=4, position="decomposed"),
        (X,),
        "decomposed positions are those of a map's axes",
        "position",
        "put `to_map` before it",
    ),
    (
        Attention(heads=4, position=Position(table=(14, 14))),
        (Sequence((1, 197, 64)),),
        "a table of 14 x 14 is for 196 positions, there are 197",
        "position.table",
        "as many as the grid has; more with `extra: 3`, for a class token",
    ),
    (
        Attention(heads=4, position=Position(table=(14, 14), extra=3)),
        (Sequence((1, 50, 64)),),
        "a table of 14 x 14 is for 196 positions, there are 50",
        "position.table",
        "as many as the grid has; more with `extra: 3`, for a class token",
    ),
    (
        WindowAttention(heads=4, window=7, position=Position(table=(8, 8))),
        (Image((1, 64, 14, 14)),),
        "a table of 8 x 8 is for 64 positions, there are 49",
        "position.table",
        "as many as the grid has; more with `extra: 3`, for a class token",
    ),
    (
        WindowAttention(heads=5, window=7),
        (Image((1, 64, 14, 14)),),
        "channels (64) is not divisible by heads (5)",
        "heads",
        "heads could be 4 or 8",
    ),
    (
        WindowAttention(heads=4, window=7, shift=7),
        (Image((1, 64, 14, 14)),),
        "a shift of 7 is not less than the window of 7",
        "shift",
        "half a window: 3",
    ),
    (
        WindowAttention(heads=4, window=(7, 7)),
        (Signal((1, 64, 14)),),
        "window has 2 values, the input has 1 spatial axis",
        "window",
        "one number, or a list of 1",
    ),
    (
        WindowAttention(heads=4, window=7),
        (X,),
        "windowattention needs a signal, an image or a volume, got a sequence 16 x 64",
        "",
        "add `to_map` before it",
    ),
]


@pytest.mark.parametrize(("layer", "inputs", "message", "at", "hint"), FAULTY)
def test_what_does_not_fit_is_refused(
    layer: Layer, inputs: tuple[Shape, ...], message: str, at: str, hint: str
) -> None:
    """An input that attention cannot take is refused with both numbers and a way out."""
    with pytest.raises(LayerError) as caught:
        layer.output(*inputs)
    assert (caught.value.message, caught.value.field, caught.value.hint) == (message, at, hint)


def test_groups_of_heads_are_equal() -> None:
    """Heads that do not fall into kv_heads equal groups are refused before any input is seen."""
    with pytest.raises(LayerError, match=r"heads \(12\) is not divisible by kv_heads \(5\)") as caught:
        Attention(heads=12, kv_heads=5)
    assert (caught.value.field, caught.value.hint) == ("kv_heads", "kv_heads could be 4 or 6")


def test_settings_state_what_the_input_decides() -> None:
    """Reports show the width of a head and the number of its groups where the spec leaves them out."""
    settings = Attention(heads=12).settings(Sequence((1, 197, 768)))
    assert (settings["kv_heads"], settings["head_dim"], settings["out_bias"]) == (12, 64, True)
    settings = WindowAttention(heads=3, window=7).settings(Image((1, 96, 56, 56)))
    assert (settings["window"], settings["shift"]) == ((7, 7), (0, 0))


@pytest.mark.parametrize(
    ("layer", "x", "label"),
    [
        (Attention(heads=12), X, "Attention (h=12)"),
        (Attention(heads=32, kv_heads=8, causal=True), X, "Attention (h=32, h_kv=8, causal=true)"),
        (
            WindowAttention(heads=3, window=7, shift=3),
            Image((1, 96, 56, 56)),
            "WindowAttention (h=3, M=7, shift=3)",
        ),
    ],
)
def test_labels_name_the_heads(layer: Layer, x: Shape, label: str) -> None:
    """A table shows the heads, and what differs from the default."""
    assert layer.label(x) == label


def test_attention_refuses_a_vector() -> None:
    """A vector has no positions to attend to."""
    with pytest.raises(LayerError, match="attention needs a sequence, got a vector 64"):
        Attention(heads=4).output(Vector((1, 64)))


# What attention has beyond its four projections. MACs and operations are worked out beside each case; parameters of the
# published ones are those of transformers 5.24 for one block.
WAIST = Waist(kv=512, rope=64, nope=128, value=128, q=1536)
LITE = Waist(kv=512, rope=64, nope=128, value=128)
FURTHER = [
    pytest.param(
        Attention(heads=16, kv_heads=8, head_dim=128, bias=False, past=1023),
        (Sequence((1, 1, 1024)),),
        2 * 1024 * 2048 + 2 * 1024 * 1024,
        # one token is projected, 1,024 keys are met: 10,485,760
        2 * 1024 * 2048 + 2 * 1024 * 1024 + 2 * 16 * 1024 * 128,
        6 * 16 * 1024,
        id="one token over 1,023 that are kept",
    ),
    pytest.param(
        Attention(heads=16, kv_heads=8, head_dim=64, bias=False, past=1023, window=4096, sinks=True),
        (Sequence((1, 1, 1024)),),
        2 * 1024 * 1024 + 2 * 1024 * 512 + 16,
        2 * 1024 * 1024 + 2 * 1024 * 512 + 2 * 16 * 1024 * 64,
        6 * 16 * 1024 + 5 * 16,
        id="a window that is not full, and a sink a head",
    ),
    pytest.param(
        Attention(heads=8, bias=False, window=128),
        (Sequence((2, 300, 64)),),
        4 * 64 * 64,
        2 * (4 * 300 * 64 * 64 + 2 * 8 * 300 * 128 * 8),
        2 * 6 * 8 * 300 * 128,
        id="each query meets the last 128 keys",
    ),
    pytest.param(
        Attention(heads=6, q_bias=True, k_bias=False, v_bias=True, out=False),
        (Sequence((1, 10, 384)),),
        3 * 384 * 384 + 2 * 384,
        3 * 10 * 384 * 384 + 2 * 6 * 10 * 10 * 64,
        6 * 6 * 10 * 10 + 2 * 10 * 384,
        id="biases one by one, and no output projection",
    ),
    pytest.param(
        Attention(heads=32, bias=False, qk_norm="all"),
        (Sequence((1, 7, 4096)),),
        4 * 4096 * 4096 + 2 * 4096,  # OLMo 2 7B
        4 * 7 * 4096 * 4096 + 2 * 32 * 7 * 7 * 128,
        6 * 32 * 7 * 7 + 5 * 2 * 7 * 4096,
        id="normed over all heads together",
    ),
    pytest.param(
        Attention(heads=32, kv_heads=8, bias=False, qk_norm="all"),
        (Sequence((1, 7, 4096)),),
        2 * 4096 * 4096 + 2 * 4096 * 1024 + 4096 + 1024,
        2 * 7 * 4096 * (4096 + 1024) + 2 * 32 * 7 * 7 * 128,
        6 * 32 * 7 * 7 + 5 * 7 * (4096 + 1024),
        id="queries wider than keys, normed over all",
    ),
    pytest.param(
        Attention(heads=4, bias=False, value_dim=24),
        (Sequence((1, 9, 64)),),
        2 * 64 * 64 + 64 * 96 + 96 * 64,
        9 * (2 * 64 * 64 + 2 * 64 * 96) + 4 * 9 * 9 * (16 + 24),
        6 * 4 * 9 * 9,
        id="values wider than keys",
    ),
    pytest.param(
        Attention(heads=128, latent=WAIST),
        (Sequence((1, 5, 7168)),),
        187_107_328,  # DeepSeek-V3: five matrices and two norms
        5 * (7168 * 1536 + 1536 * 128 * 192 + 7168 * 576 + 512 * 128 * 256 + 128 * 128 * 7168)
        + 128 * 5 * 5 * (192 + 128),
        6 * 128 * 5 * 5 + 5 * 5 * (1536 + 512) + 3 * 64 * (5 * 128 + 5),
        id="DeepSeek-V3",
    ),
    pytest.param(
        Attention(heads=16, bias=False, latent=LITE),
        (Sequence((2, 5, 2048)),),
        2048 * 16 * 192 + 2048 * 576 + 512 + 512 * 16 * 256 + 16 * 128 * 2048,
        2 * (5 * (2048 * 16 * 192 + 2048 * 576 + 512 * 16 * 256 + 16 * 128 * 2048) + 16 * 5 * 5 * (192 + 128)),
        2 * (6 * 16 * 5 * 5 + 5 * 5 * 512 + 3 * 64 * (5 * 16 + 5)),
        id="DeepSeek-V2-Lite: queries without a waist",
    ),
    pytest.param(
        Attention(heads=16, bias=False, latent=LITE, past=99),
        (Sequence((1, 1, 2048)),),
        2048 * 16 * 192 + 2048 * 576 + 512 + 512 * 16 * 256 + 16 * 128 * 2048,
        # scores and sums over 100 waists of 512 + 64 and 512; one query and one output widened
        2048 * 16 * 192 + 2048 * 576 + 512 * 16 * 256 + 16 * 128 * 2048 + 16 * 100 * (576 + 512),
        6 * 16 * 100 + 5 * 512 + 3 * 64 * (16 + 1),
        id="the waist of 99 tokens is kept",
    ),
    pytest.param(
        Attention(heads=8, head_dim=64, bias=False, position=Position(buckets=32)),
        (Sequence((1, 10, 512)),),
        4 * 512 * 512 + 32 * 8,  # T5
        4 * 10 * 512 * 512 + 2 * 8 * 10 * 10 * 64,
        (6 + 1) * 8 * 10 * 10,
        id="T5's buckets",
    ),
    pytest.param(
        Attention(heads=8, head_dim=64, bias=False, position=Position(buckets=32, shared=True)),
        (Sequence((1, 10, 512)),),
        4 * 512 * 512,
        4 * 10 * 512 * 512 + 2 * 8 * 10 * 10 * 64,
        (6 + 1) * 8 * 10 * 10,
        id="the buckets of an earlier block",
    ),
    pytest.param(
        Attention(heads=12, bias=False, position=Position(table=(14, 14), extra=3)),
        (Sequence((1, 197, 768)),),
        4 * 768 * 768 + (27 * 27 + 3) * 12,  # BEiT
        4 * 197 * 768 * 768 + 2 * 12 * 197 * 197 * 64,
        (6 + 1) * 12 * 197 * 197,
        id="a table over a grid and the class token",
    ),
    pytest.param(
        Attention(heads=8, position="relative"),
        (Sequence((2, 10, 64)),),
        5 * 64 * 64 + 4 * 64 + 2 * 64,  # a fifth matrix, two biases of the scores, as in a Conformer
        # 19 distances are projected once, and multiplied with each query
        2 * (4 * 10 * 64 * 64 + 2 * 8 * 10 * 10 * 8 + 8 * 10 * 19 * 8) + 19 * 64 * 64,
        2 * ((6 + 1) * 8 * 10 * 10 + 4 * 10 * 64 + 2 * 10 * 64),
        id="distances in both directions",
    ),
    pytest.param(
        Attention(heads=12, position="decomposed"),
        (Image((1, 768, 64, 64)),),
        4 * 768 * 768 + 4 * 768 + 2 * 127 * 64,  # SAM's global blocks
        4 * 4096 * 768 * 768 + 2 * 12 * 4096 * 4096 * 64 + 12 * 4096 * 64 * (64 + 64),
        (6 + 2) * 12 * 4096 * 4096 + 4 * 4096 * 768,
        id="a table for each axis of a map",
    ),
    pytest.param(
        Attention(heads=12, position=Position(disentangled=512)),
        (Sequence((1, 10, 768)),),
        4 * 768 * 768 + 4 * 768,  # DeBERTa v3, whose distances use the matrices of queries and keys
        4 * 10 * 768 * 768 + 2 * 12 * 10 * 10 * 64 + 2 * 512 * 768 * 768 + 12 * 64 * 512 * (10 + 10),
        (6 + 2) * 12 * 10 * 10 + 4 * 10 * 768,
        id="contents and distances apart",
    ),
    pytest.param(
        # transformers' DisentangledSelfAttention of DeBERTa v2 with share_att_key: false: 2,952,960 and 655,405,056
        Attention(heads=12, out=False, position=Position(disentangled=512, own=True)),
        (Sequence((2, 10, 768)),),
        5 * 768 * 768 + 5 * 768,
        2 * (3 * 10 * 768 * 768 + 2 * 12 * 10 * 10 * 64 + 12 * 64 * 512 * (10 + 10)) + 2 * 512 * 768 * 768,
        2 * ((6 + 2) * 12 * 10 * 10 + 3 * 10 * 768),
        id="matrices for the distances, with the biases that queries and keys have",
    ),
    pytest.param(
        # the same of the first DeBERTa: 2,951,424 and, of a batch of 2, 6,324,682,752
        Attention(heads=12, out=False, k_bias=False, position=Position(disentangled=1024, own=True)),
        (Sequence((1, 600, 768)),),
        5 * 768 * 768 + 3 * 768,
        3 * 600 * 768 * 768 + 2 * 12 * 600 * 600 * 64 + 2 * 1024 * 768 * 768 + 12 * 64 * 1024 * (600 + 600),
        (6 + 2) * 12 * 600 * 600 + 2 * 600 * 768,
        id="keys without a bias, of contents and of distances",
    ),
    pytest.param(
        # transformers' Wav2Vec2BertSelfAttention, relative_key: 4,203,072 and 170,229,760
        Attention(heads=16, position=Position(vectors=73)),
        (Sequence((2, 20, 1024)),),
        4 * 1024 * 1024 + 4 * 1024 + 73 * 64,
        2 * (4 * 20 * 1024 * 1024 + 2 * 16 * 20 * 20 * 64 + 16 * 20 * 20 * 64),
        2 * ((6 + 1) * 16 * 20 * 20 + 4 * 20 * 1024),
        id="a vector for each distance, which all heads share",
    ),
    pytest.param(
        # the same einsums as the original Transformer-XL: 20,608 and 407,040
        Attention(heads=8, bias=False, causal=True, position="relative"),
        (Sequence((2, 10, 64)),),
        5 * 64 * 64 + 2 * 64,
        2 * (4 * 10 * 64 * 64 + 2 * 8 * 10 * 10 * 8 + 8 * 10 * 10 * 8) + 10 * 64 * 64,
        2 * ((6 + 1) * 8 * 10 * 10 + 2 * 10 * 64),
        id="distances to earlier keys alone",
    ),
    pytest.param(
        Attention(heads=4, bias=False),
        (Image((2, 32, 5, 6)),),
        4 * 32 * 32,
        2 * (4 * 30 * 32 * 32 + 2 * 4 * 30 * 30 * 8),
        2 * 6 * 4 * 30 * 30,
        id="over the positions of a map",
    ),
    pytest.param(
        Attention(heads=4, bias=False),
        (Tensor((2, 4, 9, 32)),),
        4 * 32 * 32,
        2 * 4 * (4 * 9 * 32 * 32 + 2 * 4 * 9 * 9 * 8),
        2 * 4 * 6 * 4 * 9 * 9,
        id="leading axes",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "inputs", "params", "macs", "ops"), FURTHER)
def test_what_attention_has_beyond_its_projections(
    layer: Attention, inputs: tuple[Shape, ...], params: int, macs: int, ops: int
) -> None:
    """Pasts, windows, sinks, waists, and what scores are told of positions."""
    out = layer.output(*inputs)
    assert count(layer.weights(*inputs)) == params
    assert layer.macs(out, *inputs) == macs
    assert layer.ops(out, *inputs) == ops
    assert out == inputs[0] or not layer.out


@pytest.mark.parametrize(
    ("layer", "x", "kept"),
    [
        (Attention(heads=32, kv_heads=8, causal=True), Sequence((1, 10, 4096)), 2 * 10 * 1024),
        (Attention(heads=32, kv_heads=8, past=9), Sequence((2, 1, 4096)), 2 * 2 * 10 * 1024),
        (Attention(heads=8, causal=True, window=4), Sequence((1, 10, 64)), 2 * 4 * 64),
        (Attention(heads=128, causal=True, latent=WAIST), Sequence((1, 10, 7168)), 10 * (512 + 64)),
        (Attention(heads=8), Sequence((1, 10, 64)), 0),
    ],
)  # fmt: skip
def test_what_a_later_token_looks_back_to(layer: Attention, x: Sequence, kept: int) -> None:
    """Keys and values, as many as a window has; of latent attention the waist. Nothing where no token comes later."""
    assert count(layer.state(x)) == kept


def test_a_source_that_is_kept_is_not_projected_anew() -> None:
    """A query and what comes out are; keys and values of 100 positions of 32 numbers are met, and their weights not read."""
    layer, inputs = (
        Attention(heads=8, kv_heads=2, cached=True),
        (Sequence((3, 1, 64)), Sequence((3, 100, 32))),
    )
    out = layer.output(*inputs)
    assert layer.macs(out, *inputs) == 3 * (2 * 64 * 64 + 2 * 64 * 100)
    assert layer.ops(out, *inputs) == 3 * (6 * 8 * 100 + 64 + 64)
    assert layer.state(*inputs) == {"keys": (3, 100, 16), "values": (3, 100, 16)}
    assert layer.read_params(*inputs) == 2 * (64 * 64 + 64)
    assert count(layer.weights(*inputs)) == 2 * (64 * 64 + 64) + 2 * (32 * 16 + 16)
    with pytest.raises(LayerError, match="there is no source to keep"):
        layer.output(inputs[0])


@pytest.mark.parametrize(
    ("layer", "params", "macs"),
    [
        (WindowAttention(heads=4, window=7, position=False), 4 * 64 * 64 + 4 * 64, 0),
        # two tables of 13 vectors of 16; each query of 16 windows with 7 + 7 of them
        (
            WindowAttention(heads=4, window=7, position="decomposed"),
            4 * 64 * 64 + 4 * 64 + 2 * 13 * 16,
            16 * 4 * 49 * 16 * (7 + 7),
        ),
        (WindowAttention(heads=4, window=7, head_dim=8, position=False), 4 * 64 * 32 + 3 * 32 + 64, None),
        (WindowAttention(heads=4, window=7, position=False, qk_norm=True), 4 * 64 * 64 + 4 * 64 + 2 * 16, 0),
        # TinyViT has a number for each two distances along the axes, whatever their signs
        (WindowAttention(heads=4, window=7, position=Position(buckets=49)), 4 * 64 * 64 + 4 * 64 + 49 * 4, 0),
    ],
)
def test_windows_without_swins_bias(layer: WindowAttention, params: int, macs: int | None) -> None:
    """MACs beyond those of attention in 16 windows of 49 positions."""
    x = Image((1, 64, 28, 28))
    assert count(layer.weights(x)) == params
    plain = 16 * (4 * 49 * 64 * 64 + 2 * 4 * 49 * 49 * 16)
    assert macs is None or layer.macs(x, x) == plain + macs


def test_windows_of_swin_v2() -> None:
    """The ShiftedWindowAttentionV2 of torchvision has 96 channels in windows of 8 x 8, counted as the others are.

    A network of 512 hidden numbers makes a bias for each of 15 x 15 distances, once: 1 operation for its bias and 1
    for its ReLU, 2 for each bias that comes out. Queries and keys are made as long as 1 with 3 an element.
    """
    layer = WindowAttention(heads=3, window=8, qk_norm="cosine", position=Position(mlp=512))
    x = Image((1, 96, 64, 64))
    assert (count(layer.weights(x)), count(layer.buffers(x))) == (40_323, 4_546)
    assert layer.macs(x, x) == 201_902_592
    scores, numbers = 64 * 3 * 64 * 64, 64 * 64 * 96
    made = 2 * 15 * 15 * (512 + 3)
    assert layer.ops(x, x) == (6 + 1) * scores + 4 * numbers + 3 * 2 * numbers + made


def test_windows_of_swin_v2_without_a_bias_of_keys() -> None:
    """As transformers have them."""
    layer = WindowAttention(heads=3, window=8, k_bias=False, qk_norm="cosine", position=Position(mlp=512))
    assert count(layer.weights(Image((1, 96, 64, 64)))) == 40_323 - 96


@pytest.mark.parametrize(
    ("position", "x", "buffers"),
    [
        # timm's BEiT: its table has three numbers more a head, of its class token
        (Position(table=(14, 14), extra=3), Sequence((2, 197, 768)), 197 * 197),
        (Position(table=(14, 14)), Image((1, 768, 14, 14)), 196 * 196),
        (Position(table=(14, 14), shared=True), Sequence((2, 196, 768)), 0),
        (Position(buckets=32), Sequence((2, 197, 768)), 0),
    ],
)
def test_a_place_in_a_table_for_each_query_and_key(position: Position, x: Shape, buffers: int) -> None:
    """Is stored with the table, once."""
    assert count(Attention(heads=12, position=position).buffers(x)) == buffers


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"position": {"buckets": 32, "alibi": True}},
            "a position is told in one way, this names buckets and alibi",
        ),
        ({"position": {"shared": True}}, "a position is told in one way, this names none"),
        ({"position": {"table": [7] * 4}}, "a table is over the axes of a grid, 4 are too many"),
        ({"latent": WAIST, "rope": True}, "latent attention has widths of its own, and no rope"),
        ({"latent": WAIST, "kv_heads": 2}, "latent attention has widths of its own, and no kv_heads"),
        ({"latent": WAIST, "q_bias": True}, "latent attention has widths of its own, and no q_bias"),
        ({"qk_norm": "heads"}, "qk_norm: expected true or false or one of all, cosine, got `heads`"),
        ({"latent": {"kv": 512}}, "latent: it needs `rope`"),
        ({"cached": True, "latent": WAIST}, "latent attention has widths of its own, and no cached"),
    ],
)
def test_fields_that_do_not_go_together(fields: dict[str, Any], message: str) -> None:
    """Are told by name."""
    with pytest.raises(LayerError, match=message):
        Attention(heads=8, **fields)


@pytest.mark.parametrize(
    ("layer", "x", "elements"),
    [
        # 4TC + h*T*T beside the output, TC: 305,547 as timm publishes for DeiT-tiny's attention
        (Attention(heads=3), Sequence((1, 197, 192)), 5 * 197 * 192 + 3 * 197 * 197),
        (Attention(heads=8), Sequence((1, 4096, 512)), 5 * 4096 * 512 + 8 * 4096 * 4096),
    ],
)
def test_what_attention_holds_inside(layer: Attention, x: Sequence, elements: int) -> None:
    """Queries, keys, values, weighed values and, without a fused kernel, all scores."""
    inside = sum(prod(held.shape) for held in layer.scratch_unfused(x, x).values())
    assert inside + x.elements == elements
    assert inside - sum(prod(held.shape) for held in layer.scratch(x, x).values()) == layer.heads * x[1] ** 2
