"""Falcon."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="falcon",
    models={"falcon": {}},
    heads=(
        "ForCausalLM",
        "Model",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    aliases={
        "n_embed": "hidden_size",
        "n_layer": "num_hidden_layers",
        "n_head": "num_attention_heads",
        "n_head_kv": "num_kv_heads",
    },
    passed=frozenset({"max_position_embeddings", "apply_residual_connection_post_layernorm"}),
    act=("activation", "gelu"),
)
