"""Multiply-accumulates of a step of training: against PyTorch's flop counter, networks and single layers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from examples import make
from quick import others_slow

import netcost
from netcost.analysis.study import Study
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.network import Network
from netcost.number import AtLeast
from netcost.shapes import Image, Sequence, Shape, Signal, Vector, Volume

REFERENCE = Path(__file__).parents[1] / "reference" / "memory" / "training_macs.csv"
with REFERENCE.open() as file:
    ROWS = list(csv.DictReader(file))


@pytest.mark.parametrize("row", others_slow(ROWS, ROWS[::2]), ids=lambda row: row["network"])
def test_a_network_multiplies_as_much_as_pytorch_counts(row: dict[str, str]) -> None:
    """Forward and backward, to the last digit; an auxiliary head runs, too."""
    side = int(row["input"])
    network = netcost.load(row["network"], batch=int(row["batch"]), input=(3, side, side))
    forward = sum(node.layer.macs(node.output, *node.input_shapes) for node in network.nodes)
    assert (forward, Study(network).training_macs) == (int(row["forward_macs"]), int(row["training_macs"]))


SPECS = Path(__file__).parents[1] / "specs"

# MambaForCausalLM, Mamba2ForCausalLM, RwkvForCausalLM of two blocks and Qwen3NextGatedDeltaNet of transformers 5.24, counted
# likewise.
STATES = [
    ("mamba_130m", {"depth": 2, "seq": 16}, 2_573_574_144),
    ("mamba2_130m", {"depth": 2, "seq": 16}, 5_123_493_888),
    ("mamba2_130m", {"depth": 2, "seq": 300}, 54_151_483_392),
    ("rwkv4_169m", {"depth": 2, "seq": 16}, 2_589_511_680),
    (SPECS / "gated_delta_net.yaml", {"seq": 40}, 14_928_248_832),
]


@pytest.mark.parametrize(("spec", "params", "macs"), STATES)
def test_states_that_are_carried_multiply_as_much(
    spec: str | Path, params: dict[str, int], macs: int
) -> None:
    """In chunks or one position after another; no gradient goes to the zeros before the first."""
    assert Study(netcost.load(spec, params=params)).training_macs == macs


X, S, C = Image((2, 8, 10, 10)), Sequence((2, 10, 16)), Sequence((2, 7, 8))

ALONE: list[tuple[str, dict[str, Any], Shape, int, int, int]] = [
    ("conv", {"filters": 12, "kernel": 3, "pad": 1}, X, 172_800, 345_600, 518_400),
    ("conv", {"filters": 12, "kernel": 3, "groups": 4}, X, 27_648, 138_240, 165_888),
    ("conv", {"filters": 12, "kernel": 3, "groups": 2}, Signal((2, 8, 10)), 2_304, 6_912, 9_216),
    ("conv", {"filters": 6, "kernel": 3}, Volume((2, 4, 5, 6, 7)), 77_760, 155_520, 233_280),
    (
        "conv",
        {"filters": 4, "kernel": 3, "weight_norm": True},
        Image((2, 8, 6, 6)),
        9_216,
        18_432,
        27_648,
    ),
    ("dwconv", {"kernel": 3, "multiplier": 2}, X, 18_432, 165_888, 184_320),
    ("convtranspose", {"filters": 12, "kernel": 3, "stride": 2}, X, 172_800, 345_600, 518_400),
    ("convtranspose", {"filters": 12, "kernel": 3, "stride": 2, "groups": 4}, X, 43_200, 216_000, 259_200),
    ("linear", {"units": 5}, S, 1_600, 3_200, 4_800),
    ("linear", {"units": 5}, Vector((2, 16)), 160, 320, 480),
    ("attention", {"heads": 4}, S, 26_880, 65_280, 80_640),
    ("lstm", {"units": 12}, S, 26_880, 64_128, 79_488),
    ("lstm", {"units": 12, "layers": 2, "bidirectional": True}, S, 122_880, 333_312, 364_032),
    ("lstm", {"units": 12, "projection": 5}, S, 21_360, 48_240, 63_600),
    ("gru", {"units": 12}, S, 20_160, 48_096, 59_616),
    ("rnn", {"units": 12}, S, 6_720, 16_032, 19_872),
    ("selective_scan", {"state_size": 8, "rank": 4}, Sequence((2, 10, 64)), 40_960, 97_280, 122_880),
]
"""The module of torch.nn, or transformers 5.24's lines for the scan, counted by FlopCounterMode of torch 2.14.1 on the meta device, halved: forward; forward and
backward where the input has no gradient; the same where it has one."""


def step_of(layer: Layer, *learns: tuple[Shape, bool], frozen: bool | frozenset[str] = False) -> Any:
    """What a layer adds behind its inputs, of which some learn."""
    network = Network("net")
    names = []
    for index, (shape, learning) in enumerate(learns):
        names.append(network.input(shape, name=f"x{index}").name)
        if learning:
            names[-1] = network.add(f"learned{index}", make("layerscale"), [names[-1]]).name
    network.add("layer", layer, names, frozen=frozen)
    return Study(network).training_macs


@pytest.mark.parametrize(("head", "fields", "shape", "forward", "first", "later"), ALONE)
def test_a_layer_multiplies_as_much_as_pytorch_counts(
    head: str, fields: dict[str, Any], shape: Shape, forward: int, first: int, later: int
) -> None:
    """A first layer has no gradient of its input; the state before a sequence has none; a frozen layer none at all."""
    layer = make(head, **fields)
    assert layer.macs(layer.output(shape), shape) == forward
    assert step_of(layer, (shape, False)) == first
    assert step_of(layer, (shape, True)) == later
    assert step_of(layer, (shape, False), frozen=True) == forward


@pytest.mark.parametrize(
    ("query", "source", "macs"), [(False, False, 46_208), (False, True, 49_792), (True, True, 54_912)]
)
def test_attention_to_another_sequence(query: bool, source: bool, macs: int) -> None:
    """nn.MultiheadAttention(16, 4, kdim=8, vdim=8), counted so, too."""
    assert step_of(make("attention", heads=4), (S, query), (C, source)) == macs


@pytest.mark.parametrize(("chunk", "macs"), [(32, 19_922_944), (0, 9 * 614_400 - 614_400 // 100)])
def test_a_delta_rule_has_a_gradient_of_all_that_it_is_given(chunk: int, macs: int) -> None:
    """As torch_chunk_gated_delta_rule of transformers 5.24, counted so, too; one position after another by arithmetic.

    Three products of 16 x 24 for 8 heads, 100 positions and 2 samples, two gradients each, but that of the first state.
    """
    rule = make("delta_rule", heads=8, key_heads=4, chunk=chunk)
    keys, rates = Sequence((2, 100, 4 * 16)), Sequence((2, 100, 8))
    inputs = (keys, keys, Sequence((2, 100, 8 * 24)), rates, rates)
    assert step_of(rule, *((each, True) for each in inputs)) == macs


def test_lightning_attention_has_a_gradient_of_all_that_it_is_given() -> None:
    """Batched products of MiniMaxLightningAttention of transformers 5.24, counted so, too: 700 tokens are three blocks."""
    x = Sequence((1, 700, 32 * 128))
    layer = make("gated_linear_attention", heads=32, chunk=256)
    assert step_of(layer, (x, True), (x, True), (x, True)) == 5_960_499_200


@pytest.mark.parametrize(("left", "right", "macs"), [(True, True, 2_880), (True, False, 1_920)])
def test_each_factor_of_a_product_has_a_gradient(left: bool, right: bool, macs: int) -> None:
    """torch.bmm of 2 x 10 x 16 and 2 x 16 x 3, counted so, too."""
    assert step_of(make("matmul"), (S, left), (Sequence((2, 16, 3)), right)) == macs


def test_a_frozen_layer_has_the_gradient_of_its_input_alone() -> None:
    """Two of the three products of a later layer."""
    assert step_of(make("linear", units=5), (S, True), frozen=True) == 2 * 1_600


def test_only_what_learns_inside_of_attention_has_a_gradient() -> None:
    """With all but the output projection frozen, one product more than forward: 2 x 10 x 16 x 16."""
    others = frozenset({"q_weight", "k_weight", "v_weight", "q_bias", "k_bias", "v_bias"})
    assert step_of(make("attention", heads=4), (S, False), frozen=others) == 26_880 + 2 * 10 * 16 * 16


def test_experts_multiply_three_times_what_they_do_forward() -> None:
    """Router, gate, up and down, each with both gradients; the last of them alone where nothing before it learns."""
    layer = make("moe", experts=4, active=2, hidden=6, shared=1)
    tokens, wide = 2 * 10, 16 * 6
    forward = tokens * (16 * 4 + 3 * 3 * wide)
    assert step_of(layer, (S, True)) == 3 * forward
    assert step_of(layer, (S, False)) == 2 * forward + tokens * 3 * wide
    frozen = frozenset({"router", "gate", "up", "down", "shared_gate", "shared_up"})
    assert step_of(layer, (S, False), frozen=frozen) == forward + tokens * wide


def test_what_is_not_known_makes_a_lower_bound() -> None:
    """As it does for the forward pass."""
    network = Network("net")
    network.input(Vector((1, 8)))
    network.add("one", make("linear", units=4))
    network.add("two", Opaque(Vector((1, 4))))
    assert Study(network).training_macs == AtLeast(2 * 8 * 4)
