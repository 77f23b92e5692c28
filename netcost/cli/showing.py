"""The option that asks for more than every report has: numbers of layers in their network, and figures."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost.report.figures import FIGURES_KEY
from netcost.report.layer_figures import SHOWN
from netcost.source.problem import nearest
from netcost.wording import listed

WORDS = (*SHOWN, FIGURES_KEY)


def _words(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """The words that are asked for, each once.

    Raises:
        click.BadParameter: there is no such word.
    """
    found = dict.fromkeys(word.strip() for text in given for word in text.split(","))
    for word in found:
        if word not in WORDS:
            near = nearest(word, WORDS)
            hint = f"did you mean `{near}`?" if near else f"there are {listed(WORDS, most=None)}."
            raise click.BadParameter(f"there is nothing to show called `{word}`; {hint}", context, parameter)
    return tuple(found)


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    del context, parameter
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{word}" for word in WORDS if word.startswith(last)]


show_option = click.option(
    "--show",
    multiple=True,
    metavar="WORD,...",
    callback=_words,
    shell_complete=_complete,
    help=f"Show more of each layer: {', '.join(SHOWN)}; and {FIGURES_KEY} of the network. Repeatable.",
)


def names_shown(words: Sequence[str]) -> list[str]:
    """The numbers of layers that some words ask for, in the order of reports."""
    return [name for word, names in SHOWN.items() if word in words for name in names]
