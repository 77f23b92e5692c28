"""Fold normalisations into the layers before them, as a network is prepared for inference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
        new[node] = folded.add_like(
            node,
            [new[source] for source in node.inputs],
            layer,
            precision=Precision(node.precision.weights, norm.precision.activations),
            frozen=node.frozen if node.frozen == norm.frozen else False,
        )
    folded.outputs = tuple(new[node] for node in network.outputs)
    return folded


def _foldable(network: Network) -> Pairs:
    """Find the normalisations that can be folded, sharing included.

    Those that share weights are folded together or not at all, and with them what they are folded into.
    """
    pairs, users = _adjacent(network), _users(network.nodes)
    norms = {layer: norm for norm, layer in pairs.items()}
    waiting = [group for group in _distinct(pairs, users) if not all(each in pairs for each in group)]
    waiting += [group for group in _distinct(norms, users) if not _fold_alike(group, norms, users)]
    refused: set[int] = set()
    while waiting:
        group = waiting.pop()
        if id(group) not in refused:
            refused.add(id(group))
            waiting += [
                users[partners[node]] for node in group for partners in (pairs, norms) if node in partners
            ]
    return {
        norm: layer
        for norm, layer in pairs.items()
        if refused.isdisjoint((id(users[norm]), id(users[layer])))
    }


def _adjacent(network: Network) -> Pairs:
    """Find the normalisations that alone read a layer which can take them in."""
    outputs = set(network.outputs)
    tied = {name for node in network.nodes for tie in node.ties for name in (node.name, tie.owner)}
    return {
        node: source
        for node in network.nodes
        if node.layer.folds_away
        for source in node.inputs
        if source.layer.takes_in
        and tied.isdisjoint((node.name, source.name))
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


def _distinct(nodes: Iterable[Node], users: Mapping[Node, list[Node]]) -> Iterable[list[Node]]:
    """The groups that nodes belong to, each once."""
    return {id(users[node]): users[node] for node in nodes}.values()


def _fold_alike(layers: Sequence[Node], norms: Pairs, users: Mapping[Node, list[Node]]) -> bool:
    """True if layers with the same weights are all followed by the same normalisation."""
    if not all(layer in norms for layer in layers):
        return False
    first = layers[0]
    weights, norm = first.layer.weights(*first.input_shapes), users[norms[first]]
    return all(
        users[norms[each]] is norm and each.layer.weights(*each.input_shapes) == weights for each in layers
    )
