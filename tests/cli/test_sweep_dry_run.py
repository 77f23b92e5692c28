"""`netcost sweep --dry-run`: what there is to do, and about how long it takes."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

import pytest
from running import Run
from sweep_specs import written


@pytest.fixture
def specs(folder: Path) -> Path:
    return written(folder)


def test_a_dry_run_tells_what_there_is_to_do(
    netcost: Run, specs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And writes nothing. By a clock that is a second further each time, it takes two at first and then one."""
    monkeypatch.setattr("netcost.cli.foresee.process_time", partial(next, count()))
    ended = netcost(
        *(
            "sweep",
            "heads.yaml",
            "--set",
            "heads=1..8",
            "--batch",
            "1..10",
            "--dry-run",
            "-o",
            "x.parquet",
            "-o",
            "x.csv",
        )
    )
    assert ended.code == 0, ended.err
    assert ended.out.startswith(
        "heads: 80 variants: heads (8) x batch (10)\ntried: 80 variants: 40 sound; 40 refused: "
    )
    assert "about 2.0 s with " in ended.out
    assert ": 80 variants a second once their rules are known" in ended.out
    assert "of csv in 1 part" in ended.out
    assert sorted(path.name for path in specs.iterdir()) == ["heads.yaml", "mlp.yaml"]


def test_a_clock_that_ticks_slowly_tells_no_speed(
    netcost: Run, specs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the time of a process is limited, or on Windows: a few variants take no time."""
    monkeypatch.setattr("netcost.cli.foresee.process_time", lambda: 1.0)
    ended = netcost("sweep", "mlp.yaml", "--set", "hidden=1..8", "--dry-run")
    assert ended.code == 0, ended.err
    assert "about 0.0 s with " in ended.out
    assert "a second" not in ended.out
