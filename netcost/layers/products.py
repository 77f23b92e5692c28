"""The matrix products and convolutions of a layer, and what their gradients take."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from netcost.record import Record

Factor = int | str
"""An input, counted from 0; or a weight or an earlier product, by name."""


class Product(Record):
    """A matrix product or a convolution; without multiply-accumulates, what is made of its factors otherwise."""

    macs: int
    """Multiply-accumulates of the forward pass."""

    factors: tuple[Factor, ...]
    """What is multiplied."""

    name: str = ""
    """What later products call it."""

    gradients: tuple[int, ...] = ()
    """Multiply-accumulates of each factor's gradient; as many as forward where left out."""


def gradient_macs(products: Iterable[Product], learning: AbstractSet[Factor]) -> int:
    """Multiply-accumulates of the gradients of all factors that learn, those that are products of such included.

    Args:
        products: in the order in which they are computed.
        learning: the inputs to which a gradient goes on, and the weights that are trained.
    """
    learns, total = set(learning), 0
    for product in products:
        gradients = product.gradients or (product.macs,) * len(product.factors)
        taken = [macs for factor, macs in zip(product.factors, gradients, strict=True) if factor in learns]
        if taken:
            learns.add(product.name)
        total += sum(taken)
    return total
