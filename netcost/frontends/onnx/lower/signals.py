"""Transforms of signals."""

from __future__ import annotations

from math import prod

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers, spelled
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules import MICROSOFT
from netcost.frontends.onnx.rules.signals import frames, transform
from netcost.frontends.onnx.values import Step
from netcost.layers.tensor import Pointwise

PER_BUTTERFLY = 5
"""A fast transform of n numbers is 5 n log2(n) operations. Source: Cooley & Tukey 1965; the count of FFTW's benchmarks."""


@lowers("DFT", "STFT", f"{MICROSOFT}Rfft", f"{MICROSOFT}Irfft")
def transformed(step: Step, low: Lowering) -> Lowered:
    """A fast Fourier transform."""
    dims = step.outputs[0].dims
    if step.op == "DFT":
        samples = transform(step)[1]
    elif step.op == "STFT":
        samples = frames(step)[1]
    else:
        samples = step.dims()[-1] if step.op.endswith("Rfft") else dims[-1]
    outputs = prod(dims)
    per_element = PER_BUTTERFLY * max(1, (max(1, samples) - 1).bit_length())
    layer = Pointwise(
        operation=spelled(step), shape=tuple(shape_of(dims)), per_element=per_element if outputs else 0
    )
    return Row(layer, low.data(step.inputs[:1]))
