"""A writer of flatbuffers, front to back, for tests: each table is written with all that it points at behind it."""

from __future__ import annotations

from struct import pack
from typing import Any, NamedTuple


class Table(NamedTuple):
    """A table: fields by their numbers. Integers are of four bytes unless `Byte` says so."""

    fields: dict[int, Any]


class Often(NamedTuple):
    """A vector of one and the same table."""

    table: Table
    count: int


class Byte(int):
    """A number of one byte."""


class Raw(bytes):
    """A vector of bytes."""


def written(root: Table, mark: bytes = b"TFL3") -> bytes:
    """The flatbuffer of a table."""
    data = bytearray(pack("<I", 0) + mark)
    place = _table(data, root)
    data[:4] = pack("<I", place)
    return bytes(data)


def _table(data: bytearray, table: Table) -> int:
    """Write a vtable, the table behind it, and what it points at; return where the table is."""
    count = max(table.fields, default=-1) + 1
    vtable = len(data)
    data += pack(
        f"<HH{count}H",
        4 + 2 * count,
        4 + 8 * count,
        *(4 + 8 * n if n in table.fields else 0 for n in range(count)),
    )
    data += b"\0" * (-len(data) % 4)
    at = len(data)
    data += pack("<i", at - vtable) + b"\0" * (8 * count)
    for number, value in table.fields.items():
        place = at + 4 + 8 * number
        if isinstance(value, Byte):
            data[place : place + 1] = pack("<b", value)
        elif isinstance(value, int):
            data[place : place + 4] = pack("<i", value)
        else:
            target = _table(data, value) if isinstance(value, Table) else _vector(data, value)
            data[place : place + 4] = pack("<I", target - place)
    return at


def _vector(data: bytearray, value: Any) -> int:
    """Write a text, bytes, a list of integers or of tables; return where it is."""
    if isinstance(value, str):
        value = Raw(value.encode())
    at = len(data)
    if isinstance(value, Often):
        data += pack("<I", value.count) + b"\0" * (4 * value.count)
        target = _table(data, value.table)
        for place in range(at + 4, at + 4 + 4 * value.count, 4):
            data[place : place + 4] = pack("<I", target - place)
        return at
    data += pack("<I", len(value))
    if isinstance(value, Raw):
        data += value + b"\0" * (-len(value) % 4)
    elif all(isinstance(each, int) for each in value):
        data += pack(f"<{len(value)}i", *value)
    else:
        start = len(data)
        data += b"\0" * (4 * len(value))
        for number, each in enumerate(value):
            place = start + 4 * number
            target = _table(data, each)
            data[place : place + 4] = pack("<I", target - place)
    return at
