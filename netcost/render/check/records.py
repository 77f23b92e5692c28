"""A check as rows of plain cells: one for each rule, kept or broken, and for each model that could not be checked.

Lengths of a shape are joined with `x`, names with `;`. Columns are only ever appended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.budget.result import Check, CheckResult, Outcome
from netcost.place import Place, portable
from netcost.render.check.wording import sentence
from netcost.render.content import Cell
from netcost.render.reports.records import number
from netcost.source.problem import Problem
from netcost.wording import times

COLUMNS = (
    *("model", "source", "status", "subject", "layers", "layer", "kind", "value", "limit", "amount", "whole"),
    *("base", "culprits", "unknown", "text", "message", "place"),
)


def records(result: CheckResult) -> Iterator[Sequence[Cell]]:
    """Every model in its order."""
    for model in result.models:
        facts = model.name, portable(model.source)
        yield from ((*facts, "error", *_flaw(flaw)) for flaw in model.flaws)
        yield from ((*facts, check.status, *_check(check)) for check in model.checks)


def _flaw(flaw: Problem) -> Sequence[Cell]:
    known = {"text": flaw.message, "place": _place(flaw.place)}
    return [known.get(column) for column in COLUMNS[3:]]


def _check(check: Check) -> Sequence[Cell]:
    return [
        check.subject,
        check.layers,
        check.layer,
        check.kind,
        _outcome(check.value),
        _outcome(check.limit),
        check.amount,
        number(check.whole),
        _outcome(check.base),
        ";".join(culprit.name for culprit in check.culprits),
        ";".join(check.unknown),
        sentence(check),
        check.message,
        _place(check.place),
    ]


def _outcome(value: Outcome) -> Cell:
    """A number or a shape."""
    return times(value) if isinstance(value, tuple) else number(value)


def _place(place: Place | None) -> str:
    return place.portable if place else ""
