"""The limits that a budget has for a spec, for those who look for variants that keep them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netcost.budget.rule import Rule
from netcost.budget.rules.limit import Limit as Total
from netcost.cli.entries import find_budget, identity, models_of
from netcost.sweeps.fault import SweepError
from netcost.sweeps.limits import Limit, of_bounds
from netcost.sweeps.request import Request


def with_budget(request: Request, path: str, spec: str) -> Request:
    """The same request with the limits of a budget, and with what it assumes about the spec.

    Raises:
        SpecError: the budget is faulty.
        SweepError: it says nothing of the spec, or assumes two things at once.
    """
    budget = find_budget(path)
    models = [model for model in models_of(budget, run_code=True) if identity(model.spec) == identity(spec)]
    if not models:
        raise SweepError(f"{path} has no entry for {spec}")
    if len(models) > 1:
        assumed = "; ".join(str(model.assume) or "nothing" for model in models)
        raise SweepError(
            f"{path} has {len(models)} entries for {spec}, which assume different things: {assumed}"
        )
    found = limits_of(rule for entry in models[0].entries for rule in entry.rules.rules)
    if not found:
        raise SweepError(f"{path} has no `limits` for {spec}; sweeps keep to limits of totals")
    return replace(request, assumed=models[0].assume, budget=(*request.budget, *found))


def limits_of(rules: Iterable[Rule]) -> list[Limit]:
    """The limits of totals among some rules; what is only warned of counts for nothing."""
    limits = [of_bounds(rule.metric, rule.bounds) for rule in rules if isinstance(rule, Total)]
    return [limit for limit in limits if limit.most is not None or limit.least is not None]
