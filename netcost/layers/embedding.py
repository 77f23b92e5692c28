"""From token numbers to vectors: look-ups, added tokens, positions."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar

from netcost.layers.kept import INPUT_FOR_WEIGHTS, NOTHING_KEPT, Held, Kept
from netcost.layers.layer import Layer, Spellings, Weights, declare, field
from netcost.layers.reads import Sight, shifted
from netcost.layers.refusals import LayerError, refuse, require_sequence
from netcost.layers.values import Count, Either, Flag, OneOf, Whole, Wholes
from netcost.shapes import Sequence, Shape, Tokens, Vector
from netcost.wording import counted

BagMode = Annotated[str, OneOf(("mean", "sum", "max"))]
Columns = Annotated[
    int | tuple[int, ...],
    Either(
        Whole("a whole number of at least 1", example="16"),
        Wholes("a list with one for each token", example="[1000, 20]", single=False),
    ),
]


@declare
class Embedding(Layer):
    """Look up a learned vector for each token number, in one table or in one for each token.

    Shapes: (N, T) -> (N, T, dim); with a list of widths (N, D), one vector after the other.
    Counts: none: a look-up is not arithmetic.
    Errors: an input that is not token numbers; a list of another length than T.
    Source: torch.nn.Embedding; with a table for each token the categories of DLRM, arXiv:1906.00091.
    """

    type = "embedding"
    title = "Embedding"
    rows_first = True
    looks_up = True
    keeps = INPUT_FOR_WEIGHTS
    primary = "dim"

    dim: Columns = field(
        symbol="D",
        aliases=("embedding_dim", "output_dim"),
        help="width of a vector, or one for each token",
        example="64",
    )
    vocab: Columns = field(
        symbol="V",
        aliases=("num_embeddings", "input_dim"),
        help="number of different tokens, or a list with one for each token, which has a table of its own",
        example="1000",
    )

    def output(self, *inputs: Shape) -> Shape:
        """(N, T, dim), or (N, D)."""
        x = require_tokens(self.type, inputs[0])
        for name, given in (("dim", self.dim), ("vocab", self.vocab)):
            _require_one_each(name, given, x)
        return Vector((x[0], sum(self.dim))) if isinstance(self.dim, tuple) else Sequence((*x, self.dim))

    def weights(self, x: Tokens) -> Weights:
        """(vocab, dim), of each table."""
        del x
        if not (isinstance(self.dim, tuple) or isinstance(self.vocab, tuple)):
            return {"weight": (self.vocab, self.dim)}
        tables = max(_length(self.dim), _length(self.vocab))
        sizes = zip(_repeated(self.vocab, tables), _repeated(self.dim, tables), strict=True)
        return {f"weight_{place}": size for place, size in enumerate(sizes, 1)}

    def read_params(self, x: Tokens) -> int:
        """The vectors that are looked up, one per token; a token of a table of its own has its own width."""
        return x[0] * (sum(self.dim) if isinstance(self.dim, tuple) else x[1] * self.dim)

    def reads(self, out: Shape, *inputs: Shape) -> Sight:
        """The same position; all where their vectors are joined."""
        del inputs
        return "same" if isinstance(out, Sequence) else "whole"


def require_tokens(layer: str, shape: Shape) -> Tokens:
    """Accept token numbers.

    Raises:
        LayerError: any other shape.
    """
    if isinstance(shape, Tokens):
        return shape
    raise LayerError(
        f"{layer} needs token numbers, got {shape.described}",
        hint="take it from an input declared as `{tokens: T}`",
    )


def _require_one_each(name: str, given: int | tuple[int, ...], x: Tokens) -> None:
    """Refuse a list that has not one number for each token."""
    refuse(
        isinstance(given, tuple) and x[1] != len(given),
        lambda: LayerError(
            f"{name} has {counted(_length(given), 'value')}, the input has {counted(x[1], 'token')}",
            field=name,
        ),
    )


def _length(given: int | tuple[int, ...]) -> int:
    return len(given) if isinstance(given, tuple) else 1


def _repeated(given: int | tuple[int, ...], times: int) -> tuple[int, ...]:
    return given if isinstance(given, tuple) else (given,) * times


@declare
class EmbeddingBag(Layer):
    """Look up a learned vector for each token number, and make one of them all.

    Shapes: (N, T) -> (N, dim).
    Counts: T ops per output element, as pooling: the sum, the mean or the maximum of the vectors.
    Errors: an input that is not token numbers.
    Source: torch.nn.EmbeddingBag.
    """

    type = "embeddingbag"
    title = "EmbeddingBag"
    rows_first = True
    looks_up = True
    sight = "whole"
    primary = "dim"
    spellings: ClassVar[Spellings] = {"embedding_bag": {}}

    dim: Count = field(shown=True, aliases=("embedding_dim",), help="width of a vector")
    vocab: Count = field(
        symbol="V", aliases=("num_embeddings",), help="number of different tokens", example="1000"
    )
    mode: BagMode = field(default="mean", help="what becomes of the vectors")

    def output(self, *inputs: Shape) -> Shape:
        """(N, dim)."""
        x = require_tokens(self.type, inputs[0])
        return Vector((x[0], self.dim))

    def weights(self, x: Tokens) -> Weights:
        """(vocab, dim)."""
        del x
        return {"weight": (self.vocab, self.dim)}

    def ops(self, out: Vector, x: Tokens) -> int:
        """One operation per vector element that is looked up."""
        return prod(out) * x[1]

    def read_params(self, x: Tokens) -> int:
        """The vectors that are looked up, one per token."""
        return prod(x) * self.dim

    def kept(self, out: Vector, x: Tokens) -> Kept:
        """The tokens, where bags begin and how long they are, and which bag or which token an element comes of."""
        ends = tuple(out) if self.mode == "max" else (x[0],)
        more = {"bags": Held((2, x[0]), "int64"), "ends": Held(ends, "int64")}
        if self.mode != "sum":
            more["bag_of_each"] = Held(tuple(x), "int64")
        return Kept(inputs=(0,), more=more, for_weights=True)


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
    apart = ("token",)
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
    apart = ("position",)
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
