"""The limits that a budget has for a spec, for those who look for variants that keep them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netcost.budget.entry import Entry
from netcost.budget.rules.limit import Limit as Rule
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
    found = limits_of(models[0].entries)
    if not found:
        raise SweepError(f"{path} has no `limits` for {spec}; sweeps keep to limits of totals")
    return replace(request, base=models[0].assume | request.base, budget=(*request.budget, *found))


def limits_of(entries: Iterable[Entry]) -> list[Limit]:
    """The limits of totals in some entries; what is only warned of counts for nothing."""
    rules = [rule for entry in entries for rule in entry.rules.rules if isinstance(rule, Rule)]
    limits = [of_bounds(rule.metric, rule.bounds) for rule in rules]
    return [limit for limit in limits if limit.most is not None or limit.least is not None]
