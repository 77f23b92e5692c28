"""A network: layers in order, each with the shape it puts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from netcost.dtypes import Precision
from netcost.layers.layer import Layer
from netcost.layers.refusals import LayerError
from netcost.limits import BOUND
from netcost.place import Place
from netcost.shapes import Shape
from netcost.wording import counted

MAX_AXES = 64
"""Axes that a tensor may have, as in NumPy and PyTorch."""


class Input(Layer):
    """Where data enters a network."""

    type: ClassVar[str] = "input"
    title: ClassVar[str] = "Input"
    arity: ClassVar[tuple[int, int | None]] = (0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One layer in its place in a network, with the shape it puts out."""

    name: str
    layer: Layer
    inputs: tuple[Node, ...] = field(repr=False)
    output: Shape
    precision: Precision
    place: Place | None = None
    frozen: bool = False
    shares: str = ""
    training_only: bool = False

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """What the layer takes in."""
        return tuple(node.output for node in self.inputs)


class Network:
    """Layers added one by one; each is asked for its output shape at once.

    Args:
        name: what reports call the network.
        source: the file it was read from, as the user wrote it.
        precision: number formats of layers that do not name their own.
    """

    def __init__(self, name: str, *, source: str = "", precision: Precision | None = None) -> None:
        self.name = name
        self.source = source
        self.precision = precision or Precision()
        self.inputs: list[Node] = []
        self.nodes: list[Node] = []
        self.outputs: tuple[Node, ...] = ()
        self.warnings: list[str] = []
        self.notes: list[str] = []
        """What was assumed about the network, for its reports."""
        self.budget: object = None
        """The budget that the spec carries, as it was read; None if it has none."""
        self.sources: Mapping[str, Sequence[str]] = {}
        """The lines of the files it was read from, for messages about them; each file is read once."""
        self._named: dict[str, Node] = {}
        self._shapes: dict[tuple[type, Shape], Shape] = {}
        self._inferred: dict[tuple[int, ...], tuple[Layer, Shape]] = {}
        """By the identities of layer and input shapes; it keeps the layer, so that its identity stays its own."""

    def __getitem__(self, name: str) -> Node:
        return self._named[name]

    def __contains__(self, name: object) -> bool:
        return name in self._named

    @property
    def names(self) -> Sequence[str]:
        """The names of all layers and inputs, in order."""
        return list(self._named)

    @property
    def kinds(self) -> int:
        """How many layers there are that differ from all before them, or in what they take in."""
        return len(self._inferred)

    @property
    def batch(self) -> int:
        """Samples that pass through at once."""
        return self.inputs[0].output[0] if self.inputs else 1

    def input(self, shape: Shape, name: str = "input", place: Place | None = None) -> Node:
        """Let data of a shape, batch first, into the network.

        Raises:
            LayerError: the name is taken, or no machine could address the tensor.
        """
        node = Node(name, Input(), (), self._interned(_checked(shape, "an input")), self.precision, place)
        self._enter(node)
        self.inputs.append(node)
        return node

    def add(
        self,
        name: str,
        layer: Layer,
        inputs: Sequence[Node | str] | None = None,
        place: Place | None = None,
        *,
        precision: Precision | None = None,
        frozen: bool = False,
        share: str = "",
        training_only: bool = False,
    ) -> Node:
        """Add a layer and infer its output shape.

        Args:
            name: unique in the network.
            layer: the layer and its fields.
            inputs: the layers it takes from, as nodes or names; the one added last where left out.
            place: where the spec declares it.
            precision: number formats of its weights and output; the network's where left out.
            frozen: the weights are not trained.
            share: an earlier layer whose weights it uses.
            training_only: it has weights, but does not run once the network is trained.

        Raises:
            LayerError: the layer does not fit its inputs, or the name is taken.
            KeyError: an input or the layer to share with does not exist.
        """
        sources = self._sources(inputs)
        shape = self.infer(layer, sources)
        if share:
            self._check_shared(layer, sources, share)
        node = Node(
            name, layer, sources, shape, precision or self.precision, place, frozen, share, training_only
        )
        self._enter(node)
        self.nodes.append(node)
        self.outputs = (node,)
        return node

    def _sources(self, inputs: Sequence[Node | str] | None) -> tuple[Node, ...]:
        if inputs is not None:
            return tuple([self._named[each] if isinstance(each, str) else each for each in inputs])
        if self.nodes:
            return (self.nodes[-1],)
        return tuple(self.inputs[-1:])

    def _enter(self, node: Node) -> None:
        if self._named.setdefault(node.name, node) is not node:
            raise LayerError(
                f"the name `{node.name}` is taken", field="name", hint="names are unique in a network"
            )

    def infer(self, layer: Layer, sources: Sequence[Node]) -> Shape:
        """Ask a layer for its output shape, once for each input shape.

        Raises:
            LayerError: the layer does not fit its inputs.
        """
        key = (id(layer), *[id(node.output) for node in sources])
        found = self._inferred.get(key)
        if found is None:
            least, most = layer.arity
            if not least <= len(sources) <= (len(sources) if most is None else most):
                raise LayerError(
                    f"{layer.type} takes {_arity(least, most)}, got {len(sources)}", field="from"
                )
            shape = _checked(layer.output(*(node.output for node in sources)), "an output")
            found = self._inferred[key] = (layer, self._interned(shape))
        return found[1]

    def _interned(self, shape: Shape) -> Shape:
        """One object for equal shapes of one kind, so that they can be told apart by identity."""
        return self._shapes.setdefault((type(shape), shape), shape)

    def _check_shared(self, layer: Layer, sources: tuple[Node, ...], share: str) -> None:
        """Compare what is stored with what the owner stores; a matrix may be transposed."""
        owner = self._named[share]
        owned = _stored(owner.layer, owner.input_shapes)
        for name, shape in _stored(layer, [node.output for node in sources]).items():
            if name not in owned:
                raise LayerError(f"{share} has no {name} to share", field="share", hint=_without(layer, name))
            if shape not in (owned[name], owned[name][::-1]):
                mine, theirs = (" x ".join(map(str, each)) for each in (shape, owned[name]))
                raise LayerError(f"the {name} is {mine}, that of {share} is {theirs}", field="share")


def _checked(shape: Shape, what: str) -> Shape:
    """The shape, if a machine could hold such a tensor.

    Raises:
        LayerError: it has too many axes or elements.
    """
    if len(shape) > MAX_AXES:
        raise LayerError(f"{what} of {len(shape):,} axes has more than {MAX_AXES}")
    if shape.elements >= BOUND:
        raise LayerError(f"{what} of {shape.elements:,} elements is beyond 2^63")
    return shape


def _stored(layer: Layer, inputs: Sequence[Shape]) -> dict[str, Sequence[int]]:
    """The shapes of all weights and buffers, by name."""
    return {**layer.weights(*inputs), **layer.buffers(*inputs)}


def _arity(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} inputs"
    if least == most:
        return counted(least, "input")
    return f"{least} to {most} inputs"


def _without(layer: Layer, weight: str) -> str:
    return f"write `{weight}: false`" if weight in layer.fields else ""
