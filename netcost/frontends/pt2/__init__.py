"""`.pt2` files, which `torch.export.save` writes: a zip file with a program as JSON, read without torch.

Weights are not opened; which of them are one tensor, the program and the list of weights tell.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from netcost.dtypes import Precision
from netcost.frontends import Source
from netcost.frontends.aten.builder import Builder
from netcost.frontends.aten.values import DTYPES
from netcost.frontends.graph import Graph, lengths_of, precision_of, sizes_of
from netcost.frontends.honoured import honoured, refused
from netcost.frontends.pt2.archive import Archive, MalformedError, a_list, an_object, one_of, opened
from netcost.frontends.pt2.program import Program
from netcost.frontends.pt2.sizes import SCALARS, Axis, Sizes, axes_of
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.source.fault import Placed
from netcost.source.problem import SpecError

HONOURED = {"batch", "dtype", "input", "dim"}


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of an exported program.

    Raises:
        SpecError: the file is broken or no such program, an axis is not known, or it asks for too much.
    """
    taken = honoured(source.path, overrides, HONOURED)
    archive = opened(source)
    place = Place(source.path, 0, 0)
    try:
        sizes = _sizes(source.path, archive)
        sizes.settle(taken.get("batch"), sizes_of(taken.get("input")), lengths_of(taken.get("dim", {})))
        own = precision_of(taken["dtype"]) if taken.get("dtype") else None
        network = Network(
            PurePath(source.path).stem, source=source.path, precision=own or _precision(archive)
        )
        network.overrides = taken
        Program(source.path, archive, sizes, Builder(Graph(network), own), work).build()
    except MalformedError as error:
        raise refused(place, f"this program is not as PyTorch writes it: {error}") from None
    except Placed as fault:
        raise SpecError([fault.problem]) from None
    network.notes[:0] = sizes.notes
    return network


def _sizes(path: str, archive: Archive) -> Sizes:
    """The axes of all inputs."""
    module = an_object(archive.program.get("graph_module"), "`graph_module`")
    graph = an_object(module.get("graph"), "`graph`")
    signature = an_object(module.get("signature"), "`signature`")
    tensors = an_object(graph.get("tensor_values"), "`tensor_values`")
    inputs: dict[str, list[Axis]] = {}
    for spec in a_list(signature.get("input_specs"), "`input_specs`"):
        kind, found = one_of(spec, "an input")
        argument = an_object(found, "an input").get("arg")
        tensor = argument.get("as_tensor") if isinstance(argument, dict) else None
        name = tensor.get("name") if isinstance(tensor, dict) else None
        if kind == "user_input" and isinstance(name, str) and name in tensors:
            inputs[name] = axes_of(an_object(tensors[name], f"`{name}`"))
    ranges = archive.program.get("range_constraints")
    return Sizes(path, inputs, ranges if isinstance(ranges, dict) else {})


def _precision(archive: Archive) -> Precision:
    """The number format that most weights have."""
    graph = archive.program["graph_module"]["graph"]
    specs = archive.program["graph_module"]["signature"]["input_specs"]
    formats: Counter[str] = Counter()
    for spec in specs:
        found = spec.get("parameter")
        argument = found.get("arg") if isinstance(found, dict) else None
        name = argument.get("name") if isinstance(argument, dict) else None
        tensor = graph["tensor_values"].get(name) if isinstance(name, str) else None
        dtype = tensor.get("dtype") if isinstance(tensor, dict) else None
        if isinstance(dtype, int):
            formats[DTYPES.get(SCALARS.get(dtype, ""), "float32")] += 1
    word = formats.most_common(1)[0][0] if formats else "float32"
    return Precision(word, word)
