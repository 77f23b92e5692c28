"""Golden files, which a person reads in review and `pytest --update-golden` rewrites, and runs of the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from running import Result, Run

from netcost.cli import main

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites golden files."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files with what is printed"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the file of that name in the folder `golden` beside the test, byte by byte."""
    folder = Path(request.path).parent / "golden"

    def compare(name: str, text: str) -> None:
        path = folder / name
        if request.config.getoption("--update-golden"):
            folder.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert text == path.read_bytes().decode()

    return compare


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, in an environment that says nothing of colours and terminals."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def netcost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process and in an empty folder; output is no terminal."""

    def run(*args: str, stdin: bytes = b"", encoding: str = "utf-8") -> Result:
        out, err = (TextIOWrapper(BytesIO(), encoding, newline="\n") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(args)
            written = []
            for stream in (out, err):
                stream.flush()
                written.append(stream.buffer.getvalue().decode(encoding))
        return Result(code, *written)

    return run


@pytest.fixture
def process(folder: Path) -> Run:
    """Run the installed command in a process of its own and in an empty folder."""

    def run(*args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        ended = subprocess.run(
            [sys.executable, "-m", "netcost", *args],
            input=stdin,
            capture_output=True,
            env={**os.environ, **(env or {})},
            cwd=folder,
            check=False,
        )
        return Result(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return run
