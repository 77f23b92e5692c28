"""A reader of flatbuffers that trusts nothing: every offset is checked, and what is read in all is bounded.

A table begins with the way back to its vtable, which tells where each field stands; fields of default value are not
stored. Source: https://flatbuffers.dev/internals.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

MAX_READ = 1_000_000
"""Elements of vectors, and tables, that are read of one file."""

MAX_TEXT = 4_096
"""Bytes of a text that are kept."""

FORMATS = {
    "bool": Struct("<?"),
    "int8": Struct("<b"),
    "uint8": Struct("<B"),
    "int32": Struct("<i"),
    "uint32": Struct("<I"),
    "uint64": Struct("<Q"),
}
_short = Struct("<H")
WIDTH = 4
"""Bytes of an offset, and of the number of a vector's elements."""


class FlatError(ValueError):
    """A flatbuffer that is broken."""


class Buffer:
    """The bytes of a flatbuffer.

    Args:
        data: all of them.
    """

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.read = 0

    def spend(self, elements: int) -> None:
        """Count what is read.

        Raises:
            FlatError: it is too much: tables may be told of many times.
        """
        self.read += elements
        if self.read > MAX_READ:
            raise FlatError(f"it has more than {MAX_READ:,} elements")

    def number(self, at: int, form: str) -> int:
        """A number at a place.

        Raises:
            FlatError: it stands beyond the end.
        """
        return int(self._unpacked(at, FORMATS[form]))

    def short(self, at: int) -> int:
        """A number of two bytes without a sign."""
        return int(self._unpacked(at, _short))

    def _unpacked(self, at: int, form: Struct) -> int:
        if at < 0 or at + form.size > len(self.data):
            raise FlatError(f"byte {at:,} is beyond its end, {len(self.data):,}")
        found: int = form.unpack_from(self.data, at)[0]
        return found

    def root(self) -> Table:
        """The table that all others hang on."""
        return self.table(self.number(0, "uint32"))

    def table(self, at: int) -> Table:
        """The table at a place.

        Raises:
            FlatError: its vtable stands outside.
        """
        self.spend(1)
        vtable = at - self.number(at, "int32")
        size = self.short(vtable)
        if size < WIDTH or vtable + size > len(self.data):
            raise FlatError(f"the table at byte {at:,} has no fields")
        return Table(self, at, vtable, size)


class Table(NamedTuple):
    """One table: fields by their numbers.

    Args:
        buffer: where it stands.
        at: its first byte.
        vtable: the first byte of what tells where its fields are.
        size: bytes of that.
    """

    buffer: Buffer
    at: int
    vtable: int
    size: int

    def _place(self, field: int) -> int:
        """Where a field stands; 0 where it is not stored."""
        entry = WIDTH + 2 * field
        offset = self.buffer.short(self.vtable + entry) if entry + 2 <= self.size else 0
        return self.at + offset if offset else 0

    def number(self, field: int, form: str = "int32", default: int = 0) -> int:
        """A whole number."""
        place = self._place(field)
        return self.buffer.number(place, form) if place else default

    def table(self, field: int) -> Table | None:
        """A table that a field points at."""
        place = self._target(field)
        return self.buffer.table(place) if place else None

    def text(self, field: int) -> str:
        """A text; its beginning, if it is long."""
        start, length = self._vector(field, 1)
        kept = bytes(self.buffer.data[start : start + min(length, MAX_TEXT)])
        return kept.decode("utf-8", "replace")

    def length(self, field: int) -> int:
        """How many elements of a byte a vector has."""
        return self._vector(field, 1)[1]

    def numbers(self, field: int) -> tuple[int, ...]:
        """A vector of whole numbers of four bytes."""
        return self._numbers(*self._vector(field, WIDTH))

    def packed(self, field: int) -> tuple[int, ...]:
        """A vector of bytes that are whole numbers of four bytes each."""
        start, length = self._vector(field, 1)
        return self._numbers(start, length // WIDTH)

    def _numbers(self, start: int, length: int) -> tuple[int, ...]:
        self.buffer.spend(length)
        return Struct(f"<{length}i").unpack_from(self.buffer.data, start) if length else ()

    def tables(self, field: int) -> list[Table]:
        """A vector of tables."""
        start, length = self._vector(field, WIDTH)
        self.buffer.spend(length)
        places = range(start, start + WIDTH * length, WIDTH)
        return [self.buffer.table(at + self.buffer.number(at, "uint32")) for at in places]

    def _target(self, field: int) -> int:
        place = self._place(field)
        return place + self.buffer.number(place, "uint32") if place else 0

    def _vector(self, field: int, width: int) -> tuple[int, int]:
        """The first byte of a vector and how many elements it has.

        Raises:
            FlatError: it goes beyond the end.
        """
        place = self._target(field)
        if not place:
            return 0, 0
        length = self.buffer.number(place, "uint32")
        start = place + WIDTH
        if start + length * width > len(self.buffer.data):
            raise FlatError(f"a list of {length:,} elements goes beyond its end")
        return start, length
