"""A memory for each place of an image, carried along a film by convolutions."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any, ClassVar

from netcost.layers.layer import Spellings, Weights, declare, field
from netcost.layers.products import Product
from netcost.layers.reads import Sight
from netcost.layers.recurrent import FlagOrSingle, Lstm
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.sliding_window import Window
from netcost.layers.values import Count, Flag
from netcost.shapes import Map, Shape, map_kinds


@declare
class ConvLstm(Window):
    """Carry a state and a memory along the first spatial axis, through gates that are convolutions over the others.

    A film is a volume whose depth is time, a signal that changes an image whose height is. The input is convolved as `pad`
    and `stride` say, the last state with as much padding as keeps its size.

    Shapes: (N, C, T, H, W) -> (N, filters, T, H', W'), without `sequences` (N, filters, H', W'); so of an image (N, C, T, W).
    Counts: 4 * filters * (C + filters) * K * K MACs per position of the output. 17 ops per element: 3 for each gate (the sum,
        the bias, the activation) and 5 for the memory and the state as in an LSTM; one less a gate without bias.
    Errors: an input without time and a further axis; a window larger than its padded input.
    Source: Shi et al., arXiv:1506.04214, without its peepholes; keras.layers.ConvLSTM2D.
    """

    type = "convlstm"
    title = "ConvLSTM"
    primary = "filters"
    sight = "whole"
    spellings: ClassVar[Spellings] = {"convlstm1d": {"rank": 1}, "convlstm2d": {"rank": 2}}

    filters: Count = field(symbol="F", help="number of filters, and of states at each place")
    bias: FlagOrSingle = field(
        default="single", aliases=("use_bias",), help="add a learned number per gate and filter; true for two"
    )
    sequences: Flag = field(
        default=True,
        aliases=("return_sequences",),
        help="put out the state at each time, not only the last",
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
        return self.checked_map(map_kinds()[axes - 1]((x[0] * x.size[0], x.channels, *x.size[1:])))

    def output(self, *inputs: Shape) -> Shape:
        """(N, filters, T, *size'), or (N, filters, *size') for the last state."""
        x = inputs[0]
        frame = self.frame(x)
        sizes = self.sizes(frame)
        if not self.sequences:
            return frame.resized(self.filters, sizes).with_length(0, x[0])
        return type(x)((x[0], self.filters, x.size[0], *sizes))

    def weights(self, x: Map) -> Weights:
        """(4 * filters, C, *kernel) for the input, (4 * filters, filters, *kernel) for the state, biases."""
        frame = self.frame(x)
        rows, kernels = Lstm.gates * self.filters, self.kernels(frame)
        found: dict[str, tuple[int, ...]] = {
            "input_weight": (rows, x.channels, *kernels),
            "state_weight": (rows, self.filters, *kernels),
        }
        if self.bias:
            found["bias"] = (self.biases, rows) if self.biases > 1 else (rows,)
        return found

    def places(self, x: Map) -> int:
        """Positions of the output at all times."""
        frame = self.frame(x)
        return frame[0] * prod(self.sizes(frame))

    def state(self, x: Map) -> Weights:
        """The state and the memory of each place."""
        each = (x[0], self.filters, *self.sizes(self.frame(x)))
        return {"state": each, "memory": each}

    def macs(self, out: Shape, x: Map) -> int:
        """Every filter tap, once for each position."""
        del out
        weights = self.weights(x)
        return self.places(x) * (prod(weights["input_weight"]) + prod(weights["state_weight"]))

    def products(self, out: Shape, x: Map) -> Iterable[Product]:
        """Every filter tap, once for each position; no gradient goes to the zeros before the first time."""
        del out
        weights, places, times = self.weights(x), self.places(x), x.size[0]
        state = places // times * prod(weights["state_weight"])
        yield Product(places * prod(weights["input_weight"]), (0, "input_weight"), "states")
        yield Product(state, ("state_weight",), "states")
        yield Product((times - 1) * state, ("states", "state_weight"))

    def ops(self, out: Shape, x: Map) -> int:
        """Per element: the sum and activation of each gate, its biases, and the new state."""
        del out
        return self.places(x) * self.filters * (Lstm.gates * (2 + self.biases) + Lstm.update_ops)

    def reads(self, out: Any, *inputs: Any) -> Sight:
        """All of it: states come from everywhere before."""
        del out, inputs
        return "whole"

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with kernel, stride and padding for each axis of an image."""
        return super().settings(self.frame(inputs[0]))
