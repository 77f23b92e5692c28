"""Bars in tables of a terminal: how long they are, beside which rows they stand, and what they are in ASCII."""

from __future__ import annotations

from fractions import Fraction

import pytest
from bundled import report_of
from handmade import printed, report, row

from netcost.number import AtLeast
from netcost.render.barred import bar


@pytest.mark.parametrize(
    ("amount", "most", "width", "drawn"),
    [
        (16, 16, 16, "█" * 16),
        (8, 16, 16, "█" * 8),
        (1, 128, 16, "▏"),
        (1, 10**9, 16, "▏"),
        (0, 16, 16, ""),
        (0, 0, 16, ""),
        (5, 8, 1, "▋"),
        (9, 8 * 2, 2, "█▏"),
        (Fraction(1, 2), 1, 4, "██"),
        (10**30, 10**30, 3, "███"),
    ],
)
def test_bars(amount: int, most: int, width: int, drawn: str) -> None:
    """In eighths of a character; what is not nothing is seen."""
    assert bar(amount, most, width) == drawn


def bars(text: str) -> dict[str, str]:
    """The last cell of each line of the table, by the name in the first."""
    lines = [line.split("│") for line in text.splitlines() if "│" in line]
    return {cells[0].strip(): cells[-1].strip() for cells in lines}


def test_bars_stand_for_the_last_column() -> None:
    """Which counts operations: conv2 has 223,948,800 of them, conv3 half of that, conv5 99,680,256."""
    found = bars(printed("table", report_of("alexnet"), bars=True))
    assert (found["Layer"], found["conv2"], found["conv3"], found["conv5"]) == (
        "flop",
        "█" * 16,
        "█" * 8,
        "███████▏",
    )
    assert (found["flatten"], found["total"]) == ("", "")


def test_bars_stand_for_the_column_that_rows_are_sorted_by() -> None:
    """fc7 has 16,781,312 parameters, fc6 37,752,832: 57 of 128 eighths."""
    found = bars(printed("table", report_of("alexnet"), bars=True, sort="params", top=2))
    assert (found["Layer"], found["fc6"], found["fc7"]) == ("params", "█" * 16, "███████▏")


def test_inputs_have_none() -> None:
    """In the style that has rows for them."""
    found = bars(printed("table", report_of("lenet"), bars=True, style="lenet"))
    assert found["Input"] == ""
    assert found["Conv (C_out=50, K=5, P=2, S=1)"] == "█" * 16


def test_bars_stay_where_room_is_short() -> None:
    """As they were asked for."""
    assert "█" * 16 in printed("table", report_of("resnet50"), bars=True, width=80)


def test_bars_in_ascii() -> None:
    """Less than half a character is a colon."""
    text = printed("table", report_of("alexnet"), bars=True, ascii=True)
    assert text.isascii()
    assert "################" in text
    assert "| #####:\n" in text


def test_what_is_not_known_has_no_bar() -> None:
    """The column beside it says that it is not known."""
    told = report(row("a", lecture_flops=AtLeast(0)), row("b", lecture_flops=8))
    assert bars(printed("table", told, bars=True))["b"] == "█" * 16
    assert bars(printed("table", told, bars=True))["a"] == ""
