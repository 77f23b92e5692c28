"""Layers that keep a part of their input."""

from __future__ import annotations

import pytest
from cases import Case, Fault
from examples import make

from netcost.layers.slicing import Select, Slice, Split, Triangle
from netcost.shapes import Image, Sequence, Signal, Tokens, Vector, Volume

CASES = [
    Case("ViT's class token", Select(index=0), Sequence((2, 197, 768)), Vector((2, 768))),
    Case("an LSTM's last step", Select(index=-1), Sequence((1, 35, 650)), Vector((1, 650))),
    # 27 * 26 / 2, as torch.tril_indices(27, 27, -1) has; 27 more with the diagonal
    Case("pairs of 27 features", Triangle(), Sequence((2, 27, 27)), Vector((2, 351))),
    Case("with themselves", Triangle(diagonal=True), Sequence((2, 27, 27)), Vector((2, 378))),
    Case("middle channels", Slice(start=16, stop=48), Image((2, 64, 8, 9)), Image((2, 32, 8, 9))),
    Case("to the end", Slice(start=1, axis="tokens"), Sequence((1, 197, 768)), Sequence((1, 196, 768))),
    Case("counted from the end", Slice(start=-10), Vector((1, 64)), Vector((1, 10))),
    Case("without the last", Slice(stop=-1, axis="length"), Signal((1, 8, 100)), Signal((1, 8, 99))),
    Case("every second row", Slice(step=2, axis="height"), Image((1, 3, 9, 8)), Image((1, 3, 5, 8))),
    Case(
        "every second row from the second",
        Slice(start=1, step=2, axis="height"),
        Image((1, 3, 9, 8)),
        Image((1, 3, 4, 8)),
    ),
    Case("a column", Slice(start=3, stop=4, axis="width"), Image((1, 3, 9, 8)), Image((1, 3, 9, 1))),
    Case("a frame", Slice(stop=1, axis="depth"), Volume((1, 3, 9, 8, 7)), Volume((1, 3, 1, 8, 7))),
    Case("ShuffleNetV2's half", Split(parts=2, index=1), Image((1, 116, 28, 28)), Image((1, 58, 28, 28))),
    Case("the queries", make("chunk", parts=3, index=0), Sequence((2, 10, 192)), Sequence((2, 10, 64))),
    # torch.chunk of 88 into 3: 30, 30, 28; of 10 into 7: five of 2
    Case("a part rounded up", make("chunk", parts=3, index=1), Vector((1, 88)), Vector((1, 30))),
    Case("the rest", make("chunk", parts=3, index=2), Vector((1, 88)), Vector((1, 28))),
    Case("the last of fewer parts", make("chunk", parts=7, index=4), Vector((1, 10)), Vector((1, 2))),
    # torch.tensor_split of 88 into 3: 30, 29, 29
    Case("one longer", make("tensor_split", parts=3, index=0), Vector((1, 88)), Vector((1, 30))),
    Case("the other parts", make("tensor_split", parts=3, index=2), Vector((1, 88)), Vector((1, 29))),
    # torch.split of 88 by 30, and into [64, 24]
    Case("parts of 30", Split(size=30, index=0), Vector((1, 88)), Vector((1, 30))),
    Case("what is left of them", Split(size=30, index=2), Vector((1, 88)), Vector((1, 28))),
    Case("the part of a list", Split(sizes=(64, 24), index=1), Image((1, 88, 8, 8)), Image((1, 24, 8, 8))),
    Case("left half", Split(parts=2, index=0, axis="width"), Image((1, 3, 8, 10)), Image((1, 3, 8, 5))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_part_is_kept_for_free(case: Case) -> None:
    """The output is the part that is asked for; nothing is learned or computed."""
    assert case.found == case.wanted


FAULTS = [
    Fault(
        "no square",
        lambda: Triangle().output(Sequence((1, 5, 4))),
        "triangle needs a square, got a sequence 5 x 4",
    ),
    Fault(
        "nothing below",
        lambda: Triangle().output(Sequence((1, 1, 1))),
        "a matrix of 1 x 1 has nothing below its diagonal",
    ),
    Fault(
        "a token beyond the last",
        lambda: Select(index=197).output(Sequence((1, 197, 768))),
        "index is 197, a sequence 197 x 768 has 197 tokens",
        "index",
        "from 0 to 196; -1 is the last",
    ),
    Fault(
        "a token before the first",
        lambda: Select(index=-6).output(Sequence((1, 5, 8))),
        "index is -6, a sequence 5 x 8 has 5 tokens",
        "index",
        "from 0 to 4; -1 is the last",
    ),
    Fault(
        "a token of a vector",
        lambda: Select(index=0).output(Vector((1, 768))),
        "select needs a sequence, got a vector 768",
    ),
    Fault(
        "channels beyond the last",
        lambda: Slice(start=16, stop=100).output(Image((1, 64, 8, 9))),
        "positions 16 to 100 are no range of the 64 channels of an image 64 x 8 x 9",
        "stop",
    ),
    Fault(
        "an empty range",
        lambda: Slice(start=16, stop=16).output(Vector((1, 64))),
        "positions 16 to 16 are no range of the 64 channels of a vector 64",
        "stop",
    ),
    Fault(
        "a start beyond the last",
        lambda: Slice(start=64).output(Vector((1, 64))),
        "positions 64 to 64 are no range of the 64 channels of a vector 64",
        "start",
    ),
    Fault(
        "a start before the first",
        lambda: Slice(start=-65).output(Vector((1, 64))),
        "positions -1 to 64 are no range of the 64 channels of a vector 64",
        "start",
    ),
    Fault(
        "the height of a signal",
        lambda: Slice(stop=4, axis="height").output(Signal((1, 8, 100))),
        "a signal 8 x 100 has no height",
        "axis",
        "it has channels and length",
    ),
    Fault(
        "the depth of a vector",
        lambda: Slice(stop=4, axis="depth").output(Vector((1, 8))),
        "a vector 8 has no depth",
        "axis",
        "it has channels",
    ),
    Fault(
        "token numbers",
        lambda: Slice(stop=4).output(Tokens((1, 8))),
        "slice needs features, got token numbers 8",
        hint="add `embedding` before it",
    ),
    Fault(
        "parts that do not divide the axis",
        lambda: Split(parts=3, index=0).output(Image((1, 64, 8, 8))),
        "channels (64) is not divisible by parts (3)",
        "parts",
        "parts could be 2 or 4",
    ),
    Fault(
        "a part that there is not",
        lambda: Split(parts=2, index=2),
        "index is 2, there are 2 parts",
        "index",
        "from 0 to 1",
    ),
    Fault(
        "a part that torch.chunk does not make",  # 6 in parts of ceil(6 / 4) = 2 are three
        lambda: make("chunk", parts=4, index=3).output(Vector((1, 6))),
        "index is 3, there are 3 parts",
        "index",
        "from 0 to 2",
    ),
    Fault(
        "an empty part",
        lambda: make("tensor_split", parts=3, index=2).output(Vector((1, 2))),
        "index is 2, there are 2 parts",
        "index",
        "from 0 to 1",
    ),
    Fault(
        "a part beyond the last of its size",
        lambda: Split(size=30, index=3).output(Vector((1, 88))),
        "index is 3, there are 3 parts",
        "index",
        "from 0 to 2",
    ),
    Fault(
        "sizes that are not the axis",
        lambda: Split(sizes=(64, 32), index=0).output(Image((1, 88, 8, 8))),
        "the sizes 64 + 32 = 96 are not the 88 channels",
        "sizes",
    ),
    Fault(
        "parts and their size",
        lambda: Split(parts=2, size=30, index=0),
        "split takes either parts, size or sizes, got parts and size",
        "size",
    ),
    Fault(
        "neither parts nor their size",
        lambda: Split(index=0),
        "split takes either parts, size or sizes, got neither",
        "parts",
    ),
    Fault(
        "a part of one",
        lambda: Split(parts=1, index=1),
        "index is 1, there is 1 part",
        "index",
        "from 0 to 0",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_part_that_there_is_not_is_refused(fault: Fault) -> None:
    """The message states both numbers, the field is named, the hint says what to write."""
    assert fault.found == fault.wanted
