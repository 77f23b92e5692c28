"""A network of Caffe while its layers are read: blobs by their names, and what a layer is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netcost.frontends.caffe.text import Message
from netcost.frontends.graph import Graph
from netcost.language.work import Work
from netcost.layers.layer import Layer
from netcost.layers.tensor import Move, Pointwise, Reduce
from netcost.network import Network, Node
from netcost.place import Place
from netcost.shapes import Image, Shape, Signal, Tensor, Vector, Volume
from netcost.source.fault import Fault, choices
from netcost.source.problem import nearest

FOR_A_LAYER = 24
"""Units of work."""

DATA = {
    "Data": "data_param",
    "ImageData": "image_data_param",
    "MemoryData": "memory_data_param",
    "WindowData": "window_data_param",
    "HDF5Data": "hdf5_data_param",
    "DummyData": "dummy_data_param",
    "AnnotatedData": "data_param",
    "VideoData": "video_data_param",
}
"""Layers of data, and where their parameters stand."""

LABELLED = {"Data", "ImageData", "WindowData", "AnnotatedData", "MemoryData"}
"""Layers of data whose tops behind the first are a number for each sample."""

KINDS: Mapping[int, type[Shape]] = {2: Vector, 3: Signal, 4: Image, 5: Volume}
"""What blobs are, by the number of their axes: the channels follow the samples."""

LAYER_FIELDS = {
    "filters": "num_output",
    "units": "num_output",
    "dim": "num_output",
    "kernel": "kernel_size",
    "groups": "group",
    "size": "local_size",
    "sizes": "slice_point",
}
"""What netcost's layers call fields otherwise."""


class Item:
    """A layer of the file.

    Args:
        message: its fields.
        kind: its type, as new files call it.
    """

    def __init__(self, message: Message, kind: str) -> None:
        self.message = message
        self.kind = kind
        self.name = message.word("name") or kind
        self.bottoms = message.words("bottom")
        self.tops = message.words("top")
        self.rates = _rates(message)
        self.shared = _shared(message)

    @property
    def place(self) -> Place:
        """Where its type stands."""
        return self.message.place_of("type")

    @property
    def is_data(self) -> bool:
        """True for a layer that lets data in: it takes in nothing, and is no learned blob."""
        return not self.bottoms and self.kind not in {"Parameter", "Input"}

    def param(self, name: str) -> Message:
        """Its parameters under a name."""
        return self.message.message(name)

    def field(self, name: str) -> Place | None:
        """Where a field of a layer of netcost is written."""
        key = LAYER_FIELDS.get(name, name)
        for values in self.message.fields.values():
            for each in values:
                if isinstance(each, Message) and key in each:
                    return each.place_of(key)
        return None


def _rates(message: Message) -> list[float]:
    """How fast each weight is learned, as new files have it, or old ones."""
    if _has_messages(message):
        return [each.number("lr_mult", 1.0) for each in message.messages("param")]
    return message.numbers("blobs_lr")


def _has_messages(message: Message) -> bool:
    return any(isinstance(each, Message) for each in message.fields.get("param", []))


def _shared(message: Message) -> list[str]:
    """The names of its weights, which other layers may use."""
    if _has_messages(message):
        return [each.word("name") for each in message.messages("param")]
    return message.words("param")


class Net:
    """What has been read so far.

    Args:
        network: what layers are added to.
        work: counts them.
    """

    def __init__(self, network: Network, work: Work) -> None:
        self.graph = Graph(network)
        self.network = network
        self.work = work
        self.blobs: dict[str, Node] = {}
        self.pending: dict[str, Item] = {}
        """Blobs of layers of data whose size is not known, or of labels."""
        self.item: Item = Item.__new__(Item)
        self._dims: dict[Node, tuple[int, ...]] = {}

    # Blobs

    def blob(self, name: str) -> Node:
        """A blob by its name.

        Raises:
            Fault: there is none yet.
        """
        if name in self.blobs:
            return self.blobs[name]
        place = self._place_of_bottom(name)
        if name in self.pending:
            source = self.pending[name]
            if source.kind in LABELLED and source.tops.index(name) > 0:
                self.blobs[name] = self.graph.input(Vector((self.network.batch, 1)), name, source.place)
                return self.blobs[name]
            message = f"`{name}` comes of a layer of type {source.kind}, which states no size"
            raise Fault(place, message, f"tell it, as in `--input {name}=3,227,227`")
        near = nearest(name, list(self.blobs))
        hint = f"did you mean `{near}`?" if near else f"there are {choices(list(self.blobs))}"
        raise Fault(place, f"there is no blob `{name[:60]}` yet", hint if self.blobs else "")

    def _place_of_bottom(self, name: str) -> Place:
        values = self.item.message.values("bottom")
        return next((each.place for each in values if each.text == name), self.item.place)

    def first(self) -> Node:
        """The first blob that the layer takes in, whatever follows it.

        Raises:
            Fault: there is none.
        """
        if not self.item.bottoms:
            raise Fault(self.item.place, f"{self.item.kind} has no bottom")
        return self.blob(self.item.bottoms[0])

    def bottoms(self, least: int = 1, most: int | None = 1) -> list[Node]:
        """The blobs that the layer takes in.

        Raises:
            Fault: they are too few or too many, or there is no such blob.
        """
        names = self.item.bottoms
        if len(names) < least or (most is not None and len(names) > most):
            wanted = (
                f"{least}" if most == least else f"at least {least}" if most is None else f"{least} to {most}"
            )
            message = f"{self.item.kind} takes {wanted} bottoms, it has {len(names)}"
            raise Fault(self.item.place, message)
        self.work.spend(len(names), self.item)
        return [self.blob(name) for name in names]

    def dims(self, node: Node) -> tuple[int, ...]:
        """The lengths of a blob, as Caffe counts its axes."""
        return self._dims.get(node, tuple(node.output))

    def axis(self, node: Node, number: int, key: Message | None = None, name: str = "axis") -> int:
        """An axis from 0, where below 0 counts from the end.

        Raises:
            Fault: the blob has no such axis.
        """
        axes = len(self.dims(node))
        if not -axes <= number < axes:
            place = key.place_of(name) if key else self.item.place
            raise Fault(place, f"{name} is {number}, the blob has {axes} axes")
        return number % axes

    def fault(self, message: str, hint: str = "", *, at: Message | None = None, key: str = "") -> Fault:
        """A fault of the layer, or of one of its parameters."""
        return Fault(at.place_of(key) if at else self.item.place, message, hint)

    # Layers

    def add(
        self,
        layer: Layer,
        inputs: Sequence[Node],
        part: str = "",
        *,
        kinds: Sequence[type[Shape] | None] | None = None,
        weights: Sequence[str] = (),
        first: int = 0,
        owner: str | None = None,
    ) -> Node:
        """Add a layer of netcost.

        Args:
            layer: the layer.
            inputs: what it takes in.
            part: which part of the layer of the file it is; empty if it is the whole of it.
            kinds: as what it takes it; None for channels behind the samples.
            weights: the names of its weights in the order of the file, which may be shared or fixed.
            first: the place of the first of them among the weights of the layer of the file.
            owner: the part that has those weights; this one where left out.
        """
        self.work.spend(FOR_A_LAYER, self.item)
        wanted = kinds or [KINDS.get(len(node.output), Tensor) for node in inputs]
        views = [
            None if kind is type(node.output) else kind for node, kind in zip(inputs, wanted, strict=True)
        ]
        name = "/".join(filter(None, (self.item.name, part)))
        keys = [*self.item.shared[first:], *[""] * len(weights)]
        own = (id(self.item), part if owner is None else owner)
        owned = {weight: key or (*own, weight) for weight, key in zip(weights, keys, strict=False)}
        rates = zip(weights, self.item.rates[first:], strict=False)
        frozen = frozenset(weight for weight, rate in rates if rate == 0)
        return self.graph.add(
            name,
            layer,
            inputs,
            weights=owned,
            views=tuple(views) if any(views) else (),
            place=self.item.place,
            frozen=frozen,
        )

    def as_kind(self, dims: Sequence[int]) -> tuple[tuple[int, ...], str]:
        """A shape with the word of its kind, for a raw layer."""
        shape = tuple(dims) if len(dims) > 1 else (1, *(dims or (1,)))
        return shape, KINDS.get(len(shape), Tensor).word

    def _kept(self, node: Node, dims: Sequence[int]) -> Node:
        if len(dims) < 2:  # noqa: PLR2004 a blob of one axis is a vector of one sample
            self._dims[node] = tuple(dims)
        return node

    def move(
        self, dims: Sequence[int], inputs: Sequence[Node], part: str = "", *, view: bool = False
    ) -> Node:
        """Rearrange elements to other lengths."""
        shape, kind = self.as_kind(dims)
        layer = Move(operation=self.item.kind, shape=shape, kind=kind, view=view)
        return self._kept(self.add(layer, inputs, part), dims)

    def pointwise(
        self,
        inputs: Sequence[Node],
        per_element: int,
        *,
        dims: Sequence[int] | None = None,
        operands: Mapping[str, Sequence[int]] | None = None,
        part: str = "",
        first: int = 0,
    ) -> Node:
        """Operations for each element of the output; operands are weights in the order of the file."""
        lengths = self.dims(inputs[0]) if dims is None else dims
        shape, kind = self.as_kind(lengths)
        weights = tuple(map(tuple, (operands or {}).values()))
        layer = Pointwise(
            operation=self.item.kind, shape=shape, kind=kind, per_element=per_element, operands=weights
        )
        names = [f"weight_{n}" if n > 1 else "weight" for n in range(1, len(weights) + 1)]
        return self._kept(self.add(layer, inputs, part, weights=names, first=first), lengths)

    def reduce(
        self, dims: Sequence[int], inputs: Sequence[Node], per_element: int, per_output: int = 0
    ) -> Node:
        """Operations for each element of the first input."""
        shape, kind = self.as_kind(dims)
        layer = Reduce(
            operation=self.item.kind, shape=shape, kind=kind, per_element=per_element, per_output=per_output
        )
        return self._kept(self.add(layer, inputs), dims)
