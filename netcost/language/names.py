"""Names in a spec: how they are spelt, and which are taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from netcost.layers.values import MAX_TEXT
from netcost.shapes import Shape, axis_words
from netcost.source.document import Scalar, SequenceNode, YamlNode
from netcost.source.fault import Fault
from netcost.source.problem import write

LONGEST_NAME = 64
NAME = rf"[A-Za-z_][A-Za-z0-9_-]{{0,{LONGEST_NAME - 1}}}"
RESERVED = frozenset({"prev", "input", "none"})


def tensor_name(axis: str) -> str:
    """What expressions call a length of the incoming tensor; that of a sequence is `in_length`, too."""
    return f"in_{'length' if axis == 'tokens' else axis}"


TENSOR_NAMES = frozenset(map(tensor_name, axis_words()))


@cache
def tensor_axes(kind: type[Shape]) -> Mapping[str, int]:
    """The axes of a kind of shape, by what expressions call their lengths."""
    return {tensor_name(word): axis for word, axis in kind.positions.items()}


def is_name(text: str) -> bool:
    """Tell whether an item can be called so."""
    return _is_spelt(text) and text not in RESERVED


def _is_spelt(text: str) -> bool:
    """Tell whether a text matches `NAME`; most do without a dash, as names of Python."""
    plain = text.isascii() and text.isidentifier() and len(text) <= LONGEST_NAME
    return plain or re.fullmatch(NAME, text) is not None


def check_name(scalar: Scalar) -> str:
    """Return the text of a name.

    Raises:
        Fault: it is not spelt as a name, or the word has a meaning of its own.
    """
    text = scalar.text
    if not _is_spelt(text):
        rule = "a name has up to 64 letters, digits, `_` and `-`, and starts with a letter or `_`"
        raise Fault(scalar.place, f"`{text}` is not a name", _spelt_as_name(text, rule))
    if text in RESERVED:
        raise Fault(scalar.place, f"`{text}` has a meaning of its own", "choose another name")
    return text


def _spelt_as_name(text: str, rule: str) -> str:
    """The hint to write a text with the signs alone that a name may have; else the rule."""
    near = re.sub(r"[^A-Za-z0-9_-]+", "_", text.strip()).lstrip("-")
    near = f"_{near}" if near[:1].isdigit() else near
    return write(near, rule) if _is_spelt(near) and near.strip("_") else rule


def check_variable(scalar: Scalar) -> str:
    """Return the text of a name that expressions can use.

    Raises:
        Fault: an expression would take it for something else.
    """
    from netcost.language.expression import FUNCTIONS
    from netcost.language.expression import RESERVED as RESERVED_WORDS

    name = check_name(scalar)
    if "-" in name:
        raise Fault(
            scalar.place,
            f"an expression would read `{name}` as a difference",
            write(name.replace("-", "_")),
        )
    if name in RESERVED_WORDS or name in FUNCTIONS or name in TENSOR_NAMES:
        raise Fault(scalar.place, f"`{name}` has a meaning of its own in expressions", "choose another name")
    return name


def reference_of(node: YamlNode) -> Scalar:
    """A reference to an earlier tensor.

    Raises:
        Fault: it is a number, a list or a mapping, or longer than any name.
    """
    if isinstance(node, Scalar) and isinstance(node.value, (str, bool)):
        if len(node.text) > MAX_TEXT:
            raise Fault(node.place, f"this name has {len(node.text):,} characters, more than {MAX_TEXT}")
        return node
    shown = (
        f"`{node.text}`"
        if isinstance(node, Scalar)
        else "a list"
        if isinstance(node, SequenceNode)
        else "a mapping"
    )
    raise Fault(node.place, f"expected the name of an earlier item, got {shown}", _reference_meant(node))


def _reference_meant(node: YamlNode) -> str:
    """The hint for what is no name: items are counted elsewhere, the one before this as -1."""
    value = node.value if isinstance(node, Scalar) else None
    if value == -1:
        return write("prev")
    if isinstance(value, int):
        return "items have no numbers: write `input`, `prev` or the name of one"
    return "write `input`, `prev` or a name"
