"""Files that a text names, read once and within bounds: the only place that opens one to read it.

A name may lead to anything: a pipe that never ends, a device, a folder, a link to itself, a file that is gone by
the time it is opened. Each ends in an OSError whose `strerror` says in plain words why.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from mmap import mmap

NO_FILE = "it is no regular file, but a pipe, a device or the like"
NO_PATH = "no file can have this path"
GIT = ".git"

MOST_PATHS = 1_000
"""Paths of other machines of which it is remembered where they are here."""

LARGE = 4 * 2**20
"""Bytes from which on a file is mapped."""

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags with which opening a pipe or a terminal does not wait and has no effect; Windows has none."""


def read_file(path: str | os.PathLike[str], most: int, *, stream: bool = False) -> bytes:
    """Read a file of at most so many bytes.

    Args:
        path: where it is.
        most: how many bytes it may have.
        stream: whether it may also be a pipe or a device, which is read as far as the limit; a person who names
            one on the command line means it, a text that names one does not.

    Raises:
        OSError: it cannot be read, is no file, or is too large; `strerror` says why.
    """
    with _plain_words(), open(path, "rb", opener=None if stream else _open_at_once) as file:
        found = os.fstat(file.fileno())
        if not (stream or stat.S_ISREG(found.st_mode)):
            raise OSError(errno.EINVAL, NO_FILE)
        if found.st_size > most:
            raise OSError(errno.EFBIG, too_large(found.st_size, most))
        return read_all(file, most)


def read_or_map(path: str | os.PathLike[str], most: int, *, stream: bool = False) -> bytes | mmap:
    """Read a file, or map it into memory where it is large, so that only what is looked at is read.

    Args:
        path: where it is.
        most: how many bytes a pipe or a device may have.
        stream: as for `read_file`.

    Raises:
        OSError: as `read_file`, but for the size of a file.
    """
    with _plain_words(), open(path, "rb", opener=None if stream else _open_at_once) as file:
        found = os.fstat(file.fileno())
        if stat.S_ISREG(found.st_mode) and found.st_size > LARGE:
            import mmap

            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if not (stream or stat.S_ISREG(found.st_mode)):
            raise OSError(errno.EINVAL, NO_FILE)
        return read_all(file, most)


def read_below(folder: str | os.PathLike[str], path: str, most: int) -> bytes:
    """Read a file that must lie below a folder, also when links are followed, and not in git's own.

    Raises:
        OSError: as `read_file`, and for a file that lies elsewhere.
    """
    return read_file(real_below(folder, path), most)


def real_below(folder: str | os.PathLike[str], path: str, of: str = "the spec") -> str:
    """Where a file really is that must lie below a folder, links followed, and not in git's own; `of` owns the folder.

    Raises:
        OSError: it lies elsewhere, or no file can have this path.
    """
    with _plain_words():
        top, target = os.path.realpath(folder), os.path.realpath(os.path.join(folder, path))  # noqa: PTH118
        if os.path.commonpath([top, target]) != top:
            raise OSError(errno.EINVAL, f"it lies outside the folder of {of}")
        if leads_into_git(target[len(top) :]):
            raise OSError(errno.EINVAL, "it lies in git's own folder")
    return target


@lru_cache(MOST_PATHS)
def found_here(path: str) -> str:
    """The file below the working folder that a path of another machine means, by the longest end that there is.

    Where there is none, a path from the root: it lies elsewhere.
    """
    parts = [part for part in re.split(r"[/\\]", path) if part not in {"", "."}]
    elsewhere = "/" + "/".join(parts)
    if ".." in parts or GIT in map(str.lower, parts):
        return elsewhere
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if os.path.isfile(end)), elsewhere)  # noqa: PTH113


def leads_into_git(path: str) -> bool:
    """Tell whether a path goes through a folder of git's own, which may hold secrets, as the token of a checkout."""
    return GIT in path.lower().replace(os.sep, "/").split("/")


def read_all(file: BinaryIO, most: int) -> bytes:
    """Read to the end of an open file, which may have at most so many bytes.

    Raises:
        OSError: it has more, or it does not wait for what is still to come.
    """
    chunks: list[bytes] = []
    left = most + 1
    while left:
        chunk: bytes | None = file.read(left)
        if chunk is None:  # to take what is there for the whole would be a wrong answer
            raise OSError(errno.EAGAIN, "its end has not come, and it is in a mode that does not wait for it")
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        left -= len(chunk)
    raise OSError(errno.EFBIG, too_large(None, most))


def too_large(size: int | None, most: int) -> str:
    """What is wrong with a file of more bytes than are read; None stands for a size that is not known."""
    found = f"more than {most:,}" if size is None else f"{size:,}"
    return f"it has {found} bytes, at most {most:,} are read"


def reason(error: OSError) -> str:
    """Say in plain words why a file cannot be read or written."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    if error.errno == errno.ELOOP:
        return "its links lead in a circle"
    if error.errno == errno.ENXIO:  # what sockets say
        return NO_FILE
    return error.strerror or str(error)


@contextmanager
def _plain_words() -> Iterator[None]:
    """Let an OSError say what `reason` does, and be one also where the path is none."""
    try:
        yield
    except ValueError:
        raise OSError(errno.EINVAL, NO_PATH) from None
    except OSError as error:
        raise OSError(error.errno, reason(error)) from None


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)
