"""A network of GGUF: its template filled with the metadata, and the number formats of its own tensors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from typing import NamedTuple

from netcost.blocks import MixedFormat
from netcost.dtypes import Precision
from netcost.frontends.gguf_file import FORMATS
from netcost.frontends.weights_only import Tensor
from netcost.layers.layer import NO_WEIGHTS, Weights, without
from netcost.network import Network, Node
from netcost.place import inside

BLOCK = re.compile(r"decoder\.(\d+)\.")

OUTSIDE: Mapping[str, str] = {
    "embed": "token_embd",
    "position": "position_embd",
    "final_norm": "output_norm",
    "lm_head": "output",
}
"""The tensors outside of blocks, by the first word of a layer's name."""

OF_LAYERS: Mapping[str, Mapping[str, str]] = {
    "attention": {
        **{f"{part}_weight": f"attn_{part}.weight" for part in ("q", "k", "v")},
        **{f"{part}_bias": f"attn_{part}.bias" for part in ("q", "k", "v")},
        "out_weight": "attn_output.weight",
        "out_bias": "attn_output.bias",
        "q_norm": "attn_q_norm.weight",
        "k_norm": "attn_k_norm.weight",
    },
    "moe": {
        "router": "ffn_gate_inp.weight",
        **{part: f"ffn_{part}_exps.weight" for part in ("gate", "up", "down")},
        **{f"shared_{part}": f"ffn_{part}_shexp.weight" for part in ("gate", "up", "down")},
        "shared_expert_gate": "ffn_gate_inp_shexp.weight",
    },
}
"""The tensors of a block by the type of a layer and the names of its weights."""

TOGETHER: Mapping[str, str] = {
    **{f"attn_{part}.weight": "attn_qkv.weight" for part in ("q", "k", "v")},
    **{f"attn_{part}.bias": "attn_qkv.bias" for part in ("q", "k", "v")},
    "ffn_gate.weight": "ffn_up.weight",
    **{f"ffn_{part}_exps.weight": f"ffn_{part}.0.weight" for part in ("gate", "up", "down")},
}
"""What they are stored in where they have no tensor of their own."""

NORMS = ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
"""In the order in which a block has them."""

EXPERT = re.compile(r"(blk\.\d+\.ffn_(?:gate|up|down))\.\d+\.weight")
"""The tensor of one expert, as older files have them."""

NOT_LEARNED = re.compile(r"rope_(?:freqs|factors_\w+)\.weight")
"""Tensors that tell positions, and are no weights."""


class Misfit(Exception):  # noqa: N818  it ends in what the file stores, and is told as a note
    """The network of the metadata is not that of the tensors."""


class Use(NamedTuple):
    """A weight of a layer, and the tensor that it is in."""

    node: Node
    weight: str
    tensor: str


def with_tensors(network: Network, tensors: Mapping[str, Tensor], path: str) -> Network:
    """The network with the number formats of its tensors, each layer placed at the first of them.

    Raises:
        Misfit: a weight has no tensor, a tensor is not used, or their numbers are not as many.
    """
    uses = list(_uses(network, tensors))
    _check(uses, tensors)
    of_node: dict[Node, dict[str, str]] = {}
    for use in uses:
        of_node.setdefault(use.node, {})[use.weight] = use.tensor
    formats = Counter[str]()
    for use in uses:
        formats[FORMATS[tensors[use.tensor].dtype]] += tensors[use.tensor].elements
    usual = _precision(formats.most_common(1)[0][0])
    found = network.bare()
    found.precision, found.sources = usual, {}
    new: dict[Node, Node] = {}
    for node in network.inputs:
        new[node] = found.input(node.output, node.name)
    for node in network.nodes:
        own = of_node.get(node, {})
        place = inside(path, next(iter(own.values()), node.name))
        precision = _of_layer(own, tensors) if own else usual
        new[node] = found.add_like(
            node, [new[source] for source in node.inputs], place=place, precision=precision
        )
    found.outputs = tuple(new[node] for node in network.outputs)
    return found


def _precision(weights: str) -> Precision:
    """What comes out of a layer is in 32 bits, whatever its weights are in: so llama.cpp computes."""
    return Precision(weights)


def _of_layer(own: Mapping[str, str], tensors: Mapping[str, Tensor]) -> Precision:
    """The formats of a layer's weights, called after that of the first."""
    formats = {weight: FORMATS[tensors[name].dtype] for weight, name in own.items()}
    main = next(iter(formats.values()))
    return _precision(MixedFormat.of(formats, main))


def _uses(network: Network, tensors: Mapping[str, Tensor]) -> Iterator[Use]:
    """Each weight with its tensor.

    Raises:
        Misfit: it has none.
    """
    blocks: dict[str, list[Node]] = {}
    for node in network.nodes:
        if _own(node):
            inside_block = BLOCK.match(node.name)
            blocks.setdefault(inside_block[1] if inside_block else "", []).append(node)
    for number, nodes in blocks.items():
        before = f"blk.{number}." if number else ""
        names = _in_block(nodes, before, tensors) if number else _outside(nodes)
        for node, weights in names:
            for weight, name in weights.items():
                yield Use(node, weight, _stored_in(before, name, tensors))


def _own(node: Node) -> Weights:
    """The weights of a layer that are no other's."""
    weights = node.layer.weights(*node.input_shapes)
    return NO_WEIGHTS if node.shares else without(weights, [tie.weight for tie in node.ties])


def _stored_in(before: str, name: str, tensors: Mapping[str, Tensor]) -> str:
    for each in (name, TOGETHER.get(name, name)):
        if f"{before}{each}" in tensors:
            return f"{before}{each}"
    raise Misfit(f"there is no tensor {before}{name}")


def _outside(nodes: list[Node]) -> Iterator[tuple[Node, Mapping[str, str]]]:
    for node in nodes:
        name = OUTSIDE.get(node.name.partition(".")[0], "")
        yield node, {weight: f"{name}.{_last(weight)}" for weight in _own(node)}


def _last(weight: str) -> str:
    return "bias" if weight.endswith("bias") else "weight"


def _in_block(
    nodes: list[Node], before: str, tensors: Mapping[str, Tensor]
) -> Iterator[tuple[Node, Mapping[str, str]]]:
    """The layers of a block, each with the tensors of its weights."""
    norms = iter([each for each in NORMS if f"{before}{each}.weight" in tensors])
    plain = [node for node in nodes if node.layer.type == "linear" and not _branch(node)]
    for node in nodes:
        weights = _own(node)
        named = OF_LAYERS.get(node.layer.type)
        if named:
            yield node, {weight: named.get(weight, weight) for weight in weights}
            continue
        if node.layer.type == "linear":
            name = f"ffn_{_branch(node) or ('down' if node is plain[-1] else 'up')}"
        else:
            name = next(norms, node.name)
        yield node, {weight: f"{name}.{_last(weight)}" for weight in weights}


def _branch(node: Node) -> str:
    """Which of the two ways of a gated network a layer is in; nothing for one behind it."""
    return next((word for word in ("gate", "up") if f".{word}." in node.name), "")


def _check(uses: list[Use], tensors: Mapping[str, Tensor]) -> None:
    """Hold the weights to the tensors, one by one, as many as are in one together.

    Raises:
        Misfit: they are not as many numbers.
    """
    used = Counter[str]()
    for use in uses:
        used[use.tensor] += prod(use.node.layer.weights(*use.node.input_shapes)[use.weight])
    stored = Counter[str]()
    for name, tensor in tensors.items():
        stored[_first_of(name, tensor, tensors)] += tensor.elements
    for name, numbers in stored.items():
        if used[name] != numbers and not NOT_LEARNED.fullmatch(name):
            raise Misfit(f"{name} has {numbers:,} numbers, and the network {used[name]:,} of it")


def _first_of(name: str, tensor: Tensor, tensors: Mapping[str, Tensor]) -> str:
    """The tensor of the first expert, where each has its own and they are alike; else the tensor itself."""
    found = EXPERT.fullmatch(name)
    first = f"{found[1]}.0.weight" if found else name
    return first if tensors.get(first) == tensor else name
