"""What a run of the command line leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Result(NamedTuple):
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]
