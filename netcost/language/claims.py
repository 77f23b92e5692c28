"""What a spec says of an input though it follows from it: checked, never needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from netcost.language.evaluate import evaluate
from netcost.language.frame import Frame
from netcost.language.items import Stated
from netcost.language.work import Work
from netcost.network import Node
from netcost.shapes import Map, Shape
from netcost.source.fault import Fault
from netcost.wording import counted, shown


def check_stated(each: Stated, frame: Frame, inputs: Sequence[Node], work: Work) -> None:
    """Compare what is stated with the inputs.

    Raises:
        Fault: they differ; the message states both.
    """
    stated = evaluate(each.value, frame, inputs[0], work)
    shapes = [node.output for node in inputs]
    if not TRUTH[each.of](stated, shapes):
        raise Fault(
            each.value.node.place,
            f"{each.key.text} is {shown(stated)}, the input {_described(each.of, shapes)}",
            HINTS.get(each.of, "leave it out: it is inferred"),
        )


def _described(of: str, shapes: list[Shape]) -> str:
    """What the input is, or the part of it that is stated."""
    shape = shapes[-1 if of == "source" else 0]
    if of in {"channels", "source", "normalized"} and shape.embedded:
        return f"has {counted(shape.channels, 'channel')}"
    return f"is {shape.described}"


def _is_channels(stated: object, shape: Shape) -> bool:
    return shape.embedded and stated == shape.channels


def _is_sample(stated: object, shape: Shape) -> bool:
    """The lengths of a sample, with the channels first or last; a single one may be left out, and any length."""
    own = list(shape[1:])
    if not isinstance(stated, list):
        return [stated] == own
    last = [*own[1:], own[0]] if isinstance(shape, Map) else own
    bare = own[1:] if isinstance(shape, Map) and shape.channels == 1 else own
    return any(
        len(stated) == len(true)
        and all(each in {None, length} for each, length in zip(stated, true, strict=True))
        for true in (own, last, bare)
    )


def _is_shared(stated: object, shape: Shape) -> bool:
    """All spatial axes of a map, counted with the channels last or first; a vector has none."""
    if not isinstance(shape, Map):
        return stated in {None, "none"}
    rank = len(shape.size)
    return stated in ([*range(1, rank + 1)], [*range(2, rank + 2)])


TRUTH: Mapping[str, Callable[[object, list[Shape]], bool]] = {
    "channels": lambda stated, shapes: _is_channels(stated, shapes[0]),
    "source": lambda stated, shapes: stated is None or _is_channels(stated, shapes[-1]),
    "normalized": lambda stated, shapes: stated == [shapes[0].channels] or _is_channels(stated, shapes[0]),
    "sample": lambda stated, shapes: stated is None or _is_sample(stated, shapes[0]),
    "shared": lambda stated, shapes: _is_shared(stated, shapes[0]),
    "no map": lambda _, shapes: not isinstance(shapes[0], Map),
}
"""Whether a value is right, by what it states."""

HINTS: Mapping[str, str] = {
    "normalized": "it learns a number for each channel, which are inferred; with one for each position, write `custom`",
    "shared": "it learns a slope for each channel: they are shared along all spatial axes, and no others",
    "no map": "axes are counted with the channels first here: write `permute`",
}
