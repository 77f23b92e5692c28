"""The JSON Schema of a report holds what netcost writes, and notices what is missing."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

import netcost
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report.keys import model_keys, row_keys
from netcost.report.schema import report_schema

SCHEMA: Any = report_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def document(*names: str) -> Any:
    """The JSON report of bundled networks."""
    reports = [netcost.analyze(netcost.load(name)) for name in names]
    return json.loads("".join(render(Reports(reports), "json")))


def test_is_itself_a_valid_schema() -> None:
    """The schema keeps the rules of its draft."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["alexnet", "bert_base", "unet", "r3d_18", "m5", "mixtral_8x7b", "swin_t"])
def test_reports_are_valid(name: str) -> None:
    """Every kind of network is written as the schema says."""
    VALIDATOR.validate(document(name))


def test_every_key_that_is_written_is_described() -> None:
    """No key of a report is unknown to the schema."""
    written = document("alexnet")
    model = SCHEMA["properties"]["models"]["items"]["properties"]
    layer = model["layers"]["items"]["properties"]
    assert set(written) == set(SCHEMA["properties"])
    left_out = {"unknown", "at_least"}  # where everything is known
    left_out |= {key.name for key in (*model_keys(), *row_keys()) if key.on_demand}
    assert set(written["models"][0]) == set(model) - left_out
    assert set(written["models"][0]["layers"][0]) == set(layer) - left_out


@pytest.mark.parametrize("key", ["format_version", "models"])
def test_a_missing_key_is_noticed(key: str) -> None:
    """A document without one of its parts is no report."""
    written = document("lenet")
    del written[key]
    assert not VALIDATOR.is_valid(written)
