"""ModernBERT."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family
from netcost.frontends.huggingface.windows import sliding

FAMILY = Family(
    template="modernbert",
    models={"modernbert": {}},
    heads=(
        "Model",
        "ForMaskedLM",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    aliases={"hidden_activation": "hidden_act", "local_attention": "sliding_window"},
    readers={"use_sliding_window": ()},
    passed=frozenset(
        {
            *(
                "max_position_embeddings",
                "initializer_cutoff_factor",
                "classifier_pooling",
                "global_rope_theta",
            ),
            *("local_rope_theta", "classifier_activation", "deterministic_flash_attn", "sparse_prediction"),
            *(
                "sparse_pred_ignore_index",
                "reference_compile",
                "repad_logits_with_grad",
                "position_embedding_type",
            ),
        }
    ),
    derive=sliding,
)
