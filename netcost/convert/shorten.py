"""Fields of layers in the shortest form that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from netcost.layers.layer import Layer
from netcost.layers.refusals import LayerError
from netcost.shapes import Shape

CHECKED = ("rank", "in_channels", "in_features")
"""Fields that are checked and never needed."""

DERIVED = (
    *("stride", "kv_heads", "head_dim", "value_dim"),
    *("q_bias", "k_bias", "v_bias", "out_bias", "groups"),
)
"""Fields that are found where they are left out; they are, where that finds the same."""

WINDOWS = ("kernel", "stride", "dilation", "pad")


def answers(layer: Layer, inputs: Sequence[Shape]) -> tuple[object, ...]:
    """What a layer answers; of its output the number of elements."""
    out = layer.output(*inputs)
    return (
        out.elements,
        layer.macs(out, *inputs),
        layer.ops(out, *inputs),
        dict(layer.weights(*inputs)),
        dict(layer.buffers(*inputs)),
    )


def shortened(layer: Layer, inputs: Sequence[Shape]) -> Layer:
    """The layer with each field in its shortest form that changes no answer."""
    for name, declared in layer.fields.items():
        value = getattr(layer, name)
        for other in (*_shorter(name, value, declared.default), *_number_of(layer, name, value)):
            changed = _with(layer, name, other)
            if changed is not None and _alike(layer, changed, inputs):
                layer = changed
                break
    return layer


def _shorter(name: str, value: Any, default: object) -> list[object]:
    """Other forms of a value, the shortest first."""
    found: list[object] = []
    if name in CHECKED or (name in DERIVED and default is None and value is not None):
        found.append(None)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        flat = [tuple(each) if isinstance(each, tuple) else each for each in value]
        one = flat[0] if all(each == flat[0] for each in flat) else None
        if isinstance(one, tuple) and one and one[0] == one[-1]:
            one = one[0]
        if isinstance(one, (int, float)) and (len(value) > 1 or name in WINDOWS):
            found.append(one)
    return found


def _number_of(layer: Layer, name: str, value: object) -> list[object]:
    """Padding as a number where a word stands for one, whatever the input."""
    kernel, stride = getattr(layer, "kernel", None), getattr(layer, "stride", None)
    if name != "pad" or not isinstance(kernel, int) or layer.type == "convtranspose":
        return []
    if value == "valid":
        return [0]
    dilation = getattr(layer, "dilation", 1)
    dilation = dilation[0] if isinstance(dilation, tuple) else dilation
    is_same = value == "half" or (value == "same" and (kernel == 1 or stride in {1, (1,), (1, 1), (1, 1, 1)}))
    return [dilation * (kernel // 2)] if is_same and kernel % 2 else []


def _with(layer: Layer, name: str, value: object) -> Layer | None:
    try:
        return layer.with_fields(**{name: value})
    except (LayerError, TypeError):
        return None


def _alike(layer: Layer, other: Layer, inputs: Sequence[Shape]) -> bool:
    try:
        shape = other.output(*inputs)
    except LayerError:
        return False
    mine = layer.output(*inputs)
    return (
        type(shape) is type(mine)
        and shape == mine
        and answers(layer, inputs) == answers(other, inputs)
        and layer.state(*inputs) == other.state(*inputs)
    )


def written_fields(layer: Layer) -> dict[str, Any]:
    """The fields that differ from their defaults, and those that have none."""
    return {
        name: getattr(layer, name)
        for name, declared in layer.fields.items()
        if declared.required or getattr(layer, name) != declared.default
    }
