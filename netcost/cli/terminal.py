"""What the terminal can show, and the options that overrule it."""

from __future__ import annotations

import os
import sys
from typing import Literal, TextIO

Color = Literal["auto", "always", "never"]

WIDTH, COLOR = "--width", "--color"
"""The options; they are looked for also where a command line cannot be read."""


def is_terminal(*, error: bool = False) -> bool:
    """Tell whether a person reads standard output, or standard error, as it comes."""
    stream: TextIO | None = sys.stderr if error else sys.stdout
    return stream is not None and stream.isatty()


def width(asked: int | None, *, error: bool = False) -> int | None:
    """Room for a line: what is asked for, or the terminal's width; no limit where there is no terminal."""
    if asked is None and is_terminal(error=error):
        import shutil

        return shutil.get_terminal_size().columns
    return asked


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
