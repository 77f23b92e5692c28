"""Where something stands in a file."""

from typing import NamedTuple


class Place(NamedTuple):
    """A spot in a file: line and column, both from 1, and how many characters it covers.

    Line 0 stands for the file as a whole: one that is missing or is no text at all.
    """

    path: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


def portable(path: str) -> str:
    """Leave out the folders of an absolute path: they differ from one machine to the next."""
    absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
    return path.replace("\\", "/").rpartition("/")[2] if absolute else path
