"""What modules of Ultralytics are made of: convolutions with a norm and an activation, under the names of theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from netcost.frontends.graph import Graph
from netcost.frontends.ultralytics.file import Model, Row
from netcost.language.work import Work
from netcost.layers.activation import ReLU
from netcost.layers.concat import Concat
from netcost.layers.conv import Conv
from netcost.layers.dropout import Identity
from netcost.layers.elementwise import Add
from netcost.layers.layer import Layer
from netcost.layers.norm import BatchNorm
from netcost.layers.piecewise_linear import Hardswish
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, PReLU, ReLU6
from netcost.layers.slicing import Split
from netcost.layers.smooth_activation import GELU, Mish, Sigmoid, SiLU, Softplus, Tanh
from netcost.layers.tensor import Move, Pointwise
from netcost.network import Network, Node
from netcost.source.fault import Fault, choices
from netcost.wording import listed

FOR_A_LAYER = 16
"""Units of work."""

CALL = re.compile(r"(?:torch\.)?(?:nn\.)?(?:modules\.activation\.)?([A-Za-z0-9]+)\(([^()]*)\)")
NUMBER = re.compile(r"(?:\w+\s*=\s*)?([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)")

ACTIVATIONS: Mapping[str, Callable[[], Layer]] = {
    "SiLU": SiLU,
    "ReLU": ReLU,
    "ReLU6": ReLU6,
    "LeakyReLU": LeakyReLU,
    "Hardswish": Hardswish,
    "Mish": Mish,
    "GELU": GELU,
    "ELU": ELU,
    "SELU": SELU,
    "Sigmoid": Sigmoid,
    "Tanh": Tanh,
    "Softplus": Softplus,
    "PReLU": PReLU,
    "Identity": Identity,
}
"""What a file may name; the call is looked at, and never run."""


def activation_of(model: Model) -> Layer:
    """The activation that a file asks for.

    Raises:
        Fault: it is none of those that are known.
    """
    if model.activation is None:
        return SiLU()
    text, place = model.activation
    found = CALL.fullmatch(text.strip())
    if not found or found[1] not in ACTIVATIONS:
        hint = f"as in nn.ReLU(); there are {listed(list(ACTIVATIONS), most=None)}"
        raise Fault(place, f"`{text[:60]}` is no activation that is known", hint)
    number = NUMBER.match(found[2].strip())
    if found[1] == "LeakyReLU" and number and isfinite(float(number[1])):
        return LeakyReLU(slope=float(number[1]))
    return ACTIVATIONS[found[1]]()


class Net:
    """A network while its rows are read.

    Args:
        graph: what layers are added to.
        model: what the file says.
        work: counts the layers.
    """

    def __init__(self, graph: Graph, model: Model, work: Work) -> None:
        self.graph = graph
        self.model = model
        self.work = work
        self.act = activation_of(model)
        self.row: Row = model.rows[0]
        self.parts: dict[Node, tuple[int, ...]] = {}
        """By the output of a convolution that stands for several maps: the channels of each."""
        self.is_old = True
        """Whether no row before is of a kind that came with version 10 or later."""

    @property
    def network(self) -> Network:
        """What has been read so far."""
        return self.graph.network


class At(NamedTuple):
    """Where a module stands in the network: `model.2.m.0`."""

    net: Net
    name: str
    training_only: bool = False

    def __truediv__(self, part: object) -> At:
        return self._replace(name=f"{self.name}.{part}")

    def fault(self, message: str, hint: str = "") -> Fault:
        """A fault of the module."""
        return Fault(self.net.row.module_place, message, hint)

    def add(
        self,
        part: str,
        layer: Layer,
        *inputs: Node,
        frozen: bool = False,
        weights: Mapping[str, Hashable] | None = None,
    ) -> Node:
        """Add a layer."""
        self.net.work.spend(FOR_A_LAYER, self.net.row)
        return self.net.graph.add(
            f"{self.name}.{part}" if part else self.name,
            layer,
            inputs,
            weights=weights,
            place=self.net.row.place,
            frozen=frozen,
            training_only=self.training_only,
        )

    def conv(
        self,
        part: str,
        x: Node,
        filters: int,
        kernel: int | tuple[int, ...] = 1,
        stride: int = 1,
        *,
        pad: int | tuple[int, ...] | None = None,
        groups: int = 1,
        dilation: int = 1,
        act: bool | Layer = True,
    ) -> Node:
        """A convolution without bias, a batch norm, an activation; padded so that a stride of 1 keeps the size."""
        at = self / part if part else self
        layer = Conv(
            filters=filters,
            kernel=kernel,
            stride=stride,
            pad=half(kernel, dilation) if pad is None else pad,
            groups=groups,
            dilation=dilation,
            bias=False,
        )
        x = at.add("bn", BatchNorm(), at.add("conv", layer, x))
        return x if act is False else at.add("act", self.net.act if act is True else act, x)

    def plain(self, part: str, x: Node, filters: int, *, bias: bool = True) -> Node:
        """A convolution of 1x1 alone."""
        return self.add(part, Conv(filters=filters, kernel=1, bias=bias), x)

    def halves(self, part: str, x: Node) -> list[Node]:
        """Both halves of the channels."""
        return [self.add(f"{part}_{half}", Split(parts=2, index=half), x) for half in range(2)]

    def sum(self, part: str, *inputs: Node) -> Node:
        """A sum of all."""
        return self.add(part, Add(), *inputs)

    def join(self, part: str, *inputs: Node) -> Node:
        """All one after the other, in the channels."""
        return self.add(part, Concat(), *inputs) if len(inputs) > 1 else inputs[0]

    def move(self, part: str, operation: str, shape: Sequence[int], kind: str, *inputs: Node) -> Node:
        """Elements rearranged."""
        return self.add(part, Move(operation=operation, shape=tuple(shape), kind=kind), *inputs)

    def pointwise(self, part: str, operation: str, per_element: int, *inputs: Node) -> Node:
        """Operations for each element of the first input."""
        out = inputs[0].output
        layer = Pointwise(operation=operation, shape=tuple(out), kind=out.word, per_element=per_element)
        return self.add(part, layer, *inputs)


def half(kernel: int | tuple[int, ...], dilation: int = 1) -> int | tuple[int, ...]:
    """Padding that keeps the size at a stride of 1."""
    if isinstance(kernel, tuple):
        return tuple((dilation * (each - 1) + 1) // 2 for each in kernel)
    return (dilation * (kernel - 1) + 1) // 2


def channels(x: Node) -> int:
    """Channels of a map."""
    return x.output[1]


def part_of(width: int, share: float) -> int:
    """A share of so many channels, cut off to a whole number."""
    return int(width * share)


def known(name: str, names: Sequence[str]) -> str:
    """What to write in place of a module that is not known."""
    from netcost.source.problem import nearest

    near = nearest(name, names)
    return f"did you mean `{near}`?" if near else f"there are {choices(names)}"
