"""BLOOM."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="bloom",
    models={"bloom": {}},
    heads=(
        "ForCausalLM",
        "Model",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    aliases={"n_embed": "hidden_size", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head"},
    passed=frozenset(
        {
            *("apply_residual_connection_post_layernorm", "slow_but_exact", "attention_softmax_in_fp32"),
            *("masked_softmax_fusion", "bias_dropout_fusion", "offset_alibi", "seq_length", "skip_bias_add"),
            *("skip_bias_add_qkv", "unk_token_id", "n_inner"),
        }
    ),
)
