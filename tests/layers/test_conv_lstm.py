"""ConvLSTM: parameters and shapes of Keras 3.15's layers; MACs are the taps of both convolutions at each place."""

from __future__ import annotations

from typing import Any

import pytest
from examples import make

from netcost.layers.layer import count
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape, Signal, Volume

FILM = Volume((2, 8, 5, 12, 14))
"""Two films of five pictures of 12 x 14 in eight channels."""


@pytest.mark.parametrize(
    ("fields", "x", "out", "params", "macs", "ops"),
    [
        (
            {"filters": 16, "kernel": 3, "pad": "same"},
            FILM,
            Volume((2, 16, 5, 12, 14)),
            13_888,
            2 * 5 * 12 * 14 * (64 * 9 * 8 + 64 * 9 * 16),
            2 * 5 * 12 * 14 * 16 * 17,
        ),
        (
            {"filters": 16, "kernel": [3, 5], "stride": 2, "sequences": False},
            FILM,
            Image((2, 16, 5, 5)),
            23_104,
            2 * 5 * 5 * 5 * (64 * 15 * 8 + 64 * 15 * 16),
            2 * 5 * 5 * 5 * 16 * 17,
        ),
        (
            {"filters": 4, "kernel": 3, "pad": "same", "bias": False},
            FILM,
            Volume((2, 4, 5, 12, 14)),
            1_728,
            2 * 5 * 12 * 14 * (16 * 9 * 8 + 16 * 9 * 4),
            2 * 5 * 12 * 14 * 4 * 13,
        ),
        (
            {"filters": 6, "kernel": 3, "pad": "same"},
            Image((1, 8, 5, 12)),
            Image((1, 6, 5, 12)),
            1_032,
            5 * 12 * (24 * 3 * 8 + 24 * 3 * 6),
            5 * 12 * 6 * 17,
        ),
        (
            {"filters": 16, "kernel": 3, "dilation": 2},
            FILM,
            Volume((2, 16, 5, 8, 10)),
            13_888,
            2 * 5 * 8 * 10 * (64 * 9 * 8 + 64 * 9 * 16),
            2 * 5 * 8 * 10 * 16 * 17,
        ),
        (
            {"filters": 4, "kernel": [3, 5], "dilation": [2, 1], "pad": "same", "sequences": False},
            FILM,
            Image((2, 4, 12, 14)),
            2_896,
            2 * 5 * 12 * 14 * (16 * 15 * 8 + 16 * 15 * 4),
            2 * 5 * 12 * 14 * 4 * 17,
        ),
        (
            # Shi et al., equation 3: W_ci, W_cf and W_co are as large as the memory, each with a product and a sum.
            {"filters": 16, "kernel": 3, "pad": "same", "peephole": True},
            FILM,
            Volume((2, 16, 5, 12, 14)),
            13_888 + 3 * 16 * 12 * 14,
            2 * 5 * 12 * 14 * (64 * 9 * 8 + 64 * 9 * 16),
            2 * 5 * 12 * 14 * 16 * (17 + 6),
        ),
    ],
)
def test_a_film(fields: dict[str, Any], x: Shape, out: Shape, params: int, macs: int, ops: int) -> None:
    """Its depth is time; pictures go through two convolutions a gate."""
    layer = make("convlstm", **fields)
    assert layer.output(x) == out
    assert type(layer.output(x)) is type(out)
    assert count(layer.weights(x)) == params
    assert (layer.macs(out, x), layer.ops(out, x)) == (macs, ops)


@pytest.mark.parametrize("channels", [16, 2 * 16])
def test_a_state_may_come_in(channels: int) -> None:
    """With its memory behind it or alone, as where another network goes on from what one has seen; it changes no count."""
    layer = make("convlstm", filters=16, kernel=3, pad="same")
    state = Image((2, channels, 12, 14))
    out = layer.output(FILM, state)
    assert out == layer.output(FILM)
    assert layer.weights(FILM, state) == layer.weights(FILM)
    assert layer.macs(out, FILM, state) == layer.macs(out, FILM)
    assert layer.ops(out, FILM, state) == layer.ops(out, FILM)
    assert layer.state(FILM, state) == {"state": (2, 16, 12, 14), "memory": (2, 16, 12, 14)}


@pytest.mark.parametrize(
    "state",
    [
        Image((2, 16, 12, 13)),
        Image((1, 16, 12, 14)),
        Image((2, 17, 12, 14)),
        Signal((2, 16, 12)),
        Volume((2, 16, 5, 12, 14)),
    ],
)
def test_a_state_of_another_shape_is_refused(state: Shape) -> None:
    """The message states both shapes."""
    with pytest.raises(LayerError, match=f"is {state.described}, convlstm carries an image 16 x 12 x 14"):
        make("convlstm", filters=16, kernel=3, pad="same").output(FILM, state)


def test_the_head_says_how_many_axes_there_are_beside_time() -> None:
    """As Keras's does."""
    assert make("convlstm2d", filters=4, kernel=3).output(FILM) == make(
        "convlstm", filters=4, kernel=3
    ).output(FILM)
    with pytest.raises(LayerError, match="convlstm1d needs an image, whose first axis is time, got a volume"):
        make("convlstm1d", filters=4, kernel=3).output(FILM)


@pytest.mark.parametrize("x", [Signal((1, 8, 12)), Sequence((1, 5, 8))])
def test_time_alone_is_no_film(x: Shape) -> None:
    """An LSTM is for that."""
    with pytest.raises(LayerError, match="convlstm needs time and at least one further axis"):
        make("convlstm", filters=4, kernel=3).output(x)
