"""Specs that mean harm: each ends in a clear error soon, and in little memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MEMORY = 500 * 2**20
SECONDS = 60
"""Far more than any of these takes; what bounds the work is asserted by the messages of the limits."""

LOAD = f"""
import sys
from contextlib import suppress
from pathlib import Path

with suppress(ImportError):
    import resource

    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))

from netcost.analysis.costs import analyze
from netcost.spec.load import load_path
from netcost.spec.problem import SpecError

try:
    report = analyze(load_path(Path(sys.argv[1]), name="net.yaml"))
except SpecError as error:
    print(error)
else:
    print(f"{{len(report)}} layers")
"""


def outcome(folder: Path, text: str) -> str:
    """What comes of a spec in a process of its own, which may use so much memory and time: its errors as text."""
    path = folder / "net.yaml"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOAD, path], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert not done.stderr
    return done.stdout


def each(count: int, line: Callable[[int], str]) -> str:
    """Many lines, by their number."""
    return "\n".join(map(line, range(count)))


IMAGE = "input: [3, 8, 8]\n"


MANY_FAULTS = {
    "unknown layer types": (
        IMAGE + "layers:\n" + each(150_000, lambda n: f"- convol{n}"),
        "net.yaml:3:3: error: unknown layer type `convol0`",
    ),
    "unknown keys": (
        IMAGE + "layers: [relu]\n" + each(100_000, lambda n: f"key{n}: 1"),
        "net.yaml:3:1: error: unknown key `key0`",
    ),
    "parameters of unknown parameters": (
        "params:\n" + each(60_000, lambda n: f"  a{n}: b{n}") + "\n" + IMAGE + "layers: [relu]",
        "net.yaml:2:7: error: unknown name `b0`",
    ),
    "unknown fields of a variant": (
        IMAGE + "layers: [relu]\nvariants:\n  big:\n" + each(60_000, lambda n: f"    b{n}: 1"),
        "net.yaml:5:5: error: `b0` is no parameter of this file",
    ),
    "defaults of unknown layers": (
        IMAGE + "layers: [relu]\ndefaults:\n" + each(60_000, lambda n: f"  convol{n}: {{}}"),
        "net.yaml:4:3: error: unknown layer type `convol0`",
    ),
    "references to unknown items, beside many known ones": (
        IMAGE
        + "layers:\n"
        + each(20_000, lambda n: f"- {{name: a{n}, relu}}")
        + each(2_000, lambda n: f"\n- {{relu, from: b{n}}}"),
        "net.yaml:20003:16: error: there is no earlier item `b0` here",
    ),
    "calls of unknown blocks, beside many known ones": (
        IMAGE
        + "blocks:\n"
        + each(20_000, lambda n: f"  A{n}: {{layers: []}}")
        + "\nlayers:"
        + each(2_000, lambda n: f"\n- {{B{n}, from: input}}"),
        "net.yaml:20004:4: error: there is no block `B0`",
    ),
}


@pytest.mark.parametrize("name", MANY_FAULTS)
def test_of_very_many_faults_the_first_are_told(tmp_path: Path, name: str) -> None:
    """Reading ends at the hundredth fault; twenty are shown, the others counted."""
    text, first = MANY_FAULTS[name]
    lines = outcome(tmp_path, text).splitlines()
    assert lines[0] == first
    assert lines[-1] == "and 80 more"
    assert sum(": error: " in line for line in lines) == 20
    assert max(map(len, lines)) < 400
