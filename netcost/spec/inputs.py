"""What enters a network: shapes of one sample as a spec writes them."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.layers.values import is_whole
from netcost.place import Place
from netcost.shapes import KINDS, Shape
from netcost.spec.document import Mapping as MappingNode
from netcost.spec.document import Node
from netcost.spec.document import Sequence as SequenceNode
from netcost.spec.fault import Fault, meant
from netcost.spec.value import Names, read_value
from netcost.wording import listed, shown

INPUTS: Mapping[str, type[Shape]] = {word: kind for word, kind in KINDS.items() if kind.letters}
"""The kinds that an input may have: those whose axes have a meaning."""

PLAIN: Mapping[int, type[Shape]] = {len(kind.letters): kind for kind in INPUTS.values() if kind.plain_input}
"""The kind of an input that is a list of so many lengths and says no more."""


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
        if len(found) not in PLAIN:
            raise Fault(
                lengths_place,
                f"an input has {' or '.join(map(str, PLAIN))} lengths, {_plain_forms()}; this has {len(found)}",
                f"batch is a key of its own; other inputs are {_other_forms()}",
            )
        kind = PLAIN[len(found)]
    if len(found) != len(kind.letters):
        expected = ", ".join(kind.letters)
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
        raise Fault(node.place, "an input has one kind", f"write {_other_forms()}")
    ((key, lengths),) = node
    if key.text not in INPUTS:
        raise Fault(key.place, f"unknown kind of input `{key.text}`", meant(key.text, INPUTS))
    return INPUTS[key.text], lengths


def _plain_forms() -> str:
    """How a list without a kind is read: `[features] or [channels, height, width]`."""
    return " or ".join(f"[{', '.join(kind.letters.values())}]" for kind in PLAIN.values())


def _other_forms() -> str:
    """How the other kinds are written: `{tokens: T}, {sequence: [T, C]}`."""
    kinds = [kind for kind in INPUTS.values() if not kind.plain_input]
    return listed([f"{{{kind.word}: {_lengths_of(kind)}}}" for kind in kinds], most=None, word="or")


def _lengths_of(kind: type[Shape]) -> str:
    letters = ", ".join(kind.letters)
    return letters if len(kind.letters) == 1 else f"[{letters}]"


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
