"""Amounts as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from netcost.amounts import Amount, AmountError, read_amount, read_change, read_percent
from netcost.units import Quantity

AMOUNTS: list[tuple[Quantity, str, int]] = [
    ("count", "63000000", 63_000_000),
    ("count", "63M", 63_000_000),
    ("count", "63 M", 63_000_000),
    ("count", "0.7G", 700_000_000),
    ("count", "1.25k", 1_250),
    ("count", "2T", 2_000_000_000_000),
    ("bytes", "250MiB", 250 * 1024 * 1024),
    ("bytes", "63 MB", 63_000_000),
    ("bytes", "1kB", 1_000),
    ("bytes", "1KiB", 1_024),
    ("bytes", "1.5GiB", 3 * 512 * 1024 * 1024),
    ("bytes", "2TiB", 2 * 1024**4),
    ("bytes", "12B", 12),
    ("bytes", "12", 12),
]


@pytest.mark.parametrize(("unit", "text", "number"), AMOUNTS)
def test_an_amount_is_an_exact_integer(unit: Quantity, text: str, number: int) -> None:
    """Decimal units count thousands, binary ones 1024; no float comes in between."""
    assert read_amount(text, unit).at_most(0) == number
    assert read_amount(text, unit).at_least(0) == number


def test_a_fraction_of_a_byte_is_rounded_inwards() -> None:
    """1.1 MiB are 1,153,433.6 bytes: at most 1,153,433, at least 1,153,434."""
    amount = read_amount("1.1MiB", "bytes")
    assert (amount.at_most(0), amount.at_least(0)) == (1_153_433, 1_153_434)


@pytest.mark.parametrize(
    ("text", "whole", "most", "least"),
    [
        ("65%", 61_100_840, 39_715_546, 39_715_546),  # 0.65 * 61,100,840 = 39,715,546 exactly
        ("1%", 250, 2, 3),  # 2.5
        ("0.1%", 10**18, 10**15, 10**15),  # beyond what a float holds
        ("33.333%", 3, 0, 1),  # 0.99999
        ("200%", 21, 42, 42),
    ],
)
def test_a_percentage_is_exact(text: str, whole: int, most: int, least: int) -> None:
    """Percent of an integer is computed in integers."""
    assert (read_percent(text).at_most(whole), read_percent(text).at_least(whole)) == (most, least)


REFUSED: list[tuple[Quantity, str, str, str]] = [
    (
        "bytes",
        "63M",
        "`63M` could mean powers of 1000 or of 1024",
        "write `63MB` (63,000,000) or `63MiB` (66,060,288)",
    ),
    (
        "bytes",
        "64KB",
        "`64KB` could mean powers of 1000 or of 1024",
        "write `64kB` (64,000) or `64KiB` (65,536)",
    ),
    ("bytes", "1mib", "`mib` is not a unit", "write `1MiB` (1,048,576)"),
    ("bytes", "5q", "`q` is not a unit", "units are B kB MB GB TB KiB MiB GiB TiB"),
    ("bytes", "1.5", "`1.5` is not a whole number", "write `1`, or `2`"),
    ("bytes", "65%", "`65%` is a share", "write a number of bytes, such as `250MiB`"),
    ("count", "65%", "`65%` is a share", "write a number of things, such as `63M`"),
    ("count", "63m", "`m` is not a unit", "write `63M` (63,000,000)"),
    ("count", "7B", "`B` is not a unit", "write `7G` (7,000,000,000)"),
    ("count", "63MB", "`63MB` is in bytes, this is a count", "write `63M` (63,000,000)"),
    ("count", "63x", "`x` is not a unit", "units are k M G T"),
    ("count", "63,000", "`63,000` has separators", "write `63000`"),
    ("count", "-3", "`-3` is negative", "costs are never below zero"),
    ("count", "1e6", "`1e6` is not an amount", "write `1M`"),
    ("count", "2.5E+9", "`2.5E+9` is not an amount", "write `2.5G`"),
    ("count", "1234e3", "`1234e3` is not an amount", "write `1.234M`"),
    ("count", "5e2", "`5e2` is not an amount", "write `500`"),
    ("count", ".5M", "`.5M` is not an amount", "write `0.5M`"),
    ("count", "1e3k", "`1e3k` is not an amount", "write `1000k`"),
    ("count", "1e-3", "`0.001` is not a whole number", "write `1`"),
    ("count", "1e99", "`1e99` is not an amount", "write a number such as `63M` or `250MiB`"),
    ("bytes", "1e6", "`1e6` is not an amount", "write `1MB`"),
    ("bytes", "2.5e8", "`2.5e8` is not an amount", "write `250MB`"),
    ("bytes", "12e0", "`12e0` is not an amount", "write `12B`"),
    ("bytes", "1e0MiB", "`1e0MiB` is not an amount", "write `1MiB`"),
    (
        "bytes",
        "1e3K",
        "`1000K` could mean powers of 1000 or of 1024",
        "write `1000kB` (1,000,000) or `1000KiB` (1,024,000)",
    ),
    ("ratio", "5e-1", "`5e-1` is not an amount", "write `0.5`"),
    ("count", "", "`` is not an amount", "write a number such as `63M` or `250MiB`"),
    ("count", "٣", "`٣` is not an amount", "write a number such as `63M` or `250MiB`"),
]


@pytest.mark.parametrize(("unit", "text", "message", "hint"), REFUSED)
def test_what_could_mean_two_things_is_refused(unit: Quantity, text: str, message: str, hint: str) -> None:
    """The error says what to write instead; where two things may be meant, it offers both."""
    with pytest.raises(AmountError) as caught:
        read_amount(text, unit)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("65", "write `65%`"),
        ("65M", "write `65%`"),
        ("6.5e1", "write `65%`"),
        ("5e-1%", "write `0.5%`"),
        ("0.5", "write `50%`, or `0.5%` if so little is meant"),
    ],
)
def test_a_percentage_carries_its_sign(text: str, hint: str) -> None:
    """0.65 could be a fraction, 65 a count: only `65%` says what it is."""
    with pytest.raises(AmountError) as caught:
        read_percent(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1%", Amount(1, percent=True)),
        ("+1%", Amount(1, percent=True)),
        ("10k", Amount(10_000)),
        ("0", Amount(0)),
    ],
)
def test_a_change_is_a_percentage_or_an_amount(text: str, amount: Amount) -> None:
    """A plus may say the direction once more."""
    assert read_change(text, "count") == amount


def test_amounts_compare_exactly() -> None:
    """0.7G is not more than 700M, and less than 700000001."""
    exact, spelt = read_amount("0.7G", "count"), read_amount("700M", "count")
    assert not exact.exceeds(spelt)
    assert not spelt.exceeds(exact)
    assert read_amount("700000001", "count").exceeds(exact)


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [("0.5", 1, 2), ("12", 12, 1), ("1.5k", 1500, 1), ("0.125", 1, 8)],
)
def test_a_ratio_need_not_be_whole(text: str, numerator: int, denominator: int) -> None:
    """It is compared exactly, and its percentages too."""
    amount = read_amount(text, "ratio")
    assert amount.at_most(0) == amount.at_least(0) == Fraction(numerator, denominator)
    assert read_change("5%", "ratio").at_most(Fraction(1, 3)) == Fraction(1, 60)


def test_a_ratio_is_not_in_bytes() -> None:
    """Its units are those of counts."""
    with pytest.raises(AmountError) as caught:
        read_amount("5KiB", "ratio")
    assert caught.value.hint == "write `5k` (5,000)"
