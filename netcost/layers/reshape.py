"""Layers that rearrange the elements of their input; none computes anything.

The plainest stands in `flatten.py`.
"""

from __future__ import annotations

from collections.abc import Sequence as Lengths
from math import prod
from typing import Annotated

from netcost.integers import isqrt
from netcost.layers.kept import NOTHING_KEPT
from netcost.layers.layer import Layer, declare, field
from netcost.layers.reads import Sight
from netcost.layers.refusals import (
    LayerError,
    refuse,
    require_divisible,
    require_embedded,
    require_map,
    require_sequence,
)
from netcost.layers.values import Axes, Count, Integers, OneOf
from netcost.shapes import (
    KINDS,
    Map,
    Sequence,
    Shape,
    Tensor,
    map_kinds,
    usual_kind,
)
from netcost.wording import shown, times

Kind = Annotated[str, OneOf(word for word, kind in KINDS.items() if kind.embedded)]


def of_kind(name: str | None, lengths: Lengths[int], usual: type[Shape]) -> Shape:
    """Make a shape of the kind that is asked for by name, else of the usual one.

    Raises:
        LayerError: a kind with another number of axes.
    """
    kind = KINDS[name] if name else usual
    refuse(
        len(kind.axes) not in {0, len(lengths)},
        lambda: LayerError(
            f"{kind.noun} is {' x '.join(kind.letters)}, the output is {times(lengths[1:], ' x ')}",
            field="kind",
        ),
    )
    return kind(lengths)


@declare
class Reshape(Layer):
    """Give the elements of a sample other axes.

    Shapes: (N, ...) -> (N, *size): a vector, a sequence [T, C], an image [C, H, W] or a volume [C, D, H, W]
        by the number of axes, unless `kind` says otherwise.
    Counts: nothing.
    Errors: another number of elements.
    Source: torch.reshape.
    """

    type = "reshape"
    title = "Reshape"
    view = True
    keeps = NOTHING_KEPT
    primary = "size"

    size: Integers = field(
        help="the axes without the batch; one may be -1, for whatever is left", example="[64, -1]"
    )
    kind: Kind | None = field(default=None, help="what the axes mean; by their number where left out")

    def validate(self) -> None:
        """Refuse lengths below 1, except for one -1."""
        refuse(
            self.size.count(-1) > 1 or any(length < 1 and length != -1 for length in self.size),
            lambda: LayerError(
                f"size is {shown(self.size)}, lengths are at least 1",
                field="size",
                hint="one of them may be -1, for whatever is left",
            ),
        )

    def output(self, *inputs: Shape) -> Shape:
        """(N, *size)."""
        x = require_embedded(self.type, inputs[0])
        elements, known = prod(x[1:]), prod(length for length in self.size if length != -1)
        is_open = -1 in self.size
        refuse(
            elements % known != 0 if is_open else elements != known,
            lambda: LayerError(
                f"{x.described} has {elements} elements, {shown(self.size)} has "
                f"{f'a multiple of {known}' if is_open else known}",
                field="size",
            ),
        )
        lengths = [elements // known if length == -1 else length for length in self.size]
        return of_kind(self.kind, [x[0], *lengths], usual_kind(len(lengths)))

    def label(self, *inputs: Shape) -> str:
        """`Reshape (8 x 4 x 4)`."""
        return f"{self.title} ({self.output(*inputs)})"


@declare
class Permute(Layer):
    """Put the axes of a sample in another order.

    Shapes: (N, ...) -> (N, ...) with axis order[0] of the input first. The output is of the input's kind where the
        channels of a map stay in front, and for sequences; else a tensor, whose last axis holds the features.
    Counts: nothing.
    Errors: an order that does not name each axis once.
    Source: torch.permute.
    """

    type = "permute"
    title = "Permute"
    view = True
    keeps = NOTHING_KEPT
    primary = "order"

    order: Integers = field(
        help="the input's axes in their new order, from 1; the batch, axis 0, stays in front",
        example="[2, 1]",
    )
    kind: Kind | None = field(default=None, help="what the axes mean; by the input where left out")

    def output(self, *inputs: Shape) -> Shape:
        """(N, ...), the other axes in their new order."""
        x = require_embedded(self.type, inputs[0])
        refuse(
            sorted(self.order) != list(range(1, len(x))),
            lambda: LayerError(
                f"order is {shown(self.order)}, {x.described} has axes 1 to {len(x) - 1}",
                field="order",
                hint="each axis once; the batch, axis 0, stays in front and is left out",
            ),
        )
        keeps_kind = not isinstance(x, Map) or self.order[0] == 1
        return of_kind(
            self.kind, [x[0], *(x[axis] for axis in self.order)], type(x) if keeps_kind else Tensor
        )

    def reads(self, out: Shape, x: Shape) -> Sight:
        """The same position where the channels alone change places; else that is no longer told."""
        channels = range(len(x))[x.channel_axis]
        others = [axis for axis in self.order if axis != channels]
        stay = others == sorted(others) and self.order[range(len(out))[out.channel_axis] - 1] == channels
        return "same" if stay else None

    def label(self, *inputs: Shape) -> str:
        """`Permute (2, 3, 1)`."""
        del inputs
        return f"{self.title} ({', '.join(map(str, self.order))})"


class ToTokens(Layer):
    """Make each position of a map a token.

    Shapes: (N, C, *size) -> (N, prod(size), C).
    Counts: nothing.
    Errors: an input without spatial axes.
    Source: Dosovitskiy et al., arXiv:2010.11929, section 3.1.
    """

    type = "to_tokens"
    title = "ToTokens"
    view = True
    keeps = NOTHING_KEPT

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, C)."""
        x = require_map(self.type, inputs[0])
        return Sequence((x[0], prod(x.size), x.channels))

    def reads(self, out: Shape, x: Shape) -> Sight:
        """The same position of a signal; of more axes than one, that is no longer told."""
        return "same" if len(out) == len(x) else None


@declare
class ToMap(Layer):
    """Lay tokens out on a map.

    Shapes: (N, T, C) -> (N, C, *size): a signal, an image or a volume by the number of sizes; a square image where
        no size is given.
    Counts: nothing.
    Errors: a size that does not have T positions.
    Source: the inverse of `to_tokens`.
    """

    type = "to_map"
    title = "ToMap"
    view = True
    keeps = NOTHING_KEPT
    primary = "size"

    size: Axes | None = field(
        default=None,
        example="[8, 8]",
        help="size of the map, one number for a square; found from the tokens where left out",
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, C, *size)."""
        x = require_sequence(self.type, inputs[0])
        n, tokens, channels = x
        size = self.sizes(tokens)
        refuse(
            prod(size) != tokens,
            lambda: LayerError(
                f"{times(size, ' x ')} has {prod(size)} positions, {x.described} has {tokens} tokens",
                field="size",
                hint=f"write `size: [H, W]`, or `size: [{tokens}]` for a signal",
            ),
        )
        kinds = map_kinds()
        refuse(
            len(size) not in kinds,
            lambda: LayerError(
                f"size has {len(size)} values, a map has {min(kinds)} to {max(kinds)} spatial axes",
                field="size",
            ),
        )
        return kinds[len(size)]((n, channels, *size))

    def sizes(self, tokens: int) -> tuple[int, ...]:
        """The map's size as asked for, or the square that comes closest to the tokens."""
        size = isqrt(tokens) if self.size is None else self.size
        return size if isinstance(size, tuple) else (size, size)

    def reads(self, out: Shape, x: Shape) -> Sight:
        """The same position of a signal; of more axes than one, that is no longer told."""
        return "same" if len(out) == len(x) else None


@declare
class ChannelShuffle(Layer):
    """Deal the channels of each group out to all groups.

    Shapes: (N, C, *size) -> the same.
    Counts: nothing.
    Errors: groups that do not divide the channels.
    Source: Zhang et al., arXiv:1707.01083; torch.nn.ChannelShuffle.
    """

    type = "channelshuffle"
    title = "ChannelShuffle"
    keeps = NOTHING_KEPT
    sight = "same"
    primary = "groups"

    groups: Count = field(symbol="G", help="groups of channels", example="4")

    def output(self, *inputs: Shape) -> Shape:
        """The input's shape."""
        x = require_map(self.type, inputs[0])
        require_divisible("channels", x.channels, "groups", self.groups, field="groups")
        return x
