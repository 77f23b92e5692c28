"""ONNX: graphs of any exporter, optimised and quantised ones too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from netcost.dtypes import Precision
from netcost.frontends.honoured import DAMAGED, honoured
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import inside
from netcost.source.problem import file_error

if TYPE_CHECKING:
    from netcost.frontends import Source
    from netcost.frontends.onnx.file import ModelData, ValueInfo
    from netcost.frontends.onnx.shapes import Flow
    from netcost.frontends.onnx.values import Step, Value
    from netcost.language.work import Work

HONOURED = {"batch", "dtype", "input", "dim"}


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Read the network of an ONNX file; its weights are left where they are.

    Raises:
        SpecError: it is no such file, a node does not fit what it takes in, or a length is free.
    """
    from netcost.frontends.graph import Graph, lengths_of, precision_of, shape_of
    from netcost.frontends.graph import sizes_of as asked_of
    from netcost.frontends.onnx.file import read_model
    from netcost.frontends.onnx.inputs import sizes_of
    from netcost.frontends.onnx.lower.lowering import Lowering
    from netcost.frontends.onnx.shapes import flow_of
    from netcost.frontends.wire import WireError

    taken = honoured(source.path, overrides, HONOURED)
    data = memoryview(source.data)
    try:
        model = read_model(data)
        sizes = sizes_of(
            model.graph,
            source.path,
            batch=taken.get("batch"),
            asked=asked_of(taken.get("input")),
            axes=lengths_of(taken.get("dim", {})),
        )
        flow = flow_of(model, source.path, sizes, work)
        stored = _precision(model, flow)
        network = Network(
            _name(source.path, model),
            source=source.path,
            precision=precision_of(taken.get("dtype", ""), stored),
        )
        graph = Graph(network)
        for note in flow.notes:
            graph.note(note)
        lowering = Lowering(flow, graph, source.path, stored, work)
        for info, value in _read(flow, lowering.consumers):
            lowering.nodes[value] = graph.input(
                shape_of(value.dims), info.name, inside(source.path, info.name)
            )
        lowering.run()
    except WireError as error:
        raise file_error(source.path, f"this is no ONNX file that can be read: {error}", DAMAGED) from None
    network.overrides = taken
    return network


def _read(flow: Flow, consumers: Mapping[Value, Sequence[Step]]) -> list[tuple[ValueInfo, Value]]:
    """The inputs that something reads, and not only the lengths of; all where there is none."""
    found = [each for each in flow.inputs if each[1] in flow.outputs or _reads(consumers.get(each[1], ()))]
    return found or flow.inputs


def _reads(steps: Sequence[Step]) -> bool:
    return any(not all(each.static for each in step.outputs) for step in steps)


def _name(path: str, model: ModelData) -> str:
    """The name of the file without its suffix; that of the graph where there is no file."""
    stem = PurePath(path.replace("\\", "/")).name.removesuffix(".onnx")
    return stem if stem and not path.startswith("<") else model.graph.name or "network"


def _precision(model: ModelData, flow: Flow) -> Precision:
    """The number formats of most learned numbers, and of what goes in."""
    from netcost.frontends.onnx.lower.lowering import format_of

    elements: Counter[str] = Counter()
    for tensor in model.graph.initializers.values():
        if tensor.dtype.startswith(("float", "bfloat")):
            elements[tensor.dtype] += tensor.elements
    weights = format_of(elements.most_common(1)[0][0]) if elements else "float32"
    inputs = [value.dtype for _, value in flow.inputs if value.is_float]
    return Precision(weights, format_of(inputs[0]) if inputs else weights)
