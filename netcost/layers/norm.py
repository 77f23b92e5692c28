"""Normalisations, and the learned scale of a residual branch."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from netcost.layers.kept import INPUT_FOR_WEIGHTS, Held, Kept, Tensors
from netcost.layers.layer import NO_WEIGHTS, RANK, Layer, Spellings, Weights, declare, field
from netcost.layers.operations import LAYER_NORM_OPS, RMS_NORM_OPS
from netcost.layers.reads import Sight
from netcost.layers.refusals import require_divisible, require_embedded, require_map
from netcost.layers.values import Count, Flag
from netcost.shapes import Map, Shape, Vector


class Norm(Layer):
    """A layer that shifts and scales elements and keeps their shape."""

    elementwise = True
    sight: ClassVar[Sight] = "same"

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_embedded(self.type, inputs[0])


@declare
class AffineNorm(Norm):
    """A normalisation, followed by a learned scale and shift per channel."""

    affine: Flag = field(default=True, help="learn a scale and a shift per channel")
    scale: Flag = field(default=True, help="learn the scale")
    bias: Flag = field(default=True, aliases=("center", "shift"), help="learn the shift")

    def weights(self, x: Shape) -> Weights:
        """A scale and a shift per channel, where they are learned."""
        learned = {"weight": self.scale, "bias": self.bias}
        return {name: (x.channels,) for name in learned if self.affine and learned[name]}

    def ops(self, out: Shape, x: Shape) -> int:
        """Eight operations per element."""
        del x
        return LAYER_NORM_OPS * prod(out)


@declare
class RunningNorm(AffineNorm):
    """A normalisation of each channel that may keep the mean and the variance of all batches seen."""

    running: Flag
    rank: Count | None = RANK

    def buffers(self, x: Shape) -> Weights:
        """The running mean and variance of each channel, and PyTorch's count of the batches, which Keras has not."""
        if not self.running:
            return NO_WEIGHTS
        return {"running_mean": (x.channels,), "running_var": (x.channels,), "num_batches_tracked": ()}

    def ops(self, out: Shape, x: Shape) -> int:
        """Two operations per element where the statistics are constants, else eight."""
        return 2 * prod(out) if self.running else super().ops(out, x)

    def reads(self, out: Shape, x: Shape) -> Sight:
        """The same position where the statistics are constants, else all."""
        del out, x
        return "same" if self.running else "whole"


@declare
class BatchNorm(RunningNorm):
    """Normalise each channel by the mean and variance that training has seen, then scale and shift it.

    Shapes: any -> the same.
    Counts: 2 ops per element: at inference the statistics are constants and it is one product and one sum; 8 as layer
        norm where none are kept. The running statistics are buffers, not parameters: 2 * C and, as PyTorch has it, one
        count of the batches; Keras has 2 * C. Fixed scales and shifts are buffers too, without that count.
    Source: Ioffe & Szegedy, arXiv:1502.03167; torch.nn.BatchNorm2d; keras.layers.BatchNormalization;
        torchvision.ops.FrozenBatchNorm2d.
    """

    type = "batchnorm"
    title = "BatchNorm"
    spellings: ClassVar[Spellings] = {
        "bn": {},
        "batchnorm1d": {"rank": 1},
        "batchnorm2d": {"rank": 2},
        "batchnorm3d": {"rank": 3},
        "frozenbatchnorm2d": {"rank": 2, "learned": False},
    }

    running: Flag = field(
        default=True, aliases=("track_running_stats",), help="keep mean and variance of the batches seen"
    )
    learned: Flag = field(default=True, help="false for a fixed scale and shift, as detectors have: buffers")
    counted: Flag = field(
        default=True, shown=False, help="count the batches seen, as PyTorch does; Keras does not"
    )

    def weights(self, x: Shape) -> Weights:
        """A scale and a shift per channel, where they are learned."""
        return super().weights(x) if self.learned else NO_WEIGHTS

    def buffers(self, x: Shape) -> Weights:
        """The running mean and variance of each channel, and PyTorch's count of the batches, which Keras has not.

        Fixed scales and shifts come with the statistics, and no batches are counted then.
        """
        kept = super().buffers(x)
        if self.learned and self.counted:
            return kept
        statistics = {name: shape for name, shape in kept.items() if shape}
        return statistics if self.learned else {**super().weights(x), **statistics}

    @property
    def folds_away(self) -> bool:
        """True if its statistics are constants at inference."""
        return self.running

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape; a vector counts as a signal of length 1."""
        x = super().output(*inputs)
        is_vector_of_1d = isinstance(x, Vector) and self.rank == 1
        return x if self.rank is None or is_vector_of_1d else require_map(self.type, x, rank=self.rank)

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and the mean and deviation of each channel in this batch, in float32."""
        del out
        return Kept(inputs=(0,), more={"statistics": Held((2, x.channels), "float32")})


@declare
class InstanceNorm(RunningNorm):
    """Normalise each channel of each sample by its own mean and variance.

    Shapes: (N, C, *size) -> the same.
    Counts: 8 ops per element, as layer norm; 2 as batch norm where running statistics are kept.
    Errors: an input without spatial axes.
    Source: Ulyanov et al., arXiv:1607.08022; torch.nn.InstanceNorm2d.
    """

    type = "instancenorm"
    title = "InstanceNorm"
    spellings: ClassVar[Spellings] = {
        "instancenorm1d": {"rank": 1},
        "instancenorm2d": {"rank": 2},
        "instancenorm3d": {"rank": 3},
    }

    affine: Flag = field(default=False, help="learn a scale and a shift per channel")
    running: Flag = field(
        default=False, aliases=("track_running_stats",), help="keep mean and variance of the batches seen"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_map(self.type, inputs[0], rank=self.rank)

    def kept(self, out: Map, x: Map) -> Kept:
        """The input, and the mean and deviation of each channel of each sample, in float32."""
        del out
        return Kept(inputs=(0,), more={"statistics": Held((2, x[0], x.channels), "float32")})


@declare
class GroupNorm(AffineNorm):
    """Normalise groups of channels of each sample by their own mean and variance.

    Shapes: any -> the same.
    Counts: 8 ops per element, as layer norm.
    Errors: groups that do not divide the channels.
    Source: Wu & He, arXiv:1803.08494; torch.nn.GroupNorm.
    """

    type = "groupnorm"
    title = "GroupNorm"
    sight = "whole"
    primary = "groups"
    spellings: ClassVar[Spellings] = {"gn": {}}

    groups: Count = field(symbol="G", aliases=("num_groups",), help="groups of channels", example="32")

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        x = super().output(*inputs)
        require_divisible("channels", x.channels, "groups", self.groups, field="groups")
        return x

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and the mean and deviation of each group of each sample, in float32."""
        del out
        return Kept(inputs=(0,), more={"statistics": Held((2, x[0], self.groups), "float32")})


@declare
class LayerNorm(AffineNorm):
    """Normalise the features at each position by their own mean and variance.

    Shapes: any -> the same; of a signal, an image or a volume the channels are normalised.
    Counts: 8 ops per element: the sum for the mean, the distance from it, its square, the sum for the variance,
        the division, the scale, the shift, and one for what is done once per position.
    Source: Ba et al., arXiv:1607.06450; torch.nn.LayerNorm over the channels.
    """

    type = "layernorm"
    title = "LayerNorm"
    spellings: ClassVar[Spellings] = {"ln": {}}

    affine: Flag = field(
        default=True, aliases=("elementwise_affine",), help="learn a scale and a shift per channel"
    )

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, and the mean and deviation of each position, in float32."""
        del out
        return Kept(inputs=(0,), more={"statistics": Held((2, *x.with_channels(1)), "float32")})


@declare
class RMSNorm(Norm):
    """Divide the features at each position by their root mean square, then scale each channel.

    Shapes: any -> the same.
    Counts: 5 ops per element: the square, the sum for the mean, the division, the scale, and one for what is
        done once per position.
    Source: Zhang & Sennrich, arXiv:1910.07467; torch.nn.RMSNorm over the channels.
    """

    type = "rmsnorm"
    title = "RMSNorm"

    scale: Flag = field(
        default=True, aliases=("elementwise_affine", "affine"), help="learn a scale per channel"
    )

    def weights(self, x: Shape) -> Weights:
        """A scale per channel, where it is learned."""
        return {"weight": (x.channels,)} if self.scale else NO_WEIGHTS

    def ops(self, out: Shape, x: Shape) -> int:
        """Five operations per element."""
        del x
        return RMS_NORM_OPS * prod(out)

    def kept(self, out: Shape, x: Shape) -> Kept:
        """The input, the root mean square at each position in float32, and the normalised input."""
        del out
        more = {"statistics": Held(x.with_channels(1), "float32"), "normalised": Held(x)}
        return Kept(inputs=(0,), more=more)


@declare
class LocalResponseNorm(Norm):
    """Divide each element by a power of the squares of its neighbours in the channels before and after.

    Shapes: (N, C, *size) -> the same.
    Counts: 2 * size + 3 ops per element: a square and a sum per neighbour, the factor and the constant added
        to them, and the division by their power.
    Errors: an input without spatial axes.
    Source: Krizhevsky et al., NIPS 2012, section 3.3; torch.nn.LocalResponseNorm.
    """

    type = "lrn"
    title = "LocalResponseNorm"
    primary = "size"

    size: Count = field(default=5, shown=True, help="number of neighbouring channels")

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        return require_map(self.type, inputs[0])

    def ops(self, out: Map, x: Map) -> int:
        """A square and a sum per neighbour and three more, per element."""
        del x
        return prod(out) * (2 * self.size + 3)

    def kept(self, out: Map, x: Map) -> Kept:
        """The input, its squares with the padding of the channels, their sums, and the power of these."""
        del out
        squares = x.with_channels(x.channels + self.size - 1)
        return Kept(inputs=(0,), more={"squares": Held(squares), "sum": Held(x), "power": Held(x)})

    def scratch_backward(self, out: Map, x: Map) -> Tensors:
        """The gradients of the power, of the sums of squares, and of the squares."""
        del out
        return {"power": Held(x), "sum": Held(x), "squares": Held(x)}


class LayerScale(Norm):
    """Multiply each channel by a learned number: the scale of a residual branch.

    Shapes: any -> the same.
    Counts: 1 op per element.
    Source: Touvron et al., arXiv:2103.17239; torchvision's ConvNeXt.
    """

    type = "layerscale"
    title = "LayerScale"
    keeps = INPUT_FOR_WEIGHTS
    spellings: ClassVar[Spellings] = {"layer_scale": {}}

    def weights(self, x: Shape) -> Weights:
        """A scale per channel."""
        return {"weight": (x.channels,)}

    def ops(self, out: Shape, x: Shape) -> int:
        """One operation per element."""
        del x
        return prod(out)

    def scratch_backward(self, out: Shape, x: Shape) -> Tensors:
        """The products of input and gradient, before they are summed for each channel."""
        del x
        return {"product": Held(out)}
