"""A check as a document: every rule with its exact numbers, kept or broken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.budget.result import STATUSES, Check, CheckResult, ModelResult, Outcome
from netcost.number import plain
from netcost.place import Place, portable
from netcost.render.check.wording import sentence
from netcost.report import Report
from netcost.report.keys import completeness_keys, members, plain_totals
from netcost.report.overridden import overrides_key

FORMAT_VERSION = "1.1"
"""Version of this document; the first number changes when a reader would break."""


def document(result: CheckResult) -> Mapping[str, Any]:
    """Put everything into one document."""
    from netcost import __version__

    return {
        "format_version": FORMAT_VERSION,
        "netcost": __version__,
        "status": result.status,
        "base": result.base,
        "counts": {status: result.counts[status] for status in STATUSES},
        "models": [_model(model) for model in result.models],
        "notes": [
            {"kind": note.kind, "status": note.status, "text": note.text, "place": _place(note.place)}
            for note in result.notes
        ],
    }


def _model(model: ModelResult) -> dict[str, Any]:
    return {
        "name": model.name,
        "source": portable(model.source),
        "status": model.status,
        "history": model.history,
        "base_source": portable(model.base_source),
        "batch": model.report.batch if model.report else None,
        "dtype": model.report.precision.short if model.report else None,
        **(members([overrides_key(), *completeness_keys()], model.report) if model.report else {}),
        "totals": _totals(model.report),
        "base_totals": _totals(model.comparison.before if model.comparison else None),
        "checks": [_check(check) for check in model.checks],
        "errors": [{"message": flaw.message, "place": _place(flaw.place)} for flaw in model.flaws],
    }


def _totals(report: Report | None) -> dict[str, Any] | None:
    return plain_totals(report.totals) if report else None


def _check(check: Check) -> dict[str, Any]:
    return {
        "status": check.status,
        "subject": check.subject,
        "layers": check.layers,
        "layer": check.layer,
        "kind": check.kind,
        "value": _outcome(check.value),
        "limit": _outcome(check.limit),
        "amount": check.amount,
        "whole": plain(check.whole),
        "base": _outcome(check.base),
        "text": sentence(check),
        "culprits": [
            {"layer": each.name, "value": plain(each.value), "grew": each.grew, "place": _place(each.place)}
            for each in check.culprits
        ],
        "more_culprits": check.more_culprits,
        "declared": check.declared,
        "undecided": check.undecided,
        "unknown": check.unknown,
        "message": check.message,
        "place": _place(check.place),
    }


def _outcome(value: Outcome) -> object:
    """A number or a shape for programs."""
    return value if isinstance(value, tuple) else plain(value)


def _place(place: Place | None) -> dict[str, Any] | None:
    """Where something stands; line and column are 0 for a file as a whole."""
    if place is None:
        return None
    within = {"part": place.part, "via": portable(place.via)}
    found = {"path": portable(place.path), "line": place.line, "column": place.column}
    return found | {name: text for name, text in within.items() if text}
