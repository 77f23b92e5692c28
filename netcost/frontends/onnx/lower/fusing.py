"""Steps that are one layer together: a product and the bias that is added to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netcost.frontends.onnx.rules.products import GEMMS, MATMULS
from netcost.frontends.onnx.rules.windows import CONVS, TRANSPOSED
from netcost.frontends.onnx.values import Step, Value

if TYPE_CHECKING:
    from netcost.frontends.onnx.lower import Row
    from netcost.frontends.onnx.lower.lowering import Lowering


@dataclass(slots=True, eq=False)
class Fused:
    """What a step stands for together with others.

    Args:
        steps: the others, which have no rows of their own.
        output: what comes out of all together.
        bias: what is added to a product.
        row: the layer that they are, where it is not made of the step alone.
    """

    steps: tuple[Step, ...]
    output: Value
    bias: Value | None = None
    row: Row | None = None


def fused(steps: Sequence[Step], low: Lowering) -> Mapping[Step, Fused]:
    """All steps that stand for others too."""
    found: dict[Step, Fused] = {}
    for step in steps:
        if step.op in _BIASED:
            added = _bias(step, low)
            if added:
                found[step] = added
    return found


_BIASED = {*MATMULS, *GEMMS, *CONVS, *TRANSPOSED}


def _bias(step: Step, low: Lowering) -> Fused | None:
    """A learned number for each output of a product, which the only step behind it adds."""
    weight, bias, axis = _weight(step)
    if weight is None or not weight.static or bias is not None or step.unknown or not step.outputs:
        return None
    made = step.outputs[0]
    reader = low.only_reader(made)
    if reader is None or reader.op != "Add" or len(reader.inputs) != 2 or not made.rank:  # noqa: PLR2004
        return None
    first, second = reader.inputs
    other = second if first is made else first
    if other is None or not other.static or not other.is_float or reader.outputs[0].dims != made.dims:
        return None
    units = made.dims[axis]
    lengths = other.dims[::-1]
    place = made.rank - 1 - axis if axis > 0 else -axis - 1
    alone = place < len(lengths) and lengths[place] == units == other.elements
    return Fused((reader,), reader.outputs[0], other) if alone and units > 1 else None


def _weight(step: Step) -> tuple[Value | None, Value | None, int]:
    """The weight and the bias of a product, and the axis of what it puts out that a bias goes along."""
    if step.op in CONVS:
        places = CONVS[step.op]
        return step.given(places.weight), None if places.bias is None else step.given(places.bias), 1
    if step.op in TRANSPOSED:
        return step.given(1), step.given(2), 1
    operands = (MATMULS | GEMMS)[step.op]
    weight = step.given(operands.second)
    matrix = weight if weight is not None and weight.rank == 2 else None  # noqa: PLR2004
    return matrix, None if operands.bias is None else step.given(operands.bias), -1
