"""What optimizers hold and compute, against PyTorch's state and formulas counted by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from bundled import network_of
from examples import make

from netcost.analysis.loss import LOSSES, loss_ops
from netcost.analysis.optimizers import OPTIMIZERS, gradient_bytes, optimizer_bytes, optimizer_ops
from netcost.dtypes import Precision
from netcost.network import Network
from netcost.shapes import Sequence, Vector
from netcost.stored import Tie

with (Path(__file__).parents[1] / "reference" / "memory" / "optimizer_state.csv").open() as file:
    STATES = {row["optimizer"]: int(row["state_bytes"]) for row in csv.DictReader(file)}

NAMES = {
    "SGD": "sgd",
    "SGD momentum 0.9": "momentum",
    "SGD nesterov": "nesterov",
    "Adam": "adam",
    "Adam amsgrad": "amsgrad",
    "AdamW": "adamw",
    "RMSprop": "rmsprop",
    "RMSprop momentum centered": "rmsprop_momentum",
    "Adagrad": "adagrad",
    "Adadelta": "adadelta",
    "Adamax": "adamax",
    "NAdam": "nadam",
    "Adafactor": "adafactor",
}


def test_every_optimizer_is_compared() -> None:
    """A new one comes with a measure."""
    assert set(NAMES.values()) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", STATES)
def test_an_optimizer_holds_what_pytorch_allocates(name: str) -> None:
    """For ResNet-18, to the byte."""
    assert optimizer_bytes(network_of("resnet18"), OPTIMIZERS[NAMES[name]]) == STATES[name]


@pytest.mark.parametrize(
    ("name", "ops"),
    [
        ("sgd", 2),  # a product, a difference
        ("momentum", 4),  # rho * v, + g; lr * v, w - that
        ("nesterov", 6),  # and rho * v, + g once more
        ("adam", 3 + 4 + 7),  # two means; two corrections, a root, eps, a quotient, lr, the difference
        ("amsgrad", 3 + 4 + 1 + 7),
        ("adamw", 2 + 3 + 4 + 7),
        ("rmsprop", 4 + 5),
        ("rmsprop_momentum", 3 + 4 + 7 + 2),
        ("adagrad", 2 + 5),
        ("adadelta", 4 + 6 + 4 + 2),
        ("adamax", 3 + 4 + 3),
        ("nadam", 3 + 4 + 8),
        ("adafactor", 2 + 3 + 3 + 2 + 2),
    ],
)
def test_an_update_is_counted_from_its_formula(name: str, ops: int) -> None:
    """One for each sign, root, maximum and size in it."""
    assert OPTIMIZERS[name].ops == ops


def classifier(*, frozen: bool = False, weights: str = "float16") -> Network:
    """3,072 numbers to 10 scores, for two samples."""
    network = Network("net", precision=Precision(weights, "float16"))
    network.input(Vector((2, 3072)))
    network.add("scores", make("linear", units=10), frozen=frozen)
    return network


def test_state_and_gradients_have_the_weights_number_format() -> None:
    """Two bytes for each of 3072 * 10 + 10 numbers."""
    assert gradient_bytes(classifier()) == 2 * (3072 * 10 + 10)
    assert optimizer_bytes(classifier(), OPTIMIZERS["momentum"]) == 2 * (3072 * 10 + 10)
    assert optimizer_ops(classifier(), OPTIMIZERS["momentum"]) == 4 * (3072 * 10 + 10)


def test_no_state_or_gradient_has_block_scales() -> None:
    """They are in what the biases are in, as the weights are computed with."""
    network = classifier(weights="nf4")
    assert gradient_bytes(network) == gradient_bytes(classifier())
    assert optimizer_bytes(network, OPTIMIZERS["adam"]) == optimizer_bytes(classifier(), OPTIMIZERS["adam"])


def test_what_is_tied_is_updated_once() -> None:
    """A second layer of 10 units adds its bias alone, and so does one whose matrix is frozen."""
    for options in ({"ties": (Tie("weight", "scores", "weight"),)}, {"frozen": frozenset({"weight"})}):
        network = classifier()
        before = gradient_bytes(network), optimizer_ops(network, OPTIMIZERS["sgd"])
        network.add("more", network["scores"].layer, network["scores"].inputs, **options)
        assert gradient_bytes(network) - before[0] == 10 * 2
        assert optimizer_ops(network, OPTIMIZERS["sgd"]) - before[1] == 10 * 2


def test_what_is_frozen_is_not_updated() -> None:
    """No gradient, no state, no operation."""
    network = classifier(frozen=True)
    adam = OPTIMIZERS["adam"]
    assert gradient_bytes(network) == optimizer_bytes(network, adam) == optimizer_ops(network, adam) == 0


def test_shared_weights_are_updated_once() -> None:
    """They have one gradient and one state."""
    network = Network("net")
    network.input(Sequence((1, 4, 8)))
    network.add("one", make("linear", units=8))
    network.add("two", make("linear", units=8), share="one")
    assert gradient_bytes(network) == optimizer_bytes(network, OPTIMIZERS["momentum"]) == 4 * (8 * 8 + 8)


@pytest.mark.parametrize(
    ("name", "ops"),
    [
        ("softmax", 10 + 9 + 1 + 1 + 1),  # exponentials, additions, a quotient, a logarithm, a sign
        ("svm", 9 * 4),  # for each wrong class a difference, the margin, a maximum, a sum
    ],
)
def test_the_loss_of_the_lecture(name: str, ops: int) -> None:
    """Over ten classes, for each of two samples."""
    assert loss_ops(classifier(), LOSSES[name]) == 2 * ops


def test_each_position_of_a_sequence_has_a_loss() -> None:
    """As a language model's does."""
    network = Network("net")
    network.input(Sequence((2, 5, 8)))
    network.add("scores", make("linear", units=10))
    assert loss_ops(network, LOSSES["svm"]) == 2 * 5 * 9 * 4
