"""DeBERTa, versions 1 to 3."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family, UnfitError, Values

BOTH_WAYS = ("p2c|c2p", "c2p|p2c", ["p2c", "c2p"], ["c2p", "p2c"])


def distances(values: Values) -> Values:
    """How many distances have a vector, and how many of them are met.

    Raises:
        UnfitError: the config does not ask for them, which its class can do without.
    """
    if not values["relative_attention"]:
        raise UnfitError("relative_attention", "DeBERTa is known with `relative_attention: true` only")
    longest = values["max_relative_positions"]
    span = longest if longest > 0 else values["max_position_embeddings"]
    if values["family_key_bias"]:
        span = max(values["position_buckets"], 0) or span
        return {"family_span": span, "family_met": span}
    return {"family_span": span, "family_met": min(span, values["seq"])}


FAMILY = Family(
    template="deberta",
    models={
        "deberta": {},
        "deberta-v2": {
            "vocab_size": 128100,
            "hidden_size": 1536,
            "num_hidden_layers": 24,
            "num_attention_heads": 24,
            "intermediate_size": 6144,
            "family_key_bias": True,
        },
    },
    heads=(
        "Model",
        "ForMaskedLM",
        "ForSequenceClassification",
        "ForTokenClassification",
        "ForQuestionAnswering",
    ),
    passed=frozenset({"pooler_hidden_act", "conv_act", "padding_idx"}),
    readers=dict.fromkeys(
        ("position_buckets", "share_att_key", "norm_rel_ebd", "conv_kernel_size", "conv_groups"),
        ("deberta-v2",),
    ),
    only={"pos_att_type": BOTH_WAYS, "legacy": (True,), "talking_head": (False,)},
    derive=distances,
)
