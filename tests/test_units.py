"""What numbers are counted in, and how they are written so."""

from __future__ import annotations

import pytest

from netcost.units import Unit, byte_text, fitting


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
