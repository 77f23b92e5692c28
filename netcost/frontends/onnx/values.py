"""What is known of a tensor of a graph before it runs, and of the node that makes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isfinite, prod
from typing import Any, TypeAlias

from netcost.frontends.onnx.file import NodeData, TensorData
from netcost.integers import BOUND
from netcost.wording import shown

Dims: TypeAlias = tuple[int, ...]
Numbers: TypeAlias = list[Any]

MAX_AXES = 64
MAX_KNOWN = 1 << 16
"""Elements of a tensor whose numbers are followed."""


class ShapeError(ValueError):
    """A node that its inputs do not fit.

    Args:
        message: what is wrong.
        hint: what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(slots=True, eq=False)
class Value:
    """A tensor, or a sequence of tensors.

    Args:
        dtype: its element type.
        dims: its lengths.
        numbers: its elements in order, where they are known.
        static: it is the same whatever the network is given.
        sources: the stored tensors that it is made of, if it is static.
        guessed: some length depends on the data, and is taken as 1.
        items: what a sequence holds; None of a tensor.
        name: what the graph calls it.
    """

    dtype: str
    dims: Dims = ()
    numbers: Numbers | None = None
    static: bool = False
    sources: tuple[TensorData, ...] = ()
    guessed: bool = False
    items: tuple[Value, ...] | None = None
    name: str = ""

    @property
    def elements(self) -> int:
        """Number of elements."""
        return prod(self.dims)

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self.dims)

    @property
    def is_float(self) -> bool:
        """True if its elements are no whole numbers."""
        return self.dtype.startswith(("float", "bfloat"))


@dataclass(slots=True, eq=False)
class Step:
    """A node as it runs once: what goes in, what comes out.

    Args:
        node: as it stands in the file.
        op: its operator, with the domain before it unless that is ONNX's own.
        name: what the network calls it: that of the node, below those of the functions and loops that it is in.
        inputs: what goes in; None for an optional input that is left out.
        attributes: their values.
        opset: the version of the operator's domain.
        outputs: what comes out.
        unknown: why its cost or its shape is not known; empty if it is.
    """

    node: NodeData
    op: str
    name: str
    inputs: tuple[Value | None, ...]
    attributes: Mapping[str, Any]
    opset: int
    outputs: tuple[Value, ...] = ()
    unknown: str = ""

    def has(self, place: int) -> bool:
        """Tell whether an input is given."""
        return place < len(self.inputs) and self.inputs[place] is not None

    def given(self, place: int) -> Value | None:
        """An input that may be left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def value(self, place: int = 0) -> Value:
        """An input that must be given.

        Raises:
            ShapeError: it is left out, or no tensor.
        """
        found = self.given(place)
        if found is None:
            raise ShapeError(f"{self.op} has no input {place + 1}")
        if found.items is not None:
            raise ShapeError(f"input {place + 1} of {self.op} is a sequence, expected a tensor")
        return found

    def dims(self, place: int = 0) -> Dims:
        """The lengths of an input."""
        return self.value(place).dims

    def ranked(self, place: int, least: int, most: int = MAX_AXES) -> Dims:
        """The lengths of an input that has so many axes.

        Raises:
            ShapeError: it has fewer or more.
        """
        dims = self.dims(place)
        if not least <= len(dims) <= most:
            wanted = (
                f"{least}"
                if least == most
                else f"at least {least}"
                if most == MAX_AXES
                else f"{least} to {most}"
            )
            raise ShapeError(f"{self.op} needs {wanted} axes, got {shape(dims)}")
        return dims

    @property
    def present(self) -> list[Value]:
        """All inputs that are given."""
        return [each for each in self.inputs if each is not None]

    def count(self, name: str, default: int) -> int:
        """A whole number among the attributes.

        Raises:
            ShapeError: it is something else.
        """
        found = self.attributes.get(name, default)
        if not isinstance(found, int):
            raise ShapeError(f"{name} is {shown(found)}, expected a whole number")
        return found

    def counts(self, name: str) -> list[int] | None:
        """A list of whole numbers among the attributes; None where it is left out.

        Raises:
            ShapeError: it is something else.
        """
        found = self.attributes.get(name)
        if found is None:
            return None
        if not isinstance(found, list) or not all(isinstance(each, int) for each in found):
            raise ShapeError(f"{name} is {shown(found)}, expected whole numbers")
        return found

    def number(self, name: str, default: float) -> float:
        """A number among the attributes."""
        found = self.attributes.get(name, default)
        return found if isinstance(found, (int, float)) else default

    def word(self, name: str, default: str = "") -> str:
        """A text among the attributes."""
        found = self.attributes.get(name, default)
        return found if isinstance(found, str) else default

    def known(self, place: int) -> list[int] | None:
        """The whole numbers of an input; None where it is left out or not known."""
        found = self.given(place)
        if found is None or found.numbers is None or not all(map(isfinite, found.numbers)):
            return None
        return list(map(int, found.numbers))

    def needed(self, place: int, what: str) -> list[int]:
        """The whole numbers of an input that decides a shape.

        Raises:
            ShapeError: they depend on the data.
        """
        found = self.known(place)
        if found is None:
            self.value(place)
            raise UnknownError(f"the {what} of {self.op} depend on what the network is given")
        return found

    def axes(self, place: int, name: str = "axes") -> list[int] | None:
        """Axes, which newer versions take as an input and older ones as an attribute; None where left out."""
        return self.needed(place, "axes") if self.has(place) else self.counts(name)


class UnknownError(ShapeError):
    """A shape that depends on the data."""


def out(dims: Iterable[int], dtype: str, numbers: Numbers | None = None) -> Value:
    """A new tensor.

    Raises:
        ShapeError: no tensor has such lengths.
    """
    found = tuple(dims)
    if len(found) > MAX_AXES:
        raise ShapeError(f"an output of {len(found):,} axes has more than {MAX_AXES}")
    if any(length < 0 for length in found):
        raise ShapeError(f"the output would be {shape(found)}")
    if prod(found) >= BOUND:
        raise ShapeError(f"an output of {shape(found)} is beyond 2^63 elements")
    return Value(dtype, found, numbers)


def shape(dims: Sequence[int]) -> str:
    """Lengths in words, `1 x 3 x 224 x 224`."""
    listed = " x ".join(map(str, dims[:8])) + (" x ..." if len(dims) > 8 else "")  # noqa: PLR2004
    return listed or "a single number"


def axis_of(axis: int, rank: int) -> int:
    """An axis from 0.

    Raises:
        ShapeError: there is no such axis.
    """
    if not -rank <= axis < rank:
        raise ShapeError(f"there is no axis {axis} among {rank}")
    return axis % rank


def axes_of(axes: Iterable[int], rank: int) -> list[int]:
    """Axes from 0, each once.

    Raises:
        ShapeError: there is no such axis, or one is named twice.
    """
    found = [axis_of(axis, rank) for axis in axes]
    if len(set(found)) < len(found):
        raise ShapeError(f"the axes {found} name one twice")
    return found


def broadcast(*values: Value) -> Dims:
    """The lengths that all tensors are repeated to.

    Raises:
        ShapeError: they differ in an axis in which neither is 1.
    """
    first = values[0].dims
    if all(each.dims == first for each in values):
        return first
    return joined([each.dims for each in values], guessed=any(each.guessed for each in values))


def joined(all_dims: Sequence[Dims], *, guessed: bool = False) -> Dims:
    """The lengths that tensors of all these lengths are repeated to.

    Raises:
        ShapeError: they differ in an axis in which neither is 1.
    """
    found = []
    for lengths in zip_longest(*(reversed(dims) for dims in all_dims), fillvalue=1):
        others = {length for length in lengths if length != 1} or {1}
        if len(others) > 1 and not guessed:
            raise ShapeError(f"{' and '.join(shape(dims) for dims in all_dims)} do not go together")
        found.append(max(others))
    return tuple(reversed(found))
