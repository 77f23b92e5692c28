"""wav2vec 2.0 and HuBERT."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="wav2vec2",
    models={"wav2vec2": {}, "hubert": {}},
    heads=(
        *("Model", "ForCTC", "ForPreTraining"),
        *("ForSequenceClassification", "ForAudioFrameClassification"),
    ),
    passed=frozenset(
        {
            *(
                "tie_word_embeddings",
                "apply_spec_augment",
                "num_feat_extract_layers",
                "contrastive_logits_temperature",
            ),
            *("num_negatives", "diversity_loss_weight", "ctc_loss_reduction", "ctc_zero_infinity"),
            *("tdnn_dim", "tdnn_kernel", "tdnn_dilation", "xvector_output_dim"),
        }
    ),
    only={
        "use_weighted_layer_sum": (False,),
        "feat_extract_norm": ("group", "layer"),
        "feat_extract_activation": ("gelu", "gelu_new"),
    },
    lengths={"input": ("samples",)},
)
