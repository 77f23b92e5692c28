"""The weights that lie beside a config: as many as its network has, or it is told."""

from __future__ import annotations

import re

from netcost.frontends import Source
from netcost.frontends.safetensors import INTEGERS, header, tensors_of
from netcost.frontends.weights_only import Tensor
from netcost.layers.layer import NO_WEIGHTS, Weights, count, without
from netcost.network import Network, Node
from netcost.source.problem import SpecError

FILES = ("model.safetensors.index.json", "model.safetensors")
"""Where transformers stores weights; where there are several files, the first names them."""

COMPUTED = ("inv_freq", "position_ids", "masked_bias")
"""The last words of the names of tensors that earlier versions stored though they are not learned."""

MASK = (".attn.bias", ".attention.bias")
MASK_AXES = 4
"""Axes of the mask that GPT-2 and GPT-NeoX stored by such a name, which no bias has."""

OUTPUT = re.compile(r"(?:.*\.)?(?:lm_head|decoder|vocab_projector|generator_lm_head)\.weight")
"""Output layers, which some files store although they are the word table."""


def compare(network: Network, source: Source, *, quantized: bool) -> None:
    """Note where the weights beside a config are not as many as its network has.

    Args:
        network: what the config describes.
        source: the config.
        quantized: whether its weights are packed, so that their numbers cannot be counted.
    """
    if source.beside is None or quantized:
        return
    for file in FILES:
        try:
            data = source.beside(file)
        except (OSError, ValueError):
            continue
        try:
            tensors = (
                tensors_of(Source(file, data, source.beside))
                if file.endswith(".json")
                else header(data, file)
            )
        except SpecError as error:
            network.notes.append(f"{file} cannot be read: {error.problems[0].message}")
            return
        _compare(network, file, list(tensors.items()))
        return


def _compare(network: Network, file: str, tensors: list[tuple[str, Tensor]]) -> None:
    own = sum(count(_own(node)) for node in network.nodes)
    learned = [each for each in tensors if _is_learned(*each)]
    stored = sum(tensor.elements for _, tensor in learned)
    is_tied = any(node.ties or node.shares for node in network.nodes)
    twice = sum(tensor.elements for name, tensor in learned if is_tied and OUTPUT.fullmatch(name))
    buffers = sum(count(node.layer.buffers(*node.input_shapes)) for node in network.nodes)
    if own not in {stored, stored - twice, stored - buffers}:
        network.notes.append(f"{file} stores {stored:,} parameters, and the config describes {own:,}")


def _own(node: Node) -> Weights:
    """The weights of a layer without those that are an earlier one's."""
    ties = [tie.weight for tie in node.ties]
    return NO_WEIGHTS if node.shares else without(node.layer.weights(*node.input_shapes), ties)


def _is_learned(name: str, tensor: Tensor) -> bool:
    is_mask = name.endswith(MASK) and len(tensor.dims) == MASK_AXES
    return not (tensor.dtype in INTEGERS or name.endswith(COMPUTED) or is_mask)
