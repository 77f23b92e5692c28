"""Activations, by the names that Keras gives the functions and the layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.frontends.keras.call import Call
from netcost.frontends.layouts import Held
from netcost.layers.activation import ReLU
from netcost.layers.dropout import Identity
from netcost.layers.glu import GLU
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.layers.piecewise_linear import Hardsigmoid, Hardswish, Hardtanh
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.smooth_activation import GELU, LogSigmoid, Mish, Sigmoid, SiLU, Softplus, Softsign, Tanh
from netcost.layers.softmax import LogSoftmax, Softmax
from netcost.layers.tensor import Pointwise

TYPED: Mapping[str, type[Layer]] = {
    "relu": ReLU,
    "relu6": ReLU6,
    "leakyrelu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "silu": SiLU,
    "swish": SiLU,
    "mish": Mish,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
    "softsign": Softsign,
    "hardsilu": Hardswish,
    "hardswish": Hardswish,
    "hardsigmoid": Hardsigmoid,
    "hardtanh": Hardtanh,
    "softmax": Softmax,
    "logsoftmax": LogSoftmax,
    "logsigmoid": LogSigmoid,
    "glu": GLU,
}
"""By the name of the function in small letters, without underscores."""

SINGLE = (
    *("exponential", "celu", "hardshrink", "softshrink", "tanhshrink", "squareplus", "threshold"),
    *("sparseplus", "sparsesigmoid"),
)
"""Further functions of each element on its own, of one operation as all activations."""


def function_name(value: object) -> str | None:
    """What an activation is called; empty where there is none, nothing where it is no function of Keras's own."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        kind, config = value.get("class_name"), value.get("config")
        if kind == "function":
            value = config
        elif isinstance(config, Mapping) and kind == "Activation":
            value = config.get("activation")
        else:
            value = kind
    if not isinstance(value, str):
        return None
    name = value.lower().replace("_", "")
    return "" if name == "linear" else name


def activate(call: Call, held: Held, value: object, suffix: str = "") -> Held:
    """Add an activation; none is no row, and one that is not known has an unknown cost."""
    name = function_name(value)
    if name == "":
        return held
    if name is not None and name in TYPED:
        if TYPED[name] is ReLU and _stops_at_6(value):
            return call.same(call.make(ReLU6), held, suffix)
        if TYPED[name] is GLU:
            return call.put(call.make(GLU), [call.as_it_is(held)], held.order, suffix)
        return call.same(call.make(TYPED[name]), held, suffix)
    if name in SINGLE:
        layout = call.usual(held.dims)._replace(order=held.order, kind=type(held.node.output))
        return call.raw(
            Pointwise, [call.as_it_is(held)], held.dims, suffix, operation=str(name).title(), layout=layout
        )
    told = str(value)[:60] if isinstance(value, str) else "its own activation"
    call.reader.graph.note(f"the activation of `{call.layer.path[:100]}` is not known: {told}")
    return call.same(Opaque(held.node.output, f"activation {told}"), held, suffix)


def _stops_at_6(value: object) -> bool:
    config = value.get("config") if isinstance(value, Mapping) else None
    return isinstance(config, Mapping) and config.get("max_value") == 6  # noqa: PLR2004


def finished(call: Call, held: Held) -> Held:
    """What a layer puts out, behind the activation of its config."""
    return activate(call, held, call.config.get("activation"), "act")


# Layers that are activations


def activation(call: Call) -> Held:
    """`Activation`: a function by its name."""
    found = activate(call, call.x, call.config.get("activation"))
    return call.same(call.make(Identity), call.x) if found is call.x else found


def relu(call: Call) -> Held:
    """`ReLU`, which may stop at a value."""
    slope = call.config.get("negative_slope")
    if isinstance(slope, (int, float)) and slope:
        return call.same(call.make(LeakyReLU, slope=slope), call.x)
    stops = call.config.get("max_value") == 6  # noqa: PLR2004
    return call.same(call.make(ReLU6 if stops else ReLU), call.x)


def leaky_relu(call: Call) -> Held:
    """`LeakyReLU`, with a slope that is fixed."""
    slope: Any = call.config.get("negative_slope", call.config.get("alpha", 0.3))
    if isinstance(slope, Mapping):  # Keras 2 kept it as an array
        slope = (
            slope.get("config", slope).get("value")
            if isinstance(slope.get("config", slope), Mapping)
            else 0.3
        )
    return call.same(call.make(LeakyReLU, slope=slope), call.x)


def prelu(call: Call) -> Held:
    """`PReLU`: a slope for each element of a sample, but for axes that share one."""
    x = call.x
    shared = call.config.get("shared_axes")
    axes = call.axes(shared, x.rank, "shared_axes") if shared else ()
    lengths = tuple(1 if axis in axes else x.dims[axis] for axis in range(1, x.rank))
    apart = [axis for axis in range(1, x.rank) if axis not in axes]
    if apart == [x.features]:
        return call.same(call.make(PReLU, per_channel=True), x)
    layout = call.usual(x.dims)._replace(order=x.order, kind=type(x.node.output))
    return call.raw(
        Pointwise, [call.as_it_is(x)], x.dims, layout=layout, operation="PReLU", operands=(lengths,)
    )


def named(call: Call) -> Held:
    """`ELU`, `Softmax` and others, whose class is named after the function."""
    return activate(call, call.x, call.layer.kind)


ACTIVATIONS = {
    "Activation": activation,
    "ReLU": relu,
    "LeakyReLU": leaky_relu,
    "PReLU": prelu,
    "ELU": named,
    "Softmax": named,
    "ThresholdedReLU": relu,
}
