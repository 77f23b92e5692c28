"""Number formats, and the bytes that tensors of them take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from netcost.integers import ceil_div

BITS: Mapping[str, int] = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "float4": 4,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "uint8": 8,
    "int4": 4,
    "uint4": 4,
    "int2": 2,
    "bool": 8,
    "binary": 1,
}
"""Bits per element of each number format."""

BITS_PER_BYTE = 8


class Precision(NamedTuple):
    """The number formats of a layer's weights and of its output."""

    weights: str = "float32"
    activations: str = "float32"

    def __str__(self) -> str:
        if self.weights == self.activations:
            return self.weights
        return f"{self.weights} weights, {self.activations} activations"

    @property
    def short(self) -> str:
        """One number format, or weights before activations: `int8/float16`."""
        return self.weights if self.weights == self.activations else f"{self.weights}/{self.activations}"


def tensor_bytes(elements: int, dtype: str) -> int:
    """Bytes that one tensor takes; a tensor of less than whole bytes is rounded up."""
    bits = BITS[dtype]
    if bits < BITS_PER_BYTE:
        return ceil_div(elements * bits, BITS_PER_BYTE)
    return elements * (bits // BITS_PER_BYTE)
