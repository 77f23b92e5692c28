"""How small a parameter would have to be for a model to keep its budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import count
from shlex import quote
from typing import Any

from netcost import frontends
from netcost.budget.entry import Rules
from netcost.budget.quota import LAYER, Quota
from netcost.budget.result import ModelResult, Note
from netcost.cli.entries import Model
from netcost.cli.specs import STANDARD_INPUT
from netcost.cli.sweep_budget import limits_of
from netcost.frontends.spec import parameters
from netcost.overrides import as_yaml
from netcost.report import Report
from netcost.sweeps.best import Best
from netcost.sweeps.limits import Limit
from netcost.sweeps.maximum import largest
from netcost.sweeps.model import read_model
from netcost.sweeps.request import Request, planned
from netcost.sweeps.run import here

CANDIDATES = 200
"""Values that are tried, at most."""


def remedy(
    model: Model, rules: Sequence[Rules], result: ModelResult, report: Report, quota: Quota
) -> Iterator[Note]:
    """The largest value of the one parameter that there is, or that the budget sets, with which limits would be kept.

    Args:
        model: what was checked.
        rules: what it is held to.
        result: what came of that.
        report: what it costs.
        quota: what is left to do; where it is too little, nothing is said.
    """
    broken = [
        each for each in result.checks if each.status == "fail" and each.kind == "max" and not each.layers
    ]
    steps = CANDIDATES * len(report) * LAYER
    if not broken or steps > quota.left or model.spec == STANDARD_INPUT:
        return
    for name, value in _parameter(model):
        quota.spend(steps, model.place)
        limits = limits_of(rule for each in rules for rule in each.rules)
        candidates = _candidates(Decimal(str(value)))
        fits = _largest(model, name, candidates, limits)
        if fits is not None:
            command = _command(model, f"{name}={candidates}", limits)
            text = f"{result.name}: largest `{name}` within the budget: {as_yaml(fits)} (`{command}`)"
            yield Note("solved", text)


def _parameter(model: Model) -> Iterator[tuple[str, Any]]:
    """The parameter that is looked at, and its value; none where there are several and the budget sets no single one."""
    source = read_model(model.spec, model.assume, run_code=model.run_code).source
    if frontends.format_of(source).name != "spec":
        return
    assumed: Mapping[str, Any] = model.assume.get("set", {})
    found = parameters(source)
    names = [name for name in found if name in assumed] or list(found)
    if len(names) == 1 and _is_number(assumed.get(names[0], 1)):
        yield names[0], assumed.get(names[0], found[names[0]])


def _is_number(value: object) -> bool:
    return str(value).replace(".", "", 1).isdecimal()


def _candidates(value: Decimal) -> str:
    """A range up to a value in steps that are round, whole where it is."""
    whole = value == value.to_integral_value() and value.as_tuple().exponent >= 0  # type: ignore[operator]
    first = 0 if whole else value.adjusted() - 2
    steps = (Decimal(digit).scaleb(power) for power in count(first) for digit in (1, 2, 5))
    step = next(step for step in steps if value <= step * CANDIDATES)
    return f"{step:f}..{value:f}:{step:f}"


def _largest(model: Model, name: str, candidates: str, limits: Sequence[Limit]) -> object:
    """The largest candidate within the limits; None where there is none."""
    request = Request(swept={}, assumed=model.assume, budget=limits)
    request, (label,) = largest(request, [f"{name}={candidates}"])
    plan = planned(request, lambda overrides: read_model(model.spec, overrides, run_code=model.run_code))
    best = Best(plan)
    for outcome in here(plan, range(plan.chunks)):
        best.merge(outcome.best)
    return dict(zip(plan.columns, best.rows[0].values, strict=True))[label] if best.rows else None


def _command(model: Model, candidates: str, limits: Sequence[Limit]) -> str:
    """How to see more of it."""
    listed = limits_of(rule for entry in model.entries for rule in entry.rules.rules)
    within = [f"--budget {quote(model.place.path)}"] if listed else []
    within += [f"--limit {quote(f'{limit.name}={limit.text}')}" for limit in limits if limit not in listed]
    return " ".join(["netcost solve", quote(model.spec), f"--max {quote(candidates)}", *within])
