"""Pieces of JSON Schema that several keys of a spec have in common."""

from __future__ import annotations

from netcost.language.names import NAME
from netcost.layers.values import EXPRESSION, Json

ANYTHING: Json = {}
CONDITION: Json = {"type": ["boolean", "string"]}
DTYPE: Json = {"$ref": "#/definitions/dtype"}
NAME_OF_ITEM: Json = {"type": "string", "pattern": f"^{NAME}$"}
REFERENCES: Json = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}


SHARED: Json = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
    ]
}
FROZEN: Json = {"anyOf": [CONDITION, {"type": "array", "items": {"type": "string"}}]}


def whole(least: int) -> Json:
    """A whole number or an expression."""
    return {"anyOf": [{"type": "integer", "minimum": least}, EXPRESSION]}
