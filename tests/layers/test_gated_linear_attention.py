"""Linear attention that forgets, at fixed rates or as the input decides."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.shapes import Sequence

# The sizes of MiniMaxLightningAttention's defaults in transformers 5.24: 32 heads of 128, blocks of 256.
X = Sequence((1, 700, 32 * 128))
LIGHTNING = make("gated_linear_attention", heads=32, chunk=256)

# Of xLSTM's mLSTM: two samples of 96 positions, 4 heads of 16 keys and 24 values, chunks of 32.
Q, V, GATES = Sequence((2, 96, 4 * 16)), Sequence((2, 96, 4 * 24)), Sequence((2, 96, 4))
MLSTM = make("gated_linear_attention", heads=4, chunk=32, normalized=True)

CASES = [
    Case(
        "of MiniMax, the last block shorter than the others",
        LIGHTNING,
        (X, X, X),
        X,
        # PyTorch's flop counter, halved: batched products of 700 tokens, less those of projections.
        macs=2_097_283_072,
        # Its lines: times diagonal_decay; times query_decay and key_decay, the sum; times block_decay, the sum.
        ops=32 * ((2 * 256 * 256 + 188 * 188) + 700 * 3 * 128 + 3 * 2 * 128 * 128),
    ),
    Case(
        "of MiniMax, less than a block",
        LIGHTNING,
        (X.with_length(1, 20),) * 3,
        X.with_length(1, 20),
        macs=24_248_320,
        ops=32 * (20 * 20 + 20 * 3 * 128 + 2 * 128 * 128),
    ),
    Case(
        "of an mLSTM",
        MLSTM,
        (Q, Q, V, GATES, GATES),
        V,
        macs=1_585_152,  # mlstm_chunkwise_fw of transformers 5.24, so counted
        ops=8 * 3 * (32 * 32 * 3)  # in three chunks scores weighed, differences, exponentials
        + 8 * 96 * (2 * 16 + 24)  # queries and keys weighed, the sum
        + 8 * 3 * 2 * 16 * 24  # matrices that decay, and the sum
        + 8 * 96 * 4  # a cumulative sum and its exponential, the difference to the last and its exponential
        + 8 * 96 * (1 + 16)  # gains and the keys that they weigh
        + 8 * (3 * 32 * 32 + 96 * (16 + 24 + 1) + 3 * 2 * 16),  # sums of scores and of keys, quotients
    ),
    Case(
        "of an mLSTM, one position",
        MLSTM.with_fields(chunk=0),
        tuple(each.with_length(1, 1) for each in (Q, Q, V, GATES, GATES)),
        V.with_length(1, 1),
        macs=6_272,  # mlstm_recurrent_step_native, so counted
        ops=8 * (2 * 16 * 24 + 1 + (1 + 16) + 2 * 16 + 24),
    ),
    Case(
        "of GLA, a decay of each number",
        make("gated_linear_attention", heads=4),
        (Q, Q, V, Q),
        V,
        macs=8 * 96 * 2 * 16 * 24,
        ops=8 * 96 * (2 * 16 * 24 + 16),
    ),
    Case(
        "of GLA in chunks",
        make("gated_linear_attention", heads=4, chunk=64),
        (Q, Q, V, Q),
        V,
        macs=8 * ((64 * 64 + 32 * 32) * (16 + 24) + 96 * 2 * 16 * 24),
        ops=8 * ((64 * 64 + 32 * 32) * (1 + 16 * 2) + 96 * (2 * 16 + 24 + 16 * 4) + 2 * 2 * 16 * 24),
    ),
    Case(
        "fewer heads of keys",
        make("gated_linear_attention", heads=8, key_heads=4),
        (Q, Q, V),
        V,
        macs=2 * 8 * 96 * 2 * 16 * 12,
        ops=2 * 8 * 96 * 2 * 16 * 12,
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_it_costs(case: Case) -> None:
    """It learns nothing by itself."""
    assert case.found == case.wanted


def test_its_state_is_a_matrix_for_each_head() -> None:
    """And the sum of its keys where it is normalised; a word more is added without chunks."""
    assert LIGHTNING.state(X, X, X) == {"state": (1, 32, 128, 128)}
    assert MLSTM.state(Q, Q, V) == {"state": (2, 4, 16, 24), "key_sums": (2, 4, 16)}
    assert MLSTM.stepwise(Q, Q, V) == MLSTM.with_fields(chunk=0)


FAULTS = [
    Fault(
        "no values",
        lambda: LIGHTNING.output(X, X),
        "gated_linear_attention needs `k` and `v`: the names of other items",
    ),
    Fault(
        "keys unlike the queries",
        lambda: MLSTM.output(Q, V, V),
        "the queries are a sequence 96 x 64, the keys a sequence 96 x 96",
    ),
    Fault(
        "a decay for other heads",
        lambda: MLSTM.output(Q, Q, V, V),
        "`decay` is a sequence 96 x 96, 4 heads need a sequence 96 x 4",
        hint="a number for each head and position, or for each of 64 numbers of keys",
    ),
    Fault(
        "gains for other heads",
        lambda: MLSTM.output(Q, Q, V, GATES, Q),
        "`gain` is a sequence 96 x 64, 4 heads need a sequence 96 x 4",
        hint="a number for each head and position",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both shapes."""
    assert fault.found == fault.wanted
