"""Decoding: one word more after those whose keys, values and states are kept; what that takes, moves and meets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import netcost
from netcost.analysis.explain import explain
from netcost.analysis.study import Study
from netcost.network import Network
from netcost.render.derivation import render
from netcost.source.problem import SpecError


def decoded(name: str, context: int, **overrides: Any) -> Network:
    return netcost.load(name, decode=context, **{"dtype": "bfloat16", **overrides})


def cache_bytes(network: Network) -> int:
    return Study(network).cache_bytes


def macs(network: Network) -> int:
    return int(netcost.analyze(network).totals.macs)


# Layers, heads of keys and values, and their width, from the config.json of the published models: num_hidden_layers,
# num_key_value_heads, head_dim (hidden_size / num_attention_heads where there is none). Keys and values in bfloat16.
CACHES = [
    pytest.param("llama3_8b", 32 * 2 * 8 * 128 * 2, 131_072, id="Meta-Llama-3-8B"),
    pytest.param("llama3_70b", 80 * 2 * 8 * 128 * 2, 327_680, id="Meta-Llama-3-70B"),
    pytest.param("llama2_7b", 32 * 2 * 32 * 128 * 2, 524_288, id="Llama-2-7b"),
    pytest.param("mixtral_8x7b", 32 * 2 * 8 * 128 * 2, 131_072, id="Mixtral-8x7B"),
    pytest.param("gpt_oss_20b", 24 * 2 * 8 * 64 * 2, 49_152, id="gpt-oss-20b"),
    pytest.param("gpt_oss_120b", 36 * 2 * 8 * 64 * 2, 73_728, id="gpt-oss-120b"),
    pytest.param("qwen3_0_6b", 28 * 2 * 8 * 128 * 2, 114_688, id="Qwen3-0.6B"),
    pytest.param(
        "deepseek_v3", 61 * (512 + 64) * 2, 70_272, id="DeepSeek-V3: kv_lora_rank, qk_rope_head_dim"
    ),
    pytest.param("gpt2", 12 * 2 * 768 * 2, 36_864, id="gpt2"),
]


@pytest.mark.parametrize(("name", "by_hand", "published"), CACHES)
def test_each_token_takes_its_keys_and_values(name: str, by_hand: int, published: int) -> None:
    """Within the windows of those that have some: 100 tokens."""
    assert by_hand == published
    assert cache_bytes(decoded(name, 1)) == published
    assert cache_bytes(decoded(name, 100, batch=3)) == 3 * 100 * published


def test_a_window_caps_the_cache() -> None:
    """gpt-oss-20b with 8,192 tokens and batch 32: 12 of its 24 layers keep 128 of them; 12 GiB without, 6.09 with windows."""
    layer = 32 * 2 * 8 * 64 * 2
    assert cache_bytes(decoded("gpt_oss_20b", 8192, batch=32)) == 12 * layer * 8192 + 12 * layer * 128
    wide = decoded("gpt_oss_20b", 8192, batch=32, params={"window": 8192})
    assert cache_bytes(wide) == 24 * layer * 8192 == 12 * 2**30


def test_a_thousand_words_of_qwen3() -> None:
    """28 layers keep 2 * 8 * 128 numbers a word; one more takes what transformers counts after 1,023."""
    network = decoded("qwen3_0_6b", 1024)
    assert cache_bytes(network) == 117_440_512
    assert macs(network) == 713_424_896


def test_llama3_with_8192_words() -> None:
    """A prompt and one word more, the cache, and the weights that are read: all but the word table, of which one row is."""
    prompt = netcost.load("llama3_8b", dtype="bfloat16", params={"seq": 8192})
    study = Study(decoded("llama3_8b", 8192))
    assert macs(prompt) == 79_070_347_919_360
    assert macs(study.network) == 9_652_142_080
    assert study.cache_bytes == 2**30
    assert sum(each.weights for each in study.moved) == 2 * (8_030_261_248 - 128_256 * 4096 + 4096)
    assert sum(each.weights for each in study.moved) == 15_009_857_536
    assert sum(each.state for each in study.moved) == 2**30  # 8,191 are read, one is written


# As transformers 5.24 counts one more token with a cache, on the meta device, by PyTorch's flop counter, halved.
STEPS = [
    pytest.param("qwen3_0_6b", 1024, 713_424_896, id="Qwen3-0.6B"),
    pytest.param("qwen3_1_7b", 1024, 1_837_891_584, id="Qwen3-1.7B"),
    pytest.param("qwen3_4b", 1024, 4_324_261_888, id="Qwen3-4B"),
    pytest.param("qwen3_8b", 1024, 7_870_087_168, id="Qwen3-8B"),
    pytest.param("qwen3_14b", 1024, 14_409_400_320, id="Qwen3-14B"),
    pytest.param("qwen3_32b", 1024, 33_057_275_904, id="Qwen3-32B"),
    pytest.param("gpt2", 1024, 142_406_400, id="gpt2"),
    pytest.param("llama3_8b", 8192, 9_652_142_080, id="Llama-3-8B"),
    # Matrix products, and one window of the short convolution, 4 taps of 1,536 or 1,792 channels in 24 blocks; transformers
    # keeps one position more than is seen and takes two windows.
    pytest.param("mamba_130m", 1000, 128_268_288 + 589_824 + 24 * 4 * 1536, id="mamba-130m"),
    pytest.param("mamba2_130m", 1000, 128_716_800 + 4_718_592 + 24 * 4 * 1792, id="mamba2-130m"),
    pytest.param("rwkv4_169m", 1000, 130_625_280, id="rwkv-4-169m"),
    pytest.param("t5_small", 64, 39_649_280, id="t5-small, 128 words encoded before"),
    pytest.param("whisper_tiny", 64, 32_978_304, id="whisper-tiny, its sound encoded before"),
]


@pytest.mark.parametrize(("name", "context", "truth"), STEPS)
def test_a_step_takes_what_pytorch_counts(name: str, context: int, truth: int) -> None:
    """The parameters are those of the whole network, and so are those that compute."""
    network = decoded(name, context)
    assert macs(network) == truth
    now, whole = netcost.analyze(network).totals, netcost.analyze(netcost.load(name)).totals
    assert (now.params, now.active_params) == (whole.params, whole.active_params)


def test_a_past_of_a_spec_is_the_same() -> None:
    """One token in and a past, as the parameters of a spec may have it."""
    written = netcost.load("llama3_8b", dtype="bfloat16", params={"seq": 1, "past": 1023})
    network = decoded("llama3_8b", 1024)
    assert macs(written) == macs(network)
    assert Study(written).moved_bytes == Study(network).moved_bytes


# Encoders and decoders


def test_an_encoder_ran_before() -> None:
    """T5-small: of an encoder there are its weights, and 128 words' keys and values in each of 6 layers.

    A word takes four projections, two of what the encoder put out, which are not made anew: 6 * 512 * 512 numbers and
    the feed-forward network's 2 * 512 * 2048 a layer, 8 * 64 for each key and each value, and the word table.
    """
    network = decoded("t5_small", 64)
    report = netcost.analyze(network)
    layer = 6 * 512 * 512 + 2 * 512 * 2048 + 2 * 512 * (64 + 128)
    assert report.totals.macs == 6 * layer + 512 * 32_128
    assert report.totals.params == netcost.analyze(netcost.load("t5_small")).totals.params
    assert sum(row.macs for row in report.rows if row.name.startswith("encoder")) == 0
    study = Study(network)
    assert study.cache_bytes == 6 * 2 * 512 * (64 + 128) * 2
    assert study.input_bytes == 2
    assert not any(each.node.name.startswith("encoder") for each in study.moved)
    read = sum(each.weights for each in study.moved)
    assert read == 2 * (6 * (6 * 512 * 512 + 2 * 512 * 2048 + 3 * 512) + 32 * 8 + 512 * 32_128 + 512 + 512)


def test_what_is_heard_is_kept() -> None:
    """Whisper-tiny: 1,500 positions of sound in 4 layers of 384 numbers, and the words."""
    network = decoded("whisper_tiny", 64)
    assert cache_bytes(network) == 4 * 2 * 384 * (1500 + 64) * 2
    assert [node.output.sample for node in network.inputs] == [(80, 3000), (1,)]
    assert Study(network).input_bytes == 2


def test_what_was_made_before_is_alive_as_long_as_it_is_read(tmp_path: Path) -> None:
    """Linear attention over a source makes its keys anew: the 30 vectors of 8 are there, what they came of is not."""
    spec = """
    inputs: {words: {tokens: 20}, source: {sequence: [30, 8]}}
    layers:
      - {name: embed, embedding: 8, vocab: 50, from: words}
      - {name: mix, attention: 2, causal: true}
      - {name: told, linear: 8, from: source}
      - {name: look, linear_attention: 2, kv: told, from: mix}
    """
    study = Study(read(tmp_path, spec, decode=9))
    alive = {buffer.name: buffer.size for buffer in study.timeline.alive(2)}
    assert alive == {"told": 30 * 8 * 4, "mix": 8 * 4, "look": 8 * 4}
    assert study.moved[-1].inputs == (30 * 8 + 8) * 4


# States


def read(folder: Path, text: str, **overrides: Any) -> Network:
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    return netcost.load(path, **overrides)


@pytest.mark.parametrize(
    ("layer", "state"),
    [
        ("rnn: 6", 6),
        ("lstm: 6, layers: 2", 2 * 2 * 6),
        ("gru: 6", 6),
        ("linear_attention: 2, causal: true", 2 * 4 * 4 + 2 * 4),
        ("selective_scan: 4, rank: 2", 8 * 4),
        ("ssd: 1, heads: 2, chunk: 0", 4 * 1),  # 8 channels: 4 of x, B, C and 2 steps
        ("token_shift: ", 8),
    ],
)
def test_a_state_is_as_large_whatever_came_before(tmp_path: Path, layer: str, state: int) -> None:
    """It is read, and a new one is written; the layer takes as many operations as for one position."""
    spec = "input: {sequence: [T, 8]}\nparams: {T: 50}\nlayers: [{name: mix, " + layer + "}]\n"
    one, long = (read(tmp_path, spec, decode=context) for context in (1, 10_000))
    assert cache_bytes(one) == cache_bytes(long) == 4 * state
    assert Study(long).moved[0].state == 2 * 4 * state
    assert macs(one) == macs(long) == macs(read(tmp_path, spec, params={"T": 1}))


def test_keys_and_values_of_other_layers_are_kept(tmp_path: Path) -> None:
    """As those that attention makes itself: one token of 64 numbers is projected, and meets 100 keys in 4 heads."""
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "input: {sequence: [16, 64]}\n"
        "defaults: {linear: {bias: false}}\n"
        "layers:\n"
        "  - {name: k, linear: 64}\n"
        "  - {name: v, from: input, linear: 64}\n"
        "  - {from: input, linear: 64}\n"
        "  - {dot_product_attention: 4, keys: k, values: v, causal: true}\n"
        "  - linear: 64\n",
        encoding="utf-8",
    )
    network = netcost.load(spec, decode=100)
    assert macs(network) == 4 * 64 * 64 + 2 * 4 * 100 * 16
    assert cache_bytes(network) == 4 * 2 * 100 * 64


KEEP = "{slice: 0, stop: T, axis: length}"


@pytest.mark.parametrize(
    ("pad", "then"),
    [("causal", KEEP), ("4", KEEP), ("[[4, 0]]", KEEP), ("4", "{crop, margins: [[0, 4]]}")],
)
def test_a_convolution_that_looks_back_keeps_what_it_sees_again(tmp_path: Path, pad: str, then: str) -> None:
    """Four positions of eight channels; padding behind the last word is cut off anyway and is not computed."""
    spec = f"""
    params: {{T: 50}}
    input: {{sequence: [T, 8]}}
    layers:
      - {{permute: [2, 1], kind: signal}}
      - {{name: near, conv: 6, kernel: 3, dilation: 2, pad: {pad}, bias: false}}
      - {then}
      - to_tokens
      - {{name: state, gru: 5}}
    """
    network = read(tmp_path, spec, decode=70)
    assert cache_bytes(network) == 4 * (4 * 8 + 5)
    assert {row.name: row.macs for row in netcost.analyze(network).rows if row.macs} == {
        "near": 3 * 8 * 6,
        "state": 3 * 5 * (6 + 5),
    }


def test_states_of_a_network_without_attention() -> None:
    """Mamba-130m: 16 numbers and the last 3 positions of 1,536 channels in 24 blocks; Mamba 2 and RWKV-4 likewise."""
    assert cache_bytes(decoded("mamba_130m", 9999)) == 2 * 24 * 1536 * (16 + 3)
    assert cache_bytes(decoded("mamba2_130m", 9999)) == 2 * 24 * (24 * 64 * 128 + 1792 * 3)
    assert cache_bytes(decoded("rwkv4_169m", 9999)) == 2 * 12 * 768 * (5 + 3)


def test_pictures_in_front_of_words_were_seen_before(tmp_path: Path) -> None:
    """What stands before the words counts among the context; what made it ran before."""
    spec = """
    inputs: {picture: [3, 8, 8], words: {tokens: 20}}
    layers:
      - {name: patches, conv: 16, kernel: 4, stride: 4, from: picture}
      - {name: seen, to_tokens}
      - {name: embed, embedding: 16, vocab: 100, from: words}
      - {name: all, concat: [seen, embed], axis: tokens}
      - {name: mix, attention: 4, causal: true}
    """
    network = read(tmp_path, spec, decode=24)
    rows = {row.name: row.macs for row in netcost.analyze(network).rows}
    assert rows == {"patches": 0, "seen": 0, "embed": 0, "mix": 4 * 16 * 16 + 2 * 24 * 16}


def test_a_table_of_positions_is_as_long_as_it_was(tmp_path: Path) -> None:
    """Written or not: as many as words that came in where no length is written."""
    spec = (
        "input: {tokens: 20}\nlayers: [{embedding: 8, vocab: 50}, posembed, {attention: 2, causal: true}]\n"
    )
    params = netcost.analyze(read(tmp_path, spec)).totals.params
    assert netcost.analyze(read(tmp_path, spec, decode=20)).totals.params == params


# What is refused

EMBED = "input: {tokens: 20}\nlayers:\n  - {embedding: 8, vocab: 50}\n"
REFUSED = [
    ("a picture", "input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3}]\n", "there is nothing to decode"),
    ("no causal attention", EMBED + "  - attention: 2\n", "there is nothing to decode"),
    ("read both ways", EMBED + "  - {lstm: 4, bidirectional: true}\n", "there is nothing to decode"),
    (
        "one that looks ahead",
        EMBED + "  - {attention: 2, causal: true}\n  - {name: wide, attention: 2}\n",
        "`wide` looks ahead, so that words cannot come one after the other",
    ),
    (
        "a convolution over words",
        EMBED
        + "  - {permute: [2, 1], kind: signal}\n  - {name: near, conv1d: 8, kernel: 3, pad: 1}\n  - to_tokens\n"
        "  - {attention: 2, causal: true}\n",
        "`near` looks at positions around it, and keeps none of them",
    ),
    (
        "a convolution that goes on behind the last word",
        EMBED
        + "  - {permute: [2, 1], kind: signal}\n  - {name: near, conv1d: 8, kernel: 3, pad: 2}\n  - to_tokens\n"
        "  - {attention: 2, causal: true}\n",
        "`near` goes on behind the last word, and that is not cut off",
    ),
    (
        "every second position, which is no cut",
        EMBED + "  - {permute: [2, 1], kind: signal}\n  - {name: near, conv1d: 8, kernel: 21, pad: 20}\n"
        "  - {slice: 0, step: 2, axis: length}\n  - to_tokens\n  - {attention: 2, causal: true}\n",
        "`near` goes on behind the last word, and that is not cut off",
    ),
    (
        "a length that is written",
        EMBED + "  - {name: lay, to_map: [20]}\n  - to_tokens\n  - {attention: 2, causal: true}\n",
        "`lay` does not run for one word alone: 20 has 20 positions, a sequence 1 x 8 has 1 tokens",
    ),
    (
        "a token that is put in front",
        EMBED + "  - class_token\n  - {name: mix, attention: 2, causal: true}\n",
        "`mix` gets 2 positions where one word comes in",
    ),
    (
        "a table that is too short",
        EMBED + "  - {name: places, posembed: 63}\n  - {attention: 2, causal: true}\n",
        "`places` is a table of 63 positions, a context of 64 does not fit it",
    ),
]


@pytest.mark.parametrize(("spec", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_decoded_is_refused(tmp_path: Path, spec: str, message: str) -> None:
    """At the option, with the layer."""
    with pytest.raises(SpecError, match=message):
        read(tmp_path, spec, decode=64)


def test_nothing_is_trained_by_a_step_of_decoding() -> None:
    """One of the two is left out."""
    with pytest.raises(SpecError, match="a step of decoding trains nothing; leave out one"):
        netcost.load("gpt2", decode=8, train="adam")


@pytest.mark.parametrize(("window", "warnings"), [(20, 1), (19, 0), (64, 0)])
def test_a_window_as_long_as_what_came_in_is_pointed_out(tmp_path: Path, window: int, warnings: int) -> None:
    """A spec may have meant all positions by it; it is kept as it is written."""
    network = read(tmp_path, EMBED + f"  - {{attention: 2, causal: true, window: {window}}}\n", decode=64)
    assert cache_bytes(network) == 2 * window * 8 * 4
    assert len(network.warnings) == warnings


def test_a_window_over_keys_of_its_own_is_pointed_out_too(tmp_path: Path) -> None:
    """Whichever kind of attention has it."""
    spec = (
        EMBED
        + "  - {name: k, linear: 8}\n  - {dot_product_attention: 2, keys: k, causal: true, window: 20}\n"
    )
    assert len(read(tmp_path, spec, decode=64).warnings) == 1


# Time

# LMDeploy v0.1.0a1's figures of llama2-7b on an A100 with 80 GB in float16, docs/en/benchmark/a100_fp16.md of its
# repository: batch, words of the prompt and of the answer, words a second of all together.
A100 = [
    (1, 1, 128, 100.02),
    (1, 128, 128, 102.21),
    (1, 128, 2048, 98.92),
    (1, 2048, 2048, 93.78),
    (16, 1, 128, 1504.72),
    (16, 128, 2048, 1010.62),
]


@pytest.mark.parametrize(("batch", "prompt", "answer", "speed"), A100)
def test_the_bound_is_below_what_was_measured(batch: int, prompt: int, answer: int, speed: float) -> None:
    """At the mean context of the answer's words, as the bound grows in a line with the context; and not far below."""
    network = decoded("llama2_7b", prompt + answer // 2, batch=batch, dtype="float16", device="a100")
    bound = Study(network).time_bound_ns
    assert bound is not None
    measured = batch / speed * 10**9
    assert 1 < measured / bound < 2.5


# Derivations


def test_a_layer_derives_the_keys_that_it_meets() -> None:
    """Those of the past and its own; what is kept of them, and nothing of a backward pass."""
    text = render(explain(decoded("llama3_8b", 8192, dtype="float32"), "decoder.0.attention1"), width=200)
    assert "(2 * h * T * (T + T_past)) * (C / h)" in text
    assert "Kept for the next token\n  keys (KB) = (T + T_past) * (h_kv * (C / h)) * 4 / 1024" in text
    assert "1 + 8191" in text
    assert "Kept for backward" not in text


def test_a_window_is_what_is_met() -> None:
    """The last 128 keys, whatever came before."""
    text = render(explain(decoded("gpt_oss_20b", 8192), "decoder.0.attention1"), width=200)
    assert "2 * h * T * T_w * d" in text
    assert "keys (KB) = T_w * (h_kv * d) * 2 / 1024 = 128 * (8 * 64) * 2 / 1024" in text


def test_a_layer_that_ran_before_says_so() -> None:
    """It has its weights."""
    text = render(explain(decoded("t5_small", 64), "encoder.0.attention1"), width=200)
    assert text.count("none: it ran once before") == 2
    assert "params = " in text
