"""netcost as a library: the public names, and networks from specs."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import netcost

SPEC = """\
params: {width: 4, deep: false, sizes: [8, 4]}
variants: {wide: {width: 8}}
input: [3, 8, 8]
layers:
  - {name: conv, conv: width, kernel: 3, pad: 1}
  - {name: deeper, conv: "sizes[0]", kernel: 3, pad: 1, if: deep}
"""
PARAMS = 4 * 27 + 4
DEEPER = 8 * 4 * 9 + 8


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A small spec."""
    path = tmp_path / "net.yaml"
    path.write_text(SPEC)
    return path


@pytest.mark.parametrize("name", netcost.__all__)
def test_every_public_name_can_be_imported(name: str) -> None:
    """It says what it is for."""
    assert getattr(netcost, name).__doc__


def test_the_public_names_are_listed() -> None:
    """Before any of them is used, and nothing else that has no underscores."""
    code = "import netcost; print(*(name for name in dir(netcost) if not name.startswith('_')))"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert listed.split() == [
        "Network",
        "Report",
        "SpecError",
        "SweepError",
        "analyze",
        "load",
        "solve",
        "sweep",
    ]


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in any other module."""
    with pytest.raises(AttributeError, match="module 'netcost' has no attribute 'Netwrok'"):
        netcost.Netwrok  # noqa: B018


def test_a_network_is_analyzed_by_name() -> None:
    """Every number is read by name: the lecture's figures of AlexNet."""
    report = netcost.analyze(netcost.load("alexnet"))
    assert report.totals.params == 61_100_840
    assert report["conv1"].macs == 72_855_552
    assert isinstance(report, netcost.Report)


def test_what_can_be_loaded_can_be_analyzed_at_once(spec: Path) -> None:
    """A name, a text or a path, with the same overrides."""
    assert netcost.analyze("alexnet").totals.params == 61_100_840
    assert netcost.analyze(str(spec)).totals.params == PARAMS
    assert netcost.analyze(spec, params={"width": 8}).totals.params == 2 * PARAMS


def test_a_network_that_has_been_read_takes_no_overrides(spec: Path) -> None:
    """They would be passed over."""
    with pytest.raises(TypeError, match="give them to `load`"):
        netcost.analyze(netcost.load(spec), batch=2)


@pytest.mark.parametrize("as_text", [True, False])
def test_a_spec_is_a_path_or_its_text(spec: Path, as_text: bool) -> None:
    """A `Path` is as good as a string."""
    network = netcost.load(str(spec) if as_text else spec)
    assert isinstance(network, netcost.Network)
    assert netcost.analyze(network).totals.params == PARAMS


@pytest.mark.parametrize(
    ("changes", "metric", "number"),
    [
        ({"variant": "wide"}, "params", 2 * PARAMS),
        ({"params": {"width": 8}}, "params", 2 * PARAMS),
        ({"params": {"width": "2 * 4"}}, "params", 2 * PARAMS),
        ({"params": {"deep": True}}, "params", PARAMS + DEEPER),
        ({"params": {"deep": True, "sizes": [16, 4]}}, "params", PARAMS + 2 * DEEPER),
        ({"params": {"deep": True, "sizes": (16, 4)}}, "params", PARAMS + 2 * DEEPER),
        ({"params": {"width": 8.0}}, "params", 2 * PARAMS),
        ({"params": {"width": Fraction(16, 2)}}, "params", 2 * PARAMS),
        ({"params": {"deep": True, "sizes": [16, "a text", [True]]}}, "params", PARAMS + 2 * DEEPER),
        ({"fold_batchnorm": True}, "params", PARAMS),
        ({"batch": 2}, "macs", 2 * 4 * 27 * 64),
        ({"input": (3, 16, 16)}, "macs", 4 * 4 * 27 * 64),
        ({"input": [3, 16, 16]}, "macs", 4 * 4 * 27 * 64),
        ({"dtype": "float16"}, "weight_bytes", 2 * PARAMS),
    ],
    ids=str,
)
def test_a_spec_is_changed_by_name(spec: Path, changes: dict[str, object], metric: str, number: int) -> None:
    """Parameters are given as Python's values, or as expressions."""
    report = netcost.analyze(netcost.load(spec, **changes))  # type: ignore[arg-type]
    assert report.totals[metric] == number


def test_texts_of_a_list_stay_texts(spec: Path) -> None:
    """They are no expressions, as the text of a parameter is."""
    network = netcost.load(spec, params={"sizes": ["a", "c"], "width": "2 * 3"})
    assert network.overrides == {"set": {"width": 6, "sizes": ("a", "c")}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "width=nan: error: the number `nan` is too large or none"),
        (2.0**63, "is too large or none"),
        (None, "width=null: error: nothing is no value of a parameter"),
        ({"a": 1}, "a dict is no value of a parameter"),
        ([0] * 1001, "a list holds at most 1,000 values"),
        ([1], "`width` is 4 in the file, this is [1]"),
        (0.5, "`width` is 4 in the file, this is 0.5"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_no_spec_could_have_is_refused(spec: Path, value: object, message: str) -> None:
    """As a fault of the parameter."""
    with pytest.raises(netcost.SpecError) as caught:
        netcost.load(spec, params={"width": value})
    assert message in str(caught.value)


def test_an_override_that_there_is_not_is_refused(spec: Path) -> None:
    """As every unknown keyword."""
    with pytest.raises(TypeError, match="there is no override `bach`"):
        netcost.load(spec, bach=2)


def test_a_faulty_spec_raises_all_its_faults(spec: Path) -> None:
    """Each with its place."""
    spec.write_text(SPEC.replace("kernel", "kernal"))
    with pytest.raises(netcost.SpecError) as caught:
        netcost.load(spec)
    assert [problem.place.line for problem in caught.value.problems] == [5, 6]
