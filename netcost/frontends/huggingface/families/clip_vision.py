"""The encoder of pictures of CLIP."""

from __future__ import annotations

from netcost.frontends.huggingface.families.clip import OF_PICTURES, PICTURE, named
from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="clip_vision",
    models={"clip_vision_model": {}},
    heads=("VisionModel", "VisionModelWithProjection"),
    aliases=named("vision_", OF_PICTURES),
    passed=frozenset({"tie_word_embeddings"}),
    lengths={"image": PICTURE},
)
