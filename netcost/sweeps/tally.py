"""What became of the variants of a sweep: how many fit, and what kept the others out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

SHOWN = 5
"""Reasons that are told; the rest are counted."""

MAX_REASONS = 200
REST = "other reasons"

_OF_NUMBERS = re.compile(r"\s*\([-+0-9.,x ]+\)")
_NUMBERS = re.compile(r"[0-9][0-9.,x]*(?<![.,x])")


@dataclass
class Tally:
    """Counts of variants; those of two stretches of a grid add up.

    Args:
        variants: all that were looked at.
        left_out: those that do not meet the condition.
        fit: networks that keep all limits.
        broken: for each side of a limit, networks beyond it; one that is beyond several counts for the first of them.
        unknown: for each limit, networks of which the number is not known in full.
        refused: for each reason, variants that are no network, or for which the condition has no value.
        valueless: for each reason, variants that fit and of which an expression that orders them has no value.
    """

    variants: int = 0
    left_out: int = 0
    fit: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    valueless: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Tally) -> Self:
        """Add the counts of another stretch."""
        self.variants += other.variants
        self.left_out += other.left_out
        self.fit += other.fit
        self.broken.update(other.broken)  # a limit that nothing breaks is told of, too
        self.unknown.update(other.unknown)
        self.refused = _bounded(self.refused + other.refused)
        self.valueless = _bounded(self.valueless + other.valueless)
        return self

    @property
    def all_refused(self) -> bool:
        """Tell whether there is no variant of which anything is known."""
        return self.refused.total() == self.variants

    def refuse(self, messages: Iterable[str | None]) -> None:
        """Count why variants are no networks; messages that differ in their numbers only are one reason."""
        for message, times in Counter(messages).items():
            if message is not None:
                self.refused[reason(message)] += times

    def leave_out(self, count: int, reasons: Sequence[str | None]) -> None:
        """Count variants that do not meet the condition; those are refused for which it has no value."""
        refused = Counter(filter(None, reasons))
        self.refused += refused
        self.left_out += count - refused.total()

    def written(self) -> Mapping[str, object]:
        """The counts as plain data; what hardly ever happens, and came later, only where it does."""
        return {
            name: dict(value) if isinstance(value, Counter) else value
            for name, value in vars(self).items()
            if name != "valueless" or value
        }

    @classmethod
    def read(cls, data: Mapping[str, object]) -> Tally:
        """The counts of plain data."""
        found: dict[str, object] = {
            name: Counter(value) if isinstance(value, dict) else value for name, value in data.items()
        }
        return cls(**found)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return f"{self.variants:,} variants: {'; '.join(self._parts())}"

    def _parts(self) -> Iterator[str]:
        yield f"{self.fit:,} fit" if self.broken or self.unknown else f"{self.fit:,} sound"
        if self.valueless:
            yield f"{self.valueless.total():,} of them without a value: {_told(self.valueless)}"
        for side, times in self.broken.items():
            if times:
                yield f"{times:,} {side}"
        for name, times in self.unknown.items():
            yield f"{times:,} of unknown {name}"
        if self.left_out:
            yield f"{self.left_out:,} left out"
        if self.refused:
            yield f"{self.refused.total():,} refused: {_told(self.refused)}"


def _told(reasons: Counter[str]) -> str:
    """The most frequent reasons, each with its number."""
    first = reasons.most_common(SHOWN)
    rest = reasons.total() - sum(times for _, times in first)
    return ", ".join([f"{each} ({times:,})" for each, times in first] + [f"{REST} ({rest:,})"] * bool(rest))


def _bounded(reasons: Counter[str]) -> Counter[str]:
    """The most frequent reasons, and the number of all others."""
    if len(reasons) <= MAX_REASONS:
        return reasons
    kept = Counter(dict(reasons.most_common(MAX_REASONS - 1)))
    kept[REST] += reasons.total() - kept.total()
    return kept


def reason(message: str) -> str:
    """A message without what is different in each variant: `channels is not divisible by heads`."""
    return _NUMBERS.sub("N", _OF_NUMBERS.sub("", message))
