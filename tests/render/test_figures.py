"""How numbers and names are written for people."""

from __future__ import annotations

import pytest

from netcost.render.cells import portable
from netcost.render.figures import Unit, byte_text, fitting, share, summed


@pytest.mark.parametrize(
    ("total", "symbol"),
    [(100_000_000, "M"), (99_999_999, "k"), (100_000, "k"), (99_999, ""), (1, ""), (0, "M")],
)
def test_a_column_takes_the_first_unit_of_which_its_total_has_a_hundred(total: int, symbol: str) -> None:
    """What is printed 0 without being 0 is then less than half a percent of the total."""
    assert fitting(total, (Unit(10**6, "M"), Unit(1000, "k"), Unit(1, ""))).symbol == symbol


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


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("nets/alexnet.yaml", "nets/alexnet.yaml"),
        ("../alexnet.yaml:3:1", "../alexnet.yaml:3:1"),
        ("/home/someone/alexnet.yaml:3:1", "alexnet.yaml:3:1"),
        (r"C:\nets\alexnet.yaml:3:1", "alexnet.yaml:3:1"),
        ("", ""),
    ],
)
def test_absolute_paths_lose_their_folders(path: str, kept: str) -> None:
    """Folders of one machine mean nothing on the next; relative paths stay as they were given."""
    assert portable(path) == kept
