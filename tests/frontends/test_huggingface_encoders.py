"""Configs of encoders of pictures, sound and text, and of encoders with decoders.

The numbers are those of transformers 5.24.0 on the meta device: parameters, and half of what PyTorch's FlopCounterMode
counts; null where it cannot count there. Published configs by their keys, and small ones with unusual values.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from quick import others_slow

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load
from netcost.overrides import Overrides
from netcost.source.problem import SpecError

CASES = json.loads((Path(__file__).parent / "huggingface" / "encoders.json").read_text())


def read(config: dict[str, Any], lengths: Any = None, **more: Any) -> Any:
    asked = Overrides(input=lengths, **more) if lengths else Overrides(**more)
    return load(Source("config.json", json.dumps(config).encode()), asked)


def lengths(asked: Any) -> Any:
    if isinstance(asked, dict):
        return {name: tuple(each) for name, each in asked.items()}
    return tuple(asked)


@pytest.mark.parametrize("case", others_slow(CASES, CASES[::2]), ids=lambda case: case["name"])
def test_parameters_and_macs(case: dict[str, Any]) -> None:
    report = analyze(read(case["config"], lengths(case["input"])))
    assert report.totals["params"] == case["params"]
    assert case["macs"] is None or report.totals["macs"] == case["macs"]
    assert report.complete


T5 = {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"]}


def test_an_output_layer_that_is_not_tied_is_its_own() -> None:
    """As FLAN-T5's files have it: google/flan-t5-small stores 76,961,152 numbers."""
    config = {
        **T5,
        "vocab_size": 32128,
        "d_model": 512,
        "d_kv": 64,
        "d_ff": 1024,
        "num_layers": 8,
        "num_heads": 6,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False,
    }
    assert analyze(read(config)).totals["params"] == 76_961_152


def test_the_old_name_of_a_head() -> None:
    old = {**T5, "architectures": ["T5WithLMHeadModel"]}
    assert analyze(read(old)).totals["params"] == analyze(read(T5)).totals["params"]


def test_what_is_taken_for_granted_is_told() -> None:
    assert read(T5).notes == [
        "read with 128 tokens; `--input encoder=N` takes another number",
        "read with 128 tokens of the answer; `--input decoder=N` takes another number",
    ]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({**T5, "feed_forward_proj": "gated-sine"}, "is known with"),
        ({"model_type": "bart", "tie_word_embeddings": False}, "is known with"),
        ({"model_type": "vit", "pooler_act": "relu"}, "is known with"),
        ({"model_type": "wav2vec2", "conv_dim": [512, "a"]}, "conv"),
        ({"model_type": "swin", "depths": [2, 2], "num_heads": [3]}, "there is no item 1"),
        ({"model_type": "clip", "text_config": {"hidden_act": "relu"}}, "is known with"),
        ({"model_type": "clip", "vision_config": {"patches": 3}}, "the key `patches` is not known"),
        ({"model_type": "whisper", "architectures": ["WhisperForDancing"]}, "is not known"),
        ({"model_type": "convnext", "hidden_sizes": []}, "."),
        ({"model_type": "vit", "patch_size": 0}, "."),
    ],
)
def test_refused(config: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read(config)


def test_a_picture_of_another_size_keeps_the_table_of_positions() -> None:
    vit = {"model_type": "vit", "architectures": ["ViTForImageClassification"]}
    params = analyze(read(vit)).totals["params"]
    assert analyze(read(vit, (3, 384, 384))).totals["params"] == params
