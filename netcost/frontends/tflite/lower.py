"""From operators to rows, one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.frontends.honoured import refused
from netcost.frontends.tflite.call import Call, Rule
from netcost.frontends.tflite.state import Lowering
from netcost.language.work import Work
from netcost.place import inside

FOR_AN_OPERATOR = 10


def lower(lowering: Lowering, rules: Mapping[str, Rule], work: Work) -> None:
    """Add all operators to the network.

    Raises:
        SpecError: a tensor is free, or is taken in before it is made.
    """
    graph = lowering.graph
    for at in graph.inputs:
        if at >= 0 and at not in lowering.constants and at not in lowering.held:
            lowering.input(at)
    for operator in graph.operators:
        call = Call(lowering, operator)
        work.spend(FOR_AN_OPERATOR, call)
        if lowering.is_static(operator):
            continue
        call.resolve()
        call.check_inputs()
        rule = rules.get(operator.kind.removeprefix("CUSTOM "), None)
        found = None if rule is None else rule(call)
        call.keep(call.unknown() if found is None else found)
    outputs = [lowering.held[at].node for at in graph.outputs if at in lowering.held]
    if not outputs:
        raise refused(inside(lowering.path, graph.name or "main"), "nothing is put out")
    lowering.network.outputs = tuple(dict.fromkeys([*outputs, *lowering.kept]))
