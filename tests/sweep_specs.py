"""Small specs for tests of sweeps, and the rows that come of them."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

MLP = """
name: mlp
params: {hidden: 10, depth: 1, wide: false, dims: [4, 4]}
input: [8]
blocks:
  Body:
    layers: [{linear: hidden, bias: false}, relu]
layers:
  - {name: body, Body, repeat: depth}
  - {name: head, linear: 5, bias: wide}
"""
"""Parameters of hidden h and depth d: 8 h + (d - 1) h^2 + 5 h, and 5 if it is wide."""

HEADS = """
name: heads
params: {dim: 8, heads: 2}
input: {sequence: [4, 8]}
layers: [{linear: dim}, {attention: heads}]
"""


def params(hidden: int, depth: int) -> int:
    return 8 * hidden + (depth - 1) * hidden**2 + 5 * hidden


def written(folder: Path) -> Path:
    """A folder with the specs."""
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")
    (folder / "heads.yaml").write_text(HEADS, encoding="utf-8")
    return folder


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))
