"""Parameters that nothing computes with once a network is trained."""

from __future__ import annotations

from collections.abc import Sequence

from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.values import Value
from netcost.layers.tensor import Pointwise
from netcost.place import Place
from netcost.wording import counted, listed


def add_unused(builder: Builder, unused: Sequence[Value], place: Place) -> None:
    """Add a row for each module whose parameters no layer has: it does not run, perhaps as it is for training alone."""
    modules: dict[str, list[Value]] = {}
    for value in unused:
        modules.setdefault(value.name.rpartition(".")[0], []).append(value)
    for name, values in modules.items():
        layer = Pointwise(
            operation="Parameter",
            shape=(1,),
            per_element=0,
            operands=tuple(value.stored for value in values),
        )
        names = [f"weight_{n}" if n > 1 else "weight" for n in range(1, len(values) + 1)]
        keys = {label: value.weight for label, value in zip(names, values, strict=True)}
        builder.graph.add(name or values[0].name, layer, (), weights=keys, place=place, training_only=True)
        builder.owned.update(keys.values())
    if modules:
        parents = list(dict.fromkeys(name.partition(".")[0] or "the model" for name in modules))
        builder.graph.note(
            f"not used in evaluation, but counted as parameters: {counted(len(unused), 'tensor')} of {listed(parents)}"
        )
