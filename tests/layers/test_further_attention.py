"""Attention of two streams, attention without a square, attention to a few places."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from examples import make

from netcost.layers.layer import Layer, count
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape

# Parameters and MACs of two streams were counted by PyTorch 2.14 on the meta device in diffusers' own modules: the
# attention of Stable Diffusion 3.5, that of Stable Diffusion 3's last block, that of FLUX. All else is worked out beside.
IMAGE, TEXT = Sequence((2, 100, 1536)), Sequence((2, 30, 1536))
FLUX = (Sequence((1, 100, 3072)), Sequence((1, 30, 3072)))


@pytest.mark.parametrize(
    ("fields", "inputs", "params", "macs"),
    [
        ({"qk_norm": True}, (IMAGE, TEXT), 18_886_912, 2_557_501_440),
        ({"joint_out": False}, (IMAGE, TEXT), 16_525_824, 2_415_943_680),
        ({"qk_norm": True, "rope": True}, FLUX, 75_522_560, 5_011_169_280),
        ({"head_dim": 32, "bias": False}, (IMAGE, TEXT), 2 * 4 * 1536 * 768, 2 * (4 * 130 * 1536 * 768 + 2 * 24 * 130 * 130 * 32)),
    ],
)  # fmt: skip
def test_two_streams(fields: dict[str, Any], inputs: tuple[Shape, ...], params: int, macs: int) -> None:
    """Each with its own projections, in attention to both."""
    layer = make("joint_attention", heads=24, **fields)
    out = layer.output(*inputs)
    assert out == inputs[0].with_length(1, 130)
    assert count(layer.weights(*inputs)) == params
    assert layer.macs(out, *inputs) == macs


def test_operations_of_two_streams() -> None:
    """6 a score of 130 x 130, biases, 3 an element for rotations, 5 for the norms."""
    layer = make("joint_attention", heads=24, qk_norm=True, rope=True)
    made = 130 * 3072
    scores = 24 * 130 * 130
    assert layer.ops(layer.output(*FLUX), *FLUX) == 6 * scores + 4 * made + 3 * 2 * made + 5 * 2 * made


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ((IMAGE,), "joint_attention needs `joint`: the name of the other sequence"),
        ((IMAGE, Sequence((2, 30, 768))), "the streams differ, one is a sequence 100 x 1536, the other a sequence 30 x 768"),
    ],
)  # fmt: skip
def test_streams_that_do_not_fit(inputs: tuple[Shape, ...], message: str) -> None:
    """Are told with both numbers."""
    with pytest.raises(LayerError, match=message):
        make("joint_attention", heads=24).output(*inputs)


@pytest.mark.parametrize(
    ("fields", "inputs", "params", "macs", "ops"),
    [
        (
            {"bias": False},
            (Sequence((2, 50, 64)),),
            4 * 64 * 64,
            # projections, keys with values and queries with their sum, queries with the sum of the keys: 1,747,200, as
            # PyTorch counts the einsums of idiap/fast-transformers
            2 * (4 * 50 * 64 * 64 + 2 * 8 * 50 * 8 * 8 + 8 * 50 * 8),
            2 * (2 * 2 * 50 * 64 + 50 * 64 + 50 * 64),
        ),
        (
            {"normalized": False},
            (Sequence((1, 50, 64)), Sequence((1, 20, 32))),
            2 * 64 * 64 + 2 * 32 * 64 + 4 * 64,
            2 * 50 * 64 * 64 + 2 * 20 * 32 * 64 + 8 * 8 * 8 * (50 + 20),
            2 * (50 + 20) * 64 + (2 * 50 + 2 * 20) * 64,
        ),
        (
            {"bias": False, "value_dim": 16, "out": False},
            (Image((1, 64, 5, 6)),),
            3 * 64 * 64 + 64 * 64,
            30 * (2 * 64 * 64 + 64 * 128) + 2 * 8 * 30 * 8 * 16 + 8 * 30 * 8,
            2 * 2 * 30 * 64 + 30 * 64 + 30 * 128,
        ),
    ],
)
def test_attention_without_a_square(
    fields: dict[str, Any], inputs: tuple[Shape, ...], params: int, macs: int, ops: int
) -> None:
    """A matrix for each head in place of scores."""
    layer = make("linear_attention", heads=8, **fields)
    out = layer.output(*inputs)
    assert count(layer.weights(*inputs)) == params
    assert (layer.macs(out, *inputs), layer.ops(out, *inputs)) == (macs, ops)


def test_its_state_does_not_grow() -> None:
    """A matrix and a sum for each head, however many tokens there were."""
    layer = make("linear_attention", heads=8, causal=True)
    assert count(layer.state(Sequence((1, 50, 64)))) == 8 * 8 * 8 + 8 * 8
    assert count(layer.state(Sequence((1, 9, 64)))) == 8 * 8 * 8 + 8 * 8


@pytest.mark.parametrize(
    ("fields", "inputs", "params", "macs", "ops"),
    [
        (
            # Deformable DETR's decoder: 300 queries, 8 heads, 4 levels of 4 points
            {"levels": 4, "points": 4},
            (Sequence((1, 300, 256)), Sequence((1, 11253, 256))),
            256 * 256 + 256 + 256 * 128 + 128 + 2 * (256 * 256 + 256),
            300 * 256 * (256 + 128) + 11253 * 256 * 256 + 300 * 256 * 256,
            9 * 300 * 128 * 32 + 5 * 300 * 128 + 3 * 300 * 128 + 11253 * 256 + 300 * 256,
        ),
        (
            # transformers' DeformableDetrMultiscaleDeformableAttention over maps of 16 x 16 to 2 x 2: 230,272 and 71,434,240
            {"levels": 4, "points": 4},
            (Sequence((1, 300, 256)), Sequence((1, 340, 256))),
            230_272,
            71_434_240,
            9 * 300 * 128 * 32 + 5 * 300 * 128 + 3 * 300 * 128 + 340 * 256 + 300 * 256,
        ),
        (
            {"bias": False},
            (Sequence((2, 20, 64)),),
            64 * 64 + 64 * 32 + 2 * 64 * 64,
            2 * (20 * 64 * 3 * 32 + 2 * 20 * 64 * 64),
            2 * (9 * 20 * 32 * 8 + 5 * 20 * 32),
        ),
    ],
)
def test_attention_to_a_few_places(
    fields: dict[str, Any], inputs: tuple[Shape, ...], params: int, macs: int, ops: int
) -> None:
    """Offsets and weights for each of them, values looked up between four neighbours."""
    layer = make("deformable_attention", heads=8, **fields)
    out = layer.output(*inputs)
    assert out == inputs[0]
    assert count(layer.weights(*inputs)) == params
    assert (layer.macs(out, *inputs), layer.ops(out, *inputs)) == (macs, ops)


@pytest.mark.parametrize(
    ("layer", "inputs", "numbers", "unfused"),
    [
        (make("joint_attention", heads=24, head_dim=32), (IMAGE, TEXT), 2 * 4 * 130 * 768, 2 * 24 * 130 * 130),
        (
            make("linear_attention", heads=8, value_dim=4),
            (Sequence((2, 50, 64)), Sequence((2, 20, 64))),
            2 * (50 * 64 + 20 * (64 + 32) + 8 * 8 * 4 + 50 * 32),
            0,
        ),
        (
            make("deformable_attention", heads=8, levels=4),
            (Sequence((1, 300, 256)), Sequence((1, 340, 256))),
            300 * 3 * 128 + 340 * 256 + 300 * 256,
            0,
        ),
        (make("sdpa", heads=8), (Sequence((2, 50, 64)), Sequence((2, 20, 64))), 0, 2 * 8 * 50 * 20),
    ],
)  # fmt: skip
def test_what_is_held_while_it_runs(
    layer: Layer, inputs: tuple[Shape, ...], numbers: int, unfused: int
) -> None:
    """Projections and what is mixed from them; without a fused kernel all scores, too."""
    out = layer.output(*inputs)
    assert sum(prod(each.shape) for each in layer.scratch(out, *inputs).values()) == numbers
    more = layer.scratch_unfused(out, *inputs).values()
    assert sum(prod(each.shape) for each in more) == numbers + unfused
