"""The engine of sweeps says of every variant what plain analysis says of it, with either back end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from bundled import LARGE
from quick import crossed, others_slow
from sweep_grids import ALL_METRICS, axes_of, specs

import netcost
from netcost.network import Network
from netcost.number import exactly
from netcost.overrides import NO_OVERRIDES, OVERRIDES, Overrides
from netcost.report import METRICS
from netcost.report.figures import FIGURES
from netcost.source.problem import SpecError
from netcost.sweeps.axes import Axis, Grid
from netcost.sweeps.backends import engine
from netcost.sweeps.engine import Backend, Chunk, Engine
from netcost.sweeps.model import Model, read_model

TRACED = tuple(metric for metric in ALL_METRICS if metric != "arena_bytes")
"""All but what is worked out for each variant by itself."""

ASKED = {"traced": TRACED, "all": ALL_METRICS}
BACKENDS: tuple[Backend, ...] = ("python", "numpy")
"""A case is worked out by one, and its figures of training by the other."""

FOLDED = (*METRICS, "peak_activation_bytes")
"""What does not take all repetitions to be built."""

TRAINING = Overrides(train="adam", loss="softmax", device="a100")
FEW = 2
"""Variants of each bundled spec in slow tests: the thousand are for a script."""


class Case(NamedTuple):
    """A spec and what varies of it.

    Args:
        text: the spec.
        axes: values by the names of axes.
        groups: into how many groups all variants fall at most, for metrics of its layers.
        metrics: what is asked for beside the parameters, the multiply-accumulates and the peak of activations.
        beside: the text of `parts.yaml`, which it imports.
    """

    text: str
    axes: dict[str, tuple[Any, ...]]
    groups: int
    metrics: tuple[str, ...] = ()
    beside: str = ""


HEAD = "name: net\ninput: [3, 32, 32]\n"
CASES = {
    "dimensions beyond 2^63": Case(
        "params: {n: 8}\ninput: [8]\nlayers: [{linear: n}, {linear: n}]",
        {"set.n": (1, 1000, 3_000_000_000, 2**32, 2**40, 2**62), "batch": (1, 2**20)},
        3,
    ),
    "a condition of parity": Case(
        "params: {n: 8}\ninput: [8]\nlayers: [{linear: n}, {relu, if: 'n % 2 == 0'}, {linear: 3 * n}]",
        {"set.n": tuple(range(1, 30))},
        2,
    ),
    "indices of a list": Case(
        "params: {k: 0, dims: [8, 16, 32]}\ninput: [8]\nlayers: [{linear: 'dims[k]'}]",
        {"set.k": tuple(range(5)), "set.dims": ((1, 2, 3), (4, 5))},
        10,
    ),
    "ceil pooling": Case(
        HEAD
        + "layers: [{maxpool: 3, stride: 2, ceil: true}, {maxpool: 2, ceil: true}, {conv: 8, kernel: 3}]",
        {"input": tuple((3, side, side + 1) for side in range(4, 60))},
        8,
    ),
    "groups": Case(
        HEAD.replace("name", "params: {g: 1, f: 8}\nname")
        + "layers: [{conv: f, kernel: 3, pad: 1}, {conv: 2 * f, kernel: 3, groups: g}]",
        {"set.g": tuple(range(1, 9)), "set.f": tuple(range(1, 20))},
        5,
    ),
    "windows larger than their input": Case(
        HEAD + "layers: [{conv: 8, kernel: 7, stride: 2}, {maxpool: 3}, {conv: 4, kernel: 5}]",
        {"input": tuple((3, side, side) for side in range(1, 50))},
        8,
    ),
    "branches": Case(
        HEAD.replace("name", "params: {a: 8, wide: true}\nname")
        + "layers: [{concat: [[{conv: a, kernel: 1}], [{conv: 2 * a, kernel: 3, pad: 1}], [{maxpool: 3, stride: 1, pad: 1}]]},"
        " {conv: 'a if wide else 3', kernel: 1}, {residual: [{conv: a, kernel: 1}]}]",
        {"set.a": (1, 2, 3, 8), "set.wide": (True, False), "batch": (1, 5)},
        8,
    ),
    "several inputs": Case(
        "inputs: {left: [4], right: [6]}\nlayers: [{linear: 8, from: left, name: a}, {linear: 8, from: right}, {add: [prev, a]}]",
        {"input.left": ((1,), (9,)), "input.right": ((2,), (30,), (7,)), "batch": (1, 2)},
        2,
        ("a.macs",),
    ),
    "an import": Case(
        "params: {n: 8}\nimports: {parts: parts.yaml}\ninput: [8]\nlayers: [{parts.Unit: [n]}, {parts.Unit: [2 * n]}]",
        {"set.n": tuple(range(1, 9))},
        2,
        (),
        "blocks:\n  Unit:\n    params: [width]\n    layers: [{linear: width}, relu, {linear: 'width // 2 + 1'}]",
    ),
    "repetitions that are alike": Case(
        "params: {n: 2, w: 8}\ninput: [8]\nlayers: [{seq: [{linear: w}, {relu, name: r}], repeat: n, name: s}, {linear: 3}]",
        {"set.n": tuple(range(60)), "set.w": (8, 9, 16)},
        8,
        ("s.params",),
    ),
    "repetitions that read their number": Case(
        "params: {n: 2, w: 8}\ninput: [8]\nlayers: [{linear: w + i, repeat: n}]",
        {"set.n": tuple(range(6)), "set.w": (8, 9)},
        6,
    ),
    "a repetition that is named": Case(
        "params: {n: 5}\ninput: [8]\nlayers: [{linear: 8, repeat: n, name: s}, {add: [prev, s.4]}]",
        {"set.n": tuple(range(1, 9))},
        8,
    ),
    "repetitions in repetitions": Case(
        "params: {n: 2, m: 2}\ninput: [8]\nlayers: [{seq: [{linear: 8, repeat: m, bias: false}, relu], repeat: n}]",
        {"set.n": tuple(range(9)), "set.m": tuple(range(9))},
        16,
    ),
    "repetitions with the weights of the first": Case(
        "params: {n: 2}\ninput: [8]\nlayers: [{linear: 8, name: a}, {linear: 8, share: a, repeat: n}]",
        {"set.n": tuple(range(12))},
        4,
    ),
    "arithmetic": Case(
        "params: {a: 7, w: 0.5}\ninput: [8]\nlayers:\n"
        "  - linear: make_divisible(w * a * 8, 8)\n  - linear: ceil_to(a * w, 4)\n  - linear: round(a / 2) + 1\n"
        "  - linear: max(1, a - 3) * min(a, 5)\n  - linear: abs(a - 20) + 1\n  - linear: int(a ** 2 / 3) + floor(w) + 1\n"
        "  - linear: 'ceil(a / (a - 9)) + 30'\n  - linear: '2 ** (a % 5) + -a // 4 + 9'\n  - linear: 'a * w'",
        {"set.a": tuple(range(1, 24)), "set.w": (0.1, 0.25, 0.3, 1.0, 1.37, 2.0, 3.5)},
        60,
    ),
    "whole numbers and others on one axis": Case(
        "params: {w: 0.5}\ninput: [8]\nlayers: [{linear: int(8 * w)}, {linear: 8}]",
        {"set.w": (1, 2, 0.5, 0.75, 3, -1.0)},
        3,
    ),
    "number formats and variants": Case(
        "name: net\nparams: {n: 9}\nvariants: {wide: {n: 90}}\ninput: [8]\nlayers: [{linear: n}, {linear: 3, dtype: int4}]",
        {"variant": ("wide", "net"), "dtype": ("float32", "int4", "int8/float16", "nf4"), "batch": (1, 3)},
        8,
        ("weight_bytes", "activation_bytes"),
    ),
    "attention": Case(
        "params: {dim: 64, heads: 4}\ninput: {sequence: [10, 64]}\nlayers: [{linear: dim}, {attention: heads}, layernorm]",
        {"set.dim": tuple(range(32, 80, 4)), "set.heads": tuple(range(1, 9)), "input": ((10, 64), (33, 8))},
        3,
    ),
    "what is not known": Case(
        HEAD
        + "layers: [{conv: 8, kernel: 3}, {custom: whatever, params: 3, macs_per_sample: 5}, {conv: 4, kernel: 3}]",
        {"batch": (1, 2, 3)},
        1,
        ("receptive_field", "kept_bytes"),
    ),
    "nothing varies": Case("input: [8]\nlayers: [{linear: 3}]", {}, 1),
}


def plain(spec: str, grid: Grid, index: int, metrics: tuple[str, ...], base: Overrides) -> list[Any] | str:
    """What `netcost.analyze` says of a variant: numbers, or the first line of a refusal."""
    overrides = grid.overrides(base, index)
    asked = {OVERRIDES[name].keyword or name: value for name, value in overrides.items()}
    try:
        report = netcost.analyze(spec, **asked)
    except SpecError as error:
        return error.problems[0].message
    found = []
    for metric in metrics:
        name, _, key = metric.rpartition(".")
        rows = [row for row in report.rows if row.name == name or row.name.startswith(f"{name}.")]
        own = sum(row[key] for row in rows) if rows else None
        found.append(exactly(report.totals[metric]) if metric in METRICS or metric in FIGURES else own)
    return found


@cache
def told(name: str, metrics: tuple[str, ...], base: Overrides) -> Mapping[int, list[Any] | str]:
    """The same of variants of a case, whose files are here: all of them, or some in any order."""
    grid = grid_of(name)
    random = Random(name)  # noqa: S311  nothing secret is drawn
    some = range(grid.size) if base is NO_OVERRIDES else [random.randrange(grid.size) for _ in range(6)]
    return {index: plain("net.yaml", grid, index, metrics, base) for index in some}


def grid_of(name: str) -> Grid:
    """All variants of a case."""
    return Grid(tuple(Axis(axis, values) for axis, values in CASES[name].axes.items()))


def replayed(made: Engine, indices: list[int]) -> list[list[Any] | str]:
    """What the engine says of variants of any numbers."""
    return listed(made.evaluate_at(indices))


def listed(chunk: Chunk) -> list[list[Any] | str]:
    """The rows of a chunk: numbers, or a refusal."""
    columns = [
        column.tolist() if hasattr(column, "tolist") else list(column) for column in chunk.columns.values()
    ]
    rows = zip(*columns, strict=True)
    return [list(row) if text is None else text for row, text in zip(rows, chunk.refusals, strict=True)]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    """Either back end."""
    if request.param == "numpy":
        pytest.importorskip("numpy")
    found: Backend = request.param
    return found


@pytest.mark.parametrize(("backend", "name"), crossed(BACKENDS[::-1], CASES), indirect=["backend"])
def test_each_variant_costs_what_plain_analysis_says(name: str, backend: Backend, folder: Path) -> None:
    """All of a grid, at a stretch and by their numbers; those that are no networks are refused with the same message."""
    case = CASES[name]
    (folder / "net.yaml").write_text(case.text, encoding="utf-8")
    (folder / "parts.yaml").write_text(case.beside, encoding="utf-8")
    metrics = ("params", "macs", "peak_activation_bytes", *case.metrics)
    made = engine(read_model("net.yaml"), NO_OVERRIDES, grid_of(name).axes, metrics, backend=backend)
    wanted = told(name, metrics, NO_OVERRIDES)
    assert listed(made.evaluate(0, len(wanted))) == [*wanted.values()]
    assert replayed(made, [*wanted]) == [*wanted.values()]
    assert made.groups <= case.groups


@pytest.mark.parametrize(("backend", "asked", "name"), crossed(BACKENDS, ASKED, CASES), indirect=["backend"])
def test_figures_of_training_too(name: str, asked: str, backend: Backend, folder: Path) -> None:
    """Every metric and figure, on some variants in any order."""
    case = CASES[name]
    (folder / "net.yaml").write_text(case.text, encoding="utf-8")
    (folder / "parts.yaml").write_text(case.beside, encoding="utf-8")
    metrics = ASKED[asked]
    made = engine(read_model("net.yaml"), TRAINING, grid_of(name).axes, metrics, backend=backend)
    wanted = told(name, ALL_METRICS, TRAINING)
    places = [ALL_METRICS.index(metric) for metric in metrics]
    assert replayed(made, [*wanted]) == [
        row if isinstance(row, str) else [row[place] for place in places] for row in wanted.values()
    ]


LIKE_OTHERS = {
    *("convnext", "deepseek", "fcn", "mamba2", "mobilenet_v1", "parakeet", "regnet", "resnet", "rwkv4"),
    *("shufflenet_v2", "t5", "wide_resnet"),
}
"""Specs that say no more than smaller ones do, as those of a family's next model."""

TURNS: Mapping[str, Backend] = dict(zip(specs(), cycle(("python", "numpy")), strict=False))


@pytest.mark.parametrize("name", others_slow(specs(), {*specs()} - LARGE - LIKE_OTHERS))
def test_bundled_specs_cost_what_plain_analysis_says(name: str) -> None:
    """A random variant of each with either back end by turns: what leaves repetitions out."""
    check_bundled(name, 1, {TURNS[name]: FOLDED})


@pytest.mark.slow
@pytest.mark.parametrize("name", specs())
def test_every_figure_of_bundled_specs_is_what_plain_analysis_says(name: str) -> None:
    """More variants of each with both back ends, and every figure on arrays.

    `benchmarks/sweep_equality.py` compares a thousand, all with both back ends.
    """
    check_bundled(name, FEW, {"python": FOLDED, "numpy": TRACED})


def check_bundled(name: str, count: int, sides: Mapping[Backend, tuple[str, ...]]) -> None:
    """Compare random variants of a bundled spec with plain analysis, for back ends and their metrics."""
    pytest.importorskip("numpy")
    path = str(specs()[name])
    grid = Grid(tuple(axes_of(Path(path))))
    random = Random(name)  # noqa: S311  nothing secret is drawn
    indices = [random.randrange(grid.size) for _ in range(count)]
    wanted = {
        metrics: [plain(path, grid, index, metrics, TRAINING) for index in indices]
        for metrics in set(sides.values())
    }
    model = read_model(path)
    for backend, metrics in sides.items():
        made = engine(model, TRAINING, grid.axes, metrics, backend=backend)
        assert replayed(made, indices) == wanted[metrics]


def test_a_width_for_a_phone(backend: Backend) -> None:
    """MobileNetV2 within 300 million multiply-accumulates and 3.5 million parameters, in steps of 0.0001."""
    widths = tuple(round(0.98 + 0.0001 * step, 4) for step in range(100))
    model = read_model("mobilenet_v2")
    made = engine(model, NO_OVERRIDES, [Axis("set.width", widths)], ["macs", "params"], backend=backend)
    macs, params = (list(column) for column in made.evaluate(0, len(widths)).columns.values())
    fitting = [step for step in range(100) if macs[step] <= 300e6 and params[step] <= 3.5e6]
    assert (widths[fitting[-1]], macs[fitting[-1]]) == (0.9874, 299_896_192)
    assert (widths[fitting[-1] + 1], macs[fitting[-1] + 1]) == (0.9875, 300_774_272)


@pytest.mark.parametrize(
    ("stretch", "step"), [(3 * 40**3, 71), pytest.param(400_000, 7, marks=pytest.mark.slow)]
)
def test_depths_of_four_stages_are_few_groups(stretch: int, step: int, folder: Path) -> None:
    """2.56 million combinations: a stage of one unit, of two, and of more."""
    pytest.importorskip("numpy")
    stages = [
        f"  - {{conv: {64 * 2**at}, kernel: 3, stride: 2, pad: 1}}\n"
        f"  - {{residual: [{{conv: {64 * 2**at}, kernel: 3, pad: 1}}, relu], repeat: {name}}}"
        for at, name in enumerate("abcd")
    ]
    text = "params: {a: 3, b: 4, c: 6, d: 3}\ninput: [3, 64, 64]\nlayers:\n" + "\n".join(stages)
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    axes = [Axis(f"set.{name}", tuple(range(1, 41))) for name in "abcd"]
    made = engine(read_model("net.yaml"), NO_OVERRIDES, axes, ["params", "macs"], backend="numpy")
    grid = Grid(tuple(axes))
    random = Random(1)  # noqa: S311  nothing secret is drawn
    indices = [random.randrange(grid.size) for _ in range(20)]
    wanted = [plain("net.yaml", grid, index, ("params", "macs"), NO_OVERRIDES) for index in indices]
    assert replayed(made, indices) == wanted
    made.evaluate(0, stretch)
    made.evaluate_at(range(0, grid.size, step))
    assert made.groups == 3**4


def test_formats_other_than_specs_are_worked_out_one_by_one(backend: Backend, folder: Path) -> None:
    """Slowly, and the same."""
    text = "[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=leaky\n"
    (folder / "net.cfg").write_text(text, encoding="utf-8")
    grid = Grid((Axis("input", ((3, 8, 8), (3, 40, 16))), Axis("batch", (1, 4))))
    metrics = ("params", "macs", "peak_activation_bytes")
    made = engine(read_model("net.cfg"), NO_OVERRIDES, grid.axes, metrics, backend=backend)
    assert replayed(made, [0, 1, 2, 3]) == [
        plain("net.cfg", grid, index, metrics, NO_OVERRIDES) for index in range(4)
    ]


@pytest.mark.parametrize("metric", ["macs", "arena_bytes"])
def test_what_is_refused_alike_is_read_once(
    metric: str, backend: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the numbers of sound variants cannot be replayed: a group is traced, and held to plain rules."""
    text = "params: {n: 1}\ninput: [64]\nlayers: [{linear: n}, {linear: 50 - n, if: n >= 50}, {conv: 3, kernel: 3}]\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    grid = Grid((Axis("set.n", tuple(range(1, 101))),))
    load, read = Model.load, []

    def counted(model: Model, given: Overrides) -> Network:
        read.append(given)
        return load(model, given)

    monkeypatch.setattr(Model, "load", counted)
    made = engine(read_model("net.yaml"), NO_OVERRIDES, grid.axes, (metric,), backend=backend)
    told = [f"conv needs a signal, an image or a volume, got a vector {n}" for n in range(1, 50)]
    told += [f"units: expected a whole number of at least 1, got {50 - n}" for n in range(50, 101)]
    assert list(made.evaluate(0, 100).refusals) == told
    assert len(read) == 2 * made.groups < 10


UNLIKE = {
    "they grow": "- {linear: in_features + 1, repeat: n}",
    "they double": "- {linear: 2 * in_channels, repeat: n}",
    "they shrink to nothing": "- {linear: in_features - 1, repeat: n}",
    "they read their number": "- {linear: 8 + i, repeat: n}",
    "they are there by turns": "- {linear: 8, repeat: n, if: i % 2 == 0}",
    "one in another": "- {repeat: n, seq: [{linear: 8, repeat: n}, {linear: 8, repeat: 2}]}",
    "as many as their number": "- {repeat: n, seq: [{linear: 8, repeat: i}, relu]}",
    "others share weights of them": "- {name: a, repeat: n, linear: 8}\n  - {repeat: 3, linear: 8, share: a}",
    "they share weights": "- {name: a, repeat: 4, linear: 8}\n  - {repeat: n, linear: 8, share: a}",
    "one is referred to": "- {name: a, repeat: n, linear: 8}\n  - {linear: 8, from: a.3}",
    "a part is referred to": "- {name: a, repeat: n, seq: [{name: mid, linear: 8}]}\n  - add: [prev, a.mid]",
}


@pytest.mark.parametrize("layers", UNLIKE.values(), ids=UNLIKE)
def test_repetitions_that_are_not_alike(layers: str, backend: Backend, folder: Path) -> None:
    """Each number of them is built, and refused where plain analysis refuses it."""
    text = f"params: {{n: 2}}\ninput: [8]\nlayers:\n  {layers}\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    grid = Grid((Axis("set.n", tuple(range(12))),))
    made = engine(read_model("net.yaml"), NO_OVERRIDES, grid.axes, tuple(METRICS), backend=backend)
    assert replayed(made, list(range(grid.size))) == [
        plain("net.yaml", grid, index, tuple(METRICS), NO_OVERRIDES) for index in range(grid.size)
    ]


def test_families_are_kept_to_a_number(
    backend: Backend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is forgotten is made again when it is asked for."""
    monkeypatch.setattr("netcost.sweeps.engine.MOST_FAMILIES", 2)
    text = "params: {wide: true, n: 4}\ninput: [8]\nlayers: [{linear: n if wide else 2 * n}]\n"
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    axes = (
        Axis("dtype", ("float32", "float16", "int8")),
        Axis("set.wide", (True, False)),
        Axis("set.n", (3, 5)),
    )
    grid = Grid(axes)
    metrics = ("params", "weight_bytes")
    made = engine(read_model("net.yaml"), NO_OVERRIDES, axes, metrics, backend=backend)
    for _ in range(2):
        assert replayed(made, list(range(grid.size))) == [
            plain("net.yaml", grid, index, metrics, NO_OVERRIDES) for index in range(grid.size)
        ]
    assert made.groups >= 6
