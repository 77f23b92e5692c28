"""ConvNeXt."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="convnext",
    models={"convnext": {}},
    heads=("Model", "ForImageClassification"),
    passed=frozenset(
        {
            *("tie_word_embeddings", "num_stages", "num_hidden_layers"),
            *("stage_names", "out_features", "out_indices"),
        }
    ),
    lengths={"input": ("num_channels", "height", "width")},
)
