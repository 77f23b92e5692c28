"""The text of a budget file: written, and tightened in place."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from budgets import budget, report
from hypothesis import given
from hypothesis import strategies as st

from netcost.amounts import Amount, read_percent
from netcost.budget.check import check
from netcost.budget.edit import budget_text, carried_out, edited, tightened
from netcost.budget.evidence import Evidence
from netcost.budget.rules.limit import Limit
from netcost.budget.tighten import Edit

NO_SLACK = Amount(0, percent=True)
TWO_OUTPUTS = "input: [3]\nlayers: [{name: a, linear: 3}, {name: b, linear: 4}]\noutputs: [a, b]\n"


def test_a_budget_is_written_from_todays_numbers() -> None:
    """2,790 parameters and 5% are 2,929.5, so at most 2,929; a path that needs quotes has them."""
    models = [("cnn.yaml", report()), ("my nets/two: outputs.yaml", report(TWO_OUTPUTS))]
    text = budget_text(models, ("params", "macs"), read_percent("5%"))
    assert text == dedent("""\
        version: 1
        models:
          - spec: cnn.yaml
            limits:
              params: 2929  # 2,790 now
              macs: 1290450  # 1,229,000 now
            expect:
              output_shape: [10]
          - spec: "my nets/two: outputs.yaml"
            limits:
              params: 29  # 28 now
              macs: 22  # 21 now
        """)
    first, second = budget(text).entries
    assert [each.status for each in check(Evidence(report()), first.rules)] == ["pass", "pass", "pass"]
    assert second.spec == "my nets/two: outputs.yaml"


def tighten(text: str, slack: str = "0%") -> str:
    """The rules of a model of 2,790 parameters and 1,229,000 MACs, tightened."""
    whole = f"version: 1\nmodels:\n  - spec: cnn.yaml\n{indent(dedent(text), '    ')}"
    before = budget(whole)
    edits = list(tightened(before.entries[0].rules, [Evidence(report())], read_percent(slack)))
    after = edited(whole, edits)
    assert carried_out(before, budget(after), edits)
    return dedent("\n".join(after.splitlines()[3:]))


TIGHTENED = [
    ("limits: {params: 5000}", "0%", "limits: {params: 2790}"),
    ("limits: {params: 5000}", "10%", "limits: {params: 3069}"),
    ("limits: {params: 5000}", "100%", "limits: {params: 5000}"),
    ("limits: {params: 2790}", "0%", "limits: {params: 2790}"),
    ("limits: {params: 1}", "0%", "limits: {params: 1}"),  # broken, and not raised
    ("limits: {params: 5k}", "0%", "limits: {params: 2.79k}"),
    ("limits: {params: 5 k}", "0%", "limits: {params: 2.79 k}"),
    ("limits: {params: 0.01M}", "0%", "limits: {params: 0.003M}"),  # rounded up to thousandths
    ("limits: {params: 0.003M}", "0%", "limits: {params: 0.003M}"),
    ('limits: {params: "5k"}', "0%", 'limits: {params: "2.79k"}'),
    ("limits: {params: &most 5k}", "0%", "limits: {params: &most 2.79k}"),
    (
        "limits: {weight_bytes: 1MiB}",
        "0%",
        "limits: {weight_bytes: 0.011MiB}",
    ),  # 11,160 bytes are 0.01064 MiB
    ("limits: {weight_bytes: 99999B}", "0%", "limits: {weight_bytes: 11160B}"),
    ("limits: {params: {warn: 4k, max: 5k}}", "0%", "limits: {params: {warn: 2.79k, max: 2.79k}}"),
    ("limits: {params: {warn: 4k, max: 8k}}", "100%", "limits: {params: {warn: 2.79k, max: 5.58k}}"),
    (
        "limits: {params: {warn: 7k, max: 8k}}",
        "100%",
        "limits: {params: {warn: 4.882k, max: 5.58k}}",
    ),  # 7/8 of it
    # the warning's own unit is too coarse: it would be above the maximum
    ("limits: {params: {warn: 0.007M, max: 8k}}", "0%", "limits: {params: {warn: 2.79k, max: 2.79k}}"),
    ("limits: {params: {warn: 4k}}", "0%", "limits: {params: {warn: 2.79k}}"),
    ("limits: {params: {min: 1, max: 5k}}", "0%", "limits: {params: {min: 1, max: 2.79k}}"),
    ("per_layer: [{match: 'conv*', params: 5k}]", "0%", "per_layer: [{match: 'conv*', params: 1.82k}]"),
    # 1,820 of 2,790 are 65.2329...%
    (
        "per_layer: [{match: 'conv*', params: {max_share: 90%}}]",
        "0%",
        "per_layer: [{match: 'conv*', params: {max_share: 65.233%}}]",
    ),
    (
        "per_layer: [{match: 'conv*', buffers: {max_share: 90%}}]",
        "0%",
        "per_layer: [{match: 'conv*', buffers: {max_share: 0%}}]",
    ),
    ("regression: {params: 100%}", "0%", "regression: {params: 100%}"),
    ("expect: {output_shape: [10]}", "0%", "expect: {output_shape: [10]}"),
]


@pytest.mark.parametrize(("text", "slack", "outcome"), TIGHTENED)
def test_loose_limits_are_lowered_in_their_own_spelling(text: str, slack: str, outcome: str) -> None:
    """Down to today's number and the slack, rounded up; never raised, and never below today's number."""
    assert tighten(text, slack) == outcome


def test_everything_around_a_limit_stays() -> None:
    """Comments, blank lines, quotes, line ends and the limits that are tight."""
    text = "# top\r\nversion: 1 # one\r\nmodels:\r\n\r\n  - spec: cnn.yaml\r\n    limits:\r\n      params: 5k   # was 4k\r\n      macs: 1229000\r\n"
    before = budget(text)
    edits = list(tightened(before.entries[0].rules, [Evidence(report())], NO_SLACK))
    assert [(edit.place.line, edit.about, edit.before, edit.after) for edit in edits] == [
        (7, "params max", "5k", "2.79k")
    ]
    assert edited(text, edits) == text.replace("5k ", "2.79k ")


def test_the_largest_of_several_networks_decides() -> None:
    """An entry with a glob is about all of them."""
    rules = budget("version: 1\nmodels: [{spec: '*.yaml', limits: {params: 5k}}]\n").entries[0].rules
    (edit,) = tightened(rules, [Evidence(report()), Evidence(report(TWO_OUTPUTS))], NO_SLACK)
    assert edit.after == "2.79k"
    assert next(tightened(rules, [], NO_SLACK)).after == "0k"


def test_an_amount_that_is_shared_is_noticed() -> None:
    """Lowering the anchor lowers what its alias says."""
    text = dedent("""\
        version: 1
        models:
          - {spec: a.yaml, limits: {params: &most 5k}}
          - {spec: b.yaml, limits: {params: *most}}
        """)
    before = budget(text)
    edits = list(tightened(before.entries[0].rules, [Evidence(report())], NO_SLACK))
    assert not carried_out(before, budget(edited(text, edits)), edits)


def test_an_alias_gives_way_to_an_amount_of_its_own() -> None:
    """The anchor stays."""
    text = dedent("""\
        version: 1
        models:
          - {spec: a.yaml, limits: {params: &most 5k}}
          - {spec: b.yaml, limits: {params: *most}}
        """)
    before = budget(text)
    edits = list(tightened(before.entries[1].rules, [Evidence(report())], NO_SLACK))
    after = edited(text, edits)
    assert after == text.replace("*most", "2.79k")
    assert carried_out(before, budget(after), edits)


def test_several_edits_of_a_line_do_not_move_one_another() -> None:
    """They are made from the end of the line."""
    text = "version: 1\nmodels: [{spec: a.yaml, limits: {params: 5k, macs: 9M, ops: 99999999}}]\n"
    edits = list(tightened(budget(text).entries[0].rules, [Evidence(report())], NO_SLACK))
    assert edited(text, reversed(edits)) == text.replace("5k", "2.79k").replace("9M", "1.229M").replace(
        "99999999", "40970"
    )


@given(
    st.integers(1, 10**7),
    st.sampled_from(["", "k", "M"]),
    st.integers(1, 10**7),
    st.integers(0, 30),
)
def test_tightening_never_raises_and_never_breaks(most: int, unit: str, warn: int, slack: int) -> None:
    """Whatever a file says, and however often it is tightened."""
    factor = {"": 1, "k": 1000, "M": 10**6}[unit]
    text = f"version: 1\nmodels: [{{spec: a.yaml, limits: {{params: {{warn: {min(warn, most * factor)}, max: {most}{unit}}}}}}}]\n"
    before = budget(text)
    edits = list(tightened(before.entries[0].rules, [Evidence(report())], Amount(slack, percent=True)))
    after = budget(edited(text, edits))
    (old,), (new,) = before.entries[0].rules.rules, after.entries[0].rules.rules
    assert isinstance(old, Limit)
    assert isinstance(new, Limit)
    for was, now in zip(old.bounds, new.bounds, strict=True):
        assert not now.amount.exceeds(was.amount)
    (was_check,), (now_check,) = (
        check(Evidence(report()), before.entries[0].rules),
        check(Evidence(report()), after.entries[0].rules),
    )
    assert was_check.status == now_check.status
    again = list(tightened(after.entries[0].rules, [Evidence(report())], Amount(slack, percent=True)))
    assert again == []


def test_an_edit_says_what_it_is_about() -> None:
    """With the layers, for a limit by layer."""
    rules = (
        budget("version: 1\nmodels: [{spec: a.yaml, per_layer: [{type: conv, params: 5k}]}]\n")
        .entries[0]
        .rules
    )
    (edit,) = tightened(rules, [Evidence(report())], NO_SLACK)
    assert isinstance(edit, Edit)
    assert edit.about == "conv params max"
