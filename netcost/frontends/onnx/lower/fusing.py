"""Steps that are one layer together, for reading: what they cost stays what it is.

A product and the bias that is added to it; functions and normalisations that an exporter has written out; attention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.frontends.onnx.lower.groups import Fused, Readers
from netcost.frontends.onnx.lower.patterns import attention, group_norm, written_out
from netcost.frontends.onnx.rules.products import GEMMS, MATMULS
from netcost.frontends.onnx.rules.windows import CONVS, TRANSPOSED
from netcost.frontends.onnx.values import Step, Value


def fused(steps: Sequence[Step], low: Readers) -> Mapping[Step, Fused]:
    """All steps that stand for others too; a step is a part of one such group at most."""
    found: dict[Step, Fused] = {}
    taken: set[Step] = set()
    for step in reversed(steps):
        if step in taken or step.unknown or all(each.static for each in step.outputs):
            continue
        one = attention(step, low) or group_norm(step, low) or written_out(step, low)
        if one and taken.isdisjoint(one.steps):
            found[step] = one
            taken.update(one.steps, [step])
    for step in steps:
        if step.op in _BIASED and step not in taken:
            added = _bias(step, low)
            if added and taken.isdisjoint(added.steps):
                found[step] = added
                taken.update(added.steps)
    return found


_BIASED = {*MATMULS, *GEMMS, *CONVS, *TRANSPOSED}


def _bias(step: Step, low: Readers) -> Fused | None:
    """A learned number for each output of a product, which the only step behind it adds."""
    weight, bias, axis = _weight(step)
    if weight is None or not weight.static or bias is not None or step.unknown or not step.outputs:
        return None
    made, between = _scaled(step, low)
    reader = low.only_reader(made)
    if reader is None or reader.op != "Add" or len(reader.inputs) != 2 or not made.rank:  # noqa: PLR2004
        return Fused(tuple(between), made) if between else None
    first, second = reader.inputs
    other = second if first is made else first
    if other is None or not other.static or not other.is_float or reader.outputs[0].dims != made.dims:
        return Fused(tuple(between), made) if between else None
    units = made.dims[axis]
    lengths = other.dims[::-1]
    place = made.rank - 1 - axis if axis > 0 else -axis - 1
    alone = place < len(lengths) and lengths[place] == units == other.elements
    if alone and units > 1:
        return Fused((*between, reader), reader.outputs[0], other)
    return Fused(tuple(between), made) if between else None


INTEGER = {"MatMulInteger", "ConvInteger"}


def _scaled(step: Step, low: Readers) -> tuple[Value, list[Step]]:
    """What comes out of a product, in fractions again where it is one of whole numbers; and the steps to that."""
    made, between = step.outputs[0], list[Step]()
    while step.op in INTEGER:
        reader = low.only_reader(made)
        if reader is None or reader.op not in {"Cast", "Mul"} or reader.outputs[0].dims != made.dims:
            break
        if any(not each.static for each in reader.present if each is not made):
            break
        between.append(reader)
        made = reader.outputs[0]
    return made, between


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
