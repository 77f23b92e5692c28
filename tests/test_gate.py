"""The gate, `.ci/run`: what it runs is the README's test command, and it passes only if that passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
GATE = Path(".ci") / "run"

pytestmark = pytest.mark.skipif(
    os.name != "posix" or not (shutil.which("bash") and shutil.which("git")),
    reason="the gate is a shell script over the files that git knows",
)

README = """\
# A project

```sh
false
```

<!-- test command -->

```sh
{command}
```

```sh
false
```
"""
TOOL = '#!/bin/sh\necho "$(basename "$0") $*"\n'
"""A stand-in for ruff, mypy, and what installs Dask and tests with it."""


class Ended(NamedTuple):
    """How the gate ended."""

    code: int
    lines: list[str]


def gate(folder: Path, command: str, **tools: str) -> Ended:
    """Run the gate of a small repository whose README has a test command, with stand-ins for tools."""
    for name, text in {
        "README.md": README.format(command=command),
        str(GATE): (ROOT / GATE).read_text(),
        **{f".venv/bin/{name}": TOOL for name in ("pip", "pytest", "ruff", "mypy")},
        **{f".venv/bin/{name}": text for name, text in tools.items()},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    ended = subprocess.run([folder / GATE], cwd="/", capture_output=True, text=True, check=False)
    return Ended(ended.returncode, ended.stdout.splitlines())


def test_it_runs_the_readmes_command_and_then_the_tools(tmp_path: Path) -> None:
    """In a copy: what the command leaves behind is not in the tree."""
    ended = gate(tmp_path, "touch left-behind && echo tested")
    assert ended.code == 0
    assert [line for line in ended.lines if not line.startswith("+ ")] == [
        "tested",
        "pip install -e .[dask]",
        "pytest tests/sweeps/test_cluster.py",
        "ruff check",
        "ruff format --check",
        "mypy ",
    ]
    assert not (tmp_path / "left-behind").exists()


@pytest.mark.parametrize(
    "command", ["exit 3", "false && true", "false\ntrue", "false | true", "missing-tool"]
)
def test_it_fails_with_the_command(tmp_path: Path, command: str) -> None:
    """Wherever in it the failure is; nothing else is run then."""
    ended = gate(tmp_path, command)
    assert ended.code != 0
    assert "+ ruff check" not in ended.lines


@pytest.mark.parametrize("tool", ["pip", "pytest", "ruff", "mypy"])
def test_it_fails_with_a_tool(tmp_path: Path, tool: str) -> None:
    """Each counts."""
    assert gate(tmp_path, "true", **{tool: "#!/bin/sh\nexit 1\n"}).code == 1


def test_it_fails_without_a_command(tmp_path: Path) -> None:
    """A README that has lost its mark is no reason to pass."""
    assert gate(tmp_path, "").code == 1


def test_it_asks_for_coverage_and_many_examples(tmp_path: Path) -> None:
    """And for slow tests. Coverage is of branches, and held to 95 %; what the caller has asked for is left out."""
    ended = gate(tmp_path, 'echo "$PYTEST_ADDOPTS"')
    assert "--cov=netcost --hypothesis-profile=thorough -m '' -rs" in ended.lines
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    coverage = settings["tool"]["coverage"]
    assert coverage["run"]["branch"]
    assert coverage["report"]["fail_under"] >= 95
    assert "cov" not in settings["tool"]["pytest"]["ini_options"]["addopts"]
