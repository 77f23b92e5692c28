"""Small questions to the nodes of a tree: a word, true or false, nothing at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault, meant
from netcost.source.problem import nearest
from netcost.source.suggestion import Suggestion


def refuse_keys(pairs: list[KeyValue], what: str, known: tuple[str, ...], beside: Iterable[str] = ()) -> None:
    """Refuse keys that are not known.

    Raises:
        Fault: at the first of them.
    """
    for fault in strange_keys(pairs, what, known, beside):
        raise fault


def strange_keys(
    pairs: list[KeyValue], what: str, known: tuple[str, ...], beside: Iterable[str] = ()
) -> Iterator[Fault]:
    """A fault for every key that is not known, with the one that was probably meant.

    Args:
        pairs: the keys, with what stands under them.
        what: what they are keys of.
        known: the keys that it has.
        beside: keys that may have been meant for what stands around them.
    """
    for key, _ in pairs:
        if key.text not in known:
            belongs = f"{what} has {', '.join(known)}" if known else f"{what} has no fields"
            hint = meant(key.text, (*known, *beside), belongs)
            yield Fault(key.place, f"unknown field `{key.text}` for {what}", hint)


def text_of(node: YamlNode, what: str) -> Scalar:
    """The node as a single value.

    Raises:
        Fault: it is a list, a mapping or nothing.
    """
    if isinstance(node, Scalar) and node.value is not None:
        return node
    kind = (
        "nothing" if isinstance(node, Scalar) else "a list" if isinstance(node, SequenceNode) else "a mapping"
    )
    raise Fault(node.place, f"expected {what}, got {kind}", _alone_in(node))


def _alone_in(node: YamlNode) -> str:
    """The hint to write what stands alone in a list without it; empty for anything else."""
    only = node.items[0] if isinstance(node, SequenceNode) and len(node) == 1 else None
    return Suggestion(f"write `{only.text}`", only.text) if isinstance(only, Scalar) else ""


def boolean_of(node: YamlNode) -> bool:
    """True or false as it is written.

    Raises:
        Fault: it is something else.
    """
    scalar = text_of(node, "true or false")
    if isinstance(scalar.value, bool):
        return scalar.value
    raise Fault(scalar.place, f"expected true or false, got `{scalar.text}`")


def is_nothing(node: YamlNode | None) -> bool:
    """Tell whether a key stands without a value."""
    return isinstance(node, Scalar) and node.value is None and node.plain


NO_WORDS: Mapping[str, tuple[str, ...]] = {}


def as_meant(
    node: MappingNode, known: Collection[str], others: Mapping[str, tuple[str, ...]] = NO_WORDS
) -> MappingNode:
    """The entries of a mapping that have a value, under the keys that were probably meant; `others` are further words.

    A key whose value is left out is as good as left out; a misspelt one hides nothing of what stands under it.
    """
    keys: dict[str, Scalar] = {}
    nodes: dict[str, YamlNode] = {}
    for key, value in node:
        name = key.text
        if name not in known:
            name = others[name][0] if name in others else nearest(name, known) or name
        if not is_nothing(value) and (name == key.text or name not in node):
            keys[name], nodes[name] = key, value
    return MappingNode.of(node.path, node.line, node.column, node.width, keys, nodes)


def mapping_of(around: MappingNode, pairs: Iterable[KeyValue]) -> MappingNode:
    """A mapping of other entries where one stands; the first of a name counts."""
    keys: dict[str, Scalar] = {}
    nodes: dict[str, YamlNode] = {}
    for key, node in pairs:
        keys.setdefault(key.text, key)
        nodes.setdefault(key.text, node)
    return MappingNode.of(around.path, around.line, around.column, around.width, keys, nodes)


def alone(word: str, key: Scalar, value: YamlNode, hint: str) -> str:
    """The hint to write a word in place of a key and its value; where other keys follow, with a colon."""
    if value.line != key.line:
        return hint
    place = key.place._replace(width=value.column + value.width - key.column)
    return Suggestion(hint, word, Suggestion(hint, f"{word}:", "", place), place)


def word_at(node: YamlNode, text: str) -> Scalar:
    """A word that the file leaves out, where it would stand."""
    return Scalar(node.path, node.line, node.column, node.width, text, text, plain=True)
