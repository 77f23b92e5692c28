"""Runs of the command line and what they leave behind; the work that a run of some code takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from typing import NamedTuple

import pytest

from netcost.cli import main


class Result(NamedTuple):
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


def run(*args: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result:
    """Run a command line in this process; output is no terminal."""
    out, err = (TextIOWrapper(BytesIO(), encoding, newline="\n") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = main(args)
        written = []
        for stream in (out, err):
            stream.flush()
            written.append(stream.buffer.getvalue().decode(encoding))
    return Result(code, *written)


@contextmanager
def calls_below(most: int) -> Iterator[None]:
    """Fail as soon as code calls so many functions: a measure of work that is the same on every machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"
        assert calls < most

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
