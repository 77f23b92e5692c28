"""Darknet's .cfg: a section for each layer, as YOLO up to version 4 is written.

Source: AlexeyAB/darknet and pjreddie/darknet, src/parser.c, for what options mean and what is left out.
"""

from __future__ import annotations

from netcost.frontends import Source
from netcost.frontends.darknet.file import Section, misspelt, sections, unknown
from netcost.frontends.darknet.layers import LAYERS
from netcost.frontends.darknet.net import Net
from netcost.frontends.graph import precision_of
from netcost.frontends.honoured import honoured, refused
from netcost.frontends.text import placed, sizes_for, stem, text_of
from netcost.language.work import Work
from netcost.network import Network, Node
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.shapes import Image, Shape, Vector
from netcost.source.decoding import lines_of
from netcost.source.fault import Fault

HONOURED = ("batch", "dtype", "input")
NETWORKS = ("net", "network")
IMAGE_AXES, VECTOR_AXES = 3, 1
FOR_A_SECTION = 4
"""Units of work, beside those of its layers."""


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of a .cfg.

    Raises:
        SpecError: the file is faulty, states no input size, or cannot be changed as it is asked for.
    """
    taken = honoured(source.path, overrides, HONOURED)
    lines = lines_of(text_of(source))
    found = sections(source.path, lines)
    network = Network(stem(source.path), source=source.path, precision=precision_of(taken.get("dtype", "")))
    network.overrides = taken
    network.sources = {source.path: lines}
    first, *layers = found
    with placed(source.path, lines, first.place):
        shape = _input_shape(first, taken.get("input"), taken.get("batch") or 1)
        _note_batch(network, first, "batch" in taken)
        if not layers:
            raise Fault(first.place, "this network has no layers")
        node = network.input(shape, place=first.place)
        frozen = max((each.index for each in layers if each.whole("stopbackward") == 1), default=-1)
    net = Net(network, node, frozen, work)
    for section in layers:
        with placed(source.path, lines, section.place, net.field):
            work.spend(FOR_A_SECTION, section)
            _add(net, section)
    network.outputs = net.results()
    network.warnings += misspelt(found)
    return network


def _input_shape(first: Section, asked: object, batch: int) -> Shape:
    """The input that the file states, or that is asked for.

    Raises:
        Fault: the first section is another one, or it states no size.
        SpecError: what is asked for is no size of an image or a vector.
    """
    if first.word not in NETWORKS:
        raise Fault(first.place, f"the first section is [{first.word}]", "it has to be [net]")
    size = tuple(first.whole(key) for key in ("channels", "height", "width"))
    inputs = first.whole("inputs")
    wanted = sizes_for(asked, ["input"]).get("input")
    if wanted:
        if len(wanted) not in {IMAGE_AXES, VECTOR_AXES}:
            message = f"the input has {len(wanted)} axes, it is an image or a vector"
            raise refused(Place("--input", 0, 0), message, "as in 3,416,416")
        size, inputs = (wanted, 0) if len(wanted) == IMAGE_AXES else ((0, 0, 0), wanted[0])
    if min(size) > 0:
        return Image((batch, *size))
    if inputs > 0 and not any(size):
        return Vector((batch, inputs))
    stated = ", ".join(key for key in ("channels", "height", "width") if first.whole(key) > 0)
    message = f"[net] states {f'only {stated}' if stated else 'no size'} of its input"
    raise Fault(first.place, message, "write channels, height and width, or ask for `--input 3,416,416`")


def _note_batch(network: Network, first: Section, is_asked: bool) -> None:
    stated = first.whole("batch", 1)
    if stated > 1 and not is_asked:
        network.notes.append(f"the batch is taken as 1; batch={stated} of the file is that of training")
    if first.whole("time_steps", 1) > 1:
        network.notes.append("one time step is counted")


def _add(net: Net, section: Section) -> None:
    """Add the layers of a section, and remember what it puts out.

    Raises:
        Fault: there is no such section, or something is wrong with it.
    """
    build = LAYERS.get(section.word)
    if build is None:
        raise unknown(section.word, section.place, "section", list(LAYERS))
    net.begin(section)
    found: Node = build(net, section)
    net.end(found)
