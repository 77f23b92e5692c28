"""Files in memory, for what reads files."""

from __future__ import annotations

from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from mmap import mmap
from typing import Any


class Mapped(RawIOBase):
    """A file in memory as one that is read: before Python 3.13 a map does not say that it can be sought in.

    Args:
        data: the map.
    """

    def __init__(self, data: mmap) -> None:
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """It is all there."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go on reading elsewhere."""
        starts = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._data)}
        self._at = max(starts[whence] + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read as much as there is room for."""
        room = memoryview(buffer).cast("B")
        piece = self._data[self._at : self._at + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
