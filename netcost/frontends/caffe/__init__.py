"""Caffe's .prototxt: the layers of the test phase, as they are deployed.

Losses and accuracies are left out, and noted; a softmax or a sigmoid with a loss is read without it.
Source: BVLC/caffe, src/caffe/proto/caffe.proto and src/caffe/net.cpp, for what fields mean and which layers a phase has.
"""

from __future__ import annotations

from netcost.frontends import Source
from netcost.frontends.caffe.inputs import Inputs
from netcost.frontends.caffe.net import Item, Net
from netcost.frontends.caffe.phases import has_phases, items_of
from netcost.frontends.caffe.table import LAYERS, is_left_out
from netcost.frontends.caffe.text import Document, parsed
from netcost.frontends.graph import precision_of
from netcost.frontends.honoured import honoured
from netcost.frontends.text import placed, stem, text_of
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import Overrides
from netcost.place import Place
from netcost.source.fault import Fault, choices
from netcost.source.problem import nearest

HONOURED = ("batch", "dtype", "input")


def read(source: Source, overrides: Overrides, work: Work) -> Network:
    """Build the network of a .prototxt.

    Raises:
        SpecError: the file is faulty, states no input size, or cannot be changed as it is asked for.
    """
    taken = honoured(source.path, overrides, HONOURED)
    document = Document(source.path, text_of(source))
    with placed(source.path, document.lines, Place(source.path, 0, 0)):
        root = parsed(document)
        name = root.word("name") or stem(source.path)
        network = Network(name, source=source.path, precision=precision_of(taken.get("dtype", "")))
        network.overrides, network.sources = taken, {source.path: document.lines}
        items = items_of(root)
        net = Net(network, work)
        inputs = Inputs(net, taken.get("input"), taken.get("batch") or 0, root, items)
        if has_phases(root):
            net.graph.note("the layers of the test phase are counted")
        inputs.declared(root)
    for item in items:
        with placed(source.path, document.lines, item.place, item.field):
            _read_item(net, inputs, item)
    with placed(source.path, document.lines, Place(source.path, 0, 0)):
        if not network.nodes:
            raise Fault(Place(source.path, 0, 0), "this file has no layers for the test phase")
    used = {node for each in network.nodes for node in each.inputs}
    network.outputs = tuple(node for node in network.nodes if node not in used)
    if network.batch > 1 and "batch" not in taken:
        net.graph.note(f"the batch of {network.batch} is the file's; `--batch 1` asks for one sample")
    return network


def _read_item(net: Net, inputs: Inputs, item: Item) -> None:
    """Add a layer, and give its tops their names.

    Raises:
        Fault: it is of no known type, or something is wrong with it.
    """
    net.item = item
    if item.kind == "Input":
        inputs.layer(item)
        return
    if item.is_data:
        inputs.data(item)
        return
    if is_left_out(item):
        net.graph.note(
            f"`{item.name}` of type {item.kind} is left out: it is no part of the deployed network"
        )
        return
    build = LAYERS.get(item.kind)
    if build is None:
        near = nearest(item.kind, list(LAYERS))
        message = f"there is no rule for layers of type `{item.kind[:60]}`"
        raise Fault(
            item.place, message, f"did you mean `{near}`?" if near else f"there are {choices(LAYERS)}"
        )
    found = build(net)
    nodes = found if isinstance(found, list) else [found]
    if item.kind.endswith("Loss"):
        net.graph.note(f"`{item.name}` of type {item.kind} is read without its loss")
    for place, top in enumerate(item.tops):
        if place < len(nodes):
            net.blobs[top] = nodes[place]
