"""SigLIP, both of its encoders, or that of pictures with a classifier."""

from __future__ import annotations

from netcost.frontends.huggingface.families.clip import GELUS, OF_TEXT, PICTURE, named
from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="siglip",
    templates={"ForImageClassification": "siglip_vision"},
    models={"siglip": {}},
    heads=("Model", "ForImageClassification"),
    nested={"text_config": "text_", "vision_config": "vision_"},
    passed=frozenset({*named("text_", OF_TEXT).values(), "text_projection_size", "tie_word_embeddings"}),
    only={"text_hidden_act": GELUS},
    act=("vision_hidden_act", "gelu"),
    lengths={"image": PICTURE, "text": ("words",)},
)
