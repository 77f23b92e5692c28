"""The families that are known: for each module of this package, the `model_type`s that it tells of."""

from __future__ import annotations

from collections.abc import Mapping

MODULES: Mapping[str, tuple[str, ...]] = {
    "albert": ("albert",),
    "deberta": ("deberta", "deberta-v2"),
    "bert": ("bert", "roberta", "xlm-roberta", "camembert", "distilbert", "electra", "mpnet"),
    "decoder": (
        *("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3"),
        *("cohere", "olmo", "olmo2", "stablelm"),
    ),
    "gpt2": ("gpt2",),
    "vit": ("vit", "deit"),
    "dinov2": ("dinov2", "dinov2_with_registers"),
    "swin": ("swin",),
    "convnext": ("convnext",),
    "clip": ("clip",),
}
