"""JSON for programs: everything that is known.

The same content gives the same bytes on every machine: no time, no absolute path. What belongs together is one line,
so that two documents compare well line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from netcost import escape
from netcost.render.content import Content, OneLine, OneLineOf, Shared
from netcost.render.screen import Screen

INDENT = "  "


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
        self.known: dict[int, tuple[Shared, str]] = {}

    def spread(self, value: object, margin: str) -> Iterator[str]:
        """Write a value, each member of an object or a list on lines of its own."""
        if isinstance(value, Mapping):
            heads = ((f"{self.encode(key)}: ", each) for key, each in value.items())
            yield from self._members("{", heads, "}", margin)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            yield from self._members("[", (("", each) for each in value), "]", margin)
        else:
            yield self.encode(value)

    def _members(
        self, opening: str, members: Iterable[tuple[str, object]], closing: str, margin: str
    ) -> Iterator[str]:
        inner, before = f"\n{margin}{INDENT}", opening
        for head, value in members:
            if isinstance(value, OneLineOf):
                yield f"{before}{inner}{head}{{{', '.join([self._part(part) for part in value.parts if part])}}}"
            elif isinstance(value, OneLine):
                yield f"{before}{inner}{head}{self.encode(value.value)}"
            else:
                yield f"{before}{inner}{head}"
                yield from self.spread(value, margin + INDENT)
            before = ","
        yield f"{opening}{closing}" if before == opening else f"\n{margin}{closing}"

    def _part(self, part: Mapping[str, Any]) -> str:
        """Write the keys and values of a part; of a part that objects share, the text is kept."""
        if not isinstance(part, Shared):
            return self.encode(part)[1:-1]
        found = self.known.get(id(part))
        if found is None:
            found = self.known[id(part)] = part, self.encode(part)[1:-1]
        return found[1]

    def _short(self, value: Any) -> str:
        """Write a short value as the encoder does, which takes long to start."""
        if isinstance(value, str):
            return self.encode(value)
        return str(value) if type(value) is int else f"[{', '.join(map(self.encode, value))}]"
