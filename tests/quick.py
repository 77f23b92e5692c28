"""Which cases of a table are tried each time; the others are slow tests."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import product
from typing import Any

import pytest


def others_slow(cases: Iterable[Any], quick: Container[Any]) -> list[Any]:
    """Cases for a table; those that are none of the quick ones are marked as slow."""
    return [pytest.param(case, marks=() if case in quick else pytest.mark.slow) for case in cases]


def crossed(*axes: Iterable[Any], slow: Container[Any] = ()) -> list[Any]:
    """Cases for a table of several parameters: all combinations of their values, most of them marked as slow.

    The others are as few as the longest of the parameters has values: each value comes in one of them, but for those
    that are slow by themselves.
    """
    values = [list(axis) for axis in axes]
    quick = [[place for place, value in enumerate(axis) if value not in slow] for axis in values]
    some = {
        tuple(axis[(turn + number * (turn // len(axis))) % len(axis)] for number, axis in enumerate(quick))
        for turn in range(max(map(len, quick)))
    }  # after a round of its values a parameter is so many further, and those of a few values meet in all ways
    return [
        pytest.param(
            *(axis[place] for axis, place in zip(values, places, strict=True)),
            marks=() if places in some else pytest.mark.slow,
        )
        for places in product(*map(range, map(len, values)))
    ]
