"""Every layer type that PyTorch has too, against PyTorch's shapes, parameters, buffers and multiply-accumulates."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from examples import make

from netcost.layers import all_types, family_of, find
from netcost.layers.layer import count
from netcost.shapes import Image, Sequence, Shape, Signal, Tokens, Vector, Volume

TABLE = Path(__file__).parent.parent / "reference" / "torch_layer_types.csv"

SIGNALS = {"batchnorm", "instancenorm", "groupnorm", "lrn", "flatten", "pad", "upsample", "fold"}
"""Layers for which three numbers are a signal; tokens for the rest, convolutions and pooling apart."""


class Row(NamedTuple):
    """A line of the table."""

    case: str
    layer: str
    arguments: str
    input_shape: str
    output_shape: str
    params: str
    buffers: str
    macs: str

    def __str__(self) -> str:
        return f"{self.layer}: {self.case}"

    @property
    def fields(self) -> dict[str, Any]:
        """The layer's fields by their own names."""
        kind, _ = find(self.layer)
        names = {alias: field.name for field in kind.fields.values() for alias in field.aliases}
        return {names.get(name, name): value for name, value in yaml.safe_load(self.arguments).items()}

    @property
    def inputs(self) -> list[Shape]:
        """The input shapes, each with the meaning that the layer gives to its axes."""
        return [self.shape(tuple(map(int, text.split("x")))) for text in self.input_shape.split(";")]

    def shape(self, lengths: tuple[int, ...]) -> Shape:
        """A shape of the kind that the layer takes."""
        is_signal = family_of(self.layer) in {"conv", "pool"} or self.layer in SIGNALS
        kinds: dict[int, type[Shape]] = {
            1: Shape,
            2: Tokens if self.layer in {"embedding", "embeddingbag"} else Vector,
            3: Signal if is_signal else Sequence,
            4: Image,
            5: Volume,
        }
        return kinds[len(lengths)](lengths)


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


ROWS = rows()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_layer_agrees_with_pytorch(row: Row) -> None:
    """Output shape, parameters, buffers and MACs are PyTorch's to the last digit."""
    layer, inputs = make(row.layer, **row.fields), row.inputs
    out = layer.output(*inputs)
    found = {
        "output_shape": "x".join(map(str, out)),
        "params": str(count(layer.weights(*inputs))),
        "buffers": str(count(layer.buffers(*inputs))),
        "macs": str(layer.macs(out, *inputs)),
    }
    assert found == {name: getattr(row, name) for name in found}


def test_every_layer_type_that_pytorch_has_is_compared() -> None:
    """A type that names PyTorch as its source comes with a row."""
    named = {kind.type for kind in all_types() if "torch" in (kind.__doc__ or "")}
    assert named <= {row.layer for row in ROWS}
