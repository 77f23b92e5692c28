"""Inputs, number formats and values as YAML has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.blocks import BlockFormat, Grouped, format_names
from netcost.dtypes import Precision
from netcost.shapes import Shape


def input_of(shape: Shape) -> Any:
    """The shape of an input, with the word of its kind where that is needed."""
    lengths = list(shape[1:])
    if shape.plain_input:
        return lengths
    return {shape.word: lengths[0] if len(lengths) == 1 else lengths}


def dtype_of(precision: Precision) -> Any:
    """Number formats by name, or by what they consist of."""
    weights, activations = (_format(each) for each in precision)
    if isinstance(weights, str) and isinstance(activations, str):
        return precision.short
    return {"weights": weights, "activations": activations}


def _format(name: str) -> Any:
    if name in format_names() or not isinstance(name, BlockFormat) or not isinstance(name.layout, Grouped):
        return name
    layout = name.layout
    found: dict[str, Any] = {"format": layout.format}
    if layout.flat:
        found["flat"] = layout.flat
    elif layout.outputs == 1:
        found["group"] = layout.inputs or "row"
    else:
        found["group"] = [layout.outputs, layout.inputs] if layout.outputs else "tensor"
    for key, value in (
        ("scale", layout.scale),
        ("zero", layout.zero),
        ("global", layout.single),
        ("other", layout.other),
    ):
        if value:
            found[key] = _format(value)
    return found


def plain(value: Any) -> Any:
    """A field's value as YAML has it."""
    if hasattr(value, "_asdict"):
        defaults = value._field_defaults
        return {
            name: plain(each)
            for name, each in value._asdict().items()
            if name not in defaults or each != defaults[name]
        }
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def plain_fields(value: Any) -> Any:
    """A value, or a mapping of values."""
    return {name: plain(each) for name, each in value.items()} if isinstance(value, Mapping) else plain(value)
