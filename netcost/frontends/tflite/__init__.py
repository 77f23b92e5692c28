"""TFLite (LiteRT): a flatbuffer with the shape of every tensor; weights are not looked at.

Images have their channels last in it, and in front in the network. Where the batch is free it is 1, or as it is
asked for; a file with other free axes writes 1 for them, so it is refused.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from netcost.dtypes import Precision
from netcost.frontends.flat import FlatError
from netcost.frontends.graph import precision_of
from netcost.frontends.honoured import DAMAGED, honoured, refused
from netcost.frontends.layouts import PAIR
from netcost.frontends.tflite.file import Graph, parse
from netcost.frontends.tflite.lower import lower
from netcost.frontends.tflite.rules import RULES
from netcost.frontends.tflite.state import Lowering, format_of
from netcost.network import Network
from netcost.place import Place
from netcost.source.fault import Placed
from netcost.source.problem import SpecError

if TYPE_CHECKING:
    from netcost.frontends import Source
    from netcost.language.work import Work
    from netcost.overrides import Overrides

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "CONV_3D")


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of a TFLite file.

    Raises:
        SpecError: it is broken, or has free axes beside the batch.
    """
    taken = honoured(source.path, overrides, {"batch", "dtype"})
    try:
        file = parse(memoryview(source.data))
    except FlatError as error:
        raise refused(
            Place(source.path, 0, 0), f"this TFLite file cannot be read: {error}", DAMAGED
        ) from None
    network = Network(PurePath(source.path).stem[:255] or "tflite", source=source.path)
    network.precision = precision_of(str(taken.get("dtype", "")), _usual_format(file.graph))
    network.overrides = taken
    lowering = Lowering(source.path, network, file.graph, taken.get("batch"), one_format="dtype" in taken)
    try:
        lower(lowering, RULES, work)
    except Placed as fault:
        raise SpecError([fault.problem]) from None
    except FlatError as error:
        raise refused(
            Place(source.path, 0, 0), f"this TFLite file cannot be read: {error}", DAMAGED
        ) from None
    if file.further and not any(each.kind in {"IF", "WHILE", "CALL_ONCE"} for each in file.graph.operators):
        network.notes.append(f"the first subgraph is read, {file.further} more are not")
    return network


def _usual_format(graph: Graph) -> Precision:
    """The number formats of most operators with weights, as these are stored."""
    stored = {
        each.outputs[0]: each.inputs[0]
        for each in graph.operators
        if each.kind == "DEQUANTIZE" and each.inputs and each.outputs
    }
    found: Counter[Precision] = Counter()
    for each in graph.operators:
        if each.kind not in WEIGHTED or len(each.inputs) < PAIR or not each.outputs:
            continue
        places = stored.get(each.inputs[1], each.inputs[1]), each.outputs[0]
        if min(places) >= 0:
            found[Precision(*(format_of(graph.tensors[at].type) for at in places))] += 1
    return found.most_common(1)[0][0] if found else Precision()
