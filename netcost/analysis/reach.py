"""What one position of a layer's output sees of the network's input: receptive field, stride, padding."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Literal, TypeAlias

from netcost.integers import gcd, identity, maximum, minimum
from netcost.layers.reads import MOST_PHASES, STRAIGHT, Look
from netcost.network import Network, Node
from netcost.record import Record, replace
from netcost.shapes import Vector


class Window(Record, eq=False):
    """A window on the way from the input, and those before it.

    Args:
        taps: positions that it takes in.
        dilation: the distance between them.
        stride: the distance in the input of neighbouring positions that it slides over.
        before: what comes before it.
    """

    taps: int
    dilation: int
    stride: Fraction
    before: Window | None


class Field(Record):
    """What positions of one axis see of the input's axis.

    Args:
        look: the positions seen.
        windows: the windows on the way that make it as large as it is; none where it is larger than by one way.
    """

    look: Look
    windows: Window | None = None
    explained: bool = True

    @property
    def size(self) -> int:
        """The most positions that one position sees, padding not cut off."""
        return maximum(
            *(last - first + 1 for first, last in zip(self.look.first, self.look.last, strict=True))
        )

    @property
    def identity(self) -> Hashable:
        """Equal for fields that are the same."""
        look = self.look
        numbers = map(identity, (look.step, *look.first, *look.last, look.taps, look.dilation))
        return (len(look.first), *numbers, self.windows, self.explained)

    @property
    def stride(self) -> Fraction:
        """How far apart in the input neighbouring positions look; less than 1 where they are closer."""
        return Fraction(self.look.step, len(self.look.first))

    @property
    def padding(self) -> int:
        """How far beyond the input the first position looks."""
        return -min(self.look.first)


View: TypeAlias = tuple[Field, ...] | Literal["whole", "nothing"] | None
"""A field for each axis that has positions, the whole input, or nothing of it; None if it is not known."""


class Reach(Record):
    """What a layer sees of the input.

    Args:
        view: the fields.
        through_gates: factors of a gate on the way see the whole input.
    """

    view: View
    through_gates: bool = False


UNKNOWN_REACH = Reach(None)
NOTHING = Reach("nothing")
"""What a tensor sees that is stored with the weights."""


def reach(network: Network) -> dict[Node, Reach]:
    """What one position of each layer's output sees of the network's input.

    An input that is a vector has no positions: all that comes of it sees the whole. Layers that join tensors take
    in what each sees; tensors whose strides differ do not fit together, and what they see is not known.
    """
    found: dict[Node, Reach] = {}
    for node in network.inputs:
        found[node] = Reach(_of_input(node))
    for node in network.nodes:
        seeing = [found[source] for source in node.inputs if found[source] is not NOTHING]
        found[node] = _of_layer(node, seeing)
    return found


def _of_input(node: Node) -> View:
    if isinstance(node.output, Vector):
        return "whole"
    axes = len(node.output.size) or 1
    return (Field(STRAIGHT),) * axes


def _of_layer(node: Node, before: Sequence[Reach]) -> Reach:
    sight = node.layer.reads(node.output, *node.input_shapes)
    if sight is None:
        return UNKNOWN_REACH
    if not before:
        return NOTHING
    gated = any(each.through_gates for each in before)
    if sight == "whole":
        return Reach("whole" if all(each.view is not None for each in before) else None)
    if sight == "same":
        return _joined(node, before)
    view = before[0].view
    if isinstance(view, tuple) and len(view) == len(sight):
        return Reach(_seen(view, sight), gated)
    return Reach(view if view == "whole" else None, gated)


def _seen(view: tuple[Field, ...], sight: tuple[Look, ...]) -> View:
    axes = list(zip(view, sight, strict=True))
    alike = all(axis == axes[0] for axis in axes)
    fields = [through(*axes[0])] * len(axes) if alike else [through(*axis) for axis in axes]
    known = tuple(field for field in fields if field is not None)
    return known if len(known) == len(fields) else None


def _joined(node: Node, before: Sequence[Reach]) -> Reach:
    """What several tensors see together; a factor that sees the whole input is a gate."""
    views = [each.view for each in before]
    if len(views) == 1:
        return before[0]
    gated = any(each.through_gates for each in before)
    if None in views:
        return UNKNOWN_REACH
    fields = [view for view in views if isinstance(view, tuple)]
    if len(fields) < len(views) and (not node.layer.is_gate or not fields):
        return Reach("whole", gated)
    if len({len(view) for view in fields}) > 1:
        return UNKNOWN_REACH
    alike = all(axis == view[0] for view in fields for axis in view)
    axes = list(zip(*fields, strict=True))
    together = [union(axes[0])] * len(axes) if alike else [union(axis) for axis in axes]
    known = tuple(field for field in together if field is not None)
    return Reach(known if len(known) == len(together) else None, gated or len(fields) < len(views))


def through(field: Field, look: Look) -> Field | None:
    """What a layer sees that looks at positions which see a field; None if that takes too many words."""
    phases, own = len(field.look.first), len(look.first)
    rounds = phases // gcd(look.step, phases)
    if rounds * own > MOST_PHASES:
        return None
    first, last = [], []
    for turn in range(rounds):
        for low, high in zip(look.first, look.last, strict=True):
            seen = _span(field.look, low + look.step * turn, high + look.step * turn)
            first.append(seen[0])
            last.append(seen[1])
    step = field.look.step * look.step * rounds // phases
    windows = field.windows
    if look.taps > 1:
        windows = Window(look.taps, look.dilation, field.stride, windows)
    simple = own == 1 and look.last[0] - look.first[0] == look.dilation * (look.taps - 1)
    return Field(_shortest(step, first, last), windows, field.explained and simple and phases == 1)


def _span(look: Look, low: int, high: int) -> tuple[int, int]:
    """The first and the last position that a range of positions sees; an empty one sees nothing."""
    phases = len(look.first)
    if low > high:
        return 1, 0
    if phases == 1 and look.first[0] <= look.last[0]:
        return look.step * low + look.first[0], look.step * high + look.last[0]
    front = range(low, min(high, low + phases - 1) + 1)
    back = range(max(low, high - phases + 1), high + 1)
    seen = [place for place in (*front, *back) if look.first[place % phases] <= look.last[place % phases]]
    if not seen:
        return 1, 0
    return (
        minimum(*(look.step * (place // phases) + look.first[place % phases] for place in seen)),
        maximum(*(look.step * (place // phases) + look.last[place % phases] for place in seen)),
    )


def _shortest(step: int, first: Sequence[int], last: Sequence[int]) -> Look:
    """The same look in as few phases as will do."""
    phases = len(first)
    for fewer in range(1, phases):
        if phases % fewer == 0 and step * fewer % phases == 0:
            short = step * fewer // phases
            if all(
                ends[place] == ends[place - fewer] + short
                for ends in (first, last)
                for place in range(fewer, phases)
            ):
                return Look(short, tuple(first[:fewer]), tuple(last[:fewer]))
    return Look(step, tuple(first), tuple(last))


def union(fields: Iterable[Field]) -> Field | None:
    """All that several fields see together; None if their strides differ."""
    every = list({field.identity: field for field in fields}.values())
    if len({field.stride for field in every}) > 1:
        return None
    phases = lcm(*(len(field.look.first) for field in every))
    step = every[0].look.step * (phases // len(every[0].look.first))
    looks = [_stretched(field.look, phases) for field in every]
    first = [minimum(*ends) for ends in zip(*(look.first for look in looks), strict=True)]
    last = [maximum(*ends) for ends in zip(*(look.last for look in looks), strict=True)]
    together = Look(step, tuple(first), tuple(last))
    widest = max(every, key=lambda field: field.size)
    return replace(
        widest,
        look=together,
        explained=widest.explained and Field(together).size == widest.size,
    )


def _stretched(look: Look, phases: int) -> Look:
    """The same look in more phases."""
    own = len(look.first)
    turns = [look.step * turn for turn in range(phases // own)]
    return Look(
        look.step * len(turns),
        tuple(place + turn for turn in turns for place in look.first),
        tuple(place + turn for turn in turns for place in look.last),
    )
