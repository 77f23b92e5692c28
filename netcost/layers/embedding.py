"""From token numbers to vectors: look-ups, added tokens, positions."""

from __future__ import annotations

from math import prod
from typing import Any

from netcost.layers.kept import INPUT_FOR_WEIGHTS, NOTHING_KEPT
from netcost.layers.layer import Layer, Weights, declare, field
from netcost.layers.reads import Sight, shifted
from netcost.layers.refusals import LayerError, refuse, require_sequence
from netcost.layers.values import Count, Flag
from netcost.shapes import Sequence, Shape, Tokens


@declare
class Embedding(Layer):
    """Look up a learned vector for each token number.

    Shapes: (N, T) -> (N, T, dim).
    Counts: none: a look-up is not arithmetic.
    Errors: an input that is not token numbers.
    Source: torch.nn.Embedding.
    """

    type = "embedding"
    title = "Embedding"
    keeps = INPUT_FOR_WEIGHTS
    sight = "same"
    primary = "dim"

    dim: Count = field(symbol="D", aliases=("embedding_dim", "output_dim"), help="width of a vector")
    vocab: Count = field(
        symbol="V", aliases=("num_embeddings", "input_dim"), help="number of different tokens", example="1000"
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, dim)."""
        x = inputs[0]
        if not isinstance(x, Tokens):
            raise LayerError(
                f"embedding needs token numbers, got {x.described}",
                hint="take it from an input declared as `{tokens: T}`",
            )
        return Sequence((*x, self.dim))

    def weights(self, x: Tokens) -> Weights:
        """(vocab, dim)."""
        del x
        return {"weight": (self.vocab, self.dim)}

    def read_params(self, x: Tokens) -> int:
        """The vectors that are looked up, one per token."""
        return prod(x) * self.dim


@declare
class ClassToken(Layer):
    """Put learned vectors in front of a sequence, to gather what the whole of it says.

    Shapes: (N, T, C) -> (N, T + tokens, C).
    Counts: none.
    Errors: an input that is not a sequence.
    Source: Devlin et al., BERT, arXiv:1810.04805; Dosovitskiy et al., ViT, arXiv:2010.11929.
    """

    type = "class_token"
    title = "ClassToken"
    keeps = NOTHING_KEPT
    passes_gradient = True
    primary = "tokens"

    tokens: Count = field(default=1, symbol="tokens", help="how many vectors; 2 with a distillation token")

    def output(self, *inputs: Shape) -> Shape:
        """(N, T + tokens, C)."""
        x = require_sequence(self.type, inputs[0])
        return x.with_length(1, x[1] + self.tokens)

    def weights(self, x: Sequence) -> Weights:
        """(tokens, C)."""
        return {"token": (self.tokens, x.channels)}

    def reads(self, out: Sequence, x: Sequence) -> Sight:
        """The token as many places back as were put in front."""
        del out, x
        return (shifted(-self.tokens),)


@declare
class PosEmbed(Layer):
    """Add a vector to each position of a sequence, from a table.

    Shapes: (N, T, C) -> (N, T, C).
    Counts: 1 op per element.
    Errors: a table shorter than the sequence.
    Source: Gehring et al., arXiv:1705.03122; Vaswani et al., arXiv:1706.03762 for fixed tables.
    """

    type = "posembed"
    title = "PosEmbed"
    keeps = NOTHING_KEPT
    passes_gradient = True
    sight = "same"
    primary = "length"

    length: Count | None = field(
        default=None,
        symbol="length",
        aliases=("max_length", "num_positions"),
        help="positions in the table; as many as the sequence has where left out",
    )
    learned: Flag = field(default=True, help="the table is learned; false for fixed sines")

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        x = require_sequence(self.type, inputs[0])
        refuse(
            self.positions(x) < x[1],
            lambda: LayerError(
                f"a sequence of {x[1]} does not fit a table of {self.length} positions",
                field="length",
                hint=f"at least {x[1]}, or a shorter input",
            ),
        )
        return x

    def positions(self, x: Shape) -> int:
        """Positions in the table."""
        return x[1] if self.length is None else self.length

    def table(self, x: Sequence) -> Weights:
        """(length, C)."""
        return {"position": (self.positions(x), x.channels)}

    def weights(self, x: Sequence) -> Weights:
        """The table, if it is learned."""
        return self.table(x) if self.learned else {}

    def buffers(self, x: Sequence) -> Weights:
        """The table, if it is fixed."""
        return {} if self.learned else self.table(x)

    def ops(self, out: Sequence, x: Sequence) -> int:
        """One addition per element."""
        del x
        return prod(out)

    def settings(self, *inputs: Shape) -> dict[str, Any]:
        """The fields, with the table's length filled in."""
        return super().settings(*inputs) | {"length": self.positions(inputs[0])}
