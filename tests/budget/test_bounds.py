"""What a budget file may hold at most: each bound is refused at the first thing beyond it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from budgets import budget

from netcost.budget.read import MAX_ENTRIES, read_rules
from netcost.budget.reader import MAX_RULES
from netcost.budget.values import MAX_LENGTHS, MAX_TEXT
from netcost.source.fault import MAX_PROBLEMS
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document

HEAD = "version: 1\nmodels:\n"


def listed(item: str, times: int) -> str:
    """Some items in one line."""
    return ", ".join([item] * times)


def mapped(value: str, times: int) -> str:
    """Some keys in one line."""
    return ", ".join(f"k{number}: {value}" for number in range(times))


RULES: dict[str, Callable[[int], str]] = {
    "limits": lambda most: f"per_layer: [{listed('{match: a, ops: 1}', most - 1)}]",
    "shapes": lambda most: f"expect: {{shapes: {{{mapped('[1]', most - 1)}}}}}",
    "parameters": lambda most: f"assume: {{set: {{{mapped('1', most - 2)}}}}}, limits: {{ops: 1}}",
}


@pytest.mark.parametrize("most", [500, pytest.param(MAX_RULES, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", RULES)
def test_a_file_has_so_many_rules(monkeypatch: pytest.MonkeyPatch, kind: str, most: int) -> None:
    """Of all models together, whatever they are about."""
    monkeypatch.setattr("netcost.budget.reader.MAX_RULES", most)
    first = f"  - {{spec: n.yaml, {RULES[kind](most)}}}\n"
    last = "  - {spec: m.yaml, limits: {params: 1}"
    assert len(budget(f"{HEAD}{first}{last}}}\n").entries) == 2
    with pytest.raises(SpecError) as caught:
        budget(f"{HEAD}{first}{last}, regression: {{ops: 1}}}}\n")
    (problem,) = caught.value.problems
    assert problem.message == f"there are more than {most:,} rules in this file"
    assert (problem.place.line, problem.place.column) == (4, len(f"{last}, regression: {{") + 1)


def test_a_spec_has_no_more_rules_than_a_file() -> None:
    """Under `budget:`."""
    node = parse_document(
        f"{{expect: {{shapes: {{{mapped('[1]', MAX_RULES + 1)}}}}}}}".encode(), "n.yaml"
    ).root
    with pytest.raises(SpecError, match="more than 10,000 rules"):
        read_rules(node, {})


def test_a_file_has_so_many_models() -> None:
    """The first one beyond is marked; none is read."""
    entry = "  - {spec: n.yaml, limits: {params: 1}}\n"
    assert len(budget(HEAD + entry * MAX_ENTRIES).entries) == MAX_ENTRIES
    with pytest.raises(SpecError) as caught:
        budget(HEAD + entry * MAX_ENTRIES + "  - {spec: n.yaml, limits: {parms: 1}}\n")
    (problem,) = caught.value.problems
    assert problem.message == f"there are more than {MAX_ENTRIES:,} models in this file"
    assert problem.place.line == MAX_ENTRIES + 3


LONG = "x" * (MAX_TEXT + 1)
TEXTS = [
    "{spec: HERE, limits: {params: 1}}",
    "{spec: n.yaml, limits: {params: 1}, message: HERE}",
    "{spec: n.yaml, limits: {params: 1}, assume: {variant: HERE}}",
    "{spec: n.yaml, limits: {params: 1}, assume: {set: {a: HERE}}}",
    "{spec: n.yaml, limits: {params: 1}, assume: {set: {? HERE : 1}}}",
    "{spec: n.yaml, per_layer: [{match: HERE, params: 1}]}",
    "{spec: n.yaml, per_layer: [{type: HERE, params: 1}]}",
    "{spec: n.yaml, expect: {shapes: {? HERE : [1]}}}",
    "{spec: n.yaml, limits: {params: HERE}}",
]


@pytest.mark.parametrize("entry", TEXTS)
def test_a_text_has_so_many_characters(entry: str) -> None:
    """It is repeated with every finding."""
    with pytest.raises(SpecError) as caught:
        budget(f"{HEAD}  - {entry.replace('HERE', LONG)}\n")
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == ("this text has 1,001 characters", "write at most 1,000")
    assert problem.place.column == 5 + entry.index("HERE")


def test_a_shape_has_so_many_lengths() -> None:
    """An alias would make thousands of a few bytes."""
    with pytest.raises(SpecError, match="a shape has at most 16 lengths, this has 17"):
        budget(f"{HEAD}  - {{spec: n, expect: {{output_shape: [{listed('1', MAX_LENGTHS + 1)}]}}}}\n")


def test_reading_ends_after_so_many_faults() -> None:
    """Near words are looked for in each of them, which takes a while."""
    with pytest.raises(SpecError) as caught:
        budget(f"{HEAD}  - {{spec: n.yaml, limits: {{{mapped('1', 10_000)}}}}}\n")
    assert len(caught.value.problems) == MAX_PROBLEMS


@pytest.mark.parametrize("glob", ["**/a/**/b.yaml", "**/**", "nets/**/*/**/*.yaml"])
def test_a_glob_goes_through_any_folders_once(glob: str) -> None:
    """Each further `**` would multiply the ways to match."""
    with pytest.raises(SpecError) as caught:
        budget(f"{HEAD}  - {{spec: '{glob}', limits: {{params: 1}}}}\n")
    (problem,) = caught.value.problems
    assert problem.message == "a glob has one `**` at most"
    assert (problem.place.line, problem.place.column) == (3, 12)
