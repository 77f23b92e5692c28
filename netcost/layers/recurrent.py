"""Recurrent layers: plain, with a long short-term memory, with gated units."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar

from netcost.layers.kept import Held, Kept
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.refusals import require_sequence
from netcost.layers.values import Count, Either, Flag, OneOf
from netcost.shapes import Sequence, Shape, Vector

FlagOrSingle = Annotated[bool | str, Either(Flag.__metadata__[0], OneOf(["single"]))]


@declare
class Recurrent(Layer):
    """A state that is carried along a sequence, through gates that see the input and the last state."""

    sight = "whole"

    primary = "units"
    rows_first = True

    gates: ClassVar[int]
    """Products of input and state with a weight, per layer."""

    update_ops: ClassVar[int]
    """Operations per unit that make the new state out of the gates."""

    kept_per_unit: ClassVar[int] = 7
    """Numbers that a step keeps for the backward pass, per unit."""

    kept_at_start: ClassVar[int] = 0
    """Steps for which as many are kept before the first."""

    units: Count = field(symbol="H", aliases=("hidden_size",), help="width of the state")
    layers: Count = field(
        default=1, symbol="L", aliases=("num_layers",), help="layers, one on top of the other"
    )
    bidirectional: Flag = field(
        default=False, help="run a second state from the end to the start, in each layer"
    )
    bias: FlagOrSingle = field(
        default=True,
        aliases=("use_bias",),
        help="add two learned numbers per gate and unit, as PyTorch does, or a single one, as Keras does",
    )
    sequences: Flag = field(
        default=True,
        aliases=("return_sequences",),
        help="put out the state at each position, not only the last",
    )

    @property
    def biases(self) -> int:
        """Learned numbers that are added per gate and unit."""
        return 1 if self.bias == "single" else 2 if self.bias else 0

    @property
    def directions(self) -> int:
        """2 if the sequence is read both ways."""
        return 2 if self.bidirectional else 1

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, H) or, for the last state alone, (N, H); 2H where both directions are read."""
        x = require_sequence(self.type, inputs[0])
        width = self.directions * self.units
        return x.with_channels(width) if self.sequences else Vector((x[0], width))

    def weights(self, x: Sequence) -> Weights:
        """A row per gate and unit: of the input, of the state below, of the last state, of the biases."""
        rows = self.gates * self.units
        found = {"input_weight": self.stacked(1, rows, x.channels)}
        if self.layers > 1:
            below = self.directions * self.units
            found["deeper_weight"] = self.stacked(self.layers - 1, rows, below)
        found["state_weight"] = self.stacked(self.layers, rows, self.units)
        if self.bias:
            found["bias"] = self.stacked(self.layers, *((2,) if self.biases > 1 else ()), rows)
        return found

    def stacked(self, layers: int, *shape: int) -> tuple[int, ...]:
        """The shape of one weight for all layers and directions; a stack of one is left out."""
        return (*(length for length in (layers, self.directions) if length > 1), *shape)

    def macs(self, out: Shape, x: Sequence) -> int:
        """Every weight but the biases, once for each position."""
        del out
        matrices = [shape for name, shape in self.weights(x).items() if name != "bias"]
        return prod(x[:-1]) * sum(prod(shape) for shape in matrices)

    def ops(self, out: Shape, x: Sequence) -> int:
        """Per position and unit: the sum and activation of each gate, its biases, and the new state."""
        del out
        per_unit = self.gates * (2 + self.biases) + self.update_ops
        return prod(x[:-1]) * (self.layers * self.directions * self.units) * per_unit

    def kept(self, out: Shape, x: Sequence) -> Kept:
        """The input of each layer, once a direction, and what each step keeps, as PyTorch's own cells do."""
        del out
        steps = (x[0], x[1] + self.kept_at_start, self.kept_per_unit * self.units)
        more = {"steps": Held((self.layers, self.directions, *steps))}
        if self.layers > 1:
            below = self.directions * self.units
            more["deeper"] = Held((self.layers - 1, self.directions, *x[:-1], below))
        return Kept(inputs=(0,), more=more)


@declare
class Rnn(Recurrent):
    """Carry a state along a sequence: one activated sum of the input and the last state.

    Shapes: (N, T, C) -> (N, T, H); (N, H) with `sequences: false`; 2H where bidirectional.
    Counts: H * (C + H) MACs per position, layer and direction. 4 ops per unit: the sum, two biases, the
        activation; 2 without the biases.
    Errors: an input that is not a sequence.
    Source: Elman, Cognitive Science 14, 1990; torch.nn.RNN.
    """

    type = "rnn"
    title = "RNN"
    gates = 1
    kept_per_unit = 1
    kept_at_start = 1
    update_ops = 0


@declare
class Lstm(Recurrent):
    """Carry a state and a memory along a sequence, through an input, a forget, a cell and an output gate.

    Shapes: (N, T, C) -> (N, T, H); (N, H) with `sequences: false`; 2H where bidirectional.
    Counts: 4 * H * (C + H) MACs per position, layer and direction. 21 ops per unit: 4 for each gate (the
        sum, two biases, the activation) and 5 for the memory f * c + i * g and the state o * tanh(c);
        13 without the biases, and one less a gate with a single bias.
    Errors: an input that is not a sequence.
    Source: Hochreiter & Schmidhuber, Neural Computation 9, 1997; torch.nn.LSTM.
    """

    type = "lstm"
    title = "LSTM"
    gates = 4
    update_ops = 5


@declare
class Gru(Recurrent):
    """Carry a state along a sequence, through a reset, an update and a candidate gate.

    Shapes: (N, T, C) -> (N, T, H); (N, H) with `sequences: false`; 2H where bidirectional.
    Counts: 3 * H * (C + H) MACs per position, layer and direction. 17 ops per unit: 4 for each gate (the
        sum, two biases, the activation), 1 for the reset, 4 for the state (1 - z) * n + z * h;
        11 without the biases, and one less a gate with a single bias.
    Errors: an input that is not a sequence.
    Source: Cho et al., arXiv:1406.1078; torch.nn.GRU.
    """

    type = "gru"
    title = "GRU"
    gates = 3
    update_ops = 5
