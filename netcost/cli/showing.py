"""The options that ask for more than plain tables: numbers of layers in their network, figures, and pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from netcost.cli.choice import Choice
from netcost.cli.output import STANDARD_OUTPUT, Misuse
from netcost.cli.printing import Printing
from netcost.cli.targets import Target
from netcost.record import replace
from netcost.render import CHARTS, chart_spellings
from netcost.report.in_network import FIGURES_KEY

SVG = "svg"
"""The format of pictures."""

Command = TypeVar("Command", bound=Callable[..., Any])


class _ShowOption(click.Option):
    """`--show`: what there is to show is looked up where it is asked for, or help is."""

    def _told(self) -> str:
        from netcost.report.layer_figures import SHOWN

        return f"Show more of each layer: {', '.join(SHOWN)}; and {FIGURES_KEY} of the network. Repeatable."

    def _set(self, given: str | None) -> None:
        """Accept that click sets it."""

    help = property(_told, _set)


def _all_words() -> Sequence[str]:
    from netcost.report.layer_figures import SHOWN

    return (*SHOWN, FIGURES_KEY)


def _words(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    """The words that are asked for, each once.

    Raises:
        click.BadParameter: there is no such word.
    """
    found = dict.fromkeys(word.strip() for text in given for word in text.split(","))
    known = _all_words() if found else ()
    for word in found:
        if word not in known:
            from netcost.source.problem import nearest
            from netcost.wording import listed

            near = nearest(word, known)
            hint = f"did you mean `{near}`?" if near else f"there are {listed(known, most=None)}."
            raise click.BadParameter(f"there is nothing to show called `{word}`; {hint}", context, parameter)
    return tuple(found)


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    del context, parameter
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{word}" for word in _all_words() if word.startswith(last)]


show_option = click.option(
    "--show",
    cls=_ShowOption,
    multiple=True,
    metavar="WORD,...",
    callback=_words,
    shell_complete=_complete,
)


def names_shown(words: Sequence[str]) -> list[str]:
    """The numbers of layers that some words ask for, in the order of reports."""
    if not words:
        return []
    from netcost.report.layer_figures import SHOWN

    return [name for word, names in SHOWN.items() if word in words for name in names]


bars_option = click.option("--bars", is_flag=True, help="Draw a column of bars beside the numbers of tables.")


def chart_option(kinds: Sequence[str] = tuple(CHARTS)) -> Callable[[Command], Command]:
    """Give a command the option that asks for a picture; it receives its name as `chart`, or None."""
    return click.option(
        "--chart",
        type=Choice(list(dict.fromkeys([*chart_spellings(kinds), *kinds]))),
        metavar="KIND[:METRIC]",
        help=f"Draw a picture as SVG: {', '.join(chart_spellings(kinds))}.",
    )


def drawn(printing: Printing, chart: str | None) -> Printing:
    """How to print a picture, if one is asked for: as SVG, where nothing else is said.

    Raises:
        Misuse: no output is of the format of pictures.
    """
    printed = [Target(SVG, STANDARD_OUTPUT)]
    targets = printed if chart and printing.usual else printing.targets
    if chart and all(target.format != SVG for target in targets):
        raise Misuse(
            f"--chart draws a picture, and no output takes one; write -o {chart.replace(':', '_')}.svg."
        )
    return replace(printing, targets=targets)
