"""Heads of Ultralytics: boxes, masks, keypoints, turned boxes, classes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from netcost.frontends.ultralytics.blocks import depthwise
from netcost.frontends.ultralytics.net import At, channels
from netcost.layers.adaptive_pool import AdaptiveAvgPool
from netcost.layers.concat import Concat
from netcost.layers.conv import Conv
from netcost.layers.conv_transpose import ConvTranspose
from netcost.layers.dropout import Dropout
from netcost.layers.flatten import Flatten
from netcost.layers.linear import Linear
from netcost.layers.reshape import Reshape
from netcost.layers.smooth_activation import Sigmoid
from netcost.layers.softmax import Softmax
from netcost.network import Node

SIDES = 4
CLASSIFIER = 1280
ONLY_TRAINED = "branches that are only trained with have parameters, but do not run"
DECODE_OPS = 4
"""For each number of a box: the sums with the place, the middle or the length, the product with the stride."""


def _branch(at: At, x: Node, hidden: int, width: int) -> Node:
    """Two convolutions of 3x3, and one that puts out."""
    y = at.conv("1", at.conv("0", x, hidden, 3), hidden, 3)
    return at.plain("2", y, width)


def _light_branch(at: At, x: Node, hidden: int, width: int, *, strict: bool) -> Node:
    """The same with a filter for each channel and convolutions of 1x1 in place of each."""
    if strict:
        y = at.conv("0.0", x, channels(x), 3, groups=channels(x))
    else:
        y = depthwise(at / "0.0", x, channels(x), 3)
    y = at.conv("0.1", y, hidden)
    y = at.conv("1.1", at.conv("1.0", y, hidden, 3, groups=hidden), hidden)
    return at.plain("2", y, width)


def in_a_row(at: At, name: str, maps: Sequence[Node]) -> Node:
    """All places of all maps, one after the other."""
    rows = []
    for place, x in enumerate(maps):
        layer = Reshape(size=(channels(x), prod(x.output[2:])), kind="signal")
        rows.append(at.add(f"{name}_row{place}", layer, x))
    return at.add(f"{name}_rows", Concat(axis="length"), *rows) if len(rows) > 1 else rows[0]


class Detector:
    """A head over several maps.

    Args:
        at: where it stands.
        maps: what it looks at.
        classes: what it tells apart.
        light: whether its branches for classes have filters for each channel; strict as version 10 has them.
        prefix: what its branches are called after.
    """

    def __init__(self, at: At, maps: Sequence[Node], classes: int, *, light: str, prefix: str = "") -> None:
        self.at = at
        self.maps = maps
        self.classes = classes
        self.bins = at.net.model.bins
        self.light = light
        self.prefix = prefix
        self.first = channels(maps[0])

    def boxes(self) -> list[Node]:
        """For each side of a box so many numbers, in each map."""
        hidden = max(16, self.first // 4, self.bins * SIDES)
        return self.branches("cv2", hidden, SIDES * self.bins)

    def scores(self) -> list[Node]:
        """A number for each class, in each map."""
        hidden = max(self.first, min(self.classes, 100))
        if not self.light:
            return self.branches("cv3", hidden, self.classes)
        at = self.at / f"{self.prefix}cv3"
        return [
            _light_branch(at / place, x, hidden, self.classes, strict=self.light == "strict")
            for place, x in enumerate(self.maps)
        ]

    def branches(self, name: str, hidden: int, width: int) -> list[Node]:
        """The same convolutions over each map."""
        at = self.at / f"{self.prefix}{name}"
        return [_branch(at / place, x, hidden, width) for place, x in enumerate(self.maps)]

    def decoded(self, more: Sequence[Node] = ()) -> Node:
        """Boxes in pixels, sure classes, and what else a head tells of each place."""
        at = self.at / self.prefix.rstrip("_") if self.prefix else self.at
        boxes = self._expected(at, in_a_row(at, "boxes", self.boxes()))
        boxes = at.pointwise("decode", "Boxes", DECODE_OPS, boxes)
        scores = at.add("sigmoid", Sigmoid(), in_a_row(at, "scores", self.scores()))
        return at.join("output", boxes, scores, *more)

    def _expected(self, at: At, boxes: Node) -> Node:
        """The mean of each distribution of a side's length, whose weights are fixed."""
        if self.bins == 1:
            return boxes
        batch, _, places = boxes.output
        shape = (batch, self.bins, SIDES, places)
        y = at.add("dfl.softmax", Softmax(), at.move("dfl.bins", "Transpose", shape, "image", boxes))
        # Its weights are stored with those that are learned, 0 to 15; both heads have one.
        y = at.add("dfl.conv", Conv(filters=1, kernel=1, bias=False), y, frozen=True)
        return at.add("dfl.sides", Reshape(size=(SIDES, places), kind="signal"), y)


def _detector(at: At, maps: Sequence[Node], classes: int) -> Detector:
    return Detector(at, maps, classes, light="" if at.net.is_old else "light")


def _beside(at: At, maps: Sequence[Node], classes: int, extra: Sequence[tuple[str, int, int]] = ()) -> None:
    """The branches that are only trained with: several boxes may stand for one thing."""
    trained = at._replace(training_only=True)
    detector = Detector(trained, maps, classes, light=_lightness(at))
    detector.boxes()
    detector.scores()
    for name, hidden, width in extra:
        detector.branches(name, hidden, width)
    at.net.graph.note(ONLY_TRAINED)


def _lightness(at: At) -> str:
    if at.net.row.module == "v10Detect":
        return "strict"
    return "" if at.net.is_old else "light"


def branches_that_run(
    at: At, maps: Sequence[Node], classes: int, extra: Sequence[tuple[str, int, int]] = ()
) -> Detector:
    """The branches that run: those of one box for one thing, where the file asks for them."""
    if not (at.net.model.end_to_end or at.net.row.module == "v10Detect"):
        return _detector(at, maps, classes)
    _beside(at, maps, classes, extra)
    return Detector(at, maps, classes, light=_lightness(at), prefix="one2one_")


def detect(at: At, maps: Sequence[Node], classes: int) -> list[Node]:
    """Boxes and classes."""
    return [branches_that_run(at, maps, classes).decoded()]


def segment(at: At, maps: Sequence[Node], classes: int, masks: int, hidden: int) -> list[Node]:
    """Boxes and classes, shares of masks, and the masks that they are shares of."""
    extra = ("cv4", max(channels(maps[0]) // 4, masks), masks)
    detector = branches_that_run(at, maps, classes, [extra])
    shares = in_a_row(at, "masks", detector.branches(*extra))
    found = detector.decoded([shares])
    return [found, masks_of(at, maps[0], hidden, masks)]


def masks_of(at: At, x: Node, hidden: int, masks: int) -> Node:
    """Masks of twice the size of a map, of which each thing has its shares."""
    y = at.conv("proto.cv1", x, hidden, 3)
    y = at.add("proto.upsample", ConvTranspose(filters=hidden, kernel=2, stride=2), y)
    return at.conv("proto.cv3", at.conv("proto.cv2", y, hidden, 3), masks)


def trained_branches(at: At, x: Node, hidden: int, classes: int) -> None:
    """A branch for classes that is only trained with."""
    trained = at._replace(training_only=True)
    trained.plain("aux_head.1", trained.conv("aux_head.0", x, hidden, 3), classes)
    at.net.graph.note(ONLY_TRAINED)


def turned(at: At, maps: Sequence[Node], classes: int, angles: int) -> list[Node]:
    """Boxes with an angle each."""
    extra = ("cv4", max(channels(maps[0]) // 4, angles), angles)
    detector = branches_that_run(at, maps, classes, [extra])
    rows = in_a_row(at, "angles", detector.branches(*extra))
    # A sigmoid, a shift, a factor.
    return [detector.decoded([at.pointwise("angle", "Angle", 3, rows)])]


def pose(at: At, maps: Sequence[Node], classes: int, keypoints: tuple[int, int]) -> list[Node]:
    """Boxes with points each: two factors and a sum for a number of a place, a sigmoid for what is seen."""
    width = prod(keypoints)
    extra = ("cv4", max(channels(maps[0]) // 4, width), width)
    detector = branches_that_run(at, maps, classes, [extra])
    rows = in_a_row(at, "points", detector.branches(*extra))
    return [detector.decoded([at.pointwise("keypoints", "Keypoints", 3, rows)])]


def classify(at: At, x: Node, classes: int, kernel: int = 1, stride: int = 1) -> Node:
    """A convolution, the mean of each channel, a fully connected layer."""
    y = at.conv("conv", x, CLASSIFIER, kernel, stride)
    y = at.add("flatten", Flatten(), at.add("pool", AdaptiveAvgPool(size=1), y))
    y = at.add("linear", Linear(units=classes), at.add("drop", Dropout(p=0), y))
    return at.add("softmax", Softmax(), y)
