"""BART, Marian and others that are built as they are."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

STORED = {"family_positions": "stored"}
NORM_FIRST = {"family_norm_first": True, "family_last_norm": True}
NO_EMBED_NORM = {"family_embed_norm": False}

FAMILY = Family(
    template="bart",
    models={
        "bart": {"family_offset": 2, "num_labels": 3},
        "mbart": {"family_offset": 2, **NORM_FIRST},
        "marian": {"vocab_size": 58101, **STORED, **NO_EMBED_NORM},
        "pegasus": {**STORED, **NORM_FIRST, **NO_EMBED_NORM},
        "blenderbot": {
            "vocab_size": 8008,
            "max_position_embeddings": 128,
            "d_model": 2560,
            "encoder_layers": 2,
            "encoder_ffn_dim": 10240,
            "encoder_attention_heads": 32,
            "decoder_layers": 24,
            "decoder_ffn_dim": 10240,
            "decoder_attention_heads": 32,
            **NORM_FIRST,
            **NO_EMBED_NORM,
        },
        "blenderbot-small": {
            "max_position_embeddings": 512,
            "d_model": 512,
            "encoder_layers": 8,
            "encoder_ffn_dim": 2048,
            "decoder_layers": 8,
            "decoder_ffn_dim": 2048,
        },
        "m2m_100": {
            "vocab_size": 128112,
            "scale_embedding": True,
            "family_positions": "sines",
            "family_word_bias": False,
            **NORM_FIRST,
            **NO_EMBED_NORM,
        },
        "plbart": {
            "vocab_size": 50005,
            "d_model": 768,
            "encoder_layers": 6,
            "encoder_ffn_dim": 3072,
            "encoder_attention_heads": 12,
            "decoder_layers": 6,
            "decoder_ffn_dim": 3072,
            "decoder_attention_heads": 12,
            "scale_embedding": True,
            "family_offset": 2,
        },
    },
    heads=(
        "ForConditionalGeneration",
        "Model",
        "MTModel",
        "ForSequenceClassification",
        "ForQuestionAnswering",
    ),
    aliases={
        "hidden_size": "d_model",
        "num_attention_heads": "encoder_attention_heads",
        "num_hidden_layers": "encoder_layers",
    },
    passed=frozenset(
        {
            *("add_bias_logits", "add_final_layer_norm", "normalize_before", "normalize_embedding"),
            *("static_position_embeddings", "extra_pos_embeddings", "force_bos_token_to_be_generated"),
            *("save_step", "output_past", "layernorm_variant", "do_blenderbot_90_layernorm"),
        }
    ),
    only={"tie_word_embeddings": (True,)},
    act=("activation_function", "gelu"),
    readers=dict.fromkeys(("decoder_vocab_size", "share_encoder_decoder_embeddings"), ("marian",)),
    lengths={"encoder": ("seq",), "decoder": ("decoder_seq",)},
)
