"""A memory for each place of an image, carried along a film by convolutions."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

from netcost.layers.layer import Spellings, Weights, declare, field
from netcost.layers.products import Factor, Product
from netcost.layers.reads import Sight
from netcost.layers.recurrent import PEEPHOLES, FlagOrSingle, Lstm
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.sliding_window import Window
from netcost.layers.values import Axes, Count, Flag
from netcost.shapes import Map, Shape, map_kinds


@declare
class ConvLstm(Window):
    """Carry a state and a memory along the first spatial axis, through gates that are convolutions over the others.

    A film is a volume whose depth is time, a signal that changes an image whose height is. The input is convolved as `pad`,
    `stride` and `dilation` say, the last state with as much padding as keeps its size. It starts from zeros, or from what
    `initial` names.

    Shapes: (N, C, T, H, W) -> (N, filters, T, H', W'), without `sequences` (N, filters, H', W'); so of an image (N, C, T, W).
        `initial` is (N, filters, H', W'), or (N, 2 * filters, H', W') with the memory behind the state.
    Counts: 4 * filters * (C + filters) * K * K MACs per position of the output. 17 ops per element: 3 for each gate (the sum,
        the bias, the activation) and 5 for the memory and the state as in an LSTM; one less a gate without bias; 6 more with
        peepholes, which learn 3 numbers for each filter and place.
    Errors: an input without time and a further axis; a window larger than its padded input; an initial state of another shape.
    Source: Shi et al., arXiv:1506.04214, with its peepholes; keras.layers.ConvLSTM2D, without.
    """

    type = "convlstm"
    title = "ConvLSTM"
    primary = "filters"
    sight = "whole"
    arity = (1, 2)
    named_inputs = ("initial",)
    spellings: ClassVar[Spellings] = {"convlstm1d": {"rank": 1}, "convlstm2d": {"rank": 2}}

    filters: Count = field(symbol="F", help="number of filters, and of states at each place")
    dilation: Axes = field(
        default=1,
        symbol="R",
        aliases=("dilation_rate",),
        help="distance between the filter's taps on the input",
    )
    bias: FlagOrSingle = field(
        default="single", aliases=("use_bias",), help="add a learned number per gate and filter; true for two"
    )
    sequences: Flag = field(
        default=True,
        aliases=("return_sequences",),
        help="put out the state at each time, not only the last",
    )
    peephole: Flag = field(
        default=False,
        help="let the input, forget and output gates see the memory, through a number a place each",
    )

    @property
    def biases(self) -> int:
        """Learned numbers that are added per gate and filter."""
        return 1 if self.bias == "single" else 2 if self.bias else 0

    def frame(self, x: Shape) -> Map:
        """The input at one time, all times among the samples.

        Raises:
            LayerError: it has no time and a further axis.
        """
        axes = len(x.size)
        refuse(
            axes < 2,  # noqa: PLR2004
            lambda: LayerError(
                f"{self.type} needs time and at least one further axis, got {x.described}",
                hint="a film is a volume, whose depth is time",
            ),
        )
        film = 2 if self.rank is None else self.rank + 1
        refuse(
            self.rank is not None and axes != film,
            lambda: LayerError(
                f"{self.type}{self.rank}d needs {_map_of(film)}, whose first axis is time, got {x.described}",
                field="rank",
                hint=f"`{self.type}` follows the rank of its input",
            ),
        )
        return self.checked_map(map_kinds()[axes - 1]((x[0] * x.size[0], x.channels, *x.size[1:])))

    def output(self, *inputs: Shape) -> Shape:
        """(N, filters, T, *size'), or (N, filters, *size') for the last state."""
        x = inputs[0]
        frame = self.frame(x)
        sizes = self.sizes(frame)
        last = frame.resized(self.filters, sizes).with_length(0, x[0])
        for initial in inputs[1:]:
            self.check_initial(last, initial)
        return type(x)((x[0], self.filters, x.size[0], *sizes)) if self.sequences else last

    def check_initial(self, state: Map, initial: Shape) -> None:
        """Refuse an initial state of another shape; it may come without its memory."""

        def error() -> LayerError:
            return LayerError(
                f"the initial state is {initial.described}, {self.type} carries {state.described}",
                hint=f"{self.filters} channels, or {2 * self.filters} with the memory behind the state",
            )

        refuse(type(initial) is not type(state), error)
        for length, wanted in zip((initial[0], *initial.size), (state[0], *state.size), strict=True):
            refuse(length != wanted, error)
        refuse((initial.channels != self.filters) & (initial.channels != 2 * self.filters), error)

    def weights(self, x: Map, *initial: Map) -> Weights:
        """(4 * filters, C, *kernel) for the input, (4 * filters, filters, *kernel) for the state, biases, peepholes."""
        del initial
        frame = self.frame(x)
        rows, kernels = Lstm.gates * self.filters, self.kernels(frame)
        found: dict[str, tuple[int, ...]] = {
            "input_weight": (rows, x.channels, *kernels),
            "state_weight": (rows, self.filters, *kernels),
        }
        if self.bias:
            found["bias"] = (self.biases, rows) if self.biases > 1 else (rows,)
        if self.peephole:
            found["peephole"] = (PEEPHOLES, self.filters, *self.sizes(frame))
        return found

    def places(self, x: Map) -> int:
        """Positions of the output at all times."""
        frame = self.frame(x)
        return frame[0] * prod(self.sizes(frame))

    def state(self, x: Map, *initial: Map) -> Weights:
        """The state and the memory of each place."""
        del initial
        each = (x[0], self.filters, *self.sizes(self.frame(x)))
        return {"state": each, "memory": each}

    def macs(self, out: Shape, x: Map, *initial: Map) -> int:
        """Every filter tap, once for each position."""
        del out, initial
        weights = self.weights(x)
        return self.places(x) * (prod(weights["input_weight"]) + prod(weights["state_weight"]))

    def products(self, out: Shape, x: Map, *initial: Map) -> Iterable[Product]:
        """Every filter tap, once for each position; the state before the first has a gradient only where it is an input."""
        del out
        weights, places, times = self.weights(x), self.places(x), x.size[0]
        state = places // times * prod(weights["state_weight"])
        yield Product(places * prod(weights["input_weight"]), (0, "input_weight"), "states")
        first: tuple[Factor, ...] = (1,) if initial else ()
        yield Product(state, (*first, "state_weight"), "states")
        yield Product((times - 1) * state, ("states", "state_weight"))

    def ops(self, out: Shape, x: Map, *initial: Map) -> int:
        """Per element: the sum and activation of each gate, its biases and what it sees of the memory, and the new state."""
        del out, initial
        looks = 2 * PEEPHOLES if self.peephole else 0
        return self.places(x) * self.filters * (Lstm.gates * (2 + self.biases) + Lstm.update_ops + looks)

    def reads(self, out: Any, *inputs: Any) -> Sight:
        """All of it: states come from everywhere before."""
        del out, inputs
        return "whole"

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with kernel, stride and padding for each axis of an image."""
        return super().settings(self.frame(inputs[0]))


def _map_of(axes: int) -> str:
    """A map of so many axes, in words, also where there is none."""
    return map_kinds()[axes].noun if axes in map_kinds() else f"a map of {axes:,} axes"
