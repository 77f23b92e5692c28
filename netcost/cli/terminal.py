"""What the terminal can show, and the options that overrule it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Literal, TextIO

Color = Literal["auto", "always", "never"]

WIDTH, COLOR = "--width", "--color"
"""The options; they are looked for also where a command line cannot be read."""


USUAL_WIDTH = 80
"""Of a terminal that does not tell its own."""


def is_terminal(*, error: bool = False) -> bool:
    """Tell whether a person reads standard output, or standard error, as it comes."""
    stream: TextIO | None = sys.stderr if error else sys.stdout
    return stream is not None and stream.isatty()


def width(asked: int | None, *, error: bool = False) -> int | None:
    """Room for a line: what is asked for, or the terminal's width; no limit where there is no terminal."""
    return _columns() if asked is None and is_terminal(error=error) else asked


def _columns() -> int:
    """The width of the terminal: as COLUMNS has it, as it says itself, or the usual one.

    So does `shutil`, which with all that it imports takes as long as to draw a table.
    """
    try:
        columns = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    stream = sys.__stdout__
    if columns <= 0 and stream is not None:
        with suppress(ValueError, OSError):  # it is closed, or no terminal
            columns = os.get_terminal_size(stream.fileno()).columns
    return columns if columns > 0 else USUAL_WIDTH


def has_color(asked: str, *, error: bool = False) -> bool:
    """Tell whether to colour: as asked, or by NO_COLOR, FORCE_COLOR, TERM and whether there is a terminal."""
    if asked != "auto":
        return asked == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(error=error) and os.environ.get("TERM") != "dumb"


def encoding() -> str:
    """Tell how standard output turns characters into bytes."""
    return (sys.stdout is not None and sys.stdout.encoding) or "utf-8"


def has_line_characters() -> bool:
    """Tell whether standard output can draw lines; only UTF-8 can for sure."""
    import codecs

    return codecs.lookup(encoding()).name == "utf-8"
