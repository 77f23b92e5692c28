"""What became of variants, in one line."""

from __future__ import annotations

from collections import Counter

import pytest

from netcost.sweeps.tally import MAX_REASONS, REST, Tally, reason


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("channels (768) is not divisible by heads (7)", "channels is not divisible by heads"),
        ("a window of 3 is larger than its input of 1", "a window of N is larger than its input of N"),
        ("a window of 3x3 is larger than its input of 1x1", "a window of N is larger than its input of N"),
        ("no numbers at all", "no numbers at all"),
    ],
)
def test_messages_that_differ_in_numbers_are_one_reason(message: str, found: str) -> None:
    """So that thousands of variants are refused for one."""
    assert reason(message) == found


def test_a_summary_tells_each_count() -> None:
    """In the words of the documentation."""
    tally = Tally(1_231_200, 100, 412_004, Counter({"over macs": 640_112}), Counter({"macs": 5}))
    tally.refused = Counter({"channels not divisible by heads": 14_400, "window larger than its input": 10})
    assert str(tally) == (
        "1,231,200 variants: 412,004 fit; 640,112 over macs; 5 of unknown macs; 100 left out; 14,410 refused: "
        "channels not divisible by heads (14,400), window larger than its input (10)"
    )


def test_what_fits_without_a_value_is_told() -> None:
    """Of one that an expression orders; nowhere else."""
    tally = Tally(9, 0, 7, Counter({"over macs": 2}), valueless=Counter({"`1 // n`: division by zero": 3}))
    assert str(tally) == (
        "9 variants: 7 fit; 3 of them without a value: `1 // n`: division by zero (3); 2 over macs"
    )
    assert Tally.read(tally.written()) == tally
    assert "valueless" not in Tally(9, 0, 9).written()


def test_two_stretches_add_up() -> None:
    """Also in what nothing broke, which is told of by a sum that keeps its limits."""
    first = Tally(10, 0, 10, Counter({"over macs": 0}))
    second = Tally(5, 1, 2, Counter({"over macs": 1}), refused=Counter({"a": 1}))
    first += second
    assert (first.variants, first.left_out, first.fit, first.broken["over macs"]) == (15, 1, 12, 1)
    assert str(Tally(10, 0, 10, Counter({"over macs": 0}))) == "10 variants: 10 fit"
    assert str(Tally(3, 0, 3)) == "3 variants: 3 sound"


def test_reasons_are_bounded() -> None:
    """A spec may have as many messages as it has variants."""
    tally = Tally()
    for number in range(2 * MAX_REASONS):
        other = Tally(1)
        other.refuse([f"reason {'x' * number}"])
        tally += other
    assert len(tally.refused) <= MAX_REASONS
    assert tally.refused.total() == 2 * MAX_REASONS
    assert tally.refused[REST]


def test_it_is_kept_as_plain_data() -> None:
    """Beside each part."""
    tally = Tally(10, 1, 5, Counter({"over macs": 4}), Counter(), Counter({"a": 1}))
    assert Tally.read(tally.written()) == tally
