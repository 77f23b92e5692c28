"""Mixtures of experts: many feed-forward networks, of which each token visits a few."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Annotated, NamedTuple

from netcost.integers import minimum
from netcost.layers.kept import Held, Tensors
from netcost.layers.layer import Layer, Weights, count, declare, field
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.products import Product
from netcost.layers.refusals import LayerError, refuse, require_features
from netcost.layers.values import Count, Either, Flag, OneOf, Record, Whole
from netcost.shapes import Shape


class Shared(NamedTuple):
    """The experts that every token visits, as one of a width of its own."""

    hidden: Count
    gate: Flag = False


SharedExperts = Annotated[
    int | Shared,
    Either(
        Whole("a whole number of at least 0", example="2", least=0),
        Record(
            Shared,
            "the width of one shared expert, {hidden, gate}, gate: true for a gate of its own",
            example="{hidden: 5632, gate: true}",
        ),
    ),
]
Scores = Annotated[str, OneOf(("softmax", "chosen", "sigmoid"))]
Correction = Annotated[str, OneOf(("buffer", "parameter"))]


@declare
class MixtureOfExperts(Layer):
    """Send each token through the few of many feed-forward networks that a router chooses for it.

    An expert is down(act(gate(x)) * up(x)), or down(act(up(x))) where not gated. Shared experts are
    visited by every token; as one of a width of its own it may have a gate, sigmoid(x @ w).

    Shapes: (N, T, C) -> (N, T, C); (N, C) -> (N, C).
    Counts: per token, C MACs for each expert's score and 3 * C * F (2 where not gated) for each expert
        visited. 5 ops per score (softmax; sigmoid 1; `chosen` 5 for each expert visited alone), 1 per score
        with a correction, 1 per hidden element for the activation and 1 for the gate, 1 per element with a
        bias, 1 per output element of each chosen expert for its share, 1 for each addition of two experts.
        Choosing is not arithmetic. The gate of the shared expert is C MACs, 1 op, and 1 per output element.
    Active: the router, the shared experts and `active` of the others.
    Errors: more active experts than there are; an image.
    Source: Shazeer et al., arXiv:1701.06538; Jiang et al., Mixtral of Experts, arXiv:2401.04088; the models of transformers.
    """

    type = "moe"
    title = "MoE"
    sight = "same"
    primary = "experts"
    apart = ("router", "shared_expert_gate")

    experts: Count = field(
        symbol="E",
        aliases=("num_experts",),
        help="number of experts that the router chooses from",
        example="8",
    )
    active: Count = field(symbol="k", aliases=("top_k",), help="experts that each token visits", example="2")
    hidden: Count = field(
        symbol="F", aliases=("hidden_size", "ffn"), help="width inside an expert", example="256"
    )
    gated: Flag = field(default=True, help="a third matrix whose output gates the hidden layer, as in SwiGLU")
    bias: Flag = field(default=False, aliases=("use_bias",), help="add biases in the router and the experts")
    router_bias: Flag | None = field(
        default=None, help="add a bias in the router; as in the experts where left out"
    )
    scores: Scores = field(
        default="softmax",
        help="what becomes of the scores: softmax over all, over the chosen ones, or sigmoid",
    )
    correction: Correction | None = field(
        default=None,
        help="a number for each expert that only takes part in choosing, kept as a buffer or as a parameter",
    )
    shared: SharedExperts = field(
        default=0,
        symbol="S",
        aliases=("shared_experts",),
        help="experts that every token visits, or one of a width of its own",
    )

    def validate(self) -> None:
        """Check that there are enough experts to choose from."""
        refuse(
            self.active > self.experts,
            lambda: LayerError(
                f"{self.active} active experts of {self.experts}",
                field="active",
                hint=f"at most {self.experts}",
            ),
        )

    def output(self, *inputs: Shape) -> Shape:
        """The shape of the input."""
        return require_features(self.type, inputs[0])

    @property
    def always(self) -> tuple[int, int]:
        """How many experts every token visits, and how wide they are."""
        return (1, self.shared.hidden) if isinstance(self.shared, Shared) else (self.shared, self.hidden)

    @property
    def is_shared_gated(self) -> bool:
        """True if the shared expert has a gate of its own."""
        return isinstance(self.shared, Shared) and self.shared.gate

    @property
    def has_router_bias(self) -> bool:
        """True if the router has a bias."""
        return self.bias if self.router_bias is None else self.router_bias

    @property
    def matrices(self) -> int:
        """Matrices of an expert."""
        return 3 if self.gated else 2

    def router(self, x: Shape) -> Weights:
        """(C, E), and per expert a bias and a learned correction."""
        bias = {"router_bias": (self.experts,)} if self.has_router_bias else {}
        return {"router": (x.channels, self.experts), **bias, **self.corrections("parameter")}

    def corrections(self, kept_as: str) -> Weights:
        """A number for each expert, if it is kept so."""
        return {"correction": (self.experts,)} if self.correction == kept_as else {}

    def some(self, experts: int, width: int, x: Shape) -> Weights:
        """The weights of a number of experts, (experts, C, F) into the hidden layer, (experts, F, C) out."""
        inner = ("gate", "up") if self.gated else ("up",)
        matrices = dict.fromkeys(inner, (experts, x.channels, width))
        matrices["down"] = (experts, width, x.channels)
        biases = {f"{name}_bias": (experts, shape[-1]) for name, shape in matrices.items()}
        return {**matrices, **biases} if self.bias else matrices

    def shared_weights(self, x: Shape) -> Weights:
        """The shared experts, and their gate."""
        experts = self.some(*self.always, x) if self.shared else {}
        gate = {"shared_expert_gate": (x.channels, 1)} if self.is_shared_gated else {}
        return {**{f"shared_{name}": shape for name, shape in experts.items()}, **gate}

    def weights(self, x: Shape) -> Weights:
        """The router, the experts and the shared experts."""
        return {**self.router(x), **self.some(self.experts, self.hidden, x), **self.shared_weights(x)}

    def buffers(self, x: Shape) -> Weights:
        """A correction for each expert, if it is kept so."""
        del x
        return self.corrections("buffer")

    def active_of(self, weights: Weights, x: Shape) -> int:
        """The router's weights and those of the experts that one token visits."""
        del weights
        chosen = self.some(self.active, self.hidden, x)
        return sum(map(count, (self.router(x), chosen, self.shared_weights(x))))

    def scratch(self, out: Shape, x: Shape) -> Tensors:
        """A score for each expert, and the hidden vectors of those that are visited."""
        del out
        tokens, (always, width) = prod(x[:-1]), self.always
        inner = self.matrices - 1
        shared = {"shared_hidden": Held((tokens, always, inner, width))} if always else {}
        return {
            "scores": Held((tokens, self.experts)),
            "hidden": Held((tokens, self.active, inner, self.hidden)),
            **shared,
        }

    def read_params(self, x: Shape) -> int:
        """All but the experts that no token of the batch can visit."""
        least = minimum(self.experts, prod(x[:-1]) * self.active)
        return (
            count(self.weights(x))
            - count(self.some(self.experts, self.hidden, x))
            + count(self.some(least, self.hidden, x))
        )

    def macs(self, out: Shape, x: Shape) -> int:
        """The router's scores, and the matrices of each expert that a token visits."""
        del out
        number, width = self.always
        return (
            prod(x) * self.experts
            + prod(x) * self.active * (self.matrices * self.hidden)
            + prod(x) * number * (self.matrices * width)
            + prod(x) * self.is_shared_gated
        )

    def products(self, out: Shape, x: Shape) -> Iterable[Product]:
        """The router's scores, the matrices into the hidden layers of all experts that are visited, and those out."""
        del out
        tokens, (number, width) = prod(x), self.always
        yield Product(tokens * self.experts, (0, "router"))
        yield Product(tokens * self.is_shared_gated, (0, "shared_expert_gate"))
        for prefix, hidden in (("", self.active * self.hidden), ("shared_", number * width)):
            for name in ("gate", "up") if self.gated else ("up",):
                yield Product(tokens * hidden, (0, f"{prefix}{name}"), f"{prefix}hidden")
            yield Product(tokens * hidden, (f"{prefix}hidden", f"{prefix}down"))

    def ops(self, out: Shape, x: Shape) -> int:
        """Routing, activations, gates, biases, and the weighted sum of the experts."""
        tokens = prod(x[:-1])
        number, width = self.always
        inner = self.matrices - 1
        return sum(
            (
                tokens * self._routing(),
                tokens * self.active * self.hidden * inner,
                tokens * number * width * inner,
                prod(out) * (2 * self.active + number - 1),
                (tokens + prod(out)) * self.is_shared_gated,
                tokens * self.experts * self.has_router_bias,
                tokens * self.active * (inner * self.hidden + out.channels) * self.bias,
                tokens * number * (inner * width + out.channels) * self.bias,
            )
        )

    def _routing(self) -> int:
        """Operations that make shares of the scores of one token."""
        corrected = self.experts * (self.correction is not None)
        if self.scores == "sigmoid":
            return self.experts + corrected
        return (self.active if self.scores == "chosen" else self.experts) * SOFTMAX_OPS + corrected
