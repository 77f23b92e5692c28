"""The JSON Schema of a spec accepts what the reader accepts, and refuses what it refuses for its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from quick import others_slow
from schemas import SpecValidator
from yamls import values

from netcost.language.fields import TOP_LEVEL_KEYS
from netcost.language.item_keys import ITEM_KEYS
from netcost.language.schema import common_keys, spec_schema
from netcost.layers import HEADS

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))

QUICK = {"alexnet", "bert", "deepseek", "densenet", "llama3", "mobilenet_v2", "resnet", "swin", "unet"}
"""Some of many words; those of all stand in slow tests."""

SCHEMA: Any = spec_schema()
VALIDATOR = SpecValidator(SCHEMA)

GOOD = [
    "{input: [3, 8, 8], layers: [{Conv2d: [3, 8, 3], padding_mode: reflect}, {BatchNorm2d: 8, eps: 0.1}, ReLU, Flatten]}",
    "{input: {sequence: [4, 8]}, layers: [{attention: 2, dropout: 0.1, batch_first: true}, {lstm: 8, stateful: true}]}",
    "{input: [3, 8, 8], layers: [{conv: 8, kernel: 3, activation: relu, in_channels: 3}, {bn: {num_features: 8}}]}",
    "{input: [3, 8, 8], layers: [relu]}",
    "{input: [3, 8, 8], layers: [{conv: 8, kernel: [3, 5], pad: [[1, 0], 2], norm: bn, act: {leaky_relu: 0.1}}]}",
    "{input: [3, 8, 8], layers: [{conv: {out_channels: 8, kernel_size: 3}}]}",
    "{input: {signal: [1, 16000]}, layers: [{conv1d: 8, kernel: 80, stride: 4}]}",
    "{inputs: {left: {tokens: 8}, right: [4]}, layers: [{embedding: 8, vocab: 10, from: left}]}",
    "{input: [n], params: {n: 4}, layers: [{linear: 2 * n, repeat: n, dtype: int8/float16}]}",
    "{input: [n], params: {n: 4}, dtype: q8_0, layers: [{linear: 2, dtype: mxfp4/float16}]}",
    "{input: [4], layers: [{linear: 2, dtype: {format: int4, group: 128, scale: float16, zero: int4}}]}",
    "{input: [4], dtype: {weights: {format: int8, group: [2, 2], scale: float16}, activations: nf4}, layers: []}",
    "{input: [4], dtype: {format: int4, flat: 64, scale: {format: uint8, flat: 256, scale: float32}}, layers: []}",
    "{input: [3, 8, 8], layers: [{residual: [{conv: 3, kernel: 1}], shortcut: [identity], act: relu}]}",
    "{input: [3, 8, 8], layers: [{concat: {left: [relu], right: prev}}, {add: [prev, input]}]}",
    "{input: [3, 8, 8], layers: [{concat: [prev, [relu, gelu], {seq: [relu], if: n > 1}, {relu: , repeat: 3}], repeat: 2}]}",
    "{input: [4], defaults: {linear: {frozen: weight}}, layers: [{linear: 4, share: {weight: a.b}, frozen: [bias]}]}",
    "{input: [4], layers: [{linear: 4, frozen: i > 2, training_only: n > 1, norm: {layernorm: , share: none}}]}",
    "{input: [3, 8, 8], layers: [{pad: 1}, {conv: 4, kernel: 3, pad: 1}]}",
    "{input: [4], blocks: {B: {params: [w, s: 1], layers: [linear: w]}}, layers: [B, {B: 4, s: 2}, {x.B: [1, 2]}]}",
    "{input: [4], blocks: {B: {outputs: [a, s.b], layers: [relu]}}, layers: [B, {relu, from: b.a}], outputs: [b.a]}",
]

FAULTY = [
    ("a layer type misspelt", "{input: [4], layers: [{cnov: 64}]}"),
    ("a word misspelt", "{input: [4], layers: [relo]}"),
    ("a field misspelt beside the head", "{input: [4], layers: [{conv: 64, kernal: 3}]}"),
    ("a field misspelt inside the head", "{input: [4], layers: [{conv: {filters: 3, kernl: 2}}]}"),
    ("a field of another layer", "{input: [4], layers: [{conv: 64, kernel: 3, units: 4}]}"),
    ("a key of the top level", "{input: [4], layers: [{conv: 64, kernel: 3, batch: 2}]}"),
    ("two layers in one item", "{input: [4], layers: [{conv: 64, kernel: 3, maxpool: 3}]}"),
    ("a structure misspelt", "{input: [4], layers: [{resdual: []}]}"),
    ("a norm misspelt", "{input: [4], layers: [{conv: 64, kernel: 3, norm: {batchnrm: 1}}]}"),
    ("a number out of range", "{input: [4], layers: [{conv: 64, kernel: 0}]}"),
    ("a boolean for a number", "{input: [4], layers: [{conv: true, kernel: 3}]}"),
    ("a list for a flag", "{input: [4], layers: [{conv: 64, kernel: 3, bias: [1]}]}"),
    ("a top-level key misspelt", "{input: [4], layrs: []}"),
    ("a default's field misspelt", "{input: [4], defaults: {conv: {kernal: 3}}, layers: []}"),
    ("a default of no layer", "{input: [4], defaults: {cnv: {kernel: 3}}, layers: []}"),
    ("a kind of input misspelt", "{input: {signl: [1, 2]}, layers: []}"),
    ("a number format misspelt", "{input: [4], dtype: flot32, layers: []}"),
    ("a group of none", "{input: [4], dtype: {format: int4, group: 0, scale: float16}, layers: []}"),
    ("a group of a format with its own", "{input: [4], dtype: {format: nf4, group: 8}, layers: []}"),
    ("a block without layers", "{input: [4], blocks: {B: {params: [w]}}, layers: []}"),
    ("a block in small letters", "{input: [4], blocks: {b: {layers: []}}, layers: []}"),
    ("another version", "{netcost: 2, input: [4], layers: []}"),
]


def test_is_itself_a_valid_schema() -> None:
    """The schema keeps the rules of its draft."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", others_slow(CONFIGS, {path for path in CONFIGS if path.stem in QUICK}), ids=lambda path: path.stem
)
def test_accepts_every_bundled_network(path: Path) -> None:
    """The bundled files are valid."""
    VALIDATOR.validate(values(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("text", GOOD)
def test_accepts_every_form_of_the_language(text: str) -> None:
    """What the reader understands is valid."""
    VALIDATOR.validate(values(text))


@pytest.mark.parametrize(("what", "text"), FAULTY, ids=[what for what, _ in FAULTY])
def test_refuses_misspellings(what: str, text: str) -> None:
    """A word that the reader would refuse is refused in the editor."""
    assert not VALIDATOR.is_valid(values(text)), what


def test_knows_every_key_of_the_language() -> None:
    """No key is missing from the schema: top level, common keys, heads."""
    assert set(SCHEMA["properties"]) == set(TOP_LEVEL_KEYS)
    assert set(common_keys()) == set(ITEM_KEYS)
    words = SCHEMA["definitions"]["item"]["anyOf"][0]["enum"]
    assert words == list(HEADS)
