"""A bounded reader of the protobuf wire format: fields by number, of whatever bytes lie underneath.

It reads from a memoryview, as of a file mapped into memory; what a field holds is a view into it and is never copied,
so that a gigabyte of weights costs nothing. Every field is counted against one limit, and a field of another wire type
than its schema says is refused.

Source: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

MAX_SHIFT = 63
"""Bits that the bytes of a varint before its last one may hold: ten bytes are the longest."""

INT64_END = 1 << 63
FIXED_SIZES = {FIXED64: 8, FIXED32: 4}


class WireError(ValueError):
    """Bytes that are no message, or not of the kind that was expected."""


class Field(NamedTuple):
    """What a schema says of a field.

    Args:
        name: what it is called in the message that is read.
        wire: its wire type.
        repeated: it may stand several times, and is read as a list.
        packed: the wire type of its numbers where they may stand in one field together.
    """

    name: str
    wire: int
    repeated: bool = False
    packed: int | None = None


Schema: TypeAlias = Mapping[int, Field]
Message: TypeAlias = dict[str, Any]
"""Values by the names of fields; a field that does not stand in the bytes is not there."""


def number(name: str) -> Field:
    """A whole number."""
    return Field(name, VARINT)


def numbers(name: str) -> Field:
    """Whole numbers, packed or not."""
    return Field(name, VARINT, repeated=True, packed=VARINT)


def floats(name: str) -> Field:
    """Numbers of four bytes, packed or not."""
    return Field(name, FIXED32, repeated=True, packed=FIXED32)


def doubles(name: str) -> Field:
    """Numbers of eight bytes, packed or not."""
    return Field(name, FIXED64, repeated=True, packed=FIXED64)


def part(name: str) -> Field:
    """A text, bytes or a message within."""
    return Field(name, BYTES)


def parts(name: str) -> Field:
    """Several of those."""
    return Field(name, BYTES, repeated=True)


class Wire:
    """One reading of a file.

    Args:
        most: fields that may be read in all.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = most

    def message(self, data: memoryview, schema: Schema) -> Message:
        """Read the fields of a message that the schema names; others are skipped.

        Numbers are unsigned as they stand, packed ones are views; see `integers`.

        Raises:
            WireError: the bytes are no message, or a field is of another type than the schema says.
        """
        found: Message = {}
        for key, wire, value in self.fields(data):
            field = schema.get(key)
            if field is None:
                continue
            if wire != field.wire and not (wire == BYTES and field.packed is not None):
                raise WireError(f"the field `{field.name}` has wire type {wire}, expected {field.wire}")
            if field.repeated:
                found.setdefault(field.name, []).append(value)
            else:
                found[field.name] = value
        return found

    def fields(self, data: memoryview) -> Iterator[tuple[int, int, Any]]:
        """Each field of a message: its number, its wire type, and an integer, or a view of its bytes.

        Raises:
            WireError: the bytes are no message, or there are more fields than may be read.
        """
        at, end = 0, len(data)
        while at < end:
            self.left -= 1
            if self.left < 0:
                raise WireError(f"there are more than {self.most:,} fields")
            key = data[at]
            at += 1
            if key > 127:  # noqa: PLR2004  more bytes follow
                key, at = varint(data, at - 1)
            wire = key & 7
            if wire == BYTES:
                length, at = varint(data, at)
                if length > end - at:
                    raise WireError(f"a field of {length:,} bytes where {end - at:,} are left")
                yield key >> 3, wire, data[at : at + length]
                at += length
            elif wire == VARINT:
                value, at = varint(data, at)
                yield key >> 3, wire, value
            else:
                size = FIXED_SIZES.get(wire)
                if size is None:
                    raise WireError(f"there is no wire type {wire}")
                if size > end - at:
                    raise WireError(f"a field of {size} bytes where {end - at} are left")
                yield key >> 3, wire, data[at : at + size]
                at += size

    def integers(self, values: list[int | memoryview]) -> list[int]:
        """The signed numbers of a field that may be packed.

        Raises:
            WireError: they break off, or there are more than may be read.
        """
        found: list[int] = []
        for value in values:
            if isinstance(value, int):
                found.append(signed(value))
                continue
            at, end = 0, len(value)
            self._count(sum(byte < 128 for byte in value) if end < self.left else end)  # noqa: PLR2004
            while at < end:
                each, at = varint(value, at)
                found.append(signed(each))
        return found

    def fixed(self, values: list[memoryview], letter: str) -> list[Any]:
        """The numbers of a field of fixed size that may be packed; `letter` is the one of `struct`.

        Raises:
            WireError: they break off, or there are more than may be read.
        """
        size = struct.calcsize(f"<{letter}")
        found: list[Any] = []
        for value in values:
            count, rest = divmod(len(value), size)
            if rest:
                raise WireError(f"{len(value):,} bytes are no numbers of {size} bytes")
            self._count(count)
            found.extend(struct.unpack(f"<{count}{letter}", value))
        return found

    def _count(self, fields: int) -> None:
        self.left -= fields
        if self.left < 0:
            raise WireError(f"there are more than {self.most:,} fields")


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number at a position, below 2^64, and the position behind it.

    Raises:
        WireError: it breaks off, or is longer than ten bytes.
    """
    value = shift = 0
    try:
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004  the last one
                return value & (1 << 64) - 1, at
            shift += 7
            if shift > MAX_SHIFT:
                raise WireError("a number of more than ten bytes")
    except IndexError:
        raise WireError("the bytes end within a number") from None


def signed(value: int) -> int:
    """The signed number that a varint stands for, in two's complement."""
    return value - (1 << 64) if value >= INT64_END else value


def text(data: memoryview) -> str:
    """The text of a field; bytes that are no UTF-8 are replaced."""
    return bytes(data).decode("utf-8", "replace")
