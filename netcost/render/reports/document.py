"""Reports as a document: all that is known of each layer, a line each, with what every metric means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from netcost.render.content import Lines, OneLine, Shared
from netcost.report import METRICS, Report, Row, likeness
from netcost.report.keys import FORMAT_VERSION, members, model_keys, row_keys


def document(reports: Sequence[Report]) -> Mapping[str, Any]:
    """Put all reports into one document."""
    from netcost import __version__

    return {
        "format_version": FORMAT_VERSION,
        "netcost": __version__,
        "convention": {name: OneLine(meaning) for name, meaning in convention().items()},
        "models": map(_model, reports),
    }


def convention() -> dict[str, dict[str, str]]:
    """What each metric counts, and in which unit."""
    return {name: {"unit": metric.unit, "help": metric.help} for name, metric in METRICS.items()}


def _model(report: Report) -> Mapping[str, Any]:
    keys = {key: OneLine(value) for key, value in members(model_keys(), report).items()}
    return {**keys, "layers": Lines(_layers(report.rows))}


def _layers(rows: Sequence[Row]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The keys and values of each layer; rows that are alike share what they have in common."""
    groups = [(own, list(keys)) for own, keys in groupby(row_keys(), key=lambda key: key.own)]
    known: dict[tuple[int, ...], list[Shared]] = {}
    for index, row in enumerate(rows):
        alike = likeness(row)
        common = known.get(alike)
        if common is None:
            common = known[alike] = [Shared() if own else Shared(members(keys, row)) for own, keys in groups]
        parts = [
            members(keys, row) if own else shared for shared, (own, keys) in zip(common, groups, strict=True)
        ]
        yield [{"index": index, **parts[0]}, *parts[1:]]
