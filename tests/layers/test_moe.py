"""Mixtures of experts: all parameters, those that a token meets, and its MACs."""

from __future__ import annotations

from typing import Any

import pytest
from examples import make

from netcost.layers.attention import Attention
from netcost.layers.layer import count
from netcost.layers.moe import MixtureOfExperts
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape, Tokens, Vector

# Worked out beside each number; operations as 5 a score + activations and gates + biases + the weighted sum.
COSTS = [
    pytest.param(
        MixtureOfExperts(experts=8, active=2, hidden=14336),
        Sequence((1, 2048, 4096)),
        4096 * 8 + 8 * 3 * 4096 * 14336,
        4096 * 8 + 2 * 3 * 4096 * 14336,
        2048 * (4096 * 8 + 2 * 3 * 4096 * 14336),
        2048 * (5 * 8 + 2 * 2 * 14336 + (2 + 1) * 4096),
        id="Mixtral 8x7B",
    ),
    pytest.param(
        MixtureOfExperts(experts=128, active=1, hidden=3072, gated=False),
        Sequence((1, 512, 768)),
        768 * 128 + 128 * 2 * 768 * 3072,
        768 * 128 + 2 * 768 * 3072,
        512 * (768 * 128 + 2 * 768 * 3072),
        512 * (5 * 128 + 3072 + 768),
        id="Switch-Base: one expert, not gated",
    ),
    pytest.param(
        MixtureOfExperts(experts=64, active=6, hidden=1408, shared=2),
        Sequence((2, 10, 2048)),
        2048 * 64 + 66 * 3 * 2048 * 1408,
        2048 * 64 + 8 * 3 * 2048 * 1408,
        20 * (2048 * 64 + 8 * 3 * 2048 * 1408),
        20 * (5 * 64 + 8 * 2 * 1408 + (6 + 7) * 2048),
        id="DeepSeek-V2-Lite: two shared experts, batch of 2",
    ),
    pytest.param(
        MixtureOfExperts(experts=4, active=2, hidden=6, bias=True),
        Sequence((1, 3, 5)),
        5 * 4 + 4 + 4 * (3 * 5 * 6 + 6 + 6 + 5),
        5 * 4 + 4 + 2 * (3 * 5 * 6 + 6 + 6 + 5),
        3 * (5 * 4 + 2 * 3 * 5 * 6),
        3 * (5 * 4 + 2 * 2 * 6 + (2 + 1) * 5 + 4 + 2 * (6 + 6 + 5)),
        id="biases in router and experts",
    ),
    pytest.param(
        MixtureOfExperts(experts=4, active=4, hidden=6, gated=False, bias=True, shared=1),
        Vector((2, 5)),
        5 * 4 + 4 + 5 * (2 * 5 * 6 + 6 + 5),
        5 * 4 + 4 + 5 * (2 * 5 * 6 + 6 + 5),
        2 * (5 * 4 + 5 * 2 * 5 * 6),
        2 * (5 * 4 + 5 * 6 + (4 + 4) * 5 + 4 + 5 * (6 + 5)),
        id="a vector that visits all experts",
    ),
]


@pytest.mark.parametrize(("layer", "x", "params", "active", "macs", "ops"), COSTS)
def test_a_token_pays_for_the_experts_that_it_visits(
    layer: MixtureOfExperts, x: Shape, params: int, active: int, macs: int, ops: int
) -> None:
    """All experts count as parameters; only those visited count as active and cost operations."""
    out = layer.output(x)
    assert (type(out), out) == (type(x), x)
    assert (count(layer.weights(x)), layer.active_params(x)) == (params, active)
    assert (layer.macs(out, x), layer.ops(out, x)) == (macs, ops)


def test_mixtral_has_its_published_sizes() -> None:
    """With attention, norms and word tables, the experts give Mixtral-8x7B's 46.7 billion, 12.9 active.

    mistralai/Mixtral-8x7B-v0.1, total of its safetensors: 46,702,792,704; Jiang et al., arXiv:2401.04088: 12.9B.
    32 blocks of width 4096 with two RMS norms each, a last one, 32,000 words in and out, not tied:
    32 * (8 * 176,160,768 the experts + 32,768 its router + 41,943,040 attention + 8,192) + 4,096 + 262,144,000.
    """
    x = Sequence((1, 2048, 4096))
    mixture = MixtureOfExperts(experts=8, active=2, hidden=14336)
    attention = count(Attention(heads=32, kv_heads=8, bias=False).weights(x))
    around = 32 * (attention + 2 * 4096) + 4096 + 2 * 32000 * 4096
    assert around + 32 * count(mixture.weights(x)) == 46_702_792_704
    assert around + 32 * mixture.active_params(x) == 12_879_925_248


# Parameters and buffers of the modules named, transformers 5 on the meta device.
MODELS = [
    pytest.param(
        {"experts": 60, "active": 4, "hidden": 1408, "shared": {"hidden": 5632, "gate": True}},
        2048,
        (553_773_056, 0),
        id="Qwen2MoeSparseMoeBlock",
    ),
    pytest.param(
        {
            "experts": 256,
            "active": 8,
            "hidden": 2048,
            "shared": 1,
            "scores": "sigmoid",
            "correction": "buffer",
        },
        7168,
        (11_320_164_352, 256),
        id="DeepseekV3MoE",
    ),
    pytest.param(
        {"experts": 32, "active": 4, "hidden": 2880, "bias": True, "scores": "chosen"},
        2880,
        (796_631_072, 0),
        id="GptOssMLP",
    ),
    pytest.param(
        {"experts": 64, "active": 6, "hidden": 1536, "shared": 2, "correction": "parameter"},
        2560,
        (778_731_584, 0),
        id="Ernie4_5_MoeSparseMoeBlock",
    ),
    pytest.param(
        {
            "experts": 128,
            "active": 2,
            "hidden": 4096,
            "gated": False,
            "bias": True,
            "router_bias": False,
        },
        1024,
        (1_074_528_256, 0),
        id="NllbMoeSparseMLP",
    ),
    pytest.param(
        {"experts": 8, "active": 2, "hidden": 11008, "shared": {"hidden": 1024}},
        4096,
        (1_082_163_200 + 12_582_912, 0),
        id="GraniteMoeSharedMoE and GraniteMoeSharedMLP",
    ),
]


@pytest.mark.parametrize(("fields", "width", "stored"), MODELS)
def test_it_holds_what_the_models_of_transformers_hold(
    fields: dict[str, Any], width: int, stored: tuple[int, int]
) -> None:
    """Routers and experts with biases of their own, corrections, shared experts of another width."""
    layer, x = make("moe", **fields), Sequence((1, 10, width))
    assert (count(layer.weights(x)), count(layer.buffers(x))) == stored


def test_a_shared_expert_of_its_own_width_is_visited_by_all() -> None:
    """Per token of width 5: 4 scores, 2 of 4 experts of width 6, one of width 7, its gate of 5 weights."""
    layer, x = make("moe", experts=4, active=2, hidden=6, shared={"hidden": 7, "gate": True}), Vector((2, 5))
    out = layer.output(x)
    assert layer.active_params(x) == 5 * 4 + 2 * 3 * 5 * 6 + 3 * 5 * 7 + 5
    assert layer.macs(out, x) == 2 * (5 * 4 + 2 * 3 * 5 * 6 + 3 * 5 * 7 + 5)
    # scores, activations and gates, two shares, two additions of experts, the gate and its product
    assert layer.ops(out, x) == 2 * (5 * 4 + 2 * 2 * 6 + 2 * 7 + 2 * 5 + 2 * 5 + 1 + 5)


@pytest.mark.parametrize(
    ("fields", "ops"),
    [({"scores": "sigmoid"}, 4), ({"scores": "chosen"}, 5 * 2), ({"correction": "buffer"}, 5 * 4 + 4)],
)
def test_scores_cost_what_is_made_of_them(fields: dict[str, Any], ops: int) -> None:
    """4 experts of width 1 in one dimension, 2 of them visited: beside the scores 2 * (2 * 1) and 2 + 1."""
    layer, x = make("moe", experts=4, active=2, hidden=1, **fields), Vector((1, 1))
    assert layer.ops(layer.output(x), x) == ops + 4 + 3


def test_a_shared_expert_needs_a_width() -> None:
    """The message says what a width looks like."""
    with pytest.raises(LayerError, match="shared: it needs `hidden`"):
        make("moe", experts=4, active=2, hidden=6, shared={"gate": True})


def test_there_are_enough_experts_to_visit() -> None:
    """More active experts than there are is refused before any input is seen."""
    with pytest.raises(LayerError, match="9 active experts of 8") as caught:
        MixtureOfExperts(experts=8, active=9, hidden=64)
    assert (caught.value.field, caught.value.hint) == ("active", "at most 8")


@pytest.mark.parametrize(
    ("x", "message", "hint"),
    [
        (
            Image((1, 64, 8, 8)),
            "moe needs a vector or tokens, got an image 64 x 8 x 8",
            "add `flatten` or `gap` before it",
        ),
        (Tokens((1, 16)), "moe needs features, got token numbers 16", "add `embedding` before it"),
    ],
)
def test_what_does_not_fit_is_refused(x: Shape, message: str, hint: str) -> None:
    """An input without features on its last axis is refused with a way out."""
    with pytest.raises(LayerError) as caught:
        MixtureOfExperts(experts=8, active=2, hidden=64).output(x)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_label_names_experts_and_width() -> None:
    """A table shows how many experts there are, how many a token visits, and their width."""
    layer = MixtureOfExperts(experts=8, active=2, hidden=14336)
    assert layer.label(Sequence((1, 2048, 4096))) == "MoE (E=8, k=2, F=14336)"
