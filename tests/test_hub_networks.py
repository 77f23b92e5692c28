"""The networks of model hubs: what comes out of them, and where their counts follow a rule of their own."""

from __future__ import annotations

import pytest
from bundled import network_of, report_of

# As the models of transformers, diffusers and torchaudio put them out.
OUTPUTS = [
    ("llama2_7b", [(2048, 32000)]),
    ("clip_vit_b_32", [(1, 1)]),
    ("detr_resnet50", [(100, 92), (100, 4)]),
    ("wav2vec2_base", [(49, 768)]),
    ("conformer_s", [(250, 144)]),
    ("stable_diffusion_1_5", [(4, 64, 64)]),
]


@pytest.mark.parametrize(("name", "outputs"), OUTPUTS)
def test_what_comes_out_has_the_shapes_of_the_model(name: str, outputs: list[tuple[int, ...]]) -> None:
    """Without the batch."""
    assert [node.output.sample for node in network_of(name).outputs] == outputs


def test_detr_keeps_its_backbones_norms_and_its_positions_fixed() -> None:
    """Four numbers for each of the 26,560 channels of a ResNet-50, and a vector for each of 25 x 38 positions."""
    assert report_of("detr_resnet50").totals.buffers == 4 * 26_560 + 25 * 38 * 256


def test_the_mask_of_wav2vec2_is_for_training_only() -> None:
    """A vector that hidden ones are replaced by."""
    totals = report_of("wav2vec2_base").totals
    assert totals.params - totals.active_params == 768
