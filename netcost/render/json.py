"""JSON for programs: everything that is known.

The same content gives the same bytes on every machine: no time, no absolute path. What belongs together is one line,
so that two documents compare well line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from netcost import escape
from netcost.render.content import Content, OneLine, Parts, Shared
from netcost.render.screen import Screen

INDENT = "  "
Encode: TypeAlias = Callable[[object], str]


def render(content: Content, screen: Screen) -> Iterator[str]:
    """Write the document, a line at a time."""
    del screen
    import json

    encoder = json.JSONEncoder(ensure_ascii=False)

    def encode(value: object) -> str:
        return escape.json(encoder.encode(value))

    yield from _spread(content.document(), "", _on_one_line(encode), encode)
    yield "\n"


def _spread(value: object, margin: str, on_one_line: Encode, encode: Encode) -> Iterator[str]:
    """Write a value, each member of an object or a list on lines of its own."""
    if isinstance(value, OneLine):
        yield on_one_line(value.value)
    elif isinstance(value, Mapping):
        heads = ((f"{encode(key)}: ", each) for key, each in value.items())
        yield from _members("{", heads, "}", margin, on_one_line, encode)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        yield from _members("[", (("", each) for each in value), "]", margin, on_one_line, encode)
    else:
        yield encode(value)


def _members(
    opening: str,
    members: Iterable[tuple[str, object]],
    closing: str,
    margin: str,
    on_one_line: Encode,
    encode: Encode,
) -> Iterator[str]:
    inner, before = margin + INDENT, opening
    for head, value in members:
        yield f"{before}\n{inner}{head}"
        yield from _spread(value, inner, on_one_line, encode)
        before = ","
    yield f"{opening}{closing}" if before == opening else f"\n{margin}{closing}"


def _on_one_line(encode: Encode) -> Encode:
    """What writes a value on one line; a part that objects share is kept, as is its text."""
    known: dict[int, tuple[Shared, str]] = {}

    def text_of(part: Mapping[str, Any]) -> str:
        if not isinstance(part, Shared):
            return ", ".join([f'"{key}": {_text(value, encode)}' for key, value in part.items()])
        if id(part) not in known:
            known[id(part)] = part, encode(part)[1:-1]
        return known[id(part)][1]

    def on_one_line(value: object) -> str:
        if isinstance(value, Parts):
            return f"{{{', '.join(filter(None, map(text_of, value.parts)))}}}"
        return encode(value)

    return on_one_line


def _text(value: Any, encode: Encode) -> str:
    """A short value as the encoder writes it, which takes long to start."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(encode, value))}]"
    return str(value) if type(value) is int else encode(value)
