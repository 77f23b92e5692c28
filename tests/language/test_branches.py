"""Branches as a list: names, lists of items, and single items that may be absent or stand side by side."""

from __future__ import annotations

import pytest
from specs import Rows, cases, errors, read, report, rows

from netcost.network import Network


def sources(network: Network, name: str) -> list[str]:
    return [node.name for node in network[name].inputs]


BRANCHES = {
    "lists and single items": (
        "layers: [{concat: [[{conv: 2, kernel: 1}, relu], {conv: 4, kernel: 1}, prev]}]",
        {
            "concat1.0.conv1": "2 x 8 x 8",
            "concat1.0.relu1": "2 x 8 x 8",
            "concat1.1.conv1": "4 x 8 x 8",
            "concat1": "9 x 8 x 8",
        },
    ),
    "a branch that is absent": (
        "params: {wide: false}\nlayers: [{name: c, concat: [[relu], {seq: [{conv: 5, kernel: 1}], if: wide}, prev]}]",
        {"c.0.relu1": "3 x 8 x 8", "c": "6 x 8 x 8"},
    ),
    "a branch that is there": (
        "params: {wide: true}\nlayers: [{name: c, concat: [[relu], {seq: [{conv: 5, kernel: 1}], if: wide}, prev]}]",
        {"c.0.relu1": "3 x 8 x 8", "c.1.conv1": "5 x 8 x 8", "c": "11 x 8 x 8"},
    ),
    "branches side by side": (
        "layers: [{concat: [{conv: i + 1, kernel: 1, repeat: 3}]}]",
        {
            "concat1.0.0.conv1": "1 x 8 x 8",
            "concat1.0.1.conv1": "2 x 8 x 8",
            "concat1.0.2.conv1": "3 x 8 x 8",
            "concat1": "6 x 8 x 8",
        },
    ),
    "a chain inside a branch": (
        "layers: [{concat: [[{conv: i + 1, kernel: 1, repeat: 2}], prev]}]",
        {"concat1.0.conv1.0": "1 x 8 x 8", "concat1.0.conv1.1": "2 x 8 x 8", "concat1": "5 x 8 x 8"},
    ),
    "the whole, chained": (
        "layers: [{concat: [[{conv: 2, kernel: 1}], {gelu, if: i > 0}, prev], repeat: 2}]",
        {
            "concat1.0.0.conv1": "2 x 8 x 8",
            "concat1.0": "5 x 8 x 8",
            "concat1.1.0.conv1": "2 x 8 x 8",
            "concat1.1.1.gelu1": "5 x 8 x 8",
            "concat1.1": "12 x 8 x 8",
        },
    ),
    "one that is left alone": (
        "layers: [{add: [{conv: 2, kernel: 1}, {relu, if: false}]}, gelu]",
        {"add1.0.conv1": "2 x 8 x 8", "gelu1": "2 x 8 x 8"},
    ),
    "an item with a name, and one that starts elsewhere": (
        "layers: [{name: a, conv: 2, kernel: 1}, {name: c, concat: [{name: b, relu}, {gelu, from: input}]}]",
        {"a": "2 x 8 x 8", "c.0.b": "2 x 8 x 8", "c.1.gelu1": "3 x 8 x 8", "c": "5 x 8 x 8"},
    ),
    "blocks": (
        "blocks: {B: {params: [n], layers: [{conv: n, kernel: 1}]}}\nlayers: [{concat: [{B: 2}, {B: i + 3, repeat: 2}]}]",
        {
            "concat1.0.B1.conv1": "2 x 8 x 8",
            "concat1.1.0.B1.conv1": "3 x 8 x 8",
            "concat1.1.1.B1.conv1": "4 x 8 x 8",
            "concat1": "9 x 8 x 8",
        },
    ),
}


@cases(BRANCHES)
def test_branches_stand_for_layers(text: str, layers: Rows) -> None:
    """With names that do not depend on the other branches."""
    assert dict(rows(text)) == layers


def test_names_lead_into_branches() -> None:
    """By the number of the branch, and among several side by side by theirs."""
    text = "layers: [{name: c, concat: [[{name: b, relu}, gelu], {relu: , repeat: 2}]}, {name: d, add: [c.0.b, c.0, c.1.1]}]"
    assert sources(read(text), "d") == ["c.0.b", "c.0.gelu1", "c.1.1.relu1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "layers: [{add: [{relu, if: false}, {gelu, if: 1 > 2}]}]",
            "net.yaml:2:11 add takes at least 2 inputs, got 0 -> name another beside it, as in `add: [prev, ...]`",
        ),
        (
            "layers: [{add: [[relu]]}]",
            "net.yaml:2:11 add takes at least 2 inputs, got 1 -> name another beside it, as in `add: [prev, ...]`",
        ),
        (
            "layers: [{subtract: [prev, {relu, if: false}]}]",
            "net.yaml:2:11 subtract takes 2 inputs, got 1 -> name another beside it, as in `subtract: [prev, ...]`",
        ),
        (
            "layers: [{add: [prev, {relu, if: 3}]}]",
            "net.yaml:2:34 expected true or false, got 3 -> write a comparison, as `stride == 1`",
        ),
        (
            "layers: [{add: [prev, {relu: , repeat: 1.5}]}]",
            "net.yaml:2:40 repeat: expected a whole number of at least 0, got 1.5 -> write `1`",
        ),
        (
            "layers: [{add: [prev, {conv: 3, kernel: 1, repeat: 2, first: {kernel: 3}}]}]",
            "net.yaml:2:24 branches stand side by side, none is the first -> write the first as an entry of its own",
        ),
        (
            "layers: [{add: [prev, 3]}]",
            "net.yaml:2:23 expected the name of an earlier item, got `3` -> items have no numbers: write `input`, `prev` or the name of one",
        ),
        (
            "params: {n: 1001}\nlayers: [{add: [{relu: , repeat: n}]}]",
            "net.yaml:3:11 add combines 1,001 tensors, more than 1,000 -> combine them in several steps",
        ),
    ],
)
def test_faulty_branches_are_refused(text: str, message: str) -> None:
    """Each at its place."""
    assert errors(text) == [message]


def test_a_reparameterised_block_of_mobileone() -> None:
    """Four 3x3 branches, a 1x1 branch and a norm, as MobileOne-S4 trains them (Vasu et al., arXiv:2206.04040)."""
    text = """
input: [64, 8, 8]
defaults: {conv: {norm: batchnorm}}
layers: [{add: [{conv: 64, kernel: 3, pad: 1, repeat: 4}, {conv: 64, kernel: 1}, {batchnorm, if: in_channels == 64}]}]
"""
    found = report(text).totals
    assert found["params"] == 4 * (9 * 64 * 64 + 128) + (64 * 64 + 128) + 128
    assert found["macs"] == 64 * (4 * 9 + 1) * 64 * 64


def test_an_embedding_for_each_column() -> None:
    """Columns of 10, 4 and 7 categories, each looked up in a table of its own, as in TabTransformer."""
    text = """
params: {categories: [10, 4, 7]}
input: {tokens: 1}
layers: [{concat: [{embedding: 8, vocab: "categories[i]", repeat: len(categories)}], axis: tokens}]
"""
    found = report(text)
    assert found.totals["params"] == 8 * (10 + 4 + 7)
    assert str(found.rows[-1].output) == "3 x 8"
