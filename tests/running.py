"""Runs of the command line and what they leave behind; the work that a run of some code takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

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
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = TextIOWrapper(BytesIO(stdin)), out, err
    try:
        code = main(args)
        written = []
        for stream in (out, err):
            stream.flush()
            written.append(stream.buffer.getvalue().decode(encoding))
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    return Result(code, *written)


IMPORTED = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); from running import run"
LOOP = """
import json, os, sys
for line in sys.stdin:
    folder, args, text = json.loads(line)
    os.chdir(folder)
    print(json.dumps(run(*args, stdin=text.encode())), flush=True)
"""


@contextmanager
def elsewhere(code: str, imported: str = IMPORTED) -> Iterator[Run]:
    """Run command lines in another process, which has run some code before the command line was made.

    All of them run in the one process, each in what is then the working folder of this one. What is imported may be
    another `run` than that of this module.
    """
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}\n{imported}\n{LOOP}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, told = process.stdin, process.stdout
        assert asked
        assert told

        def ran(*args: str, stdin: str = "") -> Result:
            print(json.dumps([str(Path.cwd()), args, stdin]), file=asked, flush=True)
            return Result(*json.loads(told.readline()))

        yield ran


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
