"""How much a run may do: one count of all that grows with its specs, its rules and its findings."""

from __future__ import annotations

from collections.abc import Collection

from netcost.place import Place
from netcost.report import Report
from netcost.spec.problem import Problem, SpecError

LAYER = 1_000
"""Steps for a layer that is like one before it; all others are in proportion to the time that they take."""

DIFFERENT_LAYER = 4 * LAYER
CHARACTER = 16
"""For one of a spec's text."""

FAULTY = 25_000 * LAYER
"""For a spec that cannot be read, whose layers nobody counted."""

FINDING = 3 * LAYER
RULE = LAYER // 5
COMPARED = 10
"""For a layer's number held to a bound."""

KEPT = 40
"""For a layer that a pattern matched, which is remembered."""

COMPILED = 5 * LAYER
COMPILED_CHARACTER = 700
"""For making a pattern, and for each of its characters."""

MATCHED = 20
"""For a name compared with a pattern; the product of their lengths, in thirds, comes on top."""

MOST = 250_000 * LAYER


class Work:
    """The work of one run; what is beyond the most is refused."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.done = 0
        self.readings: dict[str, int] = {}
        """What it took to read a spec before: it will not be much less next time."""

    @property
    def exhausted(self) -> bool:
        """Tell whether something was refused."""
        return self.done > self.most

    def count(self, steps: int, place: Place) -> Problem | None:
        """Count some steps; what is wrong if they are too many, together with those before them.

        Args:
            steps: how many.
            place: what asks for them.
        """
        self.done += steps
        if not self.exhausted:
            return None
        message = f"up to here, this run is more work than {self.most // LAYER:,} layers"
        return Problem(place, message, "check fewer models or rules at once, from several budget files")

    def spend(self, steps: int, place: Place) -> None:
        """Count some steps.

        Raises:
            SpecError: they are too many, together with those before them.
        """
        problem = self.count(steps, place)
        if problem:
            raise SpecError([problem])


def reading(characters: int, report: Report) -> int:
    """The steps of reading a spec and analyzing its network."""
    # Rows of layers that cost the same share their settings.
    different = len({id(row.settings) for row in report})
    return characters * CHARACTER + len(report) * LAYER + different * (DIFFERENT_LAYER - LAYER)


def matching(pattern: str, names: Collection[str]) -> int:
    """The steps of comparing names with a pattern."""
    compiled = COMPILED + len(pattern) * COMPILED_CHARACTER
    return compiled + len(names) * MATCHED + sum(map(len, names)) * len(pattern) // 3
