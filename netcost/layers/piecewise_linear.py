"""Activations made of straight pieces, other than the rectifiers."""

from __future__ import annotations

from typing import ClassVar

from netcost.layers.activation import Activation, CopiedInPlace
from netcost.layers.kept import INPUT_KEPT
from netcost.layers.layer import Spellings


class Abs(Activation):
    """Take absolute values, as a distance between two branches does.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Koch et al., Siamese neural networks, ICML workshop 2015; torch.abs.
    """

    type = "abs"
    title = "Abs"
    keeps = INPUT_KEPT


class Hardswish(CopiedInPlace):
    """Swish with a piecewise linear sigmoid: `x * relu6(x + 3) / 6`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Howard et al., arXiv:1905.02244; torch.nn.Hardswish.
    """

    type = "hardswish"
    title = "Hardswish"
    spellings: ClassVar[Spellings] = {"hard_swish": {}}


class Hardsigmoid(CopiedInPlace):
    """A piecewise linear sigmoid: `relu6(x + 3) / 6`.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Howard et al., arXiv:1905.02244; torch.nn.Hardsigmoid.
    """

    type = "hardsigmoid"
    title = "Hardsigmoid"
    spellings: ClassVar[Spellings] = {"hard_sigmoid": {}}


class Hardtanh(CopiedInPlace):
    """Cut each element off at -1 and 1.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: torch.nn.Hardtanh.
    """

    type = "hardtanh"
    title = "Hardtanh"
