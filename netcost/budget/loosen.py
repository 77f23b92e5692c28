"""What a budget allows that an earlier version of it did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeAlias

from netcost.budget.result import Note
from netcost.budget.rules import (
    OUTPUT_SHAPE,
    Bound,
    Budget,
    Entry,
    LayerLimit,
    LayerShape,
    OutputShape,
    SameOutput,
)
from netcost.overrides import Overrides
from netcost.place import Place

Demand: TypeAlias = Bound | OutputShape | LayerShape | SameOutput


class Model(NamedTuple):
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
                text = f"loosened: {model} {name} {_written(demand)} is no longer demanded"
                yield Note("loosened", text, "warn", Place(after.path, 0, 0))
            elif _looser(current, demand):
                text = f"loosened: {model} {name} was {_written(demand)}, is now {_written(current)}"
                yield Note("loosened", text, "warn", current.place)


def _demands(budget: Budget, renamed: Mapping[str, str]) -> dict[Model, dict[str, Demand]]:
    """Everything demanded of each model, by what it is about; the strictest where it is said twice."""
    found: dict[Model, dict[str, Demand]] = {}
    for entry in budget.entries:
        demands = found.setdefault(Model(renamed.get(entry.spec, entry.spec), entry.assume), {})
        for name, demand in _of_entry(entry):
            if name not in demands or _looser(demands[name], demand):
                demands[name] = demand
    return found


def _of_entry(entry: Entry) -> Iterator[tuple[str, Demand]]:
    for rule in entry.rules.rules:
        match rule:
            case OutputShape():
                yield OUTPUT_SHAPE, rule
            case SameOutput():
                yield f"regression of {OUTPUT_SHAPE}", rule
            case LayerShape():
                yield f"{OUTPUT_SHAPE} of {rule.layers}", rule
            case LayerLimit():
                yield from ((f"{rule.metric} {bound.kind} of {rule.layers}", bound) for bound in rule.bounds)
            case _:
                yield from ((f"{rule.metric} {bound.kind}", bound) for bound in rule.bounds)


def _looser(demand: Demand, other: Demand) -> bool:
    """Tell whether one demand may allow what another of the same name does not."""
    if isinstance(demand, Bound) and isinstance(other, Bound):
        if demand.amount.percent != other.amount.percent:
            return True
        if demand.kind in {"min", "min_share"}:
            return other.amount.exceeds(demand.amount)
        return demand.amount.exceeds(other.amount)
    return _written(demand) != _written(other)


def _written(demand: Demand) -> str:
    match demand:
        case Bound():
            return str(demand.amount)
        case SameOutput():
            return "unchanged"
        case _:
            return " x ".join(map(str, demand.shape))
