"""The layout of sums: numbers under numbers, parts below what they are parts of, lines that fit."""

from __future__ import annotations

import pytest

from netcost.derivation import Breakdown, Entry, Part, Sum
from netcost.number import UNKNOWN, AtLeast
from netcost.render.breakdown import listing, render
from netcost.shapes import Image

STAGE = Part(
    ("s.1", "s.2"), 70, parts=(Part(("conv",), 64, "4 * 16"), Part(("norm1", "norm2", "norm3"), 2, "1 + 1"))
)
PARAMS = Sum("params", "count", 300, (Part(("s.0",), 160, layers=3), STAGE), ("1 layer has none",))
BLOCK = Breakdown(
    "s", "block of 12 layers", (("pool", Image((1, 4, 8, 8))),), (("s.2", Image((1, 8, 4, 4))),), (PARAMS,)
)

WHOLE = """\
s: block of 12 layers
  input   4 x 8 x 8  from pool
  output  8 x 4 x 4

params = 160 + 2 * 70 = 300
  s.0                 160  53%  3 layers
  s.1 and s.2         140  47%  = 2 * 70, each:
    conv               64       = 4 * 16
    norm1 and 2 more    6       = 3 * 2, each 1 + 1
  1 layer has none
"""


def of(told: Sum, width: int = 80) -> list[str]:
    """One sum alone."""
    return render(Breakdown("net", "2 layers", (), (), (told,)), width=width).splitlines()[2:]


def test_a_block_as_a_whole() -> None:
    """Names, numbers, shares and how numbers come about are columns; the parts of one of those alike lie below."""
    assert render(BLOCK) == WHOLE


def test_lower_bounds_have_no_shares_and_no_formula() -> None:
    """Neither is known."""
    told = Sum("params", "count", AtLeast(5), (Part(("a",), 5, "2 + 3"), Part(("b",), UNKNOWN)))
    assert of(told) == ["params = >= 5", "  a        5  = 2 + 3", "  b  unknown"]


def test_what_is_too_long_goes_to_the_next_line() -> None:
    """Indented further than its name."""
    told = Sum("macs", "count", 6, (Part(("a_rather_long_name",), 6, "1 * 2 * 3"),))
    assert of(told, width=30) == ["macs = 6", "  a_rather_long_name  6", "    = 1 * 2 * 3"]


def test_bytes_are_told_to_the_last_and_in_a_unit() -> None:
    """In the unit that they fill."""
    assert of(Sum("kept_bytes", "bytes", 1536, (Part(("a",), 1536),)))[0] == "kept_bytes = 1,536 (1.5 KiB)"


def test_a_share_that_is_nearly_nothing_is_not_zero() -> None:
    """1 of 1001 is less than half a percent, and the others are not the whole."""
    told = Sum("params", "count", 1001, (Part(("a",), 1000), Part(("b",), 1)))
    assert [line.split()[-1] for line in of(told)[1:]] == [">99%", "<1%"]


@pytest.mark.parametrize("name", ["a\x1b[31m", "b\nc"])
def test_names_do_not_reach_the_terminal_as_they_are(name: str) -> None:
    """They may hold codes of the terminal, or line ends."""
    text = render(
        Breakdown(
            name,
            name,
            ((name, BLOCK.inputs[0][1]),),
            (),
            (Sum(name, "count", 1, (Part((name,), 1, name),), (name,)),),
        )
    )
    text += listing(name, [Entry(name, name, BLOCK.inputs[0][1])])
    assert "\x1b" not in text
    assert "b\nc" not in text


def test_layers_are_listed_in_columns() -> None:
    """Name, what it is, what comes out."""
    out = Image((1, 8, 4, 4))
    assert listing("net", [Entry("conv1", "Conv", out), Entry("s", "block of 3 layers", out)]) == (
        "net\n  conv1  Conv               8 x 4 x 4\n  s      block of 3 layers  8 x 4 x 4\n"
    )
