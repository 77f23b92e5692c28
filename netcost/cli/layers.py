"""`netcost layers`: the layer types, from their declarations."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping

import click
from click.shell_completion import CompletionItem

from netcost.layers import FAMILIES, HEADS, all_types, find
from netcost.layers.base import Declared, Layer, written

LABEL = re.compile(r"([A-Z][a-z]+): ")


class Head(click.ParamType):
    """A word that a layer item of a spec may begin with."""

    name = "type"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Accept the word of a layer type, or fail with the one that was likely meant."""
        if value in HEADS:
            return value
        from netcost.spec.problem import nearest

        near = nearest(value, HEADS)
        hint = f"Did you mean `{near}`?" if near else "`netcost layers` lists them all."
        self.fail(f"there is no layer type `{value}`. {hint}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete the words of all layer types."""
        del ctx, param
        return [CompletionItem(head) for head in HEADS if head.startswith(incomplete)]


@click.command
@click.argument("head", metavar="[TYPE]", type=Head(), required=False)
def command(head: str | None) -> None:
    """List the layer types, or describe one.

    TYPE is a layer type, or another word for it: `conv`, `conv2d`, `dense`. Its page shows how to write it, its
    fields with defaults and other spellings, what it does to shapes, what it costs, and who says so.
    """
    formatter = click.HelpFormatter(max_width=100)
    if head is None:
        _write_list(formatter)
    else:
        _write_page(formatter, head)
    click.echo(formatter.getvalue(), nl=False)


def _write_list(formatter: click.HelpFormatter) -> None:
    """Every layer type with its one line, by family."""
    types = all_types()
    column = max(len(kind.type) for kind in types)
    for family in FAMILIES:
        members = [kind for kind in types if HEADS[kind.type] == family]
        with formatter.section(_summary(inspect.getdoc(sys.modules[f"netcost.layers.{family}"])).rstrip(".")):
            formatter.write_dl([(kind.type.ljust(column), _summary(kind.__doc__)) for kind in members])
    formatter.write_paragraph()
    formatter.write_text("`netcost layers TYPE` describes one of them.")


def _write_page(formatter: click.HelpFormatter, head: str) -> None:
    """How to write a layer type, its fields, and what its declaration says of it."""
    kind, _ = find(head)
    formatter.write_text(f"{kind.type}: {_summary(kind.__doc__)}")
    with formatter.section("Example"):
        formatter.write_text(example(kind))
    if kind.heads:
        with formatter.section("Also written"):
            formatter.write_dl([(other, _implied(kind, fields)) for other, fields in kind.heads.items()])
    with formatter.section("Fields"):
        formatter.write_dl(
            [(", ".join((each.name, *each.aliases)), _described(each)) for each in kind.fields.values()]
        )
    ...


def _summary(doc: str | None) -> str:
    return (doc or "").partition("\n")[0]
