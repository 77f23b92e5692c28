"""What YAML splits, or takes for a mapping, where a list, an expression or a name was meant: reported, and put together.

Read only where a file holds something of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from netcost.place import Place
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, is_blank
from netcost.source.problem import Problem, Suggestion, write
from netcost.source.respelt import listed, parts, respelt
from netcost.source.scalar import Refused, is_open, resolve
from netcost.wording import shortened


class Reading(Protocol):
    """A file that is being read."""

    problems: list[Problem]

    @property
    def lines(self) -> Sequence[str]:
        """Its lines."""
        ...

    def report(self, place: Place, message: str, hint: str) -> None:
        """Note a fault."""
        ...


def parted(reading: Reading, key: Scalar, blank: YamlNode) -> tuple[Scalar, YamlNode]:
    """The key and the value of `{conv:16}` or `{conv=16}`, which YAML takes for a key as a whole; it is reported."""
    found = re.fullmatch(GLUED, key.text)
    if found is None:
        return key, blank
    word, sign, text = found.groups()
    reading.report(key.place, GLUED_BY[sign.strip()[0]], write(f"{word}: {text}"))
    start = key.column + found.start(3)
    return (
        Scalar(key.path, key.line, key.column, len(word), word, word, plain=True),
        _as_written(Place(key.path, key.line, start, len(text)), text),
    )


GLUED = r"([A-Za-z_][\w.-]*)(:|\s*={1,2}>?\s*)(\S.*)"
"""A key and its value without a colon and a space between them."""

GLUED_BY = {":": "there is no space after this colon", "=": "a value stands after a colon, not after `=`"}


def braced(reading: Reading, children: list[YamlNode], place: Place) -> YamlNode | None:
    """The expression in `{{ width }}`, as templates write names; it is reported. None for any other mapping."""
    inner = children[0] if children else None
    if not isinstance(inner, MappingNode) or len(inner) != 1 or not all(map(is_blank, children[1:])):
        return None
    ((key, node),) = inner
    if not is_blank(node):
        return None
    reading.report(place, "an expression needs no braces", write(key.text))
    return _as_written(place, key.text)


def mended(reading: Reading, children: list[YamlNode], *, is_mapping: bool) -> list[YamlNode]:
    """What stands between two brackets, put together where YAML split it at commas; each such place is reported.

    `{conv: min(3, 4)}` arrives as `conv: min(3` and a key `4)` that has no value, and `{kernel: 3, 5}` with a key 5.

    Args:
        reading: the file.
        children: keys and values in turn, or the values of a list.
        is_mapping: whether they are keys and values.
    """
    step = 2 if is_mapping else 1
    whole: list[YamlNode] = []
    joined: list[Scalar] = []
    lists: dict[int, list[Scalar]] = {}
    for index in range(0, len(children), step):
        piece, *values = children[index : index + step]
        last = whole[-1] if whole else None
        is_piece = isinstance(piece, Scalar) and piece.plain and all(map(is_blank, values))
        start = _unfinished(reading, last) if last and is_piece else None
        if start and isinstance(piece, Scalar):
            start.text = start.value = f"{start.text}, {piece.text}"
            if start.line == piece.line:
                start.width = piece.column + piece.width - start.column
            joined += [] if start in joined[-1:] else [start]
        elif is_mapping and is_piece and isinstance(piece, Scalar) and _continues(piece, last):
            lists.setdefault(len(whole) - 1, []).append(piece)
        else:
            whole += [piece, *values]
    for at, more in lists.items():
        whole[at] = _reported_list(reading, whole[at], more)
    for scalar in joined:
        meant = _reported_cut(reading, scalar)
        whole = [meant if each is scalar else each for each in whole]
    return whole


def _unfinished(reading: Reading, node: YamlNode) -> Scalar | None:
    """The plain scalar at the end of the node if it has an open parenthesis; in `[a: b]`, the b."""
    if isinstance(node, MappingNode) and len(node):
        opened = reading.lines[node.line - 1][node.column - 1 : node.column]
        node = node if opened == "{" else node.entries[-1][1]
    return node if isinstance(node, Scalar) and node.plain and is_open(node.text) else None


def _continues(piece: Scalar, before: YamlNode | None) -> bool:
    """Tell whether a key without a value is a number of a list that has begun before it."""
    if not isinstance(before, Scalar) or not before.plain or not before.text:
        return False
    return before.line == piece.line and type(piece.value) in {int, float}


def _reported_cut(reading: Reading, scalar: Scalar) -> YamlNode:
    """Report an expression that was split at its commas; one that is a tuple of Python's becomes a list."""
    text, message = scalar.text, "YAML splits this expression at its comma"
    as_list = listed(text)
    if as_list == text:
        hint = f'an expression that contains a comma needs quotes: "{shortened(text)}"'
        reading.report(scalar.place, message, Suggestion(hint, f'"{text}"', hint))
        return scalar
    reading.report(scalar.place, message, write(as_list, f"write `{shortened(as_list)}`"))
    return _as_written(scalar.place, as_list)


def _reported_list(reading: Reading, first: YamlNode, more: list[Scalar]) -> YamlNode:
    """Report a list without brackets; what was said of its numbers follows from that."""
    last, numbers = more[-1], [first, *more]
    place = first.place._replace(width=last.column + last.width - first.column)
    text = reading.lines[place.line - 1][place.column - 1 : place.column - 1 + place.width]
    places = {each.place for each in numbers}
    reading.problems[:] = [each for each in reading.problems if each.place not in places]
    reading.report(place, *(respelt(text) or ("a list is written in brackets", write(f"[{text}]"))))
    return SequenceNode(*place[:4], numbers)


def _as_written(place: Place, text: str) -> YamlNode:
    """What a text stands for, all of it at a place."""
    if text.startswith("[") and text.endswith("]"):
        return SequenceNode(*place[:4], [_as_written(place, each) for each in parts(text[1:-1])])
    value = resolve(text)
    return Scalar(*place[:4], text, value.value if isinstance(value, Refused) else value, plain=True)
