"""`netcost.sweep` and `netcost.solve`."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

import netcost
from netcost import SweepError
from netcost.sweeps.fault import Interrupted

MLP = "name: mlp\nparams: {hidden: 10, dims: [2, 3]}\ninput: [8]\nlayers: [{linear: hidden}, {linear: 'dims[0]'}]\n"


@pytest.fixture(autouse=True)
def spec(folder: Path) -> None:
    (folder / "mlp.yaml").write_text(MLP, encoding="utf-8")


def test_a_sweep_comes_in_chunks() -> None:
    """Columns by name; what became of the variants is told when they are through."""
    found = netcost.sweep("mlp.yaml", params={"hidden": range(1, 6)}, limit={"params": 40}, chunk=2)
    assert (len(found), found.tally.variants) == (5, 0)
    chunks = [{name: list(values) for name, values in chunk.items()} for chunk in found]
    assert chunks == [
        {"hidden": [1, 2], "params": [13, 24], "macs": [10, 20]},
        {"hidden": [3], "params": [35], "macs": [30]},
        {"hidden": [], "params": [], "macs": []},
    ]
    assert str(found.tally) == "5 variants: 3 fit; 2 over params"


@pytest.mark.parametrize(
    ("overrides", "columns"),
    [
        ({"params": {"hidden": "1..2"}}, {"hidden": [1, 2]}),
        ({"params": {"hidden": [4, 2]}, "batch": 2}, {"hidden": [4, 2]}),
        ({"params": {"dims": [[2, 3], [1, 4]]}}, {"dims": ["[2, 3]", "[1, 4]"]}),
        ({"batch": "1..4:*2", "params": {"hidden": 3}}, {"batch": [1, 2, 4]}),
        ({"input": [(8,), (4,)]}, {"input": ["[8]", "[4]"]}),
        ({"input": 8, "batch": [1, 2], "metrics": "params"}, {"batch": [1, 2]}),
        ({"dtype": ("int8", "float32")}, {"dtype": ["int8", "float32"]}),
    ],
)
def test_axes_are_texts_or_values(overrides: dict[str, Any], columns: dict[str, list[object]]) -> None:
    """One value is no axis."""
    (chunk,) = netcost.sweep("mlp.yaml", **overrides)
    assert {name: list(chunk[name]) for name in columns} == columns


def test_the_best_are_rows() -> None:
    """As dictionaries."""
    found = netcost.sweep("mlp.yaml", params={"hidden": "1..5"}, sort="-params", top=2)
    assert found.best() == [{"hidden": 5, "params": 57, "macs": 50}, {"hidden": 4, "params": 46, "macs": 40}]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_all_of_it_is_a_dataframe(library: str) -> None:
    """Where the library is installed."""
    pytest.importorskip(library, reason=f"{library} is not installed")
    frame = netcost.sweep("mlp.yaml", params={"hidden": "1..5"}, chunk=2).to_dataframe(library)
    assert list(frame.columns) == ["hidden", "params", "macs"]
    assert list(frame["params"]) == [13, 24, 35, 46, 57]


IN_PROCESSES = """
import netcost

found = netcost.sweep("mlp.yaml", params={"hidden": "1..6"}, chunk=2, jobs=2)
print([row["params"] for row in found.best()])
"""


def test_several_processes_work_for_a_script(folder: Path) -> None:
    """Below the usual guard, which keeps each of them from starting others."""
    (folder / "script.py").write_text(f"if __name__ == '__main__':{IN_PROCESSES.replace(LINE, INDENTED)}")
    assert scripted("script.py") == (0, "[13, 24, 35, 46, 57, 68]\n", "")


@pytest.mark.parametrize(
    ("args", "script", "told"),
    [
        (["script.py"], "", "none of the 2 processes could begin: each imports the script that starts it"),
        (["-"], IN_PROCESSES, "processes need a script in a file, not <stdin>: each imports the script"),
    ],
)
def test_a_script_without_a_guard_is_told_once(folder: Path, args: list[str], script: str, told: str) -> None:
    """The processes that run it anew say nothing."""
    (folder / "script.py").write_text(IN_PROCESSES)
    code, out, err = scripted(*args, script=script)
    assert (code, out) == (1, "")
    assert err.count("Traceback") == 1
    assert err.splitlines()[-1].startswith(f"netcost.sweeps.fault.SweepError: {told}")


def test_processes_that_are_killed_while_they_tell_end_the_sweep() -> None:
    """Half of what they tell, 20,000 rows, is in their pipes by then, or nothing."""
    found = netcost.sweep("mlp.yaml", params={"hidden": "1..100000"}, chunk=20_000, jobs=2)
    chunks = iter(found)
    assert len(next(chunks)["params"]) == 20_000
    for process in active_children():
        process.kill()
    with pytest.raises(Interrupted, match="one of the 2 processes was killed"):
        list(chunks)


def test_what_goes_wrong_in_a_process_is_told_as_it_is_here() -> None:
    """With the kind of error that it is."""
    found = netcost.sweep("mlp.yaml", params={"hidden": "1..6"}, where="macs + hidden", chunk=2, jobs=2)
    with pytest.raises(SweepError, match="neither true nor false"):
        found.best()


@pytest.mark.parametrize(
    ("asked", "hidden"),
    [
        ({"sort": "macs // (hidden - 4)"}, [3, 2, 1, 6, 5, 4]),
        ({"sort": "-macs // (hidden - 4)"}, [5, 6, 1, 2, 3, 4]),
        ({"sort": "hidden // (hidden - 4) * 0, hidden"}, [1, 2, 3, 5, 6, 4]),
        ({"sort": "0 // (hidden - 4), 1 // (hidden - 4), hidden"}, [1, 2, 3, 6, 5, 4]),
        ({"pareto": "macs // (hidden - 4)"}, [3]),
    ],
)
def test_what_an_order_has_no_value_for_comes_last(asked: dict[str, Any], hidden: list[int]) -> None:
    """With 4 hidden units it divides by zero; they are told of. Each unit takes 10 multiply-accumulates."""
    found = netcost.sweep("mlp.yaml", params={"hidden": "1..6"}, chunk=2, **asked)
    assert [row["hidden"] for row in found.best()] == hidden
    assert str(found.tally).startswith("6 variants: 6 sound; 1 of them without a value: `")
    assert str(found.tally).endswith("division by zero (1)")


LINE, INDENTED = "\n", "\n    "


def scripted(*args: str, script: str = "") -> tuple[int, str, str]:
    """How a script of Python ends."""
    ended = subprocess.run([sys.executable, *args], input=script, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_arrays_and_lists_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large sweeps are worked out by numpy, where it is installed."""
    pytest.importorskip("numpy", reason="numpy is not installed")
    from netcost.sweeps import request

    asked: dict[str, Any] = {
        "params": {"hidden": "1..20"}, "batch": "1..3", "where": "hidden % 2 == 0 and macs > 30", "pareto": "macs,-batch"
    }  # fmt: skip
    plain = netcost.sweep("mlp.yaml", **asked)
    monkeypatch.setattr(request, "SMALL", 0)
    fast = netcost.sweep("mlp.yaml", **asked)
    assert (plain.plan.backend, fast.plan.backend) == ("python", "numpy")
    assert plain.best() == fast.best()
    assert plain.tally == fast.tally
    for chunk, other in zip(plain, fast, strict=True):
        assert {name: list(values) for name, values in chunk.items()} == {
            name: values.tolist() if hasattr(values, "tolist") else list(values)
            for name, values in other.items()
        }


def test_a_solution_tells_all() -> None:
    """The best, its neighbours of the same costs, and the next; 11 parameters for each hidden unit, and 2."""
    found = netcost.solve("mlp.yaml", max={"hidden": range(1, 100)}, limit={"params": 100})
    assert found.best
    assert found.after
    assert (found.best.value, dict(found.best.numbers)) == (8, {"params": 90, "macs": 80})
    assert (found.same, found.after.value, [limit.name for limit in found.binding]) == ((8, 8), 9, ["params"])
    nothing = netcost.solve("mlp.yaml", max={"hidden": "1..9"}, limit={"params": 1})
    assert (nothing.best, nothing.tally.fit) == (None, 0)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"params": {"hidden": "3..1"}}, SweepError),
        ({"params": {"hidden": []}}, SweepError),
        ({"params": {"hidden": "1..3"}, "limit": {"parms": 3}}, SweepError),
        ({"params": {"hiden": "1..3"}}, netcost.SpecError),
        ({"parameters": {"hidden": "1..3"}}, TypeError),
        ({}, SweepError),
    ],
)
def test_what_cannot_be_swept_is_refused(asked: dict[str, Any], error: type[Exception]) -> None:
    """When it is asked for."""
    with pytest.raises(error):
        netcost.sweep("mlp.yaml", **asked)


def test_one_parameter_is_solved_for() -> None:
    """A front is a sweep."""
    with pytest.raises(SweepError, match="one parameter"):
        netcost.solve("mlp.yaml", max={"hidden": "1..3", "batch": "1..3"}, limit={"params": 1})


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_whole_numbers_stay_whole_beside_chunks_without_rows(library: str) -> None:
    """A DataFrame of chunks of which some keep nothing."""
    pytest.importorskip(library, reason=f"{library} is not installed")
    found = netcost.sweep("mlp.yaml", params={"hidden": range(1, 9)}, limit={"params": 40}, chunk=2)
    frame = found.to_dataframe(library)
    assert [str(frame[name].dtype).lower() for name in frame.columns] == ["int64"] * 3
    assert list(frame["params"]) == [13, 24, 35]


def test_lengths_of_an_image_are_a_list_or_a_range(folder: Path) -> None:
    """As on the command line."""
    (folder / "net.yaml").write_text("input: [3, 8, 8]\nlayers: [{conv: 2, kernel: 1}]\n", encoding="utf-8")
    for lengths in ([4, 8], range(4, 12, 4), "4,8"):
        (chunk,) = netcost.sweep("net.yaml", input=lengths)
        assert list(chunk["input"]) == [4, 8]
