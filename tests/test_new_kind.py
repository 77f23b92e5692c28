"""A kind of shape is one class: everything else finds a made-up one, of which nothing else knows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from running import Run
from schemas import SpecValidator

MADE_UP = '''
from netcost.shapes import Map

class Spectrum(Map):
    """(N, C, F, B): channels over frequencies and beats."""

    __slots__ = ()
    word = "spectrum"
    noun = "a spectrum"
    letters = {"C": "channels", "F": "frequency", "B": "beat"}

'''
READ_AND_WRITE = """
import sys
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report.read import read_report
print(*render(Reports(read_report(sys.stdin.read())), "json"), sep="", end="")
"""

SPEC = """\
input: {spectrum: [2, 16, 10]}
layers:
  - {name: halves, conv: in_frequency / 2, kernel: 3, pad: 1, stride: 2}
  - {name: low, slice: 0, stop: in_beat - 1, axis: beat}
  - {name: back, reshape: [4, 8, 8], kind: spectrum}
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """A spec whose input is of that kind."""
    path = tmp_path / "net.yaml"
    path.write_text(SPEC)
    return str(path)


def test_a_spec_takes_it_in_and_expressions_name_its_axes(told: Run, spec: str) -> None:
    """`in_frequency` and `in_beat` are its lengths; slices and reshapes know its words."""
    text = told("analyze", spec, "--format", "json").out
    layers = json.loads(text)["models"][0]["layers"]
    assert [layer["output_shape"] for layer in layers] == [[1, 8, 8, 5], [1, 8, 8, 4], [1, 4, 8, 8]]
    assert {layer["output_axes"] for layer in layers} == {"NCFB"}


def test_json_is_read_back(told: Run, spec: str) -> None:
    """The letters of its axes lead to the kind."""
    text = told("analyze", spec, "--format", "json").out
    written = subprocess.run(
        [sys.executable, "-c", MADE_UP + READ_AND_WRITE],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert written.stdout == text


def test_the_schema_of_a_spec_has_it(told: Run) -> None:
    """With as many lengths as it has axes, and as a kind of reshape."""
    schema: Any = json.loads(told("schema", "spec").out)
    head = {"layers": [{"reshape": [4, 8, 8], "kind": "spectrum"}]}
    assert SpecValidator(schema).is_valid({"input": {"spectrum": [2, 16, 10]}, **head})
    assert not SpecValidator(schema).is_valid({"input": {"spectrum": [2, 16]}, **head})


def test_formulas_call_its_axes_by_their_letters(told: Run, spec: str) -> None:
    """With what they stand for below."""
    text = told("explain", spec, "halves").out
    assert "floor((F - K + 2 * P) / S) + 1" in text
    assert "frequency of the input" in text
    assert "field' = field + (K - 1) * J = 1 + (3 - 1) * 1 = 3" in text  # F is taken


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("input: {spectrum: [2, 16]}\nlayers: [relu]", "a spectrum has the lengths [C, F, B]; this has 2"),
        ("input: {spectrums: [2, 16, 3]}\nlayers: [relu]", "did you mean `spectrum`?"),
        ("input: [2, 16]\nlayers: [relu]", "or {spectrum: [C, F, B]}"),
        ("input: {spectrum: [2, 16, 3]}\nlayers: [linear: 3]", "got a spectrum 2 x 16 x 3"),
        (
            "input: {spectrum: [2, 16, 3]}\nlayers: [{slice: 0, axis: height}]",
            "it has channels and frequency and beat",
        ),
        ("input: [3]\nlayers: [maxpool: 3]", "needs a signal, an image or a volume, got a vector 3"),
    ],
)
def test_messages_name_it(told: Run, tmp_path: Path, lines: str, message: str) -> None:
    """By the noun, the word and the letters of its class; the kinds of maps go by their number of axes."""
    path = tmp_path / "net.yaml"
    path.write_text(lines)
    assert message in told("analyze", str(path)).err
