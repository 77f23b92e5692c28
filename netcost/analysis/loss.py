"""What a loss over the scores of classes costs: the lecture's two, one entry each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from netcost.network import Network
from netcost.number import UNKNOWN, Number, is_exact


class Loss(NamedTuple):
    """A loss of one sample.

    Args:
        name: what options call it.
        ops: scalar operations, from the number of classes.
        formula: what they are, s the scores and y the right class.
        source: where it is defined.
    """

    name: str
    ops: Callable[[int], int]
    formula: str
    source: str


LOSSES: dict[str, Loss] = {
    each.name: each
    for each in (
        Loss(
            "softmax",
            lambda classes: classes + (classes - 1) + 3,
            "-log(exp(s_y) / sum(exp(s_j))): C exponentials, C - 1 additions, a quotient, a logarithm, a sign",
            "the softmax loss of a linear classifier",
        ),
        Loss(
            "svm",
            lambda classes: 4 * (classes - 1),
            "sum over j != y of max(0, s_j - s_y + 1): a difference, the margin, a maximum, a sum for each wrong class",
            "Weston & Watkins, ESANN 1999; the multiclass SVM loss of a linear classifier",
        ),
    )
}
"""By name."""

REGULARIZER_OPS = 2
"""The sum of squares R(W) squares and adds each weight."""


def loss_ops(network: Network, loss: Loss) -> Number:
    """Scalar operations of the loss of a batch; each position of a sequence or a map has classes of its own."""
    found = scored(network)
    return loss.ops(found[1]) * found[0] if found else UNKNOWN


def scored(network: Network) -> tuple[int, int] | None:
    """How many times there are scores, for each sample and position, and over how many classes; None if unknown."""
    scores = network.outputs[0].output
    if not (scores and is_exact(scores.elements) and scores.channels):
        return None
    return scores.elements // scores.channels, scores.channels
