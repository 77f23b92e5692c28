"""How values, names and lists are written for people."""

from __future__ import annotations

import pytest

from netcost.wording import (
    counted,
    decimal,
    figure,
    in_full,
    listed,
    plural,
    rounded,
    share,
    shown,
    summed,
    times,
    written,
)

LECTURE_ROUNDING = [
    # number, unit, as the lecture prints it
    (200704 * 4, 1024, 784),  # 784.0 KB
    (46656 * 4, 1024, 182),  # 182.25
    (139968 * 4, 1024, 547),  # 546.75
    (32448 * 4, 1024, 127),  # 126.75
    (64896 * 4, 1024, 254),  # 253.5: half a unit goes up
    (1000 * 4, 1024, 4),  # 3.9062
    (23296, 1000, 23),  # conv1 params
    (72855552, 10**6, 73),  # conv1 flop
    (419904, 10**6, 0),  # pool1 flop, 0.42 M
]


@pytest.mark.parametrize(("number", "unit", "printed"), LECTURE_ROUNDING)
def test_numbers_round_as_in_the_lecture(number: int, unit: int, printed: int) -> None:
    """Whole units are counted half up, in integers."""
    assert rounded(number, unit) == printed


def test_rounding_stays_exact_where_floats_are_not() -> None:
    """Numbers beyond 2^53 keep every digit."""
    assert rounded(2**64 + 1, 1) == 2**64 + 1
    assert rounded(1000 * 2**70 + 500, 1000) == 2**70 + 1


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (784, "784"),
        (1024, "1024"),
        (9999, "9999"),
        (10_000, "10,000"),
        (-72_855_552, "-72,855,552"),
    ],
)
def test_figures_are_grouped_from_five_digits_on(number: int, text: str) -> None:
    """1024 and 9216 stand together, longer numbers in groups of three."""
    assert figure(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (784.0, "784"),
        (182.25, "182.25"),
        (0.5, "0.5"),
        (0.00390625, "0.0039"),
        (0.0, "0"),
        (12345.678, "12,345.68"),
    ],
)
def test_what_is_not_whole_has_two_decimals(number: float, text: str) -> None:
    """A number below a hundredth keeps two digits: it is not nothing."""
    assert decimal(number) == text


@pytest.mark.parametrize(
    ("value", "full", "short"),
    [
        (None, "", ""),
        (64, "64", "64"),
        ((11, 11), "11x11", "11"),
        ((3, 5), "3x5", "3x5"),
        ((3, 3, 3), "3x3x3", "3"),
        (((2, 2), (2, 2)), "2x2", "2"),
        (((1, 1), (0, 0)), "1x0", "1x0"),
        (((0, 1), (0, 1)), "0+1x0+1", "0+1"),
        (((0, 1), (2, 2)), "0+1x2+2", "0+1x2"),
        (((0, 1), 2), "0+1x2", "0+1x2"),
        ("same", "same", "same"),
        (True, "true", "true"),
    ],
)
def test_settings_are_written_per_axis(value: object, full: str, short: str) -> None:
    """Programs read each axis; people read once what is the same for all."""
    assert in_full(value) == full
    assert written(value) == short


def test_lengths_are_joined() -> None:
    """A report's cell and a sentence have signs of their own."""
    assert times((56, 56)) == "56x56"
    assert times((56, 56), " x ") == "56 x 56"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "nothing"), (True, "true"), ("wide", "`wide`"), ([1, (2, "a")], "[1, [2, `a`]]"), (0.5, "0.5")],
)
def test_values_are_shown_as_yaml_writes_them(value: object, text: str) -> None:
    """Messages quote the file and not Python."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(1, "value", "1 value"), (0, "value", "0 values"), (1200, "axis", "1,200 axes")],
)
def test_nouns_go_with_their_number(number: int, noun: str, text: str) -> None:
    """One is singular, all else is not."""
    assert counted(number, noun) == text
    assert plural(noun, number) == text.split()[1]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_lists_of_names_stay_short(names: list[str], text: str) -> None:
    """Three names stand for a long list; one more would not be shorter."""
    assert listed(names) == text


def test_a_list_may_be_of_any_length_and_of_alternatives() -> None:
    """All names, joined by the word that is asked for."""
    assert listed(list("abcde"), most=None, word="or") == "a, b, c, d or e"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 2, "50%"),
        (2, 3, "67%"),
        (1, 1, "100%"),
        (0, 7, "0%"),
        (999, 1000, "more than 99%"),  # 99.9, not all of it
        (994, 1000, "99%"),
    ],
)
def test_only_the_whole_is_written_100_percent(part: int, whole: int, text: str) -> None:
    """Shares are whole percents, half up."""
    assert share(part, whole) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["64"], "64"),
        (["64", "64"], "64+64"),
        (["64", "32", "32", "32"], "64+3*32"),
        (["64", "32", "64"], "3 inputs"),
    ],
)
def test_several_inputs_are_written_as_a_sum(parts: list[str], text: str) -> None:
    """Repetitions are counted; more than two terms are only counted."""
    assert summed(parts) == text
