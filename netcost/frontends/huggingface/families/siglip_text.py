"""The encoder of texts of SigLIP."""

from __future__ import annotations

from netcost.frontends.huggingface.families.clip import OF_TEXT, named
from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="siglip_text",
    models={"siglip_text_model": {}},
    heads=("TextModel",),
    aliases=named("text_", (*OF_TEXT, "projection_size")),
    passed=frozenset({"tie_word_embeddings"}),
    lengths={"text": ("words",)},
)
