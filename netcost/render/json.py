"""JSON for programs: everything that is known.

The same content gives the same bytes on every machine: no time, no absolute path. What belongs together is one line,
so that two documents compare well line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from netcost import escape
from netcost.render.content import Content, Lines, OneLine, Screen, Shared

INDENT = "  "
REMEMBERED = 1_000
"""Texts of which the written form is kept."""


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write the document, a line at a time."""
    del screen
    import json

    encoder = json.JSONEncoder(ensure_ascii=False)

    def encode(value: object) -> str:
        return escape.json(encoder.encode(value))

    yield from _Writer(encode).spread(content.document(), "")
    yield "\n"


class _Writer:
    """Writes the values of a document.

    Args:
        encode: writes a value of plain data on one line.
    """

    def __init__(self, encode: Callable[[object], str]) -> None:
        self.encode = encode
        # A layer's name comes again as a source, its place in all that repeat.
        self.text: Callable[[str], str] = lru_cache(REMEMBERED)(encode)

    def spread(self, value: object, margin: str) -> Iterator[str]:
        """Write a value, each member of an object or a list on lines of its own."""
        if isinstance(value, OneLine):
            yield self.encode(value.value)
        elif isinstance(value, Lines):
            yield from self._lines(value, margin)
        elif isinstance(value, Mapping):
            members = ((f"{self.encode(key)}: ", each) for key, each in value.items())
            yield from self._members(members, "{}", margin)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            yield from self._members((("", each) for each in value), "[]", margin)
        else:
            yield self.encode(value)

    def _members(self, members: Iterable[tuple[str, object]], brackets: str, margin: str) -> Iterator[str]:
        inner, before = margin + INDENT, brackets[0]
        for head, value in members:
            yield f"{before}\n{inner}{head}"
            yield from self.spread(value, inner)
            before = ","
        yield brackets if before == brackets[0] else f"\n{margin}{brackets[1]}"

    def _lines(self, lines: Lines, margin: str) -> Iterator[str]:
        """Write objects, each on one line; of a part that several have in common, the text is kept."""
        known: dict[int, tuple[Shared, str]] = {}
        yield "["
        before = f"\n{margin}{INDENT}{{"
        for parts in lines.objects:
            texts = []
            for part in parts:
                if type(part) is Shared:
                    found = known.get(id(part))
                    if found is None:
                        found = known[id(part)] = part, self.encode(part)[1:-1]
                    texts.append(found[1])
                elif part:
                    texts.append(self._short(part))
            yield f"{before}{', '.join(texts)}}}"
            before = f",\n{margin}{INDENT}{{"
        yield f"\n{margin}]"

    def _short(self, part: Mapping[str, Any]) -> str:
        """Write keys and values as the encoder does, which takes long to start for a few."""
        text = self.text
        written = []
        for key, value in part.items():
            kind = type(value)
            if kind is str:
                written.append(f'"{key}": {text(value)}')
            elif kind is int:
                written.append(f'"{key}": {value}')
            elif kind is tuple and {*map(type, value)} == {str}:
                written.append(f'"{key}": [{", ".join(map(text, value))}]')
            else:
                written.append(f'"{key}": {self.encode(value)}')
        return ", ".join(written)
