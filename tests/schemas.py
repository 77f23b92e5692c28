"""JSON Schema for tests: the same answers as jsonschema's own, sooner where a schema asks for very many keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
from jsonschema.validators import extend

THOROUGH = jsonschema.Draft7Validator.VALIDATORS["if"]


def if_(
    validator: Any, condition: Mapping[str, Any], instance: Any, schema: Mapping[str, Any]
) -> Iterator[jsonschema.ValidationError]:
    """Spare the way through a condition that asks for keys alone, one of which an object has not."""
    if "else" in schema or condition.keys() != {"required"} or not isinstance(instance, dict):
        yield from THOROUGH(validator, condition, instance, schema)
    elif instance.keys() >= set(condition["required"]):
        yield from validator.descend(instance, schema.get("then", True), schema_path="then")


SpecValidator = extend(jsonschema.Draft7Validator, {"if": if_})  # type: ignore[no-untyped-call]
"""A schema of specs has a condition for each layer type."""


def validate(value: object, schema: Mapping[str, Any]) -> None:
    """Hold a value to a schema that is a valid one itself, which other tests tell; jsonschema's own asks each time."""
    jsonschema.Draft7Validator(schema).validate(value)
