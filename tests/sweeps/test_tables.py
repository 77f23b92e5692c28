"""Stretches of a grid as tables: each variant is there once, with its own numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.varying import Varying

np = pytest.importorskip("numpy")

if TYPE_CHECKING:
    from netcost.sweeps import tables
else:
    tables = pytest.importorskip("netcost.sweeps.tables")

GRIDS: Mapping[str, tuple[int, ...]] = {
    "nothing varies": (),
    "one axis": (500,),
    "long lines": (3, 400),
    "short lines": (400, 3),
    "three axes": (7, 11, 13),
    "axes of one value": (1, 9, 1, 8, 1),
    "many small axes": (3, 2, 3, 2, 3, 2),
}
STRETCHES = ((0, 1000), (0, 1), (5, 37), (17, 411), (36, 37))


def grid_of(lengths: tuple[int, ...], *, parted: bool) -> Grid:
    """Axes of numbers; if they are parted, each third value of an axis is a float, and of another family."""

    def value(axis: int, digit: int) -> float:
        number = 1000 * axis + digit
        return number + 0.5 if parted and digit % 3 == 2 else number

    return Grid(
        tuple(
            Axis(f"set.p{axis}", tuple(value(axis, digit) for digit in range(length)))
            for axis, length in enumerate(lengths)
        )
    )


def told(found: Iterable[tuple[tuple[int, ...], tables.Table]]) -> dict[int, tuple[tuple[int, ...], Any]]:
    """What tables say of each row: its family, and its numbers."""
    rows: dict[int, tuple[tuple[int, ...], Any]] = {}
    for key, table in found:
        for row, numbers in zip(*table.listed(), strict=True):
            assert row not in rows
            rows[row] = key, numbers
    return rows


@pytest.mark.parametrize("parted", [False, True], ids=["alike", "parted"])
@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize(("most", "least", "stretch"), [(8_192, 64, 2**16), (24, 4, 100), (1, 1, 1)])
def test_a_stretch_is_all_its_variants(
    name: str, parted: bool, most: int, least: int, stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As plain numbers say, and as the same variants one by one."""
    sizes = {"MOST": most, "LEAST": least, "STRETCH": stretch}
    for constant, size in sizes.items():
        monkeypatch.setattr(tables, constant, size)
    varying = Varying(grid_of(GRIDS[name], parted=parted))
    arrays = tables.ArrayGrid(varying)
    for first, last in STRETCHES:
        start, stop = min(first, varying.grid.size - 1), min(last, varying.grid.size)
        wanted = {
            row: (key, numbers)
            for key, rows, variants in varying.families(range(start, stop))
            for row, numbers in zip(rows, variants, strict=True)
        }
        assert told(arrays.stretch(start, stop)) == wanted
        assert told(arrays.points(range(start, stop))) == wanted


MASKS = {
    "lines": [[True], [False], [True]],
    "columns": [[True, False, False, True]],
    "both": [[True, False, False, True], [False, False, False, False], [False, True, True, True]],
    "all": [[True]],
}


@pytest.mark.parametrize("name", MASKS)
def test_some_variants_of_a_table(name: str) -> None:
    """Those of some lines, of some columns, or any of them, with their numbers."""
    rows = np.arange(12).reshape(3, 4)
    table = tables.Table(rows, [np.array([[5], [6], [7]]), np.array([[1, 2, 3, 4]]), 10 * rows])
    meant = np.array(MASKS[name])
    whole = np.broadcast_to(meant, rows.shape).ravel().tolist()
    wanted = [pair for pair, there in zip(zip(*table.listed(), strict=True), whole, strict=True) if there]
    assert list(zip(*table.only(meant).listed(), strict=True)) == wanted
    assert wanted[0] == (0, (5, 1, 0))


def test_lines_are_kept_while_whole_lines_are_meant() -> None:
    """So that what a line decides is still worked out once."""
    table = tables.Table(np.arange(12).reshape(3, 4), [np.array([[5], [6], [7]]), np.array([[1, 2, 3, 4]])])
    found = table.only(np.array([[True], [False], [True]]))
    assert [each.shape for each in (found.rows, *found.numbers)] == [(2, 4), (2, 1), (1, 4)]
