"""From configs of models and layers to rows of a network."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from netcost.dtypes import Precision
from netcost.frontends.graph import Graph
from netcost.frontends.keras import wiring
from netcost.frontends.keras.call import Call, Described, Edge, tensors_in
from netcost.frontends.keras.inputs import Sizes
from netcost.frontends.keras.policy import format_of
from netcost.frontends.keras.rules import rule_of, unknown
from netcost.frontends.layouts import Held, Layout, map_layout, usual_layout
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.layers.reshape import ToMap, ToTokens
from netcost.layers.tensor import Move
from netcost.network import Network, Node
from netcost.place import inside
from netcost.shapes import Sequence as Tokened
from netcost.shapes import Signal, Tokens
from netcost.stored import Tie

if TYPE_CHECKING:
    from netcost.language.work import Work

FOR_A_ROW = 14
EDGES_A_UNIT = 4
FOR_A_LAYER = 4
TOKENS_AXES = 2
SIGNAL_AXES = 3
TAKES_TOKENS = ("Embedding", "ReversibleEmbedding")
TAKES_SEQUENCES = ("ConvLSTM1D", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "SpatialDropout1D")
"""Layers of one dimension that need not have the channels in front."""

MAX_MODELS = 30
"""Models in one another."""

MODELS = ("Sequential", "Functional", "Model")
OWN = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
"""Modules of Keras's own classes, and of those below."""


class Reader:
    """Adds the layers of models to a network.

    Args:
        path: the file, as messages call it.
        network: what they are added to.
        last: whether channels are the last axis where a layer does not say.
        work: counts what is asked for.
        sizes: the lengths of inputs.
        one_format: whether layers' own number formats are of no account.
    """

    def __init__(
        self, path: str, network: Network, work: Work, sizes: Sizes, *, last: bool, one_format: bool
    ) -> None:
        self.path = path
        self.network = network
        self.graph = Graph(network)
        self.work = work
        self.sizes = sizes
        self.last = last
        self.one_format = one_format
        self._depth = 0
        self._owners: dict[str, Node] = {}
        """By the names that rows have where a layer is called for the first time."""
        self._calls: dict[str, int] = {}
        self._turned: dict[tuple[Node, Layout], Node] = {}
        self.kept: dict[Hashable, Held] = {}
        """What rules have made for one call and may take again for another."""

    # Rows

    def add(
        self,
        name: str,
        layer: Layer,
        edges: Sequence[Edge],
        call: Call,
        **how: Any,
    ) -> Node:
        """Add a row; a layer that is called again has the weights of its first call."""
        self.work.spend(FOR_A_ROW + len(edges) // EDGES_A_UNIT, call)
        owner = self._owners.get(name)
        self._calls[name] = calls = self._calls.get(name, 0) + 1
        kept = how.pop("frozen", False)
        views = tuple(kind for _, kind in edges)
        node = self.network.add(
            self.graph.name(f"{name}.call{calls}" if owner else name),
            layer,
            [node for node, _ in edges],
            call.place,
            views=views if any(views) else (),
            precision=self.precision(call),
            frozen=call.layer.frozen or kept,
            share=owner.name if owner and _stores(owner) else "",
            **how,
        )
        self._owners.setdefault(name, node)
        return node

    def tied(self, name: str, layer: Layer, edges: Sequence[Edge], call: Call, owner: str) -> Node:
        """Add a row whose weight is that of another layer, if that has been called."""
        theirs = self._owners.get(owner)
        ties = (Tie("weight", theirs.name, "weight"),) if theirs else ()
        return (
            self.add(name, layer, edges, call, ties=ties)
            if name not in self._owners
            else self.add(name, layer, edges, call)
        )

    def turned(self, call: Call, held: Held, layout: Layout) -> Node:
        """The same tensor with its axes in another order; nothing is moved where the network alone sees it so."""
        key = (held.node, layout)
        if key not in self._turned:
            shape = layout.shape(held.dims)
            edges = [call.as_it_is(held)]
            lies_as = edges[0][1] or type(held.node.output)
            if layout.kind is Signal and lies_as is Tokened and shape[1] == held.dims[2]:
                self._turned[key] = call.row(ToMap(size=(held.dims[1],)), edges, "to_map")
            elif layout.kind is Tokened and lies_as is Signal:
                self._turned[key] = call.row(ToTokens(), edges, "to_tokens")
            else:
                move = Move(operation="Layout", shape=tuple(shape), kind=layout.word(), view=True)
                self._turned[key] = call.row(move, edges, "layout")
        return self._turned[key]

    def precision(self, call: Call) -> Precision | None:
        """The number formats of a layer, where they are not the network's."""
        if self.one_format:
            return None
        found = format_of(call.config.get("dtype"))
        return None if found in {None, self.network.precision} else found

    def source(self, call: Call, name: str, shape: object, first: str) -> Held:
        """Let data into the network; `first` is the class of a layer that takes it in."""
        place = inside(self.path, name)
        dims = self.sizes.lengths(name, shape, place, channels_last=self.last)
        layout = usual_layout(len(dims), last=self.last)
        if len(dims) == TOKENS_AXES and first in TAKES_TOKENS:
            layout = layout._replace(kind=Tokens)
        if len(dims) == SIGNAL_AXES and first.endswith("1D") and first not in TAKES_SEQUENCES:
            layout = map_layout(len(dims), last=self.last)
        call.check_dims(dims)
        node = self.network.input(layout.shape(dims), self.graph.name(name), place)
        return Held(node, layout.order, dims)

    # Layers and models

    def call(self, call: Call) -> list[Held]:
        """Add the rows of a layer or of a model, and return the tensors that it puts out."""
        self.work.spend(FOR_A_LAYER, call)
        layer = call.layer
        if layer.kind in MODELS and not layer.is_custom:
            return self.model(call.layer, [*call.args, call.kwargs] if call.kwargs else call.args, call)
        rule = None if layer.is_custom else rule_of(layer)
        found = None if rule is None else rule(call)
        found = unknown(call) if found is None else found
        return list(tensors_in(found))

    def model(self, layer: Described, inputs: Sequence[Any] | None, call: Call) -> list[Held]:
        """Add the layers of a model; those of the file's own have its inputs."""
        if self._depth >= MAX_MODELS:
            call.fail(f"models are nested more than {MAX_MODELS} deep")
        self._depth += 1
        prefix = f"{layer.path}." if inputs is not None else ""
        frozen = layer.frozen or layer.config.get("trainable") is False
        run = wiring.sequential if layer.kind == "Sequential" else wiring.functional
        found = run(self, call, prefix, inputs, frozen=frozen)
        self._depth -= 1
        return found

    def described(self, entry: object, call: Call, prefix: str, *, frozen: bool) -> Described:
        """A layer as a list of layers has it.

        Raises:
            SpecError: it is none.
        """
        if not isinstance(entry, Mapping) or not isinstance(entry.get("class_name"), str):
            call.fail("a layer is an object with `class_name` and `config`")
        kind: str = entry["class_name"]
        config = entry.get("config")
        if isinstance(config, list) and kind == "Sequential":
            config = {"layers": config}
        if not isinstance(config, Mapping):
            config = {"name": kind.lower()} if config is None or isinstance(config, str) else None
        if config is None:
            call.fail(f"`config` of {kind[:60]} is no object")
        name = entry.get("name") or config.get("name") or kind.lower()
        if not isinstance(name, str):
            call.fail(f"the name of a {kind[:60]} is no text")
        module = entry.get("module")
        return Described(
            prefix + name,
            kind,
            module if isinstance(module, str) else "",
            config,
            frozen or config.get("trainable") is False,
            is_custom=_is_custom(kind, module, entry.get("registered_name")),
        )


def _stores(node: Node) -> bool:
    """Whether a layer has weights or buffers that another one may share."""
    if isinstance(node.layer, Opaque):
        return False
    shapes = node.input_shapes
    return bool(node.layer.weights(*shapes) or node.layer.buffers(*shapes))


def _is_custom(kind: str, module: object, registered: object) -> bool:
    """Whether a class is not Keras's own."""
    if isinstance(module, str) and module != "builtins":
        return not (module in OWN or module.startswith(tuple(f"{each}." for each in OWN)))
    return ">" in kind or (isinstance(registered, str) and registered != kind)


def empty_call(reader: Reader, layer: Described, args: Sequence[Any] = ()) -> Call:
    """A call of which only the place matters."""
    call = Call(reader, layer, args)
    call.place = inside(reader.path, layer.path) if layer.path else inside(reader.path, layer.kind)
    return call
