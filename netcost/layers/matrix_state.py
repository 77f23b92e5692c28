"""What layers share that carry a matrix for each head: keys and values go into it, queries read it."""

from __future__ import annotations

from math import prod
from typing import Self

from netcost.integers import ceil_div
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.refusals import LayerError, refuse, require_divisible, require_sequence
from netcost.layers.values import Count, Index
from netcost.shapes import Sequence, Shape
from netcost.wording import listed

PLACE_OPS = 4
"""What is left at a position: the sum up to it and its exponential, the difference to the last and its exponential."""


@declare
class MatrixState(Layer):
    """A matrix for each head that is carried along a sequence, by one position after another or by chunks."""

    sight = "whole"
    primary = "heads"

    heads: Count = field(symbol="h", aliases=("num_heads",), help="heads of values", example="8")
    key_heads: Count | None = field(
        default=None, symbol="g", help="heads of queries and keys; as many as of values where left out"
    )
    chunk: Index = field(
        default=0,
        aliases=("chunk_size",),
        help="positions that are computed as one matrix; 0 for one position after another",
    )

    def validate(self) -> None:
        """Refuse key heads that do not divide the heads."""
        require_divisible("heads", self.heads, "key_heads", self.asking, field="key_heads")

    @property
    def asking(self) -> int:
        """Heads of queries and keys."""
        return self.heads if self.key_heads is None else self.key_heads

    def matched(self, *inputs: Shape) -> tuple[Sequence, Sequence]:
        """Queries and values, all of the same positions.

        Raises:
            LayerError: an input is missing, or does not fit the queries or the heads.
        """
        needed = self.needed_inputs
        refuse(
            len(inputs) <= len(needed),
            lambda: LayerError(
                f"{self.type} needs {listed([f'`{name}`' for name in needed])}: the names of other items"
            ),
        )
        queries, keys, values = (require_sequence(self.type, each) for each in inputs[:3])
        refuse(
            (keys[0] != queries[0]) | (keys[1] != queries[1]) | (keys.channels != queries.channels),
            lambda: LayerError(f"the queries are {queries.described}, the keys {keys.described}"),
        )
        refuse(
            (values[0] != queries[0]) | (values[1] != queries[1]),
            lambda: LayerError(f"the queries are {queries.described}, the values {values.described}"),
        )
        field_of_keys = "heads" if self.key_heads is None else "key_heads"
        require_divisible("channels", queries.channels, field_of_keys, self.asking, field=field_of_keys)
        require_divisible("channels of the values", values.channels, "heads", self.heads, field="heads")
        return queries, values

    def require_decay(self, decay: Shape, queries: Sequence) -> None:
        """Require a number a head, or one for each number of its keys.

        Raises:
            LayerError: there are others.
        """
        keys = self.heads * (queries.channels // self.asking)

        def error() -> LayerError:
            return LayerError(
                f"`decay` is {decay.described}, {self.heads} heads need {queries.with_channels(self.heads).described}",
                hint=f"a number for each head and position, or for each of {keys} numbers of keys",
            )

        refuse(not isinstance(decay, Sequence), error)
        refuse((decay[0] != queries[0]) | (decay[1] != queries[1]), error)
        refuse((decay.channels != self.heads) & (decay.channels != keys), error)

    def widths(self, *inputs: Sequence) -> tuple[int, int]:
        """Width of a head of keys, and of one of values."""
        return inputs[0].channels // self.asking, inputs[2].channels // self.heads

    def state(self, *inputs: Sequence) -> Weights:
        """The matrix of each head, which does not grow with the tokens."""
        return {"state": (inputs[0][0], self.heads, *self.widths(*inputs))}

    def stepwise(self, *inputs: Sequence) -> Self:
        """Without chunks."""
        del inputs
        return self.with_fields(chunk=0)

    def chunks(self, x: Sequence) -> int:
        """Chunks of all heads and samples."""
        return prod((x[0], self.heads, ceil_div(x[1], self.chunk)))
