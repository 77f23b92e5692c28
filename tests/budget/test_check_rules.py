"""Reports held to rules: every kind of bound, at its edge and one beyond."""

from __future__ import annotations

import pytest
from budgets import CNN, changed, report, rules

from netcost.budget.check import check, unmatched
from netcost.budget.compare import Comparison
from netcost.budget.entry import Rules
from netcost.budget.evidence import Evidence
from netcost.budget.result import Check
from netcost.report import METRICS, Report

# CNN has 2,790 parameters: conv1 760, conv2 1,820, fc 210.
LIMITS = [
    ("limits: {params: 2790}", "pass max"),
    ("limits: {params: 2789}", "fail max"),
    ("limits: {params: {max: 2.79k}}", "pass max"),
    ("limits: {params: {min: 2790}}", "pass min"),
    ("limits: {params: {min: 2791}}", "fail min"),
    ("limits: {params: {warn: 2789, max: 2790}}", "warn warn"),
    ("limits: {params: {warn: 2788, max: 2789}}", "fail max"),
    ("limits: {params: {warn: 2790, max: 2791}}", "pass warn"),
    ("limits: {params: {min: 2791, warn: 2792}}", "fail min"),
    ("limits: {weight_bytes: 11160B}", "pass max"),  # 4 * 2,790
    ("limits: {weight_bytes: 10.8KiB}", "fail max"),  # 11,059
    ("limits: {weight_bytes: 10.9KiB}", "pass max"),  # 11,161
    ("limits: {macs: 1.229M}", "pass max"),
    ("limits: {macs: 1228999}", "fail max"),
    ("limits: {buffers: 0}", "pass max"),
    ("expect: {output_shape: [10]}", "pass shape"),
    ("expect: {output_shape: [10, 1]}", "fail shape"),
    ("expect: {shapes: {conv2: [20, 16, 16]}}", "pass shape conv2"),
    ("expect: {shapes: {conv2: [20, 16, 15]}}", "fail shape conv2"),
    ("per_layer: [{match: conv1, params: 760}]", "pass max conv1"),
    ("per_layer: [{match: conv1, params: 759}]", "fail max conv1"),
    # 1,820 of 2,790 are 65.23...%
    ("per_layer: [{match: conv2, params: {max_share: 65.24%}}]", "pass max_share conv2"),
    ("per_layer: [{match: conv2, params: {max_share: 65.23%}}]", "fail max_share conv2"),
    ("per_layer: [{match: conv2, params: {min_share: 65.23%}}]", "pass min_share conv2"),
    ("per_layer: [{match: conv2, params: {min_share: 65.24%}}]", "fail min_share conv2"),
    ("per_layer: [{match: conv2, params: {warn_share: 65%, max_share: 66%}}]", "warn warn_share conv2"),
    # a rule about several layers gives those that break it, or else the one with the largest number
    ('per_layer: [{match: "conv*", params: 1820}]', "pass max conv2"),
    ('per_layer: [{match: "conv*", params: 700}]', "fail max conv1, fail max conv2"),
    ("per_layer: [{type: conv, params: 800}]", "fail max conv2"),
    ("per_layer: [{type: conv, match: '*1', params: 800}]", "pass max conv1"),
    # a failure and a warning of one rule are both there when they are about different layers
    ('per_layer: [{match: "conv*", params: {warn: 700, max: 1k}}]', "warn warn conv1, fail max conv2"),
    # two bounds that are broken are two findings
    ("per_layer: [{match: conv2, params: {max: 1, max_share: 1%}}]", "fail max conv2, fail max_share conv2"),
]


def held(
    report: Report, rules: Rules, comparison: Comparison | None = None, no_base: str = ""
) -> list[Check]:
    """Hold a report to rules."""
    return list(check(Evidence(report, comparison), rules, no_base))


def found(checks: list[Check]) -> str:
    """Status, kind and layer of each."""
    return ", ".join(f"{each.status} {each.kind} {each.layer}".strip() for each in checks)


@pytest.mark.parametrize(("text", "outcome"), LIMITS)
def test_limits_hold_inclusively(text: str, outcome: str) -> None:
    """The limit itself is allowed; what is one beyond is not."""
    assert found(held(report(), rules(text))) == outcome


@pytest.mark.parametrize("metric", [name for name, metric in METRICS.items() if metric.adds])
def test_every_metric_is_held_to_its_limit(metric: str) -> None:
    """At its value it passes; one below that it fails, unless it is zero."""
    value = report().totals[metric]
    (kept,) = held(report(), rules(f"limits: {{{metric}: {value}}}"))
    assert (kept.status, kept.value, kept.limit) == ("pass", value, value)
    if value:
        (broken,) = held(report(), rules(f"limits: {{{metric}: {value - 1}}}"))
        assert (broken.status, broken.value, broken.limit) == ("fail", value, value - 1)


def test_large_numbers_are_compared_to_the_last_digit() -> None:
    """10^18 + 1 operations against a limit of 10^18: no float could tell them apart."""
    text = "input: [1]\nlayers:\n  - {name: huge, custom: {output: [1], params: 0, macs_per_sample: 1000000000000000001}}\n"
    assert found(held(report(text), rules("limits: {macs: 1000000T}"))) == "fail max"
    assert found(held(report(text), rules("limits: {macs: 1000000000000000001}"))) == "pass max"


WIDER = changed("conv: 10", "conv: 12")  # 2,790 + 152 + 360 = 3,302 parameters, 18.35% more
NARROWER = changed("conv: 10", "conv: 8")

CHANGES = [
    (WIDER, "regression: {params: 512}", "pass max_increase"),
    (WIDER, "regression: {params: 511}", "fail max_increase"),
    (WIDER, "regression: {params: 18.36%}", "pass max_increase"),  # 512 / 2,790 = 18.3512...%
    (WIDER, "regression: {params: 18.35%}", "fail max_increase"),
    (WIDER, "regression: {params: unchanged}", "fail max_increase"),
    (WIDER, "regression: {params: {max_decrease: 0}}", "pass max_decrease"),
    (WIDER, "regression: {output_shape: unchanged}", "pass unchanged"),
    (WIDER, "regression: {buffers: unchanged}", "pass max_increase"),
    # from zero, every percentage is zero
    (changed("relu1, relu", "relu1, batchnorm"), "regression: {buffers: 1000%}", "fail max_increase"),
    (NARROWER, "regression: {params: 0%}", "pass max_increase"),
    (NARROWER, "regression: {params: {max_decrease: 512}}", "pass max_decrease"),
    (NARROWER, "regression: {params: {max_decrease: 511}}", "fail max_decrease"),
    (NARROWER, "regression: {params: {max_increase: 1%, max_decrease: 1%}}", "fail max_decrease"),
    (NARROWER, "regression: {params: unchanged}", "fail max_decrease"),
    (changed("linear: 10", "linear: 11"), "regression: {output_shape: unchanged}", "fail unchanged"),
]


@pytest.mark.parametrize(("now", "text", "outcome"), CHANGES)
def test_changes_are_held_to_limits(now: Report, text: str, outcome: str) -> None:
    """In both directions, in percent and in absolute numbers, exactly."""
    assert found(held(now, rules(text), Comparison(report(), now))) == outcome


def test_without_a_base_rules_about_changes_are_skipped() -> None:
    """And say why."""
    skipped = list(
        held(report(), rules("regression: {params: 1%, output_shape: unchanged}"), None, "it is new")
    )
    assert found(skipped) == "skip max_increase, skip unchanged"
    assert {each.reason for each in skipped} == {"it is new"}


def culprits(checks: list[Check]) -> list[tuple[str, object, bool]]:
    """The culprits of the only check."""
    (only,) = checks
    return [(each.name, each.value, each.grew) for each in only.culprits]


def test_without_a_base_the_largest_layers_are_named() -> None:
    """With their places in the spec."""
    checks = held(report(), rules("limits: {params: 1}"))
    assert culprits(checks) == [("conv2", 1_820, False), ("conv1", 760, False), ("fc", 210, False)]
    assert str(checks[0].culprit_place) == "cnn.yaml:7:19"


def test_with_a_base_the_layers_that_grew_are_named() -> None:
    """Those that grew most come first."""
    checks = held(WIDER, rules("limits: {params: 1}"), Comparison(report(), WIDER))
    assert culprits(checks) == [("conv2", 360, True), ("conv1", 152, True)]
    assert (checks[0].base, checks[0].value) == (2_790, 3_302)


def test_where_nothing_grew_the_largest_layers_are_named() -> None:
    """The limit was broken before."""
    checks = held(report(), rules("limits: {params: 1}"), Comparison(report(), report()))
    assert culprits(checks)[0] == ("conv2", 1_820, False)


def test_what_shrank_is_blamed_for_a_minimum() -> None:
    """A layer that is gone has no place any more."""
    now = changed("  - {name: conv1, conv: 10, kernel: 5, pad: 2}\n", "")
    checks = held(now, rules("limits: {params: {min: 2790}}"), Comparison(report(), now))
    assert culprits(checks) == [("conv2", 560 - 1_820, True), ("conv1", -760, True)]
    alone = held(now, rules("limits: {params: {min: 2790}}"))
    assert culprits(alone) == []
    assert alone[0].culprit_place is None


def test_no_more_than_three_culprits_are_named() -> None:
    """The others are counted."""
    text = "input: [1, 8, 8]\nlayers:\n  - {name: c, conv: 1, kernel: 1, repeat: 9}\n"
    (only,) = held(report(text), rules("limits: {params: 1}"))
    assert (len(only.culprits), only.more_culprits) == (3, 6)


def test_costs_that_an_author_declares_are_marked() -> None:
    """In a total, and of the layer itself; layers that do not count towards the number are not mentioned."""
    text = CNN + "  - {name: odd, custom: {output: [10], params: 5, macs_per_sample: 0}}\n"
    text += "  - {name: free, custom: {output: [10], params: 0, macs_per_sample: 0}}\n"
    params, macs, odd, free = held(
        report(text),
        rules("limits: {params: 1, macs: 1}\nper_layer: [{match: odd, params: 1}, {match: free, params: 1}]"),
    )
    assert (params.declared, macs.declared) == (("odd",), ())
    assert (odd.declared, free.declared) == (("odd",), ())


def test_a_layer_is_compared_with_what_it_was() -> None:
    """By its name, or the name it had."""
    now = changed("name: conv2, conv: 20", "name: second, conv: 22")
    (only,) = held(now, rules("per_layer: [{match: second, params: 1}]"), Comparison(report(), now))
    assert (only.value, only.base) == (22 * 10 * 9 + 22, 1_820)


def test_a_new_layer_was_nothing_before() -> None:
    """There is no number to compare with."""
    now = changed("name: gap, gap}", "name: gap, gap}\n  - {name: new, linear: 20}")
    (only,) = held(now, rules("per_layer: [{match: new, params: 1}]"), Comparison(report(), now))
    assert only.base is None


def test_the_first_layer_of_another_shape_is_blamed_for_the_output() -> None:
    """Against a base; alone, it is the last layer."""
    now = changed("- {name: gap, gap}", "- flatten")
    (same,) = held(now, rules("expect: {output_shape: [7]}"), Comparison(report(), now))
    assert [each.name for each in same.culprits] == ["flatten1"]
    (alone,) = held(now, rules("expect: {output_shape: [7]}"))
    assert [each.name for each in alone.culprits] == ["fc"]


TWO_OUTPUTS = CNN + "outputs: [conv1, fc]\n"


def test_several_outputs_are_expected_by_name() -> None:
    """One shape cannot stand for two."""
    (only,) = held(report(TWO_OUTPUTS), rules("expect: {output_shape: [10]}"))
    assert only.status == "fail"
    assert only.reason == "the network has 2 outputs (conv1, fc); expect them by name, under `shapes`"


def test_another_number_of_outputs_is_a_change() -> None:
    """And so is another shape of one of them."""
    before, now = report(), report(TWO_OUTPUTS)
    (only,) = held(now, rules("regression: {output_shape: unchanged}"), Comparison(before, now))
    assert (only.status, only.reason) == ("fail", "the network has 2 outputs, it had 1")
    wider = report(TWO_OUTPUTS.replace("conv: 10", "conv: 12"))
    (other,) = held(wider, rules("regression: {output_shape: unchanged}"), Comparison(now, wider))
    assert (other.value, other.base) == ((12, 32, 32), (10, 32, 32))
    assert [each.name for each in other.culprits] == ["conv1"]


def test_the_message_of_the_budget_comes_along() -> None:
    """With every check of its model."""
    assert [
        each.message for each in held(report(), rules("limits: {params: 1, macs: 1}\nmessage: ask Ann"))
    ] == [
        "ask Ann",
        "ask Ann",
    ]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("per_layer: [{match: 'fx*', params: 1}]", "no layer matches `fx*`", None),
        (
            "per_layer: [{match: cnv2, params: 1, macs: 1}]",
            "no layer matches `cnv2`",
            "did you mean `conv2`?",
        ),
        ("per_layer: [{type: cov, params: 1}]", "no layer matches `cov`", "did you mean `conv`?"),
        ("per_layer: [{type: conv, match: 'fc*', params: 1}]", "no layer matches `conv fc*`", None),
        ("expect: {shapes: {cnv2: [1]}}", "no layer matches `cnv2`", "did you mean `conv2`?"),
    ],
)
def test_a_pattern_that_matches_nothing_is_a_fault(text: str, message: str, hint: str | None) -> None:
    """It is said once, where it stands."""
    (problem,) = unmatched(rules(text), [Evidence(report())])
    assert (problem.message, problem.hint) == (message, hint)


def test_a_pattern_needs_to_match_in_one_of_several_networks() -> None:
    """An entry with a glob is about all of them."""
    other = report("input: [3]\nlayers: [{name: only, linear: 3}]")
    about = rules("per_layer: [{match: only, params: 1}]")
    assert list(unmatched(about, [Evidence(report()), Evidence(other)])) == []
    assert held(report(), rules("per_layer: [{match: only, params: 1}]")) == []


# How many parameters there are, their limit, how far that is beyond it in parts of the limit.
GRAVITY = [
    (3, "8", 0.625),
    (6, "4", 0.5),
    (3, "2", 0.5),
    (3, "1", 2),
    (2, "1", 1),
    (3, "0", 3),  # no part of nothing: a limit of 0 is taken for 1
    (1, "0", 1),
    (0, "{min: 1}", 1),
    (1, "{min: 4}", 0.75),
]


@pytest.mark.parametrize(("params", "limit", "excess"), GRAVITY)
def test_the_gravity_of_a_finding_is_measured_by_its_limit(params: int, limit: str, excess: float) -> None:
    """Whichever side of it the number is on."""
    text = f"input: [1]\nlayers:\n  - {{custom: {{params: {params}, macs_per_sample: 0}}}}\n"
    (each,) = held(report(text), rules(f"limits: {{params: {limit}}}"))
    assert each.excess == excess
