"""The recurrence of Griffin and RecurrentGemma."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.shapes import Image, Sequence

X = Sequence((2, 20, 2560))

CASES = [
    Case(
        "of RecurrentGemma-2B",
        make("rg_lru", heads=10),
        X,
        X,
        # RecurrentGemmaRglru of transformers 5.24; PyTorch's flop counter, halved: two of baddbmm.
        params=1_318_400,
        macs=52_428_800,
        # Its lines: a bias and a sigmoid a gate; -8 softplus(a) times the gate, exp; twice it, exp; times the gate; 1 less it,
        # root; times the root; the state times its decay, the sum.
        ops=2 * 20 * 2560 * (2 * 2 + 2 + 2 + 1 + 2 + 1 + 2),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_it_learns_and_costs(case: Case) -> None:
    """Parameters and multiply-accumulates are PyTorch's."""
    assert case.found == case.wanted


def test_its_state_is_a_number_for_each_channel() -> None:
    """However many tokens there were."""
    assert make("rg_lru", heads=10).state(X) == {"state": (2, 2560)}


FAULTS = [
    Fault(
        "an image",
        lambda: make("rg_lru", heads=2).output(Image((1, 8, 4, 4))),
        "rg_lru needs a sequence, got an image 8 x 4 x 4",
        hint="add `to_tokens` before it",
    ),
    Fault(
        "a part of a head",
        lambda: make("rg_lru", heads=3).output(Sequence((1, 10, 8))),
        "channels (8) is not divisible by heads (3)",
        "heads",
        "heads could be 2 or 4",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers."""
    assert fault.found == fault.wanted
