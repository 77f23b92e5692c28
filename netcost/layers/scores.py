"""What every kind of attention shares: positions in a row, the keys that are met, what a score costs."""

from __future__ import annotations

from math import prod

from netcost.integers import minimum
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.refusals import require_sequence
from netcost.shapes import Map, Sequence, Shape, Tensor

SCORE_OPS = 1 + SOFTMAX_OPS
"""Scaling a score by the root of the head's width, and its softmax."""

ROTATION_OPS = 3
"""Rotating a pair is four multiplications and two additions."""


def in_a_row(layer: str, x: Shape) -> Sequence:
    """The positions that meet one another, one after the other: those of a map, or of the last axis but one.

    Raises:
        LayerError: there are none.
    """
    if isinstance(x, Map):
        return Sequence((x[0], prod(x.size), x.channels))
    if isinstance(x, Tensor) and len(x) > 2:  # noqa: PLR2004
        *leading, positions, channels = x
        return Sequence((prod(leading), positions, channels))
    return require_sequence(layer, x)


def keys_met(source: Sequence, past: int, window: int | None) -> int:
    """Keys that a query meets: those of a sequence and of positions before it, as many as a window has."""
    keys = source[1] + past if past else source[1]
    return keys if window is None else minimum(window, keys)
