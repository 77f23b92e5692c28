"""Hostile reports: JSON to compare with, as a baseline and as a side of `netcost diff`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostile_case import MOST, Case, files

COUNTS = "params trainable_params active_params buffers weight_bytes activation_elements activation_bytes macs ops lecture_flops"
SETTINGS = ("filters", "kernel", "stride", "pad", "dilation", "groups")
SPEC = "input: [8]\nlayers: [relu]\n"
COMMANDS = {
    "baseline": ("check", "net.yaml", "--limit", "params=9", "--baseline", "report.json"),
    "diff": ("diff", "report.json", "net.yaml"),
    "diff in JSON": ("diff", "report.json#net", "net.yaml", "--format", "json"),
}


def layer(name: str, **facts: object) -> dict[str, object]:
    """A layer of a report."""
    row: dict[str, object] = dict.fromkeys(COUNTS.split(), 1)
    row |= {"type": "relu", "title": "", "label": "", "input_shape": [], "input_axes": []}
    row |= {"output_shape": [1, 8], "output_axes": "ND", "dtype": "float32", "weights": {}, "shares": ""}
    row |= dict.fromkeys(SETTINGS)
    row |= {"elementwise": False, "declared_cost": False, "layers": 1, "place": "", "name": name}
    return row | facts


def model(*layers: object, **facts: object) -> dict[str, object]:
    """A network of a report."""
    empty = {"source": "", "dtype": "float32", "inputs": {}, "outputs": {}, "batch": 1, "warnings": []}
    return {"name": "net", **empty, "layers": layers, **facts}


def document(*models: object, version: str = "1.0") -> str:
    """A report."""
    return json.dumps({"format_version": version, "models": models}, separators=(",", ":"))


def alone(**facts: object) -> str:
    """A report of one layer."""
    return document(model(layer("relu", **facts)))


def many(piece: str, begin: str = "[", end: str = "]") -> str:
    """As many pieces as a file may have bytes, with commas between them."""
    return begin + ",".join([piece] * ((MOST - 2) // (len(piece) + 1))) + end


LONG = MOST - 2_000
TEXTS: Mapping[str, Callable[[], str]] = {
    "brackets that are never closed": lambda: "[" * MOST,
    "objects that are never closed": lambda: '{"a":' * (MOST // 5),
    "lists in lists": lambda: "[" * (MOST // 2) + "]" * (MOST // 2),
    "numbers": lambda: many("1"),
    "empty lists": lambda: many("[]"),
    "lists of a list": lambda: many("[[]]"),
    "empty objects": lambda: many("{}"),
    "different keys": lambda: "{" + ",".join(f'"{number:x}":1' for number in range(330_000)) + "}",
    "a key that stands twice": lambda: many('"a":1', "{", "}"),
    "a key that stands twice, last": lambda: (
        "{" + ",".join(f'"{number:x}":1' for number in range(330_000)) + ',"0":1}'
    ),
    "a number of all digits": lambda: "1" * MOST,
    "numbers of 4,299 digits": lambda: many("1" * 4_299),
    "a text": lambda: '"' + "a" * (MOST - 2) + '"',
    "a text of escapes": lambda: '"' + "\\u0041" * 690_000 + '"',
    "a text of halves of characters": lambda: '"' + "\\ud800" * 690_000 + '"',
    "a text that never ends": lambda: '"' + '\\"' * 2_000_000,
    "blanks": lambda: " " * MOST,
    "no text": lambda: "\0" * MOST,
    "a version of many digits": lambda: document(version="9" * LONG),
    "models": lambda: document(*[model(name=f"n{number}") for number in range(30_000)]),
    "models of one name": lambda: document(*[model()] * 30_000),
    "a model of a long name": lambda: document(model(name="n" * LONG)),
    "layers": lambda: document(model(*[layer(f"l{number}") for number in range(6_800)])),
    "layers of one name": lambda: document(model(*[layer("l")] * 6_800)),
    "layers without facts": lambda: document(model(*[{}] * 1_000_000)),
    "layers of large counts": lambda: document(
        model(*[layer(f"l{number}", macs=2**256 - 1, params=2**256 - 1) for number in range(5_000)])
    ),
    "layers that share": lambda: document(
        model(*[layer(f"l{number}", shares=f"l{number + 1}") for number in range(6_000)])
    ),
    "warnings": lambda: document(model(layer("relu"), warnings=["w"] * 900_000)),
    "outputs": lambda: document(
        model(layer("relu"), outputs={f"o{number}": {"shape": [1], "axes": ""} for number in range(100_000)})
    ),
    "axes of an output": lambda: alone(output_shape=[1] * 2_000_000, output_axes=""),
    "inputs of a layer": lambda: alone(input_shape=[[1]] * 400_000, input_axes=[""] * 400_000),
    "weights": lambda: alone(weights={f"w{number}": [1] for number in range(300_000)}),
    "axes of a weight": lambda: alone(weights={"w": [1] * 2_000_000}),
    "a setting of many numbers": lambda: alone(kernel=[1] * 2_000_000),
    "a setting of many lists": lambda: alone(kernel=[[[1]]] * 500_000),
    "a setting in lists in lists": lambda: alone(kernel=json.loads("[" * 900 + "]" * 900)),
    "a long name": lambda: document(model(layer("n" * LONG))),
    "a long type": lambda: alone(type="t" * LONG),
    "a long number format": lambda: alone(dtype="f/" * (LONG // 2)),
    "a long place": lambda: alone(place=f"{'p' * LONG}:1:1"),
    "a place of many digits": lambda: alone(place=f"p:{'9' * LONG}:1"),
}


def cases() -> Iterator[Case]:
    """All of them."""
    for name, text in TEXTS.items():
        for way, command in COMMANDS.items():
            yield Case(f"{name}, {way}", written(text), command)


def written(text: Callable[[], str]) -> Callable[[Path], None]:
    """Write a report and the spec that is compared with it."""

    def write(folder: Path) -> None:
        files({"report.json": text(), "net.yaml": SPEC})(folder)

    return write
