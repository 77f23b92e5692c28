"""Fewer rows: the layers of a block as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any

from netcost.dtypes import Precision
from netcost.record import replace
from netcost.report import METRICS, Report, Row
from netcost.report.layer_figures import LAYER_FIGURES
from netcost.report.metrics import grouped

SHORTHAND = (".norm", ".act")
"""What the `norm` and `act` shorthand of a layer adds to its name."""

MIXED = "mixed"


def fold(report: Report, depth: int) -> Report:
    """Make one row of consecutive layers whose dotted names share their first `depth` parts.

    The row has the input of the first layer, the output of the last and the totals of all metrics. A layer
    with its own `.norm` and `.act` stays a layer of its type, with its settings and all their weights; any
    other group becomes a `block`.

    Raises:
        ValueError: a depth below 1.
    """
    if depth < 1:
        raise ValueError(f"a depth is at least 1, got {depth}")

    def short(name: str) -> str:
        return ".".join(name.split(".", depth)[:depth])

    runs = [(name, list(run)) for name, run in groupby(report.rows, key=lambda row: short(row.name))]
    told = list(_told_apart(runs))
    names = {row.name: name for name, (_, run) in zip(told, runs, strict=True) for row in run}
    rows = [folded(name, run, names) for name, (_, run) in zip(told, runs, strict=True)]
    return replace(report, rows=rows)


def _told_apart(runs: Sequence[tuple[str, Sequence[Row]]]) -> Iterator[str]:
    """A name for each run of layers: of several parts of one block the name that its layers have in common, or a number."""
    runs_of = Counter(name for name, _ in runs)
    found: Counter[str] = Counter()
    for name, run in runs:
        own = name if runs_of[name] == 1 else _common([row.name for row in run])
        found[own] += 1
        yield own if found[own] == 1 else f"{own} ({found[own]})"


def _common(names: Iterable[str]) -> str:
    """The parts that several dotted names begin with."""
    parts = [name.split(".") for name in names]
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(min(parts), max(parts), strict=False))
    return ".".join(part for part, _ in pairs)


def folded(name: str, rows: Sequence[Row], names: Mapping[str, str]) -> Row:
    """Make one row of several; a single one only takes the name.

    Args:
        name: what the row is called.
        rows: the layers that it stands for.
        names: what the rows of all layers are called, for its sources.
    """
    first, *others = rows
    sources = _sources(rows, names)
    if not others:
        same = (first.name, first.sources) == (name, sources)
        return first if same else replace(first, name=name, sources=sources, in_network=_Together(name, rows))
    layers = sum(row.layers for row in rows)
    looks = _as_layer(rows) if _is_one_item(name, rows) else _as_block(name, layers)
    groups = grouped(row.counts for row in rows)
    return replace(
        first,
        **looks,
        name=name,
        output=rows[-1].output,
        precision=first.precision if len({row.precision for row in rows}) == 1 else Precision(MIXED, MIXED),
        counts={metric: METRICS[metric].total(metric, groups) for metric in first.counts},
        in_network=_Together(name, rows),
        elementwise=all(row.elementwise for row in rows),
        declared_cost=any(row.declared_cost for row in rows),
        shares=first.shares if len({row.shares for row in rows}) == 1 else "",
        layers=layers,
        unknown=tuple(name for row in rows for name in row.unknown),
        sources=sources,
    )


class _Together(Mapping[str, Mapping[str, Any]]):
    """The numbers that several layers have in their network as those of one row, worked out when they are asked for."""

    def __init__(self, name: str, rows: Sequence[Row]) -> None:
        self.name = name
        self.rows = rows

    def __getitem__(self, figure: str) -> Mapping[str, Any]:
        groups = [({figure: row[figure]}, 1) for row in self.rows]
        return {self.name: LAYER_FIGURES[figure].total(figure, groups)}

    def __iter__(self) -> Iterator[str]:
        return iter(LAYER_FIGURES)

    def __len__(self) -> int:
        return len(LAYER_FIGURES)


def _sources(rows: Iterable[Row], names: Mapping[str, str]) -> tuple[str, ...] | None:
    """What rows take from others; an input of the network keeps its name."""
    own, found = {row.name for row in rows}, []
    for row in rows:
        if row.sources is None:
            return None
        found += [names.get(source, source) for source in row.sources if source not in own]
    return tuple(found) if len(own) == 1 else tuple(dict.fromkeys(found))


def _is_one_item(name: str, rows: Sequence[Row]) -> bool:
    return rows[0].name == name and all(row.name.removeprefix(name) in SHORTHAND for row in rows[1:])


def _as_layer(rows: Sequence[Row]) -> dict[str, Any]:
    first = rows[0]
    weights = dict(first.weights)
    for row in rows[1:]:
        own = row.name.removeprefix(f"{first.name}.")
        weights |= {f"{own}.{weight}": shape for weight, shape in row.weights.items()}
    return {"label": " + ".join([first.label, *(row.title for row in rows[1:])]), "weights": weights}


def _as_block(name: str, layers: int) -> dict[str, Any]:
    return {
        "type": "block",
        "title": "Block",
        "label": f"{name} ({layers} layers)",
        "settings": {},
        "weights": {},
    }
