"""Inputs put one after the other."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.concat import Concat
from netcost.shapes import Image, Sequence, Signal, Vector, Volume

IMAGE = Image((2, 64, 8, 9))

CASES = [
    Case(
        "GoogLeNet's inception3a",
        Concat(),
        (Image((1, 64, 28, 28)), Image((1, 128, 28, 28)), Image((1, 32, 28, 28)), Image((1, 32, 28, 28))),
        Image((1, 256, 28, 28)),
    ),
    Case("vectors", Concat(), (Vector((2, 64)), Vector((2, 10))), Vector((2, 74))),
    Case("features", Concat(), (Sequence((1, 5, 8)), Sequence((1, 5, 4))), Sequence((1, 5, 12))),
    Case("tokens", Concat(axis="tokens"), (Sequence((1, 5, 8)), Sequence((1, 3, 8))), Sequence((1, 8, 8))),
    Case("in length", Concat(axis="length"), (Signal((1, 5, 8)), Signal((1, 5, 3))), Signal((1, 5, 11))),
    Case(
        "in depth",
        Concat(axis="depth"),
        (Volume((1, 2, 3, 4, 5)), Volume((1, 2, 1, 4, 5))),
        Volume((1, 2, 4, 4, 5)),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_shape_of_inputs_joined(case: Case) -> None:
    """Output shape, multiply-accumulates and operations are those worked out beside them."""
    assert case.found == case.wanted


FAULTS = [
    Fault(
        "other sizes",
        lambda: Concat().output(IMAGE, Image((2, 64, 8, 8))),
        "concat along the channels cannot join an image 64 x 8 x 9 and an image 64 x 8 x 8",
        hint="all axes but the channels are equal",
    ),
    Fault(
        "a map and a vector",
        lambda: Concat().output(IMAGE, Vector((2, 64))),
        "concat along the channels cannot join an image 64 x 8 x 9 and a vector 64",
        hint="all axes but the channels are equal",
    ),
    Fault(
        "an axis that there is not",
        lambda: Concat(axis="tokens").output(IMAGE, IMAGE),
        "an image 64 x 8 x 9 has no tokens",
        "axis",
        "it has channels and height and width",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_inputs_that_do_not_go_together_are_refused(fault: Fault) -> None:
    """The message states both shapes, the hint the rule."""
    assert fault.found == fault.wanted
