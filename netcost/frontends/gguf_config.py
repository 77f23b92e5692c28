"""The metadata of GGUF as the config of Hugging Face that they were made of: other names for the same numbers.

Source: the class `Keys` of the package gguf 0.19, and how llama.cpp's `convert_hf_to_gguf.py` fills them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from netcost.frontends.gguf_file import GgufFile


class Kind(NamedTuple):
    """What an architecture of llama.cpp is called by transformers.

    Args:
        type: the `model_type`.
        head: the class of the model.
        keys: what keys of its own are called.
    """

    type: str
    head: str
    keys: Mapping[str, str] = {}


EXPERTS = {
    "expert_count": "num_local_experts",
    "expert_used_count": "num_experts_per_tok",
}
QWEN_EXPERTS = {
    "expert_count": "num_experts",
    "expert_used_count": "num_experts_per_tok",
    "expert_feed_forward_length": "moe_intermediate_size",
    "expert_shared_feed_forward_length": "shared_expert_intermediate_size",
}
POSITIONS = {"context_length": "n_positions"}

KINDS: Mapping[str, Kind] = {
    "llama": Kind("llama", "LlamaForCausalLM"),
    "qwen2": Kind("qwen2", "Qwen2ForCausalLM"),
    "qwen3": Kind("qwen3", "Qwen3ForCausalLM"),
    "gemma": Kind("gemma", "GemmaForCausalLM"),
    "gemma2": Kind("gemma2", "Gemma2ForCausalLM"),
    "gemma3": Kind("gemma3_text", "Gemma3ForCausalLM"),
    "phi3": Kind("phi3", "Phi3ForCausalLM"),
    "command-r": Kind("cohere", "CohereForCausalLM"),
    "olmo": Kind("olmo", "OlmoForCausalLM"),
    "olmo2": Kind("olmo2", "Olmo2ForCausalLM"),
    "cohere2": Kind("cohere2", "Cohere2ForCausalLM"),
    "granite": Kind("granite", "GraniteForCausalLM"),
    "glm4": Kind("glm4", "Glm4ForCausalLM"),
    "nemotron": Kind("nemotron", "NemotronForCausalLM"),
    "phi2": Kind("phi", "PhiForCausalLM"),
    "smollm3": Kind("smollm3", "SmolLM3ForCausalLM"),
    "starcoder2": Kind("starcoder2", "Starcoder2ForCausalLM"),
    "stablelm": Kind("stablelm", "StableLmForCausalLM"),
    "gpt2": Kind("gpt2", "GPT2LMHeadModel", POSITIONS),
    "qwen2moe": Kind("qwen2_moe", "Qwen2MoeForCausalLM", QWEN_EXPERTS),
    "qwen3moe": Kind("qwen3_moe", "Qwen3MoeForCausalLM", QWEN_EXPERTS),
}
"""By `general.architecture`."""

MIXTRAL = Kind("mixtral", "MixtralForCausalLM", EXPERTS)
"""What a `llama` with experts is."""

KEYS: Mapping[str, str] = {
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.key_length": "head_dim",
    "attention.sliding_window": "sliding_window",
}
"""What all of them call keys; in front stands the architecture."""

NOT_OF: Mapping[str, tuple[str, ...]] = {
    "gpt2": ("num_key_value_heads", "head_dim"),
}
"""Keys that a type has not."""

NEEDED = ("hidden_size", "num_hidden_layers", "num_attention_heads")
TABLE, HEAD, QUERY_BIAS = "token_embd.weight", "output.weight", "blk.0.attn_q.bias"


def config_of(file: GgufFile) -> Mapping[str, Any] | None:
    """The config of a file's network; None where its architecture is not known, or has not one number for all layers."""
    metadata, tensors = file.metadata, file.tensors
    architecture = metadata.get("general.architecture")
    kind = KINDS.get(architecture) if isinstance(architecture, str) else None
    if kind is None or TABLE not in tensors or len(tensors[TABLE].dims) != len(("rows", "columns")):
        return None
    if kind.type == "llama" and metadata.get("llama.expert_count"):
        kind = MIXTRAL
    names = {**KEYS, **kind.keys}
    told = {name: metadata.get(f"{architecture}.{key}") for key, name in names.items()}
    found: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    whole = all(type(value) is int and value > 0 for value in found.values())
    if not (whole and found.keys() >= set(NEEDED)):
        return None
    found.setdefault("head_dim", found["hidden_size"] // found["num_attention_heads"])
    found.update(
        model_type=kind.type,
        architectures=[kind.head],
        vocab_size=tensors[TABLE].dims[0],
        tie_word_embeddings=HEAD not in tensors,
    )
    if QUERY_BIAS in tensors:
        found["attention_bias"] = True
    return {name: value for name, value in found.items() if name not in NOT_OF.get(kind.type, ())}
