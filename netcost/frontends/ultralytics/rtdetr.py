"""The decoder of RT-DETR: the best places become queries, which look at each other and at a few places of all maps.

Source: Zhao et al., arXiv:2304.08069; Zhu et al., Deformable DETR, arXiv:2010.04159.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netcost.frontends.ultralytics.net import At
from netcost.layers.activation import ReLU
from netcost.layers.attention import Attention
from netcost.layers.concat import Concat
from netcost.layers.deformable_attention import DeformableAttention
from netcost.layers.linear import Linear
from netcost.layers.norm import BatchNorm, LayerNorm
from netcost.layers.parameter import Parameter
from netcost.layers.reshape import ToTokens
from netcost.layers.smooth_activation import Sigmoid
from netcost.network import Node

BOX = 4


class Sizes(NamedTuple):
    """How large a decoder is."""

    width: int
    queries: int
    points: int
    heads: int
    layers: int
    hidden: int


def _perceptron(at: At, name: str, x: Node, widths: Sequence[int], owner: str = "") -> Node:
    """Fully connected layers with a ReLU between them; `owner` has the weights, if another one of the name does."""
    for place, width in enumerate(widths):
        keys = {weight: (owner or f"{at.name}.{name}", place, weight) for weight in ("weight", "bias")}
        x = at.add(f"{name}.layers.{place}", Linear(units=width), x, weights=keys)
        if place < len(widths) - 1:
            x = at.add(f"{name}.act.{place}", ReLU(), x)
    return x


def _encoded(at: At, maps: Sequence[Node], width: int) -> Node:
    """All places of all maps as tokens of one width."""
    found = []
    for place, x in enumerate(maps):
        y = at.plain(f"input_proj.{place}.0", x, width, bias=False)
        y = at.add(f"input_proj.{place}.1", BatchNorm(), y)
        found.append(at.add(f"input_proj.{place}.tokens", ToTokens(), y))
    return at.add("tokens", Concat(axis="tokens"), *found) if len(found) > 1 else found[0]


def decoder(at: At, maps: Sequence[Node], classes: int, sizes: Sizes, *, learned: bool) -> Node:
    """Boxes and classes of so many queries; the heads of all layers but the last are only trained with."""
    width, trained = sizes.width, at._replace(training_only=True)
    tokens = _encoded(at, maps, width)
    trained.add("denoising_class_embed", Parameter(shape=(classes, width)))
    features = at.add("enc_output.1", LayerNorm(), at.add("enc_output.0", Linear(units=width), tokens))
    scores = at.add("enc_score_head", Linear(units=classes), features)
    batch, places, _ = features.output
    best = min(sizes.queries, places)
    picked = at.move("top", "TopK", (batch, best, width), "sequence", features, scores)
    boxes = _perceptron(at, "enc_bbox_head", picked, (width, width, BOX))
    boxes = at.add("enc_boxes", Sigmoid(), boxes)
    queries = at.add("tgt_embed", Parameter(shape=(best, width))) if learned else picked
    for number in range(sizes.layers):
        place = _perceptron(at, f"position_{number}", boxes, (2 * width, width), f"{at.name}.query_pos_head")
        queries = _layer(at / f"decoder.layers.{number}", queries, place, tokens, sizes, len(maps))
        moved = _perceptron(at, f"dec_bbox_head.{number}", queries, (width, width, BOX))
        # The last box, undone from its sigmoid, is added, and the sum put into one again.
        boxes = at.pointwise(f"boxes_{number}", "Boxes", 5, moved, boxes)
        is_last = number == sizes.layers - 1
        scores = (at if is_last else trained).add(f"dec_score_head.{number}", Linear(units=classes), queries)
    at.net.graph.note("branches that are only trained with have parameters, but do not run")
    return at.add("output", Concat(), boxes, at.add("sigmoid", Sigmoid(), scores))


def _layer(at: At, x: Node, place: Node, tokens: Node, sizes: Sizes, levels: int) -> Node:
    """Attention among queries, to the maps, and two matrices, each with what comes in added and a norm."""
    y = at.add("self_attn", Attention(heads=sizes.heads), at.sum("placed1", x, place))
    x = at.add("norm1", LayerNorm(), at.sum("add1", x, y))
    layer = DeformableAttention(heads=sizes.heads, levels=levels, points=sizes.points)
    y = at.add("cross_attn", layer, at.sum("placed2", x, place), tokens)
    x = at.add("norm2", LayerNorm(), at.sum("add2", x, y))
    y = at.add("act", ReLU(), at.add("linear1", Linear(units=sizes.hidden), x))
    return at.add("norm3", LayerNorm(), at.sum("add3", x, at.add("linear2", Linear(units=sizes.width), y)))
