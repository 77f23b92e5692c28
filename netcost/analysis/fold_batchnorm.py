"""Fold normalisations into the layers before them, as a network is prepared for inference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from netcost.dtypes import Precision
from netcost.layers.layer import Layer
from netcost.network import Network, Node

Pairs = Mapping[Node, Node]
"""Normalisations to be folded, each with the layer that takes it in; or the other way round."""


def fold_batchnorm(network: Network) -> Network:
    """Return the network with its batch normalisations folded away where they can be.

    At inference a batch normalisation multiplies each channel by one constant and adds another. Directly
    behind a layer with weights, and as the only one to read it, both go into that layer's weights and bias;
    the normalisation disappears, and the layer has a bias. What it puts out is in the number format of the
    normalisation, whose output it replaces; it is frozen if both were.

    Weights that are shared are folded if every layer that uses them is followed by the same shared
    normalisation: with different ones they would no longer be the same weights. A shared normalisation is
    folded everywhere or nowhere.

    Source: Jacob et al., arXiv:1712.05877, section 3.2; torch.nn.utils.fusion.fuse_conv_bn_eval.
    """
    pairs = _foldable(network)
    norms = {layer: norm for norm, layer in pairs.items()}
    folded = network.bare()
    new = {node: folded.input(node.output, node.name, node.place) for node in network.inputs}
    biased: dict[Layer, Layer] = {}
    for node in network.nodes:
        if node in pairs:
            new[node] = new[pairs[node]]
            continue
        norm, layer = norms.get(node, node), node.layer
        if norm is not node:
            layer = biased.setdefault(layer, layer.with_fields(bias=True))
        new[node] = folded.add(
            node.name,
            layer,
            [new[source] for source in node.inputs],
            node.place,
            precision=Precision(node.precision.weights, norm.precision.activations),
            frozen=node.frozen and norm.frozen,
            share=node.shares,
            training_only=node.training_only,
        )
    folded.outputs = tuple(new[node] for node in network.outputs)
    return folded


def _foldable(network: Network) -> Pairs:
    """Find the normalisations that can be folded, sharing included."""
    pairs, users = _adjacent(network), _users(network.nodes)
    while True:
        norms = {layer: norm for norm, layer in pairs.items()}
        kept = {
            norm: layer
            for norm, layer in pairs.items()
            if all(each in pairs for each in users[norm])
            and all(_folds_alike(each, norms, layer, users) for each in users[layer])
        }
        if len(kept) == len(pairs):
            return pairs
        pairs = kept


def _adjacent(network: Network) -> Pairs:
    """Find the normalisations that alone read a layer which can take them in."""
    outputs = set(network.outputs)
    return {
        node: source
        for node in network.nodes
        if node.layer.foldable
        for source in node.inputs
        if source.layer.followable
        and network.consumers(source) == [node]
        and source not in outputs
        and source.training_only == node.training_only
    }


def _users(nodes: Iterable[Node]) -> Mapping[Node, list[Node]]:
    """For each node all that use the same weights, itself included."""
    owners: dict[str, str] = {}
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        owners[node.name] = owners[node.shares] if node.shares else node.name
        groups[owners[node.name]].append(node)
    return {node: group for group in groups.values() for node in group}


def _folds_alike(user: Node, norms: Pairs, layer: Node, users: Mapping[Node, list[Node]]) -> bool:
    """True if two layers with the same weights are followed by the same normalisation."""
    return (
        user in norms
        and users[norms[user]] is users[norms[layer]]
        and user.layer.weights(*user.input_shapes) == layer.layer.weights(*layer.input_shapes)
    )
