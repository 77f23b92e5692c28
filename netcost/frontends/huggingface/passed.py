"""Keys that change no count, whatever the family: of files, words, training, of how a model is run."""

from __future__ import annotations

import re

PASSED = frozenset(
    {
        *("architectures", "model_type", "transformers_version", "torch_dtype", "dtype", "auto_map"),
        *("name_or_path", "quantization_config", "id2label", "label2id", "num_labels", "problem_type"),
        *("tokenizer_class", "task_specific_params", "finetuning_task", "language", "license", "prefix"),
        *("use_cache", "torchscript", "return_dict", "is_decoder", "is_encoder_decoder"),
        *("tie_encoder_decoder", "output_attentions", "output_hidden_states", "output_past"),
        *("output_scores", "output_router_logits", "chunk_size_feed_forward", "pruned_heads"),
        *("pretraining_tp", "gradient_checkpointing", "use_bfloat16", "keys_to_ignore_at_inference"),
        *("rope_scaling", "rope_theta", "rope_parameters", "rope_local_base_freq", "rotary_emb_base"),
        *("cross_attention_hidden_size", "max_length", "min_length", "max_seq_length", "max_new_tokens"),
        *("min_new_tokens", "do_sample", "num_beams", "num_beam_groups", "temperature", "top_k", "top_p"),
        *("typical_p", "early_stopping", "length_penalty", "no_repeat_ngram_size", "bad_words_ids"),
        *("encoder_no_repeat_ngram_size", "num_return_sequences", "diversity_penalty"),
        *("repetition_penalty", "remove_invalid_values", "suppress_tokens", "begin_suppress_tokens"),
        *("forced_decoder_ids", "exponential_decay_length_penalty", "return_dict_in_generate"),
        *("generation_config", "cache_implementation", "tf_legacy_loss", "unsloth_version"),
        *(
            "unsloth_fixed",
            "sentence_transformers",
            "model_max_length",
            "loss_type",
            "revision",
            "use_mean_pooling",
        ),
        *("max_sequence_length", "seq_length", "context_length", "unk_token_id", "rope_interleaved"),
    }
)
"""By their names."""

PATTERNS = re.compile(
    r"_.*"  # private: `_attn_implementation`, `_name_or_path`
    r"|(?:.*_)?token_(?:id|ids|index)(?:_.*)?"
    r"|(?:.*_)?(?:dropout|drop|pdrop|layerdrop|drop_rate|drop_path_rate)(?:_p|_prob|_rate)?"
    r"|(?:.*_)?(?:eps|epsilon|loss|coef|coeff|loss_coef|loss_weight|loss_reduction|jitter_noise)"
    r"|(?:.*_)?(?:initializer|init)_(?:range|std|factor|scale|xavier_std)"
    r"|(?:.*_)?implementation(?:_.*)?|use_flash_.*|use_return_dict"
    r"|mask_(?:time|feature)_.*|(?:.*_)?aux_loss(?:_.*)?"
)
"""By how they are written."""


def is_passed(name: str) -> bool:
    """Tell whether a key changes no count in any family."""
    return name in PASSED or PATTERNS.fullmatch(name) is not None
