"""An operator where it runs: what goes in, and how a rule adds to the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from netcost.dtypes import Precision
from netcost.frontends.honoured import refused
from netcost.frontends.layouts import Dims, Held, Layout, dims_of, usual_layout
from netcost.frontends.tflite.file import Operator, Stored
from netcost.frontends.tflite.known import lengths_of
from netcost.frontends.tflite.state import Lowering, format_of
from netcost.layers.activation import ReLU
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.layers.piecewise_linear import Hardtanh
from netcost.layers.rectifier import ReLU6
from netcost.layers.refusals import LayerError
from netcost.layers.smooth_activation import Tanh
from netcost.layers.tensor import Move, Pointwise
from netcost.network import MisfitError, Node
from netcost.shapes import Shape, Tokens

FUSED: Mapping[int, type[Layer]] = {1: ReLU, 2: Hardtanh, 3: ReLU6, 4: Tanh}
"""The activation that an operator applies to what it puts out."""

L = TypeVar("L", bound=Layer)
Edge = tuple[Node, type[Shape] | None]


class Call:
    """An operator where it runs."""

    def __init__(self, lowering: Lowering, operator: Operator) -> None:
        self.lowering = lowering
        self.operator: Operator = operator
        first = next((at for at in operator.outputs if at >= 0), None)
        name = lowering.graph.tensors[first].name if first is not None else ""
        self.name = lowering.short(name) or operator.kind
        self.place = lowering.place(name or operator.kind)
        self.dims: list[Dims] = []
        """The lengths of what is put out."""

    def fail(self, message: str, hint: str = "") -> Any:
        """End the reading.

        Raises:
            SpecError: always.
        """
        raise refused(self.place, message, hint)

    # What goes in

    def check_inputs(self) -> None:
        """Refuse a tensor that is neither made before nor stored."""
        lowering = self.lowering
        for at in self.operator.inputs:
            if (
                at >= 0
                and at not in lowering.held
                and at not in lowering.constants
                and at not in lowering.static
            ):
                tensor = lowering.graph.tensors[at]
                if not tensor.name or at in lowering.used:
                    self.fail(f"{self.operator.kind} takes in `{tensor.name[:60]}` before it is made")

    def stored(self, place: int) -> Stored | None:
        """A tensor that goes in, of whatever kind; nothing where it is left out."""
        at = self._at(place)
        return None if at < 0 else self.lowering.graph.tensors[at]

    def _at(self, place: int) -> int:
        inputs = self.operator.inputs
        return inputs[place] if place < len(inputs) else -1

    def has(self, place: int) -> bool:
        """Whether an input is given."""
        return self._at(place) >= 0

    def constant(self, place: int) -> Stored | None:
        """A constant that goes in, as the file stores it; nothing where it is none."""
        at = self.lowering.constants.get(self._at(place))
        return None if at is None else self.lowering.graph.tensors[at]

    def key(self, place: int) -> int | None:
        """The constant by its number, which tells where it is used again."""
        return self.lowering.constants.get(self._at(place))

    def x(self, place: int = 0) -> Held:
        """A tensor that goes in and is computed.

        Raises:
            SpecError: there is none.
        """
        found = self.lowering.held.get(self._at(place))
        if found is None:
            self.fail(f"{self.operator.kind} needs a tensor that is computed as input {place}")
        return found  # type: ignore[return-value]

    @property
    def computed(self) -> list[Held]:
        """All of them."""
        held = self.lowering.held
        return [held[at] for at in self.operator.inputs if at in held]

    def as_it_is(self, held: Held) -> Edge:
        """A tensor as it lies; tokens as plain numbers."""
        kind = usual_layout(held.rank, last=False).kind
        return held.node, kind if isinstance(held.node.output, Tokens) else None

    # What comes out

    def resolve(self) -> None:
        """Find the lengths of what is put out."""
        lowering = self.lowering
        like = next(iter(self.computed), None)
        for at in self.operator.outputs:
            if at < 0:
                self.dims.append(())
                continue
            tensor = lowering.graph.tensors[at]
            self.dims.append(
                self._free_dims(tensor, like) if tensor.free else lowering.resolved(tensor, like)
            )

    def _free_dims(self, tensor: Stored, like: Held | None) -> Dims:
        """The lengths of a tensor that has free axes, from what goes in.

        Raises:
            SpecError: they do not follow.
        """
        return lengths_of(self, tensor) or self.lowering.resolved(tensor, like)

    def lengths(self, place: int) -> Dims | None:
        """The lengths of a tensor that goes in; nothing where they are not known."""
        at = self._at(place)
        if at in self.lowering.held:
            return self.lowering.held[at].dims
        tensor = self.stored(place)
        return tensor.dims if tensor is not None and not tensor.free else None

    def values(self, place: int) -> tuple[int, ...] | None:
        """The numbers of a short list that goes in; nothing where they are not known."""
        return self.lowering.values.get(self._at(place))

    @property
    def out(self) -> Dims:
        """The lengths of the first."""
        return self.dims[0] if self.dims else ()

    def keep(self, found: Sequence[Held] | Held) -> None:
        """Take note of what was put out."""
        several = [found] if isinstance(found, Held) else found
        for at, held in zip(self.operator.outputs, several, strict=False):
            if at >= 0:
                self.lowering.held[at] = held

    def make(self, kind: type[L], /, **fields: Any) -> L | None:
        """A layer; nothing where its fields are of no use."""
        try:
            return kind(**fields)
        except LayerError:
            return None

    def precision(self, weight: Stored | None = None) -> Precision | None:
        """The number formats of a row, where they are not the network's."""
        if self.lowering.one_format:
            return None
        at = next((at for at in self.operator.outputs if at >= 0), -1)
        kept = format_of(self.lowering.graph.tensors[at].type) if at >= 0 else "float32"
        found = Precision(format_of(weight.type) if weight else kept, kept)
        return None if found == self.lowering.network.precision else found

    def row(
        self,
        layer: Layer,
        edges: Sequence[Edge],
        suffix: str = "",
        weights: Sequence[int] = (),
        names: Sequence[str] = ("weight", "bias"),
    ) -> Node:
        """Add a layer; `weights` are the places of the constants that are its weights."""
        keys = {name: self.key(place) for name, place in zip(names, weights, strict=False) if self.has(place)}
        views = tuple(kind for _, kind in edges)
        return self.lowering.rows.add(
            f"{self.name}.{suffix}" if suffix else self.name,
            layer,
            [node for node, _ in edges],
            weights={name: key for name, key in keys.items() if key is not None},
            views=views if any(views) else (),
            place=self.place,
            precision=self.precision(self.constant(weights[0]) if weights else None),
        )

    def typed(
        self,
        layer: Layer | None,
        edges: Sequence[Edge],
        order: Dims,
        weights: Sequence[int] = (),
        field: int | None = None,
    ) -> Held | None:
        """Add a layer that puts out what the file says, and the activation that a field of the options names.

        Returns:
            Nothing where it does not fit.
        """
        if layer is None:
            return None
        views = tuple(kind for _, kind in edges)
        try:
            shape = self.lowering.network.infer(
                layer, [node for node, _ in edges], self.place, views if any(views) else ()
            )
        except MisfitError:
            return None
        if len(shape) != len(order) or dims_of(shape, order) != self.out:
            return None
        held = Held(self.row(layer, edges, "", weights), order, self.out)
        return held if field is None else self.activated(held, field)

    def raw(
        self, kind: type[Layer], edges: Sequence[Edge], dims: Dims, suffix: str = "", /, **how: Any
    ) -> Held:
        """Add a raw layer of stated lengths."""
        weights = how.pop("weights", ())
        layout: Layout = how.pop("layout", None) or usual_layout(len(dims), last=True)
        how.setdefault("operation", self.operator.kind)
        if any(length < 1 for length in dims):
            self.fail(f"{self.operator.kind} puts out {dims}, which has no elements")
        try:
            layer = kind(shape=layout.lengths(dims), kind=layout.word(), **how)
        except LayerError as error:
            self.fail(error.message, error.hint)
        names = [f"weight_{n}" if n > 1 else "weight" for n in range(1, len(weights) + 1)]
        return Held(self.row(layer, edges, suffix, weights, names), layout.order, dims)

    def same(self, layer: Layer | None, held: Held, suffix: str = "") -> Held:
        """Add a layer that keeps the shape."""
        if layer is None:
            self.fail(f"{self.operator.kind} is of no use")
        return held._replace(node=self.row(layer, [self.as_it_is(held)], suffix))  # type: ignore[arg-type]

    def activated(self, held: Held, field: int) -> Held:
        """Add the activation that a field of the options names, if there is one."""
        code = self.operator.option(field, "int8")
        if code == 0:
            return held
        if code in FUSED:
            return self.same(FUSED[code](), held, "act")
        layout = Layout(type(held.node.output), held.order)
        return self.raw(Pointwise, [(held.node, None)], held.dims, "act", operation="Sign", layout=layout)

    def moved(self, *, view: bool = False) -> list[Held]:
        """Rows without arithmetic for what is put out, and taken in somewhere."""
        edges = [self.as_it_is(each) for each in self.computed]
        found: list[Held] = []
        if view and edges and not self.lowering.used.intersection(self.operator.outputs):
            return [self.computed[0]._replace(dims=dims) for dims in self.dims]
        several = sum(at in self.lowering.used for at in self.operator.outputs) > 1
        for place, (at, dims) in enumerate(zip(self.operator.outputs, self.dims, strict=True)):
            if at in self.lowering.used or (place == 0 and not several):
                found.append(self.raw(Move, edges, dims, f"part{place}" if several else "", view=view))
            else:
                found.append(Held(edges[0][0] if edges else found[0].node, (0, 1), dims))
        return found

    def unknown(self) -> list[Held]:
        """Rows of which only the output is known."""
        kind = self.operator.kind
        found: list[Held] = []
        used = [at in self.lowering.used for at in self.operator.outputs]
        for place, dims in enumerate(self.dims):
            layout = usual_layout(len(dims), last=True)
            if place != (used.index(True) if any(used) else 0) and not used[place]:
                found.append(Held(self.computed[0].node if self.computed else found[0].node, (0, 1), dims))
                continue
            if any(length < 1 for length in dims):
                self.fail(f"{kind} puts out {dims}, which has no elements")
            layer = Opaque(layout.shape(dims), kind)
            edges = [self.as_it_is(each) for each in self.computed]
            found.append(Held(self.row(layer, edges, f"output{place}" if place else ""), layout.order, dims))
        self.lowering.rows.note(f"what {kind} costs is not known")
        return found

    def kept_for_next(self, held: Held) -> None:
        """Take a tensor for used, as the next run takes it in."""
        self.lowering.kept.append(held.node)


Rule = Callable[[Call], Sequence[Held] | Held | None]
"""Adds an operator's rows; nothing where it does not fit."""
