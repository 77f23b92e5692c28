"""Tensors beside a layer's output: those that are alive while it runs, and what its backward pass needs."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.record import Record


class Held(Record):
    """A tensor that a layer makes beside its output."""

    shape: tuple[int, ...]
    dtype: str = ""
    """Its number format; empty for that of the activations."""


Tensors = Mapping[str, Held]
NO_TENSORS: Tensors = {}


class Kept(Record):
    """What a layer keeps from the forward to the backward pass."""

    inputs: tuple[int, ...] = ()
    """Which of its inputs, counted from 0."""

    output: bool = False

    more: Tensors = NO_TENSORS
    """Further tensors, by name."""

    for_weights: bool = False
    """True if it is needed only where the weights are trained."""


NOTHING_KEPT = Kept()
INPUT_KEPT = Kept(inputs=(0,))
INPUT_FOR_WEIGHTS = Kept(inputs=(0,), for_weights=True)
OUTPUT_KEPT = Kept(output=True)
