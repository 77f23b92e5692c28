"""The arithmetic of rules, on plain integers and on one number for each of several variants."""

from __future__ import annotations

import pytest
from lanes import lane, lanes

from netcost.integers import (
    any_of,
    ceil_div,
    ceil_to,
    gcd,
    isqrt,
    make_divisible,
    maximum,
    minimum,
    scaled,
    select,
)
from netcost.layers.refusals import LayerError, refuse


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (ceil_div(7, 2), 4),
        (ceil_div(8, 2), 4),
        (ceil_div(-7, 2), -3),
        (maximum(3, 5), 5),
        (maximum(5, 3), 5),
        (minimum(5, 3, 4), 3),
        (select(True, 1, 2), 1),
        (select(False, 1, 2), 2),
        (any_of([False, True]), True),
        (any_of([]), False),
        (gcd(12, 8), 4),
        (isqrt(49), 7),
        (scaled(7, 2), 14),
        (scaled(9, 1.5), 13),
        (scaled(10, 0.7), 7),  # though 0.7 is stored as a little less
        (make_divisible(33), 32),
        (make_divisible(11), 16),  # 8 would be less than nine tenths
        (ceil_to(9, 4), 12),
    ],
)
def test_plain_integers(found: int, wanted: int) -> None:
    """As Python computes them."""
    assert found == wanted


MANY = lanes(1, 5, 8)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (ceil_div(MANY, 2), (1, 3, 4)),
        (maximum(MANY, 5), (5, 5, 8)),
        (maximum(5, MANY), (5, 5, 8)),
        (minimum(6, MANY, 3), (1, 3, 3)),
        (select(MANY == 1, 7, MANY), (7, 5, 8)),
        (any_of([MANY == 1, MANY > 5]), (True, False, True)),
    ],
)
def test_many_at_once(found: object, wanted: tuple[object, ...]) -> None:
    """Each as it would be alone."""
    assert tuple(lane(found, index) for index in range(3)) == wanted


def test_one_variant_that_is_wrong_refuses_all() -> None:
    """The error is made only then."""
    made: list[LayerError] = []

    def error() -> LayerError:
        made.append(LayerError("too large"))
        return made[-1]

    refuse(MANY > 8, error)
    refuse(False, error)
    assert made == []
    with pytest.raises(LayerError, match="too large"):
        refuse(MANY > 7, error)
    with pytest.raises(LayerError, match="too large"):
        refuse(True, error)
