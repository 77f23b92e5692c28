"""ViT and DeiT."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="vit",
    models={"vit": {}, "deit": {"family_tokens": 2}},
    heads=(
        *("Model", "ForImageClassification", "ForMaskedImageModeling"),
        "ForImageClassificationWithTeacher",
    ),
    only={"pooler_act": ("tanh",)},
    passed=frozenset({"tie_word_embeddings"}),
    lengths={"input": ("num_channels", "height", "width")},
)
