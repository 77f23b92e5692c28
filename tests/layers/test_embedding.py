"""Embeddings, class tokens and tables of positions."""

from __future__ import annotations

from math import prod
from typing import Any

import pytest
from examples import make

from netcost.layers.embedding import ClassToken, Embedding, PosEmbed
from netcost.layers.layer import Layer, count
from netcost.layers.refusals import LayerError
from netcost.shapes import Image, Sequence, Shape, Tokens, Vector

# Shapes and parameters of torch.nn.Embedding and of torchvision 0.28.0's vision transformer under
# PyTorch 2.13.0; operations by hand: a look-up is none, a table of positions 1 an element.
COSTS = [
    pytest.param(
        Embedding(dim=768, vocab=30522),
        Tokens((1, 128)),
        Sequence((1, 128, 768)),
        23_440_896,  # 30522 * 768, the words of BERT
        0,
        id="words of BERT",
    ),
    pytest.param(
        Embedding(dim=16, vocab=100), Tokens((2, 7)), Sequence((2, 7, 16)), 1_600, 0, id="batch of 2"
    ),
    pytest.param(
        ClassToken(), Sequence((2, 196, 768)), Sequence((2, 197, 768)), 768, 0, id="class token of ViT"
    ),
    pytest.param(
        ClassToken(tokens=2),
        Sequence((1, 196, 384)),
        Sequence((1, 198, 384)),
        2 * 384,
        0,
        id="class and distillation token of DeiT",
    ),
    pytest.param(
        PosEmbed(),
        Sequence((2, 197, 768)),
        Sequence((2, 197, 768)),
        151_296,  # 197 * 768
        2 * 197 * 768,
        id="positions of ViT",
    ),
    pytest.param(
        PosEmbed(length=512),
        Sequence((1, 128, 768)),
        Sequence((1, 128, 768)),
        512 * 768,
        128 * 768,
        id="a table longer than the sequence, as in BERT",
    ),
    pytest.param(
        PosEmbed(learned=False),
        Sequence((1, 10, 512)),
        Sequence((1, 10, 512)),
        0,
        10 * 512,
        id="fixed sines have no parameters",
    ),
    pytest.param(
        make("embedding", dim=16, vocab=[1460, 583, 10]),
        Tokens((2, 3)),
        Sequence((2, 3, 16)),
        (1460 + 583 + 10) * 16,
        0,
        id="a table for each column",
    ),
    pytest.param(
        make("embedding", dim=[16, 8, 4], vocab=[1460, 583, 10]),
        Tokens((2, 3)),
        Vector((2, 16 + 8 + 4)),
        1460 * 16 + 583 * 8 + 10 * 4,
        0,
        id="with a width for each column",
    ),
    pytest.param(
        make("embeddingbag", dim=16, vocab=1000),
        Tokens((2, 7)),
        Vector((2, 16)),
        16_000,
        2 * 7 * 16,
        id="the mean of 7 vectors",
    ),
]


@pytest.mark.parametrize(("layer", "x", "output", "params", "ops"), COSTS)
def test_tables_cost_parameters_and_hardly_anything_else(
    layer: Layer, x: Shape, output: Shape, params: int, ops: int
) -> None:
    """Shapes, weights and operations match the sources; none has a MAC."""
    out = layer.output(x)
    assert (type(out), out) == (type(output), output)
    assert count(layer.weights(x)) == params
    assert (layer.macs(out, x), layer.ops(out, x)) == (0, ops)


def test_bert_base_is_its_published_size() -> None:
    """Embeddings of words, positions and types, 12 blocks and a pooler have BERT base's 109,482,240 parameters."""
    tokens, x = Tokens((1, 128)), Sequence((1, 128, 768))
    tables = (
        count(Embedding(dim=768, vocab=30522).weights(tokens))
        + count(PosEmbed(length=512).weights(x))
        + count(Embedding(dim=768, vocab=2).weights(tokens))
    )
    norm = 2 * 768
    block = 4 * (768 * 768 + 768) + norm + (768 * 3072 + 3072) + (3072 * 768 + 768) + norm
    pooler = 768 * 768 + 768
    assert tables + norm + 12 * block + pooler == 109_482_240


def test_a_fixed_table_is_a_buffer() -> None:
    """Sines are stored, not learned; a learned table is no buffer."""
    x = Sequence((1, 10, 512))
    assert PosEmbed(length=5000, learned=False).buffers(x) == {"position": (5000, 512)}
    assert PosEmbed(length=5000).buffers(x) == {}


@pytest.mark.parametrize(
    ("layer", "x", "message", "at", "hint"),
    [
        (
            Embedding(dim=768, vocab=30522),
            Sequence((1, 128, 768)),
            "embedding needs token numbers, got a sequence 128 x 768",
            "",
            "take it from an input declared as `{tokens: T}`",
        ),
        (
            ClassToken(),
            Image((1, 768, 14, 14)),
            "class_token needs a sequence, got an image 768 x 14 x 14",
            "",
            "add `to_tokens` before it",
        ),
        (PosEmbed(), Vector((1, 64)), "posembed needs a sequence, got a vector 64", "", ""),
        (
            PosEmbed(length=512),
            Sequence((1, 600, 768)),
            "a sequence of 600 does not fit a table of 512 positions",
            "length",
            "at least 600, or a shorter input",
        ),
    ],
)
def test_what_does_not_fit_is_refused(layer: Layer, x: Shape, message: str, at: str, hint: str) -> None:
    """An input of another kind, or too long for its table, is refused with a way out."""
    with pytest.raises(LayerError) as caught:
        layer.output(x)
    assert (caught.value.message, caught.value.field, caught.value.hint) == (message, at, hint)


@pytest.mark.parametrize(
    ("layer", "x", "label"),
    [
        (Embedding(dim=768, vocab=30522), Tokens((1, 128)), "Embedding (D=768, V=30522)"),
        (ClassToken(), Sequence((1, 196, 768)), "ClassToken"),
        (PosEmbed(), Sequence((1, 197, 768)), "PosEmbed"),
        (PosEmbed(length=512), Sequence((1, 128, 768)), "PosEmbed (length=512)"),
    ],
)
def test_labels_name_the_table(layer: Layer, x: Shape, label: str) -> None:
    """A table of layers shows the sizes that the spec gives."""
    assert layer.label(x) == label


def test_settings_state_the_length_of_the_table() -> None:
    """Reports show the number of positions where the spec leaves it out."""
    assert PosEmbed().settings(Sequence((1, 197, 768)))["length"] == 197


@pytest.mark.parametrize(
    ("fields", "message", "field"),
    [
        ({"dim": 4, "vocab": [9, 9]}, "vocab has 2 values, the input has 3 tokens", "vocab"),
        ({"dim": [4], "vocab": [9, 9, 9]}, "dim has 1 value, the input has 3 tokens", "dim"),
    ],
)
def test_there_is_a_table_for_each_token(fields: dict[str, Any], message: str, field: str) -> None:
    """Both numbers are told."""
    with pytest.raises(LayerError) as caught:
        make("embedding", **fields).output(Tokens((1, 3)))
    assert (caught.value.message, caught.value.field) == (message, field)


# What autograd saves beside the weights and the tokens of 3 bags of 7, in numbers of int64, torch 2.14.1.
@pytest.mark.parametrize(
    ("mode", "numbers"), [("sum", 3 * 3), ("mean", 3 * 3 + 21), ("max", 2 * 3 + 3 * 16 + 21)]
)
def test_a_bag_keeps_where_its_vectors_come_from(mode: str, numbers: int) -> None:
    """The backward pass needs the tokens, and which of them went into what."""
    layer, x = make("embeddingbag", dim=16, vocab=100, mode=mode), Tokens((3, 7))
    kept = layer.kept(layer.output(x), x)
    assert kept is not None
    assert (kept.inputs, kept.for_weights) == ((0,), True)
    assert {held.dtype for held in kept.more.values()} == {"int64"}
    assert sum(prod(held.shape) for held in kept.more.values()) == numbers
