"""The page of the bundled networks: every network with its counts and their source."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from bundled import report_of

from netcost import zoo

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "networks.md"
REFERENCE = ROOT / "tests" / "reference"
TABLES = (
    *("published_models.csv", "torchvision_models.csv", "built_models.csv"),
    *("hub_models.csv", "transformer_macs.csv"),
)
ARITHMETIC = "arithmetic written out in the tests"
RULE = "|---|---|---:|---:|---|---|\n"


def sources() -> dict[str, str]:
    """Where the expected counts of each network come from; the first table that has it tells."""
    found: dict[str, str] = {}
    for table in TABLES:
        with (REFERENCE / table).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault(row["network"], row["source"].partition(";")[0])
    return found


def rows() -> Iterator[str]:
    """The lines of the table, in the order of the files."""
    known = sources()
    for name, found in sorted(zoo.networks().items(), key=lambda entry: (Path(entry[1].path).name, entry[0])):
        report = report_of(name)
        inputs = "; ".join(str(shape) for shape in report.inputs.values())
        totals = report.totals
        source = known.get(name, ARITHMETIC)
        yield f"| {name} | {inputs} | {totals.params:,} | {totals.macs:,} | `{Path(found.path).name}` | {source} |\n"


def test_the_page_lists_every_network_with_its_counts(request: pytest.FixtureRequest) -> None:
    """The table holds all that `netcost models` knows, and nothing that has changed since."""
    head, rule, _ = PAGE.read_text(encoding="utf-8").partition(RULE)
    page = head + rule + "".join(rows())
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
