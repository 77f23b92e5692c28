"""Softmax: the features at each position as shares of their sum."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.activation import Activation
from netcost.layers.kept import OUTPUT_KEPT
from netcost.layers.layer import Spellings
from netcost.layers.operations import SOFTMAX_OPS
from netcost.shapes import Shape


class Softmax(Activation):
    """Turn the features at each position into shares that add up to 1.

    Shapes: any -> the same.
    Counts: 5 ops per element: its part in the maximum and in the sum, subtraction, exponential, division.
    Source: torch.nn.Softmax over the channels.
    """

    type = "softmax"
    title = "Softmax"
    keeps = OUTPUT_KEPT

    def ops(self, out: Shape, x: Shape) -> int:
        """Five operations per element."""
        del x
        return SOFTMAX_OPS * prod(out)


class LogSoftmax(Softmax):
    """The logarithm of the softmax.

    Shapes: any -> the same.
    Counts: 5 ops per element: as softmax, a subtraction in place of the division.
    Source: torch.nn.LogSoftmax over the channels.
    """

    type = "logsoftmax"
    title = "LogSoftmax"
    spellings: ClassVar[Spellings] = {"log_softmax": {}}
