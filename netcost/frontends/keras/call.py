"""One call of a layer: its config, what goes in, and how a rule adds to the network."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from math import prod
from typing import Any, NamedTuple, Never, Protocol, TypeAlias, TypeVar

from netcost.frontends.graph import Graph
from netcost.frontends.honoured import refused
from netcost.frontends.keras.inputs import Sizes
from netcost.frontends.layouts import Dims, Held, Layout, dims_of, in_order, map_layout, shown, usual_layout
from netcost.integers import BOUND
from netcost.layers.layer import Layer
from netcost.layers.refusals import LayerError
from netcost.network import MAX_AXES, Network, Node
from netcost.place import Place, inside
from netcost.shapes import Sequence as Tokened
from netcost.shapes import Shape, Tokens
from netcost.wording import shortened

Edge: TypeAlias = tuple[Node, type[Shape] | None]
"""A layer that is taken in, and the kind of shape as which."""

REQUIRED: Any = object()
MAX_SHOWN = 60
L = TypeVar("L", bound=Layer)


class Described(NamedTuple):
    """A layer as a config describes it.

    Args:
        path: its name behind those of the models that it is in.
        kind: the name of its class.
        module: where that class is; empty where that is not told.
        config: what it was made with.
        frozen: whether its weights are not trained.
        is_custom: whether its class is not Keras's own.
    """

    path: str
    kind: str
    module: str
    config: Mapping[str, Any]
    frozen: bool = False
    is_custom: bool = False


class Maker(Protocol):
    """What a network is made by, as far as calls know it."""

    path: str
    network: Network
    graph: Graph
    last: bool
    sizes: Sizes
    kept: dict[Hashable, Held]

    def add(self, name: str, layer: Layer, edges: Sequence[Edge], call: Call, **how: Any) -> Node:
        """Add a row."""
        ...

    def turned(self, call: Call, held: Held, layout: Layout) -> Node:
        """The same tensor with its axes in another order."""
        ...

    def tied(self, name: str, layer: Layer, edges: Sequence[Edge], call: Call, owner: str) -> Node:
        """Add a row whose weight is that of another layer."""
        ...

    def call(self, call: Call) -> list[Held]:
        """Add the rows of a layer or of a model."""
        ...

    def described(self, entry: object, call: Call, prefix: str, *, frozen: bool) -> Described:
        """A layer as a list of layers has it."""
        ...

    def source(self, call: Call, name: str, shape: object, first: str) -> Held:
        """Let data into the network."""
        ...


class Call:
    """A layer where it is called.

    Args:
        reader: what the network is made by.
        layer: what is called.
        args: with what, tensors and all else, as they are nested.
        kwargs: the same by name.
        stated: for each tensor that it puts out, the lengths that the config tells of it.
        used: which of them are taken in somewhere.
    """

    def __init__(
        self,
        reader: Maker,
        layer: Described,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        stated: Mapping[int, Dims | None] | None = None,
        used: frozenset[int] = frozenset({0}),
    ) -> None:
        self.reader = reader
        self.layer = layer
        self.config = layer.config
        self.args = args
        self.kwargs = kwargs or {}
        self.stated = stated or {}
        self.used = used
        self.place: Place = inside(reader.path, layer.path)
        self.tensors = [*tensors_in(args), *tensors_in(self.kwargs)]

    @property
    def x(self) -> Held:
        """The first tensor that goes in."""
        if not self.tensors:
            self.fail(f"{self.layer.kind} has no input")
        return self.tensors[0]

    def fail(self, message: str, hint: str = "") -> Never:
        """End the reading.

        Raises:
            SpecError: always.
        """
        raise refused(self.place, message, hint)

    def inner(self, name: str, args: Sequence[Any] | None = None, suffix: str = "") -> Call:
        """The call of a layer that this one holds, under this one's name."""
        return self.of(self.config.get(name), self.args if args is None else args, suffix)

    def of(self, entry: object, args: Sequence[Any], suffix: str = "") -> Call:
        """The call of a layer by its entry, under this one's name."""
        layer = self.reader.described(entry, self, "", frozen=self.layer.frozen)
        path = f"{self.layer.path}.{suffix}" if suffix else self.layer.path
        return Call(self.reader, layer._replace(path=path), args, None, self.stated, self.used)

    # The config

    def whole(self, name: str, default: Any = REQUIRED, least: int = 1) -> int:
        """A whole number of the config."""
        value = self.config.get(name, default)
        return self.checked_whole(value, name, least)

    def checked_whole(self, value: object, name: str, least: int = 1) -> int:
        """A value as a whole number that is not too small.

        Raises:
            SpecError: it is none.
        """
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < BOUND:
            said = "missing" if value is REQUIRED else shortened(str(value)[:MAX_SHOWN])
            self.fail(f"`{name}` of {self.layer.kind} is {said}", f"a whole number of at least {least}")
        return value

    def maybe(self, name: str) -> int | None:
        """A whole number, or nothing."""
        return None if self.config.get(name) is None else self.whole(name)

    def wholes(self, name: str, count: int, default: Any = REQUIRED, least: int = 1) -> Dims:
        """As many whole numbers; one alone stands for equal ones."""
        value = self.config.get(name, default)
        if isinstance(value, (list, tuple)):
            if len(value) != count:
                self.fail(f"`{name}` of {self.layer.kind} has {len(value)} values, {count} are needed")
            return tuple(self.checked_whole(each, name, least) for each in value)
        return (self.checked_whole(value, name, least),) * count

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self.config.get(name, default)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(
                f"`{name}` of {self.layer.kind} is {shortened(str(value)[:MAX_SHOWN])}", "true or false"
            )
        return value

    def word(self, name: str, default: str = "") -> str:
        """A text; the default where it is left out or null."""
        value = self.config.get(name)
        return default if value is None else str(value)[:MAX_SHOWN]

    def axes(self, value: object, rank: int, name: str = "axis") -> Dims:
        """Axes of a tensor, from 0; negative ones count from the end.

        Raises:
            SpecError: there is no such axis.
        """
        given = value if isinstance(value, (list, tuple)) else [value]
        found = []
        for each in given:
            if isinstance(each, bool) or not isinstance(each, int) or not -rank <= each < rank:
                self.fail(f"`{name}` is {shortened(str(each)[:MAX_SHOWN])}, the input has {rank} axes")
            found.append(each % rank)
        if len(set(found)) < len(found):
            self.fail(f"`{name}` names an axis twice")
        return tuple(found)

    @property
    def channels_last(self) -> bool:
        """Whether the layer takes the last axis for the channels."""
        usual = "channels_last" if self.reader.last else "channels_first"
        return self.word("data_format", usual) != "channels_first"

    # Tensors as layers take them

    def lay(self, held: Held, layout: Layout) -> Edge:
        """A tensor in a layout; where it lies otherwise, a row without a cost turns it."""
        output = held.node.output
        if held.order == layout.order:
            return held.node, None if type(output) is layout.kind else layout.kind
        return self.reader.turned(self, held, layout), None

    def as_it_is(self, held: Held) -> Edge:
        """A tensor as it lies; whole numbers as plain ones."""
        usual = usual_layout(held.rank, last=False).kind
        return held.node, usual if isinstance(held.node.output, Tokens) else None

    def map_of(self, held: Held, rank: int, first_spatial: int = 1) -> tuple[Edge, Layout]:
        """A tensor as a map of so many spatial axes, in the order that the layer asks for."""
        if held.rank != rank + 2:
            self.fail(f"{self.layer.kind} needs {rank + 2} axes, the batch included, got {shown(held.dims)}")
        layout = map_layout(held.rank, last=self.channels_last, first_spatial=first_spatial)
        return self.lay(held, layout), layout

    def plain(self, held: Held) -> Edge:
        """A tensor with its axes as Keras has them, features last."""
        return self.lay(held, usual_layout(held.rank, last=False)._replace(order=in_order(held.rank)))

    def sequence(self, held: Held) -> Edge:
        """A tensor of three axes as a sequence."""
        if held.rank != 3:  # noqa: PLR2004
            self.fail(f"{self.layer.kind} needs 3 axes, the batch included, got {shown(held.dims)}")
        return self.lay(held, Layout(Tokened, (0, 1, 2)))

    def alike(self, *tensors: Held) -> tuple[list[Edge], Layout]:
        """Tensors of equal rank in one layout: that of the first."""
        first = tensors[0]
        edge = self.as_it_is(first)
        layout = Layout(edge[1] or type(first.node.output), first.order)
        return [edge, *(self.lay(each, layout) for each in tensors[1:])], layout

    # What comes out

    def told(self, place: int) -> Dims | None:
        """The lengths that the config tells of a tensor, with this batch; nothing where it does not tell all."""
        shape: Sequence[Any] | None = self.stated.get(place)
        if shape is None or self.reader.sizes.changed:
            return None
        dims: list[Any] = [
            length if at or length is not None or not self.tensors else self.tensors[0].dims[0]
            for at, length in enumerate(shape)
        ]
        known = all(type(length) is int and 0 < length < BOUND for length in dims)
        return tuple(dims) if known else None

    def make(self, kind: type[L], /, **fields: Any) -> L:
        """A layer of netcost.

        Raises:
            SpecError: its fields are of no use.
        """
        for name, declared in kind.fields.items():
            if declared.required and fields.get(name) is None:
                told = next((alias for alias in declared.aliases if alias in self.config), name)
                self.fail(f"`{told}` of {self.layer.kind} is missing")
        try:
            return kind(**fields)
        except LayerError as error:
            self.fail(error.message, error.hint)

    def row(self, layer: Layer, edges: Sequence[Edge], suffix: str = "", **how: Any) -> Node:
        """Add a layer; the suffix tells several of one call apart."""
        name = f"{self.layer.path}.{suffix}" if suffix else self.layer.path
        return self.reader.add(name, layer, edges, self, **how)

    def put(self, layer: Layer, edges: Sequence[Edge], order: Dims, suffix: str = "", **how: Any) -> Held:
        """Add a layer whose output has Keras's axes in an order."""
        node = self.row(layer, edges, suffix, **how)
        return Held(node, order, dims_of(node.output, order))

    def same(self, layer: Layer, held: Held, suffix: str = "") -> Held:
        """Add a layer that keeps the shape."""
        node = self.row(layer, [self.as_it_is(held)], suffix)
        return held._replace(node=node)

    def usual(self, dims: Sequence[int]) -> Layout:
        """How a tensor of such lengths lies where nothing says more."""
        return usual_layout(len(dims), last=self.reader.last)

    def raw(
        self,
        kind: type[Layer],
        edges: Sequence[Edge],
        dims: Sequence[int],
        suffix: str = "",
        /,
        *,
        operation: str = "",
        layout: Layout | None = None,
        **fields: Any,
    ) -> Held:
        """Add a raw layer of a stated output, by Keras's axes."""
        self.check_dims(dims)
        layout = layout or self.usual(dims)
        stated = {"shape": layout.lengths(dims), "kind": layout.word()}
        layer = self.make(kind, operation=operation or self.layer.kind, **stated, **fields)
        return Held(self.row(layer, edges, suffix), layout.order, tuple(dims))

    def check_dims(self, dims: Sequence[int]) -> None:
        """Refuse an output without elements, or with too many axes.

        Raises:
            SpecError: it is one.
        """
        if any(length < 1 for length in dims) or prod(dims) >= BOUND or len(dims) > MAX_AXES:
            self.fail(f"{self.layer.kind} would put out {shown(dims)}", "each length is at least 1")


def tensors_in(value: object) -> Iterator[Held]:
    """The tensors in nested arguments, in their order."""
    if isinstance(value, Held):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from tensors_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors_in(each)
