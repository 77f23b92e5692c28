"""Bytes of tensors whose number formats have block scales, or differ from one weight of a layer to the next."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from netcost.blocks import Matrix, MixedFormat, Part, beside_blocks, format_of, stored
from netcost.dtypes import BITS, Precision
from netcost.layers.layer import Layer, Weights
from netcost.shapes import Shape


def of_weights(layer: Layer, weights: Weights, precision: Precision) -> int:
    """Bytes of all weights of a layer together, each a tensor of its own."""
    if isinstance(precision.weights, MixedFormat):
        return sum(
            part.bytes
            for name, shape in weights.items()
            for part in stored(
                layer.matrix(name, shape) or Matrix(prod(shape[:-1]), shape[-1]),
                prod(shape),
                format_of(precision.weights, name),
            )
        )
    return sum(
        part.bytes
        for name, shape in weights.items()
        for part in _parts(layer.matrix(name, shape), prod(shape), precision)
    )


def of_activation(shape: Sequence[int], dtype: str) -> int:
    """Bytes of a tensor that a layer puts out or holds; groups run along its features."""
    return sum(part.bytes for part in stored(feature_rows(shape), prod(shape), dtype))


def _parts(matrix: Matrix | None, elements: int, precision: Precision) -> list[Part]:
    """What a weight is stored in; one that is no matrix has no block scales."""
    if matrix is None:
        return [Part("", elements, BITS[beside_blocks(precision)])]
    return stored(matrix, elements, precision.weights)


def feature_rows(shape: Sequence[int]) -> Matrix:
    """A tensor as a row of features for each position; the last axis where it is not known what axes mean.

    A number without an axis is a row of its own.
    """
    if not shape:
        return Matrix(1, 1)
    axis = shape.channel_axis % len(shape) if isinstance(shape, Shape) else len(shape) - 1
    return Matrix(prod((*shape[:axis], *shape[axis + 1 :])), shape[axis])
