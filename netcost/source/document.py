"""A document as a positioned tree: what stands in it, and where."""

from collections.abc import Iterator
from typing import TypeAlias

from netcost.place import Place
from netcost.record import Record
from netcost.source.problem import Problem
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

    def __init__(self, path: str, line: int, column: int, width: int, items: list["YamlNode"]) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.width = width
        self.items = items

    def __iter__(self) -> Iterator["YamlNode"]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class MappingNode(_Positioned):
    """Keys and their nodes, each by the key's text and in the order of the file; of duplicate keys, the first."""

    __slots__ = ("keys", "nodes")

    def __init__(
        self,
        path: str,
        line: int,
        column: int,
        width: int,
        keys: dict[str, Scalar],
        nodes: dict[str, "YamlNode"],
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.width = width
        self.keys = keys
        self.nodes = nodes

    @property
    def names(self) -> tuple[str, ...]:
        """The texts of the keys."""
        return tuple(self.keys)

    @property
    def words(self) -> tuple[str, ...] | None:
        """The texts of the keys and of what stands under them, if that is single words without quotes."""
        words = [*self.keys]
        for node in self.nodes.values():
            if not isinstance(node, Scalar) or not node.plain:
                return None
            words.append(node.text)
        return tuple(words)

    @property
    def entries(self) -> list["KeyValue"]:
        """Each key with its node."""
        return list(self)

    def get(self, name: str) -> "YamlNode | None":
        """The node under a key, or None if there is no such key."""
        return self.nodes.get(name)

    def key(self, name: str) -> Scalar | None:
        """The key itself, for its place, or None if there is no such key."""
        return self.keys.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def __iter__(self) -> Iterator["KeyValue"]:
        return zip(self.keys.values(), self.nodes.values(), strict=True)

    def __len__(self) -> int:
        return len(self.nodes)


YamlNode: TypeAlias = Scalar | SequenceNode | MappingNode
KeyValue: TypeAlias = tuple[Scalar, YamlNode]
"""A key of a mapping with the node under it."""


def is_blank(node: YamlNode) -> bool:
    """Tell whether nothing is written where a node stands."""
    return isinstance(node, Scalar) and node.plain and not node.text


class Document(Record):
    """A file that was read: its lines, its tree, and the faults that did not end the reading."""

    path: str
    lines: list[str]
    root: YamlNode
    problems: tuple[Problem, ...]
    size: int
    """Bytes of the file."""
    nodes: int
    """Nodes of the tree, where an alias counts as all that it stands for."""
