"""JSON for programs: both networks, every metric's difference, and every layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netcost import escape
from netcost.budget.compare import Pair, number
from netcost.number import Value, difference, known_part, plain
from netcost.place import portable
from netcost.render.change import plain_percent
from netcost.render.diff import Diff
from netcost.report import METRICS, Report, Row
from netcost.report.keys import completeness_keys, members
from netcost.report.overridden import overrides_key

FORMAT_VERSION = "1.1"
"""Version of this document; the first number changes when a reader would break."""


def render(diff: Diff) -> Iterator[str]:
    """Write everything as one document, a layer at a time."""
    import json

    from netcost import __version__

    encoder = json.JSONEncoder(ensure_ascii=False)
    comparison = diff.comparison
    both = (comparison.before, comparison.after)
    facts = {
        "format_version": FORMAT_VERSION,
        "netcost": __version__,
        "changed": bool(comparison.changed),
        "before": _network(diff.names[0], comparison.before),
        "after": _network(diff.names[1], comparison.after),
        "totals": {metric: _change(*(report.totals[metric] for report in both)) for metric in METRICS},
    }
    yield "{\n"
    for key, value in facts.items():
        yield f'  "{key}": {escape.json(encoder.encode(value))},\n'
    yield '  "layers": ['
    for index, pair in enumerate(comparison.pairs):
        yield f"{',' if index else ''}\n    {escape.json(encoder.encode(_pair(pair)))}"
    yield "\n  ]\n}\n"


def _network(label: str, report: Report) -> dict[str, Any]:
    return {
        "label": label,
        "name": report.name,
        "source": portable(report.source),
        "batch": report.batch,
        "dtype": report.precision.short,
        **members([overrides_key()], report),
        "outputs": dict(report.outputs),
        **members(completeness_keys(), report),
    }


def _change(before: Value, after: Value) -> dict[str, Any]:
    """A metric on both sides; the difference is null where it cannot be told, the percentage of what was zero too."""
    delta = difference(before, after)
    percent = plain_percent(delta, known_part(before))
    return {
        "before": plain(before),
        "after": plain(after),
        "delta": plain(delta),
        "percent": float(percent) if percent else None,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    metrics = {metric: _change(number(pair.before, metric), number(pair.after, metric)) for metric in METRICS}
    return {"change": pair.kind, "before": _layer(pair.before), "after": _layer(pair.after), **metrics}


def _layer(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"name": row.name, "type": row.type, "label": row.label, "output_shape": row.output}
