"""Recurrent layers: plain, with a long short-term memory, with gated units."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Annotated, ClassVar

from netcost.layers.kept import Held, Kept
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights, declare, field
from netcost.layers.products import Factor, Product
from netcost.layers.refusals import LayerError, axis_of, refuse, require_sequence
from netcost.layers.values import FLAG, AxisName, Count, Either, Flag, Index, OneOf
from netcost.shapes import Map, Sequence, Shape, Tensor, Vector

PEEPHOLES = 3
"""Gates that see the memory: the input's, the forgetting one, the output's."""

FlagOrSingle = Annotated[bool | str, Either(FLAG, OneOf(["single"]))]


@declare
class Recurrent(Layer):
    """A state that is carried along a sequence, through gates that see the input and the last state.

    It starts from zeros, or from what `initial` names: a vector with the states of all layers and directions.
    """

    sight = "whole"
    arity = (1, 2)
    named_inputs = ("initial",)
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
    axis: AxisName | None = field(
        default=None, help="the axis of a map along which the state is carried, for each place of the others"
    )

    @property
    def biases(self) -> int:
        """Learned numbers that are added per gate and unit."""
        return 1 if self.bias == "single" else 2 if self.bias else 0

    @property
    def directions(self) -> int:
        """2 if the sequence is read both ways."""
        return 2 if self.bidirectional else 1

    @property
    def width(self) -> int:
        """Width of the state that goes on."""
        return self.units

    @property
    def carried(self) -> int:
        """Numbers that are carried on from one position to the next."""
        return self.layers * self.directions * self.width

    def run(self, x: Shape) -> Sequence:
        """The sequences along which the state is carried: (N, T, C), with all other axes among the samples.

        Raises:
            LayerError: there is no such axis.
        """
        length = 0 if self.axis is None else x[axis_of(x, self.axis)]
        refuse(
            self.axis == "channels",
            lambda: LayerError("a state is carried along positions", field="axis", hint="a spatial axis"),
        )
        if isinstance(x, Map) and self.axis is not None:
            return Sequence((x[0] * (prod(x.size) // length), length, x.channels))
        if isinstance(x, Tensor) and len(x) > 2:  # noqa: PLR2004
            *leading, length, channels = x
            return Sequence((prod(leading), length, channels))
        return require_sequence(self.type, x)

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, H) or, for the last state alone, (N, H); 2H where both directions are read."""
        x = inputs[0]
        run = self.run(x)
        for initial in inputs[1:]:
            self.check_initial(run, initial)
        width = self.directions * self.width
        if self.sequences:
            return x.with_channels(width)
        refuse(
            not isinstance(x, Sequence),
            lambda: LayerError(
                "the last state alone is that of a sequence", field="sequences", hint="`select` one position"
            ),
        )
        return Vector((run[0], width))

    def check_initial(self, run: Sequence, initial: Shape) -> None:
        """Refuse an initial state of another width or batch; an LSTM's may come without its memory."""
        states = self.layers * self.directions * self.width
        width = initial.channels
        refuse(
            not isinstance(initial, Vector)
            or (initial[0] != run[0]) | ((width != self.carried) & (width != states)),
            lambda: LayerError(
                f"the initial state is {initial.described}, {self.type} carries {self.carried} numbers",
                hint="a vector with the states of all layers and directions",
            ),
        )

    def weights(self, x: Shape, *initial: Shape) -> Weights:
        """A row per gate and unit: of the input, of the state below, of the last state, of the biases."""
        del initial
        rows = self.gates * self.units
        found = {"input_weight": self.stacked(1, rows, self.run(x).channels)}
        if self.layers > 1:
            below = self.directions * self.width
            found["deeper_weight"] = self.stacked(self.layers - 1, rows, below)
        found["state_weight"] = self.stacked(self.layers, rows, self.width)
        if self.bias:
            found["bias"] = self.stacked(self.layers, *((2,) if self.biases > 1 else ()), rows)
        return found

    def stacked(self, layers: int, *shape: int) -> tuple[int, ...]:
        """The shape of one weight for all layers and directions; a stack of one is left out."""
        return (*(length for length in (layers, self.directions) if length > 1), *shape)

    def state(self, x: Shape, *initial: Shape) -> Weights:
        """What is carried from one position to the next; nothing where a sequence is read both ways."""
        del initial
        return NO_WEIGHTS if self.bidirectional else {"state": (self.run(x)[0], self.carried)}

    def macs(self, out: Shape, x: Shape, *initial: Shape) -> int:
        """Every matrix, once for each position."""
        del out, initial
        matrices = [shape for name, shape in self.weights(x).items() if name.endswith("weight")]
        return prod(self.run(x)[:-1]) * sum(prod(shape) for shape in matrices)

    def products(self, out: Shape, *inputs: Shape) -> Iterable[Product]:
        """Every matrix, once for each position; the state before the first has a gradient only where it is an input."""
        del out
        samples, positions, _ = self.run(inputs[0])
        sizes = {name: samples * prod(shape) for name, shape in self.weights(*inputs).items()}
        first: tuple[Factor, ...] = (1,) if len(inputs) > 1 else ()
        yield Product(positions * sizes["input_weight"], (0, "input_weight"), "states")
        yield Product(sizes["state_weight"], (*first, "state_weight"), "states")
        yield Product((positions - 1) * sizes["state_weight"], ("states", "state_weight"), "states")
        for name in ("deeper_weight", "projection_weight"):
            if name in sizes:
                yield Product(positions * sizes[name], ("states", name))

    def ops(self, out: Shape, x: Shape, *initial: Shape) -> int:
        """Per position and unit: the sum and activation of each gate, its biases, and the new state."""
        del out, initial
        per_unit = self.gates * (2 + self.biases) + self.update_ops
        return prod(self.run(x)[:-1]) * (self.layers * self.directions * self.units) * per_unit

    def kept(self, out: Shape, *inputs: Shape) -> Kept | None:
        """The input of each layer, once a direction, and what each step keeps, as PyTorch's own cells do."""
        del out
        x = self.run(inputs[0])
        if len(inputs) > 1:
            return None
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
        13 without the biases, and one less a gate with a single bias; 6 more with peepholes. A projection has P * H
        MACs more, and its gates see P numbers of the last state.
    Errors: an input that is not a sequence; an initial state of another width.
    Source: Hochreiter & Schmidhuber, Neural Computation 9, 1997; torch.nn.LSTM; Gers et al., JMLR 3, 2002, for peepholes;
        Sak et al., arXiv:1402.1128, for the projection.
    """

    type = "lstm"
    title = "LSTM"
    gates = 4
    update_ops = 5

    peephole: Flag = field(
        default=False, help="let the input, forget and output gates see the memory, through a vector each"
    )
    projection: Index = field(
        default=0, symbol="P", aliases=("proj_size",), help="width of the state that goes on; 0 for all units"
    )

    @property
    def width(self) -> int:
        """Width of the state that goes on."""
        return self.projection or self.units

    @property
    def carried(self) -> int:
        """The states and the memories."""
        return self.layers * self.directions * (self.width + self.units)

    def weights(self, x: Shape, *initial: Shape) -> Weights:
        """And three vectors through which gates see the memory, a matrix from the units to the state that goes on."""
        found = dict(super().weights(x, *initial))
        if self.peephole:
            found["peephole"] = self.stacked(self.layers, PEEPHOLES, self.units)
        if self.projection:
            found["projection_weight"] = self.stacked(self.layers, self.projection, self.units)
        return found

    def ops(self, out: Shape, x: Shape, *initial: Shape) -> int:
        """Per position and unit: the sum and activation of each gate, its biases, the new memory and state; peepholes."""
        looks = prod(self.run(x)[:-1]) * (self.layers * self.directions * self.units) * (2 * PEEPHOLES)
        return super().ops(out, x, *initial) + (looks if self.peephole else 0)

    def kept(self, out: Shape, *inputs: Shape) -> Kept | None:
        """As PyTorch's own cells; not known with peepholes or a projection."""
        return None if self.peephole or self.projection else super().kept(out, *inputs)


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
