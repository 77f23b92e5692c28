"""What is known of a TFLite file's tensors while its operators become rows."""

from __future__ import annotations

from netcost.dtypes import BITS
from netcost.frontends.graph import Graph as Rows
from netcost.frontends.honoured import refused
from netcost.frontends.layouts import MATRIX_AXES, PAIR, Dims, Held, usual_layout
from netcost.frontends.tflite.file import Graph, Operator, Stored
from netcost.frontends.tflite.known import values_of
from netcost.network import Network, Node
from netcost.place import Place, inside
from netcost.shapes import Tokens

WIDER = {
    "uint16": "int16",
    "uint32": "int32",
    "uint64": "int64",
    "complex64": "float64",
    "complex128": "float64",
}
"""Formats of as many bits that netcost has a word for; of complex numbers of 128 bits it has none."""

SHAPES = ("SHAPE", "RANK", "RANGE", "VAR_HANDLE")
"""Operators whose outputs follow from shapes alone, or are names of variables."""

VARIABLES = ("READ_VARIABLE", "ASSIGN_VARIABLE", "CALL_ONCE")

HANDED_ON = ("DEQUANTIZE", "QUANTIZE", "DENSIFY", "CAST")
"""Operators that keep a constant the constant that it is, in another form."""


def format_of(kind: str) -> str:
    """The number format of a type of tensors."""
    found = WIDER.get(kind, kind)
    return found if found in BITS else "float32"


class Lowering:
    """Adds the operators of a graph to a network.

    Args:
        path: the file, as messages call it.
        network: what they are added to.
        graph: the operators.
        batch: the length of a free batch; 1 if it is left open.
        one_format: whether the formats of tensors are of no account.
    """

    def __init__(
        self, path: str, network: Network, graph: Graph, batch: int | None, *, one_format: bool
    ) -> None:
        self.path = path
        self.network = network
        self.graph = graph
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
        self.kept: list[Node] = []
        """What is stored for the next run."""
        self.prefix = _shared_start(graph)

    def input(self, at: int) -> None:
        """Let data in."""
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

    def is_static(self, operator: Operator) -> bool:
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
