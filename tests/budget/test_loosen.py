"""What a budget allows that an earlier version of it did not."""

from __future__ import annotations

from textwrap import indent

import pytest
from budgets import budget

from netcost.budget.entry import Budget
from netcost.budget.loosen import loosened


def one(text: str) -> Budget:
    """A budget of one model."""
    return budget(f"version: 1\nmodels:\n  - spec: net.yaml\n{indent(text, '    ')}\n")


def notes(before: Budget, after: Budget) -> list[str]:
    """What is said of the change."""
    return [note.text for note in loosened(before, after, {}, frozenset())]


CHANGES = [
    ("limits: {params: 63M}", "limits: {params: 64M}", "params max was 63M, is now 64M"),
    ("limits: {params: 63M}", "limits: {params: 62M}", ""),
    ("limits: {params: 63M}", "limits: {params: 63000k}", ""),
    ("limits: {params: 63M}", "limits: {macs: 63M}", "params max 63M is no longer demanded"),
    ("limits: {params: 63M}", "limits: {params: {warn: 63M}}", "params max 63M is no longer demanded"),
    (
        "limits: {params: {warn: 1, max: 9}}",
        "limits: {params: {warn: 2, max: 9}}",
        "params warn was 1, is now 2",
    ),
    ("limits: {params: {min: 5}}", "limits: {params: {min: 4}}", "params min was 5, is now 4"),
    ("limits: {params: {min: 5}}", "limits: {params: {min: 6}}", ""),
    (
        "per_layer: [{match: 'fc*', params: {max_share: 60%}}]",
        "per_layer: [{match: 'fc*', params: {max_share: 65%}}]",
        "params max_share of fc* was 60%, is now 65%",
    ),
    (
        "per_layer: [{match: 'fc*', params: {min_share: 60%}}]",
        "per_layer: [{match: 'fc*', params: {min_share: 55%}}]",
        "params min_share of fc* was 60%, is now 55%",
    ),
    (
        "per_layer: [{match: 'fc*', params: {min_share: 60%}}]",
        "per_layer: [{match: 'fc*', params: {min_share: 65%}}]",
        "",
    ),
    (
        "per_layer: [{type: conv, params: 1}]",
        "per_layer: [{type: conv, match: 'c*', params: 1}]",
        "params max of conv 1 is no longer demanded",
    ),
    ("regression: {params: 1%}", "regression: {params: 2%}", "params max_increase was 1%, is now 2%"),
    ("regression: {params: 1%}", "regression: {params: 1k}", "params max_increase was 1%, is now 1k"),
    (
        "regression: {params: {max_decrease: 5}}",
        "regression: {params: {max_decrease: 6}}",
        "params max_decrease was 5, is now 6",
    ),
    (
        "regression: {output_shape: unchanged}",
        "regression: {params: 1%}",
        "regression of output_shape unchanged is no longer demanded",
    ),
    ("expect: {output_shape: [10]}", "expect: {output_shape: [11]}", "output_shape was 10, is now 11"),
    (
        "expect: {shapes: {fc: [4, 5]}}",
        "expect: {output_shape: [11]}",
        "output_shape of fc 4 x 5 is no longer demanded",
    ),
    ("limits: {params: 1}", "limits: {params: 1, macs: 1}", ""),
]


@pytest.mark.parametrize(("before", "after", "text"), CHANGES)
def test_what_is_allowed_now_is_told(before: str, after: str, text: str) -> None:
    """Raised, lowered, taken away; a stricter budget needs no word."""
    assert notes(one(before), one(after)) == ([f"loosened: net.yaml {text}"] if text else [])


def test_a_looser_budget_is_a_warning_at_its_line() -> None:
    """So that a reviewer sees it beside what it lets through."""
    (note,) = loosened(one("limits: {params: 1}"), one("limits: {params: 2}"), {}, frozenset())
    assert (note.kind, note.status, str(note.place)) == ("loosened", "warn", "netcost-budget.yaml:4:22")


TWO = (
    "version: 1\nmodels:\n  - {spec: a.yaml, limits: {params: 1}}\n  - {spec: b.yaml, limits: {params: 1}}\n"
)
ONE = "version: 1\nmodels:\n  - {spec: a.yaml, limits: {params: 1}}\n"


def test_a_model_that_left_the_budget_is_told() -> None:
    """Unless its spec was deleted."""
    assert notes(budget(TWO), budget(ONE)) == ["loosened: b.yaml is no longer in the budget"]
    assert list(loosened(budget(TWO), budget(ONE), {}, {"b.yaml"})) == []


def test_a_renamed_model_is_the_same_model() -> None:
    """Its limits are compared under the new name."""
    after = budget(TWO.replace("b.yaml, limits: {params: 1}", "c.yaml, limits: {params: 2}"))
    (note,) = loosened(budget(TWO), after, {"b.yaml": "c.yaml"}, frozenset())
    assert note.text == "loosened: c.yaml params max was 1, is now 2"


def test_another_assumption_is_another_model() -> None:
    """A limit for batch 8 says nothing about batch 1."""
    after = ONE.replace("spec: a.yaml", "spec: a.yaml, assume: {batch: 8}")
    assert notes(budget(ONE), budget(after)) == ["loosened: a.yaml is no longer in the budget"]
    assert notes(budget(after), budget(ONE)) == ["loosened: a.yaml (batch 8) is no longer in the budget"]


def test_of_two_entries_about_a_model_the_stricter_counts() -> None:
    """Whichever comes first."""
    loose, strict = (f"  - {{spec: a.yaml, limits: {{params: {limit}}}}}\n" for limit in (9, 1))
    head = "version: 1\nmodels:\n"
    assert notes(budget(ONE), budget(head + loose + strict)) == []
    assert notes(budget(ONE), budget(head + strict + loose)) == []
