"""Keys that change no count, whatever the family: of files, words, training, of how a model is run."""

from __future__ import annotations

import re

PASSED = frozenset(
    {
        *("architectures", "model_type", "transformers_version", "torch_dtype", "dtype", "auto_map"),
        *("_name_or_path", "name_or_path", "quantization_config", "id2label", "label2id", "num_labels"),
        *("use_cache", "torchscript", "return_dict", "is_decoder", "finetuning_task", "problem_type"),
        *("tokenizer_class", "pretraining_tp", "task_specific_params", "prefix", "tie_encoder_decoder"),
        *("output_attentions", "output_hidden_states", "chunk_size_feed_forward", "pruned_heads"),
        *("gradient_checkpointing", "use_bfloat16", "keys_to_ignore_at_inference", "is_encoder_decoder"),
        *("rope_scaling", "rope_theta", "rope_parameters", "rope_local_base_freq", "rotary_emb_base"),
        *(
            "initializer_range",
            "initializer_factor",
            "max_length",
            "min_length",
            "max_seq_length",
            "max_new_tokens",
        ),
        *("do_sample", "num_beams", "num_beam_groups", "temperature", "top_k", "top_p", "typical_p"),
        *("early_stopping", "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size"),
        *("bad_words_ids", "num_return_sequences", "diversity_penalty", "repetition_penalty"),
        *("forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values", "suppress_tokens"),
        *("begin_suppress_tokens", "exponential_decay_length_penalty", "output_scores"),
        *("return_dict_in_generate", "decoder_start_token_id", "sep_token_id", "tf_legacy_loss"),
        *("unsloth_version", "unsloth_fixed", "cross_attention_hidden_size", "generation_config"),
        *("_commit_hash", "mlp_bias_note", "language", "license", "model_name", "revision"),
        *("max_window_layers_note", "sentence_transformers", "position_embedding_note", "gradient_clip"),
    }
)
"""By their names."""

PATTERNS = re.compile(
    r"_.*"  # private: `_attn_implementation`, `_name_or_path`
    r"|.*_token_ids?|.*_token_index|.*_token_id_.*"
    r"|.*(?:dropout|drop|_pdrop|_drop_rate|drop_path_rate|layerdrop|_eps|_epsilon|_loss|_coef|_coeff)"
    r"|(?:eps|layer_norm_eps|norm_eps|rms_norm_eps).*"
    r"|.*(?:initializer|init)_(?:range|std|factor|.*)"
    r"|attn_implementation|.*_implementation(?:_.*)?|use_flash_.*|use_.*flash_attention.*|use_return_dict"
    r"|mask_(?:time|feature)_.*|.*_jitter.*|.*_jitter_noise|.*aux_loss.*"
)
"""By how they are written."""


def is_passed(name: str) -> bool:
    """Tell whether a key changes no count in any family."""
    return name in PASSED or PATTERNS.fullmatch(name) is not None
