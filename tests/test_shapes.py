from __future__ import annotations

import pytest

from netcost.shapes import KINDS, Image, Sequence, Shape, Signal, Tensor, Tokens, Vector, Volume, usual_kind

SHAPES = [
    # shape, channels, size, in words
    (Vector((2, 784)), 784, (), "a vector 784"),
    (Sequence((2, 197, 768)), 768, (), "a sequence 197 x 768"),
    (Signal((2, 1, 8000)), 1, (8000,), "a signal 1 x 8000"),
    (Image((2, 3, 224, 192)), 3, (224, 192), "an image 3 x 224 x 192"),
    (Volume((2, 3, 16, 112, 96)), 3, (16, 112, 96), "a volume 3 x 16 x 112 x 96"),
    (Tensor((2, 7, 5, 3)), 3, (), "a tensor 7 x 5 x 3"),
    (Tokens((2, 128)), 128, (), "token numbers 128"),
]


@pytest.mark.parametrize(("shape", "channels", "size", "described"), SHAPES, ids=str)
def test_a_shape_knows_what_its_axes_mean(
    shape: Shape, channels: int, size: tuple[int, ...], described: str
) -> None:
    """The class says which axis holds the features and which are spatial; messages name it in words."""
    assert shape.channels == channels
    assert shape.size == size
    assert shape.described == described
    assert shape.sample == tuple(shape)[1:]


def test_elements_include_the_batch() -> None:
    """A batch of 2 images has twice the elements of one."""
    assert Image((2, 3, 4, 5)).elements == 2 * 3 * 4 * 5


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Image((1, 3, 8, 9)).with_channels(64), Image((1, 64, 8, 9))),
        (Sequence((1, 5, 8)).with_channels(64), Sequence((1, 5, 64))),
        (Image((1, 3, 8, 9)).with_length(2, 4), Image((1, 3, 4, 9))),
        (Image((1, 3, 8, 9)).resized(16, (4, 5)), Image((1, 16, 4, 5))),
    ],
)
def test_a_changed_shape_keeps_its_kind(found: Shape, wanted: Shape) -> None:
    """A shape with other lengths is of the same class."""
    assert type(found) is type(wanted)
    assert found == wanted


def test_the_usual_kind_follows_the_number_of_axes() -> None:
    """Beside the batch, one axis is a vector, two a sequence, three an image, four a volume."""
    kinds = [usual_kind(axes) for axes in (1, 2, 3, 4, 5)]
    assert kinds == [Vector, Sequence, Image, Volume, Tensor]
    assert set(kinds) < set(KINDS.values())
