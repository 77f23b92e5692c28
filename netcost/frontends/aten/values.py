"""What flows through a graph of ATen operations, and one operation with its arguments."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from netcost.integers import BOUND
from netcost.network import Node
from netcost.place import Place

DTYPES: Mapping[str, str] = {
    "uint8": "uint8",
    "int8": "int8",
    "int16": "int16",
    "int32": "int32",
    "int64": "int64",
    "float16": "float16",
    "float32": "float32",
    "float64": "float64",
    "bool": "bool",
    "bfloat16": "bfloat16",
    "float8_e5m2": "float8_e5m2",
    "float8_e4m3fn": "float8_e4m3",
    "float8_e4m3fnuz": "float8_e4m3",
    "float8_e5m2fnuz": "float8_e5m2",
    "float8_e8m0fnu": "float8_e8m0",
    "uint16": "int16",
    "uint32": "int32",
    "uint64": "int64",
    "complex32": "float32",
    "complex64": "float64",
}
"""PyTorch's number formats, and netcost's of the same size; a format that is not listed is taken for float32."""

FOR_AN_OPERATION = 12
"""Units of work."""

INTEGERS = {"uint8", "int8", "int16", "int32", "int64"}


class Meta(NamedTuple):
    """What is known of a tensor before it is computed."""

    shape: tuple[int, ...]
    dtype: str = "float32"


class Moved(NamedTuple):
    """A view that was taken of a tensor.

    Args:
        operation: what it is called.
        order: the order of the axes, where they change places.
        is_part: whether it is more or less than other axes for the same elements.
        is_turned: whether a layer puts the tensor out with other axes than the operation that it stands for.
    """

    operation: str
    order: tuple[int, ...] | None = None
    is_part: bool = False
    is_turned: bool = False


@dataclass(eq=False, slots=True)
class Value:
    """A tensor of the graph.

    Data reaches it where it has a node. It is learned where it has a weight; else it is fixed: the same for all data,
    and no work that is done for each of them.

    Args:
        shape: lengths of all axes.
        dtype: its number format.
        node: the layer that puts it out, or of whose output it is a view.
        moves: the views that were taken since.
        weight: the parameter that it is, its axes perhaps rearranged.
        stored: the shape in which the module has that parameter.
        name: what the module calls the parameter or the buffer.
        base: the tensor that it is a view of.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    node: Node | None = None
    moves: tuple[Moved, ...] = ()
    weight: Hashable = None
    stored: tuple[int, ...] = ()
    name: str = ""
    base: Value | None = None

    @property
    def is_fixed(self) -> bool:
        """True if neither data nor training reaches it."""
        return self.node is None and self.weight is None

    @property
    def is_learned(self) -> bool:
        """True if it is a parameter, and no data reaches it."""
        return self.node is None and self.weight is not None

    @property
    def elements(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    def moved(self, meta: Meta, move: Moved) -> Value:
        """A view of it."""
        moves = (*self.moves, move) if self.node else ()
        if self.node and moves[0].is_turned and tuple(self.node.output) == meta.shape and not move.is_part:
            moves = ()
        base = self.base or self
        return Value(meta.shape, meta.dtype, self.node, moves, self.weight, self.stored, self.name, base)


def tensors_in(argument: Any) -> Iterator[Value]:
    """The tensors of an argument, in order."""
    if isinstance(argument, Value):
        yield argument
    elif isinstance(argument, (list, tuple)):
        for each in argument:
            yield from tensors_in(each)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One operation of the graph.

    Args:
        operation: its name in ATen, without the overload.
        arguments: by the names of its schema; those left out have their defaults.
        outputs: the tensors that it puts out; None for one that it leaves out.
        name: what its row is called.
        place: where the author wrote it.
        copies: whether a rearrangement copies; None where it is not known.
        in_place: whether it is written over its first argument.
    """

    operation: str
    arguments: Mapping[str, Any]
    outputs: Sequence[Meta | None]
    name: str = ""
    place: Place | None = None
    copies: bool | None = None
    in_place: bool = False

    @property
    def tensors(self) -> list[Value]:
        """All tensors that it is given, in order."""
        return list(tensors_in(list(self.arguments.values())))

    @property
    def data(self) -> list[Value]:
        """Those that data reaches."""
        return [each for each in self.tensors if each.node is not None]

    @property
    def learned(self) -> list[Value]:
        """Those that are parameters, each once."""
        found = {each.weight: each for each in self.tensors if each.is_learned}
        return list(found.values())

    @property
    def out(self) -> Meta:
        """The first tensor that it puts out."""
        return next((each for each in self.outputs if each is not None), Meta(()))

    def get(self, *names: str, default: Any = None) -> Any:
        """The argument that has one of these names; None stands for one that is left out."""
        for name in names:
            if self.arguments.get(name) is not None:
                return self.arguments[name]
        return default

    def tensor(self, *names: str) -> Value | None:
        """The same, if it is a tensor."""
        found = self.get(*names)
        return found if isinstance(found, Value) else None

    def listed(self, name: str) -> list[Value]:
        """The tensors of a list of them."""
        found = self.arguments.get(name)
        return [each for each in found if isinstance(each, Value)] if isinstance(found, list) else []

    def whole(self, name: str, default: int = 0) -> int:
        """The same, if it is a whole number."""
        found = self.arguments.get(name)
        return int(found) if isinstance(found, int) and abs(found) < BOUND else default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """The same, if it is true or false."""
        found = self.arguments.get(name)
        return found if isinstance(found, bool) else default

    def wholes(self, name: str, default: int | tuple[int, ...] = ()) -> Any:
        """A list of whole numbers, as a layer's field has it: one number where there is one for all axes."""
        found = self.arguments.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        if isinstance(found, (list, tuple)) and found and all(isinstance(each, int) for each in found):
            return found[0] if len(found) == 1 else tuple(found)
        return default

    def axes(self, name: str, rank: int) -> tuple[int, ...]:
        """Axes from 0, of a tensor that has so many; all where none are named."""
        found = self.arguments.get(name)
        listed = [found] if isinstance(found, int) else found
        if not isinstance(listed, (list, tuple)) or not listed:
            return tuple(range(rank))
        return tuple(axis + rank if axis < 0 else axis for axis in listed if isinstance(axis, int))
