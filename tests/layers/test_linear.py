"""Fully connected layers: the lecture's classifiers, and the matrix of each token."""

from __future__ import annotations

import pytest
from cases import Case, Fault

from netcost.layers.linear import Linear
from netcost.shapes import Image, Sequence, Tensor, Tokens, Vector

CASES = [
    Case(
        "the lecture's linear classifier",
        Linear(units=10),
        Vector((1, 3072)),
        Vector((1, 10)),
        params=30_730,  # 3072 * 10 + 10
        macs=30_720,
        ops=10,
    ),
    Case(
        "AlexNet's fc6",
        Linear(units=4096),
        Vector((1, 9216)),
        Vector((1, 4096)),
        params=37_752_832,  # 9216 * 4096 + 4096
        macs=37_748_736,  # 9216 * 4096
        ops=4096,
    ),
    Case(
        "without bias, a batch of 2",
        Linear(units=7, bias=False),
        Vector((2, 5)),
        Vector((2, 7)),
        params=35,
        macs=2 * 35,
    ),
    Case(
        "each token",
        Linear(units=3072),
        Sequence((2, 197, 768)),
        Sequence((2, 197, 3072)),
        params=2_362_368,  # torchvision's vit_b_16, encoder_layer_0.mlp.0: 768 * 3072 + 3072
        macs=2 * 197 * 768 * 3072,
        ops=2 * 197 * 3072,
    ),
    Case(
        "the last axis of any tensor",
        Linear(units=4, bias=False),
        Tensor((1, 7, 7, 3)),
        Tensor((1, 7, 7, 4)),
        params=12,
        macs=7 * 7 * 12,
    ),
    Case(
        "MobileViT's patches, each position of 4 by itself",
        Linear(units=288),
        Tensor((1, 4, 256, 144)),
        Tensor((1, 4, 256, 288)),
        params=144 * 288 + 288,
        macs=4 * 256 * 144 * 288,
        ops=4 * 256 * 288,
    ),
    Case(
        "in four groups",
        Linear(units=64, groups=4),
        Sequence((2, 10, 32)),
        Sequence((2, 10, 64)),
        params=8 * 64 + 64,  # as torch.nn.Conv1d(32, 64, 1, groups=4) has them
        macs=2 * 10 * 8 * 64,
        ops=2 * 10 * 64,
    ),
    Case(
        "a magnitude for each unit",
        Linear(units=16, weight_norm=True),
        Vector((2, 8)),
        Vector((2, 16)),
        params=160,  # torch.nn.utils.parametrizations.weight_norm(nn.Linear(8, 16)): 16 + 128 + 16
        macs=256,
        ops=2 * 16 + 3 * 128 + 2 * 16,
    ),
    Case(
        "a magnitude for each feature",
        Linear(units=16, weight_norm=1),
        Vector((2, 8)),
        Vector((2, 16)),
        params=152,  # the same with dim=1: 8 + 128 + 16
        macs=256,
        ops=2 * 16 + 3 * 128 + 2 * 8,
    ),
    Case(
        "a fixed matrix, as of mel filters",
        Linear(units=80, learned=False),
        Sequence((1, 100, 201)),
        Sequence((1, 100, 80)),
        macs=100 * 201 * 80,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_linear_layer_s_shape_and_costs(case: Case) -> None:
    """Output shape, parameters, multiply-accumulates and bias additions are those known from elsewhere."""
    assert case.found == case.wanted


def test_the_weight_is_written_as_the_lecture_does() -> None:
    """LeNet's table has 2450 x 500, and the label names both."""
    layer, x = Linear(units=500), Vector((1, 2450))
    assert layer.weights(x)["weight"] == (2450, 500)
    assert layer.label(x) == "Linear (2450 -> 500)"


def test_the_vectors_of_a_spectral_norm_are_buffers() -> None:
    """As many as units and as features: torch.nn.utils.parametrizations.spectral_norm(nn.Linear(8, 16))."""
    layer = Linear(units=16, spectral_norm=True)
    assert layer.buffers(Vector((1, 8))) == {"weight_u": (16,), "weight_v": (8,)}


FAULTS = [
    Fault(
        "groups that do not divide the features",
        lambda: Linear(units=64, groups=5).output(Vector((1, 32))),
        "features (32) is not divisible by groups (5)",
        "groups",
        "groups could be 4 or 8",
    ),
    Fault(
        "groups that do not divide the units",
        lambda: Linear(units=10, groups=4).output(Vector((1, 32))),
        "units (10) is not divisible by groups (4)",
        "groups",
        "groups could be 2 or 5",
    ),
    Fault(
        "an image",
        lambda: Linear(units=1000).output(Image((1, 64, 6, 6))),
        "linear needs a vector or tokens, got an image 64 x 6 x 6",
        hint="add `flatten` or `gap` before it; over each position it is `{conv: 1000, kernel: 1}`",
    ),
    Fault(
        "token numbers",
        lambda: Linear(units=1000).output(Tokens((1, 128))),
        "linear needs features, got token numbers 128",
        hint="add `embedding` before it",
    ),
    Fault(
        "features that are written and wrong",
        lambda: Linear(units=10, in_features=512).output(Vector((1, 2048))),
        "in_features is 512, the input has 2048 features",
        "in_features",
        "leave it out: it is inferred",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states what came, the hint says what to write."""
    assert fault.found == fault.wanted


def test_features_that_are_written_and_right_are_accepted() -> None:
    """in_features is never needed, only checked."""
    assert Linear(units=10, in_features=2048).output(Vector((1, 2048))) == Vector((1, 10))
