"""The keys of an item: the head, which says what it is, a layer type, a structure or a block, and those beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netcost.language.fields import CANCEL, STRUCTURES, accepts
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.names import is_name
from netcost.layers import HEADS, find
from netcost.layers.layer import Layer
from netcost.source.document import KeyValue, MappingNode, Scalar, YamlNode, is_blank, is_nothing
from netcost.source.fault import Fault


def find_head(node: MappingNode, blocks: Collection[str] | None) -> Scalar | None:
    """The key that says what an item is; None where none is certain.

    A block's name wins, as its arguments may be called anything; of several built-in heads the one that
    has the others as fields, as in `{conv: 64, pad: 1}`.

    Args:
        node: the item.
        blocks: the names of the file's blocks; None if they are not known.

    Raises:
        Fault: there are no keys, or two calls of blocks.
    """
    keys = [key for key, _ in node]
    if not keys:
        raise Fault(node.place, "an item needs a layer", "write `- conv: ...`, or remove it")
    calls = [key for key in keys if is_capitalised(key.text)]
    if not any(is_call(key.text, blocks) for key in calls):
        calls = []
    if len(calls) == 1:
        return calls[0]
    known = calls or [key for key in keys if is_built_in(key.text)]
    for head in known:
        if _takes(head.text, [key.text for key in keys if key is not head and key.text not in ITEM_KEYS]):
            return head
    if calls:
        raise two_heads(calls)
    return None


def _takes(head: str, words: list[str]) -> bool:
    """Tell whether keys may stand beside a head."""
    if head not in HEADS:
        return all(word in STRUCTURES.get(head, ()) for word in words)
    kind = find(head)[0]
    return all(accepts(kind, word) for word in words)


def fits(head: str, key: str, *, foreign: bool = False) -> bool:
    """Tell whether a key may stand beside a head; also as an argument that other frameworks have, if asked."""
    if key in ITEM_KEYS or _takes(head, [key]):
        return True
    return foreign and head in HEADS and _is_word(find(head)[0], key)


def _is_word(kind: type[Layer], key: str) -> bool:
    from netcost.language.spellings import is_word

    return is_word(kind, key)


def is_foreign(word: str) -> bool:
    """Tell whether PyTorch or Keras have a layer of that name that netcost has, too."""
    from netcost.language import spellings

    return spellings.is_foreign(word)


def own_word(word: str) -> str:
    """The head that is written with `_` between its parts, as `max_pool2d`; empty if there is none."""
    joined = word.replace("_", "")
    return joined if joined in HEADS and word.islower() else ""


def rivals(head: Scalar, keys: list[Scalar]) -> list[Scalar]:
    """The other built-in heads in an item, which are no fields of its layer."""
    return [key for key in keys if is_built_in(key.text) and not fits(head.text, key.text, foreign=True)]


def two_heads(heads: list[Scalar]) -> Fault:
    """Say that an item has more than one layer."""
    return Fault(
        heads[1].place,
        f"two layers in one item: `{heads[0].text}` and `{heads[1].text}`",
        "give each an item of its own",
        ((heads[0].place, "the first"),),
    )


def is_built_in(word: str) -> bool:
    """Tell whether a word is the head of a built-in layer or of a structure."""
    return word in HEADS or word in STRUCTURES


def is_call(word: str, blocks: Collection[str] | None) -> bool:
    """Tell whether a head calls a block, of this file or of one that it imports."""
    is_name = is_capitalised(word) and "(" not in word
    return is_name and ("." in word or blocks is None or word in blocks)


def is_capitalised(word: str) -> bool:
    """Tell whether a word is written as the name of a block, or as one within a file."""
    return word.rpartition(".")[2][:1].isupper()


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
