"""Grids over whatever a spec lets vary, for comparisons of the engine of sweeps with plain analysis."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from yamls import values

from netcost.frontends import FORMATS, format_of, source_at
from netcost.report.figures import FIGURES
from netcost.report.metrics import METRICS
from netcost.sweeps.axes import Axis
from netcost.zoo import files

ALL_METRICS = (*METRICS, *FIGURES)
MOST_PARAMS = 6
"""Parameters of a spec that vary; others stay as they are."""


@cache
def specs() -> dict[str, Path]:
    """The bundled specs."""
    own = FORMATS[-1]
    return {name: Path(path) for name, path in files().items() if format_of(source_at(path)) is own}


def axes_of(path: Path) -> list[Axis]:
    """Axes for the parameters of a spec, its inputs, its batch and its number formats; values around its own."""
    root = values(path.read_text(encoding="utf-8"))
    params = root.get("params") or {}
    found = [_axis(name, value) for name, value in list(params.items())[:MOST_PARAMS]]
    axes = [axis for axis in found if axis is not None]
    axes += _inputs(root)
    return [*axes, Axis("batch", (1, 2, 3)), Axis("dtype", ("float32", "int8/float16"))]


def _axis(name: str, value: Any) -> Axis | None:
    if isinstance(value, bool):
        return Axis(f"set.{name}", (True, False))
    if isinstance(value, int):
        return Axis(f"set.{name}", tuple(sorted({*_around(value), value, value + 1})))
    if isinstance(value, float):
        return Axis(f"set.{name}", tuple(round(value * each / 20, 4) for each in range(8, 32)))
    if isinstance(value, list) and value and all(isinstance(each, int) for each in value):
        return Axis(f"set.{name}", tuple(tuple(max(1, each + more) for each in value) for more in (0, 1)))
    return None


def _around(value: int) -> Iterator[int]:
    for eighths in (4, 6, 7, 8, 9, 10, 12, 16):
        yield max(1, value * eighths // 8)


def _inputs(root: dict[str, Any]) -> Iterator[Axis]:
    inputs = {"input": root["input"]} if "input" in root else root.get("inputs") or {}
    for name, shape in inputs.items():
        lengths = next(iter(shape.values())) if isinstance(shape, dict) else shape
        lengths = lengths if isinstance(lengths, list) else [lengths]
        if all(isinstance(each, int) for each in lengths):
            sizes = sorted({tuple(_resized(lengths, percent)) for percent in range(50, 160, 7)})
            yield Axis("input" if "input" in root else f"input.{name}", tuple(sizes))


def _resized(lengths: list[int], percent: int) -> list[int]:
    """All lengths but the channels of a map, or the features of a sequence."""
    kept = len(lengths) - 1 if len(lengths) == 2 else 0
    free = len(lengths) == 1
    return [
        each if place == kept and not free else max(1, each * percent // 100)
        for place, each in enumerate(lengths)
    ]
