"""What the terminal can show, and the options that overrule it."""

from __future__ import annotations

import os
import sys
from typing import Literal, get_args

Color = Literal["auto", "always", "never"]
COLORS: tuple[Color, ...] = get_args(Color)


def is_terminal() -> bool:
    """Tell whether a person reads standard output as it comes."""
    return sys.stdout is not None and sys.stdout.isatty()


def width(asked: int | None) -> int | None:
    """Room for a line: what is asked for, or the terminal's width; no limit where there is no terminal."""
    if asked is None and is_terminal():
        import shutil

        return shutil.get_terminal_size().columns
    return asked


def has_color(asked: Color) -> bool:
    """Tell whether to colour: as asked, or by NO_COLOR, FORCE_COLOR, TERM and whether there is a terminal."""
    if asked != "auto":
        return asked == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def encoding() -> str:
    """Tell how standard output turns characters into bytes."""
    return (sys.stdout is not None and sys.stdout.encoding) or "utf-8"


def has_line_characters() -> bool:
    """Tell whether standard output can draw lines; only UTF-8 can for sure."""
    import codecs

    return codecs.lookup(encoding()).name == "utf-8"
