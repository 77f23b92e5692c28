"""Parts of the JSON Schema of budgets that several kinds of rules share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from netcost.budget.bound import CHANGE_KINDS
from netcost.budget.values import MAX_LENGTHS, MAX_TEXT, UNCHANGED
from netcost.report import SHORT_WORDS
from netcost.units import UNITS, Quantity

Json: TypeAlias = dict[str, object]

NUMBER = r"[0-9]{1,19}(\.[0-9]{1,12})?[ \t]*"
PERCENT: Json = {"type": "string", "pattern": f"^{NUMBER}%$"}
TEXT: Json = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
LENGTH: Json = {"type": "integer", "minimum": 1}
SHAPE: Json = {"type": "array", "items": LENGTH, "minItems": 1, "maxItems": MAX_LENGTHS}


def limited(quantity: Quantity, totals: Iterable[str], shares: Iterable[str] = ()) -> Json:
    """A bare amount, or bounds by name."""
    bounds = {**dict.fromkeys(totals, amount(quantity)), **dict.fromkeys(shares, PERCENT)}
    return {"anyOf": [amount(quantity), {**mapping(bounds), "minProperties": 1}]}


def changed(quantity: Quantity) -> Json:
    """A bare increase, `unchanged`, or changes by direction."""
    change: Json = {
        "anyOf": [{"type": "string", "pattern": f"^\\+?{NUMBER}%$"}, amount(quantity, sign=r"\+?")]
    }
    bounds: dict[str, Json] = dict.fromkeys(CHANGE_KINDS, change)
    return {"anyOf": [{"const": UNCHANGED}, change, {**mapping(bounds), "minProperties": 1}]}


def amount(quantity: Quantity, sign: str = "") -> Json:
    """A number, or one with a unit."""
    units = "|".join(each for each in UNITS[quantity] if each)
    return {
        "anyOf": [
            {"type": "number" if quantity == "ratio" else "integer", "minimum": 0},
            {"type": "string", "pattern": f"^{sign}{NUMBER}({units})?$"},
        ]
    }


def also_short(metrics: Mapping[str, Json]) -> dict[str, Json]:
    """What stands under metrics, also under their short words."""
    return {**metrics, **{word: metrics[name] for word, name in SHORT_WORDS.items() if name in metrics}}


def described(schema: Json, text: str) -> Json:
    """The same with what it is for, where there is anything to say."""
    return {**schema, "description": text} if text else schema


def mapping(properties: Mapping[str, Json], required: Iterable[str] = ()) -> Json:
    """A mapping of these keys and no others."""
    found: Json = {"type": "object", "additionalProperties": False, "properties": dict(properties)}
    return {**found, "required": list(required)} if required else found
