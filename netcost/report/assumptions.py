"""What a report holds for: how that is told, and whether two of them may be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from netcost.overrides import OVERRIDES, beside_the_name, known, said
from netcost.report.row import Report


def labels(reports: Iterable[Report]) -> list[str]:
    """What to call each of several reports: by name and overrides, by the source too where these are the same."""
    return told_apart(
        [(_with(each.name, said(each.overrides or {}, beside_the_name)), each.source) for each in reports]
    )


def told_apart(named: Sequence[tuple[str, str]]) -> list[str]:
    """Names, with their sources where others of the same name are from elsewhere."""
    sources = defaultdict(set)
    for name, source in named:
        sources[name].add(source)
    return [name if len(sources[name]) == 1 else f"{name} in {source}" for name, source in named]


def _with(name: str, told: str) -> str:
    return f"{name} ({told})" if told else name


def differing(one: Report, other: Report) -> list[str]:
    """The overrides under which two reports do not hold for the same.

    A spec may be changed, which is what comparisons are for; what was changed about it must be the same. Where a
    report does not say what was, as those of earlier versions, all that can be told of both must be.
    """
    is_known = one.overrides is not None and other.overrides is not None
    asked = {**(one.overrides or {}), **(other.overrides or {})}
    found = []
    for name in dict.fromkeys([*OVERRIDES, *asked]):
        override = known(name)
        compared = override.always or (name in asked if is_known else override.fact)
        if compared and not override.is_name and _held(one, name) != _held(other, name):
            found.append(name)
    return found


def told(report: Report, names: Iterable[str]) -> str:
    """What a report holds for, as far as some overrides go: `batch 8, width 0.5`."""
    parts = []
    for name in names:
        override, value = known(name), _held(report, name)
        if override.fact:
            parts.append(f"{override.option[2:]} {value}")
        elif value is not None:
            parts += override.said(value)
    return ", ".join(parts)


def _held(report: Report, name: str) -> object:
    """What holds of an override in a report, overridden or not; its value where only that can be told."""
    fact = known(name).fact
    return fact(report) if fact else (report.overrides or {}).get(name)
