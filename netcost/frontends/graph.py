"""What front ends of graphs share: kinds of shapes, names, weights that several layers use, overrides that count."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Never

from netcost.dtypes import Precision
from netcost.frontends.honoured import refused
from netcost.integers import BOUND
from netcost.language.formats import read_dtype
from netcost.layers.layer import Layer
from netcost.network import Network, Node, Views
from netcost.overrides import OVERRIDES
from netcost.place import Place
from netcost.shapes import Shape, Vector, usual_kind
from netcost.source.fault import Fault
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document
from netcost.stored import Tie
from netcost.wording import shortened

MAX_NAME = 200
"""Characters of a layer's name; what is longer is cut."""

NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def shape_of(dims: Sequence[int]) -> Shape:
    """The shape of a tensor of a graph: a number and a list stand for one vector, others by their axes."""
    match dims:
        case []:
            return Vector((1, 1))
        case [length]:
            return Vector((1, length))
    return usual_kind(len(dims) - 1)(dims)


def precision_of(dtype: str, default: Precision | None = None) -> Precision:
    """The number formats that `--dtype` asks for, or those of the file.

    Raises:
        SpecError: there is no such format.
    """
    if not dtype:
        return default or Precision()
    try:
        return read_dtype(parse_document(dtype.encode(), OVERRIDES["dtype"].option).root)
    except Fault as fault:
        raise SpecError([fault.problem]) from None


def sizes_of(value: Any) -> Mapping[str, tuple[int, ...]]:
    """What `--input` asks for, by the names of inputs; of one without a name, that is empty."""
    return value if isinstance(value, Mapping) else {"": tuple(value)} if value else {}


def lengths_of(dims: Mapping[str, Any]) -> Mapping[str, int]:
    """What `--dim` asks for, by the names of axes.

    Raises:
        SpecError: something that is no whole number of at least 1.
    """
    for name, value in dims.items():
        if not (str(value).isascii() and str(value).isdigit() and 0 < int(value) < BOUND):
            message = f"`{shortened(str(value))}` is no length of `{shortened(name)}`"
            raise refused(Place("--dim", 0, 0), message, "a whole number of at least 1")
    return {name: int(value) for name, value in dims.items()}


class Graph:
    """A network as it is made of a graph.

    Args:
        network: what layers are added to.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._owners: dict[Hashable, tuple[str, str]] = {}
        """By the tensor: the layer that has it, and what it calls it."""
        self._numbers: dict[str, int] = {}

    def fail(self, place: Place, message: str, hint: str = "") -> Never:
        """End the reading.

        Raises:
            SpecError: always.
        """
        raise refused(place, message, hint)

    def note(self, text: str) -> None:
        """Tell what was assumed, once."""
        if text not in self.network.notes:
            self.network.notes.append(text)

    def input(self, shape: Shape, name: str, place: Place | None = None) -> Node:
        """Let data of a shape in."""
        return self.network.input(shape, self.name(name or "input"), place)

    def name(self, wanted: str) -> str:
        """A name that no layer has yet, as near to that of the graph as names can be: `/layer1/0/conv` is `layer1.0.conv`."""
        cleaned = NO_NAME.sub("_", wanted.replace("/", ".").replace("::", "."))
        parts = [part for part in cleaned.split(".") if part.strip("_")]
        name = ".".join(parts)[-MAX_NAME:].strip(".") or "layer"
        if name not in self.network:
            return name
        number = self._numbers.get(name, 1)
        while f"{name}_{number}" in self.network:
            number += 1
        self._numbers[name] = number + 1
        return f"{name}_{number}"

    def add(
        self,
        name: str,
        layer: Layer,
        inputs: Sequence[Node],
        *,
        weights: Mapping[str, Hashable] | None = None,
        views: Views = (),
        place: Place | None = None,
        precision: Precision | None = None,
        frozen: bool | frozenset[str] = False,
        training_only: bool = False,
    ) -> Node:
        """Add a layer under a name of its own; weights that an earlier layer has are that layer's.

        Args:
            name: what the graph calls it.
            layer: the layer and its fields.
            inputs: what it takes in.
            weights: for each weight of the layer the tensor of the file that it is. Where the first of them is
                an earlier layer's, all that are known are; equal tensors behind a first one of its own are not, as
                exporters store equal biases once.
            views: the kinds of shapes as which it takes its inputs.
            place: where the graph has it.
            precision: number formats of its weights and output; the network's where left out.
            frozen: the weights are not trained, or those of such names.
            training_only: it has weights, but does not run once the network is trained.

        Raises:
            MisfitError: the layer does not fit its inputs.
        """
        weights = weights or {}
        first = next(iter(weights.values()), None)
        ties = tuple(
            Tie(weight, *self._owners[key])
            for weight, key in weights.items()
            if first in self._owners and key in self._owners
        )
        node = self.network.add(
            self.name(name),
            layer,
            inputs,
            place,
            views=views,
            precision=precision,
            frozen=frozen,
            ties=ties,
            training_only=training_only,
        )
        for weight, key in weights.items():
            self._owners.setdefault(key, (node.name, weight))
        return node
