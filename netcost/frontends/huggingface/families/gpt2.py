"""GPT-2."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="gpt2",
    models={"gpt2": {}},
    heads=("LMHeadModel", "Model", "ForSequenceClassification", "ForTokenClassification"),
    aliases={
        "hidden_size": "n_embd",
        "num_attention_heads": "n_head",
        "num_hidden_layers": "n_layer",
        "max_position_embeddings": "n_positions",
        "intermediate_size": "n_inner",
    },
    passed=frozenset(
        {
            *("n_ctx", "scale_attn_weights", "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn"),
            *("summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels"),
            *("summary_first_dropout",),
        }
    ),
    only={"add_cross_attention": (False,)},
    act=("activation_function", "gelu"),
)
