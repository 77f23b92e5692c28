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
    "moe": ("mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss"),
    "gpt2": ("gpt2",),
    "gpt_neox": ("gpt_neox",),
    "opt": ("opt",),
    "bloom": ("bloom",),
    "falcon": ("falcon",),
    "deepseek": ("deepseek_v2", "deepseek_v3"),
    "mamba": ("mamba",),
}
