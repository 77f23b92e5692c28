"""The arithmetic of rules, on plain integers and on one number for each of several variants."""

from __future__ import annotations

import pytest

from netcost.integers import any_of, ceil_div, gcd, isqrt, maximum, select


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (ceil_div(7, 2), 4),
        (ceil_div(8, 2), 4),
        (ceil_div(-7, 2), -3),
        (maximum(3, 5), 5),
        (maximum(5, 3), 5),
        (select(True, 1, 2), 1),
        (select(False, 1, 2), 2),
        (any_of([False, True]), True),
        (any_of([]), False),
        (gcd(12, 8), 4),
        (isqrt(49), 7),
    ],
)
def test_plain_integers(found: int, wanted: int) -> None:
    """As Python computes them."""
    assert found == wanted
