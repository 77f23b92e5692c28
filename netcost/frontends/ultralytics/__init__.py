"""Model files of Ultralytics: YAML with rows of modules, at one of several scales.

The builders follow what is published of each version's architecture; nothing of Ultralytics' own files is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netcost.frontends import Source
from netcost.frontends.graph import Graph, precision_of
from netcost.frontends.honoured import honoured, refused
from netcost.frontends.text import placed, sizes_for, stem
from netcost.frontends.ultralytics.file import Args, Model, Row, model_of
from netcost.frontends.ultralytics.net import At, Net, known
from netcost.frontends.ultralytics.table import MODULES, NEW, PLAIN, REPEATED, SCALED, SEVERAL
from netcost.language.work import Work
from netcost.network import Network, Node
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.shapes import Image
from netcost.source.fault import Fault
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document

HONOURED = ("batch", "dtype", "input", "variant", "set")
SETTABLE = ("nc", "kpt_shape", "ch")
FOR_A_ROW = 4
USUAL, USUAL_TO_CLASSIFY = 640, 224
"""Sides of the images that these networks are trained with."""

Made = list[list[Node]]
"""What each row puts out."""


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of a model file.

    Raises:
        SpecError: the file is faulty, or cannot be changed as it is asked for.
    """
    taken = honoured(source.path, overrides, HONOURED)
    document = parse_document(bytes(source.data), source.path)
    if document.problems:
        raise SpecError(document.problems, {source.path: document.lines})
    with placed(source.path, document.lines, document.root.place):
        name = stem(source.path)
        model = model_of(document.root, name, _variant(taken), _set(taken))
        if taken.get("variant") and not model.scales:
            raise refused(Place("--variant", 0, 0), "this file has no scales")
        network = Network(
            _called(name, model), source=source.path, precision=precision_of(taken.get("dtype", ""))
        )
        network.overrides, network.sources = taken, {source.path: document.lines}
        net = Net(Graph(network), model, work)
        x = net.graph.input(_input(net, taken), "images", document.root.place)
    if model.scales and not taken.get("variant") and model.scale not in name:
        net.graph.note(f"scale `{model.scale}` is taken, the first of {', '.join(model.scales)}")
    made: Made = []
    for number, row in enumerate(model.rows):
        with placed(source.path, document.lines, row.place):
            work.spend(FOR_A_ROW, row)
            made.append(_made(net, number, row, made, x))
    network.outputs = tuple(dict.fromkeys(made[-1]))
    return network


def _variant(taken: Mapping[str, Any]) -> str:
    return str(taken.get("variant") or "")


def _set(taken: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in place of numbers of the file.

    Raises:
        SpecError: it is none of those that may be set.
    """
    found: Mapping[str, Any] = taken.get("set") or {}
    for name in found:
        if name not in SETTABLE:
            raise refused(
                Place("--set", 0, 0),
                f"there is no parameter `{name[:60]}`",
                f"there are {', '.join(SETTABLE)}",
            )
    return found


def _called(name: str, model: Model) -> str:
    """The name of the file, and the scale if the name does not tell it."""
    return name if not model.scales or model.scale in name else f"{name} {model.scale}"


def _input(net: Net, taken: Mapping[str, Any]) -> Image:
    """An image of the size that is asked for, else of that of training.

    Raises:
        SpecError: what is asked for is no image.
    """
    size = sizes_for(taken.get("input"), ["images"]).get("images")
    if size is None:
        side = USUAL_TO_CLASSIFY if net.model.rows[-1].module == "Classify" else USUAL
        size = (net.model.channels, side, side)
        net.graph.note(
            f"the input is taken as {' x '.join(map(str, size))}, the usual size; a model file states none"
        )
    if len(size) != 3:  # noqa: PLR2004
        raise refused(
            Place("--input", 0, 0), f"the input has {len(size)} axes, it is an image", "as in 3,640,640"
        )
    return Image((taken.get("batch") or 1, *size))


def _made(net: Net, number: int, row: Row, made: Made, x: Node) -> list[Node]:
    """Add the layers of a row.

    Raises:
        Fault: something is wrong with it.
    """
    net.row = row
    at = At(net, f"model.{number}")
    sources = [_source(number, index, row, made, x) for index in row.sources]
    if len(sources) > 1 and row.module in MODULES and row.module not in SEVERAL:
        raise Fault(row.source_place, f"{row.module} takes one input, it has {len(sources)}")
    found = _built(net, at, row, [each[0] for each in sources])
    net.is_old = net.is_old and row.module not in NEW
    return found if isinstance(found, list) else [found]


def _source(number: int, index: int, row: Row, made: Made, x: Node) -> list[Node]:
    """What a row has put out, by its number; below 0 it counts back.

    Raises:
        Fault: it does not come before.
    """
    found = index + number if index < 0 else index
    if number == 0 and index == -1:
        return [x]
    if not 0 <= found < number:
        raise Fault(row.source_place, f"row {number} takes from {index}, which is no row before it")
    return made[found]


def _built(net: Net, at: At, row: Row, nodes: list[Node]) -> Node | list[Node]:
    model, args = net.model, row.args
    if row.module in PLAIN:
        if row.module == "HGBlock":
            return PLAIN[row.module](at, nodes, args)
        return _several(net, at, nodes, lambda each, found: PLAIN[row.module](each, found, args))
    if row.module == "Classify":
        from netcost.frontends.ultralytics.heads import classify

        return classify(
            at, at.join("cat", *nodes), args.whole(0, model.classes), args.whole(1, 1), args.whole(2, 1)
        )
    if row.module in SCALED or row.module in REPEATED:
        width = model.wide(args.whole(0))
        behind = Args(args.values[1:], args.place)
        if row.module in REPEATED:
            return REPEATED[row.module](at, nodes[0], width, model.deep(row.repeats), behind)
        return _several(net, at, nodes, lambda each, found: SCALED[row.module](each, found[0], width, behind))
    raise Fault(
        row.module_place, f"there is no module `{row.module[:60]}` that is known", known(row.module, MODULES)
    )


def _several(net: Net, at: At, nodes: list[Node], build: Any) -> Node | list[Node]:
    """A module as often as its row says, one behind the other."""
    count = net.model.deep(net.row.repeats)
    if count == 1:
        found: Node | list[Node] = build(at, nodes)
        return found
    for number in range(count):
        found = build(at / number, nodes)
        nodes = found if isinstance(found, list) else [found]
    return nodes
