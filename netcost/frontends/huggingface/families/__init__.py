"""The families that are known: for each module of this package, the `model_type`s that it tells of."""

from __future__ import annotations

from collections.abc import Mapping

MODULES: Mapping[str, tuple[str, ...]] = {
    "modernbert": ("modernbert",),
    "albert": ("albert",),
    "deberta": ("deberta", "deberta-v2"),
    "bert": ("bert", "roberta", "xlm-roberta", "camembert", "distilbert", "electra", "mpnet"),
    "decoder": (
        *("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3"),
        *("cohere", "cohere2", "olmo", "olmo2", "olmo3", "stablelm", "granite", "ministral", "smollm3"),
        *("glm", "glm4", "starcoder2", "phi", "nemotron"),
    ),
    "moe": ("mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss", "granitemoe", "olmoe"),
    "gpt2": ("gpt2",),
    "gpt_neox": ("gpt_neox",),
    "opt": ("opt",),
    "bloom": ("bloom",),
    "falcon": ("falcon",),
    "deepseek": ("deepseek_v2", "deepseek_v3"),
    "mamba": ("mamba",),
    "vit": ("vit", "deit"),
    "dinov2": ("dinov2", "dinov2_with_registers"),
    "swin": ("swin",),
    "convnext": ("convnext",),
    "clip": ("clip",),
    "clip_text": ("clip_text_model",),
    "clip_vision": ("clip_vision_model",),
    "siglip": ("siglip",),
    "siglip_text": ("siglip_text_model",),
    "siglip_vision": ("siglip_vision_model",),
    "t5": ("t5", "mt5", "umt5"),
    "bart": (
        *("bart", "mbart", "marian", "pegasus", "blenderbot", "blenderbot-small"),
        *("m2m_100", "plbart"),
    ),
    "whisper": ("whisper",),
    "wav2vec2": ("wav2vec2", "hubert"),
}
