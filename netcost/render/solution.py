"""What `netcost solve` tells: the largest value, what it costs, and what the next one breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netcost.overrides import as_yaml
from netcost.render.variants import percent
from netcost.sweeps.limits import Limit, quantity
from netcost.sweeps.solve import Costs, Solution
from netcost.units import number_text
from netcost.wording import listed


def lines(solution: Solution) -> Iterator[str]:
    """The answer, line by line."""
    plan, name = solution.plan, solution.name
    within = listed([f"{limit.name} {limit.text}" for limit in plan.held], most=None)
    if solution.best is None:
        yield f"{plan.name}: no {name} is within {within}"
        yield ""
        yield from _nothing(solution)
        return
    others = listed(
        [f"{label} {as_yaml(value)}" for label, value in (solution.others or {}).items()], most=None
    )
    yield f"{plan.name}: {name} {as_yaml(solution.best.value)}{f' with {others}' if others else ''} is the largest within {within}"
    yield ""
    yield from _numbers(solution.best, {limit.name: limit for limit in plan.held})
    yield ""
    if solution.same and solution.same[0] != solution.same[1]:
        first, last = map(as_yaml, solution.same)
        yield f"The same costs from {name} {first} to {last}."
    yield _after(solution)
    yield f"{solution.tally}."


def _numbers(costs: Costs, limits: Mapping[str, Limit]) -> Iterator[str]:
    rows = []
    for metric, number in costs.numbers.items():
        limit = limits.get(metric)
        used = (
            f"{percent(number, limit.most)} of {limit.text}"
            if limit and limit.most and number is not None
            else ""
        )
        rows.append((metric, _told(metric, number), used))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for metric, number, used in rows:
        yield f"  {metric:<{widths[0]}}  {number:>{widths[1]}}  {used}".rstrip()


def _told(metric: str, number: Any) -> str:
    """A number in full; bytes as they are counted, since a limit is held to each of them."""
    if number is None:
        return "unknown"
    return f"{number:,}" if isinstance(number, int) else number_text(number, quantity(metric))


def _after(solution: Solution) -> str:
    after, name = solution.after, solution.name
    if after is None:
        return f"Nothing binds: {as_yaml(solution.best.value) if solution.best else ''} is the last of the candidates."
    if after.refused:
        return f"The next, {name} {as_yaml(after.value)}, is refused: {after.refused}."
    broken = after.broken(solution.plan.held)
    if not broken:
        return f"The next, {name} {as_yaml(after.value)}, does not meet the condition."
    binding = listed([limit.name for limit, _ in broken], most=None)
    verb = "binds" if len(broken) == 1 else "bind"
    return f"{binding} {verb}: the next, {name} {as_yaml(after.value)}, takes {_beyond(after, solution)}."


def _beyond(costs: Costs, solution: Solution) -> str:
    return listed(
        [_excess(costs, limit, side) for limit, side in costs.broken(solution.plan.held)], most=None
    )


def _excess(costs: Costs, limit: Limit, side: str) -> str:
    """A number that breaks a limit, and by how much."""
    number = costs.numbers.get(limit.name)
    if number is None:
        return f"{limit.name} that are not known"
    bound = limit.most if side.startswith("over") else limit.least
    way = "over" if side.startswith("over") else "under"
    return f"{limit.name} {_told(limit.name, number)}, {_told(limit.name, abs(number - (bound or 0)))} {way}"


def _nothing(solution: Solution) -> Iterator[str]:
    """What the smallest candidate breaks, and what became of all."""
    least = solution.least
    if least and least.refused:
        yield f"{solution.name} {as_yaml(least.value)} is refused: {least.refused}."
    elif least and least.broken(solution.plan.held):
        yield f"{solution.name} {as_yaml(least.value)} takes {_beyond(least, solution)}."
    yield f"{solution.tally}."
