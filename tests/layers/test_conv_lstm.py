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
    ],
)
def test_a_film(fields: dict[str, Any], x: Shape, out: Shape, params: int, macs: int, ops: int) -> None:
    """Its depth is time; pictures go through two convolutions a gate."""
    layer = make("convlstm", **fields)
    assert layer.output(x) == out
    assert type(layer.output(x)) is type(out)
    assert count(layer.weights(x)) == params
    assert (layer.macs(out, x), layer.ops(out, x)) == (macs, ops)


@pytest.mark.parametrize("x", [Signal((1, 8, 12)), Sequence((1, 5, 8))])
def test_time_alone_is_no_film(x: Shape) -> None:
    """An LSTM is for that."""
    with pytest.raises(LayerError, match="convlstm needs time and at least one further axis"):
        make("convlstm", filters=4, kernel=3).output(x)
