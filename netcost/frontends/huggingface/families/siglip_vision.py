"""The encoder of pictures of SigLIP."""

from __future__ import annotations

from netcost.frontends.huggingface.families.clip import OF_PICTURES, PICTURE, named
from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="siglip_vision",
    models={"siglip_vision_model": {}},
    heads=("VisionModel",),
    aliases=named("vision_", (*OF_PICTURES, "vision_use_head")),
    passed=frozenset({"tie_word_embeddings"}),
    lengths={"image": PICTURE},
)
