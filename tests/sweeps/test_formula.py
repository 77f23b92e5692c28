"""Conditions and other expressions over variants."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from netcost.sweeps import formula, lists
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.fault import SweepError
from netcost.sweeps.formula import read_formula

GRID = Grid((Axis("set.dim", (4, 6, 8)), Axis("set.heads", (2, 3)), Axis("dtype", ("int8", "float32"))))
NAMES = ["dim", "heads", "dtype"]


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("dim % heads == 0", [True, True, False, False, True, True, True, True, True, True, False, False]),
        ("dtype == 'int8'", [True, False] * 6),
        ("true", [True] * 12),
        ("not true", [False] * 12),
        ("dim < 8 and heads == 2", [True, True, False, False, True, True, False, False, *[False] * 4]),
    ],
)
@pytest.mark.parametrize("table", [1_000, 0])
def test_a_condition_is_about_axes(
    text: str, met: list[bool], table: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worked out beforehand for each combination, or where it stands."""
    monkeypatch.setattr(formula, "MAX_TABLE", table)
    where = read_formula(text, NAMES)
    assert where.met(GRID, range(12), _lists(), where.table(GRID)) == (met, ())


def test_a_condition_may_be_about_costs() -> None:
    """What is not known meets nothing."""
    where = read_formula("macs < 2 * params and dim > 4", NAMES)
    assert where.metrics == ("macs", "params")
    columns = {"dim": [4, 8, 8, 8], "macs": [1, 1, 9, None], "params": [1, 1, 1, 1]}
    assert where.met_by(columns, _lists()) == ([False, True, False, False], ())


def test_a_formula_is_a_column() -> None:
    """Nothing where something of it is not known."""
    columns = {"dim": [2, 3], "macs": [5, None]}
    assert read_formula("dim * macs", NAMES).column(columns, _lists()) == ([10, None], [None, None])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dmi == 1", "`dmi` is neither an axis nor a metric; did you mean `dim`?"),
        ("dim ==", "character"),
        ("dim & 1", "there are no operations on bits"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, told: str) -> None:
    """At once, not at the first variant."""
    with pytest.raises(SweepError) as refused:
        read_formula(text, NAMES)
    assert told in str(refused.value)


@pytest.mark.parametrize("module", ["lists", "arrays"])
@pytest.mark.parametrize("table", [1_000, 0])
def test_a_condition_may_have_no_value_for_some(
    table: int, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two heads divide by zero; of six, 6 // (3 - 2) == 6."""
    kit: Any = pytest.importorskip(f"netcost.sweeps.{module}", exc_type=ImportError)
    monkeypatch.setattr(formula, "MAX_TABLE", table)
    where = read_formula("dim // (heads - 2) == 6", NAMES)
    reason = "`dim // (heads - 2) == 6`, character 8: division by zero"
    meets, reasons = where.met(GRID, kit.indices(range(12)), kit, where.table(GRID))
    assert [*meets] == [False] * 6 + [True] * 2 + [False] * 4
    assert [*reasons] == [reason, reason, None, None] * 3


@pytest.mark.parametrize("module", ["lists", "arrays"])
def test_a_formula_may_have_no_value_for_some(module: str) -> None:
    """Their rows have nothing in its column, and it is told why."""
    kit: Any = pytest.importorskip(f"netcost.sweeps.{module}", exc_type=ImportError)
    columns = {"dim": kit.column([6, 4, 8]), "heads": kit.column([3, 2, 4])}
    found, reasons = read_formula("dim // (heads - 2)", NAMES).column(columns, kit)
    assert kit.plain(found) == [6, None, 4]
    assert reasons == [None, "`dim // (heads - 2)`, character 8: division by zero", None]


def test_what_has_no_value_is_told_by_other_processes() -> None:
    """In the same words."""
    with pytest.raises(SweepError) as refused:
        read_formula("dim // (heads - 2)", NAMES).value({"dim": 1, "heads": 2})
    told = "`dim // (heads - 2)`, character 8: division by zero"
    assert str(refused.value) == str(pickle.loads(pickle.dumps(refused.value))) == told  # noqa: S301  it is our own


def test_a_condition_that_is_none_is_refused() -> None:
    """It would keep some variants out by accident."""
    with pytest.raises(SweepError, match="neither true nor false"):
        read_formula("dim", NAMES).table(GRID)


def _lists() -> Any:
    return lists
