"""Files that appear whole or not at all: drafts, which take the places of their files when they are done."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from netcost.record import Record

if sys.platform != "win32":
    import fcntl

SUFFIX = ".tmp"
HEXADECIMAL = frozenset("0123456789abcdef")
LONGEST = 50
"""Characters of a file's name that are part of its draft's, which may not be longer than any other."""


class Draft(Record):
    """What a file is to hold, in a file of its own beside it."""

    path: str
    file: str
    stream: BinaryIO

    def fill(self, pieces: Iterable[bytes]) -> None:
        """Write all of it, as far as to the disk."""
        self.stream.writelines(pieces)
        self.stream.flush()
        os.fsync(self.stream.fileno())

    def move(self) -> None:
        """Put it in the place of the file."""
        if sys.platform == "win32":  # moves no file that is open
            self.stream.close()
        os.replace(self.path, self.file)  # noqa: PTH105


@contextmanager
def draft_of(file: str) -> Iterator[Draft]:
    """Begin a draft that is gone at the end, unless it was moved.

    Its name is like no other, and those that killed runs have left behind are removed.

    Raises:
        OSError: none can be made beside the file.
    """
    folder, name = os.path.split(file)
    prefix = f".{name[:LONGEST]}."
    _sweep(folder, prefix)
    path = os.path.join(folder, f"{prefix}{os.urandom(8).hex()}{SUFFIX}")  # noqa: PTH118
    try:
        with _created(path, _mode(file)) as stream:
            yield Draft(path, file, stream)
    finally:
        with suppress(FileNotFoundError):  # it was moved, or could not be made
            os.unlink(path)  # noqa: PTH108


def _mode(file: str) -> int | None:
    """The permissions of a file; None if there is none."""
    try:
        return stat.S_IMODE(os.stat(file).st_mode)  # noqa: PTH116
    except FileNotFoundError:
        return None


def _created(path: str, mode: int | None) -> BinaryIO:
    """A new file of those permissions, or of those that the umask leaves; it is locked while it is open."""

    def create(path: str, flags: int) -> int:
        return os.open(path, flags, 0o666 if mode is None else mode)

    while True:
        stream = open(path, "xb", opener=create)  # noqa: SIM115
        _lock(stream.fileno(), wait=True)
        if os.fstat(stream.fileno()).st_nlink:
            if mode is not None:
                os.chmod(path, mode)  # noqa: PTH101
            return stream
        stream.close()  # another run found it before it was locked, and swept it away


def _sweep(folder: str, prefix: str) -> None:
    """Remove the drafts that nobody has locked: whoever made them is no more."""
    if sys.platform == "win32":  # has no such locks
        return
    for path in _drafts(folder, prefix):
        with suppress(OSError):  # it is gone, or somebody else's
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if _lock(descriptor, wait=False):
                    os.unlink(path)  # noqa: PTH108
            finally:
                os.close(descriptor)


def _drafts(folder: str, prefix: str) -> Iterator[str]:
    """The drafts of a folder whose names begin so; none where it is missing or may not be listed."""
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return
    for name in names:
        middle = name.removeprefix(prefix).removesuffix(SUFFIX)
        if name == f"{prefix}{middle}{SUFFIX}" and set(middle) <= HEXADECIMAL:
            yield os.path.join(folder, name)  # noqa: PTH118


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Tell whether a file could be locked; where there are no locks, none can."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
