"""Ranges and lists as people write them."""

from __future__ import annotations

import pytest

from netcost.overrides import Overrides
from netcost.sweeps.axes import (
    Axis,
    Grid,
    checked_axis,
    labels,
    length_axis,
    read_axis,
    read_number,
    read_values,
    varies,
)
from netcost.sweeps.fault import SweepError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1..4", (1, 2, 3, 4)),
        ("0.1..0.3:0.1", (0.1, 0.2, 0.3)),
        ("0.25..1:0.25", (0.25, 0.5, 0.75, 1.0)),
        ("1..10:4", (1, 5, 9)),
        ("1..64:*2", (1, 2, 4, 8, 16, 32, 64)),
        ("1..60:*4", (1, 4, 16)),
        ("0.5..2:*2", (0.5, 1.0, 2.0)),
        ("1,2,8", (1, 2, 8)),
        ("1,4..6,16", (1, 4, 5, 6, 16)),
        ("1e3,5k,2M", (1000, 5000, 2_000_000)),
        ("-2..1", (-2, -1, 0, 1)),
        (" 1 .. 3 : 2 ", (1, 3)),
        ("true,false", (True, False)),
        ("float32,int8/float16", ("float32", "int8/float16")),
        ("[2,2],[3,4]", ("[2,2]", "[3,4]")),
        ("4*dim,max(dim,8)", ("4*dim", "max(dim,8)")),
        ("'a,b',c", ("'a,b'", "c")),
        ("3..3", (3,)),
    ],
)
def test_values_are_read_as_they_are_meant(text: str, values: tuple[object, ...]) -> None:
    """Both ends included; decimals are exact, and all are floats if one is."""
    found = read_values(text)
    assert found == values
    assert list(map(type, found)) == list(map(type, values))


def test_a_long_range_of_decimals_does_not_drift() -> None:
    """0.9874 is the float that is nearest to it, as if it had been written."""
    values = read_values("0.05..4:0.0001")
    assert len(values) == 39_501
    assert values[9374] == 0.9874
    assert values[-1] == 4.0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("8..1", "runs backwards, from 8 down to 1; write 1..8"),
        ("1..3.5", "never comes to 3.5 in steps of 1; write 1..3, or a step with a fraction"),
        ("1..8:0", "a step is above 0"),
        ("1..8:-1", "a step is above 0"),
        ("1..8:*1", "does not grow"),
        ("0..8:*2", "does not grow"),
        ("1..x", "is no range; write 1..8, 0.25..2:0.05 or 1..64:*2"),
        ("1..8:2:3", "is no range"),
        ("1...8", "is no range"),
        ("1,,2", "empty place between its commas"),
        ("1,2,", "empty place between its commas"),
        ("1,2,1", "has 1 twice"),
        ("1,1..3", "has 1 twice"),
        ("1..10M", "10,000,000 values, and an axis has at most 1,000,000"),
        ("0..1:0.0000001", "10,000,001 values"),
    ],
)
def test_what_is_no_list_of_values_is_refused(text: str, told: str) -> None:
    """With what to write instead."""
    with pytest.raises(SweepError) as refused:
        read_values(text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("1..8", True),
        ("1,2", True),
        ("0.5", False),
        ("[3,4,6,3]", False),
        ("'a..b'", False),
        ("max(1,2)", False),
        ("float32", False),
        ("int8/float16", False),
        ("../net.yaml", False),
    ],
)
def test_one_value_is_no_axis(text: str, several: bool) -> None:
    """A list in brackets is one value."""
    assert varies(text) is several


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("batch", "0..4", "batch is a whole number of at least 1, and `0` is none"),
        ("batch", "0.5,1", "`0.5` is none"),
        ("batch", "a,b", "`a` is none"),
        ("batch", "true,false", "`true` is none"),
    ],
)
def test_a_batch_is_whole(name: str, text: str, told: str) -> None:
    """And at least one sample."""
    with pytest.raises(SweepError) as refused:
        read_axis(name, text)
    assert told in str(refused.value)


def test_words_stay_words() -> None:
    """A variant may be called as a number is written."""
    assert checked_axis("variant", [1, "a"]).values == ("1", "a")


def test_an_axis_has_values() -> None:
    """An empty list from Python is refused."""
    with pytest.raises(SweepError, match=r"set\.width has no values"):
        checked_axis("set.width", [])


SIZES = {"left": (3, 224, 224), "right": (128,), "numbers": (10,)}
FREE = {"left": [1, 2], "right": [0], "numbers": []}


@pytest.mark.parametrize(
    ("part", "text", "shapes", "told"),
    [
        ("left", "96..160:32", ((3, 96, 96), (3, 128, 128), (3, 160, 160)), (96, 128, 160)),
        ("right", "1..4:*2", ((1,), (2,), (4,)), (1, 2, 4)),
        ("left", "[3,96,64],[1,64,96]", ((3, 96, 64), (1, 64, 96)), ("3,96,64", "1,64,96")),
        ("numbers", "[10],[20]", ((10,), (20,)), ("10", "20")),
    ],
)
def test_one_range_sets_what_is_spatial(
    part: str, text: str, shapes: tuple[tuple[int, ...], ...], told: tuple[object, ...]
) -> None:
    """Channels stay; whole shapes stand in brackets."""
    axis = length_axis(part, text, SIZES, FREE)
    assert axis == Axis(f"input.{part}", shapes, told)


@pytest.mark.parametrize(
    ("part", "text", "told"),
    [
        (
            "",
            "96..224",
            "the inputs are `left`, `right`, `numbers`; write which is meant: --input left=96..256:32",
        ),
        ("middle", "96..224", "there is no input `middle`; there are `left`, `right`, `numbers`"),
        ("numbers", "1..4", "the input 10 has neither spatial lengths nor tokens; write shapes: [10],[...]"),
        ("left", "0..4", "a length is a whole number of at least 1, and `0` is none"),
        ("left", "0.5..4", "`0.5` is none"),
    ],
)
def test_lengths_that_cannot_be_are_refused(part: str, text: str, told: str) -> None:
    """With the inputs that there are."""
    with pytest.raises(SweepError) as refused:
        length_axis(part, text, SIZES, FREE)
    assert told in str(refused.value)


def test_the_last_axis_is_the_fastest() -> None:
    """Mixed radix: of 2 x 3, number 4 is (1, 1)."""
    grid = Grid((Axis("set.a", (1, 2)), Axis("batch", (1, 2, 3))))
    assert grid.size == 6
    assert [value for _, value, _ in grid.values(4)] == [2, 2]
    assert grid.overrides(Overrides(dtype="int8", params={"b": 1}), 4) == Overrides(
        dtype="int8", params={"a": 2, "b": 1}, batch=2
    )


def test_a_grid_is_not_larger_than_anybody_counts() -> None:
    """10^6 values on each of four axes are too many."""
    axis = tuple(range(1, 100_001))
    with pytest.raises(SweepError, match=r"at most 10\^18"):
        Grid(tuple(Axis(f"set.{name}", axis) for name in "abcd"))


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["set.width", "batch"], ["width", "batch"]),
        (["set.batch", "batch"], ["set.batch", "batch"]),
        (["set.macs", "dim.seq"], ["set.macs", "seq"]),
        (["set.seq", "dim.seq", "input.left"], ["set.seq", "dim.seq", "input.left"]),
    ],
)
def test_a_column_has_a_name_of_its_own(names: list[str], found: list[str]) -> None:
    """A parameter that is called as something else is told with where it comes from."""
    assert list(labels([Axis(name, (1, 2)) for name in names])) == found


@pytest.mark.parametrize(("text", "number"), [("1e9", 10**9), ("5M", 5_000_000), ("1.5k", 1500), (" 7 ", 7)])
def test_numbers_have_units_and_exponents(text: str, number: int) -> None:
    """As limits and targets have them."""
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "x", "1..2", "1x", "nan", "inf", "1e9999"])
def test_other_texts_are_no_numbers(text: str) -> None:
    """Nor is what Python would take for one."""
    with pytest.raises(SweepError, match="is no number"):
        read_number(text)
