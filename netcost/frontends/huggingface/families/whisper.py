"""Whisper."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="whisper",
    templates={"ForAudioClassification": "whisper_encoder"},
    models={"whisper": {}},
    heads=("ForConditionalGeneration", "Model", "ForAudioClassification"),
    aliases={
        "hidden_size": "d_model",
        "num_attention_heads": "encoder_attention_heads",
        "num_hidden_layers": "encoder_layers",
    },
    passed=frozenset(
        {
            *("scale_embedding", "apply_spec_augment", "median_filter_width", "alignment_heads"),
            *("is_multilingual", "lang_to_id", "task_to_id", "no_timestamps_token_id", "lang_ids"),
            *("forced_decoder_ids", "max_initial_timestamp_index", "return_timestamps"),
        }
    ),
    only={"use_weighted_layer_sum": (False,)},
    act=("activation_function", "gelu"),
    lengths={"sound": ("num_mel_bins", "frames"), "decoder": ("decoder_seq",)},
)
