"""Numbers of which a part is known."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import pytest

from netcost.dtypes import BITS, number_bytes
from netcost.number import UNKNOWN, AtLeast, Value, difference, is_exact, plain


def test_what_grows_with_a_bound_is_a_bound() -> None:
    """Sums, products and quotients, whichever side the bound is on."""
    numbers: list[Any] = [1, AtLeast(2), 3]
    assert sum(numbers) == AtLeast(6)
    assert 2 * AtLeast(3) + 1 == 1 + AtLeast(3) * 2 == AtLeast(7)
    assert prod((3, UNKNOWN)) == UNKNOWN
    assert AtLeast(3) + AtLeast(4) == AtLeast(7)
    assert Fraction(1, 2) + AtLeast(1) == AtLeast(Fraction(3, 2))


@pytest.mark.parametrize(("dtype", "size"), [("float32", 20), ("int4", 3), ("binary", 1)])
def test_bytes_of_a_bound_are_rounded_up(dtype: str, size: int) -> None:
    """Five elements, or more."""
    assert number_bytes(AtLeast(5), BITS[dtype]) == AtLeast(size)  # type: ignore[arg-type]


def test_a_bound_is_no_number() -> None:
    """It equals none, not even its known part, and is not compared with any."""
    assert AtLeast(5) != 5
    assert AtLeast(5) == AtLeast(5)
    assert len({AtLeast(5), AtLeast(5), 5}) == 2
    with pytest.raises(TypeError):
        _ = AtLeast(5) > 4  # type: ignore[operator]


@pytest.mark.parametrize(
    ("number", "text"),
    [(AtLeast(12_345), ">= 12,345"), (UNKNOWN, "unknown"), (AtLeast(Fraction(1, 2)), ">= 1/2")],
)
def test_it_is_written_as_what_it_is(number: AtLeast, text: str) -> None:
    """Wherever somebody prints one."""
    assert str(number) == f"{number}" == text


@pytest.mark.parametrize(
    ("before", "after", "delta"),
    [(3, 5, 2), (5, 3, -2), (AtLeast(3), 5, None), (3, AtLeast(5), None), (None, 5, None), (3, None, None)],
)
def test_only_exact_numbers_have_a_difference(before: Value, after: Value, delta: int | None) -> None:
    """None where one is a bound or missing."""
    assert difference(before, after) == delta


@pytest.mark.parametrize(
    ("value", "exact", "for_programs"),
    [
        (5, True, 5),
        (0, True, 0),
        (Fraction(1, 4), True, 0.25),
        (AtLeast(5), False, 5),
        (UNKNOWN, False, None),
        (None, False, None),
    ],
)
def test_programs_get_what_is_known(value: Value, exact: bool, for_programs: float | None) -> None:
    """And nothing instead of zero where that is nothing."""
    assert is_exact(value) is exact
    assert plain(value) == for_programs
