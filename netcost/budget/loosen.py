"""What a budget allows that an earlier version of it did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from netcost.budget.entry import Budget
from netcost.budget.result import Note
from netcost.budget.rule import Demand
from netcost.overrides import Overrides
from netcost.place import Place


class Subject(NamedTuple):
    """What an entry of a budget is about."""

    spec: str
    assume: Overrides

    def __str__(self) -> str:
        return f"{self.spec} ({self.assume})" if self.assume else self.spec


def loosened(
    before: Budget, after: Budget, renamed: Mapping[str, str], deleted: AbstractSet[str]
) -> Iterator[Note]:
    """Compare two versions of a budget.

    Args:
        before: the earlier version.
        after: the later one.
        renamed: what became of the paths of specs that have another name now.
        deleted: the paths of specs that are gone.

    Returns:
        A warning for each limit that was raised or taken away.
    """
    now = _demands(after, {})
    for model, demands in _demands(before, renamed).items():
        if model.spec in deleted:
            continue
        if model not in now:
            yield Note(
                "loosened", f"loosened: {model} is no longer in the budget", "warn", Place(after.path, 0, 0)
            )
            continue
        for name, demand in demands.items():
            current = now[model].get(name)
            if current is None:
                text = f"loosened: {model} {name} {demand.said} is no longer demanded"
                yield Note("loosened", text, "warn", Place(after.path, 0, 0))
            elif current.looser_than(demand):
                text = f"loosened: {model} {name} was {demand.said}, is now {current.said}"
                yield Note("loosened", text, "warn", current.place)


def _demands(budget: Budget, renamed: Mapping[str, str]) -> dict[Subject, dict[str, Demand]]:
    """Everything demanded of each model, by what it is about; the strictest where it is said twice."""
    found: dict[Subject, dict[str, Demand]] = {}
    for entry in budget.entries:
        demands = found.setdefault(Subject(renamed.get(entry.spec, entry.spec), entry.assume), {})
        for rule in entry.rules.rules:
            for demand in rule.demands():
                known = demands.get(demand.name)
                if known is None or known.looser_than(demand):
                    demands[demand.name] = demand
    return found
