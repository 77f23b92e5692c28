"""Layers of Caffe's detectors: SSD's and Faster R-CNN's forks."""

from __future__ import annotations

from netcost.frontends.caffe.net import Net
from netcost.network import Node

PROPOSALS = 300
"""Boxes that Faster R-CNN looks at, RPN_POST_NMS_TOP_N of its test phase."""

BOX = 5
"""A sample's number, and two corners."""


def prior_box(net: Net) -> Node:
    """The boxes that are foreseen at each place, which depend on sizes only."""
    param = net.item.param("prior_box_param")
    node, _ = net.bottoms(2, 2)
    ratios = {1.0}
    for ratio in param.numbers("aspect_ratio"):
        ratios.add(ratio)
        if param.flag("flip", default=True) and ratio:
            ratios.add(1 / ratio)
    sizes = len(param.values("min_size"))
    each = len(ratios) * sizes + len(param.values("max_size"))
    if not each:
        raise net.fault("prior_box_param states no min_size")
    height, width = [*net.dims(node)[2:], 1, 1][:2]
    return net.move((1, 2, height * width * each * 4), [node])


def detection_output(net: Net) -> Node:
    """The boxes that are kept; which ones depends on the image."""
    kept = net.item.param("detection_output_param").whole("keep_top_k", 200)
    net.graph.note(f"{net.item.kind} picks boxes: its comparisons depend on the image and are not counted")
    return net.move((1, 1, max(1, kept), 7), net.bottoms(3, None))


def proposal(net: Net) -> list[Node]:
    """The boxes that a region proposal network puts forward."""
    net.graph.note(f"`{net.item.name}` is taken to propose {PROPOSALS} boxes; to pick them is not counted")
    return [net.move((PROPOSALS, BOX), net.bottoms(1, None))] * max(1, len(net.item.tops))


def python(net: Net) -> list[Node]:
    """Code of the author's, of which only the proposals of Faster R-CNN are known."""
    layer = net.item.param("python_param").word("layer")
    if "proposal" in layer.lower():
        return proposal(net)
    message = (
        f"`{net.item.name}` is code in Python, {layer or 'without a name'}; what it puts out is not known"
    )
    raise net.fault(message, "leave it out, or put a layer of Caffe in its place")


def roi_pooling(net: Net) -> Node:
    """A grid of maxima, or of means of interpolated points, for each box."""
    name = "roi_pooling_param" if "roi_pooling_param" in net.item.message else "roi_align_param"
    param = net.item.param(name)
    node, boxes = net.bottoms(2, 2)
    dims = net.dims(node)
    height, width = param.whole("pooled_h", 1), param.whole("pooled_w", 1)
    net.graph.note(
        f"{net.item.kind} reads as many positions as its boxes are large, one for each output is counted"
    )
    return net.pointwise([node, boxes], 1, dims=(net.dims(boxes)[0], dims[1], height, width))


def ps_roi_pooling(net: Net) -> Node:
    """The same where each place of the grid has channels of its own, of R-FCN."""
    param = net.item.param("psroi_pooling_param")
    _, boxes = net.bottoms(2, 2)
    side = param.whole("group_size", 1)
    net.graph.note(
        f"{net.item.kind} reads as many positions as its boxes are large, one for each output is counted"
    )
    return net.pointwise(
        net.bottoms(2, 2), 1, dims=(net.dims(boxes)[0], param.whole("output_dim", 1), side, side)
    )
