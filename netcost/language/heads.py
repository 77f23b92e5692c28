"""The head of an item: the key that says what it is, a layer type, a structure or a block."""

from __future__ import annotations

from collections.abc import Collection

from netcost.language.fields import STRUCTURES, accepts
from netcost.language.item_keys import ITEM_KEYS
from netcost.layers import HEADS, find
from netcost.layers.layer import Layer
from netcost.source.document import MappingNode, Scalar
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
