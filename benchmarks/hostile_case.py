"""What a case of the hostile collection is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MOST = 4 * 2**20
"""Bytes of a file that is as large as it may be."""


class Case(NamedTuple):
    """A name, what writes the files of the case into a folder, and the command to run there."""

    name: str
    write: Callable[[Path], None]
    command: Sequence[str] = ("check",)


def files(texts: Mapping[str, str]) -> Callable[[Path], None]:
    """Write several files."""

    def write(folder: Path) -> None:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")

    return write
