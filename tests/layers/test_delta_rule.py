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
        "delta_rule needs `k`, `v` and `rate`: the names of three items",
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
