"""Number formats, and the bytes that numbers of them take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import NamedTuple

from netcost.integers import ceil_div

BITS: Mapping[str, int] = {
    "float64": 64,
    "float32": 32,
    "float16": 16,
    "bfloat16": 16,
    "float8": 8,
    "float8_e4m3": 8,
    "float8_e5m2": 8,
    "float8_e8m0": 8,
    "fp8": 8,
    "float6_e2m3": 6,
    "float6_e3m2": 6,
    "float4": 4,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "uint8": 8,
    "int4": 4,
    "uint4": 4,
    "int3": 3,
    "int2": 2,
    "bool": 8,
    "binary": 1,
}
"""Bits per element of each number format."""

OTHER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("double", "fp64", "f64"), "float64"),
    **dict.fromkeys(("float", "single", "fp32", "f32"), "float32"),
    **dict.fromkeys(("half", "fp16", "f16"), "float16"),
    **dict.fromkeys(("bf16", "brain"), "bfloat16"),
    **dict.fromkeys(("long", "i64"), "int64"),
    **dict.fromkeys(("int", "i32"), "int32"),
    **dict.fromkeys(("short", "i16"), "int16"),
    **dict.fromkeys(("byte", "u8"), "uint8"),
    **dict.fromkeys(("char", "i8", "s8"), "int8"),
    **dict.fromkeys(("i4", "s4"), "int4"),
    "u4": "uint4",
    "boolean": "bool",
}
"""What number formats are called elsewhere."""

PREFIXES = ("torch.", "tf.", "np.", "numpy.", "jnp.")
"""Of the frameworks in which they are called so."""

BITS_PER_BYTE = 8


def own_word(name: str) -> str:
    """The own word for a number format that is called otherwise elsewhere; else the name as it is."""
    bare = name
    for prefix in PREFIXES:
        bare = bare.removeprefix(prefix)
    lower = bare.lower()
    return OTHER_WORDS.get(lower) or (lower if lower in BITS else name)


class Precision(NamedTuple):
    """The number formats of a layer's weights and of its output."""

    weights: str = "float32"
    activations: str = "float32"

    def __str__(self) -> str:
        if self.weights == self.activations:
            return self.weights
        return f"{self.weights} weights, {self.activations} activations"

    def within(self, outer: Precision) -> Precision:
        """The same, with the formats that hold around it where one is left out."""
        return Precision(self.weights or outer.weights, self.activations or outer.activations)

    @property
    def short(self) -> str:
        """One number format, or weights before activations: `int8/float16`."""
        return self.weights if self.weights == self.activations else f"{self.weights}/{self.activations}"


def number_bytes(count: int, bits: int) -> int:
    """Bytes that numbers take together; less than whole bytes are rounded up."""
    if bits < BITS_PER_BYTE:
        return ceil_div(count * bits, BITS_PER_BYTE)
    return count * (bits // BITS_PER_BYTE)


def tensor_bytes(shapes: Iterable[Sequence[int]], dtype: str) -> int:
    """Bytes of tensors in a format of `BITS`, each rounded up to whole ones."""
    bits = BITS[dtype]
    if bits >= BITS_PER_BYTE:  # nothing to round
        return number_bytes(sum(map(prod, shapes)), bits)
    return sum([number_bytes(prod(shape), bits) for shape in shapes])
