"""Mixtral and the decoders that are built as it is: a mixture of experts in each block, or in some."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family, Values
from netcost.frontends.huggingface.windows import check_blocks, sliding


def blocks(values: Values) -> Values:
    """Which blocks have a sliding window, and which have experts."""
    dense, step, experts = (
        values[key] for key in ("mlp_only_layers", "decoder_sparse_step", "num_local_experts")
    )
    sparse = [
        experts > 0 and number not in dense and (number + 1) % max(1, step) == 0
        for number in range(check_blocks(values))
    ]
    return {**sliding(values), "family_sparse": sparse}


FAMILY = Family(
    template="moe",
    models={
        "mixtral": {"num_key_value_heads": 8},
        "granitemoe": {"intermediate_size": 11008},
        "olmoe": {
            "vocab_size": 50304,
            "hidden_size": 2048,
            "intermediate_size": 2048,
            "num_hidden_layers": 16,
            "num_attention_heads": 16,
            "num_local_experts": 64,
            "num_experts_per_tok": 8,
            "family_qk_norm": "all",
        },
        "qwen2_moe": {
            "vocab_size": 151936,
            "hidden_size": 2048,
            "intermediate_size": 5632,
            "num_hidden_layers": 24,
            "num_attention_heads": 16,
            "num_key_value_heads": 16,
            "num_local_experts": 60,
            "num_experts_per_tok": 4,
            "moe_intermediate_size": 1408,
            "shared_expert_intermediate_size": 5632,
            "attention_bias": True,
            "sliding_window": 4096,
            "use_sliding_window": False,
            "family_out_bias": False,
            "family_windows": "early",
        },
        "qwen3_moe": {
            "vocab_size": 151936,
            "hidden_size": 2048,
            "intermediate_size": 6144,
            "num_hidden_layers": 24,
            "num_key_value_heads": 4,
            "num_local_experts": 128,
            "num_experts_per_tok": 8,
            "moe_intermediate_size": 768,
            "sliding_window": 4096,
            "use_sliding_window": False,
            "family_qk_norm": True,
        },
        "gpt_oss": {
            "vocab_size": 201088,
            "hidden_size": 2880,
            "intermediate_size": 2880,
            "num_hidden_layers": 36,
            "num_attention_heads": 64,
            "num_key_value_heads": 8,
            "head_dim": 64,
            "num_local_experts": 128,
            "num_experts_per_tok": 4,
            "attention_bias": True,
            "sliding_window": 128,
            "family_sinks": True,
            "family_expert_bias": True,
            "family_scores": "chosen",
            "family_windows": "first of two",
        },
    },
    heads=(
        "ForCausalLM",
        "Model",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    aliases={
        "num_experts": "num_local_experts",
        "qkv_bias": "attention_bias",
        "experts_per_token": "num_experts_per_tok",
    },
    passed=frozenset(
        {
            *("max_position_embeddings", "norm_topk_prob", "output_router_logits", "swiglu_alpha"),
            *(
                "embedding_multiplier",
                "logits_scaling",
                "residual_multiplier",
                "attention_multiplier",
                "clip_qkv",
            ),
            *("swiglu_limit", "initial_context_length", "original_max_position_embeddings"),
        }
    ),
    readers={
        "attention_bias": ("granitemoe", "olmoe", "qwen2_moe", "qwen3_moe", "gpt_oss"),
        "sliding_window": ("mixtral", "qwen2_moe", "qwen3_moe", "gpt_oss"),
        "use_sliding_window": ("qwen2_moe", "qwen3_moe"),
        "max_window_layers": ("qwen2_moe",),
        "layer_types": ("qwen2_moe", "gpt_oss"),
        "moe_intermediate_size": ("qwen2_moe", "qwen3_moe"),
        "shared_expert_intermediate_size": ("qwen2_moe",),
        "decoder_sparse_step": ("qwen2_moe", "qwen3_moe"),
        "mlp_only_layers": ("qwen2_moe", "qwen3_moe"),
    },
    act=("hidden_act", "silu"),
    derive=blocks,
)
