"""GPT-NeoX and Pythia."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="gpt_neox",
    models={"gpt_neox": {}},
    heads=(
        "ForCausalLM",
        "Model",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    passed=frozenset({"max_position_embeddings", "rotary_pct", "partial_rotary_factor"}),
)
