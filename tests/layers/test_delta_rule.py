"""The delta rule, with a decay and without."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.shapes import Sequence

# The sizes of Qwen3-Next: 16 heads of 128 keys, 32 of 128 values.
Q = Sequence((1, 40, 16 * 128))
V = Sequence((1, 40, 32 * 128))
RATE = Sequence((1, 40, 32))
LAYER = make("delta_rule", heads=32, key_heads=16)
MATRICES = 40 * 32 * 128 * 128

CASES = [
    Case(
        "of Qwen3-Next",
        LAYER,
        (Q, Q, V, RATE, RATE),
        V,
        params=64,  # A_log and dt_bias of transformers' Qwen3NextGatedDeltaNet
        # the lines of its torch_recurrent_gated_delta_rule: kv_mem, k * delta, core_attn_out
        macs=3 * MATRICES,
        # queries scaled, both to length 1, (v - kv_mem) * beta; bias, softplus, rate, exponential; the state decays
        ops=40 * 2048 + 4 * 2 * 40 * 2048 + 2 * 40 * 4096 + 4 * 40 * 32 + MATRICES,
    ),
    Case(
        "without a decay",
        LAYER,
        (Q, Q, V, RATE),
        V,
        macs=3 * MATRICES,
        ops=40 * 2048 + 4 * 2 * 40 * 2048 + 2 * 40 * 4096,
    ),
    Case(
        "a decay of each number, as Kimi's",
        make("delta_rule", heads=32, qk_l2norm=False),
        (V, V, V, RATE, V),
        V,
        params=32 + 4096,
        macs=3 * MATRICES,
        ops=40 * 4096 + 2 * 40 * 4096 + 4 * 40 * 4096 + MATRICES,
    ),
]

# By PyTorch's flop counter, halved, from transformers 5.24's torch_chunk_gated_delta_rule: 150,994,944 for 40 tokens of
# Qwen3-Next in chunks of 64; 6,029,312 for two samples of 100 tokens, 4 heads of 16 keys, 8 of 24 values, chunks of 32.
# Operations by its lines, where a head has P positions in whole chunks: k_beta, v_beta; solve_triangular, a product and a
# difference for each position before; v_new, core_attn_out; the sum of states. With a decay the gate without its exponential,
# cumsum, pairwise_decay and its products with two scores, decayed_k_beta, query, key, chunk_decay, the decayed state.
SMALL = Sequence((2, 100, 4 * 16)), Sequence((2, 100, 8 * 24)), Sequence((2, 100, 8))
IN_CHUNKS = [
    Case(
        "of Qwen3-Next in chunks",
        LAYER.with_fields(chunk=64),
        (Q, Q, V, RATE, RATE),
        V,
        params=64,
        macs=150_994_944,
        ops=40 * 2048
        + 4 * 2 * 40 * 2048
        + 32 * 64 * (2 * 128 + 63 * 2 * 128 + 128 + 128)
        + 32 * 128 * 128
        + 3 * 40 * 32
        + 32 * 64 * (1 + 64 * (2 + 2) + (1 + 128) + 128 + (2 + 128))
        + 32 * (1 + 128 * 128),
    ),
    Case(
        "in chunks without a decay",
        make("delta_rule", heads=8, key_heads=4, chunk=32, qk_l2norm=False),
        (SMALL[0], SMALL[0], SMALL[1], SMALL[2]),
        SMALL[1],
        macs=6_029_312,
        ops=2 * 100 * 64 + 2 * 8 * (128 * (16 + 24 + 31 * (16 + 24) + 24 + 24) + 4 * 16 * 24),
    ),
    Case(
        "a decay of each number in chunks",
        make("delta_rule", heads=8, key_heads=4, chunk=32, qk_l2norm=False),
        (SMALL[0], SMALL[0], SMALL[1], SMALL[2], Sequence((2, 100, 8 * 16))),
        SMALL[1],
        params=8 + 8 * 16,
        macs=6_029_312,
        ops=2 * 100 * 64
        + 2 * 8 * (128 * (16 + 24 + 31 * (16 + 24) + 24 + 24) + 4 * 16 * 24)
        + 3 * 2 * 100 * 8 * 16
        + 2 * 8 * 128 * (16 + 32 * 16 * (2 + 2) + (16 + 16) + 16 + (2 * 16 + 16))
        + 2 * 8 * 4 * (16 + 16 * 24),
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", IN_CHUNKS, ids=str)
def test_what_a_delta_rule_costs_in_chunks(case: Case) -> None:
    """Products of matrices, of whole chunks."""
    assert case.found == case.wanted


def test_a_delta_rule_goes_on_without_chunks() -> None:
    """As by one position after another."""
    assert LAYER.with_fields(chunk=64).stepwise(Q, Q, V, RATE) == LAYER


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_a_delta_rule_learns_and_costs(case: Case) -> None:
    """Three products of a matrix a token and head."""
    assert case.found == case.wanted


def test_its_state_is_a_matrix_for_each_head() -> None:
    """However many tokens there were."""
    assert LAYER.state(Q, Q, V, RATE) == {"state": (1, 32, 128, 128)}


FAULTS = [
    Fault(
        "no values",
        lambda: LAYER.output(Q, Q),
        "delta_rule needs `k`, `v` and `rate`: the names of other items",
    ),
    Fault(
        "keys unlike the queries",
        lambda: LAYER.output(Q, V, V, RATE),
        "the queries are a sequence 40 x 2048, the keys a sequence 40 x 4096",
    ),
    Fault(
        "values of other tokens",
        lambda: LAYER.output(Q, Q, V.with_length(1, 9), RATE),
        "the queries are a sequence 40 x 2048, the values a sequence 9 x 4096",
    ),
    Fault(
        "a part of a head",
        lambda: LAYER.output(Q, Q, V.with_channels(48), RATE),
        "channels of the values (48) is not divisible by heads (32)",
        "heads",
        "heads could be 24 or 48",
    ),
    Fault(
        "key heads that do not divide the heads",
        lambda: make("delta_rule", heads=32, key_heads=12),
        "heads (32) is not divisible by key_heads (12)",
        "key_heads",
        "key_heads could be 8 or 16",
    ),
    Fault(
        "rates for other heads",
        lambda: LAYER.output(Q, Q, V, RATE.with_channels(16)),
        "`rate` is a sequence 40 x 16, 32 heads need a sequence 40 x 32",
        hint="a number for each head and position",
    ),
    Fault(
        "a decay for other heads",
        lambda: LAYER.output(Q, Q, V, RATE, Q),
        "`decay` is a sequence 40 x 2048, 32 heads need a sequence 40 x 32",
        hint="a number for each head and position, or for each of 4096 numbers of keys",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers."""
    assert fault.found == fault.wanted
