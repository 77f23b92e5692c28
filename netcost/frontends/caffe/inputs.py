"""Where data enters a network of Caffe: inputs that state a shape, and layers of data, which often do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netcost.frontends.caffe.net import DATA, KINDS, Item, Net
from netcost.frontends.caffe.text import Message
from netcost.frontends.text import sizes_for
from netcost.network import Node
from netcost.place import Place
from netcost.shapes import Shape, Tensor
from netcost.source.fault import Fault

COLOURS = 3
OLD_AXES = 4
"""Lengths of an input as `input_dim` lists them."""


class Inputs:
    """What `--input` and `--batch` ask for, while inputs are met.

    Args:
        net: where they go.
        asked: the value of `--input`.
        batch: that of `--batch`; 0 if nothing is asked for.
        root: the fields of the file.
        items: its layers.
    """

    def __init__(self, net: Net, asked: Any, batch: int, root: Message, items: Sequence[Item]) -> None:
        self.net = net
        self.batch = batch
        named = [
            *root.words("input"),
            *(top for item in items if item.kind == "Input" for top in item.tops),
        ]
        loaders = [item for item in items if item.is_data]
        main = [*named, *(item.tops[0] for item in loaders if item.tops)]
        every = list(dict.fromkeys([*main, *(top for item in loaders for top in item.tops)]))
        is_plain = asked is not None and not isinstance(asked, Mapping)
        self.sizes = sizes_for(asked, list(dict.fromkeys(main)) if is_plain else every)
        self._stated: int | None = None
        """The samples that the first input states."""

    def add(self, name: str, dims: Sequence[int], place: Place) -> Node:
        """Let a blob in, with the lengths that are stated or asked for.

        Raises:
            Fault: a length is none.
        """
        samples = dims[0] if dims else 1
        if name in self.sizes:
            dims = (samples, *self.sizes[name])
        if not dims or min(dims) < 1:
            told = f"states {' x '.join(map(str, dims))}" if dims else "states no size"
            raise Fault(place, f"the input `{name}` {told}", f"tell it, as in `--input {name}=3,227,227`")
        if self._stated is None:
            self._stated = samples
        if self.batch and samples == self._stated:
            dims = (self.batch, *dims[1:])
        kind: type[Shape] = KINDS.get(len(dims), Tensor)
        node = self.net.graph.input(kind(dims if len(dims) > 1 else (1, *dims)), name, place)
        self.net.blobs[name] = node
        return node

    def declared(self, root: Message) -> None:
        """Let in what stands before the layers, as `input:`."""
        names = root.values("input")
        shapes = [each.wholes("dim") for each in root.messages("input_shape")]
        if not shapes:
            lengths = root.wholes("input_dim")
            shapes = [lengths[start : start + OLD_AXES] for start in range(0, len(lengths), OLD_AXES)]
        for place, name in enumerate(names):
            self.add(name.text, shapes[place] if place < len(shapes) else (), name.place)

    def layer(self, item: Item) -> None:
        """Let in the tops of a layer of type Input."""
        shapes = [each.wholes("dim") for each in item.param("input_param").messages("shape")]
        for place, top in enumerate(item.tops):
            found = shapes[min(place, len(shapes) - 1)] if shapes else ()
            self.add(top, found, item.place)

    def data(self, item: Item) -> None:
        """Let in what a layer of data states the size of; the rest, as labels, only if something takes it in."""
        for top, dims in zip(item.tops, _stated(item, len(item.tops)), strict=False):
            if top in self.sizes or dims:
                if item.kind == "Data" and top not in self.sizes:
                    size = " x ".join(map(str, dims[1:]))
                    self.net.graph.note(
                        f"`{top}` is taken as {size}, a crop in colour; its file tells no more"
                    )
                self.add(top, dims or (1,), item.place)
            else:
                self.net.pending[top] = item


def _stated(item: Item, tops: int) -> list[Sequence[int]]:
    """The lengths of each top, of one sample; nothing where they are not known."""
    if item.kind not in DATA:
        return [()] * tops
    param, transform = item.param(DATA[item.kind]), item.param("transform_param")
    if item.kind == "DummyData":
        return _dummies(param, tops)
    if item.kind == "MemoryData":
        return [(1, *(param.whole(name) for name in ("channels", "height", "width"))), *[(1, 1)] * (tops - 1)]
    labels: list[Sequence[int]] = [()] * (tops - 1)
    crop = transform.whole("crop_size") or param.whole("crop_size")
    resize = transform.message("resize_param")
    height, width = resize.whole("height", crop), resize.whole("width", crop)
    if item.kind == "ImageData" and not crop:
        height, width = param.whole("new_height"), param.whole("new_width")
    if not (height and width):
        return [(), *labels]
    is_grey = transform.flag("force_gray") or not param.flag("is_color", default=True)
    channels = 1 if is_grey else COLOURS
    return [(1, channels, height, width), *labels]


def _dummies(param: Message, tops: int) -> list[Sequence[int]]:
    shapes: list[Sequence[int]] = [each.wholes("dim") for each in param.messages("shape")]
    if not shapes:
        axes = [param.wholes(name) or [1] for name in ("num", "channels", "height", "width")]
        shapes = [[axis[min(place, len(axis) - 1)] for axis in axes] for place in range(tops)]
    return [shapes[min(place, len(shapes) - 1)] for place in range(tops)]
