"""What the lecture counts as an operation."""

from __future__ import annotations

from netcost.number import Number
from netcost.report.answers import Answers


def lecture_flops(layer: Answers) -> Number:
    """Count a multiplication and its addition as one; of pooling, each position of a window; of all else nothing.

    Convolutions, linear layers and whatever multiplies matrices have their multiply-accumulates. The layers whose
    other operations count, too, declare `lecture_ops`.
    """
    return layer.macs + layer.ops if layer.layer.lecture_ops else layer.macs
