"""One word for a metric means the same wherever one is named: in options, in columns, in budgets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

from netcost.report import METRICS, SHORT_WORDS

BUDGET = "version: 1\nmodels:\n  - spec: lenet\n    limits: {%s: %s}\n"


def test_the_short_words_are_those_over_the_columns() -> None:
    """And each stands for the metric of its column."""
    assert SHORT_WORDS == {
        "weights": "weight_bytes",
        "memory": "activation_bytes",
        "flop": "lecture_flops",
    }


@pytest.mark.parametrize(("word", "name"), [*SHORT_WORDS.items(), ("MACS", "macs"), ("Params", "params")])
@pytest.mark.parametrize(
    "args",
    [
        "analyze alexnet -q --sort",
        "analyze alexnet -q --top 3 --sort",
        "diff lenet alexnet --metric",
        "models resnet1* --sort",
        "budget init lenet -o - --metric",
        "explain alexnet --total",
        "explain resnet18 layer1 --total",
    ],
)
def test_a_metric_has_two_names_in_every_option(netcost: Run, args: str, word: str, name: str) -> None:
    """That of JSON, and that of the tables; in small letters or in capitals."""
    ended = netcost(*args.split(), word)
    assert ended.code == 0
    assert ended == netcost(*args.split(), name)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_orders_rows(netcost: Run, name: str) -> None:
    """Its numbers are in the table, largest first."""
    ended = netcost("analyze", "vgg11", "-q", "--unfold", "--sort", name, "--top", "2")
    assert ended.code == 0
    rows = [line.split("│")[0].strip() for line in ended.out.splitlines() if "│" in line]
    layers = json.loads(netcost("analyze", "vgg11", "--format", "json").out)["models"][0]["layers"]
    numbers = {layer["name"]: layer[name] for layer in layers if layer["type"] not in {"relu", "dropout"}}
    largest = sorted(numbers, key=lambda each: numbers[each], reverse=True)
    assert rows[2:4] == largest[:2]


def test_a_metric_without_a_column_gets_one_where_rows_are_ordered_by_it(netcost: Run) -> None:
    """The flop column counts as --count says, so that MACs are another thing."""
    assert "MACs (M)" in netcost("analyze", "alexnet", "--sort", "macs").out
    assert "MACs (M)" not in netcost("analyze", "alexnet", "--sort", "flop", "--count", "macs").out
    assert "MACs (M)" not in netcost("analyze", "alexnet", "--sort", "macs", "--count", "macs").out


@pytest.mark.parametrize(("word", "name"), SHORT_WORDS.items())
def test_limits_take_both_names(netcost: Run, folder: Path, word: str, name: str) -> None:
    """In an option and in a file; what is told has the name of JSON."""
    amount = "1" if METRICS[name].unit == "count" else "1KiB"
    by_option = [netcost("check", "lenet", "--limit", f"{each}={amount}").out for each in (word, name)]
    assert by_option[0].replace(f"--limit {word}=", f"--limit {name}=") == by_option[1]
    by_file = []
    for each in (word, name):
        (folder / "netcost-budget.yaml").write_text(BUDGET % (each, amount), encoding="utf-8")
        by_file.append(netcost("check"))
    assert by_file[0] == by_file[1]
    assert by_file[0].code == 1


def test_a_budget_does_not_limit_one_metric_by_two_names(netcost: Run, folder: Path) -> None:
    """Which of them holds would be a guess."""
    text = BUDGET.replace("%s: %s", "memory: 1MiB, activation_bytes: 2MiB")
    (folder / "netcost-budget.yaml").write_text(text, encoding="utf-8")
    ended = netcost("check")
    assert ended.code == 2
    assert "netcost-budget.yaml:4:14: error: `memory` and `activation_bytes` are one metric" in ended.err


def test_top_alone_shows_the_layers_with_the_most_parameters(netcost: Run) -> None:
    """What the help says."""
    ended = netcost("analyze", "alexnet", "--top", "1")
    assert ended == netcost("analyze", "alexnet", "--top", "1", "--sort", "params")
    assert "[default: by params]" in netcost("analyze", "--help").out
