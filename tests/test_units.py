"""What numbers are counted in, and how they are written so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from netcost.number import UNKNOWN, AtLeast, Value
from netcost.units import Quantity, Scale, Unit, byte_text, fitting, number_text, short_count


@pytest.mark.parametrize(
    ("total", "symbol"),
    [(100_000_000, "M"), (99_999_999, "k"), (100_000, "k"), (99_999, ""), (1, ""), (0, "M")],
)
def test_a_column_takes_the_first_unit_of_which_its_total_has_a_hundred(total: int, symbol: str) -> None:
    """What is printed 0 without being 0 is then less than half a percent of the total."""
    assert fitting(total, (Unit(10**6, "M"), Unit(1000, "k"), Unit(1, ""))).symbol == symbol


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (244_403_360, "233.1 MiB"),  # 244403360 / 1048576 = 233.08
        (2**30 - 1, "1,024.0 MiB"),
        (5 * 2**40, "5.0 TiB"),
    ],
)
def test_bytes_are_written_in_the_largest_unit_they_fill(number: int, text: str) -> None:
    """Binary units are named as such."""
    assert byte_text(number) == text


@pytest.mark.parametrize(
    ("number", "quantity", "text"),
    [
        (1_234_567, "count", "1,234,567"),
        (0, "count", "0"),
        (2048, "bytes", "2.0 KiB"),
        (Fraction(1_229_000, 2_790), "ratio", "440.50"),  # 440.5017...
        (Fraction(1, 3), "ratio", "0.333"),
        (Fraction(-1, 3), "ratio", "-0.333"),
        (Fraction(-7, 2), "ratio", "-3.50"),
        (Fraction(1, 3000), "ratio", "0.000333"),
        (Fraction(2), "ratio", "2.00"),
        (Fraction(0), "ratio", "0.00"),
        (AtLeast(12_345), "count", ">= 12,345"),
        (AtLeast(2048), "bytes", ">= 2.0 KiB"),
        (AtLeast(Fraction(1, 2)), "ratio", ">= 0.500"),
        (UNKNOWN, "count", "unknown"),
        (UNKNOWN, "bytes", "unknown"),
        (None, "count", ""),
    ],
)
def test_what_is_not_known_in_full_is_said_to_be_so(number: Value, quantity: Quantity, text: str) -> None:
    """Unknown is never zero; a ratio that is not zero is never written as one."""
    assert number_text(number, quantity) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1499, "1"), (AtLeast(2500), ">= 3"), (UNKNOWN, "unknown"), (None, "")]
)
def test_a_column_says_so_too(number: Value, text: str) -> None:
    """In its unit."""
    assert Unit(1000, "k").of(number) == text


SCALE = Scale(Unit(1000, "k"), (Unit(1, ""),), (Unit(10**6, "M"), Unit(10**9, "G")))


@pytest.mark.parametrize(
    ("total", "symbol", "text"),
    [
        (0, "k", "0"),
        (99_999, "", "99,999"),
        (100_000, "k", "100"),
        (99_999_499, "k", "99,999"),
        (99_999_500, "M", "100.0"),  # six digits in thousands once they are rounded
        (999_900_000, "M", "999.9"),
        (1_000_000_000, "M", "1,000"),
        (99_999_000_000, "M", "99,999"),
        (100_000_000_000, "G", "100.0"),
        (10**16, "G", "10,000,000"),
        (AtLeast(100_000_000), "M", ">= 100.0"),
        (None, "k", ""),
    ],
)
def test_a_unit_grows_where_a_total_has_more_than_five_digits(total: Value, symbol: str, text: str) -> None:
    """With a decimal where less than four digits would be left."""
    assert SCALE.unit(total).symbol == symbol
    assert SCALE.writer(total)(total) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (99_999, "99,999"),
        (100_000, "100 k"),
        (716_767_232, "717 M"),
        (1_435_330_920, "1.44 G"),
        (33_000_000_000_000, "33.0 T"),
        (999_999_999, "1,000 M"),
        (AtLeast(1_689_700), ">= 1.69 M"),
        (UNKNOWN, "unknown"),
        (None, ""),
    ],
)
def test_a_large_count_is_written_short(number: Value, text: str) -> None:
    """With the digits that matter at a glance."""
    assert short_count(number) == text
