"""The engine tells of every variant what reading and analyzing it by itself does, refusals included."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

import pytest
from plain_engine import PlainEngine
from quick import crossed

from netcost.overrides import Overrides
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.backends import engine
from netcost.sweeps.engine import Backend, Chunk
from netcost.sweeps.model import read_model

METRICS = ("params", "macs", "weight_bytes", "peak_activation_bytes", "training_bytes")

CASES: Mapping[str, tuple[str, dict[str, Any], list[Axis]]] = {
    "rounded channels, and windows that are too large": (
        "mobilenet_v2",
        {},
        [
            Axis("set.width", (0.1, 0.35, 0.9874, 0.9875, 2.0)),
            Axis("input", ((3, 8, 8), (3, 33, 33), (3, 224, 224))),
        ],
    ),
    "heads that do not divide": (
        "vit_b_16",
        {"train": "adam"},
        [Axis("set.dim", (12, 96, 100)), Axis("set.heads", (1, 4, 5)), Axis("set.depth", (1, 2, 7))],
    ),
    "lists, truth values and formats": (
        "resnet",
        {"input": (3, 64, 64)},
        [
            Axis("set.depths", ("[1,1,1,1]", "[2,1,3,1]")),
            Axis("set.bottleneck", (True, False)),
            Axis("batch", (1, 3)),
            Axis("dtype", ("float32", "int4")),
        ],
    ),
    "one value that depends on another": (
        "llama3",
        {"params": {"ffn": "3 * dim", "depth": 2}},
        [Axis("set.dim", (256, 384)), Axis("set.heads", (8, 12)), Axis("set.seq", (1, 64))],
    ),
    "a free choice of lengths": ("lenet", {}, [Axis("batch", (1, 2**40, 2**62))]),
}


@cache
def truth_of(case: str) -> Chunk:
    """The whole grid of a case, each variant read and analyzed by itself."""
    spec, base, axes = CASES[case]
    return PlainEngine(read_model(spec), Overrides(**base), axes, METRICS).evaluate(0, Grid(tuple(axes)).size)


@pytest.mark.parametrize(("backend", "case"), crossed(("python", "numpy"), CASES))
def test_every_variant_is_as_by_itself(case: str, backend: Backend) -> None:
    """All of a small grid, in its order."""
    if backend == "numpy" and not find_spec("numpy"):
        pytest.skip("numpy is not installed")
    spec, base, axes = CASES[case]
    made = engine(read_model(spec), Overrides(**base), axes, METRICS, backend=backend)
    found, truth = made.evaluate(0, Grid(tuple(axes)).size), truth_of(case)
    assert list(found.refusals) == list(truth.refusals)
    for metric in METRICS:
        column = found.columns[metric]
        numbers = column.tolist() if hasattr(column, "tolist") else list(column)
        assert numbers == truth.columns[metric], metric
