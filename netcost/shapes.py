"""Kinds of tensor shapes, batch first, and what their axes mean: one class a kind, and nothing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import prod
from typing import ClassVar, Self

KINDS: dict[str, type[Shape]] = {}
"""Every kind of shape by its word, in the order of the classes below, which enter themselves."""


class Shape(tuple[int, ...]):
    """Axis lengths, batch first; the class says what the axes mean."""

    __slots__ = ()

    word: ClassVar[str] = ""
    """What specs call the kind; a class without a word stands for several kinds."""

    noun: ClassVar[str] = "a tensor"
    """What messages call one."""

    letters: ClassVar[Mapping[str, str]] = {}
    """The letter and the word of each axis beside the batch; none where the axes have no fixed meaning."""

    channel_axis: ClassVar[int] = -1
    """The axis that holds the features."""

    embedded: ClassVar[bool] = True
    """False if its numbers stand for something else, as those of tokens do, and are no features yet."""

    usual: ClassVar[bool] = False
    """True if a tensor with so many axes is taken for one where nothing says more."""

    plain_input: ClassVar[bool] = False
    """True if the input of a spec may be written as a plain list of its lengths."""

    axes: ClassVar[tuple[str, ...]] = ()
    """The letters of all axes, N for the batch; empty where they have no fixed meaning."""

    positions: ClassVar[Mapping[str, int]] = {}
    """The axes beside the batch by their words; the features are `channels` in each kind that has them."""

    def __init_subclass__(cls) -> None:
        cls.axes = ("N", *cls.letters) if cls.letters else ()
        channels = {"channels": cls.channel_axis} if cls.embedded else {}
        feature_axis = range(len(cls.axes))[cls.channel_axis] if channels and cls.letters else None
        words = {word: axis for axis, word in enumerate(cls.letters.values(), 1) if axis != feature_axis}
        cls.positions = channels | words
        if "word" in vars(cls):
            KINDS[cls.word] = cls

    @property
    def elements(self) -> int:
        """Number of elements, the batch included."""
        return prod(self)

    @property
    def channels(self) -> int:
        """Length of the axis that holds the features."""
        return self[self.channel_axis]

    @property
    def size(self) -> tuple[int, ...]:
        """Lengths of the spatial axes; empty where there are none."""
        return ()

    @property
    def sample(self) -> tuple[int, ...]:
        """Axis lengths of one sample, the batch left out."""
        return self[1:]

    def with_length(self, axis: int, length: int) -> Self:
        """Return the same shape with another length of one axis."""
        lengths = list(self)
        lengths[axis] = length
        return type(self)(lengths)

    def with_channels(self, channels: int) -> Self:
        """Return the same shape with another number of features."""
        return self.with_length(self.channel_axis, channels)

    def __str__(self) -> str:
        return " x ".join(map(str, self.sample))

    @property
    def described(self) -> str:
        """The shape in words, as messages show it: `an image 64 x 6 x 6`."""
        return f"{self.noun} {self}"


class Map(Shape):
    """(N, C, *size): channels over one, two or three spatial axes."""

    __slots__ = ()
    channel_axis = 1

    @property
    def size(self) -> tuple[int, ...]:
        """Lengths of the spatial axes."""
        return self[2:]

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return len(self) - 2

    def resized(self, channels: int, size: tuple[int, ...]) -> Self:
        """Return a map of the same kind with other channels and another size."""
        return type(self)((self[0], channels, *size))


class Vector(Shape):
    """(N, D)."""

    __slots__ = ()
    word = "vector"
    noun = "a vector"
    letters: ClassVar = {"D": "features"}
    usual = True
    plain_input = True


class Tokens(Shape):
    """(N, T): integer token numbers, not yet embedded."""

    __slots__ = ()
    word = "tokens"
    noun = "token numbers"
    letters: ClassVar = {"T": "tokens"}
    embedded = False


class Sequence(Shape):
    """(N, T, C): a sequence of feature vectors."""

    __slots__ = ()
    word = "sequence"
    noun = "a sequence"
    letters: ClassVar = {"T": "tokens", "C": "channels"}
    usual = True


class Signal(Map):
    """(N, C, L)."""

    __slots__ = ()
    word = "signal"
    noun = "a signal"
    letters: ClassVar = {"C": "channels", "L": "length"}


class Image(Map):
    """(N, C, H, W)."""

    __slots__ = ()
    word = "image"
    noun = "an image"
    letters: ClassVar = {"C": "channels", "H": "height", "W": "width"}
    usual = True
    plain_input = True


class Volume(Map):
    """(N, C, D, H, W)."""

    __slots__ = ()
    word = "volume"
    noun = "a volume"
    letters: ClassVar = {"C": "channels", "D": "depth", "H": "height", "W": "width"}
    usual = True


class Tensor(Shape):
    """Any other shape: (N, ...), features last."""

    __slots__ = ()
    word = "tensor"


def usual_kind(axes: int) -> type[Shape]:
    """What a tensor with so many axes beside the batch is taken for."""
    return next((kind for kind in KINDS.values() if kind.usual and len(kind.letters) == axes), Tensor)


def map_kinds() -> Mapping[int, type[Map]]:
    """The kind of map for each number of spatial axes: the first, where several have as many."""
    found: dict[int, type[Map]] = {}
    for kind in KINDS.values():
        if issubclass(kind, Map):
            found.setdefault(len(kind.letters) - 1, kind)
    return found


def kind_of_axes(letters: str) -> type[Shape] | None:
    """The kind of shape that the letters of all axes stand for, `NCHW`; nothing for other letters."""
    return next((kind for kind in KINDS.values() if "".join(kind.axes) == letters), None)


@cache
def axis_words() -> tuple[str, ...]:
    """What axes are called: the channels, then the others, in an order that is that of each kind."""
    words: list[str] = []
    for kind in KINDS.values():
        beside = [word for word in kind.positions if word != "channels"]
        for place, word in enumerate(beside):
            if word not in words:
                following = [words.index(each) for each in beside[place:] if each in words]
                words.insert(min(following, default=len(words)), word)
    return ("channels", *words)
