"""What enters a network: shapes of one sample as a spec writes them."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.layers.values import is_whole, shown
from netcost.place import Place
from netcost.shapes import Image, Sequence, Shape, Signal, Tokens, Vector, Volume
from netcost.spec.document import Mapping as MappingNode
from netcost.spec.document import Node
from netcost.spec.document import Sequence as SequenceNode
from netcost.spec.fault import Fault, meant
from netcost.spec.value import Names, read_value

KINDS: Mapping[str, type[Shape]] = {
    "vector": Vector,
    "tokens": Tokens,
    "sequence": Sequence,
    "signal": Signal,
    "image": Image,
    "volume": Volume,
}
BY_LENGTH: Mapping[int, type[Shape]] = {1: Vector, 3: Image}
OTHER_FORMS = "{signal: [C, L]}, {sequence: [T, C]}, {tokens: T} or {volume: [C, D, H, W]}"


def read_input(node: Node, known: Names, batch: int, override: tuple[int, ...]) -> Shape:
    """Read the shape of an input; its lengths may be overridden.

    Raises:
        Fault: lengths that are no shape; a list of 2 or 4 does not say what its axes mean.
    """
    kind, lengths = _kind_and_lengths(node)
    found = _whole_lengths(lengths, known)
    if override:
        found = override
        lengths_place = Place("--input", 0, 0)
    else:
        lengths_place = lengths.place
    if kind is None:
        if len(found) not in BY_LENGTH:
            raise Fault(
                lengths_place,
                f"an input has 1 or 3 lengths, [features] or [channels, height, width]; this has {len(found)}",
                f"batch is a key of its own; other inputs are {OTHER_FORMS}",
            )
        kind = BY_LENGTH[len(found)]
    if len(found) != len(kind.axes) - 1:
        expected = ", ".join(kind.axes[1:])
        raise Fault(lengths_place, f"{kind.noun} has the lengths [{expected}]; this has {len(found)}")
    return kind((batch, *found))


def read_batch(node: Node | None, known: Names, override: int | None) -> int:
    """Read how many samples pass through at once.

    Raises:
        Fault: no whole number of at least 1.
    """
    place = node.place if node is not None else Place("--batch", 0, 0)
    batch: object = 1 if node is None else read_value(node).evaluate(known)
    if override is not None:
        batch, place = override, Place("--batch", 0, 0)
    if not isinstance(batch, int) or not is_whole(batch, 1):
        raise Fault(place, f"batch: expected a whole number of at least 1, got {shown(batch)}")
    return batch


def _kind_and_lengths(node: Node) -> tuple[type[Shape] | None, Node]:
    """Split `{signal: [1, 16000]}` into the kind of shape and its lengths; a plain list has no kind."""
    if not isinstance(node, MappingNode):
        return None, node
    if len(node) != 1:
        raise Fault(node.place, "an input has one kind", f"write {OTHER_FORMS}")
    ((key, lengths),) = node
    if key.text not in KINDS:
        raise Fault(key.place, f"unknown kind of input `{key.text}`", meant(key.text, KINDS))
    return KINDS[key.text], lengths


def _whole_lengths(node: Node, known: Names) -> tuple[int, ...]:
    values = read_value(node).evaluate(known)
    listed = values if isinstance(values, list) else [values]
    own_places = isinstance(node, SequenceNode) and len(node) == len(listed)
    places = (
        [item.place for item in node]
        if own_places and isinstance(node, SequenceNode)
        else [node.place] * len(listed)
    )
    return tuple(_whole_length(value, place) for value, place in zip(listed, places, strict=True))


def _whole_length(value: object, place: Place) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or not is_whole(value, 1):
        raise Fault(place, f"expected a whole number of at least 1, got {shown(value)}")
    return value
