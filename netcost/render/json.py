"""JSON for programs: all that is known of each layer, with what every metric means.

The same report gives the same bytes on every machine: no time, no absolute path. Each layer is one line, so
that two reports compare well line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from netcost import escape
from netcost.render.view import View
from netcost.report import METRICS, Report, Row, likeness
from netcost.report.key import Key
from netcost.report.keys import FORMAT_VERSION, members, model_keys, row_keys

REMEMBERED = 1_000
"""Texts of which the written form is kept."""


def render(reports: Sequence[Report], view: View) -> Iterator[str]:
    """Write all reports as one document, a line at a time."""
    del view
    import json

    from netcost import __version__

    encoder = json.JSONEncoder(ensure_ascii=False)

    def encode(value: object) -> str:
        return escape.json(encoder.encode(value))

    meanings = ",\n".join(f'    "{name}": {encode(meaning)}' for name, meaning in convention().items())
    yield f'{{\n  "format_version": "{FORMAT_VERSION}",\n  "netcost": "{__version__}",\n'
    yield f'  "convention": {{\n{meanings}\n  }},\n  "models": ['
    for number, report in enumerate(reports):
        yield ",\n" if number else "\n"
        yield from _model(report, encode)
    yield "\n  ]\n}\n"


def convention() -> dict[str, dict[str, str]]:
    """What each metric counts, and in which unit."""
    return {name: {"unit": metric.unit, "help": metric.help} for name, metric in METRICS.items()}


def _model(report: Report, encode: Callable[[object], str]) -> Iterator[str]:
    yield "    {\n"
    for key, value in members(model_keys(), report).items():
        yield f'      "{key}": {encode(value)},\n'
    yield '      "layers": ['
    for index, layer in enumerate(_layers(report.rows, encode)):
        yield f'{"," if index else ""}\n        {{"index": {index}, {layer}}}'
    yield "\n      ]\n    }"


def _layers(rows: Sequence[Row], encode: Callable[[object], str]) -> Iterator[str]:
    """The keys and values of each layer; what rows that are alike have in common is written once."""
    parts = [(own, list(keys)) for own, keys in groupby(row_keys(), key=lambda key: key.own)]
    text = lru_cache(REMEMBERED)(
        encode
    )  # a layer's name comes again as a source, its place in all that repeat
    known: dict[tuple[int, ...], list[str]] = {}
    for row in rows:
        alike = likeness(row)
        if alike not in known:
            known[alike] = ["" if own else encode(members(keys, row))[1:-1] for own, keys in parts]
        common = known[alike]
        yield ", ".join(
            [_own(keys, row, text) if own else common[at] for at, (own, keys) in enumerate(parts)]
        )


def _own(keys: Sequence[Key], row: Row, text: Callable[[str], str]) -> str:
    """Keys whose values are texts or lists of them, as the encoder writes them: it takes long to start for a few."""
    written = []
    for key in keys:
        value: Any = key.write(row)
        if isinstance(value, str):
            written.append(f'"{key.name}": {text(value)}')
        elif value is not None:
            written.append(f'"{key.name}": [{", ".join(map(text, value))}]')
    return ", ".join(written)
