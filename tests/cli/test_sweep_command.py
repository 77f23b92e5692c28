"""`netcost sweep`: many variants of a network, and the best of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Run
from sweep_specs import MLP, params, records, written


@pytest.fixture
def specs(folder: Path) -> Path:
    return written(folder)


def test_every_variant_is_counted(netcost: Run, specs: Path) -> None:
    """Axes first, in the order of the grid; the numbers by hand."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10..30:10", "--set", "depth=1,3", "-o", "csv:-")
    assert (ended.code, ended.err) == (0, "")
    found = [(int(row["hidden"]), int(row["depth"]), int(row["params"])) for row in records(ended.out)]
    assert found == [(h, d, params(h, d)) for h in (10, 20, 30) for d in (1, 3)]


def test_the_table_tells_how_much_of_a_limit_is_used(netcost: Run, specs: Path) -> None:
    """The largest that fits leads; the counts are below."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10..50:10", "--limit", "params=400")
    lines = ended.out.splitlines()
    assert lines[0] == "mlp: 3 variants, the largest params first"
    assert [[cell.strip() for cell in line.split("│")] for line in lines[4:7]] == [
        ["30", "390", "97.50%", "390"],
        ["20", "260", "65.00%", "260"],
        ["10", "130", "32.50%", "130"],
    ]
    assert lines[-1] == "5 variants: 3 fit; 2 over params"


def test_refused_variants_are_counted_by_their_reason(netcost: Run, specs: Path) -> None:
    """8 channels go into 1, 2, 4 and 8 heads."""
    ended = netcost("sweep", "heads.yaml", "--set", "heads=1..8")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == (
        "8 variants: 4 sound; 4 refused: channels is not divisible by heads (4)"
    )


def test_a_condition_leaves_variants_out(netcost: Run, specs: Path) -> None:
    """They are neither worked out nor refused."""
    ended = netcost(
        "sweep", "heads.yaml", "--set", "heads=1..8", "--where", "dim % heads == 0", "--set", "dim=8,16"
    )
    assert ended.out.splitlines()[-1] == "16 variants: 8 sound; 8 left out"


def test_a_condition_may_be_about_costs(netcost: Run, specs: Path) -> None:
    """The parameters of 10, 20, 30 hidden units are 130, 260, 390."""
    ended = netcost(
        *(
            "sweep",
            "mlp.yaml",
            "--set",
            "hidden=10..30:10",
            "--where",
            "params > 20 * hidden - 100",
            "-o",
            "csv:-",
        )
    )
    assert [row["hidden"] for row in records(ended.out)] == ["10"]


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (
            "40 % (hidden - 20) == 0",
            "3 sound; 1 left out; 1 refused: `40 % (hidden - 20) == 0`, character 6: division by zero (1)",
        ),
        (
            "macs // (params - 260) < 3",
            "3 sound; 1 left out; 1 refused: `macs // (params - 260) < 3`, character 9: division by zero (1)",
        ),
        ("[1, 2, 3, 4][hidden // 10 - 1] > 1", "3 sound; 1 left out; 1 refused: `[1, 2, 3, 4]["),
    ],
)
def test_a_condition_without_a_value_refuses_a_variant(
    netcost: Run, specs: Path, where: str, told: str
) -> None:
    """The others are looked at; of 10, 20, 30, 40 and 50 hidden units 20 have 260 parameters."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10..50:10", "--where", where)
    assert (ended.code, ended.err) == (0, "")
    assert f"5 variants: {told}" in " ".join(ended.out.split())


@pytest.mark.parametrize("where", ["hidden // 0 == 1", "params // 0 == 1", "1 // 0 == 1"])
def test_a_condition_without_any_value_is_an_error(netcost: Run, specs: Path, where: str) -> None:
    """With its place in the condition."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=1..3", "--where", where, "-o", "x.csv", "-o", "-")
    assert (ended.code, ended.out) == (2, "")
    assert f"3 refused: `{where}`, character {where.index('0') + 1}: division by zero (3)" in ended.err
    assert not (specs / "x.csv").exists()


@pytest.mark.parametrize(
    ("options", "hidden"),
    [
        (["--sort", "macs", "--top", "2"], [10, 20]),
        (["--sort", "-macs", "--top", "2"], [50, 40]),
        (["--near", "params=400"], [30, 40, 20, 50, 10]),
        (["--near", "params=400:5%"], [30]),
        (["--near", "params=400:140", "--top", "2"], [30, 40]),
        (["--pareto", "params,-hidden"], [10, 20, 30, 40, 50]),
        (["--pareto", "params,macs"], [10]),
        (["--sort", "-hidden % 30,hidden", "--top", "2"], [20, 50]),
        (["--limit", "head.params=150"], [30, 20, 10]),
        (["--limit", "params=500", "--pareto", "-macs"], [30]),
    ],
)
def test_the_best_are_chosen_as_asked(
    netcost: Run, specs: Path, options: list[str], hidden: list[int]
) -> None:
    """Of 10 to 50 hidden units; parameters are 13 for each."""
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10..50:10", *options)
    assert ended.code == 0, ended.err
    rows = [line.split("│")[0].strip() for line in ended.out.splitlines()[4:] if "│" in line]
    assert list(map(int, rows)) == hidden


def test_a_budget_limits_and_assumes(netcost: Run, specs: Path) -> None:
    """What is only warned of counts for nothing."""
    (specs / "b.yaml").write_text(
        "version: 1\nmodels:\n  - spec: mlp.yaml\n    assume: {set: {depth: 2}}\n"
        "    limits: {params: {max: 600, warn: 1}}\n",
        encoding="utf-8",
    )
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=10..20:5", "--budget", "b.yaml", "-o", "csv:-")
    assert [(row["hidden"], row["params"]) for row in records(ended.out)] == [
        ("10", str(params(10, 2))),
        ("15", str(params(15, 2))),
    ]


def test_what_a_sweep_does_not_look_at_in_a_budget_is_told(netcost: Run, specs: Path) -> None:
    """By the names of the sections; `netcost check` holds to them."""
    (specs / "b.yaml").write_text(
        "models:\n  - spec: mlp.yaml\n    limits: {params: 600}\n    per_layer: [{match: '*', macs: 9k}]\n    expect: {output_shape: [10]}\n",
        encoding="utf-8",
    )
    for command in (("sweep", "--set", "hidden=1,2"), ("solve", "--max", "hidden=1,2")):
        ended = netcost(command[0], "mlp.yaml", *command[1:], "--budget", "b.yaml")
        assert ended.code == 0
        assert "b.yaml: `per_layer` and `expect` not looked at" in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["mlp.yaml"], "nothing varies; write a range or a list"),
        (["mlp.yaml", "--set", "hidden=20..10"], "`20..10` runs backwards"),
        (["mlp.yaml", "--set", "hidden=1..2", "--set", "hidden=4"], "set.hidden is given twice"),
        (["mlp.yaml", "--set", "hidden=1..2", "--set", "hidden=3..4"], "set.hidden is given twice"),
        (["mlp.yaml", "--batch", "2", "--batch", "3..4"], "batch is given twice"),
        (["mlp.yaml", "--set", "hiden=1..2"], "there is no parameter `hiden`"),
        (["mlp.yaml", "--set", "hidden=0.5,1"], "is 10 in the file"),
        (["mlp.yaml", "--set", "wide=1..2"], "give a value of the same kind"),
        (["mlp.yaml", "--set", "hidden"], "is not of the form name=value"),
        (["mlp.yaml", "--dtype", "float32,int7"], "did you mean `int8`?"),
        (["resnet", "--variant", "resnet18,resnet19"], "there is no variant `resnet19`"),
        (["resnet18", "--variant", "resnet18,resnet50"], "is itself a variant of resnet.yaml"),
        (["mlp.yaml", "--batch", "0..4"], "`0` is none"),
        (["mlp.yaml", "--input", "8..16"], "neither spatial lengths nor tokens; write shapes: [8],[...]"),
        (["mlp.yaml", "--input", "left=8..16"], "there is no input `left`"),
        (["mlp.yaml", "--batch", "1,2", "--limit", "parms=5"], "did you mean `params`?"),
        (["mlp.yaml", "--batch", "1,2", "--limit", "tail.params=5"], "there is no layer or block `tail`"),
        (["mlp.yaml", "--batch", "1,2", "--metrics", "bodi.macs"], "did you mean `body`?"),
        (["mlp.yaml", "--batch", "1,2", "--where", "batches > 1"], "did you mean `batch`?"),
        (["mlp.yaml", "--batch", "1,2", "--where", "batch"], "neither true nor false"),
        (["mlp.yaml", "--batch", "1,2", "--sort", "mac"], "did you mean `macs`?"),
        (["mlp.yaml", "--batch", "1,2", "--pareto", "macs,-prams"], "did you mean `params`?"),
        (["mlp.yaml", "--batch", "1,2", "--sort", "1 // 0"], "`1 // 0` is the same for all variants"),
        (["mlp.yaml", "--batch", "1,2", "--sort", "[batch]"], "`[batch]` is a list, [1], and no number"),
        (["mlp.yaml", "--batch", "1,2", "--near", "params"], "write --near params=1e9:2%"),
        (["mlp.yaml", "--batch", "1,2", "--sample", "3"], "a sample of 3 cannot be taken of 2 variants"),
        (["mlp.yaml", "--batch", "1,2", "--sample", "0.5"], "is no whole number of at least 1"),
        (
            ["mlp.yaml", "--batch", "1,2", "-o", "out.xlsx"],
            "tells no format; write one of table:out.xlsx, csv:out.xlsx, jsonl:out.xlsx, parquet:out.xlsx, json:",
        ),
        (["mlp.yaml", "--batch", "1,2", "-o", "out.sarif"], "Only `netcost check` has the format sarif"),
        (["mlp.yaml", "--batch", "1,2", "-o", "a.csv", "-o", "./a.csv"], "are one file, named twice"),
        (["mlp.yaml", "--batch", "1,2", "--format", "csv", "-o", "a.md"], "write csv:a.md"),
        (["mlp.yaml", "--batch", "1,2", "-o", "md:mlp.yaml"], "would be lost if it were written"),
        (["mlp.yaml", "--batch", "1,2", "-o", "out.csv", "--sort", "macs"], "add --top N"),
        (["mlp.yaml", "--batch", "1,2", "--jobs", "2", "--dask", "tcp://x:1"], "give one of them"),
        (["mlp.yaml", "--batch", "1..5", "--chunk", "2", "-o", "csv:-"], "written in parts, into a folder"),
        (["mlp.yaml", "--batch", "1,2", "--budget", "none.yaml"], "none.yaml"),
        (["missing.yaml", "--batch", "1,2"], "there is no such file"),
    ],
)
def test_what_cannot_be_swept_is_refused(netcost: Run, specs: Path, args: list[str], told: str) -> None:
    """With one line that says what to write, and exit code 2; nothing is written."""
    before = set(specs.iterdir())
    ended = netcost("sweep", *args)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert set(specs.iterdir()) == before


def test_a_sample_is_spread_over_the_grid(netcost: Run, specs: Path) -> None:
    """The same seed takes the same variants, another takes others; one of each stretch."""
    args = (
        "sweep",
        "mlp.yaml",
        "--set",
        "hidden=1..1000",
        "--sample",
        "10",
        "--metrics",
        "params",
        "-o",
        "csv:-",
    )
    first, again, other = (netcost(*args, "--seed", seed).out for seed in ("1", "1", "2"))
    assert first == again != other
    found = [int(row["hidden"]) for row in records(first)]
    assert [(hidden - 1) // 100 for hidden in found] == list(range(10))


def test_a_spec_may_come_by_standard_input(netcost: Run) -> None:
    """As for other commands."""
    ended = netcost("sweep", "-", "--set", "hidden=1..3", stdin=MLP.encode())
    assert ended.out.splitlines()[-1] == "3 variants: 3 sound"


def test_imports_are_read_with_the_spec(netcost: Run, folder: Path) -> None:
    """Those that a spec names beside it."""
    (folder / "parts.yaml").write_text(
        "blocks:\n  Two:\n    params: [n]\n    layers: [{linear: n}, {linear: n}]\n", encoding="utf-8"
    )
    (folder / "net.yaml").write_text(
        "imports: {parts: parts.yaml}\nparams: {n: 2}\ninput: [3]\nlayers: [{parts.Two: n}]\n",
        encoding="utf-8",
    )
    ended = netcost("sweep", "net.yaml", "--set", "n=1..2", "--metrics", "params", "-o", "csv:-")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == ["n,params", "1,6", "2,14"]


def test_a_spec_that_is_faulty_in_each_variant_is_told_of_in_full(netcost: Run, folder: Path) -> None:
    """As by every other command, with its place, and with nothing else; no file is written."""
    (folder / "faulty.yaml").write_text(
        "params: {n: 1}\ninput: [8]\nlayers: [{lineal: n}]\n", encoding="utf-8"
    )
    for options in ([], ["--top", "2"]):
        ended = netcost("sweep", "faulty.yaml", "--set", "n=1..3", *options, "-o", "-", "-o", "x.csv")
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("faulty.yaml:3:11: error: ")
        assert not (folder / "x.csv").exists()


def test_all_that_come_near_enough_are_written(netcost: Run, specs: Path) -> None:
    """A tolerance is a limit; without one, a file has the ten nearest."""
    args = ("sweep", "mlp.yaml", "--set", "hidden=1..100", "--metrics", "params")
    near = records(netcost(*args, "--near", "params=650:50%", "-o", "csv:-").out)
    assert len(near) == sum(325 <= params(hidden, 1) <= 975 for hidden in range(1, 101))
    assert len(records(netcost(*args, "--near", "params=650", "-o", "csv:-").out)) == 10
