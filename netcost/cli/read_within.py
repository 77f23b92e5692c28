"""Readings of specs that share what a run may do: each is counted as it goes, and ends where nothing is left for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from netcost.budget.quota import LAYER, Quota
from netcost.language.work import MAX_WORK, Work
from netcost.network import Network
from netcost.place import Place
from netcost.source.problem import SpecError

UNIT = 600
"""Steps for a unit of the work that a spec asks for while it is read."""

ANALYZED = LAYER - UNIT
DIFFERENT = 3 * LAYER
"""For a layer of a network, and what one takes beyond that which is like none before it."""

PROBLEM = 60 * LAYER
"""For a fault of a spec: near words are looked for, and its lines are shown."""

CHARACTER = 3
"""For one of a spec's text."""


def read_within(quota: Quota, read: Callable[[Work], Network], place: Place) -> Network:
    """Read a network with what is left, and count that and what it will take to analyze it.

    Args:
        quota: what the run may do.
        read: reads the network, and counts what its spec asks for.
        place: what asks for it.

    Raises:
        SpecError: the spec is faulty, or it is too much work.
    """
    work = Work(left=quota.left // UNIT)
    try:
        network = read(work)
    except SpecError as error:
        if work.refused and work.most < MAX_WORK:
            # What is wrong is that this run has no more for it.
            raise SpecError(quota.count(quota.left + 1, place)) from None
        steps = _steps(work, error.sources) + len(error.problems) * PROBLEM
        raise SpecError([*error.problems, *quota.count(steps, place)], error.sources) from None
    analyzed = len(network.nodes) * ANALYZED + network.kinds * DIFFERENT
    quota.spend(_steps(work, network.sources) + analyzed, place)
    return network


def _steps(work: Work, sources: Mapping[str, Sequence[str]]) -> int:
    """What it took to read some files."""
    characters = sum(len(line) for lines in sources.values() for line in lines)
    return work.spent * UNIT + characters * CHARACTER
