"""`netcost schema`: JSON Schemas for editors and programs."""

from __future__ import annotations

import json

import pytest
from running import Run

from netcost.language.schema import spec_schema
from netcost.report.schema import report_schema


@pytest.mark.parametrize(("which", "schema"), [("spec", spec_schema()), ("report", report_schema())])
def test_a_schema_is_printed_as_json(netcost: Run, which: str, schema: object) -> None:
    """To be saved in a file that editors read."""
    ended = netcost("schema", which)
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == schema


def test_another_file_has_none(netcost: Run) -> None:
    """The answer names those that have."""
    ended = netcost("schema", "model")
    assert ended.code == 2
    assert all(which in ended.err for which in ("spec", "budget", "report"))
