"""What optimizers hold for each weight, and what an update costs: one entry each."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod
from typing import NamedTuple

from netcost.blocks import beside_blocks
from netcost.dtypes import BITS, Precision, number_bytes, tensor_bytes
from netcost.layers.layer import Weights, count
from netcost.network import Network, Node

OPERATION = re.compile(r"sqrt|abs|max|[-+*/]=?")


class Optimizer(NamedTuple):
    """One way to turn gradients into an update.

    Args:
        name: what options and budgets call it.
        help: its state, for people.
        state: numbers that it holds for a weight of a shape, in the weights' number format. A counter of steps for
            each weight, 4 bytes in PyTorch, is left out.
        update: what is done to each number w of a weight with its gradient g; other names are of its state, or
            constants that are worked out once a step.
        source: where it is defined.
    """

    name: str
    help: str
    state: Callable[[tuple[int, ...]], int]
    update: str
    source: str

    @property
    def ops(self) -> int:
        """Scalar operations of the update, for each number of a weight."""
        return len(OPERATION.findall(self.update))


def _copies(number: int) -> Callable[[tuple[int, ...]], int]:
    """So many numbers for each number of the weight."""
    return lambda shape: number * prod(shape)


def _rows_and_columns(shape: tuple[int, ...]) -> int:
    """A number for each row and each column of the last two axes; one for each number of a vector."""
    if len(shape) < 2:  # noqa: PLR2004
        return prod(shape)
    *outer, rows, columns = shape
    return prod(outer) * (rows + columns)


MEAN = "m = b1 * m + a1 * g; "
SQUARES = "s = b2 * s + a2 * g * g; "

OPTIMIZERS: dict[str, Optimizer] = {
    each.name: each
    for each in (
        Optimizer("sgd", "no state", _copies(0), "w -= lr * g", "torch.optim.SGD"),
        Optimizer(
            "momentum",
            "a velocity",
            _copies(1),
            "v = rho * v + g; w -= lr * v",
            "Sutskever et al., ICML 2013; torch.optim.SGD with momentum",
        ),
        Optimizer(
            "nesterov",
            "a velocity",
            _copies(1),
            "v = rho * v + g; w -= lr * (g + rho * v)",
            "Sutskever et al., ICML 2013; torch.optim.SGD with nesterov",
        ),
        Optimizer(
            "adam",
            "a mean and a mean of squares",
            _copies(2),
            MEAN + SQUARES + "w -= lr * (m / c1) / (sqrt(s / c2) + eps)",
            "Kingma & Ba, arXiv:1412.6980, algorithm 1",
        ),
        Optimizer(
            "amsgrad",
            "a mean, a mean of squares and the largest of these",
            _copies(3),
            MEAN + SQUARES + "x = max(x, s); w -= lr * (m / c1) / (sqrt(x / c2) + eps)",
            "Reddi et al., ICLR 2018; torch.optim.Adam with amsgrad",
        ),
        Optimizer(
            "adamw",
            "a mean and a mean of squares",
            _copies(2),
            "w -= decay * w; " + MEAN + SQUARES + "w -= lr * (m / c1) / (sqrt(s / c2) + eps)",
            "Loshchilov & Hutter, arXiv:1711.05101, algorithm 2",
        ),
        Optimizer(
            "rmsprop",
            "a mean of squares",
            _copies(1),
            SQUARES + "w -= lr * g / (sqrt(s) + eps)",
            "Tieleman & Hinton, Coursera 2012; torch.optim.RMSprop",
        ),
        Optimizer(
            "rmsprop_momentum",
            "a mean of squares, a mean and a velocity",
            _copies(3),
            MEAN + SQUARES + "v = rho * v + g / (sqrt(s - m * m) + eps); w -= lr * v",
            "Graves, arXiv:1308.0850; torch.optim.RMSprop, centered and with momentum",
        ),
        Optimizer(
            "adagrad",
            "a sum of squares",
            _copies(1),
            "s += g * g; w -= lr * g / (sqrt(s) + eps)",
            "Duchi et al., JMLR 12, 2011; torch.optim.Adagrad",
        ),
        Optimizer(
            "adadelta",
            "a mean of squares and one of squared updates",
            _copies(2),
            SQUARES + "d = g * sqrt(u + eps) / sqrt(s + eps); u = b2 * u + a2 * d * d; w -= lr * d",
            "Zeiler, arXiv:1212.5701, algorithm 1",
        ),
        Optimizer(
            "adamax",
            "a mean and a largest gradient",
            _copies(2),
            MEAN + "u = max(b2 * u, abs(g) + eps); w -= lr * m / u",
            "Kingma & Ba, arXiv:1412.6980, algorithm 2",
        ),
        Optimizer(
            "nadam",
            "a mean and a mean of squares",
            _copies(2),
            MEAN + SQUARES + "w -= (p * m + q * g) / (sqrt(s / c2) + eps)",
            "Dozat, ICLR 2016 workshop; torch.optim.NAdam",
        ),
        Optimizer(
            "adafactor",
            "a mean of squares for each row and each column of a matrix",
            _rows_and_columns,
            "w -= decay * w; q = g * g; r += q; c += q; u = g / sqrt(r * c); n += u * u; w -= lr * u",
            "Shazeer & Stern, arXiv:1804.04235, algorithm 4; torch.optim.Adafactor",
        ),
    )
}
"""By name."""


def optimizer_bytes(network: Network, optimizer: Optimizer) -> int:
    """Bytes of an optimizer's state for all weights that are trained; shared weights have it once."""
    return sum(node_optimizer_bytes(node, optimizer) for node in network.nodes)


def node_optimizer_bytes(node: Node, optimizer: Optimizer) -> int:
    """The same of one layer."""
    bits = BITS[beside_blocks(node.precision)]
    return sum(number_bytes(optimizer.state(shape), bits) for shape in node.own_trained.values())


def gradient_bytes(network: Network) -> int:
    """Bytes of the gradients of all weights that are trained, in the weights' number format without block scales."""
    return sum(weight_gradient_bytes(node.own_trained, node.precision) for node in network.nodes)


def weight_gradient_bytes(weights: Weights, precision: Precision) -> int:
    """The same of some weights: no gradient is in a format with block scales."""
    return tensor_bytes(weights.values(), beside_blocks(precision))


def optimizer_ops(network: Network, optimizer: Optimizer) -> int:
    """Scalar operations of one update of all weights that are trained."""
    return optimizer.ops * sum(count(node.own_trained) for node in network.nodes)
