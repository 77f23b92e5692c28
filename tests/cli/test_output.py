"""Where results go: formats from prefixes and suffixes, files that appear whole or not at all."""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from netcost.cli.draft import draft_of
from netcost.cli.output import Output, write, write_all
from netcost.cli.targets import Target, parse_targets

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
        (["/dev/stdout"], "", [("table", "-")]),
        (["csv:/dev/stdout", "/dev/fd/1"], "", [("csv", "-"), ("table", "-")]),
        (["C:\\temp\\report.csv"], "", [("csv", "C:\\temp\\report.csv")]),
        (["a.csv", "b.md", "-"], "", [("csv", "a.csv"), ("markdown", "b.md"), ("table", "-")]),
    ],
)
def test_a_prefix_names_the_format_else_the_suffix_else_the_option(
    texts: list[str], asked: str, targets: list[tuple[str, str]]
) -> None:
    """Without any output, the report goes to standard output."""
    assert parse_targets(texts, "analyze", asked, "table") == [Target(*each) for each in targets]


@pytest.mark.parametrize(
    ("texts", "asked", "message"),
    [
        (["report"], "", "The suffix of `report` tells no format; write one of table:report, csv:report"),
        (["report.xyz"], "", "The suffix of `report.xyz` tells no format"),
        (["a.png"], "", "write -o a.svg, then make `a.png` with rsvg-convert -w 1200 a.svg -o a.png."),
        (["a.pdf"], "", "write -o a.svg, then make `a.pdf` with rsvg-convert -f pdf a.svg -o a.pdf."),
        (["xml:report"], "", "There is no format `xml`; there are table, csv, json, markdown, html, svg."),
        (["C:report"], "", "The suffix of `C:report` tells no format"),
        (
            ["report.csv"],
            "markdown",
            "asks for markdown, `report.csv` looks like csv; write markdown:report.csv",
        ),
        (["csv: "], "", "`csv: ` names no file; write csv:PATH, or csv:- to print it"),
        (["csv:"], "", "`csv:` names no file; write csv:PATH, or csv:- to print it"),
        (["a.csv", "table:a.csv"], "", "`a.csv` is named twice by -o"),
        ([""], "csv", "-o names no file; write -o PATH, or -o - to print it."),
        ([" "], "csv", "-o names no file; write -o PATH, or -o - to print it."),
    ],
)
def test_an_output_that_is_not_clear_is_refused(texts: list[str], asked: str, message: str) -> None:
    """The message says what to write."""
    with pytest.raises(click.UsageError) as caught:
        parse_targets(texts, "analyze", asked, "table")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("command", "path", "message"),
    [
        ("sweep", "a.png", "write -o a.svg, then make `a.png` with rsvg-convert -w 1200 a.svg -o a.png."),
        ("memory", "a.PDF", "write -o a.svg, then make `a.PDF` with rsvg-convert -f pdf a.svg -o a.PDF."),
        ("solve", "a.png", "`a.png` is made of SVG, as by rsvg-convert. Only `netcost analyze`,"),
        ("diff", "a.pdf", "`netcost sweep` have the format svg; `netcost diff` has table, csv,"),
    ],
)
def test_pictures_are_made_of_svg(command: str, path: str, message: str) -> None:
    """Where the command draws one; else it is said which do."""
    with pytest.raises(click.UsageError) as caught:
        parse_targets([path], command, "", "table")
    assert message in caught.value.message


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize(
    "other",
    [
        "./a.csv",
        "deep/../a.csv",
        ".//a.csv",
        "{folder}/a.csv",
        pytest.param("link.csv", marks=POSIX),
        pytest.param("here/a.csv", marks=POSIX),
        pytest.param("hard.csv", marks=POSIX),
    ],
)
def test_one_file_under_two_names_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str, exists: bool
) -> None:
    """Whether or not it is there already; hard links are only there if it is."""
    monkeypatch.chdir(tmp_path)
    Path("deep").mkdir()
    Path("link.csv").symlink_to("a.csv")
    Path("here").symlink_to(".")
    if exists or other == "hard.csv":
        Path("a.csv").touch()
        Path("hard.csv").hardlink_to("a.csv")
    second = other.format(folder=tmp_path)
    with pytest.raises(
        click.UsageError, match=r"named twice by -o; each output needs a file of its own"
    ) as caught:
        parse_targets(["a.csv", f"table:{second}"], "analyze", "", "table")
    assert f"`a.csv` and `{second}` are one file, named twice" in caught.value.message


def test_a_file_that_standard_output_goes_to_is_no_other_output(folder: Path) -> None:
    """It would be replaced while it is being written."""
    command = [sys.executable, "-m", "netcost", "analyze", "lenet", "-o", "csv:out", "-o", "-"]
    with Path("out").open("wb") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 2
    assert b"`out` and `-` are one file, named twice by -o" in ended.stderr


def test_files_that_are_not_there_yet_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By folder and name."""
    monkeypatch.chdir(tmp_path)
    texts = ["a.csv", "b.csv", "deep/a.csv", "-", "-"]
    assert [target.path for target in parse_targets(texts, "analyze", "", "table")] == texts


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


def failing(error: BaseException) -> Iterator[str]:
    """A text that fails when half of it is made."""
    yield "half"
    raise error


@pytest.mark.parametrize(
    ("outputs", "error"),
    [
        ([Output("a", "1"), Output("nowhere/b", "2")], "there is no folder nowhere"),
        ([Output("a", "1"), Output("-", "2"), Output("folder", "3")], "it is a folder"),
        (
            [Output("new", "1"), Output("-", "2"), Output("a", failing(OSError(28, "full")))],
            "cannot write a: full",
        ),
        ([Output("log", "1", append=True), Output("a", failing(OSError(28, "full")))], "full"),
        ([Output("new", "1", append=True), Output("a", failing(OSError(28, "full")))], "full"),
        ([Output("a", "1"), Output("folder", "2", append=True)], "it is a folder"),
        ([Output("-", failing(click.ClickException("no"))), Output("a", "1")], "no"),
        pytest.param([Output("a", "1"), Output("loop", "2")], "its links lead in a circle", marks=POSIX),
    ],
)
def test_all_outputs_are_written_or_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    outputs: list[Output],
    error: str,
) -> None:
    """If one of them fails, the others are as they were."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("loop").symlink_to("loop")
    for name in ("a", "log"):
        Path(name).write_text("old")
    with pytest.raises(click.ClickException) as caught:
        write_all(outputs)
    assert error in caught.value.message
    assert names(tmp_path) == ["a", "folder", "log", "loop"]
    assert [Path(name).read_text() for name in ("a", "log")] == ["old", "old"]
    assert capfdbinary.readouterr().out == b""


def test_all_is_made_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the outputs; then files take their places."""
    monkeypatch.chdir(tmp_path)
    seen: list[tuple[str, list[str]]] = []

    def text(name: str) -> Iterator[str]:
        seen.append((name, [each for each in names(tmp_path) if not each.startswith(".")]))
        yield name

    write_all([Output("a", text("a")), Output("log", text("log"), append=True), Output("b", text("b"))])
    assert seen == [("a", []), ("log", []), ("b", [])]
    assert [Path(name).read_text() for name in names(tmp_path)] == ["a", "b", "log"]


def test_standard_output_is_printed_as_it_is_made_if_it_is_alone(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """A long table can be read from its first line on."""
    with pytest.raises(KeyError):
        write("-", failing(KeyError()))
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"half"


def noted(call: Callable[..., object], done: list[str], name: str) -> Callable[..., object]:
    """The same call, which is noted."""

    def wrapped(*args: object) -> object:
        done.append(name)
        return call(*args)

    return wrapped


def test_a_draft_reaches_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that stops leaves the old file or the whole new one."""
    done: list[str] = []
    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(getattr(os, name), done, name))
    write_all([Output(str(tmp_path / name), name) for name in "ab"])
    assert done == ["fsync", "fsync", "replace", "replace"]
    assert names(tmp_path) == ["a", "b"]


@POSIX
def test_drafts_of_killed_runs_are_swept_away(tmp_path: Path) -> None:
    """Those of the same file; not one that a run still holds, nor anything else."""
    others = [".a.csv.0.lock", ".a.csv.notes.tmp", ".b.csv.77.tmp", "a.csv.77.tmp"]
    for name in (".a.csv.77.tmp", ".a.csv.0123456789abcdef.tmp", *others):
        (tmp_path / name).write_text("stale")
    with draft_of(str(tmp_path / "a.csv")) as held:
        held.fill([b"first"])
        write(str(tmp_path / "a.csv"), "second")
        assert names(tmp_path) == sorted([Path(held.path).name, "a.csv", *others])
        held.move()
    assert (tmp_path / "a.csv").read_text() == "first"
    assert names(tmp_path) == sorted(["a.csv", *others])


@POSIX
def test_a_draft_that_is_swept_away_too_soon_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run may find it in the instant before it is locked."""
    module = importlib.import_module("netcost.cli.draft")
    lock = module.fcntl.flock
    swept: list[Path] = []

    def sweep_first(descriptor: int, how: int) -> None:
        if not swept:
            swept.extend(tmp_path.iterdir())
            swept[0].unlink()
        lock(descriptor, how)

    monkeypatch.setattr(module.fcntl, "flock", sweep_first)
    write(str(tmp_path / "a.csv"), "text")
    assert len(swept) == 1
    assert (tmp_path / "a.csv").read_text() == "text"
    assert names(tmp_path) == ["a.csv"]


@POSIX
def test_a_file_system_without_locks_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is swept, as nobody can tell what is held."""
    module = importlib.import_module("netcost.cli.draft")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(module.fcntl, "flock", refuse)
    (tmp_path / ".a.csv.77.tmp").write_text("stale")
    write(str(tmp_path / "a.csv"), "text")
    assert names(tmp_path) == [".a.csv.77.tmp", "a.csv"]


@pytest.mark.parametrize("name", ["x" * 250 + ".csv", "\u00e9" * 120 + ".csv"])
def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path, name: str) -> None:
    """The draft's is no longer."""
    write(str(tmp_path / name), "text")
    assert names(tmp_path) == [name]


@POSIX
def test_a_draft_is_never_open_to_more_people_than_its_file(tmp_path: Path) -> None:
    """Not even while it is made."""
    (tmp_path / "secret.csv").write_text("old")
    (tmp_path / "secret.csv").chmod(0o600)
    modes: list[int] = []

    def text() -> Iterator[str]:
        modes.extend(path.stat().st_mode & 0o777 for path in tmp_path.iterdir())
        yield "new"

    write(str(tmp_path / "secret.csv"), text())
    assert modes == [0o600, 0o600]
