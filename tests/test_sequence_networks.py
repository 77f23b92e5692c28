"""The bundled language models, the mixture of experts and the audio network, to the last digit."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import netcost

REFERENCE = Path(__file__).with_name("reference")
SEQUENCES = (
    *("bert_base", "bert_large", "gpt2", "gpt2_medium", "gpt2_large", "gpt2_xl", "lstm_medium", "lstm_large"),
    *("llama3_8b", "llama3_70b", "llama3_2_1b", "llama3_2_3b", "mixtral_8x7b", "mixtral_8x22b", "m5"),
)


def rows_of(table: str) -> list[dict[str, str]]:
    with (REFERENCE / table).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["network"] in SEQUENCES]


def report_of(name: str, **params: object) -> netcost.Report:
    return netcost.analyze(netcost.load(name, params=params))


@pytest.mark.parametrize("row", rows_of("published_models.csv"), ids=lambda row: row["network"])
def test_parameters_equal_the_published_count(row: dict[str, str]) -> None:
    """Every network, each size of it, has the parameters that its authors or its checkpoint have."""
    assert report_of(row["network"]).totals.params == int(row["params"])


def test_every_size_has_a_published_count() -> None:
    """No network of these files is left out of the table."""
    assert {row["network"] for row in rows_of("published_models.csv")} == set(SEQUENCES)


@pytest.mark.parametrize("row", rows_of("transformer_macs.csv"), ids=lambda row: row["network"])
def test_transformers_take_the_recorded_multiply_accumulates(row: dict[str, str]) -> None:
    """Parameters and MACs are those of the network built from PyTorch's layers."""
    report = report_of(row["network"])
    assert all(shape == (1, int(row["input"])) for shape in report.inputs.values())
    assert report.totals.params == int(row["params"])
    assert report.totals.macs == int(row["macs"])


@pytest.mark.parametrize("row", rows_of("built_models.csv"), ids=lambda row: row["network"])
def test_recurrent_and_audio_networks_equal_those_built_in_torch(row: dict[str, str]) -> None:
    """Parameters, buffers and MACs are those of the network built from PyTorch's layers."""
    report = report_of(row["network"])
    (entry,) = report.inputs.values()
    assert str(entry).replace(" ", "") == row["input"]
    totals = report.totals
    assert (totals.params, totals.buffers, totals.macs) == tuple(
        int(row[each]) for each in ("params", "buffers", "macs")
    )


@pytest.mark.parametrize("name", [*SEQUENCES, "moe_block"])
def test_no_tensor_is_lost(name: str) -> None:
    """The files give no cause for a warning."""
    assert report_of(name).warnings == ()


LENGTHS = [
    pytest.param("bert_base", 512, 512 * 12 * (12 * 768**2 + 2 * 512 * 768) + 768**2, id="bert_base"),
    pytest.param("gpt2", 1, 12 * (12 * 768**2 + 2 * 768) + 50257 * 768, id="gpt2, one token"),
    pytest.param(
        "llama3_8b",
        8192,
        8192 * (32 * (2 * 4096**2 + 2 * 4096 * 1024 + 2 * 8192 * 4096 + 3 * 4096 * 14336) + 128256 * 4096),
        id="llama3_8b, its whole context",
    ),
    pytest.param(
        "mixtral_8x7b",
        1,
        32 * (2 * 4096**2 + 2 * 4096 * 1024 + 2 * 4096 + 2 * 3 * 4096 * 14336 + 8 * 4096) + 32000 * 4096,
        id="mixtral_8x7b, one token",
    ),
]


@pytest.mark.parametrize(("name", "tokens", "macs"), LENGTHS)
def test_other_lengths_follow_the_formula(name: str, tokens: int, macs: int) -> None:
    """For T tokens a block takes T * (projections + 2 T d + feed-forward) MACs; parameters do not change."""
    totals = report_of(name, seq=tokens).totals
    assert totals.macs == macs
    assert totals.params == report_of(name).totals.params


@pytest.mark.parametrize(
    ("name", "active"),
    [
        pytest.param("mixtral_8x7b", 12_879_925_248, id="8x7B, published as 12.9 billion"),
        pytest.param("mixtral_8x22b", 39_152_031_744, id="8x22B, published as 39 billion"),
        pytest.param(
            "moe_block",
            2 * 4096**2 + 2 * 4096 * 1024 + 2 * 4096 + 8 * 4096 + 2 * 3 * 4096 * 14336,
            id="one block",
        ),
    ],
)
def test_active_parameters_leave_out_the_experts_that_a_token_does_not_visit(name: str, active: int) -> None:
    """Attention, norms, the router and two experts take part in computing a token."""
    assert report_of(name).totals.active_params == active


def test_a_block_of_experts_is_a_block_of_mixtral() -> None:
    """32 of them, the word table, the last norm and the output layer make Mixtral."""
    block, whole = report_of("moe_block").totals.params, report_of("mixtral_8x7b").totals.params
    assert whole == 32 * block + 2 * 32000 * 4096 + 4096


@pytest.mark.parametrize(
    ("name", "vocab", "dim", "tokens"),
    [("gpt2", 50257, 768, 1024), ("llama3_2_1b", 128256, 2048, 2048), ("llama3_2_3b", 128256, 3072, 2048)],
)
def test_tied_weights_count_once(name: str, vocab: int, dim: int, tokens: int) -> None:
    """The output layer uses the word table transposed: no parameters of its own, but its MACs and output."""
    report = report_of(name)
    embed, head = report["embed"], report["lm_head"]
    assert (embed.params, head.params, head.weight_bytes) == (vocab * dim, 0, 0)
    assert head.shares == "embed"
    assert (embed.weights["weight"], head.weights["weight"]) == ((vocab, dim), (dim, vocab))
    assert (embed.macs, head.macs) == (0, tokens * vocab * dim)
    assert head.output == (1, tokens, vocab)


def test_untied_output_layers_have_weights_of_their_own() -> None:
    """Llama's larger models keep a second table of words, for the output."""
    head = report_of("llama3_8b")["lm_head"]
    assert (head.params, head.shares) == (128256 * 4096, "")


# Name, output of one sample, parameters; a block's rows are those of its first repetition.
LAYERS: dict[str, list[tuple[str, tuple[int, ...], int]]] = {
    "bert_base": [
        ("embed", (128, 768), 30522 * 768),
        ("segment", (128, 768), 2 * 768),
        ("position", (128, 768), 512 * 768),
        ("encoder.0.attention1", (128, 768), 4 * (768**2 + 768)),
        ("encoder.0.layernorm1", (128, 768), 2 * 768),
        ("encoder.0.linear1", (128, 3072), 768 * 3072 + 3072),
        ("encoder.0.linear2", (128, 768), 3072 * 768 + 768),
        ("encoder.11.layernorm2", (128, 768), 2 * 768),
        ("pooler", (768,), 768**2 + 768),
    ],
    "gpt2": [
        ("position", (1024, 768), 1024 * 768),
        ("decoder.0.attention1", (1024, 768), 4 * (768**2 + 768)),
        ("decoder.11.linear1.act", (1024, 3072), 0),
        ("final_norm", (1024, 768), 2 * 768),
    ],
    "llama3_8b": [
        ("decoder.0.attention1", (2048, 4096), 2 * 4096**2 + 2 * 4096 * 1024),
        ("decoder.0.gate.linear1", (2048, 14336), 4096 * 14336),
        ("decoder.31.up.linear1", (2048, 14336), 4096 * 14336),
        ("decoder.31.rmsnorm2", (2048, 4096), 4096),
    ],
    "mixtral_8x7b": [("decoder.31.moe1", (2048, 4096), 4096 * 8 + 8 * 3 * 4096 * 14336)],
    "lstm_medium": [
        ("lstm", (35, 650), 2 * 4 * (2 * 650 * 650 + 2 * 650)),
        ("output", (35, 10000), 650 * 10000 + 10000),
    ],
    # Lengths: (8000 - 80) // 16 + 1 = 496, 496 // 4 = 124, 122 // 4 = 30, 28 // 4 = 7, 5 // 4 = 1.
    "m5": [
        ("conv1", (32, 496), 32 * 80 + 32),
        ("pool1", (32, 124), 0),
        ("conv2", (32, 122), 32 * 32 * 3 + 32),
        ("pool3", (64, 7), 0),
        ("conv4.norm", (64, 5), 2 * 64),
        ("pool4", (64, 1), 0),
        ("fc", (35,), 64 * 35 + 35),
    ],
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_have_their_shapes_and_parameters(name: str) -> None:
    """Rows by name: what they put out, and how many parameters they have."""
    report = report_of(name)
    for layer, output, params in LAYERS[name]:
        row = report[layer]
        assert (layer, row.output.sample, row.params) == (layer, output, params)
