"""Rows of a network for what flows through a graph: views become rows only where somebody needs their shape."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from math import prod

from netcost.dtypes import Precision
from netcost.frontends.aten.values import DTYPES, INTEGERS, Call, Meta, Moved, Value
from netcost.frontends.graph import Graph, shape_of
from netcost.layers.flatten import Flatten
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.layers.refusals import LayerError
from netcost.layers.reshape import Permute, Reshape, ToTokens
from netcost.layers.tensor import Move, Pointwise
from netcost.network import MisfitError, Network, Node
from netcost.place import Place
from netcost.shapes import KINDS, Map, Shape, Tensor, map_kinds
from netcost.shapes import Sequence as Tokens

MAX_LOOKED_BACK = 8
"""Rows of moves through which a tensor is looked for as it was before them."""

TURNED = Moved("view", is_part=True, is_turned=True)
"""A tensor whose axes stand in another order than where its layer puts it out."""


def map_of(shape: Sequence[int]) -> type[Shape] | None:
    """The kind of map with so many axes; None if there is none."""
    return map_kinds().get(len(shape) - 2)


def features_of(shape: Sequence[int]) -> type[Shape]:
    """The kind of a tensor whose last axis holds the features."""
    usual = type(shape_of(shape))
    return Tensor if issubclass(usual, Map) else usual


def kind_at(shape: Sequence[int], axis: int) -> type[Shape] | None:
    """The kind of a tensor in which an axis holds the channels; None if there is none."""
    if axis == len(shape) - 1:
        return features_of(shape)
    return map_of(shape) if axis == 1 else None


class Builder:
    """A network as it is made of operations.

    Args:
        graph: where layers are added.
        precision: number formats that hold for all layers; None for those of the tensors.
    """

    def __init__(self, graph: Graph, precision: Precision | None = None) -> None:
        self.graph = graph
        self.precision = precision
        self.owned: set[Hashable] = set()
        """Parameters that a layer has."""
        self._layers: dict[Layer, Layer] = {}
        """One object for equal layers, so that what is asked of them is asked once."""
        self._rows: dict[Hashable, Node] = {}
        """The rows of parameters that are operands on their own."""
        self._constants: dict[int, tuple[Value, Node]] = {}
        """The rows of what no data reaches, by its identity, which it keeps."""

    @property
    def network(self) -> Network:
        """What it makes."""
        return self.graph.network

    def input(self, name: str, meta: Meta, place: Place | None = None) -> Value:
        """Let data in."""
        shape = shape_of(meta.shape)
        if meta.dtype in INTEGERS and len(meta.shape) == 2:  # noqa: PLR2004
            shape = KINDS["tokens"](shape)
        return Value(meta.shape, meta.dtype, self.graph.input(shape, name, place), name=name)

    # What a layer takes in

    def node(self, value: Value, call: Call) -> Node:
        """The layer that puts a tensor out with the axes that it has now, made where there is none yet."""
        if value.node is None:
            return self._learned(value, call) if value.is_learned else self._fixed(value, call)
        if value.moves or tuple(value.node.output) != tuple(shape_of(value.shape)):
            value.node, value.moves = self._move(value, value.node, call), ()
        return value.node

    def seen_as(self, value: Value, shape: Sequence[int], call: Call) -> Value:
        """The tensor with the axes that a layer wants, as it was before it was moved where it had them then."""
        node = value.node
        for _ in range(MAX_LOOKED_BACK):
            if node is None or prod(node.output) != prod(shape):
                break
            if tuple(node.output) == tuple(shape):
                return Value(tuple(shape), value.dtype, node)
            node = node.inputs[0] if node.layer.view and len(node.inputs) == 1 else None
        return self.reached(value, call).moved(Meta(tuple(shape), value.dtype), Moved("view", is_part=True))

    def reached(self, value: Value, call: Call) -> Value:
        """The tensor as the output of a layer."""
        return value if value.node else Value(value.shape, value.dtype, self.node(value, call))

    def beside(self, value: Value, other: Value, call: Call) -> Value:
        """The tensor itself, once another one that decides what becomes of it is there, too: a mask of attention."""
        layer = Move(operation="mask", shape=tuple(shape_of(value.shape)), view=True)
        aside = Call("mask", {}, [Meta(value.shape, value.dtype)], f"{call.name}.mask", call.place)
        return self.add(aside, layer, [value, other])

    def _learned(self, value: Value, call: Call) -> Node:
        """A row for a parameter that is an operand on its own, or of which a part is taken."""
        if value.weight in self._rows:
            row = self._rows[value.weight]
        else:
            layer = Pointwise(
                operation="Parameter", shape=value.stored or (1,), per_element=0, operands=(value.stored,)
            )
            row = self._rows[value.weight] = self.graph.add(
                value.name or call.name,
                layer,
                (),
                weights={"weight": value.weight},
                place=call.place,
                precision=self._formats(value.dtype, value.dtype),
            )
            self.owned.add(value.weight)
        if value.shape == value.stored or tuple(row.output) == tuple(shape_of(value.shape)):
            return row
        return self._move(Value(value.shape, value.dtype, row, (Moved("view"),)), row, call)

    def _fixed(self, value: Value, call: Call) -> Node:
        """A row for numbers that no data reaches, such as those of positions."""
        if id(value) in self._constants:
            return self._constants[id(value)][1]
        layer = Move(operation="Constant", shape=tuple(shape_of(value.shape)), view=True)
        node = self.graph.add(
            value.name or f"{call.name}.constant",
            layer,
            (),
            place=call.place,
            precision=self._formats(value.dtype),
        )
        self._constants[id(value)] = (value, node)
        return node

    def _move(self, value: Value, node: Node, call: Call) -> Node:
        """A row for all the views that were taken since."""
        scope = call.name.rpartition(".")[0] if value.moves else call.name
        words = list(dict.fromkeys(move.operation for move in value.moves))
        name = ".".join([*filter(None, [scope]), words[-1] if words else "view"])
        layer, kind = self._typed_move(value, node)
        views = () if kind is None or type(node.output) is kind else (kind,)
        return self.graph.add(
            name, layer, (node,), views=views, place=call.place, precision=self._formats(value.dtype)
        )

    def _typed_move(self, value: Value, node: Node) -> tuple[Layer, type[Shape] | None]:
        """The layer that stands for the views, where there is one, and the kind of its input."""
        out = tuple(shape_of(value.shape))
        words = ", ".join(dict.fromkeys(move.operation for move in value.moves))
        raw = self.shared(Move(operation=words or "view", shape=out, view=True))
        for layer, kind in _candidates(value, node, out):
            try:
                fits = tuple(layer.output(kind(node.output) if kind else node.output)) == out
            except LayerError:
                continue
            if fits:
                return self.shared(layer), kind
        return raw, None

    # Adding layers

    def shared(self, layer: Layer) -> Layer:
        """The layer, or an equal one from before."""
        return self._layers.setdefault(layer, layer)

    def _formats(self, dtype: str, weights: str = "") -> Precision | None:
        """The number formats of a row, where they are not those of the network."""
        own = self.network.precision
        if self.precision is not None and dtype not in INTEGERS | {"bool"}:
            return None
        found = Precision(DTYPES.get(weights, own.weights), DTYPES.get(dtype, own.activations))
        if self.precision is not None or not weights:
            found = found._replace(weights=own.weights)
        return None if found == own else found

    def fits(
        self,
        call: Call,
        layer: Layer,
        inputs: Sequence[Value],
        kinds: Sequence[type[Shape] | None] = (),
        output: int = 0,
    ) -> bool:
        """Whether a layer takes such inputs, and puts out as many elements as the operation does."""
        meta = call.outputs[output]
        try:
            asked = [
                (kind or type(shape_of(value.shape)))(shape_of(value.shape))
                for value, kind in zip(inputs, kinds or [None] * len(inputs), strict=True)
            ]
            return meta is not None and prod(layer.output(*asked)) == prod(meta.shape)
        except LayerError:
            return False

    def add(
        self,
        call: Call,
        layer: Layer,
        inputs: Sequence[Value],
        *,
        kinds: Sequence[type[Shape] | None] = (),
        weights: Mapping[str, Value | Hashable] | None = None,
        output: int = 0,
    ) -> Value:
        """Add a layer that fits; it puts out one of the tensors of the operation, perhaps with other axes.

        Raises:
            MisfitError: it does not fit.
        """
        meta = call.outputs[output] or call.out
        nodes = [self.node(value, call) for value in inputs]
        views = tuple(
            None if kind is None or type(node.output) is kind else kind
            for kind, node in zip(kinds, nodes, strict=False)
        )
        keys = {
            name: each.weight if isinstance(each, Value) else each for name, each in (weights or {}).items()
        }
        keys = dict(sorted(keys.items(), key=lambda pair: pair[1] not in self.owned))
        dtype = next((each.dtype for each in (weights or {}).values() if isinstance(each, Value)), "")
        node = self.graph.add(
            call.name,
            self.shared(layer),
            nodes,
            weights=keys,
            views=views if any(views) else (),
            place=call.place,
            precision=self._formats(meta.dtype, dtype),
        )
        self.owned.update(keys.values())
        is_as_stated = tuple(node.output) == tuple(shape_of(meta.shape))
        return Value(meta.shape, meta.dtype, node, () if is_as_stated else (TURNED,))

    def typed(
        self,
        call: Call,
        layer: Layer,
        inputs: Sequence[Value],
        *,
        kinds: Sequence[type[Shape] | None] = (),
        weights: Mapping[str, Value | Hashable] | None = None,
        output: int = 0,
    ) -> Value | None:
        """The same, or nothing where the layer does not fit: its inputs, or weights that others have in another form."""
        if not self.fits(call, layer, inputs, kinds, output):
            return None
        try:
            return self.add(call, layer, inputs, kinds=kinds, weights=weights, output=output)
        except MisfitError:
            return None

    def further(self, call: Call, first: Value) -> list[Value]:
        """All that an operation puts out, the first of it from a row and the others as views of that."""
        return [
            first if place == 0 else first.moved(meta, Moved(call.operation, is_part=True))
            for place, meta in enumerate(call.outputs)
            if meta is not None
        ]

    def opaque(self, call: Call) -> list[Value]:
        """A row of which nothing is known but what comes out."""
        self.graph.note(f"`{call.operation}` has no rule: its cost is not known")
        shape = shape_of(tuple(max(length, 1) for length in call.out.shape))
        first = self.add(call, Opaque(shape, call.operation), call.data)
        self.owned.update(each.weight for each in call.learned)
        return self.further(call, first)


def _candidates(value: Value, node: Node, out: tuple[int, ...]) -> list[tuple[Layer, type[Shape] | None]]:
    """Layers of a spec that may stand for the views between a layer and a tensor."""
    moves, before = value.moves, node.output
    if any(move.is_part for move in moves) or out[0] != before[0] or not moves or prod(out) != prod(before):
        return []
    orders = [move.order for move in moves if move.order is not None]
    kind = type(shape_of(value.shape))
    if not orders:
        found: list[tuple[Layer, type[Shape] | None]] = [(Flatten(), None)] if len(out) == 2 else []  # noqa: PLR2004
        return [*found, (Reshape(size=out[1:], kind=kind.word), None)] if min(out) > 0 else found
    if len(moves) == 1 and len(orders[0]) == len(before) and orders[0][0] == 0:
        taken = features_of(before) if kind is not Tokens else type(before)
        return [(Permute(order=orders[0][1:], kind=kind.word), taken)]
    if len(moves) == 2 and moves[0].order is None and isinstance(before, Map) and len(out) == 3:  # noqa: PLR2004
        return [(ToTokens(), None)] if out[1:] == (prod(before.size), before.channels) else []
    return []
