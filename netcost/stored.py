"""What layers store, held against what those store whose weights they use, and against number formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from netcost.blocks import format_of, layout_of
from netcost.layers.layer import Layer, Weights
from netcost.layers.refusals import LayerError
from netcost.record import Record
from netcost.shapes import Shape

Stored: TypeAlias = Mapping[str, Sequence[int]]


class Tie(Record):
    """A weight that is another layer's: its name, the layer that has it, and what it is called there."""

    weight: str
    owner: str
    theirs: str


def stored(layer: Layer, inputs: Sequence[Shape]) -> Stored:
    """The shapes of all weights and buffers, by name."""
    return {**layer.weights(*inputs), **layer.buffers(*inputs)}


def check_shared(layer: Layer, mine: Stored, owned: Stored, owner: str) -> None:
    """Compare what a layer stores with what the owner stores; a matrix may be transposed.

    Raises:
        LayerError: something is missing, or of another shape.
    """
    for name, shape in mine.items():
        if name not in owned:
            hint = f"write `{name}: false`" if name in layer.fields else ""
            raise LayerError(f"{owner} has no {name} to share", field="share", hint=hint)
        _check_alike(name, shape, owned[name], owner, "share")


def check_tied(layer: Layer, mine: Weights, theirs: Weights, tie: Tie) -> None:
    """Compare one weight with that of another layer; a matrix may be transposed.

    Raises:
        LayerError: one of them has no such weight, or their shapes differ.
    """
    field = f"share.{tie.weight}"
    for name, weights, whose in ((tie.weight, mine, layer.type), (tie.theirs, theirs, tie.owner)):
        if name not in weights:
            hint = f"it has {', '.join(weights)}" if weights else ""
            raise LayerError(f"{whose} has no weight `{name}`", field=field, hint=hint)
    _check_alike(tie.weight, mine[tie.weight], theirs[tie.theirs], tie.owner, field)


def _check_alike(name: str, shape: Sequence[int], owned: Sequence[int], owner: str, field: str) -> None:
    if shape not in (owned, owned[::-1]):
        mine, theirs = (" x ".join(map(str, each)) for each in (shape, owned))
        raise LayerError(f"the {name} is {mine}, that of {owner} is {theirs}", field=field)


def check_format(layer: Layer, inputs: Sequence[Shape], dtype: str) -> None:
    """Refuse weights that cannot be stored in a number format.

    Raises:
        LayerError: the format stores whole blocks, and a weight does not consist of such.
    """
    if layout_of(dtype) is None:
        return
    for name, shape in layer.weights(*inputs).items():
        matrix, layout = layer.matrix(name, shape), layout_of(format_of(dtype, name))
        misfit = layout.misfit(matrix) if matrix and layout else ""
        if misfit:
            message = f"{dtype} {misfit}: the {name} is {' x '.join(map(str, shape))}"
            raise LayerError(message, field="dtype", hint="write `dtype: float16` at this item")
