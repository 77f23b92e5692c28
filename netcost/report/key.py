"""What a key of a JSON report is, and the schemas of what stands under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from netcost.record import Record
from netcost.report.item import Item
from netcost.report.row import OWN_FIELDS

Json: TypeAlias = dict[str, Any]


def array(items: Json) -> Json:
    """The schema of a list."""
    return {"type": "array", "items": items}


def mapping(values: Json) -> Json:
    """The schema of an object with any keys."""
    return {"type": "object", "additionalProperties": values}


def record(properties: Json, *, optional: frozenset[str] = frozenset()) -> Json:
    """The schema of an object with these keys."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
COUNT: Json = {"type": "integer", "minimum": 0}
POSITIVE: Json = {"type": "integer", "minimum": 1}
OPTIONAL: Json = {"type": ["integer", "null"]}
TEXTS: Json = array(TEXT)
SHAPE: Json = array({"type": ["integer", "null"], "minimum": 1})
"""Null for a length that is not known."""
SIZE: Json = array({"type": "integer"})
TENSORS: Json = mapping(record({"shape": SHAPE, "axes": TEXT}))


class Key(Record):
    """One key of an object.

    Args:
        name: the key.
        schema: what may stand under it.
        write: its value, from a report or a row.
        field: the field of a report or a row that it is of; empty where another key has all of it.
        read: the field, from the whole object.
        optional: the key is left out where its value is None.
        on_demand: the key is written where it is asked for, and nowhere else.
    """

    name: str
    schema: Json
    write: Callable[[Any], object]
    field: str = ""
    read: Callable[[Item], object] | None = None
    optional: bool = False
    on_demand: bool = False

    @property
    def own(self) -> bool:
        """Tell whether even rows that are alike differ here."""
        return self.field in OWN_FIELDS
