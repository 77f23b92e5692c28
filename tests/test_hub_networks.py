"""The networks of model hubs: what comes out of them, and where their counts follow a rule of their own."""

from __future__ import annotations

from collections import Counter

import pytest
from bundled import network_of, report_of

import netcost
from netcost.layers.layer import count

# As the models of transformers, diffusers and torchaudio put them out.
OUTPUTS = [
    ("llama2_7b", [(2048, 32000)]),
    ("olmo2_7b", [(2048, 100352)]),
    ("gpt_oss_20b", [(2048, 201088)]),
    ("deepseek_v3", [(2048, 129280)]),
    ("t5_small", [(64, 32128)]),
    ("whisper_tiny", [(64, 51865)]),
    ("clip_vit_b_32", [(1, 1)]),
    ("detr_resnet50", [(100, 92), (100, 4)]),
    ("wav2vec2_base", [(49, 768)]),
    ("conformer_s", [(250, 144)]),
    ("parakeet_ctc_0_6b", [(125, 1025)]),
    ("sam_vit_b", [(3, 256 * 256), (3,)]),
    ("stable_diffusion_1_5", [(4, 64, 64)]),
    ("efficientdet_d0", [(c, s, s) for s in (64, 32, 16, 8, 4) for c in (9 * 90, 9 * 4)]),
    ("hrnet_w32", [(1000,)]),
    ("mamba_130m", [(2048, 50280)]),
    ("mamba2_130m", [(2048, 50288)]),
    ("rwkv4_169m", [(1024, 50277)]),
]


@pytest.mark.parametrize(("name", "outputs"), OUTPUTS)
def test_what_comes_out_has_the_shapes_of_the_model(name: str, outputs: list[tuple[int, ...]]) -> None:
    """Without the batch."""
    assert [node.output.sample for node in network_of(name).outputs] == outputs


def test_detr_keeps_its_backbones_norms_and_its_positions_fixed() -> None:
    """Four numbers for each of the 26,560 channels of a ResNet-50, and a vector for each of 25 x 38 positions."""
    assert report_of("detr_resnet50").totals.buffers == 4 * 26_560 + 25 * 38 * 256


def test_the_levels_of_efficientdet_share_convolutions_and_not_norms() -> None:
    """Buffers as PyTorch has them, 2 C + 1 a norm; biases before norms as in effdet's tf_ models, or without as in its own."""
    assert report_of("efficientdet_d0").totals.buffers == 47_244
    lean = netcost.analyze(netcost.load("efficientdet_d0", params={"biases": False}))
    assert lean.totals.params == 3_877_763


def test_the_mask_of_wav2vec2_is_for_training_only() -> None:
    """A vector that hidden ones are replaced by."""
    totals = report_of("wav2vec2_base").totals
    assert totals.params - totals.active_params == 768


# All parameters that a word meets, and those without the word table, which is only looked up: less vocab * width.
ACTIVE = [
    pytest.param(
        "gpt_oss_20b", 4_187_440_704, 201088 * 2880, id="gpt-oss-20b, published as 3.6 billion without"
    ),
    pytest.param(
        "gpt_oss_120b", 5_711_982_912, 201088 * 2880, id="gpt-oss-120b, published as 5.1 billion without"
    ),
    pytest.param(
        "deepseek_v2_lite", 2_661_150_208, 102400 * 2048, id="V2-Lite, published as 2.4 billion without"
    ),
    pytest.param("deepseek_v2", 21_375_800_320, 102400 * 5120, id="V2, published as 21 billion"),
    pytest.param("deepseek_v3", 37_552_282_624, 129280 * 7168, id="V3, published as 37 billion"),
]


@pytest.mark.parametrize(("name", "active", "table"), ACTIVE)
def test_mixtures_tell_what_a_word_meets_with_and_without_its_table(
    name: str, active: int, table: int
) -> None:
    """PyTorch's parameters less those of the experts that a word does not visit."""
    totals = report_of(name).totals
    assert totals.active_params == active
    assert totals.active_params_without_tables == active - table


# Eager attention in PyTorch, experts added: tokens, layers with a window, and its MACs, all pairs included.
WINDOWS = [
    pytest.param("gpt_oss_20b", 100, 12, 362_680_320_000, id="20b, shorter than the window"),
    pytest.param("gpt_oss_20b", 300, 12, 1_099_837_440_000, id="20b, longer"),
    pytest.param("gpt_oss_120b", 300, 18, 1_565_872_128_000, id="120b, longer"),
]


@pytest.mark.parametrize(("name", "tokens", "layers", "eager"), WINDOWS)
def test_a_window_spares_the_scores_and_values_outside_of_it(
    name: str, tokens: int, layers: int, eager: int
) -> None:
    """Of 64 heads of 64 numbers, for each pair of a query and a key beyond the 128 that it sees."""
    outside = tokens * max(tokens - 128, 0)
    report = netcost.analyze(netcost.load(name, params={"seq": tokens}))
    assert report.totals.macs == eager - layers * 2 * 64 * 64 * outside


# As transformers counts one token with a cache of 1,023. The matrices of the experts that it visits are added; from
# 12 layers of gpt-oss-20b the scores and values of 1,024 - 128 keys are taken off. DeepSeek-V2-Lite is by arithmetic, as
# transformers keeps wide keys: queries, narrow vectors, what is widened for one word, and 16 heads that meet vectors of
# 512 + 64 and of 512 numbers.
DECODING = [
    pytest.param("llama3_8b", 7_773_093_888, id="llama3_8b"),
    pytest.param("mixtral_8x7b", 1_742_733_312 + 32 * 2 * 3 * 4096 * 14336, id="mixtral_8x7b"),
    pytest.param(
        "deepseek_v2_lite",
        27 * (2048 * (16 * 192 + 576) + 512 * 16 * 256 + 1024 * 16 * (576 + 512) + 16 * 128 * 2048)
        + 3 * 2048 * 10944
        + 26 * (2048 * 64 + (6 + 2) * 3 * 2048 * 1408)
        + 102400 * 2048,
        id="deepseek_v2_lite, at its waist",
    ),
    pytest.param("llama2_7b", 6_875_512_832, id="llama2_7b"),
    pytest.param("llama2_70b", 70_055_362_560, id="llama2_70b, grouped heads"),
    pytest.param("olmo2_7b", 7_155_482_624, id="olmo2_7b"),
    pytest.param(
        "gpt_oss_20b",
        1_419_681_792 + 24 * 4 * 3 * 2880**2 - 12 * 2 * 64 * 64 * (1024 - 128),
        id="gpt_oss_20b, every other block within its window",
    ),
]


@pytest.mark.parametrize(("name", "macs"), DECODING)
def test_one_word_more_projects_nothing_of_the_past_anew(name: str, macs: int) -> None:
    """One token meets the keys and values of the 1,023 before it."""
    totals = netcost.analyze(netcost.load(name, params={"seq": 1, "past": 1023})).totals
    assert totals.macs == macs
    assert totals.params == report_of(name).totals.params


@pytest.mark.parametrize(
    ("name", "tokens", "macs"),
    [
        pytest.param("deepseek_v2_lite", 300, 747_834_163_200, id="V2-Lite"),
        pytest.param("deepseek_v2", 300, 6_476_414_976_000, id="V2"),
        pytest.param("deepseek_v3", 300, 11_212_249_497_600, id="V3"),
    ],
)
def test_other_lengths_equal_pytorch_too(name: str, tokens: int, macs: int) -> None:
    """As transformers' eager attention, experts added."""
    assert netcost.analyze(netcost.load(name, params={"seq": tokens})).totals.macs == macs


def test_latent_attention_keeps_its_waist() -> None:
    """Of an attention of DeepSeek-V2-Lite: queries at once, 512 + 64 numbers a word, widened to 16 heads of 128 + 128."""
    attention = report_of("deepseek_v2_lite")["decoder.0.mix.attention1"]
    queries, narrow, norm = 2048 * 16 * (128 + 64), 2048 * (512 + 64), 512
    assert attention.params == queries + narrow + norm + 512 * 16 * (128 + 128) + 16 * 128 * 2048


@pytest.mark.parametrize("stack", ["encoder", "decoder"])
def test_the_blocks_of_t5_use_the_biases_of_the_first(stack: str) -> None:
    """32 buckets for 8 heads, once; each score gets its bias in every block."""
    report = report_of("t5_small")
    first, second = (report[f"{stack}.{number}.attention1"] for number in (0, 1))
    assert first.params - second.params == 32 * 8
    assert first.ops == second.ops


def test_whispers_keys_have_no_bias_and_its_sines_are_not_trained() -> None:
    """Three biases of 384 for each attention; 1,500 positions of sound."""
    report = report_of("whisper_tiny")
    assert report["encoder.0.attention1"].params == 4 * 384**2 + 3 * 384
    assert report.totals.params - report.totals.trainable_params == 1500 * 384


def test_sam_reads_no_mask_unless_one_is_given() -> None:
    """Its three convolutions and two norms have weights: 20 + 8, 272 + 32, 4352."""
    totals = report_of("sam_vit_b").totals
    assert totals.params - totals.active_params == 20 + 8 + 272 + 32 + 4352


# What PyTorch's flop counter tells apart, halved: matrix products of linear layers, convolutions, batched products. Two
# linear layers of a scan of Mamba are its own: 80 numbers from 1,536 channels, 1,536 from 48.
OF_A_SCAN = 24 * 1536 * (80 + 48)
PARTS = [
    pytest.param(
        "mamba_130m",
        128,
        {
            "linear": 16_418_340_864 - 128 * OF_A_SCAN,
            "dwconv": 19_316_736,
            "selective_scan": 75_497_472 + 128 * OF_A_SCAN,
        },
        id="mamba",
    ),
    pytest.param(
        "mamba_130m",
        1,
        {"linear": 128_268_288 - OF_A_SCAN, "dwconv": 589_824, "selective_scan": 589_824 + OF_A_SCAN},
        id="mamba, one token",
    ),
    pytest.param(
        "mamba2_130m",
        256,
        {"linear": 32_951_500_800, "dwconv": 44_556_288, "ssd": 9_682_550_784},
        id="mamba 2, one chunk",
    ),
    pytest.param(
        "mamba2_130m",
        300,
        {"linear": 38_615_040_000, "dwconv": 52_125_696, "ssd": 19_369_820_160},
        id="mamba 2, two chunks",
    ),
    pytest.param("rwkv4_169m", 128, {"linear": 16_720_035_840}, id="rwkv 4"),
]


@pytest.mark.parametrize(("name", "tokens", "parts"), PARTS)
def test_projections_convolutions_and_scans_each_take_what_pytorch_counts(
    name: str, tokens: int, parts: dict[str, int]
) -> None:
    """The same for other numbers of tokens, chunks that are not full among them."""
    found: Counter[str] = Counter()
    for row in netcost.analyze(netcost.load(name, params={"seq": tokens})):
        found[row.type] += row.macs
    assert +found == parts


STATES = [
    # 1,536 channels of 16 numbers; 24 heads of 64 x 128; what the next window of 4 sees of the positions before
    pytest.param("mamba_130m", 24 * 1536 * (16 + 3), id="mamba"),
    pytest.param("mamba2_130m", 24 * (24 * 64 * 128 + 1792 * 3), id="mamba 2"),
    # the last token for each of five shifts; numerator, denominator, maximum
    pytest.param("rwkv4_169m", 12 * 768 * (5 + 3), id="rwkv 4"),
]


@pytest.mark.parametrize(("name", "numbers"), STATES)
def test_a_state_does_not_grow_with_the_tokens(name: str, numbers: int) -> None:
    """Unlike keys and values, whatever has been read."""
    for tokens in (1, 1000):
        network = netcost.load(name, params={"seq": tokens})
        states = [node.layer.state(*node.input_shapes) for node in network.nodes]
        assert sum(map(count, states)) == numbers
