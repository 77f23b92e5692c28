"""Mixtures of experts: many feed-forward networks, of which each token visits a few."""

from __future__ import annotations

from math import prod

from netcost.layers.layer import Layer, Weights, count, declare, field
from netcost.layers.operations import SOFTMAX_OPS
from netcost.layers.refusals import LayerError, refuse, require_features
from netcost.layers.values import Count, Flag, Index
from netcost.shapes import Shape


@declare
class MixtureOfExperts(Layer):
    """Send each token through the few of many feed-forward networks that a router chooses for it.

    An expert is down(act(gate(x)) * up(x)), or down(act(up(x))) where not gated. Shared experts are
    visited by every token.

    Shapes: (N, T, C) -> (N, T, C); (N, C) -> (N, C).
    Counts: per token, C MACs for each expert's score and 3 * C * F (2 where not gated) for each expert
        visited. 5 ops per score (softmax), 1 per hidden element for the activation and 1 for the gate,
        1 per element with a bias, 1 per output element of each chosen expert for its share, 1 for each
        addition of two experts. Choosing is not arithmetic.
    Active: the router, the shared experts and `active` of the others.
    Errors: more active experts than there are; an image.
    Source: Shazeer et al., arXiv:1701.06538; Jiang et al., Mixtral of Experts, arXiv:2401.04088.
    """

    type = "moe"
    title = "MoE"
    sight = "same"
    primary = "experts"

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
    shared: Index = field(
        default=0, symbol="S", aliases=("shared_experts",), help="experts that every token visits"
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
    def visited(self) -> int:
        """Experts that take part in computing one token."""
        return self.active + self.shared

    def router(self, x: Shape) -> Weights:
        """(C, E), and a bias per expert."""
        weight = {"router": (x.channels, self.experts)}
        return {**weight, "router_bias": (self.experts,)} if self.bias else weight

    def some(self, experts: int, x: Shape) -> Weights:
        """The weights of a number of experts, (experts, C, F) into the hidden layer, (experts, F, C) out."""
        inner = ("gate", "up") if self.gated else ("up",)
        matrices = dict.fromkeys(inner, (experts, x.channels, self.hidden))
        matrices["down"] = (experts, self.hidden, x.channels)
        biases = {f"{name}_bias": (experts, shape[-1]) for name, shape in matrices.items()}
        return {**matrices, **biases} if self.bias else matrices

    def weights(self, x: Shape) -> Weights:
        """The router, the experts and the shared experts."""
        shared = self.some(self.shared, x) if self.shared else {}
        return {
            **self.router(x),
            **self.some(self.experts, x),
            **{f"shared_{name}": shape for name, shape in shared.items()},
        }

    def active_params(self, x: Shape) -> int:
        """The router's weights and those of the experts that one token visits."""
        return count(self.router(x)) + count(self.some(self.visited, x))

    def macs(self, out: Shape, x: Shape) -> int:
        """The router's scores, and the matrices of each expert that a token visits."""
        del out
        matrices = 3 if self.gated else 2
        return prod(x) * self.experts + prod(x) * self.visited * (matrices * self.hidden)

    def ops(self, out: Shape, x: Shape) -> int:
        """Routing, activations, gates, biases, and the weighted sum of the experts."""
        tokens = prod(x[:-1])
        inner = 2 if self.gated else 1
        parts = [
            tokens * self.experts * SOFTMAX_OPS,
            tokens * self.visited * self.hidden * inner,
            prod(out) * (2 * self.active + self.shared - 1),
        ]
        if self.bias:
            parts += [tokens * self.experts, tokens * self.visited * (inner * self.hidden + out.channels)]
        return sum(parts)
