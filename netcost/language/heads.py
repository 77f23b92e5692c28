"""The head of an item: the key that says what it is, a layer type, a structure or a block."""

from __future__ import annotations

from netcost.language.fields import STRUCTURES, TOP_LEVEL_KEYS, accepts, unknown_type
from netcost.language.item_keys import ITEM_KEYS
from netcost.layers import HEADS, all_types, find
from netcost.source.document import MappingNode, Scalar
from netcost.source.fault import MAX_LISTED, Fault
from netcost.source.problem import nearest


def find_head(node: MappingNode) -> Scalar:
    """The key that says what an item is.

    A block's name wins, as its arguments may be called anything; of several built-in heads the one that
    has the others as fields, as in `{conv: 64, pad: 1}`.
    """
    keys = [key for key, _ in node]
    if not keys:
        raise Fault(node.place, "an item needs a layer", "write `- conv: ...`, or remove it")
    blocks = [key for key in keys if is_block_name(key.text)]
    if len(blocks) == 1:
        return blocks[0]
    heads = blocks or [key for key in keys if key.text in HEADS or key.text in STRUCTURES]
    if not heads:
        raise _no_head(keys)
    for head in heads:
        if all(other is head or _takes(head.text, other.text) for other in heads):
            return head
    raise Fault(
        heads[1].place,
        f"two layers in one item: `{heads[0].text}` and `{heads[1].text}`",
        "give each an item of its own",
        ((heads[0].place, "the first"),),
    )


def _takes(head: str, key: str) -> bool:
    return head in HEADS and accepts(find(head)[0], key)


def _no_head(keys: list[Scalar]) -> Fault:
    strange = [key for key in keys if key.text not in ITEM_KEYS][:MAX_LISTED]
    known = {
        *TOP_LEVEL_KEYS,
        *(key.text for key in strange if any(accepts(kind, key.text) for kind in all_types())),
    }
    unknown = [key for key in strange if key.text not in known]
    if unknown:
        similar = (key for key in unknown if nearest(key.text, (*HEADS, *STRUCTURES)))
        return unknown_type(next(similar, unknown[0]))
    key = (strange or keys)[0]
    if key.text in TOP_LEVEL_KEYS and key.text not in ITEM_KEYS:
        return Fault(
            key.place, f"`{key.text}` is no layer", f"`{key.text}` belongs to the top level of the file"
        )
    return Fault(key.place, f"no layer in this item, only `{key.text}`", "write `- {conv: 64, kernel: 3}`")


def unknown_head(head: Scalar) -> Fault:
    """Say what stands where a layer was expected."""
    if head.value is None:
        return Fault(head.place, "an item needs a layer", "write `- conv: ...`, or remove it")
    if not isinstance(head.value, str):
        return Fault(
            head.place, f"expected a layer, got `{head.text}`", "write `- relu` or `- {conv: 64, kernel: 3}`"
        )
    return unknown_type(head)


def is_block_name(text: str) -> bool:
    """Tell whether a head is that of a block, of this file or of one that it imports."""
    return text.rpartition(".")[2][:1].isupper()
