"""Recurrent layers: shapes, torch's two biases, one step's matrices times the positions."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest

from netcost.layers.layer import count
from netcost.layers.recurrent import Gru, Lstm, Recurrent, Rnn
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape, Tensor, Tokens, Vector, Volume

# Shapes and parameters of torch.nn.RNN, LSTM and GRU under PyTorch 2.13.0, MACs of nn.RNNCell, LSTMCell
# and GRUCell unrolled step by step. Operations per position, layer, direction and unit, worked out by
# hand: a gate is a sum, two biases and an activation; LSTM 4 * 4 + 5 = 21, GRU 3 * 4 + 5 = 17, RNN 4.
COSTS = [
    pytest.param(
        Rnn(units=20),
        Sequence((1, 15, 10)),
        Sequence((1, 15, 20)),
        640,  # 20 * (10 + 20) + 2 * 20
        9_000,  # 15 * 20 * (10 + 20)
        15 * 20 * 4,
        id="rnn",
    ),
    pytest.param(
        Rnn(units=32, layers=2),
        Sequence((2, 7, 16)),
        Sequence((2, 7, 32)),
        3_712,  # 32 * (16 + 32) + 32 * (32 + 32) + 2 * 2 * 32
        50_176,
        2 * 7 * 2 * 32 * 4,
        id="rnn, two layers, batch of 2",
    ),
    pytest.param(
        Rnn(units=24, bidirectional=True),
        Sequence((1, 9, 12)),
        Sequence((1, 9, 48)),
        1_824,
        15_552,
        9 * 2 * 24 * 4,
        id="rnn, both directions",
    ),
    pytest.param(
        Rnn(units=8, layers=3, bidirectional=True),
        Sequence((2, 5, 6)),
        Sequence((2, 5, 16)),
        1_088,  # 2 * (8 * (6 + 8) + 16) + 2 * 2 * (8 * (16 + 8) + 16)
        9_920,
        2 * 5 * 3 * 2 * 8 * 4,
        id="rnn, three layers, both directions",
    ),
    pytest.param(
        Lstm(units=20),
        Sequence((1, 15, 10)),
        Sequence((1, 15, 20)),
        2_560,
        36_000,
        15 * 20 * 21,
        id="lstm",
    ),
    pytest.param(
        Lstm(units=32, layers=2),
        Sequence((2, 7, 16)),
        Sequence((2, 7, 32)),
        14_848,
        200_704,
        2 * 7 * 2 * 32 * 21,
        id="lstm, two layers, batch of 2",
    ),
    pytest.param(
        Lstm(units=24, bidirectional=True),
        Sequence((1, 9, 12)),
        Sequence((1, 9, 48)),
        7_296,
        62_208,
        9 * 2 * 24 * 21,
        id="lstm, both directions",
    ),
    pytest.param(
        Lstm(units=8, layers=3, bidirectional=True),
        Sequence((2, 5, 6)),
        Sequence((2, 5, 16)),
        4_352,
        39_680,
        2 * 5 * 3 * 2 * 8 * 21,
        id="lstm, three layers, both directions",
    ),
    pytest.param(
        Lstm(units=650, layers=2),
        Sequence((1, 35, 650)),
        Sequence((1, 35, 650)),
        6_770_400,  # 2 * 4 * (2 * 650 * 650 + 2 * 650): Zaremba et al., arXiv:1409.2329, the medium network
        236_600_000,
        35 * 2 * 650 * 21,
        id="lstm, the medium language model",
    ),
    pytest.param(
        Lstm(units=20, bias=False),
        Sequence((1, 15, 10)),
        Sequence((1, 15, 20)),
        4 * 20 * (10 + 20),
        36_000,
        15 * 20 * (4 * 2 + 5),
        id="lstm without bias",
    ),
    pytest.param(
        Lstm(units=70, bias="single"),
        Sequence((1, 15, 64)),
        Sequence((1, 15, 70)),
        37_800,  # 4 * 70 * (64 + 70 + 1): keras 3.15.1, layers.LSTM(70) on (15, 64)
        15 * 4 * 70 * (64 + 70),
        15 * 70 * (4 * 3 + 5),
        id="lstm with a single bias",
    ),
    pytest.param(
        Lstm(units=24, bidirectional=True, sequences=False),
        Sequence((2, 9, 12)),
        Vector((2, 48)),
        7_296,
        2 * 62_208,
        2 * 9 * 2 * 24 * 21,
        id="lstm, last state of both directions",
    ),
    pytest.param(
        Gru(units=20),
        Sequence((1, 15, 10)),
        Sequence((1, 15, 20)),
        1_920,
        27_000,
        15 * 20 * 17,
        id="gru",
    ),
    pytest.param(
        Gru(units=32, layers=2),
        Sequence((2, 7, 16)),
        Sequence((2, 7, 32)),
        11_136,
        150_528,
        2 * 7 * 2 * 32 * 17,
        id="gru, two layers, batch of 2",
    ),
    pytest.param(
        Gru(units=24, bidirectional=True),
        Sequence((1, 9, 12)),
        Sequence((1, 9, 48)),
        5_472,
        46_656,
        9 * 2 * 24 * 17,
        id="gru, both directions",
    ),
    pytest.param(
        Gru(units=8, layers=3, bidirectional=True),
        Sequence((2, 5, 6)),
        Sequence((2, 5, 16)),
        3_264,
        29_760,
        2 * 5 * 3 * 2 * 8 * 17,
        id="gru, three layers, both directions",
    ),
    pytest.param(
        Gru(units=20, sequences=False),
        Sequence((1, 15, 10)),
        Vector((1, 20)),
        1_920,
        27_000,
        15 * 20 * 17,
        id="gru, last state",
    ),
]


@pytest.mark.parametrize(("layer", "x", "output", "params", "macs", "ops"), COSTS)
def test_recurrent_layers_cost_one_step_for_each_position(
    layer: Recurrent, x: Sequence, output: Shape, params: int, macs: int, ops: int
) -> None:
    """Shapes, weights, MACs and operations match the sources."""
    out = layer.output(x)
    assert (type(out), out) == (type(output), output)
    assert count(layer.weights(x)) == params
    assert (layer.macs(out, x), layer.ops(out, x)) == (macs, ops)


def test_weights_of_all_layers_are_stacked() -> None:
    """The first layer sees the input, deeper ones both directions of the layer below."""
    weights = Lstm(units=8, layers=3, bidirectional=True).weights(Sequence((1, 5, 6)))
    assert weights == {
        "input_weight": (2, 32, 6),
        "deeper_weight": (2, 2, 32, 16),
        "state_weight": (3, 2, 32, 8),
        "bias": (3, 2, 2, 32),
    }


def test_a_single_layer_is_no_stack() -> None:
    """One layer in one direction has plain matrices, as torch has them."""
    weights = Gru(units=8).weights(Sequence((1, 5, 6)))
    assert weights == {"input_weight": (24, 6), "state_weight": (24, 8), "bias": (2, 24)}


def test_absurdly_many_layers_take_no_time() -> None:
    """Costs are worked out in closed form, whatever the number of layers."""
    x = Sequence((1, 1, 1))
    deep = Rnn(units=1, layers=10**12)
    assert count(deep.weights(x)) == 4 * 10**12
    assert deep.macs(deep.output(x), x) == 2 * 10**12


@pytest.mark.parametrize(
    ("x", "message", "hint"),
    [
        (Tokens((1, 35)), "lstm needs a sequence, got token numbers 35", "add `embedding` before it"),
        (
            Image((1, 3, 8, 8)),
            "lstm needs a sequence, got an image 3 x 8 x 8",
            "add `to_tokens` before it",
        ),
        (Vector((1, 64)), "lstm needs a sequence, got a vector 64", ""),
    ],
)
def test_only_sequences_are_read(x: Shape, message: str, hint: str) -> None:
    """Anything but a sequence is refused, with the layer that would make it one."""
    with pytest.raises(LayerError) as caught:
        Lstm(units=8).output(x)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("layer", "label"),
    [
        (Rnn(units=20), "RNN (H=20)"),
        (Lstm(units=650, layers=2), "LSTM (H=650, L=2)"),
        (Gru(units=8, bidirectional=True, sequences=False), "GRU (H=8, bidirectional=true, sequences=false)"),
    ],
)
def test_labels_name_the_units(layer: Recurrent, label: str) -> None:
    """A table shows the width of the state, and what differs from the default."""
    assert layer.label(Sequence((1, 5, 6))) == label


# Parameters of torch.nn.LSTM with proj_size under PyTorch 2.14, and of Keras 3.15's LSTM, GRU and SimpleRNN; all else is
# worked out beside each case.
FURTHER = [
    pytest.param(Lstm(units=70, bias="single"), Sequence((1, 10, 64)), 37_800, 10 * 70 * (4 * 3 + 5), id="Keras's LSTM"),
    pytest.param(Gru(units=70), Sequence((1, 10, 64)), 28_560, 10 * 70 * 17, id="Keras's GRU"),
    pytest.param(
        Gru(units=70, bias="single"), Sequence((1, 10, 64)), 28_350, 10 * 70 * (3 * 3 + 5), id="reset_after=False"
    ),
    pytest.param(Rnn(units=70, bias="single"), Sequence((1, 10, 64)), 9_450, 10 * 70 * 3, id="SimpleRNN"),
    pytest.param(Lstm(units=32, projection=8), Sequence((1, 5, 64)), 9_728, 5 * 32 * 21, id="a narrower state"),
    pytest.param(
        Lstm(units=32, layers=2, projection=8, bidirectional=True),
        Sequence((1, 5, 64)),
        26_624,
        5 * 4 * 32 * 21,
        id="narrower states, both directions",
    ),
    pytest.param(
        Lstm(units=20, peephole=True),
        Sequence((1, 15, 10)),
        2_560 + 3 * 20,
        15 * 20 * (21 + 6),
        id="gates that see the memory",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "x", "params", "ops"), FURTHER)
def test_other_cells(layer: Recurrent, x: Sequence, params: int, ops: int) -> None:
    """Every matrix runs once a position; biases and peepholes are no matrices."""
    out = layer.output(x)
    weights = layer.weights(x)
    matrices = sum(prod(shape) for name, shape in weights.items() if name not in {"bias", "peephole"})
    assert count(weights) == params
    assert layer.macs(out, x) == x[0] * x[1] * matrices
    assert layer.ops(out, x) == ops
    assert out.channels == layer.width * layer.directions


@pytest.mark.parametrize(
    ("axis", "x", "samples", "length"),
    [
        ("width", Image((2, 16, 5, 7)), 2 * 5, 7),
        ("height", Image((2, 16, 5, 7)), 2 * 7, 5),
        ("depth", Volume((1, 16, 3, 5, 7)), 5 * 7, 3),
        (None, Tensor((2, 4, 9, 16)), 2 * 4, 9),
    ],
)
def test_a_state_is_carried_along_one_axis(axis: str | None, x: Shape, samples: int, length: int) -> None:
    """For each place of the others, as a dual-path network does by folding them into the batch."""
    layer, plain = Lstm(units=8, axis=axis), Lstm(units=8)
    unfolded = Sequence((samples, length, 16))
    assert layer.output(x) == x.with_channels(8)
    assert layer.weights(x) == plain.weights(unfolded)
    assert layer.macs(x, x) == plain.macs(unfolded, unfolded)
    assert layer.ops(x, x) == plain.ops(unfolded, unfolded)


def test_an_axis_that_the_input_lacks_is_refused() -> None:
    """A sequence has one axis of positions, whatever it is called."""
    with pytest.raises(LayerError, match="a sequence 7 x 16 has no width"):
        Lstm(units=8, axis="width").output(Sequence((1, 7, 16)))


@pytest.mark.parametrize(
    ("layer", "initial"),
    [
        (Gru(units=8), 8),
        (Gru(units=8, layers=2, bidirectional=True), 4 * 8),
        (Lstm(units=8), 8 + 8),
        (Lstm(units=8, projection=4), 4 + 8),
    ],
)
def test_a_state_may_come_in(layer: Recurrent, initial: int) -> None:
    """It changes no count; of an LSTM the memory comes with it."""
    x = Sequence((2, 5, 16))
    state = Vector((2, initial))
    assert layer.output(x, state) == layer.output(x)
    assert layer.weights(x, state) == layer.weights(x)
    assert layer.macs(x, x, state) == layer.macs(x, x)
    with pytest.raises(LayerError, match=f"carries {initial} numbers"):
        layer.output(x, Vector((2, initial + 1)))
    assert layer.bidirectional or count(layer.state(x)) == 2 * initial


@pytest.mark.parametrize(
    ("fields", "x", "message"),
    [
        ({}, Image((1, 8, 4, 4)), "lstm needs a sequence, got an image 8 x 4 x 4"),
        ({"axis": "channels"}, Image((1, 8, 4, 4)), "a state is carried along positions"),
        ({"axis": "depth"}, Image((1, 8, 4, 4)), "an image 8 x 4 x 4 has no depth"),
        (
            {"axis": "width", "sequences": False},
            Image((1, 8, 4, 4)),
            "the last state alone is that of a sequence",
        ),
    ],
)
def test_axes_that_do_not_fit(fields: dict[str, Any], x: Shape, message: str) -> None:
    """Are told by name."""
    with pytest.raises(LayerError, match=message):
        Lstm(units=4, **fields).output(x)
