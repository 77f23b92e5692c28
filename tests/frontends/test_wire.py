"""The reader of the protobuf wire format, against examples of its documentation."""

from __future__ import annotations

import mmap
from pathlib import Path

import pytest
from onnx_files import field, varint

from netcost.frontends import wire
from netcost.frontends.wire import Wire, WireError


@pytest.mark.parametrize(
    ("data", "number"),
    [(b"\x01", 1), (b"\x96\x01", 150), (b"\xac\x02", 300), (b"\xff" * 9 + b"\x01", 2**64 - 1)],
)
def test_numbers_of_seven_bits_a_byte(data: bytes, number: int) -> None:
    """150 is the example of protobuf.dev/programming-guides/encoding."""
    assert wire.varint(memoryview(data), 0) == (number, len(data))
    assert varint(number) == data


def test_a_negative_number_is_in_twos_complement() -> None:
    """-2 is the example of the same page: ten bytes."""
    data = memoryview(b"\xfe" + b"\xff" * 8 + b"\x01")
    assert wire.signed(wire.varint(data, 0)[0]) == -2


def test_fields_by_their_schema() -> None:
    """Numbers, texts, lists that are packed or not; a field that the schema has not is skipped."""
    schema = {1: wire.number("n"), 2: wire.part("text"), 3: wire.numbers("list"), 4: wire.floats("floats")}
    data = (
        field(1, 7) + field(2, "abc") + field(3, 5) + field(3, b"\x01\x96\x01") + field(4, 1.5) + field(9, 1)
    )
    reader = Wire(100)
    found = reader.message(memoryview(data), schema)
    assert (found["n"], wire.text(found["text"])) == (7, "abc")
    assert reader.integers(found["list"]) == [5, 1, 150]
    assert reader.fixed(found["floats"], "f") == [1.5]


def test_bytes_are_views_into_the_file(tmp_path: Path) -> None:
    """A mapped file stays where it is, however much a field holds."""
    path = tmp_path / "large"
    path.write_bytes(field(1, bytes(10_000_000)))
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
        memoryview(mapped) as whole,
        Wire(10).message(whole, {1: wire.part("raw")})["raw"] as found,
    ):
        assert found.obj is mapped
        assert len(found) == 10_000_000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x08", "the bytes end within a number"),
        (b"\x08" + b"\xff" * 10, "a number of more than ten bytes"),
        (b"\x12\x05ab", "a field of 5 bytes where 2 are left"),
        (b"\x0d\x00", "a field of 4 bytes where 1 are left"),
        (b"\x0b\x0c", "there is no wire type 3"),
        (field(2, 1), "the field `text` has wire type 0, expected 2"),
        (field(1, 1) * 11, "there are more than 10 fields"),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, message: str) -> None:
    """Bytes that break off, groups, fields of another type, more fields than may be read."""
    with pytest.raises(WireError, match=message):
        Wire(10).message(memoryview(data), {1: wire.number("n"), 2: wire.part("text")})


def test_packed_numbers_count_too() -> None:
    """A field of a million numbers is not one field."""
    with pytest.raises(WireError, match="more than 10 fields"):
        Wire(10).integers([memoryview(b"\x01" * 11)])
    with pytest.raises(WireError, match="more than 10 fields"):
        Wire(10).fixed([memoryview(bytes(44))], "f")


def test_numbers_that_break_off_are_refused() -> None:
    """Six bytes are no floats."""
    with pytest.raises(WireError, match="6 bytes are no numbers of 4 bytes"):
        Wire(10).fixed([memoryview(bytes(6))], "f")
