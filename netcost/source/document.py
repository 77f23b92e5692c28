"""A document as a positioned tree: what stands in it, where, and small questions to its nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, cast

from netcost.place import Place
from netcost.record import Record
from netcost.source.fault import Fault, meant
from netcost.source.problem import Problem, Suggestion, nearest
from netcost.source.scalar import Plain

_new = tuple.__new__  # there are many places, and a named tuple's own constructor takes twice as long


class _Positioned:
    """Where a node starts, from line 1 and column 1, and how many characters of that line it covers."""

    __slots__ = ("column", "line", "path", "width")

    path: str
    line: int
    column: int
    width: int

    @property
    def place(self) -> Place:
        """The node's spot in its file."""
        return _new(Place, (self.path, self.line, self.column, self.width, "", ""))


class Scalar(_Positioned):
    """A single value: its text, whether it stands without quotes, and what YAML 1.2 makes of it."""

    __slots__ = ("plain", "text", "value")

    def __init__(
        self, path: str, line: int, column: int, width: int, text: str, value: Plain, plain: bool
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.width = width
        self.text = text
        self.value = value
        self.plain = plain

    @property
    def words(self) -> tuple[str, ...] | None:
        """Its text, if it stands without quotes."""
        return (self.text,) if self.plain else None

    def part(self, offset: int, width: int = 1) -> Place:
        """The spot of some characters of the text, for faults inside an expression.

        It is the whole scalar where text and source differ, as with escapes or several lines.
        """
        quote = 0 if self.plain else 1
        if self.width != len(self.text) + 2 * quote:
            return self.place
        return Place(self.path, self.line, self.column + quote + offset, width)


class SequenceNode(_Positioned):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, path: str, line: int, column: int, width: int, items: list[YamlNode]) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.width = width
        self.items = items

    def __iter__(self) -> Iterator[YamlNode]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


FEW = 16
"""Keys among which one is found as quickly by looking at each."""


class MappingNode(_Positioned):
    """Keys and their nodes in turn, in the order of the file; of duplicate keys, the first.

    A key goes by its text, unless there is another name for it.
    """

    __slots__ = ("_index", "_names", "children")

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        width: int,
        children: list[YamlNode],
        names: tuple[str, ...] | None = None,
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.width = width
        self.children = children
        self._names = names
        self._index: dict[str, int] | None = None

    @classmethod
    def of(
        cls,
        path: str,
        line: int,
        column: int,
        width: int,
        keys: Mapping[str, Scalar],
        nodes: Mapping[str, YamlNode],
    ) -> MappingNode:
        """A mapping of keys and nodes by their names."""
        children = [each for name, key in keys.items() for each in (key, nodes[name])]
        return cls(path, line, column, width, children, tuple(keys))

    @property
    def names(self) -> tuple[str, ...]:
        """What the keys go by."""
        if self._names is not None:
            return self._names
        keys: list[Any] = self.children[::2]
        return tuple([key.text for key in keys])

    @property
    def words(self) -> tuple[str, ...] | None:
        """The texts of the keys and of what stands under them, if all are single words without quotes."""
        words = []
        for each in self.children:
            if type(each) is not Scalar or not each.plain:
                return None
            words.append(each.text)
        return tuple(words)

    @property
    def entries(self) -> list[KeyValue]:
        """Each key with its node."""
        return list(self)

    def at(self, name: str) -> int:
        """Where a key is among the keys; -1 if there is no such."""
        if len(self) > FEW and self._index is None:
            self._index = {each: at for at, each in enumerate(self.names)}
        if self._index is not None:
            return self._index.get(name, -1)
        names = self.names
        return names.index(name) if name in names else -1

    def get(self, name: str) -> YamlNode | None:
        """The node under a key, or None if there is no such key."""
        at = self.at(name)
        return None if at < 0 else self.children[2 * at + 1]

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place, or None if there is no such key."""
        at = self.at(name)
        return None if at < 0 else cast("Scalar", self.children[2 * at])

    @property
    def keys(self) -> list[Scalar]:
        """The keys."""
        return cast("list[Scalar]", self.children[::2])

    @property
    def nodes(self) -> list[YamlNode]:
        """What stands under the keys."""
        return self.children[1::2]

    def __contains__(self, name: str) -> bool:
        return self.at(name) >= 0

    def __iter__(self) -> Iterator[KeyValue]:
        return zip(self.keys, self.nodes, strict=True)

    def __len__(self) -> int:
        return len(self.children) // 2


YamlNode: TypeAlias = Scalar | SequenceNode | MappingNode
KeyValue: TypeAlias = tuple[Scalar, YamlNode]
"""A key of a mapping with the node under it."""


def is_blank(node: YamlNode) -> bool:
    """Tell whether nothing is written where a node stands."""
    return isinstance(node, Scalar) and node.plain and not node.text


class Document(Record, eq=False):
    """A file that was read: its lines, its tree, and the faults that did not end the reading."""

    path: str
    lines: list[str]
    root: YamlNode
    problems: tuple[Problem, ...]
    size: int
    """Bytes of the file."""
    nodes: int
    """Nodes of the tree, where an alias counts as all that it stands for."""


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
