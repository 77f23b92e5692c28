"""The keys of an item with what stands under them: which are whose."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netcost.language.fields import CANCEL, accepts
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.names import is_name
from netcost.layers.layer import Layer
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode, is_blank, is_nothing
from netcost.source.fault import Fault


def taken_apart(node: MappingNode, head: Scalar) -> tuple[YamlNode | None, list[KeyValue]]:
    """What stands under the head of an item, if anything does, and its other keys."""
    value = node.get(head.text)
    return None if is_nothing(value) else value, [(key, each) for key, each in node if key is not head]


def parted(pairs: Iterable[KeyValue]) -> tuple[list[KeyValue], list[KeyValue]]:
    """The keys that every item may have, and those that only its kind of item has."""
    common: list[KeyValue] = []
    own: list[KeyValue] = []
    for pair in pairs:
        (common if pair[0].text in ITEM_KEYS else own).append(pair)
    return common, own


def refuse_beside_let(common: list[KeyValue]) -> None:
    """Refuse keys that mean nothing beside `let`.

    Raises:
        Fault: at the first of them.
    """
    for key, _ in common:
        if not ITEM_KEYS[key.text].beside_let:
            raise Fault(key.place, f"`{key.text}` has no meaning beside `let`", "give it an item of its own")


def refuse_gaps(kind: type[Layer], head: Scalar, written: Collection[str]) -> None:
    """Refuse a further input without the one before it: they are told apart by their order.

    Raises:
        Fault: one is missing.
    """
    given = sum(name in written for name in kind.named_inputs)
    for name in kind.named_inputs[:given]:
        if name not in written:
            raise Fault(
                head.place, f"{head.text} needs `{name}` too", f"write `{name}: ` and the name of an item"
            )


def refuse_in_follower(node: MappingNode) -> None:
    """Refuse keys that mean nothing in a norm or an activation that follows a layer.

    Raises:
        Fault: at the first of them.
    """
    for key, _ in node:
        if key.text in ITEM_KEYS and not ITEM_KEYS[key.text].of_follower:
            raise Fault(key.place, f"`{key.text}` has no meaning here", "give it to the item itself")


def on_both_sides(what: str, head: Scalar, first: Scalar) -> Fault:
    """Say that what belongs to a head stands in two places."""
    return Fault(
        first.place,
        f"the {what} of {head.text} stand inside and beside it",
        f"write them all inside `{head.text}: {{...}}`, or all beside it",
    )


def braced(kind: type[Layer], value: MappingNode) -> str:
    """The expression in `{width}`, as templates write names; empty for fields of a layer type."""
    key, node = value.entries[0]
    is_value = bool(kind.primary) and is_blank(node) and not accepts(kind, key.text)
    return key.text if is_value else ""


def is_cancelled(written: KeyValue | None) -> bool:
    """Tell whether a field is left out, or cancelled."""
    return written is None or (isinstance(written[1], Scalar) and written[1].value == CANCEL)


def without(pairs: Iterable[KeyValue], names: set[str]) -> list[KeyValue]:
    """The pairs whose keys are none of the names."""
    return [(key, node) for key, node in pairs if key.text not in names]


def name_within(node: YamlNode) -> str:
    """The name that a faulty item gives itself, so that references to it are no faults of their own."""
    name = node.get("name") if isinstance(node, MappingNode) else None
    return name.text if isinstance(name, Scalar) and is_name(name.text) else ""
