"""The JSON Schema of a budget file, made from the metrics: completion and checking in an editor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from netcost.budget.read import MAX_ENTRIES, UNCHANGED, VERSION
from netcost.budget.rules import CHANGE_KINDS, OUTPUT_SHAPE, SHARE_KINDS, TOTAL_KINDS
from netcost.budget.values import MAX_LENGTHS, MAX_TEXT
from netcost.overrides import COUNT, FLAG, LENGTHS, OVERRIDES, SETTINGS, Kind
from netcost.report import METRICS
from netcost.units import UNITS, Quantity

Json: TypeAlias = dict[str, object]

NUMBER = r"[0-9]{1,19}(\.[0-9]{1,12})?[ \t]*"
PERCENT: Json = {"type": "string", "pattern": f"^{NUMBER}%$"}
TEXT: Json = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
LENGTH: Json = {"type": "integer", "minimum": 1}
SHAPE: Json = {"type": "array", "items": LENGTH, "minItems": 1, "maxItems": MAX_LENGTHS}
VALUES: Json = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "array"]}}


def budget_schema() -> Json:
    """The schema of a whole file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"netcost budget, version {VERSION}",
        **_mapping(
            {
                "version": {"const": VERSION},
                "models": {"type": "array", "items": _model(), "minItems": 1, "maxItems": MAX_ENTRIES},
            },
            required=("version", "models"),
        ),
    }


def _model() -> Json:
    assume = {name: _described(_assumed(each.kind), each.help) for name, each in OVERRIDES.items()}
    totalled = [metric for metric in METRICS.values() if metric.has_total]
    totals: dict[str, Json] = {
        metric.name: _described(_limit(metric.unit, TOTAL_KINDS), metric.help) for metric in totalled
    }
    layers: dict[str, Json] = {
        metric.name: _described(
            _limit(metric.unit, TOTAL_KINDS, SHARE_KINDS if metric.adds else ()), metric.help
        )
        for metric in METRICS.values()
    }
    changes: dict[str, Json] = {
        metric.name: _described(_change(metric.unit), metric.help) for metric in totalled
    }
    shapes: Json = {"type": "object", "additionalProperties": SHAPE}
    selectors: dict[str, Json] = {
        "match": {**TEXT, "description": "a pattern of layer names, `fc*`"},
        "type": {**TEXT, "description": "a layer type"},
    }
    return _mapping(
        {
            "spec": {**TEXT, "description": "a path, a glob or a bundled name"},
            "assume": {**_mapping(assume), "description": "how the spec is read"},
            "limits": {**_mapping(totals), "description": "what totals may be"},
            "per_layer": {
                "type": "array",
                "items": {
                    **_mapping({**selectors, **layers}),
                    "anyOf": [{"required": [name]} for name in selectors],
                    "minProperties": 2,
                },
                "description": "what each of some layers may cost",
            },
            "expect": _mapping({OUTPUT_SHAPE: SHAPE, "shapes": shapes}),
            "regression": {
                **_mapping({**changes, OUTPUT_SHAPE: {"const": UNCHANGED}}),
                "description": "how far totals may be from the base",
            },
            "message": {**TEXT, "description": "said to whoever breaks a rule"},
        },
        required=("spec",),
    )


def _assumed(kind: Kind) -> Json:
    """How the value of an override stands in a budget: where its kind says no more, as a text."""
    schemas: dict[str, Json] = {
        COUNT.name: LENGTH,
        LENGTHS.name: SHAPE,
        FLAG.name: {"type": "boolean"},
        SETTINGS.name: VALUES,
    }
    return schemas.get(kind.name, TEXT)


def _limit(quantity: Quantity, totals: Iterable[str], shares: Iterable[str] = ()) -> Json:
    """A bare amount, or bounds by name."""
    bounds = {**dict.fromkeys(totals, _amount(quantity)), **dict.fromkeys(shares, PERCENT)}
    return {"anyOf": [_amount(quantity), {**_mapping(bounds), "minProperties": 1}]}


def _change(quantity: Quantity) -> Json:
    """A bare increase, `unchanged`, or changes by direction."""
    change: Json = {
        "anyOf": [{"type": "string", "pattern": f"^\\+?{NUMBER}%$"}, _amount(quantity, sign=r"\+?")]
    }
    bounds: dict[str, Json] = dict.fromkeys(CHANGE_KINDS, change)
    return {"anyOf": [{"const": UNCHANGED}, change, {**_mapping(bounds), "minProperties": 1}]}


def _amount(quantity: Quantity, sign: str = "") -> Json:
    units = "|".join(each for each in UNITS[quantity] if each)
    return {
        "anyOf": [
            {"type": "number" if quantity == "ratio" else "integer", "minimum": 0},
            {"type": "string", "pattern": f"^{sign}{NUMBER}({units})?$"},
        ]
    }


def _described(schema: Json, text: str) -> Json:
    return {**schema, "description": text}


def _mapping(properties: Mapping[str, Json], required: Iterable[str] = ()) -> Json:
    found: Json = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**found, "required": list(required)} if required else found
