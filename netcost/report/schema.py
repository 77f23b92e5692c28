"""The JSON Schema of the report that netcost writes as JSON."""

from __future__ import annotations

from typing import get_args

from netcost.report.key import COUNT, TEXT, Json, Key, array, mapping, record
from netcost.report.keys import FORMAT_VERSION, model_keys, row_keys
from netcost.units import Quantity


def report_schema() -> Json:
    """The schema of a whole document; later versions of the format may add keys, never take one away."""
    meaning = record({"unit": {"enum": list(get_args(Quantity))}, "help": TEXT})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"netcost report, version {FORMAT_VERSION}",
        **record(
            {
                "format_version": {
                    "type": "string",
                    "pattern": rf"^{FORMAT_VERSION.partition('.')[0]}\.[0-9]+$",
                },
                "netcost": {**TEXT, "description": "the version of netcost that wrote the report"},
                "convention": mapping(meaning),
                "models": array(_object(model_keys(), layers=array(_object(row_keys(), index=COUNT)))),
            }
        ),
    }


def _object(keys: list[Key], **more: Json) -> Json:
    """An object with these keys."""
    optional = frozenset(key.name for key in keys if key.optional or key.on_demand)
    return record({key.name: key.schema for key in keys} | more, optional=optional)
