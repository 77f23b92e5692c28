"""CLIP, both of its encoders."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

GELUS = ("quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh")

FAMILY = Family(
    template="clip",
    models={"clip": {}},
    nested={
        "text_config": "text_",
        "text_config_dict": "text_",
        "vision_config": "vision_",
        "vision_config_dict": "vision_",
    },
    passed=frozenset({"text_projection_dim", "vision_projection_dim", "logit_scale_init_value"}),
    only={"text_hidden_act": GELUS},
    act=("vision_hidden_act", "gelu"),
    lengths={"image": ("vision_num_channels", "height", "width"), "text": ("words",)},
)
