"""Numbers that are easily got wrong, or are told otherwise by other tools: each with the smallest input that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from specs import read, report

import netcost
from netcost.analysis.liveness import timeline

PAGE = Path(__file__).parents[2] / "docs" / "counting.md"


@pytest.mark.parametrize(
    ("text", "metric", "number", "why"),
    [
        (
            "input: [4]\nlayers: [{frozen: true, seq: [{linear: 3, frozen: false}]}]",
            "trainable_params",
            15,
            "4 * 3 + 3 that the inner item trains after all, as LoRA does",
        ),
        (
            (
                "input: {sequence: [1, 1024]}\n"
                "layers: [{attention: 16, kv_heads: 8, head_dim: 128, bias: false, past: 1023}]"
            ),
            "macs",
            10_485_760,
            "the past is not projected anew",
        ),
        (
            "input: {sequence: [20, 64]}\nlayers: [{lstm: 70, bias: single}]",
            "params",
            37_800,
            "Keras has one bias a gate, PyTorch two: 38,080",
        ),
        (
            "input: {sequence: [20, 64]}\nlayers: [{lstm: 70}]",
            "params",
            38_080,
            "two biases a gate",
        ),
        (
            "input: [16, 4, 4]\nlayers: [batchnorm]",
            "buffers",
            2 * 16 + 1,
            "two statistics a channel and PyTorch's count of batches, which Keras does not have",
        ),
        (
            (
                "input: {sequence: [16, 7168]}\n"
                "layers: [{attention: 128, latent: {q: 1536, kv: 512, rope: 64, nope: 128, value: 128}}]"
            ),
            "params",
            187_107_328,
            "DeepSeek-V3's attention: five matrices, two norms, no bias",
        ),
    ],
)
def test_a_number_of_a_small_network(text: str, metric: str, number: int, why: str) -> None:
    """As PyTorch, Keras or the maker has it."""
    assert report(text).totals[metric] == number, why


@pytest.mark.parametrize(
    ("item", "sample", "out"),
    [
        ("{convtranspose: 2, kernel: 7, stride: 16, padding: valid}", [2, 14, 14], "2 x 224 x 224"),
        ("{convtranspose: 4, kernel: 3, stride: 2, pad: same, output_pad: 0}", [8, 5, 5], "4 x 9 x 9"),
        ("{convtranspose: 4, kernel: 3, stride: 2, pad: same}", [8, 5, 5], "4 x 10 x 10"),
        ("{chunk: 3, index: 0}", [88, 4, 4], "30 x 4 x 4"),
        ("{chunk: 3, index: 1}", [88, 4, 4], "30 x 4 x 4"),
        ("{chunk: 3, index: 2}", [88, 4, 4], "28 x 4 x 4"),
    ],
)
def test_a_size_in_the_words_of_a_framework(item: str, sample: list[int], out: str) -> None:
    """Keras's W * S + max(K - S, 0) for `valid`, its 9 for a written output_pad of 0; torch.chunk's last part is shorter."""
    assert str(read(f"input: {sample}\nlayers: [{item}]").nodes[-1].output) == out


@pytest.mark.parametrize(
    ("name", "overrides", "metric", "number"),
    [
        ("deeplabv3_resnet50", {"params": {"aux": True}}, "macs", 178_721_945_088),
        ("fcn_resnet50", {"params": {"aux": True}}, "macs", 152_716_512_000),
        ("olmo2_7b", {}, "params", 7_298_617_344),
        # published: 3.6 B and 2.4 B, without the word table that is only looked up
        ("gpt_oss_20b", {}, "active_params", 4_187_440_704),
        ("gpt_oss_20b", {}, "active_params_without_tables", 3_608_307_264),
        ("deepseek_v2_lite", {}, "active_params", 2_661_150_208),
        ("deepseek_v2_lite", {}, "active_params_without_tables", 2_451_435_008),
    ],
)
def test_a_number_of_a_known_network(name: str, overrides: dict[str, Any], metric: str, number: int) -> None:
    """An auxiliary head that runs at inference, a norm over all heads together, tables that are looked up."""
    assert netcost.analyze(name, **overrides).totals[metric] == number


def test_what_attention_holds_inside_is_told() -> None:
    """5TC + h*T*T numbers, as the same arithmetic from linear layers and matrix products holds: 578,813,952 bytes."""
    network = read("input: {sequence: [4096, 512]}\nlayers: [{attention: 8}]")
    line = timeline(network, fused=False, with_input=False)
    assert line.peak == 4 * (5 * 4096 * 512 + 8 * 4096 * 4096) == 578_813_952


def test_views_hold_nothing_of_their_own() -> None:
    """Whatever their rows say, as the lecture prints them."""
    network = read("layers: [{conv: 4, kernel: 1}, flatten, identity, {slice: 8}]")
    assert timeline(network).live == [4 * (3 + 4) * 8 * 8, *[4 * 4 * 8 * 8] * 3]


def test_the_page_says_how_another_counter_differs() -> None:
    """Two a batch-norm element, five a layer-norm element, one an averaged element."""
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "fvcore" in text
    assert "it adds 2 per element of a batch norm, 5 per element of a layer norm" in text
