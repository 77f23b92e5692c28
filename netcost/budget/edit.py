"""The text of a budget file: written from today's numbers, and tightened in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from netcost import escape
from netcost.amounts import Amount
from netcost.budget.entry import Budget, Rules
from netcost.budget.evidence import Evidence
from netcost.budget.rule import Demand
from netcost.budget.tighten import Edit, allowed, decimal
from netcost.number import Exact, is_exact
from netcost.overrides import NO_OVERRIDES, as_yaml
from netcost.report import Report
from netcost.source.scalar import resolve

PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./-]*")
"""Texts without a character that means something to YAML."""


def budget_text(
    models: Iterable[tuple[str, Report]],
    metrics: Sequence[str],
    slack: Amount,
    assume: Mapping[str, Any] = NO_OVERRIDES,
) -> str:
    """Write a budget that allows today's numbers and some slack.

    Args:
        models: the specs, as the budget is to name them, and what they cost.
        metrics: what is limited.
        slack: how much more is allowed, in percent.
        assume: what was changed about the specs.

    Raises:
        ValueError: a number is not known, so that it cannot be limited.
    """
    lines = ["version: 1", "models:"]
    for spec, report in models:
        lines.append(f"  - spec: {_quoted(spec)}")
        if assume:
            told = ", ".join(f"{name}: {_flow(value)}" for name, value in assume.items())
            lines.append(f"    assume: {{{told}}}")
        lines.append("    limits:")
        for metric in metrics:
            now = report.totals[metric]
            if not is_exact(now):
                raise ValueError(f"{metric} of {report.name} is not known, so that it cannot be limited")
            lines.append(f"      {metric}: {_amount(allowed(now, slack))}  # {_amount(now, ',')} now")
        if len(report.outputs) == 1:
            (shape,) = report.outputs.values()
            lines += ["    expect:", f"      output_shape: [{', '.join(map(str, shape.sample))}]"]
    return "".join(f"{line}\n" for line in lines)


def _flow(value: object) -> str:
    """A value as YAML on one line; a setting is read as the text of an option is."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_quoted(str(name))}: {_setting(each)}' for name, each in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_flow, value))}]"
    return _quoted(value) if isinstance(value, str) else as_yaml(value)


def _setting(value: object) -> str:
    return value if isinstance(value, str) and PLAIN.fullmatch(value) else _flow(value)


def _amount(number: Exact, grouping: str = "") -> str:
    """A number as an amount, a ratio rounded up to thousandths."""
    if isinstance(number, int):
        return f"{number:{grouping}}"
    return decimal(number, 1)


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
        yield from rule.tightened(evidence, slack)


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
    after_edits = {edit.place: edit.after for edit in edits}
    wanted = [after_edits.get(demand.place, demand.said) for demand in _demands(before)]
    return wanted == [demand.said for demand in _demands(after)]


def _demands(budget: Budget) -> Iterator[Demand]:
    for entry in budget.entries:
        for rule in entry.rules.rules:
            yield from rule.demands()
