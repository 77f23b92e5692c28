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


MANY = 50_000

LARGE = {
    "many parameters, and a name for each repetition": (
        "params:\n" + each(MANY, lambda n: f"  a{n}: 1") + f"\n{IMAGE}layers: [{{relu, repeat: {MANY}}}]",
        MANY,
    ),
    "many parameters, and blocks that see them": (
        "params:\n"
        + each(MANY, lambda n: f"  a{n}: 1")
        + f"\n{IMAGE}blocks: {{B: {{layers: [relu]}}}}\nlayers: [{{B, repeat: 5000}}]",
        5000,
    ),
    "many parameters, and layers that ask for the tensor's lengths": (
        "params:\n"
        + each(MANY, lambda n: f"  a{n}: 1")
        + f"\n{IMAGE}layers: [{{dropout: a1 / in_channels, repeat: 5000}}]",
        5000,
    ),
    "many names given by let": (
        IMAGE + "layers:\n" + each(MANY // 2, lambda n: f"- let: {{a{n}: 1}}\n- relu"),
        MANY // 2,
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_and_right_is_read(tmp_path: Path, name: str) -> None:
    """Work grows with the number of layers and the number of names, not with their product."""
    text, layers = LARGE[name]
    assert outcome(tmp_path, text) == f"{layers} layers\n"


GROWING = {
    "lists of lists of lists": (
        "params:\n  a0: [1]\n" + each(60, lambda n: f"  a{n + 1}: [a{n}, a{n}]"),
        "net.yaml:10:7: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "lists in lists in lists": (
        "params:\n  a0: [1]\n" + each(1000, lambda n: f"  a{n + 1}: [a{n}]"),
        "net.yaml:10:7: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "a long list": (
        "params:\n  a: [" + "1, " * 1000 + "1]",
        "net.yaml:2:6: error: this list holds more than 1,000 values, or lists more than 8 deep",
    ),
    "products of products": (
        "params:\n  a0: 2\n" + each(60, lambda n: f"  a{n + 1}: a{n} * a{n}"),
        "net.yaml:8:10: error: the result is too large",
    ),
}


@pytest.mark.parametrize("name", GROWING)
def test_values_that_explode_are_refused(tmp_path: Path, name: str) -> None:
    """Numbers and lists have a limit; what depends on a refused one is not reported again."""
    text, error = GROWING[name]
    lines = outcome(tmp_path, f"{text}\n{IMAGE}layers: [relu]").splitlines()
    assert [line for line in lines if ": error: " in line] == [error]
