"""Every number of a budget is whole where its place demands it, finite, and at least what that demands."""

from __future__ import annotations

import pytest
from budgets import budget
from quick import crossed

from netcost.amounts import AmountError, read_percent
from netcost.budget.rules.limit import read_limit
from netcost.source.problem import SpecError

HEAD = "version: 1\nmodels:\n  - spec: net.yaml\n"

LENGTHS = {
    "batch": "    assume: {batch: HERE}\n    limits: {params: 1}\n",
    "input": "    assume: {input: [HERE, 3]}\n    limits: {params: 1}\n",
    "output_shape": "    expect: {output_shape: [HERE, 3]}\n",
    "shapes": "    expect: {shapes: {fc: [HERE, 3]}}\n",
}
AMOUNTS = {
    "limit": "    limits: {params: HERE}\n",
    "bytes": "    limits: {weight_bytes: HERE}\n",
    **{kind: f"    limits: {{params: {{{kind}: HERE}}}}\n" for kind in ("max", "min", "warn")},
    "per_layer": "    per_layer: [{match: fc, params: HERE}]\n",
    "per_layer max": "    per_layer: [{match: fc, params: {max: HERE}}]\n",
    "regression": "    regression: {params: HERE}\n",
    "max_increase": "    regression: {params: {max_increase: HERE}}\n",
    "max_decrease": "    regression: {params: {max_decrease: HERE}}\n",
}
SHARES = {
    kind: f"    per_layer: [{{match: fc, params: {{{kind}: HERE}}}}]\n"
    for kind in ("max_share", "min_share", "warn_share")
}
CHANGES = {
    "regression": AMOUNTS["regression"],
    "max_increase": AMOUNTS["max_increase"],
    "max_decrease": AMOUNTS["max_decrease"],
}

NO_NUMBERS = ("-1", "-4.0", "-1e6", "-0.5", "1e400", "-1e400", "1e3", ".5", ".nan", "NaN", ".inf", "-.inf", "Infinity", "true", "null", "[1]", "{a: 1}", "", "0x10", "1_000", "1:30", "9223372036854775808", "'-1'", "'1e400'", "'NaN'", "'99999999999999999999'")  # fmt: skip
NO_LENGTHS = ("0", "0.0", "-0", "1.0", "4.0", "1.5", "'3'", "3k")
NO_AMOUNTS = ("1.5", "0.1", "0.0015k", "'1.5'", "-1k", "5x")
NO_PERCENTS = ("-5%", "-0%", "1e2%", "nan%", "inf%", "%", "5", "5.%", ".5%", "'-5%'")

REFUSED = [
    *crossed(LENGTHS.values(), (*NO_NUMBERS, *NO_LENGTHS)),
    *crossed(AMOUNTS.values(), (*NO_NUMBERS, *NO_AMOUNTS)),
    *crossed(SHARES.values(), (*NO_NUMBERS, *NO_PERCENTS, "100.1%", "101%")),
    *crossed(CHANGES.values(), [text for text in NO_PERCENTS if text != "5"]),
]


@pytest.mark.parametrize(("place", "text"), REFUSED)
def test_what_is_no_such_number_is_refused_at_its_place(place: str, text: str) -> None:
    """However it is written."""
    with pytest.raises(SpecError) as caught:
        budget(HEAD + place.replace("HERE", text))
    assert {problem.place.line for problem in caught.value.problems} == {4}


ACCEPTED = [
    *((LENGTHS[place], text) for place in LENGTHS for text in ("1", "224", "9223372036854775807")),
    *((AMOUNTS[place], text) for place in AMOUNTS for text in ("0", "0.0", "3.0", "63", "'63'")),
    *((AMOUNTS[place], text) for place in ("limit", "regression") for text in ("1.5k", "0.7G", "2.500k")),
    *((AMOUNTS["bytes"], text) for text in ("0.1MiB", "21.042KiB", "1.5kB", "64B")),
    *((SHARES[place], text) for place in SHARES for text in ("0%", "0.5%", "65%", "100%", "100.0%")),
    *((CHANGES[place], text) for place in CHANGES for text in ("0%", "250%", "0.001%")),
]


@pytest.mark.parametrize(("place", "text"), ACCEPTED)
def test_what_is_such_a_number_is_read(place: str, text: str) -> None:
    """Zero where nothing is meant, decimals of a larger unit, parts of a percent."""
    assert budget(HEAD + place.replace("HERE", text)).entries


@pytest.mark.parametrize(
    "text", ["-1", "-4.0", "1.5", "0.0015k", "1e6", "1e400", "NaN", "inf", "true", "", "5%", "9" * 20]
)
def test_a_limit_of_the_command_line_is_such_a_number(text: str) -> None:
    """`--limit params=...`."""
    with pytest.raises(AmountError):
        read_limit(f"params={text}")


@pytest.mark.parametrize("text", ["-5%", "5", "1e2%", "nan%", "inf%", "%", "", "-0.5%", f"{'9' * 20}%"])
def test_a_slack_is_such_a_percentage(text: str) -> None:
    """`--slack ...`."""
    with pytest.raises(AmountError):
        read_percent(text)
