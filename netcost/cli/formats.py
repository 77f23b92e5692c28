"""`netcost formats`: what models may be written in."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost.cli.help import Formatter
from netcost.cli.printing import TEXT, Printing, page_width, printing
from netcost.frontends import FORMATS, Format
from netcost.render import Screen
from netcost.render.listing import ReadFormats

HEADS = ("format", "read", "suffixes", "mark", "about")


@click.command
@printing("formats", TEXT)
def command(*, printing: Printing) -> None:
    """List what models may be written in.

    Of each format, whose it is, how its files are recognised, and what to do with those that are not read. Every
    command takes any of them where it takes a SPEC.
    """
    rows = [_row(each) for each in FORMATS]
    printing.write(ReadFormats(f"{len(rows)} formats", HEADS, rows, _page))


def _row(each: Format) -> Sequence[str]:
    return each.name, "yes" if each.module else "no", ", ".join(each.suffixes), each.mark, each.about


def _page(screen: Screen) -> str:
    formatter = Formatter(width=page_width(screen))
    with formatter.section("Read"):
        formatter.write_dl([_entry(each) for each in FORMATS if each.module])
    with formatter.section("Not read"):
        formatter.write_dl([_entry(each) for each in FORMATS if not each.module])
    if not screen.quiet:
        formatter.write_paragraph()
        formatter.write_text(
            "A file is recognised by its content, in this order; its suffix only breaks ties. None of them needs the "
            "framework that wrote it, but code, which is run with the torch of the environment that netcost runs in."
        )
    return formatter.getvalue()


def _entry(each: Format) -> tuple[str, str]:
    """Its name with the usual suffixes; whose it is and its mark."""
    suffixes = f" ({', '.join(each.suffixes)})" if each.suffixes else ""
    return f"{each.name}{suffixes}", f"{each.about}. Known by {each.mark}."
