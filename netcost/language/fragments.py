"""Pieces of JSON Schema that several keys of a spec have in common."""

from __future__ import annotations

from netcost.language.names import NAME
from netcost.layers.values import EXPRESSION, Json

ANYTHING: Json = {}
BOOLEAN: Json = {"type": "boolean"}
CONDITION: Json = {"type": ["boolean", "string"]}
DTYPE: Json = {"$ref": "#/definitions/dtype"}
NAME_OF_ITEM: Json = {"type": "string", "pattern": f"^{NAME.pattern}$"}
REFERENCES: Json = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}


def whole(least: int) -> Json:
    """A whole number or an expression."""
    return {"anyOf": [{"type": "integer", "minimum": least}, EXPRESSION]}
