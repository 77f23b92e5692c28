"""How a layer keeps its weight: learned as it is, in another form that is turned into it at each pass, or fixed."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Annotated, Any, ClassVar

from netcost.layers.kept import INPUT_FOR_WEIGHTS, NOTHING_KEPT, Held, Kept
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights, declare, field
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.values import FLAG, Either, Flag, OneOf, Whole
from netcost.wording import listed

MagnitudeAxis = Annotated[
    int | bool | str,
    Either(
        FLAG,
        Whole("an axis of the weight from 0", example="2", least=0),
        OneOf(["all"]),
    ),
]


@declare
class WeightedLayer(Layer):
    """A layer with one large weight and a bias.

    A weight norm learns direction and magnitude apart and computes `g * v / ||v||`; a spectral norm divides the
    weight by its largest singular value, `u (W v)`, whose vectors are buffers. Both do so once a pass, whatever the
    batch.

    Source: Salimans & Kingma, arXiv:1602.07868; Miyato et al., arXiv:1802.05957; torch.nn.utils.parametrizations.
    """

    followable = True
    apart = ("weight_g",)

    row_axis: ClassVar[int] = 0
    """The axis of PyTorch's weight with the rows of the matrix that a spectral norm sees in it."""

    transposed: ClassVar[bool] = False
    """True if the axes of the weight stand in the opposite order of PyTorch's."""

    bias: bool

    weight_norm: MagnitudeAxis = field(
        default=False,
        help="learn the weight's direction, and its magnitude for each position of an axis of PyTorch's weight: "
        "true is axis 0, all one for the whole; 3 ops per weight, 2 per magnitude",
    )
    spectral_norm: Flag = field(
        default=False, help="divide the weight by its largest singular value; 3 ops per weight, 2 per row"
    )
    learned: Flag = field(
        default=True, help="false for a fixed weight, as of blur pooling: a buffer, and no bias"
    )

    def validate(self) -> None:
        """Refuse a weight that is kept in two ways."""
        if self.learned and not (self.spectral_norm and self.has_magnitude):
            return
        kept = list(self._kept_as())
        refuse(
            len(kept) > 1,
            lambda: LayerError(
                f"{listed(kept)} do not go together",
                field=kept[-1].partition(":")[0],
                hint="a weight is kept in one way",
            ),
        )

    def _kept_as(self) -> Iterator[str]:
        """What is said of how the weight is kept."""
        if self.has_magnitude:
            yield "weight_norm"
        if self.spectral_norm:
            yield "spectral_norm"
        if not self.learned:
            yield "learned: false"

    def kept(self, out: Any, x: Any) -> Kept | None:
        """The input, for the gradient of the weight, and the weight itself where it is made of something else."""
        del out
        weight = self.weight_shape(x)
        if self.has_magnitude:
            more = {"weight": Held(weight), "norms": Held(self.magnitudes(weight))}
        elif self.spectral_norm:
            vectors = {name: Held(shape) for name, shape in self.buffers(x).items()}
            more = {"weight": Held(weight), "singular_value": Held(()), **vectors}
        else:
            return INPUT_FOR_WEIGHTS if self.learned else NOTHING_KEPT
        return Kept(inputs=(0,), more=more)

    def weight_shape(self, x: Any) -> tuple[int, ...]:
        """Axes of the weight as it is used."""
        raise NotImplementedError

    def bias_length(self, x: Any) -> int:
        """Length of the bias."""
        raise NotImplementedError

    @property
    def has_bias(self) -> bool:
        """True if a bias is added; a fixed weight has none."""
        return self.bias and self.learned

    @property
    def has_magnitude(self) -> bool:
        """True if magnitude and direction are learned apart."""
        return self.weight_norm is not False

    @property
    def further_rules(self) -> tuple[str, ...]:
        """What is done to the weight, where anything is."""
        return ("weight_ops",) if self.has_magnitude or self.spectral_norm else ()

    @property
    def takes_in(self) -> bool:
        """True if the weight is learned as it is used."""
        return super().takes_in and self.learned and not self.has_magnitude and not self.spectral_norm

    def weights(self, *inputs: Any) -> Weights:
        """The weight, or its magnitudes and its directions, and the bias."""
        if not self.learned:
            return NO_WEIGHTS
        x = inputs[0]
        weight = self.weight_shape(x)
        found = {"weight": weight}
        if self.has_magnitude:
            found = {"weight_g": self.magnitudes(weight), "weight_v": weight}
        if self.bias:
            found["bias"] = (self.bias_length(x),)
        return found

    def buffers(self, *inputs: Any) -> Weights:
        """The weight where it is fixed; the vectors of the largest singular value where it is divided by that."""
        if self.learned and not self.spectral_norm:
            return NO_WEIGHTS
        weight = self.weight_shape(inputs[0])
        if not self.learned:
            return {"weight": weight}
        rows = self.rows(weight)
        return {"weight_u": (rows,), "weight_v": (prod(weight) // rows,)}

    def ops(self, out: Any, *inputs: Any) -> int:
        """One addition per output element for the bias."""
        added = prod(out) if self.has_bias else 0
        return added + self.weight_ops(self.weight_shape(inputs[0])) if self.further_rules else added

    def weight_ops(self, weight: tuple[int, ...]) -> int:
        """Three operations per weight and two per magnitude or row, once a pass, whatever the batch."""
        if self.has_magnitude:
            return 3 * prod(weight) + 2 * prod(self.magnitudes(weight))
        return 3 * prod(weight) + 2 * self.rows(weight) if self.spectral_norm else 0

    @property
    def magnitude_axis(self) -> int | None:
        """The axis of PyTorch's weight with a magnitude for each position; None for one magnitude in all."""
        return None if self.weight_norm == "all" else int(self.weight_norm is not True and self.weight_norm)

    def require_axis(self, x: Any) -> None:
        """Refuse magnitudes along an axis that the weight has not.

        Raises:
            LayerError: it has fewer axes.
        """
        axis = self.magnitude_axis
        if not axis:
            return
        axes = len(self.weight_shape(x))
        refuse(
            axis >= axes,
            lambda: LayerError(
                f"weight_norm is {axis}, the weight has {axes} axes",
                field="weight_norm",
                hint=f"from 0 to {axes - 1}",
            ),
        )

    def magnitudes(self, weight: tuple[int, ...]) -> tuple[int, ...]:
        """One for each position of an axis, or one for the whole weight."""
        if self.magnitude_axis is None:
            return ()
        own = self._own(weight, self.magnitude_axis)
        return tuple(length if axis == own else 1 for axis, length in enumerate(weight))

    def rows(self, weight: tuple[int, ...]) -> int:
        """Rows of the weight as a matrix."""
        return weight[self._own(weight, self.row_axis)]

    def _own(self, weight: tuple[int, ...], axis: int) -> int:
        """The place of an axis of PyTorch's weight."""
        return len(weight) - 1 - axis if self.transposed else axis
