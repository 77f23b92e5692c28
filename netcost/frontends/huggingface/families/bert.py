"""BERT and the encoders that are built as it is."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="bert",
    models={
        "bert": {},
        "roberta": {"vocab_size": 50265},
        "xlm-roberta": {},
        "camembert": {},
        "mpnet": {"vocab_size": 30527, "type_vocab_size": 0, "relative_attention_num_buckets": 32},
        "electra": {
            "hidden_size": 256,
            "embedding_size": 128,
            "num_attention_heads": 4,
            "intermediate_size": 1024,
            "family_pooler": False,
            "family_spare_bias": False,
        },
        "distilbert": {
            "num_hidden_layers": 6,
            "type_vocab_size": 0,
            "family_pooler": False,
            "family_spare_bias": False,
        },
    },
    heads=(
        *(
            "Model",
            "ForMaskedLM",
            "LMHeadModel",
            "ForCausalLM",
            "ForPreTraining",
            "ForNextSentencePrediction",
        ),
        *("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering"),
    ),
    aliases={
        "dim": "hidden_size",
        "hidden_dim": "intermediate_size",
        "n_heads": "num_attention_heads",
        "n_layers": "num_hidden_layers",
        "activation": "hidden_act",
    },
    passed=frozenset(
        {
            *("pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head"),
            *("pooler_type", "tie_weights_"),
            "sinusoidal_pos_embds",
            "summary_type",
            "summary_use_proj",
            "summary_activation",
            "directionality",
        }
    ),
    readers={
        "type_vocab_size": ("bert", "roberta", "xlm-roberta", "camembert", "electra"),
        "embedding_size": ("electra",),
        "relative_attention_num_buckets": ("mpnet",),
    },
    only={"position_embedding_type": ("absolute",), "add_cross_attention": (False,)},
    outputs={"bert/ForPreTraining": ("pretraining.lm_head", "pretraining.next_sentence")},
)
