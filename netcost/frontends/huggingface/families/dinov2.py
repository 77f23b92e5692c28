"""DINOv2, without and with register tokens."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

FAMILY = Family(
    template="dinov2",
    models={"dinov2": {}, "dinov2_with_registers": {"num_register_tokens": 4}},
    heads=("Model", "ForImageClassification"),
    passed=frozenset(
        {
            *("tie_word_embeddings", "layerscale_value", "apply_layernorm", "reshape_hidden_states"),
            *("stage_names", "out_features", "out_indices"),
        }
    ),
    readers={"use_mask_token": ("dinov2",), "num_register_tokens": ("dinov2_with_registers",)},
    lengths={"input": ("num_channels", "height", "width")},
)
