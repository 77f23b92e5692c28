"""Llama and the decoders that are built as it is: one feed-forward network a block, gated."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="decoder",
    models={
        "llama": {},
        "mistral": {},
    },
    heads=(
        "ForCausalLM",
        "Model",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    passed=frozenset({"max_position_embeddings", "sliding_window"}),
    act=("hidden_act", "silu"),
)
