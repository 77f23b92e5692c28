"""Hold a report to the rules of a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from netcost.budget.compare import Comparison
from netcost.budget.evidence import Blamed, Evidence, culprit, declared, unknown
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
    Rule,
    Rules,
    SameOutput,
)
from netcost.budget.work import CHARACTER, COMPARED, FINDING, RULE
from netcost.number import UNKNOWN, Value, is_exact, known_part
from netcost.place import Place
from netcost.report import Row
from netcost.spec.fault import listed
from netcost.spec.problem import Problem, nearest

Blame: TypeAlias = Callable[[Bound], Blamed]
"""The layers to name when a bound is broken."""


def check(evidence: Evidence, rules: Rules, no_base: str = "") -> Iterator[Check]:
    """Hold a report to rules; inclusively, in exact integers.

    Args:
        evidence: what the network costs, and what it did before.
        rules: what it may cost.
        no_base: why there is nothing to compare with, if there is not.

    Returns:
        What came of each rule. A rule about each of some layers gives every layer that breaks it, or the
        layer with the largest number if none does.

    Raises:
        SpecError: there is too much to find out, or too much was found.
    """
    work, said = evidence.work, len(rules.message)
    for rule in rules.rules:
        place = _place(rule)
        work.spend(RULE, place)
        for found in _checks(evidence, rule, no_base):
            texts = said + len(found.layers) + len(found.amount) + sum(map(len, found.declared))
            work.spend(FINDING + CHARACTER * texts, place)
            yield found._replace(message=rules.message)


def _place(rule: Rule) -> Place:
    return rule.bounds[0].place if isinstance(rule, Limit | LayerLimit | Change) else rule.place


def _checks(evidence: Evidence, rule: Rule, no_base: str) -> Iterable[Check]:
    """What came of one rule."""
    match rule:
        case Limit():
            found: Iterable[Check] = _limit(evidence, rule)
        case LayerLimit():
            found = _layer_limit(evidence, rule)
        case OutputShape():
            found = [_output_shape(evidence, rule)]
        case LayerShape():
            found = _layer_shape(evidence, rule)
        case _ if evidence.comparison is None:
            found = [_skipped(rule, no_base)]
        case Change():
            found = _change(evidence, evidence.comparison, rule)
        case _:
            found = [_same_output(evidence, evidence.comparison, rule)]
    return found


def unmatched(rules: Rules, evidence: Sequence[Evidence]) -> Iterator[Problem]:
    """The rules about layers that none of the reports has."""
    about = [rule.layers for rule in rules.rules if isinstance(rule, LayerLimit | LayerShape)]
    for layers in dict.fromkeys(about):
        if not any(each.rows(layers) for each in evidence):
            yield _matches_nothing(layers, evidence)


def _matches_nothing(layers: Layers, evidence: Sequence[Evidence]) -> Problem:
    if layers.type:
        known = {kind for each in evidence for kind in each.by_type}
        near = None if layers.type in known else nearest(layers.type, known)
    else:
        near = nearest(layers.pattern, (row.name for each in evidence for row in each.report))
    return Problem(layers.place, f"no layer matches `{layers}`", f"did you mean `{near}`?" if near else None)


def _held(
    bounds: Sequence[Bound], value: Value, whole: Value, blame: Blame, doubtful: Sequence[Row], **facts: Any
) -> list[Check]:
    """Hold one number to its bounds; warnings are left out beside failures.

    A bound of which it cannot be told whether it is kept is as good as broken, and blamed on what is unknown.
    """
    outcomes = {bound: bound.breaks(value, whole) for bound in bounds}
    broken = [bound for bound in bounds if outcomes[bound] is not False]
    failed = [bound for bound in broken if not bound.is_warning]
    checks = []
    for bound in failed or broken or bounds[:1]:
        status: Status = "pass" if not broken else "fail" if failed else "warn"
        undecided = outcomes[bound] is None
        blamed = Blamed.of(_unknown(doubtful)) if undecided else blame(bound) if broken else Blamed()
        is_known = is_exact(whole) or not bound.is_relative
        checks.append(
            Check(
                status=status,
                kind=bound.kind,
                value=value,
                limit=bound.limit(known_part(whole)) if is_known else None,
                amount=str(bound.amount),
                whole=whole if bound.is_share else None,
                culprits=blamed.culprits,
                more_culprits=blamed.more,
                undecided=undecided,
                unknown=tuple(each.name for each in _unknown(doubtful)) if undecided else (),
                place=bound.place,
                **facts,
            )
        )
    return checks


def _unknown(rows: Iterable[Row]) -> list[Culprit]:
    """The layers of some rows whose cost is not known, each once."""
    places = {name: row.place for row in rows for name in row.unknown}
    return [Culprit(name, UNKNOWN, place) for name, place in places.items()]


def _limit(evidence: Evidence, rule: Limit) -> list[Check]:
    metric, comparison = rule.metric, evidence.comparison
    return _held(
        rule.bounds,
        evidence.report.totals[metric],
        0,
        lambda bound: evidence.blamed(metric, upper=bound.upper),
        evidence.unknown(metric),
        subject=metric,
        base=comparison.before.totals[metric] if comparison else None,
        declared=evidence.declared(metric),
    )


def _layer_limit(evidence: Evidence, rule: LayerLimit) -> Iterator[Check]:
    """Each layer that breaks a rule, or the one with the largest number."""
    metric, total, comparison = rule.metric, evidence.report.totals[rule.metric], evidence.comparison
    extremes = evidence.extremes(rule.layers, metric)
    if extremes is None:
        return
    broken: Sequence[Row] = []
    if any(bound.breaks(row[metric], total) is not False for row in extremes for bound in rule.bounds):
        broken = _broken(evidence, rule, total)
    for row in broken or extremes[1:]:
        before = comparison.partner(row.name) if comparison else None
        yield from _held(
            rule.bounds,
            row[metric],
            total,
            lambda _, row=row: Blamed((culprit(row, metric),)),  # type: ignore[misc]
            [row] if row.unknown else evidence.unknown(metric),
            subject=metric,
            layers=str(rule.layers),
            layer=row.name,
            base=before[metric] if before else None,
            declared=declared([row], metric),
        )


def _broken(evidence: Evidence, rule: LayerLimit, total: Value) -> list[Row]:
    """The layers beyond one of a rule's bounds, or of which that cannot be told."""
    rows, metric = evidence.rows(rule.layers), rule.metric
    evidence.work.spend(len(rows) * COMPARED, rule.layers.place)
    whole, in_doubt = known_part(total), not is_exact(total) and any(map(_is_relative, rule.bounds))
    most = min((bound.limit(whole) for bound in rule.bounds if bound.upper), default=None)
    least = max((bound.limit(whole) for bound in rule.bounds if not bound.upper), default=0)

    def breaks(value: Value) -> bool:
        if is_exact(value) and not in_doubt:
            return value < least or (most is not None and value > most)
        return any(bound.breaks(value, total) is not False for bound in rule.bounds)

    return [row for row in rows if row[metric] is not None and breaks(row[metric])]


def _is_relative(bound: Bound) -> bool:
    return bound.is_relative


def _change(evidence: Evidence, comparison: Comparison, rule: Change) -> list[Check]:
    metric, base = rule.metric, comparison.before.totals[rule.metric]
    return _held(
        rule.bounds,
        comparison.after.totals[metric],
        base,
        lambda bound: evidence.blamed(metric, upper=bound.upper),
        [*evidence.unknown(metric), *unknown(comparison.before, metric)],
        subject=metric,
        base=base,
        declared=evidence.declared(metric),
    )


def _output_shape(evidence: Evidence, rule: OutputShape) -> Check:
    outputs = evidence.report.outputs
    if len(outputs) != 1:
        reason = (
            f"the network has {len(outputs)} outputs ({listed(outputs)}); expect them by name, under `shapes`"
        )
        return _shape_check(rule, "shape", reason=reason, limit=rule.shape)
    ((name, shape),) = outputs.items()
    if shape.sample == rule.shape:
        return _shape_check(rule, "shape", value=shape.sample, limit=rule.shape, status="pass")
    blamed = evidence.first_reshaped or evidence.by_name.get(name)
    return _shape_check(rule, "shape", value=shape.sample, limit=rule.shape, culprit=blamed)


def _layer_shape(evidence: Evidence, rule: LayerShape) -> Iterator[Check]:
    rows = evidence.rows(rule.layers)
    evidence.work.spend(len(rows) * COMPARED, rule.place)
    wrong = [row for row in rows if row.output.sample != rule.shape]
    for row in wrong or rows[:1]:
        yield _shape_check(
            rule,
            "shape",
            status="fail" if wrong else "pass",
            layers=str(rule.layers),
            layer=row.name,
            value=row.output.sample,
            limit=rule.shape,
            culprit=row,
        )


def _same_output(evidence: Evidence, comparison: Comparison, rule: SameOutput) -> Check:
    before, after = (
        [shape.sample for shape in each.outputs.values()] for each in (comparison.before, comparison.after)
    )
    if before == after:
        same = next(iter(after), None)
        return _shape_check(rule, "unchanged", status="pass", value=same, limit=same, base=same)
    blamed = evidence.first_reshaped
    if len(before) != len(after):
        reason = f"the network has {len(after)} outputs, it had {len(before)}"
        return _shape_check(rule, "unchanged", reason=reason, culprit=blamed)
    old, new = next((old, new) for old, new in zip(before, after, strict=True) if old != new)
    return _shape_check(rule, "unchanged", value=new, limit=old, base=old, culprit=blamed)


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
