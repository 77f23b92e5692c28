"""What a row says, in the form that several formats share."""

from __future__ import annotations

from typing import NamedTuple

from netcost.report import Report, Row

SETTINGS = ("filters", "kernel", "stride", "pad", "dilation", "groups")
"""The settings that have a column of their own."""


class End(NamedTuple):
    """One input or the output of a layer."""

    channels: int | None
    """Length of the axis that holds the features; None where there are none yet, as in token numbers."""

    size: tuple[int, ...]
    """Lengths of all other axes except the batch: height and width, or tokens."""


def ends(row: Row) -> list[End]:
    """Return the inputs of a layer and, last, its output."""
    found = []
    for shape in (*row.inputs, row.output):
        axis = shape.channel_axis % len(shape)
        if axis == 0 or not shape.embedded:
            found.append(End(None, tuple(shape[1:])))
        else:
            found.append(End(shape[axis], (*shape[1:axis], *shape[axis + 1 :])))
    return found


def dtype(counted: Row | Report) -> str:
    """Write number formats: `float32`, or weights before activations, `int8/float16`."""
    weights, activations = counted.precision.weights, counted.precision.activations
    return weights if weights == activations else f"{weights}/{activations}"


def place(row: Row) -> str:
    """Write where the spec declares the layer, `nets/alexnet.yaml:12:5`; nothing if it was built by hand."""
    if row.place is None:
        return ""
    return portable(str(row.place))


def portable(path: str) -> str:
    """Leave out the folders of an absolute path: they differ from one machine to the next."""
    absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
    return path.replace("\\", "/").rpartition("/")[2] if absolute else path


def likeness(row: Row) -> tuple[int, ...]:
    """A key that is the same for layers that differ only in their name and place.

    Such layers share the objects behind it, which live as long as their report, so their cells need to be made
    only once.
    """
    counts = (row.params, row.trainable_params, row.macs, row.ops)
    shared = (row.inputs, row.output, row.label, row.settings, row.weights, row.precision)
    return (*map(id, shared), *counts)
