"""RWKV's mixing over time."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.layer import count
from netcost.layers.reads import Look
from netcost.shapes import Image, Sequence

X = Sequence((2, 50, 768))

CASES = [
    Case("each token with the one before", make("token_shift"), X, X, params=768, ops=3 * 2 * 50 * 768),
    Case(
        "keys and values with all before",
        make("wkv"),
        (X, X),
        X,
        params=2 * 768,
        # The lines of transformers' rwkv_linear_attention_cpu, sums that stand twice once: max_for_output 2, e1 2, e2 2,
        # numerator 3, denominator 2, quotient 1; max_for_state 2, e1 2, e2 2, num_state 3, den_state 2.
        ops=2 * 50 * 768 * ((2 + 2 + 2 + 3 + 2 + 1) + (2 + 2 + 2 + 3 + 2)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_mixing_learns_and_costs(case: Case) -> None:
    """A number a channel for a shift, two for the average; no matrix products."""
    assert case.found == case.wanted


def test_what_is_carried_on_is_as_large_after_any_number_of_tokens() -> None:
    """The last token; three numbers a channel."""
    assert make("token_shift").state(X) == {"last": (2, 768)}
    assert count(make("wkv").state(X, X)) == 2 * 3 * 768
    assert make("wkv").state(X, X) == make("wkv").state(*2 * (X.with_length(1, 7),))


def test_a_shift_sees_the_token_before() -> None:
    """And its own."""
    assert make("token_shift").reads(X, X) == (Look(1, (-1,), (0,), 2),)


FAULTS = [
    Fault(
        "an image",
        lambda: make("token_shift").output(Image((1, 8, 4, 4))),
        "token_shift needs a sequence, got an image 8 x 4 x 4",
        hint="add `to_tokens` before it",
    ),
    Fault("no values", lambda: make("wkv").output(X), "wkv needs `v`: the name of the values"),
    Fault(
        "values of another width",
        lambda: make("wkv").output(X, Sequence((2, 50, 512))),
        "the keys are a sequence 50 x 768, the values a sequence 50 x 512",
    ),
    Fault(
        "values of other tokens",
        lambda: make("wkv").output(X, Sequence((2, 49, 768))),
        "the keys are a sequence 50 x 768, the values a sequence 49 x 768",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both shapes."""
    assert fault.found == fault.wanted
