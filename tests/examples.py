"""Layers made by a word of a spec, or for every type from its declaration alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from netcost.layers import find
from netcost.layers.layer import Declared, Layer
from netcost.layers.refusals import LayerError
from netcost.shapes import Shape

Inputs = tuple[Shape, ...]


def make(head: str, **fields: Any) -> Layer:
    """Make a layer of the type that a head names, with the fields that the head implies."""
    kind, implied = find(head)
    return kind(**implied, **fields)


def examples(
    kind: type[Layer], values: Callable[[Declared], Iterable[Any]], inputs: Iterable[Inputs]
) -> Iterator[tuple[Layer, Inputs]]:
    """The layer with some of the values for each field that it needs, on each of the inputs that it takes."""
    needed = [field for field in kind.fields.values() if field.required or field.name == kind.primary]
    for given, taken in product(product(*map(values, needed)), inputs):
        layer = made(kind, {field.name: value for field, value in zip(needed, given, strict=True)})
        if layer and takes(layer, taken):
            yield layer, taken


def made(kind: type[Layer], fields: dict[str, Any]) -> Layer | None:
    try:
        return kind(**fields)
    except LayerError:
        return None


def takes(layer: Layer, inputs: Inputs) -> bool:
    least, most = layer.arity
    if not least <= len(inputs) <= (most or len(inputs)):
        return False
    try:
        layer.output(*inputs)
    except LayerError:
        return False
    return True
