"""GGUF as a file: its metadata and what it tells of its tensors; the numbers themselves are not read.

Source: ggml, docs/gguf.md and gguf.h; the sizes of blocks as `netcost.blocks` has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import prod
from mmap import mmap
from struct import Struct
from typing import Any, NamedTuple

from netcost.blocks import BlockFormat, Grouped, Matrix, block_formats, layout_of
from netcost.frontends.honoured import refused
from netcost.frontends.weights_only import Tensor, bytes_of
from netcost.integers import BOUND, ceil_to
from netcost.place import Place, inside
from netcost.wording import listed, shortened

MARKS = (b"GGUF", b"FUGG")
VERSIONS = (2, 3)
MAX_ENTRIES = 10_000
"""Entries of the metadata; real files have some 50."""

MAX_TENSORS = 100_000
MAX_TEXTS = 2_000_000
"""Texts in lists of the metadata: words of a tokenizer are 300,000, and their pairs twice as many."""

FOR_A_LIST = 200
"""Texts that a list in a list counts as."""

MAX_NAME = 1_000
"""Bytes of a key, and of a tensor's name."""

MAX_TEXT = 4_096
"""Bytes of a text that is kept; of a longer one, as a template of chats, the start is."""

MAX_KEPT = 1_000
"""Numbers of a list that is kept, as those that layers have one by one."""

MAX_LISTS = 1_000
"""Lists that are kept."""

MAX_AXES = 4
"""Axes of a tensor of ggml."""

MAX_DEPTH = 4
"""How deep lists may lie in one another."""

NUMBERS: Mapping[int, str] = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
"""What `struct` calls the kinds of numbers, by the file's."""

TEXT, LIST = 8, 9

NVFP4 = BlockFormat.of(Grouped("float4", inputs=16, scale="float8_e4m3", other="float32"))
"""As in ggml, where the scale of a whole tensor is another tensor."""

TYPES: Mapping[int, tuple[str, str]] = {
    0: ("F32", "float32"),
    1: ("F16", "float16"),
    2: ("Q4_0", "q4_0"),
    3: ("Q4_1", "q4_1"),
    6: ("Q5_0", "q5_0"),
    7: ("Q5_1", "q5_1"),
    8: ("Q8_0", "q8_0"),
    10: ("Q2_K", "q2_k"),
    11: ("Q3_K", "q3_k"),
    12: ("Q4_K", "q4_k"),
    13: ("Q5_K", "q5_k"),
    14: ("Q6_K", "q6_k"),
    15: ("Q8_K", "q8_k"),
    16: ("IQ2_XXS", "iq2_xxs"),
    17: ("IQ2_XS", "iq2_xs"),
    18: ("IQ3_XXS", "iq3_xxs"),
    19: ("IQ1_S", "iq1_s"),
    20: ("IQ4_NL", "iq4_nl"),
    21: ("IQ3_S", "iq3_s"),
    22: ("IQ2_S", "iq2_s"),
    23: ("IQ4_XS", "iq4_xs"),
    24: ("I8", "int8"),
    25: ("I16", "int16"),
    26: ("I32", "int32"),
    27: ("I64", "int64"),
    28: ("F64", "float64"),
    29: ("IQ1_M", "iq1_m"),
    30: ("BF16", "bfloat16"),
    31: ("Q4_0_4_4", "q4_0"),
    32: ("Q4_0_4_8", "q4_0"),
    33: ("Q4_0_8_8", "q4_0"),
    34: ("TQ1_0", "tq1_0"),
    35: ("TQ2_0", "tq2_0"),
    39: ("MXFP4", "mxfp4"),
    40: ("NVFP4", NVFP4),
    41: ("Q1_0", "q1_0"),
}
"""The number formats by the file's numbers: what ggml calls them, and netcost."""

FORMATS: Mapping[str, str] = {word: block_formats().get(name, name) for word, name in TYPES.values()}
"""The same by ggml's words."""


class Left(NamedTuple):
    """A list of the metadata that is not kept.

    Args:
        length: how many there are in it.
    """

    length: int


class GgufFile(NamedTuple):
    """What a file tells.

    Args:
        metadata: values by their keys.
        tensors: by their names; rows before what they are computed from, other than in the file.
    """

    metadata: Mapping[str, Any]
    tensors: Mapping[str, Tensor]


def gguf_file(data: bytes | mmap, path: str) -> GgufFile:
    """Read the head of a file.

    Raises:
        SpecError: it is cut off, or what it tells does not fit together.
    """
    cursor = _Cursor(data, path)
    count, entries = cursor.start()
    metadata: dict[str, Any] = {}
    for _ in range(entries):
        key = cursor.name("a key")
        if key in metadata:
            raise cursor.fault(f"the key `{shortened(key)}` is given twice")
        metadata[key] = cursor.value(cursor.number("I"))
    found: dict[str, tuple[Tensor, int]] = {}
    for _ in range(count):
        name = cursor.name("a tensor")
        if name in found:
            raise cursor.fault(f"there are two tensors `{shortened(name)}`")
        found[name] = cursor.tensor(name)
    _check_places(found, metadata, cursor)
    return GgufFile(metadata, {name: tensor for name, (tensor, _) in found.items()})


class _Cursor:
    """A place in a file, from which it is read on.

    Args:
        data: the file.
        path: what messages call it.
    """

    def __init__(self, data: bytes | mmap, path: str) -> None:
        self.data = data
        self.path = path
        self.at = 0
        self.order = "<"
        self.texts = 0
        self.lists = 0
        self._structs: dict[str, Struct] = {}

    def fault(self, message: str, hint: str = "", part: str = "") -> Exception:
        """What is wrong with the file, or with a part of it."""
        place = inside(self.path, shortened(part)) if part else Place(self.path, 0, 0)
        return refused(place, message, hint)

    def start(self) -> tuple[int, int]:
        """How many tensors there are, and how many entries of metadata.

        Raises:
            SpecError: it is no such file, or of another version.
        """
        if self.data[: len(MARKS[0])] not in MARKS:
            raise self.fault("this is no GGUF file: it does not begin with `GGUF`")
        self.at = len(MARKS[0])
        version = self.number("I")
        if version and not version & 0xFFFF:
            self.order, self.at = ">", len(MARKS[0])
            version = self.number("I")
        if version not in VERSIONS:
            message = f"this is version {version:,} of GGUF; {listed(list(map(str, VERSIONS)))} are read"
            raise self.fault(message, "llama.cpp converts older files")
        count, entries = self.number("Q"), self.number("Q")
        if count > MAX_TENSORS or entries > MAX_ENTRIES:
            message = f"it tells of {count:,} tensors and {entries:,} entries of metadata"
            raise self.fault(message, f"at most {MAX_TENSORS:,} and {MAX_ENTRIES:,} are read")
        return count, entries

    def number(self, kind: str) -> Any:
        """Read one number."""
        found = self._structs.get(kind) or self._structs.setdefault(kind, Struct(self.order + kind))
        if self.order != found.format[:1]:
            found = self._structs[kind] = Struct(self.order + kind)
        at = self._pass(found.size)
        return found.unpack_from(self.data, at)[0]

    def name(self, what: str) -> str:
        """Read a name in full."""
        length = self.number("Q")
        if length > MAX_NAME:
            raise self.fault(f"the name of {what} has {length:,} bytes, at most {MAX_NAME:,} are read")
        return self._text(length)

    def value(self, kind: int, depth: int = 0) -> Any:
        """Read a value of the metadata.

        Raises:
            SpecError: it is of no kind that there is, or too much.
        """
        if kind in NUMBERS:
            return self.number(NUMBERS[kind])
        if kind == TEXT:
            return self._text(self.number("Q"))
        if kind != LIST or depth > MAX_DEPTH:
            raise self.fault(
                f"the metadata has a value of kind {kind:,}, {depth} lists deep, which is not read"
            )
        return self._list(self.number("I"), self.number("Q"), depth)

    def _list(self, kind: int, length: int, depth: int) -> Any:
        if kind in NUMBERS:
            if length > MAX_KEPT or self.lists >= MAX_LISTS:
                self._pass(length * Struct(self.order + NUMBERS[kind]).size)
                return Left(length)
            self.lists += 1
            numbers = Struct(f"{self.order}{length}{NUMBERS[kind]}")
            return numbers.unpack_from(self.data, self._pass(numbers.size))
        self.texts += length * (1 if kind == TEXT else FOR_A_LIST)
        if self.texts > MAX_TEXTS:
            raise self.fault(
                f"lists of the metadata have {length:,} texts or lists in them, more than are read"
            )
        if kind == TEXT:
            self._pass_texts(length)
        else:
            for _ in range(length):
                self.value(kind, depth + 1)
        return Left(length)

    def _pass_texts(self, length: int) -> None:
        """Pass over texts; the only loop of a hundred thousand rounds."""
        size, at, end = Struct(self.order + "Q"), self.at, len(self.data)
        head, unpack, data = size.size, size.unpack_from, self.data
        for _ in range(length):
            if at + head > end:
                break
            at += head + unpack(data, at)[0]
        self.at = 0
        self._pass(at)

    def _text(self, length: int) -> str:
        at = self._pass(length)
        return bytes(self.data[at : at + min(length, MAX_TEXT)]).decode(errors="replace")

    def _pass(self, size: int) -> int:
        """Go on by so many bytes, and return where they begin.

        Raises:
            SpecError: the file ends before.
        """
        at, self.at = self.at, self.at + size
        if self.at > len(self.data):
            message = f"it has {len(self.data):,} bytes, and its head goes on to byte {self.at:,} at least"
            raise self.fault(message, "the file has been cut off")
        return at

    def tensor(self, name: str) -> tuple[Tensor, int]:
        """Read what is told of a tensor, and where its numbers begin.

        Raises:
            SpecError: it is of no known format, or of lengths that it cannot have.
        """
        axes = self.number("I")
        if axes > MAX_AXES:
            raise self.fault(f"it has {axes:,} axes, at most {MAX_AXES} are read", part=name)
        dims = tuple(self.number("Q") for _ in range(axes))[::-1]
        kind, offset = self.number("I"), self.number("Q")
        if kind not in TYPES:
            raise self.fault(f"there is no number format {kind:,}", f"there are 0 to {max(TYPES)}", name)
        word = TYPES[kind][0]
        if prod(dims) >= BOUND:
            raise self.fault(f"{' x '.join(map(str, dims))} numbers are beyond 2^63", part=name)
        layout = layout_of(FORMATS[word])
        misfit = layout.misfit(Matrix(1, dims[-1])) if layout and dims else ""
        if misfit:
            raise self.fault(f"{word} {misfit}", part=name)
        return Tensor(word, dims, bytes_of(dims, FORMATS[word])), offset


def _check_places(
    found: Mapping[str, tuple[Tensor, int]], metadata: Mapping[str, Any], cursor: _Cursor
) -> None:
    """Refuse tensors that overlap, leave gaps or lie behind the end.

    Raises:
        SpecError: there are such.
    """
    align = metadata.get("general.alignment", 32)
    if type(align) is not int or not 0 < align < BOUND or align & (align - 1):
        message = f"`general.alignment` is {shortened(str(align))}, and not a power of two"
        raise cursor.fault(message)
    places = sorted((offset, offset + tensor.bytes, name) for name, (tensor, offset) in found.items())
    for (_, before, _), (start, _, name) in pairwise([(0, 0, ""), *places]):
        if start != ceil_to(before, align):
            message = f"it begins at byte {start:,} of the numbers, and what is before it ends at {before:,}"
            raise cursor.fault(message, f"tensors follow one another in steps of {align:,} bytes", name)
    start = ceil_to(cursor.at, align)
    end = start + (places[-1][1] if places else 0)
    if start < len(cursor.data) < end:
        message = f"it has {len(cursor.data):,} bytes, and its tensors go on to byte {end:,}"
        raise cursor.fault(message, "the file has been cut off")
