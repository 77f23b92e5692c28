"""Which positions of its input a layer looks at for each position of its output."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from netcost.integers import ceil_div, gcd
from netcost.record import Record
from netcost.shapes import Shape

MOST_PHASES = 256
"""Different ways in which positions of one axis look at their input, at most; beyond, it is not told."""


class Look(Record):
    """One axis: position `q * m + r` of the output sees positions `step * m + first[r]` to `step * m + last[r]`.

    There are q entries in `first` and `last`, one but for layers that make an axis longer. Positions before 0 are
    padding. Where `first` is behind `last`, nothing is seen.
    """

    step: int
    first: tuple[int, ...]
    last: tuple[int, ...]
    taps: int = 1
    """Positions that a window takes in, for those that slide one."""

    dilation: int = 1
    """The distance between them."""


Sight: TypeAlias = tuple[Look, ...] | Literal["same", "whole"] | None
"""A look for each axis that has positions, the same position, the whole input; None if it is not known."""

STRAIGHT = Look(1, (0,), (0,))


def every(looks: Iterable[Look | None]) -> Sight:
    """A look for each axis; none if that of one axis is not told."""
    found = tuple(looks)
    return None if None in found else found  # type: ignore[return-value]


def along(shape: Shape, axis: int, look: Look) -> Sight:
    """A look along one axis of a shape; the others are as they were."""
    places = [place for place in range(1, len(shape)) if place != range(len(shape))[shape.channel_axis]]
    return "same" if axis not in places else tuple(look if place == axis else STRAIGHT for place in places)


def shifted(by: int, step: int = 1) -> Look:
    """The position as many places further on, of every so many."""
    return Look(step, (by,), (by,))


def window(kernel: int, stride: int, before: int, dilation: int = 1) -> Look:
    """A window of taps at a distance, so many places apart, the first one so far in the padding."""
    return Look(stride, (-before,), (dilation * (kernel - 1) - before,), kernel, dilation)


def spread_window(kernel: int, stride: int, before: int, dilation: int = 1) -> Look:
    """What a transposed window is spread from: input i reaches outputs `i * stride - before + dilation * k`."""
    first, last = [], []
    for phase in range(stride):
        places = [phase + before - dilation * tap for tap in range(kernel)]
        seen = [place // stride for place in places if place % stride == 0]
        first.append(min(seen, default=1))
        last.append(max(seen, default=0))
    return Look(1, tuple(first), tuple(last), kernel, dilation)


def partition(side: int, shift: int) -> Look:
    """The window of a length that a position is in; windows begin at a shift."""
    first = tuple((phase - shift) // side * side + shift for phase in range(side))
    return Look(side, first, tuple(place + side - 1 for place in first))


def resampled(length: int, wanted: int, neighbours: int) -> Look | None:
    """The neighbours of a place in the input, 1, 2 or 4 of them; none if there are too many different ones."""
    common = gcd(length, wanted)
    step, phases = length // common, wanted // common
    if phases > MOST_PHASES:
        return None
    if neighbours == 1:
        nearest = tuple(phase * length // wanted for phase in range(phases))
        return Look(step, nearest, nearest)
    first, last = [], []
    for phase in range(phases):
        place, rest = divmod((2 * phase + 1) * length - wanted, 2 * wanted)
        more = neighbours // 2
        first.append(place - more + 1 if rest else place)
        last.append(place + more if rest else place)
    return Look(step, tuple(first), tuple(last))


def binned(length: int, wanted: int) -> Look | None:
    """The bins of adaptive pooling: from floor(i * W / W') up to ceil((i + 1) * W / W')."""
    common = gcd(length, wanted)
    step, phases = length // common, wanted // common
    if phases > MOST_PHASES:
        return None
    first = tuple(phase * length // wanted for phase in range(phases))
    last = tuple(ceil_div((phase + 1) * length, wanted) - 1 for phase in range(phases))
    return Look(step, first, last)
