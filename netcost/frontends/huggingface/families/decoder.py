"""Llama and the decoders that are built as it is: one feed-forward network a block, gated."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family
from netcost.frontends.huggingface.windows import sliding

QWEN = {
    "vocab_size": 151936,
    "intermediate_size": 22016,
    "num_key_value_heads": 32,
    "sliding_window": 4096,
    "use_sliding_window": False,
    "family_windows": "late",
}
GEMMA = {"vocab_size": 256000, "head_dim": 256, "tie_word_embeddings": True}
GEMMA_2 = {
    **GEMMA,
    "hidden_size": 2304,
    "intermediate_size": 9216,
    "num_hidden_layers": 26,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "sliding_window": 4096,
    "sliding_window_pattern": 2,
    "family_after": True,
    "family_windows": "all but every",
}
GEMMA_3 = {**GEMMA_2, "vocab_size": 262208, "sliding_window_pattern": 6, "family_qk_norm": True}

COHERE = {
    "vocab_size": 256000,
    "hidden_size": 8192,
    "intermediate_size": 22528,
    "num_hidden_layers": 40,
    "num_attention_heads": 64,
    "tie_word_embeddings": True,
    "family_norm": "scaled",
    "family_parallel": True,
}
OLMO_2 = {"vocab_size": 50304, "family_qk_norm": "all", "family_before": False, "family_after": True}
FOUR = {"sliding_window": 4096, "sliding_window_pattern": 4, "family_windows": "all but every"}
GLM = {
    "vocab_size": 151552,
    "intermediate_size": 13696,
    "num_hidden_layers": 40,
    "num_key_value_heads": 2,
    "head_dim": 128,
    "attention_bias": True,
    "family_out_bias": False,
}

FAMILY = Family(
    template="decoder",
    models={
        "llama": {},
        "mistral": {"intermediate_size": 14336, "num_key_value_heads": 8, "sliding_window": 4096},
        "qwen2": {**QWEN, "attention_bias": True, "family_out_bias": False},
        "qwen3": {**QWEN, "head_dim": 128, "family_qk_norm": True},
        "gemma": {
            **GEMMA,
            "hidden_size": 3072,
            "intermediate_size": 24576,
            "num_hidden_layers": 28,
            "num_attention_heads": 16,
            "num_key_value_heads": 16,
        },
        "gemma2": GEMMA_2,
        "gemma3_text": GEMMA_3,
        "phi3": {"vocab_size": 32064, "hidden_size": 3072, "intermediate_size": 8192},
        "cohere": COHERE,
        "cohere2": {**COHERE, **FOUR},
        "olmo": {"vocab_size": 50304, "family_norm": "fixed"},
        "olmo2": OLMO_2,
        "olmo3": {**OLMO_2, **FOUR},
        "granite": {},
        "ministral": {"intermediate_size": 14336, "num_key_value_heads": 8, "sliding_window": 4096},
        "smollm3": {
            "vocab_size": 128256,
            "hidden_size": 2048,
            "num_hidden_layers": 36,
            "num_attention_heads": 16,
            "num_key_value_heads": 4,
            "tie_word_embeddings": True,
            "use_sliding_window": False,
            "family_windows": "unrotated",
        },
        "glm": GLM,
        "glm4": {**GLM, "family_after": True},
        "starcoder2": {
            "vocab_size": 49152,
            "hidden_size": 3072,
            "intermediate_size": 12288,
            "num_hidden_layers": 30,
            "num_attention_heads": 24,
            "num_key_value_heads": 2,
            "use_bias": True,
            "tie_word_embeddings": True,
            "family_norm": "layer",
            "family_gated": False,
        },
        "phi": {
            "vocab_size": 51200,
            "hidden_size": 2048,
            "intermediate_size": 8192,
            "num_hidden_layers": 24,
            "use_bias": True,
            "family_norm": "layer",
            "family_gated": False,
            "family_parallel": True,
            "family_head_bias": True,
        },
        "nemotron": {
            "vocab_size": 256000,
            "hidden_size": 6144,
            "intermediate_size": 24576,
            "num_attention_heads": 48,
            "family_norm": "layer",
            "family_gated": False,
        },
        "stablelm": {
            "vocab_size": 50304,
            "hidden_size": 2560,
            "intermediate_size": 6912,
            "num_key_value_heads": 32,
            "family_norm": "layer",
            "family_out_bias": False,
        },
    },
    heads=(
        "ForCausalLM",
        "Model",
        "TextModel",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    aliases={
        "hidden_activation": "hidden_act",
        "use_qkv_bias": "attention_bias",
        "qk_layernorm": "use_qk_norm",
    },
    passed=frozenset(
        {
            *("max_position_embeddings", "original_max_position_embeddings", "partial_rotary_factor"),
            *("query_pre_attn_scalar", "final_logit_softcapping", "attn_logit_softcapping", "logit_scale"),
            *("embedding_multiplier", "logits_scaling", "residual_multiplier", "attention_multiplier"),
            *(
                "norm_epsilon",
                "norm_type",
                "mlp_type",
                "embedding_multiplier",
                "rotary_dim",
                "order_of_interleaved_layers",
            ),
            *("clip_qkv", "use_bidirectional_attention", "cache_implementation"),
        }
    ),
    readers={
        "use_bias": ("starcoder2",),
        "attention_bias": (
            *(
                "llama",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma3_text",
                "cohere",
                "cohere2",
                "olmo",
                "olmo2",
                "olmo3",
            ),
            *("granite", "smollm3", "glm", "glm4", "nemotron", "stablelm"),
        ),
        "mlp_bias": ("llama", "granite", "smollm3", "nemotron"),
        "sliding_window": (
            *("mistral", "ministral", "qwen2", "qwen3", "gemma2", "gemma3_text", "phi3", "cohere2", "olmo3"),
            *("smollm3", "starcoder2"),
        ),
        "use_sliding_window": ("qwen2", "qwen3", "smollm3"),
        "max_window_layers": ("qwen2", "qwen3"),
        "sliding_window_pattern": ("gemma3_text", "cohere2"),
        "layer_types": (
            *("qwen2", "qwen3", "gemma2", "gemma3_text", "cohere2", "olmo3", "ministral", "smollm3"),
        ),
        "no_rope_layers": ("smollm3",),
        "no_rope_layer_interval": ("smollm3",),
        "use_qk_norm": ("cohere", "stablelm", "phi"),
        "use_parallel_residual": ("stablelm",),
    },
    act=("hidden_act", "silu"),
    derive=sliding,
)
