"""Hold a report to the rules of a budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netcost.budget.entry import Rules
from netcost.budget.evidence import Evidence
from netcost.budget.quota import CHARACTER, FINDING, RULE
from netcost.budget.result import Check
from netcost.budget.selector import Layers
from netcost.record import replace
from netcost.source.problem import Problem, nearest


def check(evidence: Evidence, rules: Rules, no_base: str = "") -> Iterator[Check]:
    """Hold a report to rules; inclusively, in exact integers.

    Args:
        evidence: what the network costs, and what it did before.
        rules: what it may cost.
        no_base: why there is nothing to compare with, if there is not.

    Returns:
        What came of each rule. A rule about each of some layers gives every layer that breaks it, or the
        layer with the largest number if none does.

    Raises:
        SpecError: there is too much to find out, or too much was found.
    """
    quota, said = evidence.quota, len(rules.message)
    for rule in rules.rules:
        place = rule.place
        quota.spend(RULE, place)
        without = rule.needs_base and evidence.comparison is None
        for found in [rule.skipped(no_base)] if without else rule.check(evidence):
            texts = said + len(found.layers) + len(found.amount) + sum(map(len, found.declared))
            quota.spend(FINDING + CHARACTER * texts, place)
            yield replace(found, message=rules.message)


def unmatched(rules: Rules, evidence: Sequence[Evidence]) -> Iterator[Problem]:
    """The rules about layers that none of the reports has."""
    about = [rule.about for rule in rules.rules if rule.about]
    for layers in dict.fromkeys(about):
        if not any(each.rows(layers) for each in evidence):
            yield _matches_nothing(layers, evidence)


def _matches_nothing(layers: Layers, evidence: Sequence[Evidence]) -> Problem:
    if layers.type:
        known = {kind for each in evidence for kind in each.by_type}
        near = None if layers.type in known else nearest(layers.type, known)
    else:
        near = nearest(layers.pattern, (row.name for each in evidence for row in each.report))
    return Problem(layers.place, f"no layer matches `{layers}`", f"did you mean `{near}`?" if near else None)
