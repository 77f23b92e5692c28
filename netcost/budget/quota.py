"""How much a run may do: one count of all that grows with its specs, its rules and its findings."""

from __future__ import annotations

from collections.abc import Collection

from netcost.place import Place
from netcost.source.problem import Problem, SpecError

LAYER = 1_000
"""Steps for a layer that is like one before it, read and analyzed; all others are in proportion to their time."""

CHARACTER = 16
"""For one of what is said of a finding."""

ALIGNED = LAYER // 2
"""For a layer of either report when two are compared."""

FINDING = 3 * LAYER
RULE = LAYER // 5
COMPARED = 10
"""For a layer's number held to a bound."""

KEPT = 40
"""For a layer that a pattern matched, which is remembered."""

DEVICE = 150 * LAYER
"""For a file that describes a device."""

STUDIED = LAYER
"""For a layer of a network that is looked at as a whole."""

LAID_OUT = 2
"""For two tensors that are laid into one block of memory."""

COMPILED = 5 * LAYER
COMPILED_CHARACTER = 700
"""For making a pattern, and for each of its characters."""

MATCHED = 30
"""For a name compared with a pattern; the product of their lengths, in thirds, comes on top."""

MOST = 250_000 * LAYER


class Quota:
    """What one run may do, and what it has done; what is beyond the most is refused."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.done = 0

    @property
    def left(self) -> int:
        """Steps that are not spent."""
        return self.most - self.done

    @property
    def exhausted(self) -> bool:
        """Tell whether something was refused."""
        return self.done > self.most

    def spend(self, steps: int, place: Place) -> None:
        """Count some steps.

        Args:
            steps: how many.
            place: what asks for them.

        Raises:
            SpecError: they are too many, together with those before them.
        """
        refused = self.count(steps, place)
        if refused:
            raise SpecError(refused)

    def count(self, steps: int, place: Place) -> list[Problem]:
        """Count some steps, and tell if they are too many."""
        self.done += steps
        if not self.exhausted:
            return []
        message = f"up to here, this run is more work than {self.most // LAYER:,} layers"
        return [Problem(place, message, "check fewer models or rules at once, from several budget files")]


def matching(pattern: str, names: Collection[str]) -> int:
    """The steps of comparing names with a pattern."""
    compiled = COMPILED + len(pattern) * COMPILED_CHARACTER
    return compiled + len(names) * MATCHED + sum(map(len, names)) * len(pattern) // 3
