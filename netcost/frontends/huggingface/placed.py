"""Nodes of a template's tree: made of values, moved to the place of a config's key, exchanged for others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from netcost.place import Place
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, word_at
from netcost.source.fault import Fault
from netcost.wording import shown

NAMES = re.compile(r"[A-Za-z_]\w*")
WORD = re.compile(r"[^']{0,200}")
MAX_ITEMS = 1_000

ACTIVATIONS: Mapping[str, str] = {
    **dict.fromkeys(("gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh"), "gelu"),
    **dict.fromkeys(("gelu_10", "gelu_accurate", "gelu_python_tanh", "quick_gelu", "laplace"), "gelu"),
    **dict.fromkeys(("silu", "swish"), "silu"),
    **dict.fromkeys(("relu", "relu2", "relu_squared"), "relu"),
    "relu6": "relu6",
    "leaky_relu": "leakyrelu",
    "elu": "elu",
    "selu": "selu",
    "mish": "mish",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "linear": "none",
}
"""What transformers calls activations, and the layer of each."""


def node_of(value: Any, place: Place) -> YamlNode:
    """A value as a template has it, at a place."""
    spot = place[:4]
    if isinstance(value, (list, tuple)):
        return SequenceNode(*spot, [node_of(each, place) for each in value])
    if isinstance(value, str):
        return Scalar(*spot, f"'{value}'", f"'{value}'", plain=False)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Scalar(*spot, text, value, plain=True)


def names_of(names: Sequence[str], place: Place) -> YamlNode:
    """A list of names, at a place."""
    spot = place[:4]
    return SequenceNode(*spot, [Scalar(*spot, name, name, plain=True) for name in names])


def value_of(node: YamlNode) -> Any:
    """A value of a config as Python has it."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, SequenceNode):
        return [value_of(each) for each in node]
    return {key.text: value_of(each) for key, each in node}


def is_none(node: YamlNode) -> bool:
    """Tell whether a value leaves to the class what it is: `null`, or "auto"."""
    return isinstance(node, Scalar) and (node.value is None or node.value == "auto")


def told_as(default: object, name: str, node: YamlNode) -> YamlNode:
    """The value of a key for a parameter, of the kind that the template's own value is.

    Raises:
        Fault: it is of another kind, or negative.
    """
    value = value_of(node)
    if isinstance(value, float) and value.is_integer() and type(default) is int:
        value = int(value)
    if not _fits(default, value):
        raise Fault(node.place, f"`{name}` is a value like {shown(default)}, this is {shown(value)}")
    return node_of(value, node.place)


def _fits(default: object, value: object) -> bool:
    if isinstance(default, (bool, list)) or isinstance(value, bool):
        same = type(value) is type(default)
        return same and (
            not isinstance(value, list) or (len(value) <= MAX_ITEMS and all(map(_is_plain, value)))
        )
    if isinstance(default, str):
        return isinstance(value, str) and WORD.fullmatch(value) is not None
    if not isinstance(value, (int, float) if isinstance(default, float) else int):
        return False
    return value >= 0 or (isinstance(default, (int, float)) and value >= default)


def _is_plain(value: object) -> bool:
    """Tell whether a value may stand in a list of a template."""
    if isinstance(value, list):
        return len(value) <= MAX_ITEMS and all(isinstance(each, (int, float)) for each in value)
    return isinstance(value, (bool, int, float)) or (
        isinstance(value, str) and WORD.fullmatch(value) is not None
    )


def with_entries(node: MappingNode, entries: Mapping[str, YamlNode]) -> MappingNode:
    """A mapping with other values under some keys, or more of them."""
    keys = {key.text: key for key, _ in node}
    nodes = {key.text: each for key, each in node}
    keys.update((name, word_at(each, name)) for name, each in entries.items() if name not in keys)
    return MappingNode.of(node.path, node.line, node.column, node.width, keys, {**nodes, **entries})


def empty_at(node: YamlNode) -> MappingNode:
    """A mapping with nothing in it, where a node stands."""
    return MappingNode.of(*node.place[:4], {}, {})


def put_at(node: YamlNode, places: Mapping[str, Place], otherwise: Place) -> None:
    """Let each part of a template stand where the config has the first key that it depends on."""
    for child in _children(node):
        put_at(child, places, _place(child, places) or _place(node, places) or otherwise)
    place = _place(node, places) or otherwise
    node.path, node.line, node.column, node.width = place[:4]


def _children(node: YamlNode) -> list[YamlNode]:
    if isinstance(node, SequenceNode):
        return node.items
    return [each for pair in node for each in pair] if isinstance(node, MappingNode) else []


def _place(node: YamlNode, places: Mapping[str, Place]) -> Place | None:
    """Where the first key stands that a part of a template depends on."""
    if isinstance(node, Scalar):
        return next((places[word] for word in NAMES.findall(node.text) if word in places), None)
    values = node.items if isinstance(node, SequenceNode) else [value for _, value in node]
    return next((place for each in values if (place := _place(each, places))), None)


def activation(root: YamlNode, word: str, node: YamlNode) -> None:
    """Put an activation wherever a template has that word under `act`.

    Raises:
        Fault: there is no such activation.
    """
    name = value_of(node)
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise Fault(
            node.place, f"{shown(name)} is no activation that is known", f"one of {', '.join(ACTIVATIONS)}"
        )
    for parent in _mappings(root):
        value = parent.get("act")
        if isinstance(value, Scalar) and value.text == word:
            value.text = ACTIVATIONS[name]
            value.value = value.text


def _mappings(node: YamlNode) -> list[MappingNode]:
    found = [node] if isinstance(node, MappingNode) else []
    return found + [each for child in _children(node) for each in _mappings(child)]
