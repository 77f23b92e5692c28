"""OPT."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="opt",
    models={"opt": {}},
    heads=("ForCausalLM", "Model", "ForSequenceClassification", "ForQuestionAnswering"),
    act=("activation_function", "relu"),
)
