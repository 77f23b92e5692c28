"""Heads of version 26: masks from all maps, keypoints with what is only trained with, a class for each place."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from netcost.frontends.ultralytics.heads import branches_that_run, in_a_row, masks_of, trained_branches
from netcost.frontends.ultralytics.net import At, channels
from netcost.layers.parameter import Parameter
from netcost.layers.resize import Upsample
from netcost.network import Node

FLOW = 12 * (2 * 64 + 64 + 64 * 64 + 64 + 64 * 2 + 2)
"""Weights of the flow that tells how sure a point is: twelve perceptrons of 2, 64, 64 and 2 units."""


def turned(at: At, maps: Sequence[Node], classes: int, angles: int) -> list[Node]:
    """Boxes with an angle each."""
    extra = ("cv4", max(channels(maps[0]) // 4, angles), angles)
    detector = branches_that_run(at, maps, classes, [extra])
    return [detector.decoded([in_a_row(at, "angles", detector.branches(*extra))])]


def segment(at: At, maps: Sequence[Node], classes: int, masks: int, hidden: int) -> list[Node]:
    """Boxes and classes, shares of masks, and the masks, made of all maps."""
    extra = ("cv4", max(channels(maps[0]) // 4, masks), masks)
    detector = branches_that_run(at, maps, classes, [extra])
    found = detector.decoded([in_a_row(at, "masks", detector.branches(*extra))])
    feature, size = maps[0], tuple(maps[0].output[2:])
    for place, x in enumerate(maps[1:]):
        y = at.conv(f"proto.feat_refine.{place}", x, channels(maps[0]))
        y = at.add(f"proto.resize_{place}", Upsample(size=size), y)
        feature = at.sum(f"proto.add_{place}", feature, y)
    trained = at._replace(training_only=True)
    y = trained.conv("proto.semseg.1", trained.conv("proto.semseg.0", feature, hidden, 3), hidden, 3)
    trained.plain("proto.semseg.2", y, classes)
    return [found, masks_of(at, at.conv("proto.feat_fuse", feature, hidden, 3), hidden, masks)]


def pose(at: At, maps: Sequence[Node], classes: int, keypoints: tuple[int, int]) -> list[Node]:
    """Boxes with points each: a factor and a sum for each number."""
    points, numbers = keypoints
    hidden = max(channels(maps[0]) // 4, points * (numbers + 2))
    trained = at._replace(training_only=True)
    trained.add("flow_model", Parameter(shape=(FLOW,)))
    detector = branches_that_run(at, maps, classes)
    if at.net.model.end_to_end:
        _points(trained, maps, hidden, prod(keypoints), 2 * points, "")
    prefix = "one2one_" if at.net.model.end_to_end else ""
    rows = in_a_row(at, "points", _points(at, maps, hidden, prod(keypoints), 2 * points, prefix))
    return [detector.decoded([at.pointwise("keypoints", "Keypoints", 2, rows)])]


def _points(at: At, maps: Sequence[Node], hidden: int, width: int, spread: int, prefix: str) -> list[Node]:
    """Numbers of points in each map; how far they spread is only trained with."""
    found, trained = [], at._replace(training_only=True)
    for place, x in enumerate(maps):
        name = f"{prefix}cv4.{place}"
        y = at.conv(f"{name}.1", at.conv(f"{name}.0", x, hidden, 3), hidden, 3)
        found.append(at.plain(f"{prefix}cv4_kpts.{place}", y, width))
        trained.plain(f"{prefix}cv4_sigma.{place}", y, spread)
    return found


def classes_of_places(at: At, maps: Sequence[Node], classes: int) -> Node:
    """A number for each class and place; the second map is only trained with."""
    hidden = channels(maps[0])
    for x in maps[1:2]:
        trained_branches(at, x, hidden, classes)
    return at.plain("classifier.1", at.conv("classifier.0", maps[0], hidden, 3), classes)
