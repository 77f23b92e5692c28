"""Files that are no text, or cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import LENET, PATH, the_fault

from netcost.place import Place
from netcost.source.problem import SpecError
from netcost.source.read_document import read_document


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "this file is empty"),
        (b" \n\n", "this file is empty"),
        (b"\xef\xbb\xbf", "this file is empty"),
        (b"# a comment\n", "this file has no content, only comments"),
        (b"---\n", "this file has no content, only comments"),
        (b"a: 1\0\n", "this is a binary file, not YAML"),
        (bytes(range(256)), "this is a binary file, not YAML"),
        ("a: 1\n".encode("utf-16"), "this file is in UTF-16"),
        (
            b"# " + b"x" * 4 * 2**20,
            "this file cannot be read: it has 4,194,306 bytes, at most 4,194,304 are read",
        ),
    ],
)
def test_a_file_without_text_is_refused_as_a_whole(raw: bytes, message: str) -> None:
    """Empty, binary and very large files are refused without a line."""
    problem = the_fault(raw)
    assert (problem.message, problem.place) == (message, Place(PATH, 0, 0))


@pytest.mark.parametrize(
    ("raw", "line", "column", "message"),
    [
        (b"a: 1\nb: \xff\n", 2, 4, "the byte 0xFF is not UTF-8"),
        (b"\xef\xbb\xbf\xc3\xa9: \xe9\n", 1, 4, "the byte 0xE9 is not UTF-8"),
        (b"a: \xed\xa0\x80\n", 1, 4, "the byte 0xED is not UTF-8"),
        (b"a: \x01\n", 1, 4, "the character U+0001 is not allowed in YAML"),
        (b"a: 1\n\xef\xbb\xbfb: 2\n", 2, 1, "the character U+FEFF is not allowed in YAML"),
        (b"a: 1\r%TAG ! x\r", 2, 1, "tags are not used in a spec"),
    ],
)
def test_a_wrong_byte_is_told_at_its_place(raw: bytes, line: int, column: int, message: str) -> None:
    """A byte that is not UTF-8, or a character that YAML forbids, is told with line and column."""
    problem = the_fault(raw)
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    """Messages call a file by its path, or by the name that is asked for."""
    path = tmp_path / "net.yaml"
    path.write_bytes(LENET)
    assert read_document(path).path == str(path)
    assert read_document(path, "net").root.place.path == "net"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "no such file"),
        (".", "this file cannot be read: it is a folder"),
        ("net.yaml/x", "this file cannot be read: Not a directory"),
        ("x" * 300, "this file cannot be read: File name too long"),
        ("a\0b", "this file cannot be read: no file can have this path"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, message: str) -> None:
    """Missing files, folders and impossible paths are told in one line without a line number."""
    (tmp_path / "net.yaml").write_text("a: 1\n")
    with pytest.raises(SpecError) as raised:
        read_document(tmp_path / name, "shown.yaml")
    assert str(raised.value) == f"shown.yaml: error: {message}"
