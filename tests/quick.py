"""Which cases of a table are tried each time; the others are slow tests."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import pytest


def others_slow(cases: Iterable[Any], quick: Container[Any]) -> list[Any]:
    """Cases for a table; those that are none of the quick ones are marked as slow."""
    return [pytest.param(case, marks=() if case in quick else pytest.mark.slow) for case in cases]
