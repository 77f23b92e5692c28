"""The encoder of texts of CLIP."""

from __future__ import annotations

from netcost.frontends.huggingface.families.clip import OF_TEXT, named
from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="clip_text",
    models={"clip_text_model": {}},
    heads=("TextModel", "TextModelWithProjection"),
    aliases=named("text_", OF_TEXT),
    passed=frozenset({"tie_word_embeddings"}),
    lengths={"text": ("words",)},
)
