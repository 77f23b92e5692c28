"""What tables tell of a check: what is wrong, then what changed, then the layers that did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.budget.compare import Comparison, Pair, number
from netcost.budget.result import Check, CheckResult, ModelResult
from netcost.number import known_part
from netcost.record import replace
from netcost.render.change import signed, signed_percent
from netcost.render.check.wording import LABELS, explained, kept, line_of, sentence, verdict, where
from netcost.render.sheet import Column, Sheet
from netcost.report import MAIN_METRICS
from netcost.units import number_text
from netcost.wording import counted

FINDING_COLUMNS = (
    *(Column(head, left=True) for head in ("", "Model", "Finding")),
    Column("Why", left=True, weight=1),
    Column("Where", left=True, weight=2),
)
TOTAL_COLUMNS = (
    Column("Model", left=True),
    Column("Metric", left=True),
    *map(Column, ("Before", "Now")),
    Column("Change", weight=2),
    Column("%", weight=1),
)
LAYER_COLUMNS = (*(Column(head, left=True) for head in ("Layer", "")), Column("Output", left=True, weight=1))


def sheets(result: CheckResult) -> Iterator[Sheet]:
    """Every table that has a row; the first one is always there and has the verdict over it."""
    found = findings(result)
    fine = [
        (LABELS["pass"], model.name, kept(model), "", "") for model in result.models if model.status == "pass"
    ]
    yield replace(found, rows=[*found.rows, *fine], notes=[*notes(result), *remarks(result)])
    changed = totals(result)
    if changed.rows:
        yield changed
    for model in result.models:
        if model.comparison and model.comparison.changed:
            yield layers(model, model.comparison)


def findings(result: CheckResult) -> Sheet:
    """What is wrong, the gravest first."""
    compared = f", compared with {result.base}" if result.base else ""
    rows = [*_flaws(result), *(_finding(model, check) for model, check in result.broken)]
    return Sheet(f"{verdict(result)}{compared}", FINDING_COLUMNS, rows)


def _flaws(result: CheckResult) -> Iterator[Sequence[str]]:
    for model in result.models:
        for flaw in model.flaws:
            yield LABELS["error"], model.name, flaw.message, "", str(flaw.place)


def _finding(model: ModelResult, check: Check) -> Sequence[str]:
    why = "; ".join(filter(None, [*explained(check), check.message]))
    return LABELS[check.status], model.name, sentence(check), why, where(check)


def notes(result: CheckResult) -> list[str]:
    """What is to be known of the budget and of the set of models."""
    return [f"{note.text} ({line_of(note.place)})" if note.place else note.text for note in result.notes]


def remarks(result: CheckResult) -> list[str]:
    """What became of each model's file, and which rules had nothing to be compared with."""
    return [remark for model in result.models for remark in _remarks(model)]


def _remarks(model: ModelResult) -> Iterator[str]:
    if model.history == "new":
        yield f"{model.name} is new"
    if model.history == "renamed":
        yield f"{model.name} was {model.base_source}"
    skipped = [check for check in model.checks if check.status == "skip"]
    if skipped:
        yield f"{model.name}: {sentence(skipped[0])}" + (
            f", and {len(skipped) - 1} more" if skipped[1:] else ""
        )


def totals(result: CheckResult) -> Sheet:
    """The totals that changed, of all models."""
    rows = [row for model in result.models if model.comparison for row in _totals(model, model.comparison)]
    return Sheet("Totals that changed", TOTAL_COLUMNS, rows)


def _totals(model: ModelResult, comparison: Comparison) -> Iterator[Sequence[str]]:
    """Of metrics that are the same numbers, as often all parameters are trainable, one."""
    seen = set()
    for metric in comparison.changed_metrics:
        before, after = comparison.before.totals[metric], comparison.after.totals[metric]
        if (before, after) not in seen:
            seen.add((before, after))
            delta = comparison.delta(metric)
            change = (signed(delta), signed_percent(delta, known_part(before)))
            yield model.name, metric, number_text(before), number_text(after), *change


def layers(model: ModelResult, comparison: Comparison) -> Sheet:
    """The layers of a model that changed: in what is limited, and in what matters to most."""
    limited = {*MAIN_METRICS, *(check.subject for check in model.checks)}
    metrics = [metric for metric in comparison.changed_metrics if metric in limited]
    changed = comparison.changed
    return Sheet(
        f"{model.name}: {counted(len(changed), 'layer')} changed",
        (
            *LAYER_COLUMNS,
            *(Column(metric, weight=len(metrics) - place + 1) for place, metric in enumerate(metrics)),
        ),
        [_layer(pair, metrics) for pair in changed],
    )


def _layer(pair: Pair, metrics: Sequence[str]) -> Sequence[str]:
    """A layer's name and shape, both where they changed, and its numbers where they did."""
    names = dict.fromkeys(row.name for row in (pair.before, pair.after) if row)
    shapes = dict.fromkeys(str(row.output) for row in (pair.before, pair.after) if row)
    numbers = [_number(pair, metric) for metric in metrics]
    return " -> ".join(names), pair.kind, " -> ".join(shapes), *numbers


def _number(pair: Pair, metric: str) -> str:
    """What a layer costs now and by how much that changed; nothing if it did not, as far as is known."""
    delta, now = pair.delta(metric), number(pair.after, metric)
    if delta is None:
        return number_text(now)
    return f"{number_text(now)} ({signed(delta)})" if delta else ""
