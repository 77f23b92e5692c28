"""Files that a text names: read once, within bounds, and never waited for."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from netcost.source.files import read_all, read_below, read_file

POSIX = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")
MOST = 100
NO_FILE = "it is no regular file, but a pipe, a device or the like"


def why(read: Callable[[], bytes]) -> str | None:
    """Why a file is refused."""
    with pytest.raises(OSError) as raised:  # noqa: PT011  its `strerror` is what is tested
        read()
    return raised.value.strerror


@pytest.mark.parametrize("size", [0, 1, MOST])
def test_a_file_is_read_whole(tmp_path: Path, size: int) -> None:
    """Up to as many bytes as are allowed."""
    (tmp_path / "file").write_bytes(b"x" * size)
    assert read_file(tmp_path / "file", MOST) == b"x" * size


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing", "no such file"),
        ("", "no such file"),
        (".", "it is a folder"),
        ("file/below", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "no file can have this path"),
        ("large", "it has 101 bytes, at most 100 are read"),
        pytest.param("itself", "its links lead in a circle", marks=POSIX),
        pytest.param("there", "its links lead in a circle", marks=POSIX),
        pytest.param("nowhere", "no such file", marks=POSIX),
        pytest.param("socket", NO_FILE, marks=POSIX),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str, stream: bool
) -> None:
    """Whether or not a person named it."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"text")
    Path("large").write_bytes(b"x" * (MOST + 1))
    for link, target in {"itself": "itself", "there": "back", "back": "there", "nowhere": "gone"}.items():
        Path(link).symlink_to(target)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert why(lambda: read_file(name, MOST, stream=stream)) == reason


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the tests run as somebody who may read everything."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert why(lambda: read_file(tmp_path / "file", MOST)) == "permission denied"


@POSIX
@pytest.mark.parametrize("kind", ["pipe", "null", "zero"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """Nobody waits for a pipe into which nothing is written."""
    path = tmp_path / "file"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(f"/dev/{kind}")
    assert why(lambda: read_file(path, MOST)) == NO_FILE


@POSIX
@pytest.mark.parametrize("size", [0, MOST])
def test_a_pipe_that_a_person_names_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    """However late and in whatever pieces it is written."""
    os.mkfifo(tmp_path / "pipe")

    def fill() -> None:
        with (tmp_path / "pipe").open("wb", buffering=0) as pipe:
            for _ in range(size):
                pipe.write(b"x")

    writer = threading.Thread(target=fill)
    writer.start()
    assert read_file(tmp_path / "pipe", MOST, stream=True) == b"x" * size
    writer.join()


@POSIX
def test_a_device_without_an_end_is_read_no_further_than_the_limit() -> None:
    """It would fill the memory."""
    assert read_file("/dev/null", MOST, stream=True) == b""
    reason = why(lambda: read_file("/dev/zero", MOST, stream=True))
    assert reason == "it has more than 100 bytes, at most 100 are read"


class Trickle(RawIOBase):
    """A stream that gives one piece at a time; None stands for what has not come yet."""

    def __init__(self, *pieces: bytes | None) -> None:
        super().__init__()
        self.pieces = [*pieces, b""]

    def read(self, size: int = -1) -> bytes | None:
        """Give the next piece."""
        del size
        return self.pieces.pop(0)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [((), b""), ((b"a",), b"a"), ((b"a", b"bc"), b"abc"), ((b"x" * MOST,), b"x" * MOST)],
)
def test_a_stream_is_read_to_its_end(pieces: tuple[bytes, ...], text: bytes) -> None:
    """A short piece is not the end."""
    assert read_all(Trickle(*pieces), MOST) == text  # type: ignore[arg-type]
    assert read_all(BytesIO(text), MOST) == text


@pytest.mark.parametrize(
    ("pieces", "reason"),
    [
        ((b"x" * (MOST + 1),), "it has more than 100 bytes, at most 100 are read"),
        ((b"x" * MOST, b"x"), "it has more than 100 bytes, at most 100 are read"),
        ((None,), "its end has not come, and it is in a mode that does not wait for it"),
        ((b"a", None), "its end has not come, and it is in a mode that does not wait for it"),
    ],
)
def test_half_a_stream_is_never_taken_for_the_whole(pieces: tuple[bytes | None, ...], reason: str) -> None:
    """Neither the first part of one that is too long, nor what has come so far."""
    assert why(lambda: read_all(Trickle(*pieces), MOST)) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["file", "deep/file", "deep/../file", "deep/./file"])
def test_a_file_below_a_folder_is_read(tmp_path: Path, path: str) -> None:
    """At any depth."""
    (tmp_path / "deep").mkdir()
    for each in ("file", "deep/file"):
        (tmp_path / each).write_bytes(each.encode())
    assert read_below(tmp_path, path, MOST) == os.path.normpath(path).encode()


@POSIX
@pytest.mark.parametrize(
    ("link", "target", "reason"),
    [
        ("link", "file", None),
        ("link", "deep/file", None),
        ("link", "../outside", "it lies outside the folder of the spec"),
        ("link", "/etc/passwd", "it lies outside the folder of the spec"),
        ("link", "link", "its links lead in a circle"),
        ("link", "deep", "it is a folder"),
        ("link", "gone", "no such file"),
        ("link", "pipe", NO_FILE),
        ("link", "../inside-not/file", "it lies outside the folder of the spec"),
        ("link", ".git/config", "it lies in git's own folder"),
        ("link", "deep/.git/config", "it lies in git's own folder"),
        ("link", "deep/.gitignore", None),
    ],
)
def test_links_are_followed_inside_the_folder(
    tmp_path: Path, link: str, target: str, reason: str | None
) -> None:
    """What they lead to counts, not how it is written."""
    for each in ("inside/deep", "inside-not"):
        (tmp_path / each).mkdir(parents=True)
    for each in ("inside/.git", "inside/deep/.git"):
        (tmp_path / each).mkdir()
        (tmp_path / each / "config").write_bytes(b"token")
    for each in ("outside", "inside/file", "inside/deep/file", "inside/deep/.gitignore", "inside-not/file"):
        (tmp_path / each).write_bytes(b"text")
    os.mkfifo(tmp_path / "inside/pipe")
    (tmp_path / "inside" / link).symlink_to(target)
    if reason is None:
        assert read_below(tmp_path / "inside", link, MOST) == b"text"
    else:
        assert why(lambda: read_below(tmp_path / "inside", link, MOST)) == reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../file", "it lies outside the folder of the spec"),
        ("a\0b", "no file can have this path"),
        ("gone/file", "no such file"),
        (".git/config", "it lies in git's own folder"),
        ("deep/.GIT/config", "it lies in git's own folder"),
    ],
)
def test_a_path_that_leads_out_or_nowhere_is_refused(tmp_path: Path, path: str, reason: str) -> None:
    """Before it is opened."""
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "inside").mkdir()
    assert why(lambda: read_below(tmp_path / "inside", path, MOST)) == reason


@POSIX
def test_a_working_folder_that_is_gone_is_no_defect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing lies below it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    assert why(lambda: read_file("file", MOST)) == "no such file"
    assert why(lambda: read_below("", "file", MOST)) == "no such file"
