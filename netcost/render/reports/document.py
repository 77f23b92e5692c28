"""Reports as a document: all that is known of each layer, a line each, with what every metric means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from netcost.render.content import Lines, OneLine, Shared
from netcost.report import METRICS, Metric, Report, Row, likeness
from netcost.report.figures import FIGURES, Figure
from netcost.report.in_network import FIGURES_KEY
from netcost.report.keys import FORMAT_VERSION, members, model_keys, row_keys, written_keys
from netcost.report.layer_figures import LAYER_FIGURES, LayerFigure


def document(reports: Sequence[Report], asked: Collection[str] = ()) -> Mapping[str, Any]:
    """Put all reports into one document, with those of the keys on demand that are asked for."""
    from netcost import __version__

    return {
        "format_version": FORMAT_VERSION,
        "netcost": __version__,
        "convention": {name: OneLine(meaning) for name, meaning in convention(asked).items()},
        "models": (_model(report, asked) for report in reports),
    }


def convention(asked: Collection[str] = ()) -> dict[str, dict[str, str]]:
    """What each metric counts, and in which unit; and what else is asked for."""
    figures = FIGURES if FIGURES_KEY in asked else {}
    of_layers = {
        name: figure for name, figure in LAYER_FIGURES.items() if name in asked and name not in figures
    }
    numbers: dict[str, Metric | Figure | LayerFigure] = {**METRICS, **figures, **of_layers}
    return {name: {"unit": each.unit, "help": each.help} for name, each in numbers.items()}


def _model(report: Report, asked: Collection[str]) -> Mapping[str, Any]:
    keys = {key: OneLine(value) for key, value in members(model_keys(), report, asked).items()}
    return {**keys, "layers": Lines(_layers(report.rows, asked))}


def _layers(rows: Sequence[Row], asked: Collection[str]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The keys and values of each layer; rows that are alike share what they have in common."""
    written = written_keys(row_keys(), asked)
    groups = [(own, list(keys)) for own, keys in groupby(written, key=lambda key: key.own)]
    known: dict[tuple[int, ...], list[Shared]] = {}
    for index, row in enumerate(rows):
        alike = likeness(row)
        common = known.get(alike)
        if common is None:
            common = known[alike] = [Shared() if own else Shared(members(keys, row)) for own, keys in groups]
        parts = [
            members(keys, row, asked) if own else shared
            for shared, (own, keys) in zip(common, groups, strict=True)
        ]
        yield [{"index": index, **parts[0]}, *parts[1:]]
