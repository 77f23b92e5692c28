from __future__ import annotations

import pytest

from netcost.shapes import (
    KINDS,
    Image,
    LayerError,
    Sequence,
    Shape,
    Signal,
    Tensor,
    Tokens,
    Vector,
    Volume,
    ceil_div,
    ceil_windows,
    reach,
    same_pads,
    transposed_windows,
    usual_kind,
    windows,
)

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


LENGTHS = [
    # found, wanted, why
    (windows(227, 11, 4, (2, 2)), 56),  # the lecture: (227 - 11 + 2 * 2) / 4 + 1
    (windows(56, 3, 2), 27),  # the lecture: floor((56 - 3) / 2) + 1
    (windows(32, 5, 1, (2, 2)), 32),  # the lecture: (32 - 5 + 2 * 2) / 1 + 1
    (windows(7, 3, 1), 5),  # the lecture
    (windows(7, 3, 1, (1, 1)), 7),  # the lecture, padded by 1
    (windows(7, 3, 2), 3),  # the lecture, stride 2
    (windows(7, 3, 1, dilation=2), 3),  # the lecture, rate 2
    (windows(224, 3, 2, (0, 1)), 112),  # TensorFlow's padding of a MobileNet stem
    (ceil_windows(6, 3, 2), 3),  # windows at 0, 2 and 4, the last of two positions
    (ceil_windows(5, 2, 2, (1, 1)), 3),  # PyTorch: 4 by the ceiling, the last would start beyond
    (ceil_windows(2, 3, 2), 1),  # PyTorch: one incomplete window
    (transposed_windows(32, 2, 2), 64),  # U-Net's up-convolution
    (transposed_windows(8, 4, 2, (1, 1)), 16),  # DCGAN
    (transposed_windows(7, 3, 2, (1, 1), output_pad=1), 14),  # torch.nn.ConvTranspose2d
    (reach(3, 2), 5),  # taps at 0, 2 and 4
    (ceil_div(7, 2), 4),
    (ceil_div(8, 2), 4),
]


@pytest.mark.parametrize(("found", "wanted"), LENGTHS)
def test_lengths_under_a_window(found: int, wanted: int) -> None:
    """The arithmetic of one axis gives the lengths of the lecture, of PyTorch and of TensorFlow."""
    assert found == wanted


@pytest.mark.parametrize(
    ("pads", "wanted"),
    [
        (same_pads(32, 3, 1), (1, 1)),
        (same_pads(32, 4, 1), (1, 2)),  # the odd zero after
        (same_pads(224, 3, 2), (0, 1)),
        (same_pads(225, 3, 2), (1, 1)),
        (same_pads(7, 1, 2), (0, 0)),  # never negative
        (same_pads(7, 3, 1, 2), (2, 2)),
    ],
)
def test_same_padding_puts_the_odd_zero_after(pads: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Padding for an output of ceil(W / S), as in ONNX' SAME_UPPER."""
    assert pads == wanted


@pytest.mark.parametrize(
    ("length", "message", "hint"),
    [
        (
            lambda: windows(7, 11, 4),
            "a window of 11 is larger than its input of 7",
            "a kernel that reaches at most 7, or more padding",
        ),
        (
            lambda: windows(7, 11, 4, (1, 1)),
            "a window of 11 is larger than its input of 7 + 2 = 9",
            "a kernel that reaches at most 9, or more padding",
        ),
        (
            lambda: windows(4, 3, 1, dilation=2),
            "a window of 2 * (3 - 1) + 1 = 5 is larger than its input of 4",
            "a kernel that reaches at most 4, or more padding",
        ),
        (
            lambda: ceil_windows(3, 5, 2),
            "a window of 5 is larger than its input of 3",
            "a kernel that reaches at most 3, or more padding",
        ),
    ],
)
def test_a_window_that_does_not_fit_prints_the_arithmetic(length: object, message: str, hint: str) -> None:
    """The error states both numbers and how they come about."""
    assert callable(length)
    with pytest.raises(LayerError) as caught:
        length()
    assert (caught.value.message, caught.value.field, caught.value.hint) == (message, "kernel", hint)


def test_a_transposed_convolution_that_leaves_nothing_prints_the_arithmetic() -> None:
    """The error writes the formula out in figures."""
    with pytest.raises(
        LayerError, match=r"^the output is empty: \(1 - 1\) \* 2 \+ 3 - 4 \+ 0 = -1$"
    ) as caught:
        transposed_windows(1, 3, 2, (2, 2))
    assert caught.value.field == "pad"
