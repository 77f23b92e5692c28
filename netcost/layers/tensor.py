"""Raw layers: operations of an imported graph that no other layer type stands for.

A graph merges the batch into other axes and splits it off again, so each of them states its whole output, the batch
included, and counts over that. A spec does not write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, ClassVar

from netcost.layers.kept import NOTHING_KEPT, Kept
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.parameter import AnyKind
from netcost.layers.recurrent import Gru, Lstm, Recurrent, Rnn
from netcost.layers.refusals import LayerError, refuse
from netcost.layers.reshape import of_kind
from netcost.layers.values import Count, Flag, Index, OneOf, Text, ValueType, Wholes
from netcost.shapes import Sequence, Shape, usual_kind
from netcost.wording import times

LENGTHS = Wholes("a list of lengths, the batch first", example="[1, 64, 56, 56]", least=0, single=False)
Lengths = Annotated[tuple[int, ...], LENGTHS]


class ListOfLengths(ValueType):
    """Shapes of several tensors."""

    def check(self, value: object) -> object:
        """Accept a list of lists of lengths; an empty one is a single number."""
        if not isinstance(value, (list, tuple)):
            raise self.refusal(value)
        return tuple(LENGTHS.check(shape) if shape else () for shape in value)

    def schema(self) -> dict[str, object]:
        """A list of lists of integers."""
        lengths = {"type": "array", "items": {"type": "integer", "minimum": 0}}
        return {"type": "array", "items": lengths}


Shapes = Annotated[tuple[tuple[int, ...], ...], ListOfLengths("a list of shapes", example="[[64], [64]]")]


@declare
class Raw(Layer):
    """An operation by the name that its format gives it, with the output that the graph states."""

    arity: ClassVar[tuple[int, int | None]] = (0, None)

    operation: Text = field(default="", help="what its format calls it")
    shape: Lengths = field(shown=False, help="the whole output, batch first")
    kind: AnyKind | None = field(
        default=None, shown=False, help="what the axes mean; by their number where left out"
    )

    def output(self, *inputs: Shape) -> Shape:
        """The stated shape, whatever goes in."""
        del inputs
        return of_kind(self.kind, self.shape, usual_kind(len(self.shape) - 1))

    def label(self, *inputs: Shape) -> str:
        """`Transpose`, as its format calls it."""
        del inputs
        return self.operation or self.title


@declare
class Move(Raw):
    """Rearrange, select, repeat or convert elements.

    Shapes: any -> as stated.
    Counts: nothing.
    Source: the operation that it is called after, as ONNX and ATen define it.
    """

    type = "move"
    title = "Move"
    keeps = NOTHING_KEPT

    view: Flag = field(
        default=False, shown=False, help="the output is the first input's storage; nothing is copied"
    )


@declare
class Pointwise(Raw):
    """Compute each element of the output from the elements of the inputs at its place.

    Shapes: any -> as stated.
    Counts: `per_element` ops for each output element; the elements of learned operands are parameters.
    Source: the operation that it is called after, as ONNX and ATen define it.
    """

    type = "pointwise"
    title = "Pointwise"
    elementwise = True

    per_element: Index = field(default=1, shown=False, help="operations for each output element")
    operands: Shapes = field(default=(), shown=False, help="shapes of learned operands")

    def weights(self, *inputs: Any) -> Weights:
        """Each learned operand: `weight`, `weight_2`, ..."""
        del inputs
        return {f"weight_{n}" if n > 1 else "weight": shape for n, shape in enumerate(self.operands, 1)}

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """As many for each output element."""
        del inputs
        return prod(out) * self.per_element


@declare
class Reduce(Raw):
    """Combine the elements along some axes to one.

    Shapes: any -> as stated.
    Counts: `per_element` ops for each element of the first input, and `per_output` for each of the output.
    Source: the operation that it is called after, as ONNX and ATen define it.
    """

    type = "reduce"
    title = "Reduce"

    per_element: Index = field(default=1, shown=False, help="operations for each input element")
    per_output: Index = field(default=0, shown=False, help="operations for each output element")

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """As many for each element of the input, and of the output."""
        return prod(inputs[0]) * self.per_element + prod(out) * self.per_output


@declare
class Product(Raw):
    """Multiply two operands and add the products up along the axes that the output has not; one may be learned.

    Shapes: by the letters of the equation, `bik,bkj->bij`, a letter for each axis -> as stated. Where both operands
        have a letter, an axis of length 1 is repeated.
    Counts: the product of the lengths of all letters in MACs; 1 op per output element for the bias.
    Errors: letters that do not fit the operands; lengths of a letter that differ, and neither is 1.
    Source: numpy.einsum.
    """

    type = "product"
    title = "Product"

    equation: Text = field(
        help="the axes of both operands and of the output, as einsum has them", example="bik,bkj->bij"
    )
    weight: Lengths | None = field(default=None, shown=False, help="shape of the operand that is learned")
    weight_at: Index = field(default=1, shown=False, help="which operand is learned: 0 or 1")
    bias: Flag = field(
        default=False, shown=False, help="add a learned number for each place of the last axis"
    )

    def validate(self) -> None:
        """Refuse an equation that is not one of two operands."""
        operands, arrow, _ = self.equation.partition("->")
        refuse(
            not arrow or operands.count(",") != 1 or self.weight_at > 1,
            lambda: LayerError(f"`{self.equation}` is no product of two operands", field="equation"),
        )

    def lengths(self, *inputs: Shape) -> Mapping[str, int]:
        """The length of each letter.

        Raises:
            LayerError: the operands have other axes, or lengths that differ.
        """
        operands: list[tuple[int, ...]] = list(inputs)
        if self.weight is not None:
            operands.insert(self.weight_at, self.weight)
        terms = self.equation.partition("->")[0].split(",")
        found: dict[str, int] = {}
        for term, operand in zip(terms, operands, strict=True):
            refuse(
                len(term) != len(operand),
                lambda term=term, operand=operand: LayerError(  # type: ignore[misc]
                    f"`{term}` has {len(term)} axes, the operand is {times(operand, ' x ')}", field="equation"
                ),
            )
            for letter, length in zip(term, operand, strict=True):
                known = found.get(letter, 1)
                refuse(
                    (known != length) & (known != 1) & (length != 1),
                    lambda letter=letter, length=length, known=known: LayerError(  # type: ignore[misc]
                        f"axis `{letter}` has length {known} and length {length}", field="equation"
                    ),
                )
                found[letter] = length if letter not in found or known == 1 else known
        return found

    def output(self, *inputs: Shape) -> Shape:
        """The stated shape, once the operands fit."""
        self.lengths(*inputs)
        return super().output(*inputs)

    def weights(self, *inputs: Any) -> Weights:
        """The learned operand and the bias."""
        del inputs
        found: dict[str, tuple[int, ...]] = {} if self.weight is None else {"weight": self.weight}
        return found | ({"bias": self.shape[-1:]} if self.bias else {})

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """The product of the lengths of all letters."""
        del out
        return prod(self.lengths(*inputs).values())

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """One addition per output element for the bias."""
        del inputs
        return prod(out) if self.bias else 0

    def kept(self, out: Shape, *inputs: Shape) -> Kept:
        """Both operands, each the factor of the other; one whose other is learned only while that is trained."""
        del out
        return Kept(inputs=tuple(range(len(inputs))), for_weights=self.weight is not None)

    def label(self, *inputs: Shape) -> str:
        """`MatMul (bik,bkj->bij)`."""
        return f"{super().label(*inputs)} ({self.equation})"


MOST_BIASES = 2
"""Per gate and unit: one beside the input, one beside the state."""

CELLS: Mapping[str, type[Recurrent]] = {"rnn": Rnn, "lstm": Lstm, "gru": Gru}
Cell = Annotated[str, OneOf(CELLS)]


@declare
class RawRecurrent(Raw):
    """Carry a state along the steps of a sequence, in whatever order its axes stand.

    Shapes: any -> as stated.
    Counts: those of `rnn`, `lstm` or `gru` for so many samples and steps.
    Source: as those layers have it.
    """

    type = "raw_recurrent"
    title = "Recurrent"

    cell: Cell = field(help="rnn, lstm or gru")
    units: Count = field(symbol="H", help="width of the state")
    samples: Count = field(shown=False, help="sequences at once")
    steps: Count = field(symbol="T", help="positions of a sequence")
    features: Count = field(shown=False, help="width of the input")
    directions: Count = field(default=1, help="2 where a second state runs from the end to the start")
    biases: Index = field(
        default=2, shown=False, help="learned numbers that are added per gate and unit: 0 to 2"
    )

    def validate(self) -> None:
        """Refuse more biases than two."""
        refuse(
            self.biases > MOST_BIASES,
            lambda: LayerError(f"biases is {self.biases}, there are at most {MOST_BIASES}", field="biases"),
        )

    def _same(self) -> tuple[Recurrent, Sequence]:
        """The layer that costs the same, and its input."""
        bias: bool | str = (False, "single", True)[self.biases]
        layer = CELLS[self.cell](units=self.units, bidirectional=self.directions > 1, bias=bias)
        return layer, Sequence((self.samples, self.steps, self.features))

    def weights(self, *inputs: Any) -> Weights:
        """A row per gate and unit: of the input, of the last state, of the biases."""
        del inputs
        layer, x = self._same()
        return layer.weights(x)

    def macs(self, out: Shape, *inputs: Shape) -> int:
        """Every matrix, once for each position."""
        del inputs
        layer, x = self._same()
        return layer.macs(out, x)

    def ops(self, out: Shape, *inputs: Shape) -> int:
        """The gates and the new state, for each position and unit."""
        del inputs
        layer, x = self._same()
        return layer.ops(out, x)

    def label(self, *inputs: Shape) -> str:
        """`LSTM (H=64, T=20)`."""
        del inputs
        both = ", both ways" if self.directions > 1 else ""
        return f"{CELLS[self.cell].title} (H={self.units}, T={self.steps}{both})"
