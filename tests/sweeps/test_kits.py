"""Columns as lists and as arrays: both do the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcost.sweeps import lists

arrays: Any = pytest.importorskip(
    "netcost.sweeps.arrays", reason="numpy is not installed", exc_type=ImportError
)

NUMBERS = st.none() | st.integers(0, 6) | st.integers(0, 2**70)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=40)
SIDES = st.tuples(st.booleans(), st.booleans(), st.booleans())


def columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@given(ROWS, SIDES, st.integers(1, 50))
def test_the_first_rows_are_the_same(
    rows: list[tuple[Any, ...]], largest: tuple[bool, ...], most: int
) -> None:
    """Also of numbers beyond 64 bits, and of those that are not known."""
    found = [
        list(
            kit.first(
                [(kit.column(each), side) for each, side in zip(columns(rows), largest, strict=True)], most
            )
        )
        for kit in (lists, arrays)
    ]
    assert found[0] == found[1]


@given(ROWS, SIDES)
def test_the_front_is_the_same(rows: list[tuple[Any, ...]], largest: tuple[bool, ...]) -> None:
    """And it is what the definition says: nobody is as good in all columns and better in one."""
    keys = list(zip(columns(rows), largest, strict=True))
    plain = set(lists.front([(lists.column(each), side) for each, side in keys]))
    assert set(arrays.front([(arrays.column(each), side) for each, side in keys])) == plain

    points = [
        None if None in row else tuple(-n if side else n for n, side in zip(row, largest, strict=True))
        for row in rows
    ]
    first = {point: number for number, point in reversed(list(enumerate(points))) if point is not None}
    expected = {
        number
        for point, number in first.items()
        if not any(
            other != point and all(a <= b for a, b in zip(other, point, strict=True)) for other in first
        )
    }
    assert plain == expected


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.integers(0, 2**66))
def test_bounds_part_the_same_rows(numbers: list[Any], bound: int) -> None:
    """Above, below, known; taken and counted."""
    for name in ("above", "below"):
        masks = [getattr(kit, name)(kit.column(numbers), bound) for kit in (lists, arrays)]
        assert masks[0] == masks[1].tolist()
        assert lists.count(masks[0]) == arrays.count(masks[1])
        assert lists.plain(lists.taken(lists.column(numbers), masks[0])) == arrays.plain(
            arrays.taken(arrays.column(numbers), masks[1])
        )
    assert lists.known(numbers) == arrays.known(arrays.column(numbers)).tolist()


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=30))
def test_rows_are_counted_in_the_same_bins(rows: list[tuple[Any, ...]]) -> None:
    """Those without a logarithm in none."""
    found = [kit.binned([kit.column(each) for each in columns(rows)], 4) for kit in (lists, arrays)]
    assert dict(found[0]) == dict(found[1])
    assert sum(found[0].values()) == sum(all(row) for row in rows)


def test_digits_and_tables_agree() -> None:
    """Of a grid of 2 x 3 x 4."""
    for stride, length in ((12, 2), (4, 3), (1, 4)):
        plain = lists.digits(range(24), stride, length)
        assert arrays.digits(arrays.indices(range(24)), stride, length).tolist() == plain
        table = ["a", "b", "c", "d"]
        assert arrays.plain(arrays.looked_up(table, arrays.indices(plain))) == lists.looked_up(table, plain)
    parts = [[0, 1, 1], [2, 0, 1]]
    assert lists.combined(parts, [2, 3]) == [2, 3, 4]
    assert arrays.combined([arrays.indices(part) for part in parts], [2, 3]).tolist() == [2, 3, 4]


def test_masked_arrays_are_known_in_part() -> None:
    """As an engine may hand them over."""
    numpy = pytest.importorskip("numpy")
    column = arrays.column(numpy.ma.masked_array([1, 2, 3], [False, True, False]))
    assert arrays.plain(column) == [1, None, 3]
    assert arrays.native(column).tolist() == [1, None, 3]
