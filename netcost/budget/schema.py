"""The JSON Schema of a budget file, made from the kinds of rules: completion and checking in an editor."""

from __future__ import annotations

from netcost.budget.fragments import LENGTH, SHAPE, TEXT, Json, described, mapping
from netcost.budget.read import MAX_ENTRIES, VERSION, VERSION_KEYS
from netcost.budget.rule import Rule
from netcost.budget.rules import sections
from netcost.overrides import COUNT, FLAG, LENGTHS, OVERRIDES, SETTINGS, Kind

VALUES: Json = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "array"]}}


def budget_schema() -> Json:
    """The schema of a whole file."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"netcost budget, version {VERSION}",
        **mapping(
            {
                **{word: {"const": VERSION} for word in VERSION_KEYS},
                "models": {"type": "array", "items": _entry(), "minItems": 1, "maxItems": MAX_ENTRIES},
            },
            required=("models",),
        ),
    }


def _entry() -> Json:
    assume = {name: described(_assumed(each.kind), each.help) for name, each in OVERRIDES.items()}
    return mapping(
        {
            "spec": described(TEXT, "a path, a glob or a bundled name"),
            "assume": described(mapping(assume), "how the spec is read"),
            **{section: _section(section, kinds) for section, kinds in sections().items()},
            "message": described(TEXT, "said to whoever breaks a rule"),
        },
        required=("spec",),
    )


def _assumed(kind: Kind) -> Json:
    """How the value of an override stands in a budget: where its kind says no more, as a text."""
    schemas: dict[str, Json] = {
        COUNT.name: LENGTH,
        LENGTHS.name: {"anyOf": [SHAPE, {"type": "object", "additionalProperties": SHAPE}]},
        FLAG.name: {"type": "boolean"},
        SETTINGS.name: VALUES,
    }
    return schemas.get(kind.name, TEXT)


def _section(section: str, kinds: list[type[Rule]]) -> Json:
    """What the kinds of rules of a section say of their keys; of the section as a whole, if that is one rule's."""
    parts = {key: schema for kind in kinds for key, schema in kind.schema().items()}
    whole = mapping(parts) if kinds[0].keys else parts[section]
    return described(whole, next((kind.help for kind in kinds if kind.help), ""))
