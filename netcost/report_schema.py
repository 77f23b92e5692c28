"""The JSON Schema of the report that netcost writes as JSON."""

from __future__ import annotations

from typing import TypeAlias

from netcost.render.cells import SETTINGS
from netcost.report import FORMAT_VERSION, METRICS

Json: TypeAlias = dict[str, object]

TEXT: Json = {"type": "string"}
COUNT: Json = {"type": "integer", "minimum": 0}
SHAPE: Json = {"type": "array", "items": {"type": "integer", "minimum": 1}}
SIZE: Json = {"type": "array", "items": {"type": "integer"}}


def report_schema() -> Json:
    """The schema of a whole document; later versions of the format may add keys, never take one away."""
    meaning = _object({"unit": {"enum": ["count", "bytes"]}, "help": TEXT})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"netcost report, version {FORMAT_VERSION}",
        **_object(
            {
                "format_version": {
                    "type": "string",
                    "pattern": rf"^{FORMAT_VERSION.partition('.')[0]}\.[0-9]+$",
                },
                "netcost": {**TEXT, "description": "the version of netcost that wrote the report"},
                "convention": {"type": "object", "additionalProperties": meaning},
                "models": _list(_model()),
            }
        ),
    }


def _model() -> Json:
    tensor = _object({"shape": SHAPE, "axes": TEXT})
    return _object(
        {
            "name": TEXT,
            "source": {**TEXT, "description": "the spec, never by an absolute path; empty if built by hand"},
            "batch": {"type": "integer", "minimum": 1},
            "dtype": TEXT,
            "inputs": {"type": "object", "additionalProperties": tensor},
            "outputs": {"type": "object", "additionalProperties": tensor},
            "warnings": _list(TEXT),
            "totals": _object(_metrics()),
            "layers": _list(_layer()),
        }
    )


def _layer() -> Json:
    optional: Json = {"type": ["integer", "null"]}
    return _object(
        {
            "index": COUNT,
            **dict.fromkeys(
                ("name", "type", "title", "label", "shares", "dtype", "place", "output_axes"), TEXT
            ),
            "layers": {**COUNT, "description": "how many layers the row stands for"},
            "elementwise": {"type": "boolean"},
            "declared_cost": {"type": "boolean", "description": "the costs are the author's word"},
            "input_shape": _list(SHAPE),
            "input_axes": _list(TEXT),
            "output_shape": SHAPE,
            "in_channels": _list(optional),
            "in_size": _list(SIZE),
            "out_channels": optional,
            "out_size": SIZE,
            **{key: {"description": "null where the layer has no such setting"} for key in SETTINGS},
            "weights": {"type": "object", "additionalProperties": SIZE},
            **_metrics(),
        }
    )


def _metrics() -> Json:
    return {metric.name: {**COUNT, "description": metric.help} for metric in METRICS}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}
