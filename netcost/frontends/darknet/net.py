"""What sections of Darknet are made of: convolutions, fully connected layers, activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from netcost.frontends.darknet.file import Section, unknown
from netcost.language.work import Work
from netcost.layers.activation import ReLU
from netcost.layers.conv import Conv
from netcost.layers.flatten import Flatten
from netcost.layers.layer import Layer
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm
from netcost.layers.piecewise_linear import Hardtanh
from netcost.layers.rectifier import ELU, SELU, LeakyReLU, ReLU6
from netcost.layers.reshape import Reshape
from netcost.layers.smooth_activation import GELU, Mish, Sigmoid, SiLU, Tanh
from netcost.layers.softmax import Softmax
from netcost.layers.tensor import Pointwise
from netcost.network import Network, Node
from netcost.place import Place
from netcost.shapes import Image, Shape, Vector
from netcost.source.fault import Fault

FOR_A_LAYER = 12
"""Units of work."""

LAYER_FIELDS = {"kernel": "size", "units": "output", "factor": "stride", "p": "probability"}
"""What netcost's layers call options otherwise."""

Activation = Callable[[], Layer] | int
"""A layer, or for one that netcost has no layer for the operations for each element."""

ACTIVATIONS: Mapping[str, Activation] = {
    "linear": 0,
    "logistic": Sigmoid,
    "leaky": lambda: LeakyReLU(slope=0.1),
    "mish": Mish,
    "swish": SiLU,
    "relu": ReLU,
    "relu6": ReLU6,
    "ramp": 1,
    "tanh": Tanh,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "relie": lambda: LeakyReLU(slope=0.01),
    "hardtan": Hardtanh,
    "revleaky": 1,
    "hard_mish": 1,
    "loggy": 1,
    "lhtan": 1,
    "plse": 1,
    "stair": 1,
    "normalize_channels": 3,
    "normalize_channels_softmax": Softmax,
    "normalize_channels_softmax_maxval": Softmax,
}


class Net:
    """A network while its sections are read.

    Args:
        network: what layers are added to.
        node: its input.
        frozen: the last section that training does not reach; -1 if it reaches all.
        work: counts the layers.
    """

    def __init__(self, network: Network, node: Node, frozen: int, work: Work) -> None:
        self.network = network
        self.x = node
        self.section = Section("", -1, Place("", 0, 0))
        self.made: list[Node] = []
        """What each section puts out, by its number."""
        self.shared: list[int] = []
        """By the number of a section: that of the one whose weights it uses."""
        self.heads: list[Node] = []
        self.prefixes: list[str] = []
        """What the layers of each section are called after."""
        self._frozen = frozen
        self._work = work

    def begin(self, section: Section) -> None:
        """Go on to the next section."""
        self.section = section
        self.prefixes.append(f"{section.word.lower()}{section.index}")
        self.shared.append(section.index)

    def end(self, node: Node) -> None:
        """Keep what a section puts out."""
        self.made.append(node)
        self.x = node

    def results(self) -> tuple[Node, ...]:
        """The outputs of the network: each head, and the last layer."""
        return tuple(dict.fromkeys([*self.heads, self.x]))

    def field(self, name: str) -> Place | None:
        """Where an option stands, by the field of a layer."""
        key = LAYER_FIELDS.get(name, name)
        return self.section.place_of(key) if key in self.section else None

    def add(
        self, part: str, layer: Layer, *inputs: Node, share: int | None = None, operands: bool = True
    ) -> Node:
        """Add a layer of the section, called after it and its part; `share` is the section whose weights it uses."""
        self._work.spend(FOR_A_LAYER, self.section)
        name = ".".join(filter(None, (self.prefixes[-1], part)))
        owner = "" if share is None else f"{self.prefixes[share]}.{part}"
        return self.network.add(
            name,
            layer,
            inputs if operands else (),
            self.section.place,
            frozen=self.section.index <= self._frozen,
            share=owner if owner in self.network else "",
        )

    def note(self, text: str) -> None:
        """Tell what was assumed, once."""
        if text not in self.network.notes:
            self.network.notes.append(text)

    def fault(self, key: str, message: str, hint: str = "") -> Fault:
        """The fault of an option."""
        return Fault(self.section.place_of(key), message, hint)

    # What comes before

    def before(self, key: str) -> list[Node]:
        """The sections that an option names: from the start, or below 0 back from this one.

        Raises:
            Fault: it names none, or one that does not come before.
        """
        numbers = self.section.wholes(key)
        self._work.spend(len(numbers), self.section)
        if not numbers:
            raise self.fault(
                key, f"[{self.section.word}] names no layer", f"write `{key}=-1`, or a number from 0"
            )
        found = [number + self.section.index if number < 0 else number for number in numbers]
        for number, index in zip(numbers, found, strict=True):
            if not 0 <= index < self.section.index:
                message = f"{key} is {number}, which is no layer before number {self.section.index}"
                raise self.fault(
                    key, message, f"from 0 to {self.section.index - 1}, or from -{self.section.index} to -1"
                )
        return [self.made[index] for index in found]

    def image(self, x: Node, part: str = "image") -> Node:
        """A tensor as an image: a vector is one of 1 x 1."""
        if isinstance(x.output, Image):
            return x
        return self.add(part, Reshape(size=(x.output.channels, 1, 1)), x)

    def vector(self, x: Node, part: str = "flatten") -> Node:
        """A tensor as a vector."""
        return x if isinstance(x.output, Vector) else self.add(part, Flatten(), x)

    # What sections are made of

    def activate(self, x: Node, name: str, part: str = "act") -> Node:
        """Add an activation by its name.

        Raises:
            Fault: there is no such activation.
        """
        found = ACTIVATIONS.get(name)
        if found is None:
            raise unknown(name, self.section.place_of("activation"), "activation", list(ACTIVATIONS))
        if not isinstance(found, int):
            return self.add(part, found(), x)
        return self.pointwise(name, x.output, [x], found, part) if found else x

    def convolve(
        self,
        x: Node,
        filters: int,
        *,
        size: int,
        stride: int | tuple[int, ...] = 1,
        pad: int = 0,
        dilation: int = 1,
        groups: int = 1,
        norm: bool = False,
        activation: str = "linear",
        part: str = "",
        share: int | None = None,
    ) -> Node:
        """Add a convolution with what follows it: a batch norm, whose shift is then its bias, and an activation."""
        dot = f"{part}." if part else ""
        conv = Conv(
            filters=filters,
            kernel=size,
            stride=stride,
            pad=pad * dilation,
            dilation=dilation,
            groups=max(groups, 1),
            bias=not norm,
            rank=2,
        )
        x = self.add(f"{dot}conv", conv, self.image(x), share=share)
        if norm:
            x = self.add(f"{dot}bn", BatchNorm(rank=2), x, share=share)
        return self.activate(x, activation, f"{dot}act")

    def connect(self, x: Node, units: int, *, norm: bool, activation: str = "linear", part: str = "") -> Node:
        """Add a fully connected layer with what follows it."""
        dot = f"{part}." if part else ""
        x = self.add(f"{dot}fc", Linear(units=units, bias=not norm), self.vector(x, f"{dot}flatten"))
        if norm:
            x = self.add(f"{dot}bn", BatchNorm(), x)
        return self.activate(x, activation, f"{dot}act")

    def pointwise(
        self,
        operation: str,
        shape: Shape,
        inputs: Sequence[Node],
        per_element: int,
        part: str = "",
        operands: Sequence[Sequence[int]] = (),
    ) -> Node:
        """Add operations for each element of the output."""
        layer = Pointwise(
            operation=operation,
            shape=tuple(shape),
            kind=shape.word,
            per_element=per_element,
            operands=tuple(map(tuple, operands)),
        )
        return self.add(part, layer, *inputs)
