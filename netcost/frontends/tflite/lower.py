"""From operators to rows: tensors as the network holds them, what is constant, what is a weight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from netcost.dtypes import BITS, Precision
from netcost.frontends.graph import Graph as Rows
from netcost.frontends.honoured import refused
from netcost.frontends.layouts import MATRIX_AXES, PAIR, Dims, Held, Layout, dims_of, usual_layout
from netcost.frontends.tflite.file import Graph, Operator, Stored
from netcost.frontends.tflite.known import lengths_of, values_of
from netcost.layers.activation import Hardtanh, ReLU, ReLU6, Tanh
from netcost.layers.layer import Layer
from netcost.layers.opaque import Opaque
from netcost.layers.refusals import LayerError
from netcost.layers.tensor import Move, Pointwise
from netcost.network import MisfitError, Network, Node
from netcost.place import Place, inside
from netcost.shapes import Shape, Tokens

if TYPE_CHECKING:
    from netcost.language.work import Work

FOR_AN_OPERATOR = 10
WIDER = {
    "uint16": "int16",
    "uint32": "int32",
    "uint64": "int64",
    "complex64": "float64",
    "complex128": "float64",
}
"""Formats of as many bits that netcost has a word for; of complex numbers of 128 bits it has none."""

FUSED: Mapping[int, type[Layer]] = {1: ReLU, 2: Hardtanh, 3: ReLU6, 4: Tanh}
"""The activation that an operator applies to what it puts out."""

SHAPES = ("SHAPE", "RANK", "RANGE", "VAR_HANDLE")
"""Operators whose outputs follow from shapes alone, or are names of variables."""

VARIABLES = ("READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE")

HANDED_ON = ("DEQUANTIZE", "QUANTIZE", "DENSIFY", "CAST")
"""Operators that keep a constant the constant that it is, in another form."""

L = TypeVar("L", bound=Layer)
Edge = tuple[Node, type[Shape] | None]


def format_of(kind: str) -> str:
    """The number format of a type of tensors."""
    found = WIDER.get(kind, kind)
    return found if found in BITS else "float32"


class Here(NamedTuple):
    """Where work is done, for whoever counts it."""

    place: Place


class Lowering:
    """Adds the operators of a graph to a network.

    Args:
        path: the file, as messages call it.
        network: what they are added to.
        graph: the operators.
        work: counts what is asked for.
        batch: the length of a free batch; 1 if it is left open.
        one_format: whether the formats of tensors are of no account.
    """

    def __init__(
        self, path: str, network: Network, graph: Graph, work: Work, batch: int | None, *, one_format: bool
    ) -> None:
        self.path = path
        self.network = network
        self.graph = graph
        self.work = work
        self.batch = batch
        self.one_format = one_format
        self.rows = Rows(network)
        self.held: dict[int, Held] = {}
        """What has been made, by the numbers of tensors."""
        made = {at for each in graph.operators for at in each.outputs} | set(graph.inputs)
        self.constants: dict[int, int] = {
            at: at
            for at, each in enumerate(graph.tensors)
            if each.is_constant or (0 in each.dims and at not in made)
        }
        """For each constant the one of the file that it is."""
        self.values: dict[int, tuple[int, ...]] = {
            at: each.values for at, each in enumerate(graph.tensors) if each.values
        }
        """The numbers of short lists, as far as they are known."""
        self.static: set[int] = set()
        """Tensors that follow from shapes and constants alone."""
        readers = [each for each in graph.operators if each.kind not in SHAPES]
        self.used = {at for each in readers for at in each.inputs} | set(graph.outputs)
        """Tensors whose numbers are taken in, and not their shapes alone."""
        self._kept: list[Node] = []
        """What is stored for the next run."""
        self.prefix = _shared_start(graph)

    def run(self, rules: Mapping[str, Rule]) -> None:
        """Add all of them.

        Raises:
            SpecError: a tensor is free, or is taken in before it is made.
        """
        for at in self.graph.inputs:
            if at >= 0 and at not in self.constants and at not in self.held:
                self._input(at)
        for operator in self.graph.operators:
            call = Call(self, operator)
            self.work.spend(FOR_AN_OPERATOR, call)
            if self._is_static(operator):
                continue
            call.resolve()
            call.check_inputs()
            rule = rules.get(operator.kind.removeprefix("CUSTOM "), None)
            found = None if rule is None else rule(call)
            call.keep(call.unknown() if found is None else found)
        outputs = [self.held[at].node for at in self.graph.outputs if at in self.held]
        if not outputs:
            raise refused(inside(self.path, self.graph.name or "main"), "nothing is put out")
        self.network.outputs = tuple(dict.fromkeys([*outputs, *self._kept]))

    def _input(self, at: int) -> None:
        tensor = self.graph.tensors[at]
        dims = self.resolved(tensor, None, is_input=True)
        layout = usual_layout(len(dims), last=True)
        if tensor.type in {"int32", "int64"} and len(dims) == MATRIX_AXES and self._feeds_a_table(at):
            layout = layout._replace(kind=Tokens)
        if not dims or min(dims) < 1:
            raise refused(self.place(tensor.name), f"the input has no elements: {dims}")
        node = self.rows.input(layout.shape(dims), self.short(tensor.name), self.place(tensor.name))
        self.held[at] = Held(node, layout.order, dims)

    def _feeds_a_table(self, at: int) -> bool:
        first = next((each for each in self.graph.operators if at in each.inputs), None)
        return first is not None and first.kind in {"GATHER", "EMBEDDING_LOOKUP"}

    def resolved(self, tensor: Stored, like: Held | None, *, is_input: bool = False) -> Dims:
        """The lengths of a tensor whose batch may be free.

        Raises:
            SpecError: another axis is free.
        """
        if not tensor.free:
            if is_input and self.batch not in {None, *tensor.dims[:1]}:
                length = tensor.dims[0] if tensor.dims else 1
                message = f"this file has a batch of {length}; {self.batch} is asked for"
                raise refused(
                    Place("--batch", 0, 0), message, "its shapes are fixed: convert it with another one"
                )
            return tensor.dims
        if tensor.free != (0,):
            axes = ", ".join(map(str, tensor.free))
            raise refused(
                self.place(tensor.name),
                f"axis {axes} of {len(tensor.dims)} is free, and the file writes 1 for it",
                "convert it with fixed shapes: give the input a shape, as `tf.TensorSpec([1, 224, 224, 3])`",
            )
        if self.batch is None:
            self.rows.note("the batch is free and taken as 1")
        length = like.dims[0] if like is not None and like.dims else self.batch or 1
        return (length, *tensor.dims[1:])

    def _is_static(self, operator: Operator) -> bool:
        """Whether what an operator puts out follows from shapes and constants alone: it makes no row."""
        if operator.kind in VARIABLES:
            return False
        given = [at for at in operator.inputs if at >= 0]
        constant = [at for at in given if at in self.constants]
        if operator.kind in HANDED_ON and constant[:1] == given[:1] and given:
            self.constants |= dict.fromkeys(operator.outputs, self.constants[given[0]])
            return True
        known = all(at in self.constants or at in self.static for at in given)
        if operator.kind in SHAPES or (known and given):
            self.static |= set(operator.outputs)
            self._note_values(operator)
            return True
        return False

    def _note_values(self, operator: Operator) -> None:
        """Keep the numbers that follow from shapes."""
        if len(operator.outputs) != 1:
            return
        if operator.kind == "SHAPE":
            held = self.held.get(operator.inputs[0]) if operator.inputs else None
            found = held.dims if held else None
        else:
            found = values_of(operator, [self.values.get(at) for at in operator.inputs])
        if found is not None:
            self.values[operator.outputs[0]] = found

    def place(self, name: str) -> Place:
        """Where something stands in the file."""
        return inside(self.path, name[:120] or "a tensor")

    def short(self, name: str) -> str:
        """A tensor's name without those of others that it was made of, and without what all names begin with."""
        return name.partition(";")[0].removeprefix(self.prefix) or name


def _shared_start(graph: Graph) -> str:
    """What the names of all that operators put out begin with, up to a stroke."""
    names = [graph.tensors[at].name for each in graph.operators for at in each.outputs if at >= 0]
    if len(names) < PAIR or "/" not in names[0]:
        return ""
    low, high = min(names), max(names)
    shared = next(
        (at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high))
    )
    return low[: low.rfind("/", 0, shared) + 1]


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
        self.lowering._kept.append(held.node)  # noqa: SLF001  a call is a part of the lowering


Rule = Callable[[Call], Sequence[Held] | Held | None]
"""Adds an operator's rows; nothing where it does not fit."""
