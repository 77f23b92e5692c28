"""The walk from the steps of a graph to a network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from math import inf

from netcost.dtypes import BITS, Precision
from netcost.frontends.graph import Graph, shape_of
from netcost.frontends.onnx import names
from netcost.frontends.onnx.file import TensorData
from netcost.frontends.onnx.live import MASKS
from netcost.frontends.onnx.lower import Lowered, Row, lower_of, move, spelled
from netcost.frontends.onnx.lower.fusing import fused
from netcost.frontends.onnx.lower.groups import Fused
from netcost.frontends.onnx.shapes import Flow
from netcost.frontends.onnx.values import ShapeError, Step, UnknownError, Value
from netcost.language.work import Work
from netcost.layers.layer import MATRIX_AXES, Layer
from netcost.layers.opaque import Opaque
from netcost.layers.refusals import LayerError
from netcost.layers.tensor import Pointwise
from netcost.network import MAX_AXES, Node, Views
from netcost.place import Place, inside
from netcost.shapes import Shape
from netcost.source.fault import Exhausted
from netcost.source.problem import SpecError
from netcost.wording import counted

FOR_A_ROW = 4
"""Units of work for a layer."""

FORMATS: Mapping[str, str] = {
    "uint16": "int16",
    "uint32": "int32",
    "uint64": "int64",
    "uint2": "int2",
    "complex64": "float64",
    "complex128": "float64",
    "string": "int64",
}
"""Number formats of the same size for element types that have none of their own."""

LOOKED_AT = 256
"""Numbers at the start of a tensor that are looked at, to tell a mask from what is learned."""

LEARNED = ("float", "bfloat", "int8", "uint8", "int4", "uint4")
"""How element types of learned tensors begin; others are indices."""

QUANTIZERS = {"QuantizeLinear", "com.microsoft:QuantizeLinear"}


def format_of(dtype: str) -> str:
    """The number format of an element type."""
    found = FORMATS.get(dtype, dtype)
    return found if found in BITS else "float32"


class Lowering:
    """A network in the making.

    Args:
        flow: the graph as it runs.
        graph: what layers are added to.
        path: what messages call the file.
        stored: the number format of most weights in the file, in whose place the network's own stands.
        work: counts what is asked for.
    """

    def __init__(self, flow: Flow, graph: Graph, path: str, stored: Precision, work: Work) -> None:
        self.flow = flow
        self.graph = graph
        self.path = path
        self.stored = stored
        self.work = work
        self.nodes: dict[Value, Node] = {}
        self.parameters: dict[Hashable, Node] = {}
        self.layers: dict[Layer, Layer] = {}
        self.roots: dict[Value, Hashable] = {}
        self.consumers: dict[Value, list[Step]] = defaultdict(list)
        for step in flow.steps:
            masks = MASKS.get(step.op, ())
            read = [each for place, each in enumerate(step.inputs) if each is not None and place not in masks]
            for value in dict.fromkeys(read):
                self.consumers[value].append(step)
        self.ends = set(flow.outputs)
        self.makers = {value: step for step in flow.steps for value in step.outputs if not value.static}
        self.uses: Counter[TensorData | None] = Counter(
            tensor
            for step in flow.steps
            for each in step.present
            if not each.static or not step.outputs[0].static
            for tensor in each.sources
        )
        self.fused: Mapping[Step, Fused] = fused(flow.steps, self)
        self.skipped = {each for one in self.fused.values() for each in one.steps}
        self.operand: dict[TensorData, bool] = {}
        """Whether an operand of arithmetic is learned."""
        self.unnamed: set[TensorData] = set()
        """Operands of arithmetic that are taken for constants as their author has not named them."""
        self.paths: dict[Step, names.Path] = {}
        self.crowded: Counter[str] = Counter()

    @property
    def place(self) -> Place:
        """The file, where there is too much of it."""
        return Place(self.path, 0, 0)

    # What lowering asks for

    def is_data(self, value: Value) -> bool:
        """True if a value depends on what the network is given, or is a learned tensor that has a row."""
        return value in self.nodes

    def data(self, values: Sequence[Value | None]) -> list[Value]:
        """Those values that depend on what the network is given."""
        return [each for each in values if each is not None and each in self.nodes]

    def learned(self, value: Value | None) -> list[TensorData]:
        """The tensors that an operand of arithmetic is made of, where they are learned and no constants."""
        if value is None or not value.static or not value.is_float:
            return []
        found = [each for each in value.sources if self._is_learned(each)]
        self.unnamed |= {each for each in value.sources if _may_be_learned(each) and each not in found}
        return found

    def _is_learned(self, tensor: TensorData) -> bool:
        if tensor not in self.operand:
            self.operand[tensor] = is_learned(tensor)
        return self.operand[tensor]

    def operands(self, values: Sequence[Value | None]) -> list[TensorData]:
        """All learned tensors among operands."""
        return list(dict.fromkeys(tensor for each in values for tensor in self.learned(each)))

    def taken(self, step: Step, values: Sequence[Value | None]) -> list[Value]:
        """What a step takes in, with a row for each learned tensor among it; constants are left out."""
        found = []
        for each in values:
            if each is None:
                continue
            if each not in self.nodes and self.learned(each):
                self.parameter(step, each)
            if each in self.nodes:
                found.append(each)
        return found

    def parameter(self, step: Step, value: Value) -> None:
        """A row for a learned tensor that a layer without weights takes in."""
        tensors = self.learned(value)
        layer = Pointwise(
            operation="Parameter",
            shape=tuple(shape_of(value.dims)),
            per_element=0,
            operands=tuple(each.dims for each in tensors),
        )
        name = names.shortened(tensors[0].name or spelled(step))
        self.nodes[value] = self.enter(
            name, step, Row(layer, (), weights=tensors, output=value), value, layer, []
        )

    def same(self, value: Value, stored: Value) -> None:
        """Tell that a weight is a stored tensor in another form."""
        self.roots[value] = root_of(stored)

    def output(self, step: Step) -> Value:
        """What comes out of a step, and of what is added to it."""
        one = self.fused.get(step)
        return one.output if one else step.outputs[0]

    def is_used(self, value: Value) -> bool:
        """True if something reads a value."""
        return value in self.ends or bool(self.consumers.get(value))

    def only_reader(self, value: Value) -> Step | None:
        """The step that alone reads a value; None if several do, or if it is an output."""
        found = self.consumers.get(value, [])
        return found[0] if len(found) == 1 and value not in self.ends else None

    def readers(self, value: Value) -> Sequence[Step] | None:
        """The steps that read a value; None if it is an output."""
        return None if value in self.ends else self.consumers.get(value, [])

    def maker(self, value: Value) -> Step | None:
        """The step that makes a value of what the network is given."""
        return self.makers.get(value)

    # The walk

    def run(self) -> None:
        """Add every layer."""
        live = [
            step
            for step in self.flow.steps
            if step not in self.skipped and not all(each.static for each in step.outputs)
        ]
        for step in live:
            self.crowded[self.where(step).module] += 1
        for step in live:
            self.step(step)
        if self.unnamed:
            many = sum(each.elements for each in self.unnamed)
            constants = counted(len(self.unnamed), "constant")
            self.graph.note(
                f"{many:,} numbers in {constants} of arithmetic, which no author named, are no parameters"
            )
        outputs = dict.fromkeys(self.nodes[each] for each in self.flow.outputs if each in self.nodes)
        if outputs:
            self.graph.network.outputs = tuple(outputs)

    def step(self, step: Step) -> None:
        """Add the layers of a step."""
        try:
            self.work.spend(FOR_A_ROW, self)
        except Exhausted as stop:
            raise SpecError([stop.problem]) from None
        lowered = self.lowered(step)
        if isinstance(lowered, Value):
            if lowered in self.nodes:
                self.nodes[step.outputs[0]] = self.nodes[lowered]
            return
        rows = [lowered] if isinstance(lowered, Row) else lowered
        for row in rows:
            self.add(step, row)
        one = self.fused.get(step)
        main = (one.output if one else None) or step.outputs[0]
        made = {id(row.output or main) for row in rows}
        for output in step.outputs[1:]:
            if id(output) not in made and self.is_used(output) and main in self.nodes:
                self.add(step, Row(move(step, output, view=True), [main], output=output))

    def lowered(self, step: Step) -> Lowered:
        """What a step becomes."""
        lower = lower_of(step.op)
        if step.unknown or lower is None:
            reason = step.unknown or "there is no rule for it"
            self.graph.note(f"the cost of {spelled(step)} is not known: {reason}")
            return [self.opaque(step, each) for each in step.outputs if self.is_used(each)]
        one = self.fused.get(step)
        if one is not None and one.rows:
            return one.rows
        if any(each.guessed and not any(x.guessed for x in step.present) for each in step.outputs):
            self.graph.note(f"a length that {spelled(step)} puts out depends on the data, and is taken as 1")
            return [self.opaque(step, each) for each in step.outputs if self.is_used(each)]
        try:
            return lower(step, self)
        except (UnknownError, LayerError) as error:
            self.graph.note(f"the cost of {spelled(step)} is not known: {error.message}")
            return [self.opaque(step, each) for each in step.outputs if self.is_used(each)]
        except ShapeError as error:
            self.graph.fail(inside(self.path, step.name), error.message, error.hint)
        except (ArithmeticError, LookupError, TypeError, ValueError):  # of a file that says nonsense
            message = f"the attributes or inputs of this {spelled(step)} are of no kind that it has"
            self.graph.fail(inside(self.path, step.name), message)

    def opaque(self, step: Step, output: Value) -> Row:
        """A row of which only the output is known."""
        found = shape_of(output.dims)
        whole = type(found)(max(1, length) for length in found)
        return Row(Opaque(whole, spelled(step)), self.data(step.inputs), output=output)

    def add(self, step: Step, row: Row) -> None:
        """Add a row, as another layer where the first one does not fit."""
        one = self.fused.get(step)
        output = row.output or (one.output if one else None) or step.outputs[0]
        inputs = [each for each in row.inputs if each in self.nodes]
        self.nodes[output] = self.enter(self.name(step, row), step, row, output, row.layer, inputs)

    def enter(
        self, name: str, step: Step, row: Row, output: Value, layer: Layer, inputs: Sequence[Value]
    ) -> Node:
        """Add a layer, with what is known of its weights, its place and its number formats."""
        nodes = [self.nodes[each] for each in inputs]
        kinds = list(row.kinds) + [None] * (len(nodes) - len(row.kinds))
        views: Views = tuple(_viewed(node, kind) for node, kind in zip(nodes, kinds, strict=False))
        asked = [
            node.output if kind is None else kind(node.output)
            for node, kind in zip(nodes, views, strict=True)
        ]
        wanted = shape_of(output.dims)
        fitting = self.fitting(row, layer, asked, wanted)
        if fitting is None:
            self.graph.note(f"the cost of {spelled(step)} is not known")
            fitting = Opaque(type(wanted)(max(1, length) for length in wanted), spelled(step))
            views = ()
        elif fitting is not layer:
            views = ()
        fitting = self.layers.setdefault(fitting, fitting) if not isinstance(fitting, Opaque) else fitting
        asked = [
            node.output if kind is None else kind(node.output)
            for node, kind in zip(nodes, views or [None] * len(nodes), strict=True)
        ]
        return self.graph.add(
            name,
            fitting,
            nodes,
            weights=self.keys(step, fitting, asked, row),
            views=views if any(views) else (),
            place=inside(self.path, step.name),
            precision=self.precision(row, output),
        )

    @staticmethod
    def fitting(row: Row, layer: Layer, asked: Sequence[Shape], wanted: Shape) -> Layer | None:
        """The first of a row's layers that makes what the graph says."""
        for each in (layer, row.otherwise):
            if each is None:
                continue
            least, most = each.arity
            if len(asked) < least or (most is not None and len(asked) > most):
                continue
            try:
                found = each.output(*(asked or [Shape((wanted[0],))]))
            except LayerError:
                continue
            if tuple(found) == tuple(wanted) and len(found) <= MAX_AXES:
                return each
        return None

    def keys(self, step: Step, layer: Layer, asked: Sequence[Shape], row: Row) -> dict[str, Hashable]:
        """Which stored tensor each weight is; tensors of another form are not the same weight.

        Exporters store equal tensors once, and vectors of ones and zeros are equal before they are trained: a vector
        is that of another layer only if both are the same module.
        """
        if not row.weights:
            return {}
        found: dict[str, Hashable] = {}
        for (name, dims), each in zip(layer.weights(*asked).items(), row.weights, strict=False):
            root = self.roots.get(each) if isinstance(each, Value) else None
            root = root or root_of(each)
            only_in = self.module(step, root) if len(dims) < MATRIX_AXES and not found else None
            found[name] = (root, tuple(sorted(dims)), only_in)
        return found

    def module(self, step: Step, root: Hashable) -> Hashable:
        """The module of a step, or the step where that is not told; one that is called again is the same module."""
        module = self.where(step).module
        owner = names.owner_of(root.name) if isinstance(root, TensorData) else ""
        return owner if owner and names.without_number(module) == owner else module or step

    def where(self, step: Step) -> names.Path:
        """Where a step stands among the modules."""
        if step not in self.paths:
            self.paths[step] = names.path_of(step.node, step.name)
        return self.paths[step]

    def precision(self, row: Row, output: Value) -> Precision | None:
        """The number formats of a row, where they are not the network's."""
        own = self.graph.network.precision
        weights, activations = own.weights, own.activations
        for each in row.weights[:1]:
            dtype = format_of(dtype_of(each))
            weights = own.weights if dtype == self.stored.weights else dtype
        made = format_of(self.quantized(output))
        if made != self.stored.activations:
            activations = made
        found = Precision(weights if row.weights else activations, activations)
        return None if found == own or (not row.weights and activations == own.activations) else found

    def quantized(self, output: Value) -> str:
        """The element type of an output: the quantised one, where it is quantised for all that read it."""
        readers = self.consumers.get(output, [])
        if readers and output not in self.ends and all(each.op in QUANTIZERS for each in readers):
            return readers[0].outputs[0].dtype
        return output.dtype

    def name(self, step: Step, row: Row) -> str:
        """What a row is called: after the module whose weight it has, or whose only layer it is."""
        path = self.where(step)
        if not isinstance(row.layer, Pointwise):
            for each in row.weights:
                tensor = each if isinstance(each, TensorData) else next(iter(each.sources), None)
                owner = names.owner_of(tensor.name) if tensor else ""
                # A tensor that several steps read may be one of equal ones, which are stored once.
                if owner and (self.uses[tensor] == 1 or owner == path.module):
                    return owner
        return path.module if path.module and self.crowded[path.module] == 1 else str(path)


def is_learned(tensor: TensorData) -> bool:
    """True if an operand of arithmetic is learned: of more than one element, and named by the author."""
    return _may_be_learned(tensor) and not names.is_anonymous(tensor.name) and not _is_mask(tensor)


def _may_be_learned(tensor: TensorData) -> bool:
    return tensor.dtype.startswith(LEARNED) and tensor.elements > 1


def _is_mask(tensor: TensorData) -> bool:
    """True if there is an infinite number in it, as in a mask of attention: nothing that is learned is that large."""
    return any(abs(each) == inf for each in tensor.first(LOOKED_AT))


def root_of(value: Value | TensorData) -> Hashable:
    """The stored tensor that a weight is, whole; else the weight itself."""
    if isinstance(value, TensorData):
        return value
    if len(value.sources) == 1 and value.sources[0].elements == value.elements:
        return value.sources[0]
    return value


def dtype_of(value: Value | TensorData) -> str:
    """The element type in which a weight is stored."""
    if isinstance(value, TensorData):
        return value.dtype
    return value.sources[0].dtype if value.sources else value.dtype


def _viewed(node: Node, kind: type[Shape] | None) -> type[Shape] | None:
    return None if kind is None or isinstance(node.output, kind) else kind
