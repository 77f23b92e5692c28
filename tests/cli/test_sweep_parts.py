"""Folders of parts: whole or not at all, gone on with, and never mixed with those of another sweep."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest
from interrupted import interrupted, parts
from running import Run

from netcost.cli import parts as parts_of_sweeps
from netcost.cli.draft import draft_of

MLP = """
name: mlp
params: {hidden: 10, more: 1}
input: [8]
layers: [{linear: hidden}, {linear: more}]
"""
SWEEP = ("sweep", "mlp.yaml", "--set", "hidden=1..10", "--set", "more=1..5", "--chunk", "8")
"""50 variants in 7 parts."""


@pytest.fixture(autouse=True)
def spec(folder: Path) -> None:
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")


def rows(folder: Path, form: str) -> list[tuple[object, ...]]:
    """The rows of all parts, in the order of their names; drafts are none."""
    found: list[tuple[object, ...]] = []
    for path in sorted(folder.glob(f"part-*.{form}")):
        if form == "parquet":
            parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
            found += [tuple(row.values()) for row in parquet.read_table(path).to_pylist()]
        elif form == "jsonl":
            found += [tuple(json.loads(line).values()) for line in path.read_text("utf-8").splitlines()]
        else:
            lines = path.read_text("utf-8").splitlines()[1:]
            found += [tuple(map(int, line.split(","))) for line in lines]
    return found


EXPECTED = [
    (hidden, more, 9 * hidden + (hidden + 1) * more, 8 * hidden + hidden * more)
    for hidden in range(1, 11)
    for more in range(1, 6)
]
"""Parameters and multiply-accumulates of two linear layers with biases."""


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_many_variants_become_parts(netcost: Run, folder: Path, form: str) -> None:
    """The rows of all of them are those of the grid, in its order."""
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    assert netcost(*SWEEP, "-o", f"{form}:out") == (0, "", "out is written\n50 variants: 50 sound\n")
    assert len(list((folder / "out").glob(f"part-*.{form}"))) == 7
    assert rows(folder / "out", form) == EXPECTED


def test_what_is_finished_is_not_worked_out_again(netcost: Run, folder: Path) -> None:
    """The parts that are there are left alone, and counted; the best of them too."""
    netcost(*SWEEP, "-o", "out.csv")
    out = folder / "out.csv"
    (out / "part-000003.csv").unlink()
    (out / "part-000001.csv").write_bytes(b"as it was\n")
    ended = netcost(*SWEEP, "-o", "out.csv", "-o", "md:-")
    assert ended.code == 0
    assert "| 1 | 1 | 11 | 9 |" in ended.out
    assert "50 variants: 50 sound" in ended.out
    assert (out / "part-000001.csv").read_bytes() == b"as it was\n"
    assert (out / "part-000003.csv").read_text().splitlines()[1] == "5,5,75,65"


def test_several_processes_write_the_same(netcost: Run, folder: Path) -> None:
    """In whatever order they finish."""
    ended = netcost(*SWEEP, "-o", "out.csv", "--jobs", "2")
    assert ended == (0, "", "out.csv is written\n50 variants: 50 sound\n")
    assert rows(folder / "out.csv", "csv") == EXPECTED


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (["--set", "hidden=1..9", "--set", "more=1..5"], "axis hidden: "),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--metrics", "params"], "columns: "),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--limit", "params=50"], 'limits: [] there, ["over params 50"] here'),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--where", "more < 3"], 'where: "" there, "more < 3" here'),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--batch", "2"], "overrides: "),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--sample", "20"], "sample: null there, 20 here"),
        (["--set", "hidden=1..10", "--set", "more=1..5", "--chunk", "9"], "the variants of a part: 8 there, 9 here"),
    ],
)  # fmt: skip
def test_the_folder_of_another_sweep_is_refused(
    netcost: Run, folder: Path, changed: list[str], told: str
) -> None:
    """And what differs is said; nothing is touched."""
    netcost(*SWEEP, "-o", "out.csv")
    before = {path.name: path.read_bytes() for path in (folder / "out.csv").iterdir()}
    ended = netcost("sweep", "mlp.yaml", "--chunk", "8", *changed, "-o", "out.csv")
    assert (ended.code, ended.out) == (2, "")
    assert "out.csv holds the parts of another sweep" in ended.err
    assert told in ended.err
    assert {path.name: path.read_bytes() for path in (folder / "out.csv").iterdir()} == before


def test_another_spec_is_another_sweep(netcost: Run, folder: Path) -> None:
    """Also if only its text changed."""
    netcost(*SWEEP, "-o", "out.csv")
    (folder / "mlp.yaml").write_text(MLP.replace("[8]", "[9]"), encoding="utf-8")
    assert "the spec or what it imports" in netcost(*SWEEP, "-o", "out.csv").err


def test_other_files_are_not_written_over(netcost: Run, folder: Path) -> None:
    """A file in the place of the folder, or a folder of something else."""
    (folder / "out.csv").write_text("mine", encoding="utf-8")
    (folder / "full").mkdir()
    (folder / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    for path, told in (
        ("out.csv", "is a file, and this sweep of 50 variants"),
        ("csv:full", "no parts of a sweep"),
    ):
        ended = netcost(*SWEEP, "-o", path)
        assert (ended.code, ended.out) == (2, "")
        assert told in ended.err
    assert (folder / "out.csv").read_text(encoding="utf-8") == "mine"
    assert os.listdir(folder / "full") == ["mine.txt"]  # noqa: PTH208


def test_a_full_disk_tears_nothing(netcost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is finished stays, nothing else is left behind, and the same command goes on."""
    fill, left = draft_of, [6]

    def full(path: str) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return fill(path)

    monkeypatch.setattr(parts_of_sweeps, "draft_of", full)
    ended = netcost(*SWEEP, "-o", "out.csv")
    assert (ended.code, ended.out) == (2, "")
    assert "No space left on device" in ended.err
    assert "the same command goes on" in ended.err
    assert len(list((folder / "out.csv").glob("part-*.csv"))) == 2
    assert not list((folder / "out.csv").glob(".*"))
    left[0] = 100
    assert netcost(*SWEEP, "-o", "out.csv").code == 0
    assert rows(folder / "out.csv", "csv") == EXPECTED


LARGE = (
    *("sweep", "mlp.yaml", "--set", "hidden=1..1000", "--set", "more=1..100", "--metrics", "params"),
    *("--chunk", "1000", "-o", "out.jsonl"),
)
"""10^5 variants in 100 parts."""


def test_a_run_that_is_killed_goes_on(netcost: Run, folder: Path) -> None:
    """By SIGKILL, which leaves no time for anything: what is finished is there, and what was begun is swept away."""
    out = folder / "out.jsonl"
    killed = interrupted(3, SIGKILL, *SWEEP, "-o", "out.jsonl")
    killed.communicate()
    assert (killed.returncode, parts(out), len(list(out.glob(".*")))) == (-SIGKILL, 2, 1)
    assert netcost(*SWEEP, "-o", "out.jsonl") == (0, "", "out.jsonl is written\n50 variants: 50 sound\n")
    assert not list(out.glob(".*"))
    assert rows(out, "jsonl") == EXPECTED


@pytest.mark.slow
def test_a_long_run_that_is_killed_goes_on(netcost: Run, folder: Path) -> None:
    """Wherever it is then; the rows are the same by count, distinct and hash."""
    killed = subprocess.Popen([sys.executable, "-m", "netcost", *LARGE], stderr=subprocess.DEVNULL)
    while killed.poll() is None and parts(folder / "out.jsonl") < 3:
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    ended = netcost(*LARGE)
    assert ended == (0, "", "out.jsonl is written\n100,000 variants: 100,000 sound\n")
    assert not list((folder / "out.jsonl").glob(".*"))
    found = rows(folder / "out.jsonl", "jsonl")
    expected = [(h, m, 9 * h + (h + 1) * m) for h in range(1, 1001) for m in range(1, 101)]
    assert len(found) == len(set(found)) == 100_000
    assert sha256(repr(found).encode()).digest() == sha256(repr(expected).encode()).digest()


def test_a_process_that_is_killed_ends_the_run(folder: Path) -> None:
    """With what to do; what is finished stays."""
    process = interrupted(2, SIGSTOP, *SWEEP, "--chunk", "1", "-o", "out.jsonl", "--jobs", "2")
    for child in children(process.pid):
        os.kill(child, SIGKILL)
    process.send_signal(SIGCONT)
    out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert b"was killed" in err
    assert b"the same command goes on from there" in err
    assert 0 < parts(folder / "out.jsonl") < 50


def children(pid: int) -> list[int]:
    """The processes that another has started to work for it."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("this system does not tell of children")
    ids = map(int, found.read_text().split())
    return [each for each in ids if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()]


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
@pytest.mark.parametrize("output", ["csv", "markdown", "svg"])
def test_a_device_stays_what_it_is(netcost: Run, folder: Path, output: str) -> None:
    """It is written to, not put another file in the place of; this one is always full."""
    (folder / "full").symlink_to("/dev/full")
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=1..3", "-o", f"{output}:full")
    assert ended.code == 2
    assert "cannot write full: No space left on device" in ended.err
    assert (folder / "full").is_char_device()
