"""Number formats with block scales: how they store a tensor, and their common names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Self

from netcost.dtypes import BITS, BITS_PER_BYTE, Precision, number_bytes
from netcost.integers import ceil_div
from netcost.record import Record, replace

FLOAT8 = ("fp8", "float8_e4m3", "float8_e5m2")
"""Kinds of eight-bit floats, which no device tells apart."""

FALLBACK_BITS = 16
"""Bits from which on a format of scales is good enough for weights without any."""


class Matrix(Record):
    """A tensor as matrices, a row for each output: groups run along the rows.

    Args:
        outputs: rows of a matrix.
        inputs: numbers in a row, at each tap.
        copies: how many such matrices there are, as of experts.
        taps: positions of a kernel; 1 where there is none.
    """

    outputs: int
    inputs: int
    copies: int = 1
    taps: int = 1

    @property
    def row(self) -> int:
        """Numbers in a row: what one output is computed from."""
        return self.inputs * self.taps


class Part(Record):
    """Numbers of one kind that a tensor is stored in: itself where it has no name, scales, zero points.

    Args:
        name: what is stored; empty for the numbers of the tensor.
        number: how many there are.
        bits: bits of each.
    """

    name: str
    number: int
    bits: int

    @property
    def bytes(self) -> int:
        """Bytes of them all, rounded up to whole ones."""
        return number_bytes(self.number, self.bits)


class Grouped(Record):
    """Numbers in groups that share a scale; a last group that is not full has a scale of its own, too.

    Args:
        format: of the numbers.
        outputs: rows that a group reaches over; 0 for all of a matrix.
        inputs: numbers of each row in it; 0 for the whole row.
        flat: numbers in it, where groups run over the tensor as it is stored, whatever its axes; 0 if they do not.
        scale: format of the scales, which may have groups of their own.
        zero: format of the zero points; empty where there are none.
        single: format of one more number for the whole tensor; empty where there is none.
        other: format of weights that are no matrices; empty where the formats around decide.
        weights_only: no activations are in this format.
    """

    format: str
    outputs: int = 1
    inputs: int = 0
    flat: int = 0
    scale: str = ""
    zero: str = ""
    single: str = ""
    other: str = ""
    weights_only: bool = False

    def __str__(self) -> str:
        options = {
            "group": self._group,
            "flat": self.flat,
            "scale": self.scale,
            "zero": self.zero,
            "global": self.single,
            "other": self.other,
        }
        return f"{self.format}({', '.join(f'{name}={value}' for name, value in options.items() if value)})"

    @property
    def _group(self) -> object:
        if self.flat:
            return ""
        if self.outputs == 1:
            return self.inputs or "row"
        return [self.outputs, self.inputs] if self.outputs else "tensor"

    def groups(self, matrix: Matrix) -> int:
        """How many groups a tensor has."""
        if self.flat:
            return ceil_div(matrix.copies * matrix.outputs * matrix.row, self.flat)
        rows = ceil_div(matrix.outputs, self.outputs) if self.outputs else 1
        return matrix.copies * rows * (ceil_div(matrix.row, self.inputs) if self.inputs else 1)

    def parts(self, elements: int, groups: int) -> list[Part]:
        """What a tensor is stored in: its numbers, a scale for each group, and what else there is."""
        scales = stored(Matrix(1, groups), groups, self.scale)
        return [
            Part("", elements, BITS[self.format]),
            *(replace(part, name=f"scale_{part.name}".rstrip("_")) for part in scales),
            *([Part("zero", groups, BITS[self.zero])] if self.zero else []),
            *([Part("global", 1, BITS[self.single])] if self.single else []),
        ]

    def misfit(self, matrix: Matrix) -> str:
        """Why a matrix cannot be stored so: every one can."""
        del matrix
        return ""


class Packed(Record):
    """Numbers in blocks of so many bytes, scales included; rows consist of whole blocks.

    Args:
        block: numbers in a block.
        size: bytes of a block.
        other: format of weights that are no matrices.
        weights_only: no activations are in this format.
    """

    block: int
    size: int
    other: str = "float32"
    weights_only: bool = True

    def groups(self, matrix: Matrix) -> int:
        """How many blocks a tensor has."""
        return matrix.copies * matrix.outputs * ceil_div(matrix.row, self.block)

    def parts(self, elements: int, groups: int) -> list[Part]:
        """What a tensor is stored in: blocks."""
        del elements
        return [Part("", groups, self.size * BITS_PER_BYTE)]

    def misfit(self, matrix: Matrix) -> str:
        """Why a matrix cannot be stored so; empty if it can."""
        if matrix.taps > 1:
            return f"stores rows of matrices, and this weight is a kernel of {matrix.taps} taps"
        if matrix.row % self.block:
            return f"stores rows in blocks of {self.block}, and a row of this weight has {matrix.row} numbers"
        return ""


Layout = Grouped | Packed


class BlockFormat(str):
    """The name of a number format with block scales, which knows how tensors are stored."""

    __slots__ = ("layout",)

    layout: Layout

    @classmethod
    def of(cls, layout: Layout, name: str = "") -> Self:
        """The format of a layout: under its common name if it has one, else under what it consists of."""
        found = cls(name or common_names().get(layout) or str(layout))
        found.layout = layout
        return found


class MixedFormat(str):
    """A number format for each weight of one layer, as a file may have them: it is called after what most are in."""

    __slots__ = ("formats", "main")

    main: str
    formats: Mapping[str, str]

    @classmethod
    def of(cls, formats: Mapping[str, str], main: str) -> str:
        """The formats by the names of weights; one format where they do not differ."""
        others = [f"{name}={each}" for name, each in formats.items() if each != main]
        if not others:
            return main
        found = cls(f"{main}({', '.join(others)})")
        found.main, found.formats = main, formats
        return found


def main_format(dtype: str) -> str:
    """The format that most weights of a layer are in."""
    return dtype.main if isinstance(dtype, MixedFormat) else dtype


def format_of(dtype: str, weight: str) -> str:
    """The format of one weight of a layer."""
    return dtype.formats.get(weight, dtype.main) if isinstance(dtype, MixedFormat) else dtype


def _named(**layouts: Layout) -> dict[str, BlockFormat]:
    return {name: BlockFormat.of(layout, name) for name, layout in layouts.items()}


@cache
def families() -> Mapping[str, Mapping[str, BlockFormat]]:
    """Formats with block scales by their common names, by family; made when first asked for, as most specs have none."""
    double = Grouped("uint8", flat=256, scale="float32", single="float32")
    double_scale = BlockFormat.of(double, str(double))
    return {
        # Lin et al., arXiv:2306.00978, as AutoAWQ stores it; without what GPTQ stores of the order of inputs.
        "AWQ and GPTQ": _named(**{
            f"int{bits}_g{group}": Grouped(f"int{bits}", inputs=group, scale="float16", zero=f"int{bits}")
            for bits in (4, 3, 8, 2)
            for group in (128, 64, 32)
        }),
        "int8 and fp8 with scales": _named(
            int8_tensor=Grouped("int8", outputs=0, scale="float32"),
            int8_channel=Grouped("int8", scale="float32"),
            fp8_tensor=Grouped("float8_e4m3", outputs=0, scale="float32"),
            fp8_channel=Grouped("float8_e4m3", scale="float32"),
            # DeepSeek-AI, arXiv:2412.19437, section 3.3.2.
            fp8_block=Grouped("float8_e4m3", outputs=128, inputs=128, scale="float32"),
        ),
        # OCP Microscaling Formats (MX) Specification 1.0; NVIDIA, arXiv:2509.25149.
        "MX and NVFP4": _named(
            mxfp8=Grouped("float8", inputs=32, scale="float8_e8m0", other="bfloat16"),
            mxfp6=Grouped("float6_e2m3", inputs=32, scale="float8_e8m0", other="bfloat16"),
            mxfp4=Grouped("float4", inputs=32, scale="float8_e8m0", other="bfloat16"),
            nvfp4=Grouped("float4", inputs=16, scale="float8_e4m3", single="float32", other="bfloat16"),
        ),
        # Dettmers et al., arXiv:2305.14314; bitsandbytes.functional.quantize_4bit.
        "bitsandbytes": _named(
            nf4=Grouped("float4", flat=64, scale="float32", weights_only=True),
            fp4=Grouped("float4", flat=64, scale="float32", weights_only=True),
            nf4_double=Grouped("float4", flat=64, scale=double_scale, weights_only=True),
            fp4_double=Grouped("float4", flat=64, scale=double_scale, weights_only=True),
        ),
        # GGML_QUANT_SIZES of the package gguf 0.19; ggml-common.h.
        "GGUF": _named(
            q4_0=Packed(32, 18), q4_1=Packed(32, 20), q5_0=Packed(32, 22), q5_1=Packed(32, 24),
            q8_0=Packed(32, 34), q2_k=Packed(256, 84), q3_k=Packed(256, 110), q4_k=Packed(256, 144),
            q5_k=Packed(256, 176), q6_k=Packed(256, 210), q8_k=Packed(256, 292),
            iq1_s=Packed(256, 50), iq1_m=Packed(256, 56), iq2_xxs=Packed(256, 66), iq2_xs=Packed(256, 74),
            iq2_s=Packed(256, 82), iq3_xxs=Packed(256, 98), iq3_s=Packed(256, 110),
            iq4_nl=Packed(32, 18), iq4_xs=Packed(256, 136), tq1_0=Packed(256, 54), tq2_0=Packed(256, 66), q1_0=Packed(128, 18),
        ),
    }  # fmt: skip


@cache
def block_formats() -> Mapping[str, BlockFormat]:
    """All of them by their common names."""
    return {name: each for family in families().values() for name, each in family.items()}


@cache
def common_names() -> Mapping[Layout, str]:
    """The common name of each layout; the first one where it has several."""
    found: dict[Layout, str] = {}
    for name, each in block_formats().items():
        found.setdefault(each.layout, name)
    return found


@cache
def format_names() -> tuple[str, ...]:
    """The names of all number formats."""
    return (*BITS, *block_formats())


def layout_of(dtype: str) -> Layout | None:
    """How tensors are stored in a format; None if it has no block scales."""
    if dtype in BITS:  # the usual case
        return None
    dtype = main_format(dtype)
    if dtype in BITS:
        return None
    return dtype.layout if isinstance(dtype, BlockFormat) else block_formats()[dtype].layout


def stored(matrix: Matrix, elements: int, dtype: str) -> list[Part]:
    """What a tensor of that many elements is stored in."""
    layout = layout_of(dtype)
    if layout is None:
        return [Part("", elements, BITS[main_format(dtype)])]
    return layout.parts(elements, layout.groups(matrix))


def computed_in(dtype: str) -> str:
    """The format that a device computes in: that of the numbers, whatever their scales; `float8` for each of its kinds."""
    layout = layout_of(dtype)
    name = layout.format if isinstance(layout, Grouped) else main_format(dtype)
    return "float8" if name in FLOAT8 else name


def beside_blocks(precision: Precision) -> str:
    """The format of weights to which the blocks of their format do not apply, as biases."""
    layout = layout_of(precision.weights)
    if layout is None:
        return main_format(precision.weights)
    if layout.other:
        return layout.other
    if layout_of(precision.activations) is None:
        return precision.activations
    scale = layout.scale if isinstance(layout, Grouped) else ""
    return scale if BITS.get(scale, 0) >= FALLBACK_BITS else Precision().weights
