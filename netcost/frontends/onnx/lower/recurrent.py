"""Recurrent networks."""

from __future__ import annotations

from netcost.frontends.graph import shape_of
from netcost.frontends.onnx.lower import Lowered, Row, lowers
from netcost.frontends.onnx.lower.lowering import Lowering
from netcost.frontends.onnx.rules.recurrent import RECURRENT, directions_of, units_of
from netcost.frontends.onnx.values import Step
from netcost.layers.tensor import RawRecurrent

BIASES = 3
PEEPHOLES = 7


@lowers(*RECURRENT)
def recurrent(step: Step, low: Lowering) -> Lowered:
    """One layer of a recurrent network, in one direction or in both."""
    x = step.ranked(0, 3, 3)
    by_samples = step.count("layout", 0)
    samples, steps = (x[0], x[1]) if by_samples else (x[1], x[0])
    output = step.outputs[0]
    layer = RawRecurrent(
        operation=step.op,
        cell=RECURRENT[step.op],
        units=units_of(step),
        samples=max(1, samples),
        steps=max(1, steps),
        features=max(1, x[2]),
        directions=directions_of(step),
        biases=2 if step.has(BIASES) else 0,
        shape=tuple(shape_of(output.dims)),
    )
    if step.has(PEEPHOLES):
        low.graph.note("the peepholes of an LSTM, three numbers for each unit, are not counted")
    weights = [each for each in (step.value(1), step.value(2), step.given(BIASES)) if each is not None]
    states = [step.given(place) for place in (5, 6)]
    return Row(layer, low.data([step.value(), *states]), weights=weights)
