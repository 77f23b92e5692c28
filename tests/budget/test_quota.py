"""What a run may do is counted in one number; what asks for more is refused at its place."""

from __future__ import annotations

import pytest
from budgets import changed, report, rules

from netcost.budget.check import check, unmatched
from netcost.budget.compare import Comparison
from netcost.budget.entry import Rules
from netcost.budget.evidence import Evidence
from netcost.budget.quota import CHARACTER, COMPARED, FINDING, KEPT, LAYER, RULE, Quota, matching
from netcost.place import Place
from netcost.report import Report
from netcost.source.problem import SpecError

HERE = Place("netcost-budget.yaml", 3, 12)
DEEP = report("input: [8]\nlayers: [{relu, repeat: 1000}]\n")


def spent(now: Report, text: str, comparison: Comparison | None = None) -> int:
    """The steps of a check."""
    evidence = Evidence(now, comparison)
    list(check(evidence, rules(text)))
    return evidence.quota.done


def test_what_is_beyond_the_most_is_refused() -> None:
    """The last step that is allowed is allowed."""
    quota = Quota(5 * LAYER)
    quota.spend(5 * LAYER, HERE)
    with pytest.raises(SpecError) as caught:
        quota.spend(1, HERE)
    assert quota.exhausted
    (problem,) = caught.value.problems
    assert (problem.place, problem.message) == (HERE, "up to here, this run is more work than 5 layers")


@pytest.mark.parametrize("times", [1, 2, 50])
def test_a_question_is_answered_once(times: int) -> None:
    """However many rules ask which layers a pattern means, and which of them is largest."""
    text = "per_layer:\n" + "- {match: 'relu*', params: 9}\n" * times
    names = [row.name for row in DEEP]
    once = matching("relu*", names) + 1_000 * (KEPT + COMPARED)
    each = RULE + FINDING + CHARACTER * len("relu*" + "9")
    assert spent(DEEP, text) == once + times * each


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        # a name is looked up, `*` and a type mean what is known already
        ("per_layer: [{match: relu1.0, ops: 8}]", 1 * COMPARED + FINDING + CHARACTER * len("relu1.0" + "8")),
        ("per_layer: [{match: '*', ops: 8}]", 1_000 * COMPARED + FINDING + CHARACTER * len("*" + "8")),
        ("per_layer: [{type: relu, ops: 8}]", 1_000 * COMPARED + FINDING + CHARACTER * len("relu" + "8")),
        ("limits: {ops: 8k}", FINDING + CHARACTER * len("8k")),
        ("expect: {output_shape: [8]}", FINDING),
        ("expect: {shapes: {'*': [8]}}", 1_000 * COMPARED + FINDING + CHARACTER * len("*")),
        ("per_layer: [{match: other, ops: 8}]", 0),
        # every finding counts, with what is said to whoever breaks the rule
        ("limits: {ops: 1}\nmessage: ask Ann", FINDING + CHARACTER * len("1" + "ask Ann")),
        ("per_layer: [{match: '*', ops: 1}]", 1_000 * (2 * COMPARED + FINDING + CHARACTER * len("*" + "1"))),
        ("expect: {shapes: {'*': [9]}}", 1_000 * (COMPARED + FINDING + CHARACTER * len("*"))),
    ],
)
def test_a_rule_counts_what_it_looks_at_and_finds(text: str, steps: int) -> None:
    """Of a thousand layers."""
    assert spent(DEEP, text) == RULE + steps


def test_the_same_culprits_serve_every_broken_limit() -> None:
    """They are found once for each metric and direction."""
    now = changed("conv: 10", "conv: 12")
    evidence = Evidence(now, Comparison(report(), now))
    assert evidence.blamed("params", upper=True) is evidence.blamed("params", upper=True)
    assert [each.name for each in evidence.blamed("params", upper=True).culprits] == ["conv2", "conv1"]
    assert evidence.blamed("params", upper=False).culprits == ()


def test_patterns_beyond_the_most_are_refused_where_they_stand() -> None:
    """Before they are compared."""
    found = rules("per_layer: [{match: 'r*u', ops: 9}]")
    evidence = Evidence(DEEP, quota=Quota(RULE + matching("r*u", [row.name for row in DEEP]) - 1))
    with pytest.raises(SpecError) as caught:
        list(check(evidence, found))
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == (4, 25)


def test_patterns_without_a_layer_are_refused_without_more_work() -> None:
    """The answer is known from the check."""
    found = rules("per_layer: [{match: 'x*', ops: 9}, {match: 'y*', ops: 9}]")
    evidence = Evidence(DEEP)
    list(check(evidence, found))
    done = evidence.quota.done
    assert [problem.message for problem in unmatched(found, [evidence])] == [
        "no layer matches `x*`",
        "no layer matches `y*`",
    ]
    assert evidence.quota.done == done


def test_no_rules_are_no_work() -> None:
    """As for a model that only the command line limits."""
    evidence = Evidence(report())
    assert list(check(evidence, Rules(()))) == []
    assert evidence.quota.done == 0
