"""Normalisations: parameters and buffers as in PyTorch, operations by hand."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers import all_types
from netcost.layers.layer import Layer, count
from netcost.layers.norm import (
    BatchNorm,
    GroupNorm,
    InstanceNorm,
    LayerNorm,
    LayerScale,
    LocalResponseNorm,
    RMSNorm,
)
from netcost.shapes import Image, Sequence, Shape, Signal, Tokens, Vector, Volume

IMAGE = Image((1, 64, 56, 56))
ELEMENTS = 64 * 56 * 56

CASES = [
    Case("ResNet's first", BatchNorm(), IMAGE, IMAGE, params=128, ops=2 * ELEMENTS),
    Case("without scale and shift", BatchNorm(affine=False), IMAGE, IMAGE, ops=2 * ELEMENTS),
    # keras.layers.BatchNormalization(scale=False) and (center=False) have C weights
    Case("without scale", BatchNorm(scale=False), IMAGE, IMAGE, params=64, ops=2 * ELEMENTS),
    Case("without centre", BatchNorm(bias=False), IMAGE, IMAGE, params=64, ops=2 * ELEMENTS),
    Case(
        "by the batch's own statistics", BatchNorm(running=False), IMAGE, IMAGE, params=128, ops=8 * ELEMENTS
    ),
    Case("by running statistics", InstanceNorm(running=True), IMAGE, IMAGE, ops=2 * ELEMENTS),
    Case(
        "groups without centre",
        GroupNorm(groups=4, bias=False),
        Vector((1, 8)),
        Vector((1, 8)),
        params=8,
        ops=64,
    ),
    Case(
        "without scale", LayerNorm(scale=False), Vector((1, 768)), Vector((1, 768)), params=768, ops=8 * 768
    ),
    Case("without scale", RMSNorm(scale=False), Vector((1, 64)), Vector((1, 64)), ops=5 * 64),
    Case("a batch of 2 vectors", BatchNorm(), Vector((2, 100)), Vector((2, 100)), params=200, ops=400),
    Case("features last", BatchNorm(), Sequence((1, 10, 8)), Sequence((1, 10, 8)), params=16, ops=160),
    Case("no weights by default", InstanceNorm(), IMAGE, IMAGE, ops=8 * ELEMENTS),
    Case("scale and shift", InstanceNorm(affine=True), IMAGE, IMAGE, params=128, ops=8 * ELEMENTS),
    Case("32 groups", GroupNorm(groups=32), IMAGE, IMAGE, params=128, ops=8 * ELEMENTS),
    Case("groups of a vector", GroupNorm(groups=4, affine=False), Vector((1, 8)), Vector((1, 8)), ops=64),
    Case(
        "ViT's", LayerNorm(), Sequence((1, 197, 768)), Sequence((1, 197, 768)), params=1536, ops=8 * 197 * 768
    ),
    Case("ConvNeXt's, over the channels", LayerNorm(), IMAGE, IMAGE, params=128, ops=8 * ELEMENTS),
    Case("without shift", LayerNorm(bias=False), Vector((1, 768)), Vector((1, 768)), params=768, ops=8 * 768),
    Case("without both", LayerNorm(affine=False), Vector((1, 768)), Vector((1, 768)), ops=8 * 768),
    Case(
        "Llama's",
        RMSNorm(),
        Sequence((1, 128, 4096)),
        Sequence((1, 128, 4096)),
        params=4096,
        ops=5 * 128 * 4096,
    ),
    Case("AlexNet's, of 5 channels", LocalResponseNorm(), IMAGE, IMAGE, ops=13 * ELEMENTS),  # 2 * 5 + 3
    Case("of 3 channels", LocalResponseNorm(size=3), Signal((1, 8, 20)), Signal((1, 8, 20)), ops=9 * 160),
    Case("ConvNeXt's", LayerScale(), IMAGE, IMAGE, params=64, ops=ELEMENTS),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_normalisation_s_shape_and_costs(case: Case) -> None:
    """The shape stays; parameters are PyTorch's, operations those of the conventions."""
    assert case.found == case.wanted


@pytest.mark.parametrize(
    ("layer", "weights"),
    [
        (BatchNorm(), {"weight": (64,), "bias": (64,)}),
        (LayerNorm(bias=False), {"weight": (64,)}),
        (BatchNorm(scale=False), {"bias": (64,)}),
        (RMSNorm(), {"weight": (64,)}),
        (InstanceNorm(), {}),
    ],
)
def test_weights_have_pytorch_s_names(layer: Layer, weights: dict[str, tuple[int, ...]]) -> None:
    """A scale is called weight, a shift bias."""
    assert layer.weights(IMAGE) == weights


def test_running_statistics_are_buffers_and_no_parameters() -> None:
    """A mean and a variance per channel and the number of batches, as torch.nn.BatchNorm2d keeps them."""
    layer = BatchNorm()
    assert layer.buffers(IMAGE) == {"running_mean": (64,), "running_var": (64,), "num_batches_tracked": ()}
    assert count(layer.buffers(IMAGE)) == 129
    assert BatchNorm(running=False).buffers(IMAGE) == {}
    assert count(InstanceNorm(running=True).buffers(IMAGE)) == 129


def test_only_batch_norm_folds_into_the_layer_before() -> None:
    """Its statistics are constants at inference; all others depend on the sample."""
    assert [kind.type for kind in all_types() if kind.folds_away is not Layer.folds_away] == ["batchnorm"]
    assert [BatchNorm(running=running).folds_away for running in (True, False)] == [True, False]


@pytest.mark.parametrize(
    "head", ["batchnorm", "instancenorm", "groupnorm", "layernorm", "rmsnorm", "lrn", "layerscale"]
)
def test_normalisations_have_no_row_of_their_own_in_the_lecture_s_table(head: str) -> None:
    """They only map elements."""
    assert make(head, **({"groups": 1} if head == "groupnorm" else {})).elementwise


RANKED = [
    # head, input that it takes
    ("batchnorm1d", Signal((1, 8, 10))),
    ("batchnorm1d", Vector((1, 8))),
    ("batchnorm2d", Image((1, 8, 5, 5))),
    ("batchnorm3d", Volume((1, 8, 5, 5, 5))),
    ("bn", Signal((1, 8, 10))),
    ("instancenorm1d", Signal((1, 8, 10))),
    ("instancenorm2d", Image((1, 8, 5, 5))),
    ("instancenorm3d", Volume((1, 8, 5, 5, 5))),
]


@pytest.mark.parametrize(("head", "x"), RANKED, ids=str)
def test_pytorch_s_names_take_the_rank_they_name(head: str, x: Shape) -> None:
    """A one-dimensional batch norm takes vectors too."""
    assert make(head).output(x) == x


FAULTS = [
    Fault(
        "a two-dimensional batch norm of a vector",
        lambda: make("batchnorm2d").output(Vector((1, 8))),
        "batchnorm needs a signal, an image or a volume, got a vector 8",
        hint="add `reshape` before it",
    ),
    Fault(
        "a one-dimensional batch norm of an image",
        lambda: make("batchnorm1d").output(IMAGE),
        "batchnorm1d needs a signal, got an image 64 x 56 x 56",
        "rank",
        "`batchnorm` follows the rank of its input",
    ),
    Fault(
        "token numbers",
        lambda: LayerNorm().output(Tokens((1, 128))),
        "layernorm needs features, got token numbers 128",
        hint="add `embedding` before it",
    ),
    Fault(
        "an instance norm of a vector",
        lambda: InstanceNorm().output(Vector((1, 8))),
        "instancenorm needs a signal, an image or a volume, got a vector 8",
        hint="add `reshape` before it",
    ),
    Fault(
        "groups that do not divide the channels",
        lambda: GroupNorm(groups=24).output(IMAGE),
        "channels (64) is not divisible by groups (24)",
        "groups",
        "groups could be 16 or 32",
    ),
    Fault(
        "a response norm of tokens",
        lambda: LocalResponseNorm().output(Sequence((1, 10, 8))),
        "lrn needs a signal, an image or a volume, got a sequence 10 x 8",
        hint="add `to_map` before it",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both sides, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted


@pytest.mark.parametrize(
    ("label", "layer"),
    [
        ("BatchNorm", BatchNorm()),
        ("BatchNorm (affine=false)", BatchNorm(affine=False)),
        ("GroupNorm (G=32)", GroupNorm(groups=32)),
        ("LocalResponseNorm (size=5)", LocalResponseNorm()),
    ],
)
def test_a_label_names_what_differs_from_the_default(label: str, layer: Layer) -> None:
    """Groups and the number of neighbours always."""
    assert layer.label(IMAGE) == label


def test_keras_keeps_the_statistics_of_a_batch_norm_and_counts_no_batches() -> None:
    """keras.layers.BatchNormalization: gamma, beta, moving_mean, moving_variance."""
    norm = make("batchnorm", counted=False)
    assert (count(norm.weights(IMAGE)), count(norm.buffers(IMAGE))) == (2 * 64, 2 * 64)


def test_a_batch_norm_that_does_not_learn_keeps_all_its_numbers_as_buffers() -> None:
    """Scale, shift, mean and variance, as torchvision's FrozenBatchNorm2d; batches are not counted."""
    norm = make("batchnorm", learned=False)
    assert norm.weights(IMAGE) == {}
    assert count(norm.buffers(IMAGE)) == 4 * IMAGE.channels
