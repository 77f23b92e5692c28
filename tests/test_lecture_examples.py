"""The lecture's worked examples, with networks built by hand."""

from __future__ import annotations

import pytest

from netcost.analysis.costs import analyze
from netcost.layers.activation import ReLU
from netcost.layers.conv import Conv
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm, LocalResponseNorm
from netcost.layers.pool import MaxPool
from netcost.layers.refusals import LayerError
from netcost.network import Network
from netcost.report import Report
from netcost.shapes import Image, Shape, Signal, Vector, Volume


def analyzed(x: Shape, *layers: Layer) -> Report:
    """What a chain of layers costs, called l1, l2, ..."""
    network = Network("example")
    network.input(x)
    for number, layer in enumerate(layers, start=1):
        network.add(f"l{number}", layer)
    return analyze(network)


def test_ten_filters_over_a_small_image() -> None:
    """Ten 5x5 filters, stride 1, pad 2: 10 x 32 x 32, 760 parameters, 768,000 multiply-adds."""
    row = analyzed(Image((1, 3, 32, 32)), Conv(filters=10, kernel=5, pad=2))["l1"]
    assert row.output == Image((1, 10, 32, 32))
    assert row.params == (5 * 5 * 3 + 1) * 10 == 760
    assert row.macs == 10 * 32 * 32 * 75 == 768_000


@pytest.mark.parametrize("batch", [1, 16])
def test_stacked_convolutions_keep_the_batch_in_front(batch: int) -> None:
    """Six 5x5 filters, then ten 3x3 filters: 6 x 28 x 28, 10 x 26 x 26, N in front."""
    report = analyzed(Image((batch, 3, 32, 32)), Conv(filters=6, kernel=5), Conv(filters=10, kernel=3))
    assert [row.output for row in report] == [Image((batch, 6, 28, 28)), Image((batch, 10, 26, 26))]


def test_a_pointwise_convolution_changes_the_channels_only() -> None:
    """32 filters of 1x1 on 64 x 56 x 56 give 32 x 56 x 56."""
    assert analyzed(Image((1, 64, 56, 56)), Conv(filters=32, kernel=1))["l1"].output == Image((1, 32, 56, 56))


def test_pooling_halves_an_image() -> None:
    """Max pooling 2x2 with stride 2 on 64 x 224 x 224 gives 64 x 112 x 112."""
    row = analyzed(Image((1, 64, 224, 224)), MaxPool(kernel=2, stride=2))["l1"]
    assert row.output == Image((1, 64, 112, 112))
    assert row.params == 0


@pytest.mark.parametrize(
    ("layer", "side"),
    [
        (Conv(filters=1, kernel=3), 5),
        (Conv(filters=1, kernel=3, pad=1), 7),
        (Conv(filters=1, kernel=3, stride=2), 3),
        (Conv(filters=1, kernel=3, dilation=2), 3),
        (Conv(filters=1, kernel=3, pad="half"), 7),  # P = (K - 1) / 2 keeps the size
        (Conv(filters=1, kernel=3, pad="same"), 7),
    ],
)
def test_a_3x3_filter_on_a_7x7_input(layer: Layer, side: int) -> None:
    """5x5 without padding, 7x7 padded by 1, 3x3 with stride 2, 3x3 with rate 2."""
    assert analyzed(Image((1, 1, 7, 7)), layer)["l1"].output.size == (side, side)


def test_a_linear_classifier() -> None:
    """3072 pixels to 10 scores: a 3072 x 10 matrix and 10 biases."""
    row = analyzed(Vector((1, 3072)), Linear(units=10))["l1"]
    assert row.output == Vector((1, 10))
    assert row.weights == {"weight": (3072, 10), "bias": (10,)}
    assert row.params == 30_730


@pytest.mark.parametrize("hidden", [100, 500])
def test_a_network_with_a_hidden_layer(hidden: int) -> None:
    """W2 max(0, W1 x): 3072 to the hidden layer to 10."""
    report = analyzed(Vector((1, 3072)), Linear(units=hidden), ReLU(), Linear(units=10))
    assert report.totals.params == (3072 * hidden + hidden) + (hidden * 10 + 10)
    assert report.totals.macs == 3072 * hidden + hidden * 10


def test_batch_norm_learns_a_scale_and_a_shift_per_channel() -> None:
    """2 parameters per channel; the running mean and variance are kept apart, as buffers."""
    row = analyzed(Image((1, 64, 56, 56)), BatchNorm())["l1"]
    assert row.params == 2 * 64
    assert row.buffers == 2 * 64 + 1  # PyTorch also stores the number of batches seen
    assert row.ops == 2 * 64 * 56 * 56
    assert row.macs == 0


@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("depth", [1, 2, 3, 10])
def test_the_receptive_field_of_stacked_convolutions(depth: int, kernel: int) -> None:
    """L convolutions of K see 1 + L * (K - 1) positions: an input of this length has one output, a shorter none."""
    stack = [Conv(filters=1, kernel=kernel) for _ in range(depth)]
    field = 1 + depth * (kernel - 1)
    assert analyzed(Signal((1, 1, field)), *stack)[f"l{depth}"].output == Signal((1, 1, 1))
    with pytest.raises(LayerError, match="is larger than its input"):
        analyzed(Signal((1, 1, field - 1)), *stack)


def test_convolution_in_one_dimension() -> None:
    """A filter slides along a signal: L' = (L - K + 2P) / S + 1."""
    row = analyzed(Signal((1, 1, 8000)), Conv(filters=32, kernel=80, stride=16))["l1"]
    assert row.output == Signal((1, 32, 496))  # (8000 - 80) / 16 + 1
    assert row.params == 32 * 80 + 32


def test_convolution_in_three_dimensions() -> None:
    """A filter slides through time, height and width."""
    row = analyzed(Volume((1, 3, 16, 112, 112)), Conv(filters=64, kernel=3, pad=1))["l1"]
    assert row.output == Volume((1, 64, 16, 112, 112))
    assert row.params == 64 * 3 * 3 * 3 * 3 + 64


def test_local_response_normalisation_of_the_original_alexnet() -> None:
    """Over 5 channels: 2 * 5 + 3 operations per element, nothing learned, the shape kept."""
    row = analyzed(Image((1, 96, 55, 55)), LocalResponseNorm(size=5))["l1"]
    assert (row.output, row.params, row.ops) == (Image((1, 96, 55, 55)), 0, 13 * 96 * 55 * 55)
