"""The JSON Schema of a spec, made from the declarations: completion and checking in an editor."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netcost.blocks import format_names
from netcost.dtypes import BITS
from netcost.language.fields import CANCEL, accepts
from netcost.language.formats import GROUP_WORDS
from netcost.language.fragments import ANYTHING, CONDITION, DTYPE, NAME_OF_ITEM, REFERENCES, whole
from netcost.language.inputs import INPUTS, PLAIN
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.load import VERSION, VERSION_KEYS
from netcost.language.spellings import is_word, words_of
from netcost.layers import HEADS, all_types, find
from netcost.layers.layer import Declared, Layer
from netcost.layers.values import EXPRESSION, Json

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors' YAML support reads."""

BLOCK = r"^([A-Za-z_][A-Za-z0-9_-]*\.)?[A-Z][A-Za-z0-9_-]*$"

NO_WORDS: Collection[str] = ()
VALUE: Json = {"type": ["number", "string", "boolean", "array"]}
LENGTH: Json = {"type": "integer", "minimum": 1}
LAYERS: Json = {"$ref": "#/definitions/layers"}
FOLLOWER: Json = {"anyOf": [{"const": CANCEL}, {"$ref": "#/definitions/item"}]}


def spec_schema() -> Json:
    """The schema of a whole file."""
    kinds = all_types()
    return {
        "$schema": DIALECT,
        "title": "netcost spec, version 1",
        "type": "object",
        "required": ["layers"],
        "additionalProperties": False,
        "properties": {
            **{
                key: {"const": VERSION, "description": "version of the spec language"} for key in VERSION_KEYS
            },
            "name": {"type": ["string", "number"], "description": "what reports call the network"},
            "note": ANYTHING,
            "params": {"type": "object", "additionalProperties": VALUE, "description": "values with names"},
            "variants": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
            "input": {"$ref": "#/definitions/input"},
            "inputs": {
                "type": "object",
                "additionalProperties": {"$ref": "#/definitions/input"},
                "minProperties": 1,
            },
            "batch": whole(1),
            "dtype": DTYPE,
            "defaults": {"$ref": "#/definitions/defaults"},
            "imports": {"type": "object", "additionalProperties": {"type": "string"}},
            "blocks": {
                "type": ["object", "null"],
                "propertyNames": {"pattern": "^[A-Z]"},
                "additionalProperties": {"$ref": "#/definitions/block"},
            },
            "layers": LAYERS,
            "outputs": {"type": "array", "items": {"type": "string"}},
            "budget": {"type": "object", "description": "limits that `netcost check` holds the network to"},
        },
        "definitions": {
            "layers": {
                "anyOf": [
                    {"type": "array", "items": {"$ref": "#/definitions/item"}},
                    {"$ref": "#/definitions/item"},
                ]
            },
            "item": item_schema(),
            "input": input_schema(),
            "dtype": dtype_schema(),
            "blocks": blocks_schema(),
            "defaults": defaults_schema(),
            "block": block_schema(),
            "common": {"properties": common_keys()},
            **{f"fields-{kind.type}": fields_schema(kind) for kind in kinds},
            **{f"defaults-{kind.type}": fields_schema(kind, NO_WORDS) for kind in kinds},
            **{f"layer-{kind.type}": layer_schema(kind) for kind in kinds},
        },
    }


def common_keys() -> Json:
    """The keys that every item may have."""
    return {key.name: {**key.schema, "description": key.help} for key in ITEM_KEYS.values()}


def item_schema() -> Json:
    """A word, a layer, a structure or the call of a block."""
    structures = {"residual": residual_schema(), "seq": structure_schema("seq", LAYERS), "let": let_schema()}
    heads = [*HEADS, *structures]
    calls: Json = {"not": {"propertyNames": {"not": {"pattern": BLOCK}}}}
    cases: list[Json] = [
        {"if": _is_head(head), "then": {"$ref": f"#/definitions/layer-{find(head)[0].type}"}}
        for head in HEADS
    ]
    cases += [{"if": {"required": [head]}, "then": schema} for head, schema in structures.items()]
    return {
        "anyOf": [
            {"enum": [*HEADS]},
            {"type": "string", "pattern": BLOCK},
            {
                "type": "object",
                "if": calls,
                "then": {"$ref": "#/definitions/common"},
                "else": {"anyOf": [{"required": [head]} for head in heads], "allOf": cases},
            },
        ]
    }


def _is_head(head: str) -> Json:
    """An item that has the key, and no other head to which the key belongs as a field, as `pad` to a conv."""
    owners = [other for other in HEADS if other != head and _belongs(find(other)[0], head)]
    owners += ["residual"] if head == "act" else []
    if not owners:
        return {"required": [head]}
    return {"required": [head], "not": {"anyOf": [{"required": [owner]} for owner in owners]}}


def _belongs(kind: type[Layer], word: str) -> bool:
    return accepts(kind, word) or is_word(kind, word)


def layer_schema(kind: type[Layer]) -> Json:
    """An item of one built-in layer: its fields beside the head, or all inside it."""
    own: list[Json] = [{"type": "null"}, {"$ref": f"#/definitions/fields-{kind.type}"}]
    if kind.arity[0] > 1:
        branch: Json = {"anyOf": [{"type": "string"}, LAYERS]}
        own = [
            {"type": "null"},
            {"type": "array", "items": branch},
            {"type": "object", "additionalProperties": branch},
        ]
    elif kind.primary:
        own.insert(0, kind.fields[kind.primary].type.schema())
    summary = (kind.__doc__ or "").partition("\n")[0]
    head: Json = {"anyOf": own, "description": summary}
    fields = {
        name: {"$ref": f"#/definitions/fields-{kind.type}/properties/{name}"}
        for name in field_properties(kind)
    }
    heads = dict.fromkeys((kind.type, *kind.spellings), head)
    return {"properties": {**_common_references(), **fields, **heads}, "additionalProperties": False}


def _common_references() -> Json:
    return {name: {"$ref": f"#/definitions/common/properties/{name}"} for name in common_keys()}


def fields_schema(kind: type[Layer], words: Collection[str] | None = None) -> Json:
    """The fields of a layer type, as they stand inside its head; in `defaults` without other frameworks' words."""
    properties = field_properties(kind, words) | {
        key.name: key.schema for key in ITEM_KEYS.values() if key.in_defaults
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def field_properties(kind: type[Layer], words: Collection[str] | None = None) -> Json:
    """A property for each field, each alias, each word of another framework, and what may follow the layer."""
    known = words_of(kind.type) if words is None else words
    properties: Json = dict.fromkeys(sorted({*known} - ITEM_KEYS.keys()), ANYTHING)
    properties |= dict.fromkeys(kind.named_inputs, REFERENCES)
    for declared in kind.fields.values():
        properties |= dict.fromkeys((declared.name, *declared.aliases), _field(declared))
    if kind.followable:
        properties |= {"norm": FOLLOWER, "act": FOLLOWER}
    return properties


def _field(declared: Declared) -> Json:
    cancel: Json = {"const": CANCEL}
    return {"anyOf": [declared.type.schema(), cancel], "description": declared.help}


def structure_schema(head: str, value: Json, **fields: Json) -> Json:
    """An item that groups other items."""
    return {"properties": {**_common_references(), head: value, **fields}, "additionalProperties": False}


def residual_schema() -> Json:
    """A body whose output is added to its input."""
    return structure_schema("residual", LAYERS, shortcut=LAYERS, shortcut_if=CONDITION, act=FOLLOWER)


def let_schema() -> Json:
    """Names for values."""
    return structure_schema("let", {"type": "object", "additionalProperties": VALUE})


def block_schema() -> Json:
    """The definition of a block."""
    default: Json = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": VALUE}
    return {
        "type": "object",
        "required": ["layers"],
        "additionalProperties": False,
        "properties": {
            "inputs": {"type": "array", "items": NAME_OF_ITEM, "minItems": 1},
            "params": {"type": "array", "items": {"anyOf": [NAME_OF_ITEM, default]}},
            "defaults": {"$ref": "#/definitions/defaults"},
            "layers": LAYERS,
            "outputs": {"type": "array", "items": {"type": "string"}},
            "note": ANYTHING,
        },
    }


def defaults_schema() -> Json:
    """Fields by layer type."""
    properties = {head: {"$ref": f"#/definitions/defaults-{find(head)[0].type}"} for head in HEADS}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def input_schema() -> Json:
    """The shape of one sample."""
    plain: Json = {"type": "array", "items": whole(1), "minItems": 1, "maxItems": max(PLAIN)}
    kinds = {name: _lengths(len(kind.letters)) for name, kind in INPUTS.items()}
    return {
        "anyOf": [
            plain,
            EXPRESSION,
            {
                "type": "object",
                "properties": kinds,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    }


def _lengths(count: int) -> Json:
    listed: Json = {"type": "array", "items": whole(1), "minItems": count, "maxItems": count}
    return {"anyOf": [listed, whole(1)]} if count == 1 else {"anyOf": [listed, EXPRESSION]}


def dtype_schema() -> Json:
    """A number format, or one for weights and one for activations."""
    each: Json = {"anyOf": [{"enum": list(format_names())}, {"$ref": "#/definitions/blocks"}]}
    either = _either(format_names())
    pair: Json = {"type": "string", "pattern": f"^({either})/({either})$"}
    both: Json = {
        "type": "object",
        "properties": {"weights": each, "activations": each},
        "additionalProperties": False,
    }
    return {"anyOf": [each, pair, both]}


def blocks_schema() -> Json:
    """A number format with block scales, by what it consists of."""
    plain: Json = {"enum": list(BITS)}
    sides: Json = {"type": "array", "items": LENGTH, "minItems": 2, "maxItems": 2}
    properties: Json = {
        "format": {**plain, "description": "of the numbers"},
        "group": {
            "anyOf": [LENGTH, {"enum": list(GROUP_WORDS)}, sides],
            "description": "numbers of a row that share a scale, a whole row, rows and columns, or all",
        },
        "flat": {**LENGTH, "description": "numbers that share a scale, over the tensor as it is stored"},
        "scale": {
            "anyOf": [plain, {"$ref": "#/definitions/blocks"}],
            "description": "format of the scales; they may have scales themselves",
        },
        "zero": {**plain, "description": "format of the zero points"},
        "global": {**plain, "description": "format of one more number for the whole tensor"},
        "other": {**plain, "description": "format of biases, norms and other weights without groups"},
    }
    return {"type": "object", "required": ["format"], "properties": properties, "additionalProperties": False}


def _either(words: Iterable[str]) -> str:
    return "|".join(words)
