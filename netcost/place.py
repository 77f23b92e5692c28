"""Where something stands in a file."""

from typing import NamedTuple


class Place(NamedTuple):
    """A spot in a file: line and column, both from 1, and how many characters it covers.

    Line 0 stands for the file as a whole: one that is missing or is no text at all.

    Args:
        part: what it is in a file without lines, as a node of a graph: `model.onnx: /layer1/conv1/Conv`.
        via: the file that tells of the line, where that is another one: `net.pt2 -> resnet.py:285`.
    """

    path: str
    line: int
    column: int
    width: int = 1
    part: str = ""
    via: str = ""

    def __str__(self) -> str:
        if self.via:
            return f"{self.via} -> {portable(self.path)}:{self.line}"
        if self.part:
            return f"{self.path}: {self.part}"
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path

    @property
    def portable(self) -> str:
        """The place without folders that differ from one machine to the next."""
        return str(self._replace(path=portable(self.path), via=portable(self.via)))

    @property
    def annotates(self) -> bool:
        """Tell whether it is a line of a file that may lie in the folder at hand."""
        return self.line > 0 and portable(self.path) == self.path


def inside(path: str, part: str) -> Place:
    """A part of a file that has no lines."""
    return Place(path, 0, 0, part=part)


def portable(path: str) -> str:
    """Leave out the folders of an absolute path: they differ from one machine to the next."""
    absolute = path.startswith(("/", "\\")) or path[1:2] == ":"
    return path.replace("\\", "/").rpartition("/")[2] if absolute else path
