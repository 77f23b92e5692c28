"""The option that asks for more than every report has: numbers of layers in their network, and figures."""

from __future__ import annotations

from collections.abc import Sequence

import click

from netcost.report.in_network import FIGURES_KEY


class ShowOption(click.Option):
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
    for word in found:
        known = _all_words()
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
    cls=ShowOption,
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
