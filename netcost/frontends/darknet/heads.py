"""The last sections of Darknet's networks: shares of classes, and boxes."""

from __future__ import annotations

from math import prod

from netcost.frontends.darknet.file import Section
from netcost.frontends.darknet.net import Net
from netcost.layers.operations import SOFTMAX_OPS
from netcost.network import Node


def _head(net: Net, operation: str, per_element: int) -> Node:
    node = net.pointwise(operation, net.x.output, [net.x], per_element)
    net.heads.append(node)
    return node


def _check(net: Net, key: str, wanted: int, told: str) -> None:
    """Refuse a head that does not fit what comes in, as Darknet does."""
    numbers = prod(net.x.output.sample)
    if numbers != wanted:
        shape = net.x.output
        message = f"[{net.section.word}] needs {told} = {wanted:,} numbers, it gets {shape} = {numbers:,}"
        raise net.fault(key, message, "change `filters` of the layer before, or these options")


def _yolo(coordinates: int, net: Net, s: Section) -> Node:
    anchors = len(s.wholes("mask")) or s.whole("num", 1)
    classes = s.whole("classes", 20)
    height, width = net.image(net.x).output.size
    channels = anchors * (classes + coordinates + 1)
    told = f"{height} x {width} x {anchors} * ({classes} + {coordinates} + 1)"
    _check(net, "classes", height * width * channels, told)
    return _head(net, "YOLO", 1)


def yolo(net: Net, s: Section) -> Node:
    """Boxes at each place: a logistic or exponential function of each number."""
    return _yolo(4, net, s)


def gaussian_yolo(net: Net, s: Section) -> Node:
    """The same with the uncertainty of each side."""
    return _yolo(8, net, s)


def iseg(net: Net, s: Section) -> Node:
    """Classes and a vector of each place."""
    height, width = net.image(net.x).output.size
    classes, ids = s.whole("classes", 20), s.whole("ids", 32)
    _check(net, "classes", height * width * (classes + ids), f"{height} x {width} x ({classes} + {ids})")
    return _head(net, "Segments", 1)


def region(net: Net, s: Section) -> Node:
    """Boxes at each place, with a softmax of the classes, taken as one of all numbers."""
    anchors, classes, coords = s.whole("num", 1), s.whole("classes", 20), s.whole("coords", 4)
    height, width = net.image(net.x).output.size
    told = f"{height} x {width} x {anchors} * ({classes} + {coords} + 1)"
    _check(net, "classes", height * width * anchors * (classes + coords + 1), told)
    is_softmax = s.flag("softmax") or "tree" in s
    return _head(net, "Region", SOFTMAX_OPS if is_softmax else 1)


def detection(net: Net, s: Section) -> Node:
    """Boxes of a grid: what comes in is read as such."""
    side, anchors = s.whole("side", 7), s.whole("num", 1)
    classes, coords = s.whole("classes", 1), s.whole("coords", 1)
    wanted = side * side * ((1 + coords) * anchors + classes)
    _check(net, "classes", wanted, f"{side} * {side} * ({1 + coords} * {anchors} + {classes})")
    return _head(net, "Detection", SOFTMAX_OPS if s.flag("softmax") else 0)


def softmax(net: Net, s: Section) -> Node:
    """Shares of all elements, or of those of a group."""
    s.whole("groups", 1)
    return _head(net, "Softmax", SOFTMAX_OPS)


def logistic(net: Net, s: Section) -> Node:
    """A logistic function of each element."""
    del s
    return _head(net, "Logistic", 1)
