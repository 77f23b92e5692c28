"""Reading what PyTorch and Keras call netcost's layers: their heads, and arguments that are no fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from netcost.language.fields import accepts
from netcost.language.frameworks import (
    MEANINGS,
    QUIET,
    QUIET_ENDS,
    WRAPPERS,
    As,
    Claim,
    Meaning,
    Without,
    signatures,
    written_as,
)
from netcost.language.items import Stated
from netcost.language.signature import Signature
from netcost.language.value import read_value
from netcost.language.work import Work
from netcost.layers import HEADS, find
from netcost.layers.layer import Layer
from netcost.source.document import KeyValue, MappingNode, Scalar, SequenceNode, YamlNode, boolean_of, word_at
from netcost.source.fault import Fault
from netcost.source.problem import nearest
from netcost.wording import counted, shown


class Call(NamedTuple):
    """A layer as a framework's call writes it, in netcost's words.

    Args:
        head: the netcost head, where the framework's stands.
        value: what a layer of several inputs combines.
        own: the arguments by their names.
        implied: fields that are the framework's where they are left out.
        words: the arguments that the framework's layer has.
        faults: what is wrong with the arguments by position.
    """

    head: Scalar
    value: YamlNode | None
    own: list[KeyValue]
    implied: Mapping[str, object]
    words: Collection[str]
    faults: tuple[Fault, ...] = ()


class Sorted(NamedTuple):
    """The keys of an item: those for its fields, those for the item, what is stated of its input, and faults."""

    given: list[KeyValue]
    keys: list[KeyValue]
    stated: list[Stated]
    faults: list[Fault]


def is_foreign(word: str) -> bool:
    """Tell whether PyTorch or Keras have a layer of that name that netcost has, too."""
    return bool(written_as(word)) or word in WRAPPERS


def meant_foreign(word: str, likeness: float) -> str:
    """The framework's word that is so like another; empty if there is none."""
    return nearest(word, signatures(), likeness) or ""


@cache
def words_of(kind: str) -> frozenset[str]:
    """The arguments that a layer type has in PyTorch or Keras, as far as they mean the same in each."""
    return frozenset(
        argument for each in calls_of(kind) for argument, meant in each.arguments.items() if argument == meant
    )


@cache
def calls_of(kind: str) -> tuple[Signature, ...]:
    """How the frameworks write a layer type."""
    every = (each for several in signatures().values() for each in several)
    return tuple(each for each in every if each.head in HEADS and find(each.head)[0].type == kind)


def meaning_of(word: str) -> Meaning | None:
    """What an argument means where the layer has no field of its name."""
    return MEANINGS.get(word) or (QUIET if word.endswith(QUIET_ENDS) else None)


def kind_of(word: str) -> type[Layer] | None:
    """The layer type behind netcost's own word for a layer or a framework's; None if there is none, or several."""
    several = written_as(word)
    head = several[0].head if several else word
    return find(head)[0] if head in HEADS else None


def is_word(kind: type[Layer], word: str) -> bool:
    """Tell whether a word that is no field of a layer type is an argument of it in PyTorch or Keras."""
    return word in words_of(kind.type) and meaning_of(word) is not None


# -- heads


def call_of(head: Scalar, value: YamlNode | None, own: list[KeyValue]) -> Call:
    """Give the positional arguments of a framework's call their names, and its own names to all."""
    several = written_as(head.text)
    combined = several[0].head in HEADS and find(several[0].head)[0].arity[0] > 1
    operands, value = (value, None) if combined else (None, value)
    named = list(value) if isinstance(value, MappingNode) else []
    pairs = [*named, *own]
    nodes: list[YamlNode] = [] if value is None or named or isinstance(value, MappingNode) else [value]
    keys = {key.text for key, _ in pairs}
    faults: tuple[Fault, ...] = ()
    listed = value.items if isinstance(value, SequenceNode) else nodes
    signature = min(several, key=lambda each: _misfit(each, keys, len(listed)))
    positions = list(signature.arguments)[: signature.positional]
    if len(listed) <= len(positions) and not keys & {*positions[: len(listed)]}:
        nodes = listed
    elif not {*positions[1 : signature.least]} <= keys:
        faults = tuple(_not_by_position(head, listed, positions, pairs))
        nodes, pairs = listed, [pair for pair in pairs if pair[0].text not in positions[: len(listed)]]
    pairs = [*((word_at(node, name), node) for name, node in zip(positions, nodes, strict=False)), *pairs]
    if "shared_axes" in {*signature.arguments} - {key.text for key, _ in pairs}:
        pairs.append((word_at(head, "shared_axes"), word_at(head, "none")))
    return Call(
        word_at(head, signature.head),
        operands,
        [
            (_renamed(key, signature.arguments.get(key.text, key.text)), _or_nothing(node))
            for key, node in pairs
        ],
        signature.implied,
        {*signature.arguments.values()},
        faults,
    )


def _not_by_position(
    head: Scalar, listed: list[YamlNode], positions: list[str], pairs: list[KeyValue]
) -> Iterator[Fault]:
    """Say why a list that is no first argument cannot be several of them."""
    for key, _ in pairs:
        if key.text in positions[: len(listed)]:
            yield Fault(key.place, f"`{key.text}` is given by position and by name", "keep one of them")
    if len(listed) > len(positions):
        message = f"{head.text} takes {counted(len(positions), 'argument')} by position, got {len(listed)}"
        hint = f"they are {', '.join(positions)}; name the others"
        yield Fault(listed[len(positions)].place, message, hint)


def _misfit(signature: Signature, keys: set[str], positional: int) -> tuple[int, bool]:
    """How many keys a signature does not have, and whether arguments that it needs are missing."""
    needed = list(signature.arguments)[: signature.least]
    given = positional + sum(name in keys for name in needed)
    return len(keys - signature.arguments.keys()), given < signature.least


def _or_nothing(node: YamlNode) -> YamlNode:
    """Python's None as YAML writes it."""
    if not isinstance(node, Scalar) or node.value != "None":
        return node
    return Scalar(node.path, node.line, node.column, node.width, node.text, None, plain=True)


def _renamed(key: Scalar, text: str) -> Scalar:
    return key if text == key.text else word_at(key, text)


# -- arguments


def sort_words(kind: type[Layer], words: Collection[str], pairs: list[KeyValue], work: Work) -> Sorted:
    """Find what the keys mean that are no fields of a layer type; those that mean nothing are left to it.

    Args:
        kind: the layer type.
        words: the arguments that may stand in the item.
        pairs: all its keys, with what stands under them.
        work: what the reading has done so far.
    """
    found = Sorted([], [], [], [])
    for key, node in pairs:
        meaning = None if accepts(kind, key.text) or key.text not in words else meaning_of(key.text)
        try:
            if meaning is None:
                found.given.append((key, node))
            elif isinstance(meaning, Claim):
                found.stated.append(Stated(key, read_value(node, work, ("none",)), meaning.of))
            elif isinstance(meaning, As):
                FORMS[meaning.form](kind, key, node, found)
            elif meaning.reason and _plain(node) not in meaning.values:
                found.faults.append(_without(kind, key, node, meaning))
        except Fault as fault:
            found.faults.append(fault)
    acts = [key for key, _ in found.given if key.text == "act"]
    found.faults.extend(
        Fault(key.place, "`act` and `activation` are the same field", "keep `act`") for key in acts[1:]
    )
    return found


def _plain(node: YamlNode) -> object:
    """The value of a scalar, or of a list of scalars, as it is written."""
    if isinstance(node, Scalar):
        return node.value
    return tuple(_plain(item) for item in node) if isinstance(node, SequenceNode) else node


def _without(kind: type[Layer], key: Scalar, node: YamlNode, meaning: Without) -> Fault:
    reason, _, hint = meaning.reason.partition(": ")
    said = shown(_plain(node)) if isinstance(node, (Scalar, SequenceNode)) else "a mapping"
    name = key.text.rpartition(".")[2]
    return Fault(node.place, f"{name} cannot be {said}: {kind.type} {reason}", hint)


Form = Callable[[type[Layer], Scalar, YamlNode, Sorted], None]


def _as_act(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """An activation that follows, if one may; those inside a layer change no count."""
    if kind.followable:
        found.given.append((_renamed(key, "act"), activation(node)))


def activation(node: YamlNode) -> YamlNode:
    """An activation by netcost's name; `linear` and nothing are none."""
    if not isinstance(node, Scalar):
        return node
    word = node.text.rpartition(".")[2].lower()
    if node.value is None or word in {"linear", "none"}:
        return word_at(node, "none")
    joined = word.replace("_", "").replace("hardsilu", "hardswish")
    return node if node.text in HEADS else word_at(node, joined) if joined in HEADS else node


def _as_trainable(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """The opposite of frozen."""
    del kind
    opposite = not boolean_of(node)
    frozen = Scalar(node.path, node.line, node.column, node.width, str(opposite), opposite, plain=True)
    found.keys.append((_renamed(key, "frozen"), frozen))


def _as_sides(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """PyTorch's padding, [left, right, top, bottom], where the last axis comes first; Keras's of a single axis."""
    if isinstance(node, SequenceNode) and len(node) % 2 == 0:
        pairs = [
            SequenceNode(node.path, node.line, node.column, node.width, node.items[at : at + 2])
            for at in range(0, len(node), 2)
        ]
        node = SequenceNode(node.path, node.line, node.column, node.width, [*reversed(pairs)])
    found.given.append((_renamed(key, "margins" if "margins" in kind.fields else "size"), node))


def _as_single_bias(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """Keras's recurrent layers have one bias a gate and unit, PyTorch's have two."""
    del kind
    has_one = isinstance(node, Scalar) and node.value is True
    found.given.append((_renamed(key, "bias"), word_at(node, "single") if has_one else node))


def _as_reset_after(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """A gated unit that resets the state before its product has one bias."""
    del kind
    if isinstance(node, Scalar) and node.value is False:
        found.given.append((_renamed(key, "bias"), word_at(node, "single")))


def _as_dims(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """The order of axes, which means the same only where the channels come last here, too."""
    del kind
    found.stated.append(Stated(key, read_value(node, Work()), "no map"))
    found.given.append((_renamed(key, "order"), node))


def _as_height(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """Height and width are one size."""
    del kind
    size = SequenceNode(node.path, node.line, node.column, node.width, [node])
    found.given.append((_renamed(key, "size"), size))


def _as_width(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """Joined to the height, which comes before it."""
    del kind, key
    size = next((each for name, each in found.given if name.text == "size"), None)
    if isinstance(size, SequenceNode):
        size.items.append(node)


def _as_num_parameters(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """One slope, or one for each channel."""
    del kind
    if not (isinstance(node, Scalar) and node.value == 1):
        found.stated.append(Stated(key, read_value(node, Work()), "channels"))
        yes = Scalar(node.path, node.line, node.column, node.width, "true", True, plain=True)
        found.given.append((_renamed(key, "per_channel"), yes))


def _as_target_shape(kind: type[Layer], key: Scalar, node: YamlNode, found: Sorted) -> None:
    """A vector or a sequence; a map has its channels last in Keras."""
    del kind
    sizes = (
        node
        if isinstance(node, SequenceNode)
        else SequenceNode(node.path, node.line, node.column, node.width, [node])
    )
    if len(sizes) > SEQUENCE_AXES:
        hint = "write `reshape: [C, H, W]`"
        raise Fault(node.place, f"{key.text} has its channels last, netcost has them first", hint)
    found.given.append((_renamed(key, "size"), sizes))


SEQUENCE_AXES = 2

FORMS: Mapping[str, Form] = {
    "act": _as_act,
    "trainable": _as_trainable,
    "sides": _as_sides,
    "single_bias": _as_single_bias,
    "reset_after": _as_reset_after,
    "dims": _as_dims,
    "height": _as_height,
    "width": _as_width,
    "num_parameters": _as_num_parameters,
    "target_shape": _as_target_shape,
}
"""What arguments are written as that have another form here."""
