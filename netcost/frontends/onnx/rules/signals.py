"""Transforms of signals."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.onnx.rules import MICROSOFT, rule
from netcost.frontends.onnx.values import Dims, ShapeError, Step, Value, axis_of, out

COMPLEX = 2
"""Numbers that a complex one has: the last axis."""


@rule("DFT")
def dft(step: Step) -> Sequence[Value]:
    """A spectrum along an axis."""
    return [out(transform(step)[0], step.value().dtype)]


def transform(step: Step) -> tuple[Dims, int]:
    """The lengths of a spectrum, and how many samples each is made of.

    Raises:
        ShapeError: the axes do not fit.
    """
    x = step.ranked(0, 2)
    stated = step.needed(2, "axes") if step.has(2) else [step.count("axis", 1 if step.opset < 20 else -2)]  # noqa: PLR2004
    axis = axis_of(stated[0] if stated else -2, len(x))
    if axis == len(x) - 1:
        raise ShapeError("DFT along the last axis, which has the parts of a complex number")
    onesided, inverse = bool(step.count("onesided", 0)), bool(step.count("inverse", 0))
    whole = 2 * (x[axis] - 1) if onesided and inverse else x[axis]
    wanted = step.needed(1, "lengths") if step.has(1) else [whole]
    samples = wanted[0] if wanted else whole
    length = samples // 2 + 1 if onesided and not inverse else samples
    parts = 1 if onesided and inverse else COMPLEX
    return (*x[:axis], length, *x[axis + 1 : -1], parts), samples


@rule("STFT")
def stft(step: Step) -> Sequence[Value]:
    """A spectrum of each frame."""
    return [out(frames(step)[0], step.value().dtype)]


def frames(step: Step) -> tuple[Dims, int]:
    """The lengths of the spectra of all frames, and how many samples each is made of.

    Raises:
        ShapeError: a frame is longer than the signal.
    """
    x = step.ranked(0, 2, 3)
    hop = step.needed(1, "lengths")
    wanted = step.needed(3, "lengths") if step.has(3) else list(step.dims(2)[:1])
    if not hop or hop[0] < 1 or not wanted or not 0 < wanted[0] <= x[1]:
        raise ShapeError(f"frames of {wanted} every {hop} of a signal of {x[1]}")
    bins = wanted[0] // 2 + 1 if step.count("onesided", 1) else wanted[0]
    return (x[0], (x[1] - wanted[0]) // hop[0] + 1, bins, COMPLEX), wanted[0]


@rule(f"{MICROSOFT}Rfft")
def rfft(step: Step) -> Sequence[Value]:
    """The spectrum of the last axis."""
    x = step.ranked(0, 1)
    return [out((*x[:-1], x[-1] // 2 + 1, COMPLEX), step.value().dtype)]


@rule(f"{MICROSOFT}Irfft")
def irfft(step: Step) -> Sequence[Value]:
    """The signal of a spectrum."""
    x = step.ranked(0, 2)
    return [out((*x[:-2], 2 * (x[-2] - 1)), step.value().dtype)]
