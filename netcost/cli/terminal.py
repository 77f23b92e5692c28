"""What the terminal can show, and the options that overrule it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal, get_args

import click

from netcost.cli.output import STANDARD_OUTPUT, Output, Target
from netcost.render.view import View

Color = Literal["auto", "always", "never"]
TABLE = "table"
"""The format that is for terminals; all others are for programs."""

width_option = click.option(
    "--width",
    "asked_width",
    type=click.IntRange(min=1),
    metavar="N",
    help="Longest line.  [default: the terminal's]",
)
color_option = click.option(
    "--color", type=click.Choice(get_args(Color)), default="auto", show_default=True, help="Use colours."
)


def viewed(target: Target, render: Callable[[View], Iterable[str]], view: View, color: Color) -> Output:
    """Render an output; a table on standard output takes the shape that the terminal can show."""
    if target != Target(TABLE, STANDARD_OUTPUT):
        return Output(target.path, render(replace(view, color=color == "always")))
    seen = replace(view, width=width(view.width), color=has_color(color), ascii=not has_line_characters())
    return Output(target.path, render(seen), encoding=encoding())


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
