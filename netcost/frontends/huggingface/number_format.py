"""Number formats as a config names them: that of the model, and one that matrices are stored in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from netcost.blocks import block_formats
from netcost.dtypes import BITS
from netcost.frontends.huggingface.config import Config
from netcost.frontends.huggingface.placed import empty_at, put_at, value_of, with_entries
from netcost.source.document import MappingNode, Scalar, SequenceNode, YamlNode, word_at
from netcost.source.read_document import parse_document
from netcost.wording import shortened

KEYS = ("dtype", "torch_dtype")
QUANTIZATION = "quantization_config"

MATRICES = ("linear", "attention", "moe")
"""Types of layers whose matrices methods of quantization convert; embeddings are looked up and stay as they are."""

SPARED = frozenset({"lm_head", "score", "classifier", "qa_outputs", "decoder"})
"""Output layers: all methods leave the last matrix as it is, unless told otherwise."""


def plain_format(config: Config, notes: list[str]) -> str:
    """The format of weights and activations, empty where the config does not tell it."""
    node = next((each for name in KEYS if (each := config.root.get(name)) is not None), None)
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return ""
    name = node.text.removeprefix("torch.")
    if name in BITS:
        return name
    notes.append(f"the number format `{shortened(name)}` is not known; taken as float32")
    return ""


def with_formats(root: MappingNode, config: Config, notes: list[str], *, overridden: bool) -> MappingNode:
    """A spec in the number formats that a config names.

    Args:
        root: the spec.
        config: the config.
        notes: where it is told what was taken for granted.
        overridden: whether the caller asks for another format, which then is that of all weights.
    """
    plain = plain_format(config, notes)
    if plain:
        root = with_entries(root, {"dtype": word_at(config.root, plain)})
    key, node = config.root.key(QUANTIZATION), config.root.get(QUANTIZATION)
    if key is None or not isinstance(node, MappingNode):
        return root
    found = stored_as(value_of(node))
    if overridden or found is None:
        reason = "--dtype is for all weights" if overridden else "it is of a kind that is not known"
        notes.append(f"`{QUANTIZATION}` changes nothing here: {reason}")
        return root
    what = "experts" if found.types == ("moe",) else "matrices"
    others = "the rest" if found.types == ("moe",) else "word tables and the output layer"
    notes.append(f"{what} are stored in {found.weights}, {others} in {plain or 'float32'}")
    text = f"{{weights: {found.weights}, activations: {plain or 'float32'}}}"
    dtype = parse_document(text.encode(), config.path).root
    put_at(dtype, {}, key.place)
    return _quantized(root, found.types, dtype, plain or "float32")


def _quantized(root: MappingNode, types: tuple[str, ...], dtype: YamlNode, plain: str) -> MappingNode:
    """The spec with a format of their own for some types of layers, but for those that are spared."""
    defaults = root.get("defaults")
    own = defaults if isinstance(defaults, MappingNode) else empty_at(root)
    for name in types:
        fields = own.get(name)
        fields = fields if isinstance(fields, MappingNode) else empty_at(root)
        own = with_entries(own, {name: with_entries(fields, {"dtype": dtype})})
    layers = root.get("layers")
    spared = _spared(layers, plain) if layers else None
    return with_entries(root, {"defaults": own, **({"layers": spared} if spared else {})})


def _spared(node: YamlNode, plain: str) -> YamlNode:
    """The items with a format of their own where they are output layers."""
    spot = node.place[:4]
    if isinstance(node, SequenceNode):
        return SequenceNode(*spot, [_spared(each, plain) for each in node])
    if not isinstance(node, MappingNode):
        return node
    node = with_entries(node, {key.text: _spared(each, plain) for key, each in node})
    name = node.get("name")
    is_output = isinstance(name, Scalar) and name.text in SPARED and "linear" in node
    return with_entries(node, {"dtype": word_at(node, plain)}) if is_output else node


# Methods

MAX_GROUP = 2**20


class Stored(NamedTuple):
    """How matrices are stored, and of which types of layers."""

    weights: str
    types: tuple[str, ...] = MATRICES


def stored_as(told: Mapping[str, Any]) -> Stored | None:
    """What a `quantization_config` says; None where that is not known."""
    method = told.get("quant_method")
    if method is None and (told.get("load_in_4bit") or told.get("load_in_8bit")):
        method = "bitsandbytes"
    known = METHODS.get(method) if isinstance(method, str) else None
    return known(told) if known else None


def _grouped(bits: object, group: object) -> Stored | None:
    """Whole numbers with a scale and a zero point for each group of a row, as AWQ and GPTQ have."""
    if bits not in (2, 3, 4, 8) or type(group) is not int or not (group == -1 or 0 < group <= MAX_GROUP):
        return None
    if f"int{bits}_g{group}" in block_formats():
        return Stored(f"int{bits}_g{group}")
    width = "row" if group == -1 else str(group)
    return Stored(f"{{format: int{bits}, group: {width}, scale: float16, zero: int{bits}}}")


def _gptq(told: Mapping[str, Any]) -> Stored | None:
    return _grouped(told.get("bits", 4), told.get("group_size", 128))


def _awq(told: Mapping[str, Any]) -> Stored | None:
    bits, group = (
        told.get("bits", told.get("w_bit", 4)),
        told.get("group_size", told.get("q_group_size", 128)),
    )
    return _grouped(bits, group)


def _bitsandbytes(told: Mapping[str, Any]) -> Stored | None:
    if told.get("load_in_8bit") or told.get("_load_in_8bit"):
        return Stored("int8_channel")
    kind = told.get("bnb_4bit_quant_type", "fp4")
    if kind not in ("nf4", "fp4"):
        return None
    return Stored(f"{kind}_double" if told.get("bnb_4bit_use_double_quant") else kind)


def _fp8(told: Mapping[str, Any]) -> Stored | None:
    blocks = told.get("weight_block_size")
    if blocks is None:
        return Stored("fp8_tensor")
    return Stored("fp8_block") if blocks == [128, 128] else None


def _compressed(told: Mapping[str, Any]) -> Stored | None:
    """The first group of compressed-tensors, which is that of all linear layers in the models that are published."""
    groups = told.get("config_groups")
    first = next(iter(groups.values()), None) if isinstance(groups, dict) else None
    weights = first.get("weights") if isinstance(first, dict) else None
    if not isinstance(weights, dict):
        return None
    bits, strategy, kind = weights.get("num_bits"), weights.get("strategy"), weights.get("type")
    if bits == BITS["int8"] and strategy in ("channel", "tensor"):
        return Stored(f"{'fp8' if kind == 'float' else 'int8'}_{strategy}")
    if bits in (4, 8) and strategy == "group" and kind == "int":
        return _grouped(bits, weights.get("group_size"))
    return None


METHODS: Mapping[str, Callable[[Mapping[str, Any]], Stored | None]] = {
    "gptq": _gptq,
    "awq": _awq,
    "bitsandbytes": _bitsandbytes,
    "fp8": _fp8,
    "fbgemm_fp8": lambda _: Stored("fp8_channel"),
    "eetq": lambda _: Stored("int8_channel"),
    "mxfp4": lambda _: Stored("mxfp4", ("moe",)),
    "compressed-tensors": _compressed,
}
"""By `quant_method`, what each makes of its config."""
