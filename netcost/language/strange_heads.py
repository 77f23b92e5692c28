"""Heads of items that are none, or may not be: which one was meant, and what is to be written."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from netcost.language.fields import STRUCTURES, TOP_LEVEL_KEYS, accepts, spellings_of, unknown_type
from netcost.language.heads import fits, is_built_in, is_capitalised, is_foreign, own_word
from netcost.language.item_keys import ITEM_KEYS
from netcost.layers import HEADS, all_types, find
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, alone
from netcost.source.fault import Fault, meant
from netcost.source.problem import Suggestion, nearest, one_of, write

CERTAIN = 0.75
"""How like a layer type a word must be for its fields to be looked at as that type's."""

TYPE_KEYS = ("type", "layer", "layer_type", "op", "kind", "class", "class_name", "module")
"""Where other formats name the layer."""

MISSPELT, MISFIT = 1, 3
"""How badly a key fits a head that has one like it, and a head that has none."""


def likely_head(node: MappingNode) -> Scalar:
    """The key that most likely says what an item is, where none is certain: it may be misspelt.

    Of built-in heads and misspelt ones it is that which the other keys fit best, and the first of those that they
    fit equally well.

    Raises:
        Fault: there is none.
    """
    keys = [key for key, _ in node]
    known = [key for key in keys if is_built_in(key.text)]
    heads = [key for key in keys if key in known or (_is_strange(key.text) and len(key.text) > 1)]
    if not known:
        heads = [key for key in heads if _may_be_head(key.text)]
    if not known and (fault := _named_by_type(node)):
        raise fault
    return min(heads, key=lambda head: _misfit(head, keys)) if heads else _strange_head(keys)


def _misfit(head: Scalar, keys: list[Scalar]) -> int:
    """How badly the keys of an item fit a head: a misspelt one a little, any other that is unknown to it more."""
    kind = meant_head(head.text)
    if is_capitalised(head.text) and (not kind or is_foreign(head.text)):
        return MISSPELT + 1  # the arguments of a block may be called anything
    if not kind:
        others = [key.text for key in keys if key is not head and key.text not in ITEM_KEYS]
        return MISSPELT + 1 + MISFIT * sum(not _is_field(word) for word in others)
    own = spellings_of(find(kind)[0]) if kind in HEADS else (*STRUCTURES[kind], *ITEM_KEYS)
    strange = [key.text for key in keys if key is not head and not fits(kind, key.text, foreign=True)]
    return sum(MISSPELT if nearest(word, own) else MISFIT for word in strange)


def _is_strange(word: str) -> bool:
    """Tell whether a word is no key of any item."""
    return not (word in ITEM_KEYS or word in TOP_LEVEL_KEYS or _is_field(word))


def _is_field(word: str) -> bool:
    """Tell whether a word is a field of any layer type."""
    return any(accepts(kind, word) for kind in all_types())


def _may_be_head(word: str) -> bool:
    return word[:1].isupper() or bool(meant_head(word) or is_foreign(word))


def meant_head(word: str) -> str:
    """The built-in head that a word is, or is so like that its fields are looked at; empty if there is none."""
    if is_built_in(word):
        return word
    return own_word(word) or nearest(word, (*HEADS, *STRUCTURES), CERTAIN) or ""


def _strange_head(keys: list[Scalar]) -> Scalar:
    """The key that must be the head, though it is like none.

    Raises:
        Fault: all of them are keys of items.
    """
    unknown = [key for key in keys if _is_strange(key.text) and not nearest(key.text, ITEM_KEYS)]
    if unknown:
        similar = (key for key in unknown if nearest(key.text, (*HEADS, *STRUCTURES)))
        return next(similar, unknown[0])
    from netcost.language.short_words import SHORT_WORDS

    key = next((key for key in keys if key.text not in ITEM_KEYS), keys[0])
    if key.text in SHORT_WORDS:
        return key
    if key.text in TOP_LEVEL_KEYS and key.text not in ITEM_KEYS:
        hint = f"`{key.text}` belongs to the top level of the file"
        hint = one_of(["seq"], hint) if key.text == "layers" else hint
        raise Fault(key.place, f"`{key.text}` is no layer", hint)
    raise Fault(key.place, f"no layer in this item, only `{key.text}`", "write `- {conv: 64, kernel: 3}`")


def _named_by_type(node: MappingNode) -> Fault | None:
    """Say that the key itself is the layer, where its name stands under `type` or the like."""
    for key, value in node:
        if key.text in TYPE_KEYS and isinstance(value, Scalar) and isinstance(value.value, str):
            word = value.text if _is_layer(value.text) else _meant_word(value.text)
            hint = f"the layer is a key itself: write `- {{{word or 'conv'}: ...}}`"
            follows = alone(word, key, value, hint) if word else hint
            return Fault(key.place, f"`{key.text}` is no key of an item", follows)
    return None


def _meant_word(word: str) -> str:
    """The layer that a word is written for, of netcost's own or of another program's; empty if there is none."""
    from netcost.language.short_words import SHORT_WORDS

    likely = SHORT_WORDS.get(word.lower(), ("",))[0]
    return likely or meant_head(word.lower()) or meant_foreign(word) or nearest(word, HEADS) or ""


def _is_layer(word: str) -> bool:
    return is_built_in(word) or is_foreign(word)


def is_of_rival(key: str, head: Scalar, others: list[Scalar]) -> bool:
    """Tell whether a key is another head, or may stand beside one and not beside the first."""
    return not fits(head.text, key) and any(other.text == key or fits(other.text, key) for other in others)


def unknown_head(head: Scalar) -> Fault:
    """Say what stands where a layer was expected."""
    if head.value is None:
        return Fault(head.place, "an item needs a layer", "write `- conv: ...`, or remove it")
    if not isinstance(head.value, str):
        return Fault(
            head.place, f"expected a layer, got `{head.text}`", "write `- relu` or `- {conv: 64, kernel: 3}`"
        )
    return _several(head) or _commented(head) or _foreign(head) or _glued(head) or unknown_type(head)


def _commented(head: Scalar) -> Fault | None:
    """Say how a comment begins that stands behind a layer as in other languages: `relu // the first`."""
    found = re.fullmatch(COMMENTED, head.text)
    if found is None or not _is_layer(found["word"]):
        return None
    hint = Suggestion(f"write `#` for `{found['sign']}`", f"{found['word']} #{found['rest']}")
    return Fault(head.place, "a comment starts with `#`", hint)


def _several(head: Scalar) -> Fault | None:
    """Say how several layers are written that stand in one text: `relu, flatten`."""
    words = [each.strip("- ") for each in re.split(r",|;|->|\n|\|", head.text) if each.strip("- ")]
    if len(words) < len(("one", "another")) or not all(map(_is_layer, words)):
        return None
    hint = f"give each an item of its own, or write `[{', '.join(words)}]`"
    return Fault(head.place, "several layers stand in one item", hint)


def _foreign(head: Scalar) -> Fault | None:
    """Say what is wrong with an item that is written as a line of another language: `* relu`, `-relu`."""
    from netcost.source.foreign_lines import foreign_line

    found = foreign_line(head.text[: head.width])
    return Fault(head.place, *found) if found else None


def one_operand(head: Scalar, value: Scalar, more: Sequence[Scalar]) -> Fault:
    """Say that a layer of several inputs has one, or several that stand in no list."""
    last = more[-1] if more else value
    names = [
        each.strip() for part in (value, *more) for each in re.split(r"[,;+]|\s", part.text) if each.strip()
    ]
    hint: str = f"write `{head.text}: [prev, name]`, or a mapping of branches"
    place = value.place._replace(width=last.column + last.width - value.column)
    listed = names if len(names) > 1 else ["prev", *names]
    message = f"{head.text} combines several tensors, got `{', '.join(names)}`"
    return Fault(place, message, write(f"[{', '.join(listed)}]", hint))


def are_named(node: MappingNode) -> bool:
    """Tell whether a mapping holds items by their names: each value is an item, and no key is the layer of it."""
    return len(node) > 0 and all(_is_item(value) and _is_name_of(key.text, value) for key, value in node)


def _is_name_of(word: str, node: YamlNode) -> bool:
    """Tell whether a word can but be the name of an item: `fc: {linear: 10}` has a layer that `fc` has no field for."""
    if not _is_layer(word):
        return True
    if word in STRUCTURES or not isinstance(node, MappingNode):
        return False
    return any(_is_layer(key.text) and not fits(word, key.text, foreign=True) for key, _ in node)


def _is_item(node: YamlNode) -> bool:
    words = [key.text for key, _ in node] if isinstance(node, MappingNode) else []
    return any(map(_is_layer, [node.text] if isinstance(node, Scalar) else words))


def not_listed(node: MappingNode) -> Fault:
    """Say that items are a list, and how a name is given."""
    key, value = node.entries[0]
    if isinstance(value, MappingNode):
        inside = ", ".join(
            f"{each.text}: {under.text if isinstance(under, Scalar) else '...'}" for each, under in value
        )
    else:
        inside = value.text if isinstance(value, Scalar) else "..."
    hint = f"write `- {{name: {key.text}, {inside}}}`"
    return Fault(key.place, "layers are a list, this is a mapping of names", hint)


def _glued(head: Scalar) -> Fault | None:
    """Say what lacks between a head and its value: `conv 16`, `conv:16`."""
    found = re.fullmatch(GLUED, head.text)
    if found is None or not _is_layer(found["word"]):
        return None
    word, value = found["word"], found["value"]
    if not value.strip("-+,;:."):
        return Fault(head.place, f"`{value}` has no meaning here", write(word, f"write `- {{{word}: ...}}`"))
    message = GLUED_SIGNS.get(found["sign"], f"there is no colon between `{word}` and `{value}`")
    return Fault(head.place, message, write(f"{word}: {value}", f"write `- {{{word}: ...}}`"))


COMMENTED = r"(?P<word>\w+)\s+(?P<sign>//|/\*|--|;|%)(?P<rest>.*)"
GLUED = r"(?P<word>\w+)\s*(?P<sign>[\s:=])\s*(?P<value>[^\s].*)"
GLUED_SIGNS = {
    ":": "there is no space after the colon",
    "=": "a value stands after a colon",
}


def holds_items(node: YamlNode) -> bool:
    """Tell whether a list is one of items, as one of them has a head that is known."""
    return isinstance(node, SequenceNode) and any(
        isinstance(each, MappingNode) and any(is_built_in(key.text) for key, _ in each) for each in node
    )


def meant_foreign(word: str) -> str:
    """The word of PyTorch or Keras that a capitalised one is so like that it is read as that; empty if there is none."""
    from netcost.language import spellings

    is_own = not is_capitalised(word) or word.lower() in HEADS
    return "" if is_own else spellings.meant_foreign(word, CERTAIN)


def no_block(head: Scalar, name: str, blocks: Collection[str]) -> Fault:
    """Say that there is no block of a name, and what was probably meant."""
    from netcost.language.frameworks import ELSEWHERE

    lower = name.lower()
    likely = "" if nearest(name, blocks) else meant_foreign(name) or meant_head(name)
    place = head.part(head.text.rfind(".") + 1, len(name))
    hint = meant(name, blocks, "" if blocks else "define it under `blocks:`", place)
    if name in ELSEWHERE:
        hint = ELSEWHERE[name]
    elif lower in HEADS:
        hint = Suggestion(f"built-in layers are lower-case: `{lower}`", lower, hint)
    elif likely:
        hint = one_of([likely], hint)
    return Fault(head.place, f"there is no block `{head.text}`", hint)


def called_otherwise(head: Scalar, blocks: Collection[str]) -> Fault | None:
    """Say how a block is called whose name is written in other letters, or as a function: `bottleneck`, `Bottleneck(64)`."""
    word, parenthesis, inside = head.text.partition("(")
    letters = {name.lower(): name for name in blocks}
    name = letters.get(word.strip().replace("_", "").lower(), "")
    if not name:
        return None
    value = inside.rpartition(")")[0].strip()
    text = f"{name}: [{value}]" if value and "=" not in value else name
    message = f"there is no block `{head.text}`" if not parenthesis else "a block is no function"
    return Fault(head.place, message, write(text, f"write `{name}: {{...}}`"))
