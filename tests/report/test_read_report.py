"""Reports that are read back from JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import networks
import pytest

from netcost.analysis.costs import analyze
from netcost.network import Network
from netcost.place import Place
from netcost.record import replace
from netcost.render import render
from netcost.render.reports import Reports
from netcost.render.reports.view import View
from netcost.report import METRICS, Report
from netcost.report.read import read_report
from netcost.spec.load import load_network

NETWORKS = [networks.alexnet, networks.lenet, networks.two_streams, networks.tied, networks.blocks]


def text_of(*reports: Report) -> str:
    """The JSON of some reports."""
    return "".join(render(Reports(reports), "json"))


@pytest.mark.parametrize("make", NETWORKS)
def test_what_is_read_is_written_again_byte_for_byte(make: Callable[[], Network]) -> None:
    """Nothing that JSON holds is lost on the way."""
    text = text_of(analyze(make()))
    assert text_of(*read_report(text)) == text


@pytest.mark.parametrize(
    "overrides",
    [
        None,
        {},
        {"batch": 2, "dtype": "int8", "input": [3, 4], "variant": "x", "fold_batchnorm": True},
        {"set": {"width": 0.5, "depths": [3, [4, True], "a"], "neither": None}},
        {"batch": 2, "prune": {"share": 0.5, "layers": ["a"]}},
    ],
)
def test_what_was_overridden_is_written_again(overrides: dict[str, Any] | None) -> None:
    """In the same order; what only a later version knows, and that it is not known, too."""
    text = text_of(replace(analyze(networks.lenet()), overrides=overrides))
    assert text_of(*read_report(text)) == text
    assert ("overrides" in json.loads(text)["models"][0]) == (overrides is not None)


@pytest.mark.parametrize(
    ("dtype", "written"),
    [
        ("q8_0", "q8_0/float32"),
        ("int4_g128/float16", "int4_g128/float16"),
        ("{format: int4, group: [2, 3], scale: float16}", "int4(group=[2, 3], scale=float16)"),
    ],
)
def test_formats_with_block_scales_are_written_again(dtype: str, written: str) -> None:
    """By their common names, or by what they consist of."""
    spec = f"{{input: [32], dtype: {dtype}, layers: [linear: 64]}}"
    text = text_of(analyze(load_network(spec.encode(), "net.yaml")))
    assert [json.loads(text)["models"][0]["dtype"], json.loads(text)["models"][0]["layers"][0]["dtype"]] == [
        written,
        written,
    ]
    assert text_of(*read_report(text)) == text


@pytest.mark.parametrize("style", ["alexnet", "lenet"])
@pytest.mark.parametrize("make", NETWORKS)
def test_what_is_read_prints_the_same_table(make: Callable[[], Network], style: str) -> None:
    """A table needs nothing that JSON does not hold."""
    report = analyze(make())
    (read,) = read_report(text_of(report))
    view = View(style=style)  # type: ignore[arg-type]
    assert "".join(render(Reports([read], view), "table")) == "".join(
        render(Reports([report], view), "table")
    )


def test_rows_and_totals_are_the_same() -> None:
    """Shapes, weights, counts and kinds of shapes; settings as far as they have a column."""
    report = analyze(networks.alexnet())
    (read,) = read_report(text_of(report))
    assert read.totals == report.totals
    assert (read.name, read.source, read.inputs, read.outputs) == (
        report.name,
        report.source,
        report.inputs,
        report.outputs,
    )
    for mine, theirs in zip(read, report, strict=True):
        assert (mine.inputs, mine.output, mine.weights) == (theirs.inputs, theirs.output, theirs.weights)
        assert type(mine.output) is type(theirs.output)
    assert read["conv1"].settings == {
        "filters": 64,
        "kernel": (11, 11),
        "stride": (4, 4),
        "pad": ((2, 2), (2, 2)),
        "dilation": (1, 1),
        "groups": 1,
    }


def test_places_are_read_back() -> None:
    """Path, line and column; the width of the spot is not in the text."""
    (read,) = read_report(text_of(analyze(networks.two_streams())))
    place = read["stem"].place
    assert place is not None
    assert (place.path, place.line, place.column) == ("two_streams.yaml", 7, 5)


@pytest.mark.parametrize("place", [Place("a.yaml", 0, 0), Place("odd:name.yaml", 3, 1), None])
def test_any_place_is_read_back(place: Place | None) -> None:
    """Also a file as a whole, a path with colons, and none at all."""
    report = analyze(networks.linear_classifier())
    placed = replace(report, rows=[replace(report.rows[0], place=place)])
    assert read_report(text_of(placed))[0].rows[0].place == place


def test_a_later_minor_version_is_read() -> None:
    """Only the first number of the version stands for a break."""
    text = text_of(analyze(networks.lenet())).replace('"format_version": "1.1"', '"format_version": "1.7"')
    assert read_report(text)[0].name == "lenet"


def nested(depth: int) -> list[Any]:
    """Lists in one another, deeper than any function would go."""
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


FAULTS: list[tuple[tuple[str | int, ...], Any, str]] = [
    # where the document is changed, what stands there then, what is said
    (("format_version",), "2.0", "the report has format version 2.0, this netcost reads version 1.1"),
    (("format_version",), 1, "format_version should be a text, it is 1"),
    (("models",), {}, "models should be a list, it is {}"),
    (("models", 0, "layers", 3, "macs"), "many", 'models[0].layers[3].macs should be a whole number of at least 0, it is "many"'),
    (("models", 0, "layers", 3, "macs"), -1, "models[0].layers[3].macs should be a whole number of at least 0, it is -1"),
    (("models", 0, "layers", 3, "macs"), 1.5, "models[0].layers[3].macs should be a whole number of at least 0, it is 1.5"),
    (("models", 0, "layers", 3, "macs"), True, "models[0].layers[3].macs should be a whole number of at least 0, it is true"),
    (("models", 0, "layers", 0, "weights"), [1], "models[0].layers[0].weights should be an object, it is [1]"),
    (("models", 0, "layers", 0, "elementwise"), 0, "models[0].layers[0].elementwise should be true or false, it is 0"),
    (("models", 0, "layers", 0, "output_axes"), "NCQ", "models[0].layers[0].output_axes does not name the axes of [1, 20, 28, 28], it is `NCQ`"),
    (("models", 0, "layers", 0, "output_axes"), "ND", "models[0].layers[0].output_axes does not name the axes of [1, 20, 28, 28], it is `ND`"),
    (("models", 0, "layers", 0, "input_axes"), [], "models[0].layers[0].input_axes names 0 inputs, models[0].layers[0].input_shape has 1"),
    (("models", 0, "layers", 0, "kernel"), [[[[1]]]], "models[0].layers[0].kernel[0][0][0] should be a whole number of at least 0, it is [1]"),
    (("models", 0, "layers", 0, "kernel"), nested(900), "models[0].layers[0].kernel[0][0][0] should be a whole number of at least 0, it is [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[..."),
    (("models", 0, "name"), nested(900), "models[0].name should be a text, it is [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[..."),
    (("models", 0, "layers", 0, "macs"), 2**256, f"models[0].layers[0].macs should be a number below 2^256, it is {str(2**256)[:37]}..."),
    (("models", 0, "batch"), 2**63, "models[0].batch should be a number below 2^63, it is 9223372036854775808"),
    (("models", 0, "name"), "a\ud800", r'models[0].name should be a text of whole characters, it is "a\ud800"'),
    (("models", 0, "overrides"), None, "models[0].overrides should be an object, it is null"),
    (("models", 0, "overrides"), {"batch": "8"}, 'models[0].overrides.batch should be a whole number of at least 1, it is "8"'),
    (("models", 0, "overrides"), {"input": [0]}, "models[0].overrides.input[0] should be a whole number of at least 1, it is 0"),
    (("models", 0, "overrides"), {"variant": 1}, "models[0].overrides.variant should be a text, it is 1"),
    (("models", 0, "overrides"), {"set": 1}, "models[0].overrides.set should be an object, it is 1"),
    (("models", 0, "overrides"), {"fold_batchnorm": 1}, "models[0].overrides.fold_batchnorm should be true or false, it is 1"),
    (("models", 0, "overrides"), {"later": nested(900)}, f"models[0].overrides.later{'[0]' * 16} should be a value at most 16 deep, it is {'[' * 37}..."),
    (("models", 0, "overrides"), {"set": {"a": nested(900)}}, f"models[0].overrides.set.a{'[0]' * 15} should be a value at most 16 deep, it is {'[' * 37}..."),
    (("models", 0, "overrides"), {"set": {"\ud800": 1}}, r'models[0].overrides.set should be a text of whole characters, it is "\ud800"'),
    (("models", 0, "overrides"), {"\ud800": 1}, r'models[0].overrides should be a text of whole characters, it is "\ud800"'),
    (("models", 0, "name"), ["x" * 99], f"models[0].name should be a text, it is [\"{'x' * 35}..."),
]  # fmt: skip


@pytest.mark.parametrize(("way", "value", "message"), FAULTS)
def test_a_fault_is_named_with_its_place(way: tuple[str | int, ...], value: object, message: str) -> None:
    """What is wrong, where, and what stands there."""
    document: Any = json.loads(text_of(analyze(networks.lenet())))
    found = document
    for step in way[:-1]:
        found = found[step]
    found[way[-1]] = value
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_report(json.dumps(document))


COUNTS = tuple(("models", 0, "layers", 0, name) for name in METRICS)
SETTINGS = (("models", 0, "layers", 0, "filters"), ("models", 0, "layers", 0, "kernel", 0))
"""These may also be words, lists, or nothing."""
LENGTHS = (
    ("models", 0, "batch"),
    ("models", 0, "inputs", "input", "shape", 1),
    ("models", 0, "outputs", "fc2", "shape", 0),
    ("models", 0, "layers", 0, "layers"),
    ("models", 0, "layers", 0, "input_shape", 0, 1),
    ("models", 0, "layers", 0, "output_shape", 1),
    ("models", 0, "layers", 0, "weights", "weight", 0),
)
NO_NUMBERS = (
    "-1",
    "-0.0",
    "0.0",
    "3.0",
    "1.5",
    "-1e3",
    "1e400",
    "NaN",
    "Infinity",
    "true",
    str(2**256),
    "9" * 5_000,
)


@pytest.mark.parametrize("way", [*COUNTS, *LENGTHS, *SETTINGS], ids=lambda way: ".".join(map(str, way)))
def test_every_number_is_whole_bounded_and_large_enough(way: tuple[str | int, ...]) -> None:
    """However it is written: nothing of a report is a float, negative, infinite or beyond what can be counted."""
    document: Any = json.loads(text_of(analyze(networks.lenet())))
    found = document
    for step in way[:-1]:
        found = found[step]
    assert isinstance(found[way[-1]], int)
    found[way[-1]] = "HERE"
    text = json.dumps(document)
    too_small = ["0"] if way in LENGTHS else []
    others = [] if way in SETTINGS else ['"3"', "null", "[1]"]
    for written in (*NO_NUMBERS, *too_small, *others):
        with pytest.raises(ValueError, match=r"should be|is no number|a number has more than"):
            read_report(text.replace('"HERE"', written))
    read_report(text.replace('"HERE"', "1"))


@pytest.mark.parametrize(
    ("way", "message"),
    [
        (("format_version",), "the report has no `format_version`"),
        (("models", 0, "dtype"), "models[0] has no `dtype`"),
        (("models", 0, "layers", 1, "weights"), "models[0].layers[1] has no `weights`"),
    ],
)
def test_a_missing_value_is_named(way: tuple[str | int, ...], message: str) -> None:
    """What every version has written is there."""
    document: Any = json.loads(text_of(analyze(networks.lenet())))
    found = document
    for step in way[:-1]:
        found = found[step]
    del found[way[-1]]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_report(json.dumps(document))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("models: []", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "the report should be an object, it is []"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_a_text_that_is_no_report_is_refused(text: str, message: str) -> None:
    """Another file under that name, or half of one."""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_report(text)
