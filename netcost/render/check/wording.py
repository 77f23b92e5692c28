"""The sentences that all formats share."""

from __future__ import annotations

from collections.abc import Iterator

from netcost.budget.result import Check, CheckResult, Culprit, ModelResult, Outcome, Status
from netcost.budget.rules import kind_of
from netcost.number import UNKNOWN, AtLeast, Exact, Value, is_exact, known_part, magnitude
from netcost.place import Place
from netcost.render.change import percent, signed, signed_percent
from netcost.units import number_text
from netcost.wording import counted, listed, times

LABELS: dict[Status, str] = {"error": "ERROR", "fail": "FAIL", "warn": "WARN", "skip": "skip", "pass": "ok"}


def subject(check: Check) -> str:
    """What the check is about: `params`, `fc6 params`."""
    return f"{check.layer} {check.subject}".strip()


def rule(check: Check) -> str:
    """The rule as the budget has it: `params max 63M`, `conv5 output_shape 256 x 13 x 13`."""
    return f"{subject(check)} {kind_of(check.kind).demanded(check)}".rstrip()


def title(check: Check) -> str:
    """The rule without its numbers, the same from run to run: `params max`, `fc* params max_share`."""
    return " ".join(filter(None, [check.layers, check.subject, kind_of(check.kind).title(check)]))


def sentence(check: Check) -> str:
    """What came of the check, in one line of exact numbers."""
    if check.reason or check.undecided:
        return f"{rule(check)}: {check.reason or _doubt(check)}"
    if not isinstance(check.value, tuple) and is_exact(check.limit):
        return f"{subject(check)} {_figures(check, check.value, check.limit)}"
    if check.status == "pass":
        return f"{subject(check)} {_exactly(check.value)}"
    return f"{subject(check)} {_exactly(check.value)} instead of {_exactly(check.limit)}"


def _doubt(check: Check) -> str:
    """Why it cannot be told whether the rule is kept."""
    if check.value is None or (check.value == UNKNOWN and not check.unknown):
        return "there is no such number here"
    whole = f" of {_exactly(check.whole)}" if check.whole is not None else ""
    why = (
        f"the cost of {listed(check.unknown)} is not known"
        if check.unknown
        else "what it was is not known"
        if kind_of(check.kind).needs_base
        else "the rest is not known"
    )
    return f"{_exactly(check.value)}{whole}, {why}"


def _figures(check: Check, value: Value, limit: Exact) -> str:
    kind = kind_of(check.kind)
    lower = kind.is_lower(check)
    kept = check.status == "pass"
    sign = (">=" if lower else "<=") if kept else ("<" if lower else ">")
    remarks = [kind.allowance(check)]
    if not kept:
        excess = known_part(value) - limit
        share = percent(magnitude(excess), limit, 1)
        beyond = f", {share} {'under' if lower else 'over'}" if share else ""
        remarks.append(f"{'at least ' if isinstance(value, AtLeast) else ''}{signed(excess)}{beyond}")
    remark = "; ".join(filter(None, remarks))
    return f"{_exactly(value)} {sign} {_exactly(limit)}" + (f" ({remark})" if remark else "")


def details(check: Check) -> Iterator[str]:
    """What belongs to a broken rule: what explains it, the places, the budget's own message."""
    yield from explained(check)
    yield where(check)
    if check.message:
        yield check.message


def explained(check: Check) -> Iterator[str]:
    """What explains a broken rule: the change, the culprits, numbers that are somebody's word."""
    parts = [part for part in (_versus_base(check), _culprits(check)) if part]
    if parts:
        yield "; ".join(parts)
    if check.declared:
        yield f"counted as declared, not computed: {listed(check.declared)}"


def where(check: Check) -> str:
    """Where the culprit stands, and the rule."""
    rule_place = f"budget: {line_of(check.place)}" if check.place.line else check.place.path
    return f"{check.culprit_place}  ({rule_place})" if check.culprit_place else rule_place


def line_of(place: Place) -> str:
    """A place without its column."""
    return f"{place.path}:{place.line}" if place.line and not place.via else str(place)


def _versus_base(check: Check) -> str:
    if not is_exact(check.value) or not is_exact(check.base):
        return ""
    delta = check.value - check.base
    if not delta:
        return f"vs base {_exactly(check.base)}: unchanged"
    return f"vs base {_exactly(check.base)}: {signed_percent(delta, check.base) or signed(delta)}"


def _culprits(check: Check) -> str:
    if not check.culprits or check.undecided or check.culprits[0].name == check.layer:
        return ""
    if isinstance(check.value, tuple) or check.value is None:
        return f"first at {check.culprits[0].name}"
    parts = [_part(culprit, check.value) for culprit in check.culprits]
    parts += [f"{check.more_culprits:,} more"] if check.more_culprits else []
    return ("" if check.culprits[0].grew else "mostly ") + ", ".join(parts)


def _part(culprit: Culprit, total: Value) -> str:
    if culprit.grew:
        return f"{culprit.name} {signed(known_part(culprit.value))}"
    shown = f"{culprit.name} {_exactly(culprit.value)}"
    return (
        f"{shown} ({percent(culprit.value, total, 1)})"
        if is_exact(culprit.value) and is_exact(total)
        else shown
    )


def _exactly(value: Outcome) -> str:
    """Write a number or a shape for a person."""
    return times(value, " x ") if isinstance(value, tuple) else number_text(value)


def verdict(result: CheckResult) -> str:
    """The run in one sentence."""
    counts, models = result.counts, counted(len(result.models), "model")
    parts = []
    if counts["error"]:
        parts.append(f"{counts['error']} of {models} could not be checked")
    if counts["fail"]:
        breaks = "breaks its" if counts["fail"] == 1 else "break their"
        parts.append(f"{counts['fail']} of {models} {breaks} budget")
    if not parts:
        parts.append(f"{models} within budget")
    if counts["warn"]:
        parts.append(f"{counts['warn']} with warnings")
    return ", ".join(parts)


def kept(model: ModelResult) -> str:
    """How much was checked, and how the model came about."""
    checks = [check for check in model.checks if check.status == "pass"]
    said = counted(len(checks), "check")
    known = {"new": ", new model", "renamed": f", was {model.base_source}"}
    return said + known.get(model.history, "")
