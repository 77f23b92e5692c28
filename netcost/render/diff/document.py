"""A comparison as a document: both networks, every metric's difference, and every layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from netcost.budget.compare import Comparison, Pair, number
from netcost.number import Value, difference, known_part, plain
from netcost.place import portable
from netcost.render.change import plain_percent
from netcost.render.content import Lines, OneLine, Shared
from netcost.report import METRICS, Report, Row
from netcost.report.in_network import FIGURES_KEY
from netcost.report.keys import completeness_keys, members
from netcost.report.overridden import overrides_key

FORMAT_VERSION = "1.1"
"""Version of this document; the first number changes when a reader would break."""


def document(comparison: Comparison, names: tuple[str, str], *, figures: bool = False) -> Mapping[str, Any]:
    """Put everything into one document."""
    from netcost import __version__

    both = (comparison.before, comparison.after)
    facts = {
        "format_version": FORMAT_VERSION,
        "netcost": __version__,
        "changed": bool(comparison.changed),
        "before": _network(names[0], comparison.before),
        "after": _network(names[1], comparison.after),
        "totals": {metric: _change(*(report.totals[metric] for report in both)) for metric in METRICS},
    }
    if figures:
        facts[FIGURES_KEY] = {name: _change(*pair) for name, pair in comparison.figures.items()}
    return {
        **{key: OneLine(value) for key, value in facts.items()},
        "layers": Lines(_layers(comparison.pairs)),
    }


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


def _layers(pairs: Iterable[Pair]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Each layer on both sides; pairs with the same numbers share what is made of them."""
    known: dict[tuple[int, ...], Shared] = {}
    for pair in pairs:
        alike = pair.likeness
        if alike not in known:
            known[alike] = Shared(
                (metric, _change(number(pair.before, metric), number(pair.after, metric)))
                for metric in METRICS
            )
        own = {"change": pair.kind, "before": _layer(pair.before), "after": _layer(pair.after)}
        yield own, known[alike]


def _layer(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"name": row.name, "type": row.type, "label": row.label, "output_shape": row.output}
