"""T5, mT5 and UMT5, whole or the encoder alone."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family, Values

MT5 = {
    "vocab_size": 250112,
    "d_ff": 1024,
    "num_layers": 8,
    "num_heads": 6,
    "feed_forward_proj": "gated-gelu",
}
ACTIVATIONS = {"relu": "relu", "gelu": "gelu", "gelu_new": "gelu", "silu": "silu", "swish": "silu"}
GATED = "gated-"


def _feed_forward(values: Values) -> Values:
    """What `feed_forward_proj` says: `gated-gelu` is a gate and an activation."""
    word = values["feed_forward_proj"]
    return {
        "family_gated": word.startswith(GATED),
        "family_act": ACTIVATIONS[word.removeprefix(GATED)],
    }


FAMILY = Family(
    template="t5",
    templates=dict.fromkeys(("EncoderModel", "ForTokenClassification"), "t5_encoder"),
    models={"t5": {}, "mt5": MT5, "umt5": {**MT5, "family_shared": False}},
    heads=(
        *("ForConditionalGeneration", "Model", "WithLMHeadModel", "EncoderModel"),
        *("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering"),
    ),
    aliases={
        "hidden_size": "d_model",
        "num_attention_heads": "num_heads",
        "num_hidden_layers": "num_layers",
        "head_dim": "d_kv",
    },
    passed=frozenset(
        {
            *("n_positions", "relative_attention_max_distance", "output_past", "dense_act_fn"),
            *("is_gated_act", "scale_decoder_outputs"),
        }
    ),
    only={"feed_forward_proj": (*ACTIVATIONS, *(f"{GATED}{word}" for word in ACTIVATIONS))},
    lengths={"encoder": ("seq",), "decoder": ("decoder_seq",)},
    derive=_feed_forward,
)
