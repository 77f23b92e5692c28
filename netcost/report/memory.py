"""What the memory of a network is made of, when it is run in one way or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from netcost.number import Number, Value
from netcost.report.row import Report


class Part(NamedTuple):
    """One part of a sum.

    Args:
        name: what it is.
        size: bytes.
        what: more about it, in a phrase.
    """

    name: str
    size: Number
    what: str = ""


class Step(NamedTuple):
    """One moment of a run: the layer that runs, and the bytes that are alive."""

    name: str
    size: int


@dataclass(frozen=True)
class Memory:
    """The memory of a network.

    Args:
        report: what its numbers hold for; without rows.
        training: it is trained, rather than run.
        parts: what the sum is made of.
        total: the sum.
        figures: every figure of the network by name; None where it has no such number.
        peak_at: the layer that runs when most is alive; empty if none does.
        alive: what is alive then, the largest first; in training, what each layer keeps.
        timeline: the bytes that are alive, layer by layer.
        notes: what was assumed, and what is left out.
    """

    report: Report
    training: bool
    parts: Sequence[Part]
    total: Number
    figures: Mapping[str, Value]
    peak_at: str
    alive: Sequence[Part]
    timeline: Sequence[Step]
    notes: Sequence[str]
