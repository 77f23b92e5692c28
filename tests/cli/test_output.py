"""Where results go: formats from prefixes and suffixes, files that appear whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from netcost.cli.output import Target, parse_targets, write

SUFFIXES = {"table": (".txt",), "csv": (".csv",), "markdown": (".md", ".markdown")}
POSIX = pytest.mark.skipif(os.name != "posix", reason="links, modes and devices of POSIX")


@pytest.mark.parametrize(
    ("texts", "asked", "targets"),
    [
        ([], "", [("table", "-")]),
        ([], "csv", [("csv", "-")]),
        (["-"], "", [("table", "-")]),
        (["-"], "csv", [("csv", "-")]),
        (["csv:-"], "", [("csv", "-")]),
        (["csv:-", "table:-"], "", [("csv", "-"), ("table", "-")]),
        (["report.csv"], "", [("csv", "report.csv")]),
        (["report.csv"], "csv", [("csv", "report.csv")]),
        (["REPORT.CSV"], "", [("csv", "REPORT.CSV")]),
        (["out/report.markdown"], "", [("markdown", "out/report.markdown")]),
        (["report"], "csv", [("csv", "report")]),
        (["report.dat"], "csv", [("csv", "report.dat")]),
        (["markdown:report.csv"], "", [("markdown", "report.csv")]),
        (["markdown:report.csv"], "csv", [("markdown", "report.csv")]),
        (["csv:a:b"], "", [("csv", "a:b")]),
        (["C:\\temp\\report.csv"], "", [("csv", "C:\\temp\\report.csv")]),
        (["a.csv", "b.md", "-"], "", [("csv", "a.csv"), ("markdown", "b.md"), ("table", "-")]),
    ],
)
def test_a_prefix_names_the_format_else_the_suffix_else_the_option(
    texts: list[str], asked: str, targets: list[tuple[str, str]]
) -> None:
    """Without any output, the report goes to standard output."""
    assert parse_targets(texts, SUFFIXES, asked, "table") == [Target(*each) for each in targets]


@pytest.mark.parametrize(
    ("texts", "asked", "message"),
    [
        (["report"], "", "The suffix of `report` tells no format; write one of table:report, csv:report"),
        (["report.xyz"], "", "The suffix of `report.xyz` tells no format"),
        (["xml:report"], "", "There is no format `xml`; there are table, csv, markdown."),
        (["C:report"], "", "The suffix of `C:report` tells no format"),
        (
            ["report.csv"],
            "markdown",
            "asks for markdown, `report.csv` looks like csv; write markdown:report.csv",
        ),
        (["csv:"], "", "`csv:` names no file; write csv:PATH, or csv:- to print it"),
        (["a.csv", "table:a.csv"], "", "`a.csv` is named twice by -o"),
    ],
)
def test_an_output_that_is_not_clear_is_refused(texts: list[str], asked: str, message: str) -> None:
    """The message says what to write."""
    with pytest.raises(click.UsageError) as caught:
        parse_targets(texts, SUFFIXES, asked, "table")
    assert message in caught.value.message


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_in_utf_8_with_lines_as_they_are(tmp_path: Path) -> None:
    """Whatever the platform makes of line ends; nothing else is left in the folder."""
    write(str(tmp_path / "new.csv"), "é\r\n\n")
    assert (tmp_path / "new.csv").read_bytes() == b"\xc3\xa9\r\n\n"
    assert names(tmp_path) == ["new.csv"]


def test_a_text_may_come_in_pieces(tmp_path: Path) -> None:
    """So that a long report is written while it is made."""
    write(str(tmp_path / "new.csv"), (piece for piece in ("a", "b")))
    assert (tmp_path / "new.csv").read_text() == "ab"


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    """However long it was."""
    (tmp_path / "old.csv").write_text("a long text")
    write(str(tmp_path / "old.csv"), "short")
    assert (tmp_path / "old.csv").read_text() == "short"


def test_a_file_can_be_added_to(tmp_path: Path) -> None:
    """As every step of a GitHub job adds to its summary; the first one makes the file."""
    for text in ("one\n", "two\n"):
        write(str(tmp_path / "summary.md"), text, append=True)
    assert (tmp_path / "summary.md").read_text() == "one\ntwo\n"


def test_a_failure_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    """And no draft beside it."""

    def pieces() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    (tmp_path / "old.csv").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write(str(tmp_path / "old.csv"), pieces())
    assert (tmp_path / "old.csv").read_text() == "old"
    assert names(tmp_path) == ["old.csv"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("folder", "cannot write folder: it is a folder"),
        ("nowhere/report.csv", "there is no folder"),
        ("report.csv/other.csv", "cannot write report.csv/other.csv: Not a directory"),
        (f"{'x' * 300}.csv", "File name too long"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, message: str
) -> None:
    """With the reason."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "report.csv").write_text("")
    with pytest.raises(click.ClickException) as caught:
        write(path, "text")
    assert message in caught.value.message


def test_a_write_protected_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although its folder would let it be replaced."""
    file = tmp_path / "kept.csv"
    file.write_text("kept")
    monkeypatch.setattr(os, "access", lambda path, mode: not (Path(path) == file and mode == os.W_OK))
    with pytest.raises(click.ClickException, match="permission denied"):
        write(str(file), "text")
    assert file.read_text() == "kept"


@POSIX
def test_the_umask_decides_who_may_read_a_new_file(tmp_path: Path) -> None:
    """As with any other program."""
    before = os.umask(0o027)
    try:
        write(str(tmp_path / "new.csv"), "text")
    finally:
        os.umask(before)
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o640


@POSIX
def test_an_old_file_keeps_its_permissions(tmp_path: Path) -> None:
    """What its owner allowed stays allowed."""
    (tmp_path / "old.csv").write_text("old")
    (tmp_path / "old.csv").chmod(0o604)
    write(str(tmp_path / "old.csv"), "new")
    assert (tmp_path / "old.csv").stat().st_mode & 0o777 == 0o604


@POSIX
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_followed(tmp_path: Path, exists: bool) -> None:
    """The file that it points to is written, the link stays."""
    (tmp_path / "deep").mkdir()
    if exists:
        (tmp_path / "deep" / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(Path("deep") / "real.csv")
    write(str(tmp_path / "link.csv"), "new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "deep" / "real.csv").read_text() == "new"


@POSIX
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """It is not replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write(str(pipe), "text")
    reader.join()
    assert read == ["text"]
    assert pipe.is_fifo()
