"""DeepSeek V2 and V3."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="deepseek",
    models={
        "deepseek_v2": {"q_lora_rank": 1536},
        "deepseek_v3": {
            "vocab_size": 129280,
            "hidden_size": 7168,
            "intermediate_size": 18432,
            "num_hidden_layers": 61,
            "num_attention_heads": 128,
            "first_k_dense_replace": 3,
            "q_lora_rank": 1536,
            "n_routed_experts": 256,
            "n_shared_experts": 1,
            "num_experts_per_tok": 8,
            "moe_intermediate_size": 2048,
            "family_corrected": True,
        },
    },
    heads=("ForCausalLM", "Model", "ForSequenceClassification", "ForTokenClassification"),
    aliases={"num_local_experts": "n_routed_experts", "num_experts": "n_routed_experts"},
    passed=frozenset(
        {
            *("max_position_embeddings", "num_key_value_heads", "head_dim", "qk_head_dim", "n_group"),
            *(
                "topk_group",
                "topk_method",
                "norm_topk_prob",
                "routed_scaling_factor",
                "scoring_func",
                "seq_aux",
            ),
            *(
                "output_router_logits",
                "rope_interleave",
                "ep_size",
                "num_nextn_predict_layers",
                "num_mtp_layers",
            ),
            *("aux_loss_alpha", "use_bias"),
        }
    ),
    readers={"mlp_bias": ("deepseek_v2",)},
    only={"attention_bias": (False,), "moe_layer_freq": (1,)},
    act=("hidden_act", "silu"),
)
