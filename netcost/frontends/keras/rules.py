"""The rule of each class of Keras's, and what is done where there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netcost.frontends.keras.attention import ATTENTION
from netcost.frontends.keras.call import Call, Described
from netcost.frontends.keras.features import FEATURES, identity
from netcost.frontends.keras.functions import ACTIVATIONS
from netcost.frontends.keras.maps import MAPS
from netcost.frontends.keras.merging import MERGING
from netcost.frontends.keras.ops import operation_rule
from netcost.frontends.keras.preprocessing import PREPROCESSING
from netcost.frontends.keras.recurrent import RECURRENT
from netcost.frontends.layouts import Held
from netcost.layers.norm import LayerScale
from netcost.layers.opaque import Opaque
from netcost.layers.tensor import Pointwise

Rule = Callable[[Call], Any]

LAYERS: Mapping[str, Rule] = {
    **FEATURES,
    **ACTIVATIONS,
    **MAPS,
    **MERGING,
    **RECURRENT,
    **ATTENTION,
    **PREPROCESSING,
}
"""By the name of the class."""

OLDER = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
"""How Keras 2 wraps an operation of TensorFlow."""


def rule_of(layer: Described) -> Rule | None:
    """What adds a layer, or an operation, to the network."""
    if layer.kind in OLDER:
        return _wrapped
    if ".ops" in layer.module or layer.module.endswith("operation"):
        found = operation_rule(layer.kind)
        return found[1] if found else None
    return (APPLICATIONS if ".applications" in layer.module else LAYERS).get(layer.kind)


def custom_scale(call: Call) -> Held:
    """Inception-ResNet's sum of a branch and another one times a fixed number."""
    edges, layout = call.alike(*call.tensors)
    return call.raw(Pointwise, edges, call.x.dims, layout=layout, per_element=2)


def layer_scale(call: Call) -> Held:
    """ConvNeXt's learned number for each channel."""
    return call.same(call.make(LayerScale), call.x)


APPLICATIONS: Mapping[str, Rule] = {
    "CustomScaleLayer": custom_scale,
    "LayerScale": layer_scale,
    "StochasticDepth": identity,
}
"""Classes that Keras's own networks declare for themselves."""


def _wrapped(call: Call) -> Any:
    """An operation of TensorFlow by its name."""
    definition = call.config.get("node_def")
    told = definition.get("op") if isinstance(definition, Mapping) else call.config.get("function")
    found = operation_rule(str(told)[:100])
    if found is None:
        return unknown(call)
    layer = call.layer._replace(kind=found[0], config={"name": call.config.get("name")})
    constants = call.config.get("constants")
    args = [*call.args, *(constants.values() if isinstance(constants, Mapping) else ())]
    return found[1](Call(call.reader, layer, args, call.kwargs, call.stated, call.used))


def unknown(call: Call) -> list[Held]:
    """A layer that is code, or that there is no rule for: its cost is unknown, its output as the config tells."""
    kind = call.layer.kind[:60]
    found = []
    for place in range(max(call.used, default=0) + 1):
        dims = call.told(place)
        if dims is None:
            call.fail(_reason(call), _way(call))
        layout = call.usual(dims)
        suffix = f"output{place}" if place else ""
        layer = Opaque(layout.shape(dims), kind)
        found.append(
            Held(call.row(layer, [call.as_it_is(each) for each in call.tensors], suffix), layout.order, dims)
        )
    call.reader.graph.note(f"what a {kind} costs is not known")
    return found


def _reason(call: Call) -> str:
    kind = call.layer.kind[:60]
    if call.reader.sizes.changed:
        return f"what a {kind} puts out is known for the file's own input alone"
    what = "is code, which is not run" if call.layer.is_custom or kind == "Lambda" else "has no rule here"
    return f"a {kind} {what}, and nothing tells what it puts out"


def _way(call: Call) -> str:
    if call.reader.sizes.changed:
        return "leave out `--input`"
    return "write it with operations of `keras.ops`, or export the model: `model.export('net.onnx', format='onnx')`"
