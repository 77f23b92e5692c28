"""How many variants cost how much: counts over two columns, each in equal steps of its logarithm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netcost.sweeps.kit import Column, Kit, Mask

STEPS = 48
"""Bins for each factor of ten."""


@dataclass
class Density:
    """Counts of variants in the bins of two columns; what is zero or not known has no logarithm and is left out.

    Args:
        counts: how many variants there are in a bin: `floor(48 log10 x)`, and the same of y.
    """

    counts: Counter[tuple[int, ...]] = field(default_factory=Counter)

    def add(self, columns: Sequence[Column], meant: Mask, kit: Kit) -> None:
        """Count more variants."""
        self.counts.update(kit.binned([kit.taken(column, meant) for column in columns], STEPS))

    def merge(self, cells: Iterable[Sequence[int]]) -> None:
        """Count what was counted elsewhere."""
        for first, second, count in cells:
            self.counts[first, second] += count

    @property
    def cells(self) -> list[tuple[int, ...]]:
        """The bins with something in them, as plain data."""
        return [(*bins, count) for bins, count in sorted(self.counts.items())]
