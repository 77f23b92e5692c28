"""Where a command's results go and in which format, read from `--format` and `-o [FORMAT:]PATH`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from netcost.cli.choice import OneOf
from netcost.cli.output import STANDARD_OUTPUT, Misuse, place_of, spelled
from netcost.record import Record
from netcost.render import FORMATS, Format, formats_of
from netcost.wording import listed

CONVERTED = {".png": "-w 1200", ".pdf": "-f pdf"}
"""What is made of an SVG, and what converts it."""


class Target(Record):
    """A place to write to, and the format that belongs there."""

    format: str
    path: str


class FormatName(OneOf):
    """The name of one of a command's formats."""

    name = "format"

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(list(formats_of(command)))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the name of a format that the command has."""
        name = named(str(value), self.command)
        if not name:
            self.fail(no_format(value, self.command), param, ctx)
        return name


def parse_targets(texts: Sequence[str], command: str, asked: str, default: str) -> list[Target]:
    """Read `-o [FORMAT:]PATH` options; without any, there is standard output.

    Args:
        texts: what the user wrote.
        command: the command, by which formats are known.
        asked: the format of `--format`; empty if there is none.
        default: the format of standard output where nothing else is said.

    Raises:
        Misuse: a format is not known or contradicts another, or a file is named twice.
    """
    targets = [_parse_target(text, command, asked, default) for text in texts]
    known: dict[object, str] = {}
    for path in [target.path for target in targets]:
        place = place_of(path)
        if place in known and {path, known[place]} != {STANDARD_OUTPUT}:
            twice = f"`{path}` is" if path == known[place] else f"`{known[place]}` and `{path}` are one file,"
            raise Misuse(f"{twice} named twice by -o; each output needs a file of its own.")
        known[place] = path
    return targets or [Target(asked or default, STANDARD_OUTPUT)]


def _parse_target(text: str, command: str, asked: str, default: str) -> Target:
    """Read one `[FORMAT:]PATH`: a prefix names the format, else the suffix, else `--format`."""
    formats = formats_of(command)
    prefix, colon, path = text.partition(":")
    if colon and named(prefix, command):
        if not path.strip():
            raise Misuse(f"`{text}` names no file; write {prefix}:PATH, or {prefix}:- to print it.")
        return Target(named(prefix, command), spelled(path))
    if spelled(text) == STANDARD_OUTPUT:
        return Target(asked or default, STANDARD_OUTPUT)
    if colon and prefix in FORMATS:
        raise Misuse(no_format(prefix, command))
    suffix = os.path.splitext(text.rstrip(os.sep))[1].lower()  # noqa: PTH122
    found = _of_suffix(suffix, formats) or asked
    if not found:
        if colon and prefix.isalpha() and len(prefix) > 1:  # one letter is a drive
            raise Misuse(no_format(prefix, command))
        elsewhere = _of_suffix(suffix, FORMATS)
        if elsewhere:
            raise Misuse(f"`{text}` looks like {elsewhere}. {no_format(elsewhere, command)}")
        if suffix in CONVERTED:
            raise Misuse(_no_picture(text, suffix, command))
        ways = ", ".join(f"{name}:{text}" for name in formats)
        raise Misuse(f"The suffix of `{text}` tells no format; write one of {ways}.")
    if asked not in {found, ""}:
        raise Misuse(f"--format asks for {asked}, `{text}` looks like {found}; write {asked}:{text}.")
    return Target(found, text)


def _no_picture(path: str, suffix: str, command: str) -> str:
    """Say how a picture that is no SVG is made of one."""
    if "svg" not in formats_of(command):
        return f"`{path}` is made of SVG, as by rsvg-convert. {no_format('svg', command)}"
    drawn = f"{path[: -len(suffix)]}.svg"
    how = f"rsvg-convert {CONVERTED[suffix]} {drawn} -o {path}"
    return f"Pictures are written as SVG; write -o {drawn}, then make `{path}` with {how}."


def named(word: str, command: str) -> str:
    """The format of a command by its name, or by the suffix of its files: `md` is markdown; empty if there is none."""
    formats = formats_of(command)
    return word.lower() if word.lower() in formats else _of_suffix(f".{word.lower()}", formats)


def no_format(name: str, command: str) -> str:
    """Say that a command has no format of that name: which are there, and whose it is or what was likely meant."""
    formats = formats_of(command)
    there_are = ", ".join(formats)
    if name in FORMATS:
        owners = [f"`netcost {each}`" for each in FORMATS[name].commands]
        have = "have" if owners[1:] else "has"
        return f"Only {listed(owners)} {have} the format {name}; `netcost {command}` has {there_are}."
    from netcost.source.problem import nearest

    near = nearest(name, formats)
    return f"There is no format `{name}`; there are {there_are}." + (
        f" Did you mean `{near}`?" if near else ""
    )


def _of_suffix(suffix: str, formats: Mapping[str, Format]) -> str:
    """The first format whose files have the suffix; empty if there is none."""
    return next((name for name, each in formats.items() if suffix in each.suffixes), "")
