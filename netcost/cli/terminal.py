"""What the terminal can show, and the options that overrule it."""

from __future__ import annotations

import os
import sys
from typing import Literal, get_args

import click

from netcost.cli.choice import Choice
from netcost.cli.output import STANDARD_OUTPUT, Output
from netcost.cli.targets import Target
from netcost.render import FORMATS, Content, Screen, render

Color = Literal["auto", "always", "never"]
TABLE = "table"
"""The format of standard output where nothing else is said."""

width_option = click.option(
    "--width",
    "asked_width",
    type=click.IntRange(min=1),
    metavar="N",
    help="Longest line.  [default: the terminal's]",
)
color_option = click.option(
    "--color", type=Choice(get_args(Color)), default="auto", show_default=True, help="Use colours."
)


def rendered(
    content: Content, target: Target, asked_width: int | None = None, color: Color = "auto"
) -> Output:
    """Render an output; what a person reads on standard output takes the shape that the terminal can show."""
    if target.path != STANDARD_OUTPUT or not FORMATS[target.format].read_at_terminal:
        plain = Screen(width=asked_width, color=color == "always")
        return Output(target.path, render(content, target.format, plain))
    seen = Screen(width=width(asked_width), color=has_color(color), ascii=not has_line_characters())
    return Output(target.path, render(content, target.format, seen), encoding=encoding())


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
