"""Reports and budgets from the text of specs, for the tests of checks and comparisons."""

from __future__ import annotations

from textwrap import dedent, indent

from netcost.analysis.costs import analyze
from netcost.budget.entry import Budget, Rules
from netcost.budget.read import read_budget
from netcost.report import Report
from netcost.source.read_document import parse_document
from netcost.spec.load import load_network

CNN = """\
name: cnn
input: [3, 32, 32]
layers:
  - {name: conv1, conv: 10, kernel: 5, pad: 2}
  - {name: relu1, relu}
  - {name: pool1, maxpool: 2}
  - {name: conv2, conv: 20, kernel: 3, pad: 1}
  - {name: gap, gap}
  - {name: fc, linear: 10}
"""
"""Its numbers, by hand.

        params                       MACs
conv1   10 * 3 * 5 * 5 + 10 = 760    10 * 32 * 32 * 3 * 5 * 5 = 768,000
conv2   20 * 10 * 3 * 3 + 20 = 1,820 20 * 16 * 16 * 10 * 3 * 3 = 460,800
fc      20 * 10 + 10 = 210           20 * 10 = 200
total   2,790                        1,229,000
"""


def report(text: str = CNN, path: str = "cnn.yaml") -> Report:
    """Analyze a spec."""
    return analyze(load_network(dedent(text).encode(), path))


def changed(old: str, new: str, text: str = CNN) -> Report:
    """Analyze a spec with some of its text replaced."""
    assert old in text
    return report(text.replace(old, new))


def budget(text: str, path: str = "netcost-budget.yaml") -> Budget:
    """Read a budget file."""
    return read_budget(parse_document(dedent(text).encode(), path))


def rules(text: str) -> Rules:
    """Read the rules of one model, given without its `spec`."""
    return budget(f"version: 1\nmodels:\n  - spec: cnn.yaml\n{indent(dedent(text), '    ')}").entries[0].rules
