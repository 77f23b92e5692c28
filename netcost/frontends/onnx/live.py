"""The steps of a graph that matter to its outputs, once it is known which branches run and what masks only hide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from netcost.frontends.onnx.values import Step, Value

MASKS: Mapping[str, tuple[int, ...]] = {
    "Attention": (3, 6),
    "com.microsoft:Attention": (3, 5),
    "com.microsoft:QAttention": (5,),
    "com.microsoft:MultiHeadAttention": (4, 5),
    "com.microsoft:DecoderMaskedMultiHeadAttention": (4, 5),
    "com.microsoft:GroupQueryAttention": (5, 6, 7, 8),
    "com.microsoft:EmbedLayerNormalization": (7, 8),
    "com.microsoft:QEmbedLayerNormalization": (7,),
}
"""Inputs of fused attention that hide scores or count positions, and cost nothing."""


def live(steps: Sequence[Step], outputs: Iterable[Value]) -> list[Step]:
    """Those steps whose outputs are read on the way to some values, in order."""
    needed: set[Value] = set(_held(outputs))
    found = []
    for step in reversed(steps):
        if not needed.isdisjoint(_held(step.outputs)):
            found.append(step)
            masks = MASKS.get(step.op, ())
            inputs = (
                each for place, each in enumerate(step.inputs) if each is not None and place not in masks
            )
            needed.update(_held(inputs))
    return found[::-1]


def _held(values: Iterable[Value]) -> Iterator[Value]:
    """Values, and the tensors in those that are sequences."""
    for each in values:
        yield each
        yield from each.items or ()
