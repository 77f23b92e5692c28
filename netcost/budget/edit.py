"""The text of a budget file: written from today's numbers, and tightened in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from netcost import escape
from netcost.amounts import HUNDRED, Amount, read_amount, read_percent
from netcost.budget.evidence import Evidence
from netcost.budget.rules import Bound, Budget, Change, LayerLimit, Limit, LimitKind, Rules
from netcost.integers import ceil_div
from netcost.number import Exact, is_exact
from netcost.place import Place
from netcost.report import METRICS, Report
from netcost.spec.scalar import resolve
from netcost.units import UNITS

PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*")
"""Texts without a character that means something to YAML."""

DIGITS = re.compile(r"[0-9.]+")
SHARE_SCALE = 1000
"""Shares are tightened to whole thousandths of a percent, amounts to those of their unit."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A limit that is lowered: where it stands, and its text before and after."""

    place: Place
    before: str
    after: str
    about: str


def budget_text(models: Iterable[tuple[str, Report]], metrics: Sequence[str], slack: Amount) -> str:
    """Write a budget that allows today's numbers and some slack.

    Args:
        models: the specs, as the budget is to name them, and what they cost.
        metrics: what is limited.
        slack: how much more is allowed, in percent.

    Raises:
        ValueError: a number is not known, so that it cannot be limited.
    """
    lines = ["version: 1", "models:"]
    for spec, report in models:
        lines += [f"  - spec: {_quoted(spec)}", "    limits:"]
        for metric in metrics:
            now = report.totals[metric]
            if not is_exact(now):
                raise ValueError(f"{metric} of {report.name} is not known, so that it cannot be limited")
            lines.append(f"      {metric}: {_amount(_allowed(now, slack))}  # {_amount(now, ',')} now")
        if len(report.outputs) == 1:
            (shape,) = report.outputs.values()
            lines += ["    expect:", f"      output_shape: [{', '.join(map(str, shape.sample))}]"]
    return "".join(f"{line}\n" for line in lines)


def _allowed(now: Exact, slack: Amount) -> Exact:
    """Today's number and some slack, whole for counts."""
    return now + replace(slack, of_ratio=not isinstance(now, int)).at_most(now)


def _amount(number: Exact, grouping: str = "") -> str:
    """A number as an amount, a ratio rounded up to thousandths."""
    if isinstance(number, int):
        return f"{number:{grouping}}"
    return _decimal(number, 1)


def _quoted(text: str) -> str:
    """A text as YAML; quoted as JSON does, which YAML understands, unless it needs no quotes."""
    if PLAIN.fullmatch(text) and resolve(text) == text:
        return text
    import json

    return escape.json(json.dumps(text, ensure_ascii=False))


def tightened(rules: Rules, evidence: Sequence[Evidence], slack: Amount) -> Iterator[Edit]:
    """Find the limits that are looser than today's numbers and some slack; none is ever raised.

    A warning keeps its distance from the maximum, in proportion. Minima and changes stay as they are.

    Args:
        rules: what is demanded of each of the networks.
        evidence: what the networks cost.
        slack: how much more stays allowed, in percent.
    """
    for rule in rules.rules:
        if isinstance(rule, Limit):
            totals = [each.report.totals[rule.metric] for each in evidence]
            if all(map(is_exact, totals)):
                yield from _lowered(rule, ("max", "warn"), max(totals, default=0), slack)
        if isinstance(rule, LayerLimit):
            found = list(_largest(evidence, rule))
            if not all(is_exact(value) and is_exact(total) for value, total in found):
                continue
            now = max((value for value, _ in found), default=0)
            yield from _lowered(rule, ("max", "warn"), now, slack)
            share = max((ceil_div(HUNDRED * SHARE_SCALE * value, total) for value, total in found), default=0)
            yield from _lowered(rule, ("max_share", "warn_share"), share, slack)


def _largest(evidence: Iterable[Evidence], rule: LayerLimit) -> Iterator[tuple[Any, Any]]:
    """The largest number of a layer in each network that has such layers, and the total."""
    for each in evidence:
        extremes = each.extremes(rule.layers, rule.metric)
        if extremes:
            yield extremes[1][rule.metric], each.report.totals[rule.metric] or 1


def _lowered(
    rule: Limit | LayerLimit, kinds: tuple[LimitKind, LimitKind], now: Exact, slack: Amount
) -> Iterator[Edit]:
    """Lower a maximum and the warning beside it, or a warning that stands alone."""
    bounds: dict[str, Bound] = {bound.kind: bound for bound in rule.bounds}
    most, warning = (bounds.get(kind) for kind in kinds)
    target = _allowed(now, slack)
    lowered = _respelt(most.amount, rule.metric, target) if most else None
    if most and lowered:
        yield _edit(rule, most, lowered)
    if warning and most and lowered:
        target = max(now, _units(warning.amount) * _units(lowered) // max(_units(most.amount), 1))
    if warning and (lowered or not most):
        less = _respelt(warning.amount, rule.metric, target)
        # Rounded up in its own unit it may be above the maximum.
        if less and lowered and less.exceeds(lowered):
            less = lowered
        if less:
            yield _edit(rule, warning, less)


def _units(amount: Amount) -> Exact:
    """An amount as a whole number; a share in thousandths of a percent."""
    return amount.value * SHARE_SCALE // amount.scale if amount.percent else amount.at_most(0)


def _respelt(amount: Amount, metric: str, target: Exact) -> Amount | None:
    """A smaller amount in the spelling of another, rounded up to thousandths; None if it is not smaller."""
    unit = DIGITS.sub("", amount.text, count=1)
    factor = SHARE_SCALE if amount.percent else UNITS[METRICS[metric].unit][unit.strip()]
    text = f"{_decimal(target, factor)}{unit}"
    found = read_percent(text) if amount.percent else read_amount(text, METRICS[metric].unit)
    return found if amount.exceeds(found) else None


def _decimal(number: Exact, factor: int) -> str:
    """How many times a factor goes into a number, `61.101`."""
    if factor == 1 and isinstance(number, int):
        return str(number)
    whole, thousandths = divmod(-(-number * 1000 // factor), 1000)
    return f"{whole}.{thousandths:03}".rstrip("0").rstrip(".")


def _edit(rule: Limit | LayerLimit, bound: Bound, amount: Amount) -> Edit:
    layers = f"{rule.layers} " if isinstance(rule, LayerLimit) else ""
    return Edit(bound.place, bound.amount.text, amount.text, f"{layers}{rule.metric} {bound.kind}")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits of a file's text; everything around them stays as it is."""
    lines = text.splitlines(keepends=True)
    by_place = {edit.place: edit for edit in edits}
    ordered = sorted(by_place.values(), key=attrgetter("place"))
    for line, here in groupby(ordered, key=lambda edit: edit.place.line):
        lines[line - 1] = "".join(_edited(lines[line - 1], here))
    return "".join(lines)


def _edited(line: str, edits: Iterable[Edit]) -> Iterator[str]:
    """The parts of a line, those that are edited and those between them."""
    end = 0
    for edit in edits:
        start = edit.place.column - 1
        yield line[end:start]
        end = start + edit.place.width
        old = line[start:end]
        # An anchor or quotes around the amount stay; an alias is replaced by the amount.
        yield old.replace(edit.before, edit.after, 1) if edit.before in old else edit.after
    yield line[end:]


def carried_out(before: Budget, after: Budget, edits: Iterable[Edit]) -> bool:
    """Tell whether edits made of one budget another that differs in nothing else.

    They do not where several places share an amount, as with an anchor and its aliases.
    """
    lowered = {edit.place: edit.after for edit in edits}
    wanted = [lowered.get(bound.place, bound.amount.text) for bound in _bounds(before)]
    return wanted == [bound.amount.text for bound in _bounds(after)]


def _bounds(budget: Budget) -> Iterator[Bound]:
    for entry in budget.entries:
        for rule in entry.rules.rules:
            if isinstance(rule, Limit | LayerLimit | Change):
                yield from rule.bounds
