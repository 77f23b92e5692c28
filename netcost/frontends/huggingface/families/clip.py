"""CLIP, both of its encoders, or that of pictures with a classifier."""

from __future__ import annotations

from netcost.frontends.huggingface.family import Family

GELUS = ("quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh")

NESTED = {
    "text_config": "text_",
    "text_config_dict": "text_",
    "vision_config": "vision_",
    "vision_config_dict": "vision_",
}
OF_TEXT = (
    *("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"),
    *("vocab_size", "max_position_embeddings"),
)
OF_PICTURES = (
    *("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"),
    *("num_channels", "image_size", "patch_size"),
)
PICTURE = ("vision_num_channels", "height", "width")


def named(before: str, keys: tuple[str, ...]) -> dict[str, str]:
    """The keys of an encoder by itself, as they are called where there are two."""
    return {key: f"{before}{key}" for key in keys}


FAMILY = Family(
    template="clip",
    templates={"ForImageClassification": "clip_vision"},
    models={"clip": {}},
    heads=("Model", "ForImageClassification"),
    nested=NESTED,
    passed=frozenset(
        {
            *named("text_", OF_TEXT).values(),
            *(
                "tie_word_embeddings",
                "text_projection_dim",
                "vision_projection_dim",
                "logit_scale_init_value",
            ),
        }
    ),
    only={"text_hidden_act": GELUS},
    act=("vision_hidden_act", "gelu"),
    lengths={"image": PICTURE, "text": ("words",)},
)
