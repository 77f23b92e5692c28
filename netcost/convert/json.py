"""A spec as JSON: the same as its YAML, without remarks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from netcost import escape
from netcost.source.document import MappingNode, SequenceNode, YamlNode
from netcost.source.read_document import parse_document

WIDTH = 110


def json_of(text: str) -> str:
    """The JSON of a spec in YAML; what fits on a line stands on one.

    Args:
        text: the spec.
    """
    root = _plain(parse_document(text.encode(), "spec").root)
    return escape.json("\n".join(_lines(root, "", "")) + "\n")


def _plain(node: YamlNode) -> Any:
    """A node with what is in it, as plain values."""
    if isinstance(node, MappingNode):
        return {key.text: _plain(value) for key, value in node}
    if isinstance(node, SequenceNode):
        return [_plain(each) for each in node]
    return node.value


def _lines(value: Any, start: str, indent: str) -> Iterator[str]:
    """A value behind what stands before it on its line."""
    flat = f"{start}{json.dumps(value)}"
    if not value or not isinstance(value, (dict, list)) or (indent and len(flat) < WIDTH):
        yield flat
        return
    inner = f"{indent}  "
    if isinstance(value, dict):
        (opening, closing), entries = (
            "{}",
            [(f"{inner}{json.dumps(key)}: ", each) for key, each in value.items()],
        )
    else:
        (opening, closing), entries = "[]", [(inner, each) for each in value]
    yield f"{start}{opening}"
    for number, (before, each) in enumerate(entries, 1):
        *lines, last = _lines(each, before, inner)
        yield from lines
        yield last if number == len(entries) else f"{last},"
    yield f"{indent}{closing}"
