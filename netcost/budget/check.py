"""Hold a report to the rules of a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

from netcost.budget.compare import Comparison, number
from netcost.budget.result import Check, Culprit, Status
from netcost.budget.rules import (
    OUTPUT_SHAPE,
    Bound,
    Change,
    LayerLimit,
    Layers,
    LayerShape,
    Limit,
    OutputShape,
    Rules,
    SameOutput,
)
from netcost.report import Report, Row
from netcost.spec.problem import Problem, nearest

MAX_CULPRITS = 3

Blame: TypeAlias = Callable[[Bound], Sequence[Culprit]]
"""The layers to name when a bound is broken, those with the largest part in it first."""


def check(
    report: Report, rules: Rules, comparison: Comparison | None = None, no_base: str = ""
) -> Iterator[Check]:
    """Hold a report to rules; inclusively, in exact integers.

    Args:
        report: what the network costs.
        rules: what it may cost.
        comparison: the same network before and now.
        no_base: why there is nothing to compare with, if there is not.

    Returns:
        What came of each rule. A rule about each of some layers gives every layer that breaks it, or the
        layer with the largest number if none does.
    """
    for rule in rules.rules:
        match rule:
            case Limit():
                found = _limit(report, rule, comparison)
            case LayerLimit():
                found = _layer_limit(report, rule, comparison)
            case OutputShape():
                found = [_output_shape(report, rule, comparison)]
            case LayerShape():
                found = _layer_shape(report, rule)
            case _ if comparison is None:
                found = [_skipped(rule, no_base)]
            case Change():
                found = _change(comparison, rule)
            case _:
                found = [_same_output(comparison, rule)]
        yield from (each._replace(message=rules.message) for each in found)


def unmatched(rules: Rules, reports: Sequence[Report]) -> list[Problem]:
    """The rules about layers that none of the reports has."""
    about = [rule.layers for rule in rules.rules if isinstance(rule, LayerLimit | LayerShape)]
    return [
        _matches_nothing(layers, reports)
        for layers in dict.fromkeys(about)
        if not any(layers.of(report) for report in reports)
    ]


def _matches_nothing(layers: Layers, reports: Iterable[Report]) -> Problem:
    rows = [row for report in reports for row in report]
    if layers.type:
        known = {row.type for row in rows}
        near = None if layers.type in known else nearest(layers.type, known)
    else:
        near = nearest(layers.pattern, {row.name for row in rows})
    return Problem(layers.place, f"no layer matches `{layers}`", f"did you mean `{near}`?" if near else None)


def _held(bounds: Sequence[Bound], value: int, whole: int, blame: Blame, **facts: Any) -> list[Check]:
    """Hold one number to its bounds; warnings are left out beside failures."""
    broken = [bound for bound in bounds if bound.breaks(value, whole)]
    failed = [bound for bound in broken if not bound.is_warning]
    checks = []
    for bound in failed or broken or bounds[:1]:
        status: Status = "pass" if not broken else "fail" if failed else "warn"
        culprits = blame(bound) if broken else ()
        checks.append(
            Check(
                status=status,
                kind=bound.kind,
                value=value,
                limit=bound.limit(whole),
                amount=str(bound.amount),
                whole=whole if bound.is_share else None,
                culprits=tuple(culprits[:MAX_CULPRITS]),
                more_culprits=len(culprits[MAX_CULPRITS:]),
                place=bound.place,
                **facts,
            )
        )
    return checks


def _limit(report: Report, rule: Limit, comparison: Comparison | None) -> list[Check]:
    metric = rule.metric
    return _held(
        rule.bounds,
        report.totals[metric],
        0,
        partial(_parts, report, comparison, metric),
        subject=metric,
        base=comparison.before.totals[metric] if comparison else None,
        declared=_declared(report, metric),
    )


def _layer_limit(report: Report, rule: LayerLimit, comparison: Comparison | None) -> list[Check]:
    metric, total = rule.metric, report.totals[rule.metric]
    rows = rule.layers.of(report)
    broken = [row for row in rows if any(bound.breaks(number(row, metric), total) for bound in rule.bounds)]
    largest = sorted(rows, key=lambda row: -number(row, metric))[:1]
    checks = []
    for row in broken or largest:
        before = comparison.partner(row.name) if comparison else None
        checks += _held(
            rule.bounds,
            number(row, metric),
            total,
            partial(_alone, row, metric),
            subject=metric,
            layers=str(rule.layers),
            layer=row.name,
            base=number(before, metric) if before else None,
            declared=_declared([row], metric),
        )
    return checks


def _change(comparison: Comparison, rule: Change) -> list[Check]:
    metric, base = rule.metric, comparison.before.totals[rule.metric]
    return _held(
        rule.bounds,
        comparison.after.totals[metric],
        base,
        partial(_parts, comparison.after, comparison, metric),
        subject=metric,
        base=base,
        declared=_declared(comparison.after, metric),
    )


def _output_shape(report: Report, rule: OutputShape, comparison: Comparison | None) -> Check:
    if len(report.outputs) != 1:
        listed = ", ".join(report.outputs)
        reason = (
            f"the network has {len(report.outputs)} outputs ({listed}); expect them by name, under `shapes`"
        )
        return _shape_check(rule, "shape", reason=reason, limit=rule.shape)
    ((name, shape),) = report.outputs.items()
    if shape.sample == rule.shape:
        return _shape_check(rule, "shape", value=shape.sample, limit=rule.shape, status="pass")
    culprit = (comparison and _first_reshaped(comparison)) or _row(report, name)
    return _shape_check(rule, "shape", value=shape.sample, limit=rule.shape, culprit=culprit)


def _layer_shape(report: Report, rule: LayerShape) -> list[Check]:
    rows = rule.layers.of(report)
    wrong = [row for row in rows if row.output.sample != rule.shape]
    status = "fail" if wrong else "pass"
    return [
        _shape_check(
            rule,
            "shape",
            status=status,
            layers=str(rule.layers),
            layer=row.name,
            value=row.output.sample,
            limit=rule.shape,
            culprit=row,
        )
        for row in wrong or rows[:1]
    ]


def _same_output(comparison: Comparison, rule: SameOutput) -> Check:
    before, after = (
        [shape.sample for shape in each.outputs.values()] for each in (comparison.before, comparison.after)
    )
    if before == after:
        same = next(iter(after), None)
        return _shape_check(rule, "unchanged", status="pass", value=same, limit=same, base=same)
    culprit = _first_reshaped(comparison)
    if len(before) != len(after):
        reason = f"the network has {len(after)} outputs, it had {len(before)}"
        return _shape_check(rule, "unchanged", reason=reason, culprit=culprit)
    old, new = next((old, new) for old, new in zip(before, after, strict=True) if old != new)
    return _shape_check(rule, "unchanged", value=new, limit=old, base=old, culprit=culprit)


def _shape_check(
    rule: OutputShape | LayerShape | SameOutput, kind: str, *, culprit: Row | None = None, **facts: Any
) -> Check:
    culprits = (Culprit(culprit.name, 0, culprit.place),) if culprit else ()
    facts = {"status": "fail"} | facts
    return Check(kind=kind, subject=OUTPUT_SHAPE, place=rule.place, culprits=culprits, **facts)


def _skipped(rule: Change | SameOutput, reason: str) -> Check:
    if isinstance(rule, SameOutput):
        return _shape_check(rule, "unchanged", status="skip", reason=reason)
    bound = rule.bounds[0]
    return Check(
        status="skip",
        kind=bound.kind,
        subject=rule.metric,
        amount=str(bound.amount),
        reason=reason,
        place=bound.place,
    )


def _alone(row: Row, metric: str, bound: Bound) -> list[Culprit]:
    """The layer that a rule is about."""
    del bound
    return [Culprit(row.name, number(row, metric), row.place)]


def _parts(report: Report, comparison: Comparison | None, metric: str, bound: Bound) -> list[Culprit]:
    """The layers that made a total grow (or shrink); the largest ones if none did."""
    sign = 1 if bound.upper else -1
    if comparison:
        moved = [pair for pair in comparison.pairs if pair.delta(metric) * sign > 0]
        moved.sort(key=lambda pair: -sign * pair.delta(metric))
        if moved:
            return [
                Culprit(pair.name, pair.delta(metric), pair.after.place if pair.after else None, grew=True)
                for pair in moved
            ]
    if not bound.upper:
        return []
    rows = sorted((row for row in report if number(row, metric)), key=lambda row: -number(row, metric))
    return [Culprit(row.name, number(row, metric), row.place) for row in rows]


def _declared(rows: Iterable[Row], metric: str) -> tuple[str, ...]:
    """The layers whose share of a number is their author's word."""
    return tuple(row.name for row in rows if row.declared_cost and number(row, metric))


def _first_reshaped(comparison: Comparison) -> Row | None:
    """The first layer of the network as it is now whose output is not what it was."""
    for pair in comparison.pairs:
        if pair.after and (pair.before is None or pair.before.output.sample != pair.after.output.sample):
            return pair.after
    return None


def _row(report: Report, name: str) -> Row | None:
    return next((row for row in report if row.name == name), None)
