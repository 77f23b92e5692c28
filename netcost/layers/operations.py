"""What operations cost that several layer types share, in operations per element."""

from __future__ import annotations

SOFTMAX_OPS = 5
"""Its part in the maximum and in the sum, subtraction, exponential, division."""

RMS_NORM_OPS = 5
"""The square, the sum for the mean, the division, the scale, and one for what is done once per position."""

UNIT_OPS = 3
"""Making vectors as long as 1: the square, the sum for the length, the division."""

LAYER_NORM_OPS = 8
"""The sum for the mean, the distance from it, its square, the sum for the variance, the division, the scale, the
shift, and one for what is done once per position."""

SAMPLE_OPS = 7
"""Weighing four neighbours and adding them up."""
