"""The JSON Schema of budget files agrees with their reader."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from test_read_budget import FAULTY, FULL

from netcost.budget.schema import budget_schema
from netcost.report import MAIN_METRICS, METRICS

SCHEMA: Any = budget_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

BEYOND = (
    # what a schema cannot say, or says of fewer files
    *("warn is above max", "min is above max", "is given twice", "a share is at most 100%"),
    *("nothing is demanded of this model",),
)


def test_it_is_itself_a_valid_schema() -> None:
    """It keeps the rules of its draft."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_a_budget_with_everything_is_valid() -> None:
    """Every key, in every form."""
    VALIDATOR.validate(yaml.safe_load(FULL))


@pytest.mark.parametrize("metric", [name for name, each in METRICS.items() if each.has_total])
def test_every_metric_is_offered(metric: str) -> None:
    """With what it counts."""
    model = SCHEMA["properties"]["models"]["items"]["properties"]
    assert model["limits"]["properties"][metric]["description"] == METRICS[metric].help
    assert metric in model["per_layer"]["items"]["properties"]
    assert metric in model["regression"]["properties"]


def test_the_page_names_metrics_that_there_are() -> None:
    """In the order of a report; the schema, to which the page points, has them all."""
    page = (Path(__file__).parents[2] / "docs" / "budgets.md").read_text(encoding="utf-8")
    listed = page.partition("Every metric of a report is a key: ")[2].partition(". ")[0]
    names = re.findall(r"`(\w+)`", listed)
    assert names == list(METRICS)[: len(names)]
    assert len(names) > len(MAIN_METRICS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [(text, fault) for text, fault in FAULTY if not any(each in fault for each in BEYOND)],
)
def test_what_the_reader_refuses_is_not_valid(text: str, fault: str) -> None:
    """So that an editor marks it."""
    assert not VALIDATOR.is_valid(yaml.safe_load(text)), fault
