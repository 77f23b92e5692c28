"""Active parameters with and without tables that are only looked up."""

from __future__ import annotations

import pytest

from netcost.analysis.costs import analyze
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.render.reports.remarks import activity
from netcost.report import Report
from netcost.spec.load import load_network


def network(*layers: str) -> Network:
    text = f"input: {{tokens: 3}}\nlayers: [{', '.join(layers)}]"
    return load_network(text.encode(), "net.yaml", Overrides())


def without_tables(report: Report) -> tuple[int, int]:
    return report.totals.active_params, report.totals.active_params_without_tables


# A table of 10 words of width 4 and a layer of 4 x 4; a head has 10 x 4, as the table.
WORDS = "{name: words, embedding: 4, vocab: 10}"
DENSE = "{name: dense, linear: 4, bias: false}"
HEAD = "{name: head, linear: 10, bias: false, share: words}"

TABLES = [
    pytest.param((WORDS, DENSE), (56, 16), id="looked up only"),
    pytest.param((WORDS, DENSE, "{linear: 10, bias: false}"), (96, 56), id="a head of its own"),
    pytest.param((WORDS, DENSE, HEAD), (56, 56), id="a tied head"),
    pytest.param(
        (WORDS, DENSE, "{linear: 10, share: {weight: words}}"), (66, 66), id="a tied head with its bias"
    ),
    pytest.param(
        (WORDS, DENSE, HEAD, "{linear: 10, bias: false, from: dense, share: head}"),
        (56, 56),
        id="two tied heads",
    ),
    pytest.param(
        (WORDS, DENSE, "{embedding: 4, vocab: 10, from: input, share: words}"), (56, 16), id="twice"
    ),
    pytest.param(
        (
            WORDS,
            "{name: more, embedding: 4, vocab: 10, from: input, share: words}",
            HEAD.replace("words", "more"),
        ),
        (40, 40),
        id="a head tied to one that shares",
    ),
    pytest.param((WORDS, f"{DENSE[:-1]}, training_only: true}}"), (40, 0), id="what does not run"),
]


@pytest.mark.parametrize(("layers", "active"), TABLES)
def test_a_table_counts_where_it_is_computed_with(layers: tuple[str, ...], active: tuple[int, int]) -> None:
    """As a head's matrix it takes part in computing, once; where it is only looked up it does not."""
    tied = network(*layers)
    assert without_tables(analyze(tied)) == active
    assert without_tables(analyze(tied.resized({}))) == active


def test_a_mixture_tells_both() -> None:
    """2 experts of 3 * 4 * 1 weights of which one is visited, a router of 8, a table of 40."""
    found = analyze(network(WORDS, "{moe: 2, active: 1, hidden: 1}"))
    assert activity(found) == [
        "Active: 60 of 72 parameters take part in computing one sample, 20 without look-up tables."
    ]


def test_a_mixture_without_a_table_tells_one() -> None:
    """There is nothing to leave out."""
    mixture = load_network(b"input: [4]\nlayers: [{moe: 2, active: 1, hidden: 1}]", "net.yaml", Overrides())
    assert activity(analyze(mixture)) == ["Active: 20 of 32 parameters take part in computing one sample."]
