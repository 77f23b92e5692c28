"""A network: layers in order, each with the shape it puts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from netcost.dtypes import BITS, Precision
from netcost.integers import BOUND, are_plain, identity
from netcost.layers.layer import NO_WEIGHTS, Layer, Weights, without
from netcost.layers.refusals import LayerError
from netcost.number import known_part
from netcost.place import Place
from netcost.record import Record
from netcost.shapes import Shape
from netcost.wording import counted

if TYPE_CHECKING:
    from netcost.stored import Tie

Views: TypeAlias = tuple[type[Shape] | None, ...]

MAX_AXES = 64
"""Axes that a tensor may have, as in NumPy and PyTorch."""


class MisfitError(LayerError):
    """A layer that does not fit where it stands.

    Args:
        error: what is wrong.
        place: where the model declares the layer.
        related: the places of what it takes in, each with what that is.
    """

    def __init__(
        self, error: LayerError, place: Place | None, related: tuple[tuple[Place, str], ...] = ()
    ) -> None:
        super().__init__(error.message, field=error.field, hint=error.hint)
        self.place = place
        self.related = related


class Input(Layer):
    """Where data enters a network."""

    type: ClassVar[str] = "input"
    title: ClassVar[str] = "Input"
    arity: ClassVar[tuple[int, int | None]] = (0, 0)


class Node(Record, frozen=False, eq=False):
    """One layer in its place in a network, with the shape it puts out; it stays as it was made."""

    name: Final[str]
    layer: Final[Layer]
    inputs: Final[tuple[Node, ...]]
    output: Final[Shape]
    precision: Final[Precision]
    place: Final[Place | None]
    views: Views = ()
    """The kind of shape that it takes each input as, where that is not the input's own; empty if none is."""
    frozen: bool | frozenset[str] = False
    """Whether its weights are not trained, or the names of those that are not."""
    shares: str = ""
    """The layer whose weights it uses, all of them."""
    ties: tuple[Tie, ...] = ()
    """The weights that it uses of other layers, one by one."""
    training_only: bool = False
    ran_before: bool = False
    """It ran before what is looked at, as the layers of an encoder before each word that a decoder writes."""
    multiplies_table: bool = False
    """It computes with a table that is only looked up elsewhere; of several such layers the first."""

    is_plain = True
    """Whether nothing is said of it but its place and its number formats."""

    def __init__(
        self,
        name: str,
        layer: Layer,
        inputs: tuple[Node, ...],
        output: Shape,
        precision: Precision,
        place: Place | None = None,
        views: Views = (),
        frozen: bool | frozenset[str] = False,
        shares: str = "",
        ties: tuple[Tie, ...] = (),
        training_only: bool = False,
        ran_before: bool = False,
        multiplies_table: bool = False,
    ) -> None:
        self.name = name
        self.layer = layer
        self.inputs = inputs
        self.output = output
        self.precision = precision
        self.place = place
        if views or frozen or shares or ties or training_only or ran_before or multiplies_table:
            self.is_plain = False  # what is usual is left to the class
            self.views = views
            self.frozen = frozen
            self.shares = shares
            self.ties = ties
            self.training_only = training_only
            self.ran_before = ran_before
            self.multiplies_table = multiplies_table

    def __repr__(self) -> str:
        return f"<Node {self.name}: {self.layer}, output {self.output}>"

    @property
    def runs(self) -> bool:
        """True if it runs once the network is trained."""
        return not (self.training_only or self.ran_before)

    @property
    def read(self) -> tuple[Node, ...]:
        """Those of its inputs that it reads."""
        return self.inputs[:1] if self.layer.cached else self.inputs

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        """What the layer is asked about."""
        return _asked(self.inputs, self.output[0], self.views)

    @property
    def owners(self) -> Sequence[str]:
        """The layers that have weights which it uses."""
        return [self.shares] if self.shares else list(dict.fromkeys(tie.owner for tie in self.ties))

    @property
    def trained(self) -> Weights:
        """Shapes of the weights that are trained, by name."""
        if self.frozen is True:
            return NO_WEIGHTS
        return without(self.layer.weights(*self.input_shapes), self.frozen or ())

    @property
    def own_trained(self) -> Weights:
        """The same without those of other layers."""
        return NO_WEIGHTS if self.shares else without(self.trained, [tie.weight for tie in self.ties])


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
        self.overrides: Mapping[str, Any] = {}
        """What a caller changed about it, by the names of `netcost.overrides`."""
        self.budget: object = None
        """The budget that the spec carries, as it was read; None if it has none."""
        self.sources: Mapping[str, Sequence[str]] = {}
        """The lines of the files it was read from, for messages about them; each file is read once."""
        self._named: dict[str, Node] = {}
        self._consumers: dict[Node, list[Node]] | None = None
        self._multiplied: set[Node] = set()
        """Tables that a layer computes with."""
        self._shapes: dict[tuple[object, ...], Shape] = {}
        self.kinds = 0
        """How many layers there are that differ from all before them, or in what they take in."""
        self._inferred: dict[tuple[object, ...], tuple[Layer, Shape]] = {}
        """By the identities of layer and input shapes; it keeps the layer, so that its identity stays its own."""

    def __repr__(self) -> str:
        inputs = ", ".join(f"{node.name} {node.output}" for node in self.inputs)
        return f"<Network {self.name}: {counted(len(self.nodes), 'layer')}, {inputs or 'no input'}>"

    def __getitem__(self, name: str) -> Node:
        return self._named[name]

    def __contains__(self, name: object) -> bool:
        return name in self._named

    @property
    def names(self) -> Sequence[str]:
        """The names of all layers and inputs, in order."""
        return list(self._named)

    @property
    def batch(self) -> int:
        """Samples that pass through at once."""
        return self.inputs[0].output[0] if self.inputs else 1

    def input(self, shape: Shape, name: str = "input", place: Place | None = None) -> Node:
        """Let data of a shape, batch first, into the network.

        Raises:
            MisfitError: the name is taken, or no machine could address the tensor.
        """
        try:
            _check_size(shape, "an input")
        except LayerError as error:
            raise MisfitError(error, place) from None
        node = Node(name, Input(), (), self._interned(shape), self.precision, place)
        self._enter(node)
        self.inputs.append(node)
        self._consumers = None
        return node

    def add(
        self,
        name: str,
        layer: Layer,
        inputs: Sequence[Node | str] | None = None,
        place: Place | None = None,
        *,
        views: Views = (),
        precision: Precision | None = None,
        frozen: bool | frozenset[str] = False,
        share: str = "",
        ties: tuple[Tie, ...] = (),
        training_only: bool = False,
        ran_before: bool = False,
    ) -> Node:
        """Add a layer and infer its output shape.

        Args:
            name: unique in the network.
            layer: the layer and its fields.
            inputs: the layers it takes from, as nodes or names; where left out the one added last, if it takes any.
            place: where the spec declares it.
            views: for each input the kind of shape to take it as, its lengths as they are; None for its own kind.
            precision: number formats of its weights and output; the network's where left out.
            frozen: the weights are not trained, or those of such names.
            share: an earlier layer whose weights it uses.
            ties: weights that it uses of earlier layers, one by one.
            training_only: it has weights, but does not run once the network is trained.
            ran_before: it ran before what is looked at.

        Raises:
            MisfitError: the layer does not fit its inputs, or the name is taken.
            KeyError: an input or the layer to share with does not exist.
        """
        sources = self._sources(layer, inputs)
        shape = self.infer(layer, sources, place, views)
        precision = precision or self.precision
        multiplies_table = False
        if share or ties or precision.weights not in BITS:
            asked = _asked(sources, self.batch, views)
            try:
                self._check_stored(layer, asked, share, ties, precision.weights)
            except LayerError as error:
                raise MisfitError(error, place) from None
            owners = [share] if share else [tie.owner for tie in ties]
            multiplies_table = any(self._is_first_to_multiply(layer, owner) for owner in owners)
        node = Node(
            name,
            layer,
            sources,
            shape,
            precision,
            place,
            views,
            frozen,
            share,
            ties,
            training_only,
            ran_before,
            multiplies_table,
        )
        self._enter(node)
        self.nodes.append(node)
        self.outputs = (node,)
        self._consumers = None
        return node

    def add_like(
        self, node: Node, inputs: Sequence[Node], layer: Layer | None = None, **changes: Any
    ) -> Node:
        """Add a layer as it stands in another network, but for what changes.

        Raises:
            MisfitError: it does not fit its inputs.
        """
        as_it_was = {
            "place": node.place,
            "views": node.views,
            "precision": node.precision,
            "frozen": node.frozen,
            "share": node.shares,
            "ties": node.ties,
            "training_only": node.training_only,
            "ran_before": node.ran_before,
        }
        return self.add(node.name, layer or node.layer, inputs, **{**as_it_was, **changes})

    def consumers(self, node: Node) -> Sequence[Node]:
        """The layers that take in what a layer, or an input, puts out; each once, in order."""
        if self._consumers is None:
            self._consumers = {}
            for each in self.nodes:
                for source in dict.fromkeys(each.inputs):
                    self._consumers.setdefault(source, []).append(each)
        return self._consumers.get(node, [])

    def unused(self) -> list[Node]:
        """The inputs and layers whose output goes nowhere: no layer takes it in, and it is no output."""
        used = {*self.outputs, *chain.from_iterable([node.inputs for node in self.nodes])}
        if used.issuperset(self.inputs) and used.issuperset(self.nodes):
            return []
        return [node for node in (*self.inputs, *self.nodes) if not (node.training_only or node in used)]

    def bare(self) -> Network:
        """A network of the same name, source and formats, with nothing in it yet."""
        network = Network(self.name, source=self.source, precision=self.precision)
        network.warnings, network.notes = list(self.warnings), list(self.notes)
        network.overrides, network.budget, network.sources = self.overrides, self.budget, self.sources
        return network

    def resized(self, inputs: Mapping[str, Shape]) -> Network:
        """The same layers on other inputs: shapes by the names of inputs; those left out stay as they are.

        Raises:
            KeyError: there is no input of such a name.
            LayerError: a layer does not fit what comes in now.
        """
        unknown = next((name for name in inputs if self[name] not in self.inputs), None)
        if unknown is not None:
            raise KeyError(unknown)
        network = self.bare()
        new: dict[Node, Node] = {}
        for node in self.inputs:
            new[node] = network.input(inputs.get(node.name, node.output), node.name, node.place)
        for node in self.nodes:
            new[node] = network.add_like(node, [new[source] for source in node.inputs])
        network.outputs = tuple(new[node] for node in self.outputs)
        return network

    def _sources(self, layer: Layer, inputs: Sequence[Node | str] | None) -> tuple[Node, ...]:
        if inputs is not None:
            return tuple([each if isinstance(each, Node) else self._named[each] for each in inputs])
        if layer.arity[1] == 0:
            return ()
        if self.nodes:
            return (self.nodes[-1],)
        return tuple(self.inputs[-1:])

    def _enter(self, node: Node) -> None:
        if self._named.setdefault(node.name, node) is not node:
            taken = LayerError(
                f"the name `{node.name}` is taken", field="name", hint="names are unique in a network"
            )
            raise MisfitError(taken, node.place)

    def infer(
        self, layer: Layer, sources: Sequence[Node], place: Place | None = None, views: Views = ()
    ) -> Shape:
        """Ask a layer for its output shape, once for each input shape.

        Raises:
            MisfitError: the layer does not fit its inputs.
        """
        key = (id(layer), *[id(node.output) for node in sources], *views)
        found = self._inferred.get(key)
        if found is None:
            try:
                shape = _output_of(layer, _asked(sources, self.batch, views), len(sources))
            except LayerError as error:
                raise MisfitError(error, place, _what_came_in(sources, place, error)) from None
            found = self._inferred[key] = (layer, self._interned(shape))
            self.kinds += 1
        return found[1]

    def _interned(self, shape: Shape) -> Shape:
        """One object for equal shapes of one kind, so that they can be told apart by identity."""
        lengths = shape if are_plain(shape) else map(identity, shape)
        return self._shapes.setdefault((type(shape), *lengths), shape)

    def _is_first_to_multiply(self, layer: Layer, share: str) -> bool:
        """Tell whether a layer computes with a table that was only looked up so far, and note that it does."""
        owner = self._named[share]
        while owner.shares:
            owner = self._named[owner.shares]
        if layer.looks_up or not owner.layer.looks_up or owner in self._multiplied:
            return False
        self._multiplied.add(owner)
        return True

    def _check_stored(
        self, layer: Layer, inputs: Sequence[Shape], share: str, ties: tuple[Tie, ...], dtype: str
    ) -> None:
        """Compare what a layer stores with what those store that it uses, or else with its number format."""
        # Most networks share nothing.
        from netcost.stored import check_format, check_shared, check_tied, stored

        if share:
            owner = self._named[share]
            check_shared(layer, stored(layer, inputs), stored(owner.layer, owner.input_shapes), share)
            return
        check_format(layer, inputs, dtype)
        for tie in ties:
            owner = self._named[tie.owner]
            check_tied(layer, layer.weights(*inputs), owner.layer.weights(*owner.input_shapes), tie)


def _asked(sources: Sequence[Node], batch: int, views: Views = ()) -> tuple[Shape, ...]:
    """The shapes that a layer answers for: those of its inputs; the batch alone where it takes in nothing."""
    if views:
        return tuple([_viewed(node.output, kind) for node, kind in zip(sources, views, strict=True)])
    return tuple([node.output for node in sources]) or (Shape((batch,)),)


def _viewed(shape: Shape, kind: type[Shape] | None) -> Shape:
    """The same lengths as another kind of shape."""
    return shape if kind is None else kind(shape)


def _output_of(layer: Layer, asked: Sequence[Shape], inputs: int) -> Shape:
    """What a layer puts out.

    Raises:
        LayerError: it takes another number of inputs, does not fit them, or makes too much of them.
    """
    least, most = layer.arity
    if not least <= inputs <= (inputs if most is None else most):
        hint = f"name another beside it, as in `{layer.type}: [prev, ...]`" if inputs < least else ""
        raise LayerError(f"{layer.type} takes {_arity(least, most)}, got {inputs}", field="from", hint=hint)
    shape: Shape = layer.output(*asked)
    _check_size(shape, "an output")
    return shape


def _check_size(shape: Shape, what: str) -> None:
    """Refuse a tensor that no machine could hold.

    Raises:
        LayerError: it has too many axes or elements.
    """
    if len(shape) > MAX_AXES:
        raise LayerError(f"{what} of {len(shape):,} axes has more than {MAX_AXES}")
    if known_part(shape.elements) >= BOUND:
        raise LayerError(f"{what} of {shape.elements:,} elements is beyond 2^63")


def _what_came_in(
    sources: Sequence[Node], place: Place | None, error: LayerError
) -> tuple[tuple[Place, str], ...]:
    """What is at fault where no field of the layer is: the places of its inputs, and their shapes."""
    if error.field:
        return ()
    return tuple(
        (node.place, f"its output is {node.output}")
        for node in sources
        if node.place is not None and node.place != place
    )


def _arity(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} inputs"
    if least == most:
        return counted(least, "input")
    return f"{least} to {most} inputs"
