"""What `netcost solve` tells: the largest value, what it costs, and what the next one breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from netcost import escape
from netcost.overrides import as_yaml
from netcost.render.content import Cell, Screen
from netcost.render.sheet import Column, Sheet
from netcost.render.variants import percent
from netcost.sweeps.limits import Limit, quantity
from netcost.sweeps.solve import Costs, Solution
from netcost.units import number_text
from netcost.wording import listed


@dataclass(frozen=True)
class Solved:
    """The largest value of a parameter, and what it costs."""

    command: ClassVar[str] = "solve"

    solution: Solution

    def sheets(self) -> Iterator[Sheet]:
        """One table with a row for each number that it costs."""
        title, *notes = filter(None, told(self.solution))
        columns = [Column("Metric", left=True), Column("Amount"), Column("of the limit")]
        yield Sheet(title, columns, [[*row] for row in _numbers(self.solution)], notes=notes)

    def columns(self) -> Sequence[str]:
        """The heads of the record: the parameter, the other axes, the metrics."""
        solution = self.solution
        return [solution.name, *(solution.others or ()), *solution.plan.metrics]

    def records(self) -> Iterator[Sequence[Cell]]:
        """The largest value; nothing where none fits."""
        solution = self.solution
        if solution.best:
            numbers = solution.best.numbers
            others = (solution.others or {}).values()
            yield [solution.best.value, *others, *(numbers[name] for name in solution.plan.metrics)]

    def document(self) -> Mapping[str, Any]:
        """The same with the neighbours, the limits that bind, and what became of all candidates."""
        solution = self.solution
        return {
            "network": solution.plan.name,
            "parameter": solution.name,
            "limits": {each.name: {"min": each.least, "max": each.most} for each in solution.plan.held},
            "largest": _costs(solution.best),
            "with": solution.others or {},
            "same_costs": solution.same,
            "next": _costs(solution.after),
            "binding": [each.name for each in solution.binding],
            "variants": solution.tally.written(),
        }


def _costs(costs: Costs | None) -> Mapping[str, Any] | None:
    if costs is None:
        return None
    return {"value": costs.value, "metrics": costs.numbers, "refused": costs.refused or None}


def render(solved: Solved, screen: Screen) -> Iterator[str]:
    """Write the answer as sentences, with the numbers between them; quietly, the first and the numbers alone."""
    first, *notes = told(solved.solution)
    rows = list(_numbers(solved.solution))
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
    numbers = [
        f"  {metric:<{widths[0]}}  {number:>{widths[1]}}  {used}".rstrip() for metric, number, used in rows
    ]
    blank = [""] if numbers else []
    after = [] if screen.quiet else ["", *notes]
    for line in [first, *blank, *numbers, *after]:
        yield f"{escape.terminal(line)}\n"


def told(solution: Solution) -> Iterator[str]:
    """The answer in sentences, without the numbers."""
    plan, name = solution.plan, solution.name
    within = listed([f"{limit.name} {limit.text}" for limit in plan.held], most=None)
    if solution.best is None:
        yield f"{plan.name}: no {name} is within {within}"
        yield from _nothing(solution)
        return
    others = listed(
        [f"{label} {as_yaml(value)}" for label, value in (solution.others or {}).items()], most=None
    )
    yield f"{plan.name}: {name} {as_yaml(solution.best.value)}{f' with {others}' if others else ''} is the largest within {within}"
    if solution.same and solution.same[0] != solution.same[1]:
        first, last = map(as_yaml, solution.same)
        yield f"The same costs from {name} {first} to {last}."
    yield from _after(solution).splitlines()
    yield f"{solution.tally}."


def _numbers(solution: Solution) -> Iterator[tuple[str, str, str]]:
    """Each number of the best, with how much of its limit it uses."""
    limits = {limit.name: limit for limit in solution.plan.held}
    for metric, number in (solution.best.numbers if solution.best else {}).items():
        limit = limits.get(metric)
        used = ""
        if limit and limit.most and number is not None:
            used = f"{percent(number, limit.most)} of {limit.text}"
        yield metric, _told(metric, number), used


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
        refused = f"The next, {name} {as_yaml(after.value)}, is refused: {after.refused}."
        beyond = solution.beyond
        return f"{refused}\n{_bound(beyond, solution, 'the next network')}" if beyond else refused
    return _bound(after, solution, "the next")


def _bound(after: Costs, solution: Solution, which: str) -> str:
    """Which limits a larger candidate does not keep."""
    which = f"{which}, {solution.name} {as_yaml(after.value)},"
    broken = after.broken(solution.plan.held)
    if not broken:
        return f"{which[0].upper()}{which[1:]} does not meet the condition."
    binding = listed([limit.name for limit, _ in broken], most=None)
    verb = "binds" if len(broken) == 1 else "bind"
    return f"{binding} {verb}: {which} takes {_beyond(after, solution)}."


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
