"""The layout of a derivation: blocks, aligned equals signs, lines that fit, results set off."""

from __future__ import annotations

import subprocess
import sys

import pytest

from netcost.derivation import Derivation, Formula, Section, Symbol
from netcost.place import Place
from netcost.render.derivation import render
from netcost.shapes import Image, Vector

HEIGHT = Formula(("W'", "H'"), "(H - K + 2 * P) / S + 1", "(227 - 11 + 2 * 2) / 4 + 1", halfway="", value=56)
MACS = Formula(
    ("macs",),
    "(C_out * H' * W') * (C_in * K * K)",
    "(64 * 56 * 56) * (3 * 11 * 11)",
    halfway="200,704 * 363",
    value=72_855_552,
)
CONV1 = Derivation(
    name="conv1",
    label="Conv (C_out=64, K=11, P=2, S=4)",
    inputs=(("input", Image((1, 3, 227, 227))),),
    output=Image((1, 64, 56, 56)),
    sections=(
        Section("Output size", (Formula(("C_out",), "C_out", "64", "", 64), HEIGHT)),
        Section("Parameters", (), ("params: none, it has nothing to learn",)),
        Section("Operations", (MACS, Formula(("ops",), "0", "0", "", 0))),
    ),
    symbols=(Symbol("K", 11, "window size"), Symbol("C_out", 64, "number of filters")),
    place=Place("alexnet.yaml", 7, 19),
)

WHOLE = """\
conv1: Conv (C_out=64, K=11, P=2, S=4)      alexnet.yaml:7:19
  input   3 x 227 x 227
  output  64 x 56 x 56

Output size
    C_out = 64
  W' = H' = (H - K + 2 * P) / S + 1 = (227 - 11 + 2 * 2) / 4 + 1 = 56

Parameters
  params: none, it has nothing to learn

Operations
  macs = (C_out * H' * W') * (C_in * K * K)
       = (64 * 56 * 56) * (3 * 11 * 11) = 200,704 * 363 = 72,855,552
   ops = 0

where
      K = 11  window size
  C_out = 64  number of filters
"""


def of_formula(formula: Formula, width: int = 80) -> list[str]:
    """The lines of a single formula."""
    section = Section("Section", (formula,))
    derivation = Derivation("layer", "Layer", (), Vector((1, 10)), (section,))
    return render(derivation, width=width).splitlines()[4:]


def test_a_derivation_is_laid_out_in_blocks() -> None:
    """Heading, one block for each section with its equals signs below each other, the symbols last."""
    assert render(CONV1) == WHOLE


def test_a_wide_line_holds_all_steps() -> None:
    """Words, figures, halfway line and result stand on one line where it is long enough."""
    assert of_formula(MACS, width=110) == [
        "  macs = (C_out * H' * W') * (C_in * K * K) = (64 * 56 * 56) * (3 * 11 * 11) = 200,704 * 363 = 72,855,552"
    ]


def test_a_narrow_line_holds_one_step() -> None:
    """Each step has a line of its own, below the equals sign, where two do not fit."""
    assert of_formula(MACS, width=45) == [
        "  macs = (C_out * H' * W') * (C_in * K * K)",
        "       = (64 * 56 * 56) * (3 * 11 * 11)",
        "       = 200,704 * 363 = 72,855,552",
    ]


def test_a_step_that_does_not_fit_is_cut_between_terms() -> None:
    """A long sum is broken before a plus outside of brackets."""
    formula = Formula(("a",), "b * c + (d + e) * f + g * h", "2 * 3 + (4 + 5) * 6 + 7 * 8", "", 116)
    assert of_formula(formula, width=26) == [
        "  a = b * c + (d + e) * f",
        "        + g * h",
        "    = 2 * 3 + (4 + 5) * 6",
        "        + 7 * 8",
        "    = 116",
    ]


def test_a_term_that_does_not_fit_is_cut_before_any_operator() -> None:
    """Where not even a term fits, every operator may start a line; nothing is ever left out."""
    formula = Formula(("a",), "first * second * third", "11 * 12 * 13", "", 1716)
    lines = of_formula(formula, width=20)
    assert lines == ["  a = first * second", "        * third", "    = 11 * 12 * 13", "    = 1716"]


def test_a_number_is_never_cut() -> None:
    """A width that is too small makes lines longer than it, not numbers wrong."""
    assert of_formula(MACS, width=1)[-1].endswith("= 72,855,552")


def test_equal_steps_are_written_once() -> None:
    """Words, figures and result that say the same do not repeat one another."""
    assert of_formula(Formula(("bias",), "C_out", "64", "", 64)) == ["  bias = C_out = 64"]
    assert of_formula(Formula(("C_out",), "C_out", "64", "", 64)) == ["  C_out = 64"]
    assert of_formula(Formula(("ops",), "0", "0", "", 0)) == ["  ops = 0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (784, "784"),
        (200_704 * 4 / 1024, "784"),
        (46_656 * 4 / 1024, "182.25"),
        (1000 * 4 / 1024, "3.91"),
        (2_570_240 / 1024, "2510"),
        (102_400_512 / 1024, "100,000.5"),
        (4 / 1024, "0.0039"),
        (0.0, "0"),
        (5.125, "5.13"),
    ],
)
def test_results_have_the_decimals_that_matter(value: float, text: str) -> None:
    """Whole numbers stay whole; others have two decimals, or two digits where those would be zero."""
    assert Formula(("memory (KB)",), "bytes / 1024", "", "", value).result == text


def test_notes_are_filled_to_the_width() -> None:
    """A long remark goes on in the next line, further in."""
    section = Section("Operations", (), ("ops: one addition per output element",))
    derivation = Derivation("layer", "Layer", (), Vector((1, 10)), (section,))
    assert render(derivation, width=24).splitlines()[4:] == ["  ops: one addition per", "    output element"]


def test_inputs_say_where_they_come_from() -> None:
    """Each input has its line and its layer; that of the network's own input goes without saying."""
    inputs = (("conv3", Image((1, 64, 28, 28))), ("input", Vector((1, 64))))
    derivation = Derivation("mul1", "Mul", inputs, Image((1, 64, 28, 28)), ())
    assert render(derivation) == (
        "mul1: Mul\n  input   64 x 28 x 28  from conv3\n  input   64\n  output  64 x 28 x 28\n"
    )


def test_a_place_that_does_not_fit_has_a_line_of_its_own() -> None:
    """The heading is not longer than the width if it can be helped."""
    assert render(CONV1, width=50).splitlines()[:2] == [
        "conv1: Conv (C_out=64, K=11, P=2, S=4)",
        "  alexnet.yaml:7:19",
    ]


def test_colors_set_headings_and_results_off() -> None:
    """With colors the same text has headings and results in bold."""
    text = render(CONV1, color=True)
    assert "\x1b[1mOutput size\x1b[0m\n" in text
    assert "+ 1 = \x1b[1m56\x1b[0m\n" in text
    assert text.replace("\x1b[1m", "").replace("\x1b[0m", "") == WHOLE


def test_plain_text_needs_no_rich() -> None:
    """Explaining is fast: nothing of rich is imported for it."""
    code = "import sys, netcost.render.derivation, netcost.analysis.explain; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
