"""Swin."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="swin",
    models={"swin": {}},
    heads=("Model", "ForImageClassification", "ForMaskedImageModeling"),
    aliases={"num_attention_heads": "num_heads"},
    passed=frozenset(
        {
            *("tie_word_embeddings", "num_layers", "num_hidden_layers", "hidden_size", "path_norm"),
            *("stage_names", "out_features", "out_indices"),
        }
    ),
    lengths={"input": ("num_channels", "height", "width")},
)
