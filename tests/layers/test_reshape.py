"""Layers that rearrange elements: the lecture's flatten, tokens and maps, permutations."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.flatten import Flatten
from netcost.layers.layer import Layer
from netcost.layers.reshape import ChannelShuffle, Permute, Reshape, ToMap, ToTokens
from netcost.shapes import Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume

CASES = [
    Case("LeNet's in the lecture", Flatten(), Image((1, 50, 7, 7)), Vector((1, 2450))),
    Case("a batch of 2 sequences", Flatten(), Sequence((2, 10, 8)), Vector((2, 80))),
    Case("a tensor", Flatten(), Tensor((1, 2, 3, 4, 5, 6)), Vector((1, 720))),
    Case("a vector stays one", Flatten(), Vector((2, 10)), Vector((2, 10))),
    Case("a generator's first map", Reshape(size=(1024, 4, 4)), Vector((2, 16384)), Image((2, 1024, 4, 4))),
    Case("the rest left open", Reshape(size=(-1, 64)), Image((1, 64, 7, 7)), Sequence((1, 49, 64))),
    Case("to a vector", Reshape(size=(-1,)), Image((1, 2, 3, 4)), Vector((1, 24))),
    Case("to a volume", Reshape(size=(8, 2, 3, 4)), Vector((1, 192)), Volume((1, 8, 2, 3, 4))),
    Case("to more axes", Reshape(size=(2, 2, 2, 2, 2)), Vector((1, 32)), Tensor((1, 2, 2, 2, 2, 2))),
    Case(
        "to a signal, by name",
        Reshape(size=(16, 100), kind="signal"),
        Vector((1, 1600)),
        Signal((1, 16, 100)),
    ),
    Case(
        "to heads, by name",
        Reshape(size=(197, 12, 64), kind="tensor"),
        Sequence((1, 197, 768)),
        Tensor((1, 197, 12, 64)),
    ),
    Case("channels last", Permute(order=(2, 3, 1)), Image((2, 3, 4, 5)), Tensor((2, 4, 5, 3))),
    Case(
        "and back, by name", Permute(order=(3, 1, 2), kind="image"), Tensor((2, 4, 5, 3)), Image((2, 3, 4, 5))
    ),
    Case("height and width swapped", Permute(order=(1, 3, 2)), Image((1, 3, 4, 5)), Image((1, 3, 5, 4))),
    Case(
        "MLP-Mixer's transposition", Permute(order=(2, 1)), Sequence((1, 196, 512)), Sequence((1, 512, 196))
    ),
    Case("ViT-B/16's patches", ToTokens(), Image((1, 768, 14, 14)), Sequence((1, 196, 768))),
    Case("frames", ToTokens(), Signal((1, 80, 3000)), Sequence((1, 3000, 80))),
    Case("a square", ToMap(), Sequence((1, 196, 768)), Image((1, 768, 14, 14))),
    Case("a square by its side", ToMap(size=14), Sequence((1, 196, 768)), Image((1, 768, 14, 14))),
    Case("an oblong", ToMap(size=(7, 5)), Sequence((2, 35, 64)), Image((2, 64, 7, 5))),
    Case("a signal", ToMap(size=(100,)), Sequence((1, 100, 80)), Signal((1, 80, 100))),
    Case("a volume", ToMap(size=(2, 3, 4)), Sequence((1, 24, 8)), Volume((1, 8, 2, 3, 4))),
    Case("ShuffleNet's", ChannelShuffle(groups=2), Image((1, 116, 28, 28)), Image((1, 116, 28, 28))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_elements_get_other_places_for_free(case: Case) -> None:
    """The output has the input's elements in another shape; nothing is learned or computed."""
    assert case.found == case.wanted
    assert isinstance(case.inputs, Shape)
    assert case.output.elements == case.inputs.elements


FAULTS = [
    Fault(
        "token numbers",
        lambda: Flatten().output(Tokens((1, 128))),
        "flatten needs features, got token numbers 128",
        hint="add `embedding` before it",
    ),
    Fault(
        "another number of elements",
        lambda: Reshape(size=(50, 50)).output(Image((1, 50, 7, 7))),
        "an image 50 x 7 x 7 has 2450 elements, [50, 50] has 2500",
        "size",
    ),
    Fault(
        "a rest that is not whole",
        lambda: Reshape(size=(-1, 100)).output(Image((1, 50, 7, 7))),
        "an image 50 x 7 x 7 has 2450 elements, [-1, 100] has a multiple of 100",
        "size",
    ),
    Fault(
        "two axes left open",
        lambda: Reshape(size=(-1, -1)),
        "size is [-1, -1], lengths are at least 1",
        "size",
        "one of them may be -1, for whatever is left",
    ),
    Fault(
        "an empty axis",
        lambda: Reshape(size=(0, 8)),
        "size is [0, 8], lengths are at least 1",
        "size",
        "one of them may be -1, for whatever is left",
    ),
    Fault(
        "a kind with other axes",
        lambda: Reshape(size=(16, 100), kind="image").output(Vector((1, 1600))),
        "an image is C x H x W, the output is 16 x 100",
        "kind",
    ),
    Fault(
        "a kind that there is not",
        lambda: make("reshape", size=[16, 100], kind="audio"),
        "kind: expected one of vector, sequence, signal, image, volume, tensor, got `audio`",
        "kind",
    ),
    Fault(
        "a permutation with the batch",
        lambda: Permute(order=(0, 2, 1)).output(Sequence((1, 10, 8))),
        "order is [0, 2, 1], a sequence 10 x 8 has axes 1 to 2",
        "order",
        "each axis once; the batch, axis 0, stays in front and is left out",
    ),
    Fault(
        "an axis named twice",
        lambda: Permute(order=(1, 1, 2)).output(Image((1, 3, 8, 8))),
        "order is [1, 1, 2], an image 3 x 8 x 8 has axes 1 to 3",
        "order",
        "each axis once; the batch, axis 0, stays in front and is left out",
    ),
    Fault(
        "tokens of a vector",
        lambda: ToTokens().output(Vector((1, 10))),
        "to_tokens needs a signal, an image or a volume, got a vector 10",
        hint="add `reshape` before it",
    ),
    Fault(
        "tokens that are no square",
        lambda: ToMap().output(Sequence((1, 197, 768))),
        "14 x 14 has 196 positions, a sequence 197 x 768 has 197 tokens",
        "size",
        "write `size: [H, W]`, or `size: [197]` for a signal",
    ),
    Fault(
        "a size with other positions",
        lambda: ToMap(size=(7, 6)).output(Sequence((1, 35, 64))),
        "7 x 6 has 42 positions, a sequence 35 x 64 has 35 tokens",
        "size",
        "write `size: [H, W]`, or `size: [35]` for a signal",
    ),
    Fault(
        "four spatial axes",
        lambda: ToMap(size=(1, 2, 3, 4)).output(Sequence((1, 24, 8))),
        "size has 4 values, a map has 1 to 3 spatial axes",
        "size",
    ),
    Fault(
        "a map of an image",
        lambda: ToMap().output(Image((1, 3, 8, 8))),
        "to_map needs a sequence, got an image 3 x 8 x 8",
        hint="add `to_tokens` before it",
    ),
    Fault(
        "groups that do not divide the channels",
        lambda: ChannelShuffle(groups=3).output(Image((1, 116, 28, 28))),
        "channels (116) is not divisible by groups (3)",
        "groups",
        "groups could be 2 or 4",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_what_does_not_fit_is_refused(fault: Fault) -> None:
    """The message states both numbers, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted


@pytest.mark.parametrize(
    ("label", "layer", "x"),
    [
        ("Flatten", Flatten(), Image((1, 50, 7, 7))),
        ("Reshape (64 x 64)", Reshape(size=(-1, 64)), Vector((1, 4096))),
        ("Permute (2, 3, 1)", Permute(order=(2, 3, 1)), Image((1, 3, 4, 5))),
        ("ToMap", ToMap(), Sequence((1, 16, 8))),
        ("ChannelShuffle (G=2)", ChannelShuffle(groups=2), Image((1, 4, 5, 5))),
    ],
)
def test_a_label_lists_every_axis(label: str, layer: Layer, x: Shape) -> None:
    """Equal lengths are not drawn together, and what is left open is filled in."""
    assert layer.label(x) == label


@pytest.mark.parametrize(
    ("layer", "x", "sight"),
    [
        (Permute(order=(2, 1), kind="signal"), Sequence((1, 10, 8)), "same"),
        (Permute(order=(2, 3, 1)), Image((1, 3, 4, 5)), "same"),
        (Permute(order=(2, 1)), Sequence((1, 10, 8)), None),
        (Permute(order=(1, 3, 2)), Image((1, 3, 4, 5)), None),
    ],
)
def test_channels_may_change_places_with_positions(layer: Permute, x: Shape, sight: str | None) -> None:
    """Each position is what it was where they alone do."""
    assert layer.reads(layer.output(x), x) == sight
