"""`netcost layers`: the layer types, from their declarations."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from netcost.cli.help import Formatter
from netcost.cli.printing import TEXT, Printing, page_width, printing
from netcost.language.item_keys import ITEM_KEYS
from netcost.layers import HEADS, all_types, family_of, find
from netcost.layers.layer import Declared, Layer
from netcost.render import Screen
from netcost.render.listing import LayerTypes
from netcost.wording import written

LABEL = re.compile(r"([A-Z][a-z]+): ")


def complete_head(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the words of all layer types."""
    del ctx, param
    return [head for head in HEADS if head.startswith(incomplete)]


def known_head(text: str) -> str:
    """Accept the word of a layer type.

    Raises:
        click.BadParameter: there is none; the message names the one that was likely meant.
    """
    if text in HEADS:
        return text
    from netcost.language.spellings import is_foreign, kind_of

    if is_foreign(text) and kind_of(text) is None:
        raise click.BadParameter(
            f"`{text}` stands for other layers, those that it is made of or that it holds."
        )
    if kind_of(text) is None:
        from netcost.source.problem import nearest

        near = nearest(text, HEADS)
        hint = f"Did you mean `{near}`?" if near else "`netcost layers` lists them all."
        raise click.BadParameter(f"There is no layer type `{text}`. {hint}")
    return text


@click.command
@click.argument("head", metavar="[TYPE]", type=known_head, required=False, shell_complete=complete_head)
@printing("layers", TEXT)
def command(head: str | None, *, printing: Printing) -> None:
    """List the layer types, or describe one.

    TYPE is a layer type, or another word for it: `conv`, `conv2d`, `dense`. Its page shows how to write it, its
    fields with defaults and other spellings, what it does to shapes, what it costs, and who says so.
    """

    def page(screen: Screen) -> str:
        formatter = Formatter(width=page_width(screen))
        if head is None:
            _write_list(formatter, quiet=screen.quiet)
        else:
            _write_page(formatter, head)
        return formatter.getvalue()

    listed = _types if head is None else _fields
    printing.write(LayerTypes(*listed(head or ""), page))


def _types(_: str) -> tuple[str, Sequence[str], Sequence[Sequence[str | None]]]:
    """The layer types as a list."""
    rows = [(kind.type, family_of(kind.type), _summary(kind.__doc__)) for kind in all_types()]
    return f"{len(rows)} layer types", ("type", "family", "summary"), rows


def _fields(head: str) -> tuple[str, Sequence[str], Sequence[Sequence[str | None]]]:
    """The fields of a layer type as a list."""
    kind = _kind_of(head)
    rows = [
        (
            each.name,
            ", ".join(each.aliases),
            None if each.required or each.default in {None, ""} else written(each.default),
            "yes" if each.required else "no",
            f"{each.help}; {each.type.described}",
        )
        for each in _by_weight(kind)
    ]
    return f"{kind.type}: {_summary(kind.__doc__)}", ("field", "also", "default", "required", "help"), rows


def _kind_of(head: str) -> type[Layer]:
    from netcost.language.spellings import kind_of

    return kind_of(head) or find(head)[0]


def _write_list(formatter: Formatter, *, quiet: bool) -> None:
    """Every layer type with its one line, by family."""
    types = all_types()
    column = max(len(kind.type) for kind in types)
    for family in dict.fromkeys(map(family_of, HEADS)):
        members = [kind for kind in types if family_of(kind.type) == family]
        with formatter.section(_summary(inspect.getdoc(sys.modules[f"netcost.layers.{family}"])).rstrip(".")):
            formatter.write_dl([(kind.type.ljust(column), _summary(kind.__doc__)) for kind in members])
    if not quiet:
        formatter.write_paragraph()
        formatter.write_text("`netcost layers TYPE` describes one of them.")


def _write_page(formatter: Formatter, head: str) -> None:
    """How to write a layer type, its fields, and what its declaration says of it."""
    kind = _kind_of(head)
    summary, *facts = _paragraphs(kind)
    formatter.write_text(f"{kind.type}: {summary}")
    formatter.write_paragraph()
    formatter.write_text(f"    - {example(kind)}")
    fields = [*map(_field, _by_weight(kind)), *_further_keys(kind)]
    if fields:
        with formatter.section("Fields"):
            formatter.write_dl(fields)
    if kind.spellings:
        with formatter.section("Also written"):
            formatter.write_dl([(other, _implied(fields)) for other, fields in kind.spellings.items()])
    foreign = list(_foreign(kind))
    if foreign:
        with formatter.section("In the words of PyTorch and Keras"):
            formatter.write_dl(foreign)
    for fact in (*facts, f"Every item may also have {', '.join(ITEM_KEYS)}."):
        formatter.write_paragraph()
        formatter.write_text(fact)


def example(kind: type[Layer]) -> str:
    """Write an item of a spec with the fields that are required, or that nothing stands in for."""
    given = {
        each.name: each.example
        for each in kind.fields.values()
        if each.required or (each.name == kind.primary and each.default is None)
    }
    least, _ = kind.arity
    value = f"[{', '.join(('prev', 'other')[:least])}]" if least > 1 else given.pop(kind.primary, "")
    entries = [f"{kind.type}: {value}" if value else kind.type]
    entries += [f"{name}: {text}" for name, text in given.items()]
    entries += [f"{name}: other" for name in kind.needed_inputs]
    return entries[0] if len(entries) == 1 else f"{{{', '.join(entries)}}}"


def _paragraphs(kind: type[Layer]) -> list[str]:
    """The docstring's summary, then each of its facts in one line."""
    summary, _, rest = (inspect.getdoc(kind) or "").partition("\n\n")
    facts: list[str] = []
    for line in rest.splitlines():
        if LABEL.match(line) or not facts:
            facts.append(line)
        else:
            facts[-1] += f" {line.strip()}"
    return [" ".join(summary.split()), *facts]


def _by_weight(kind: type[Layer]) -> list[Declared]:
    """The fields, the head's own first, then those that are required."""
    return sorted(kind.fields.values(), key=lambda each: (each.name != kind.primary, not each.required))


def _field(field: Declared) -> tuple[str, str]:
    """A field's spellings, and what it means."""
    symbol = f"{field.symbol}: " if field.symbol else ""
    if field.required:
        rest = "required"
    elif field.default in {None, ""}:
        rest = "optional"
    else:
        rest = f"default: {written(field.default)}"
    return ", ".join((field.name, *field.aliases)), f"{symbol}{field.help}; {field.type.described}.  [{rest}]"


def _further_keys(kind: type[Layer]) -> Iterator[tuple[str, str]]:
    """The keys that an item of the layer type may have besides its fields."""
    for name in kind.named_inputs:
        yield name, "a further input: the name of an earlier item."
    if kind.followable:
        yield (
            "norm, act",
            "the normalisation and the activation that follow; a norm takes the place of the bias, unless that is written.",
        )


def _foreign(kind: type[Layer]) -> Iterator[tuple[str, str]]:
    """What the frameworks call the layer type, and what their arguments mean that are no fields."""
    from netcost.language.frameworks import QUIET_ENDS, Claim, Without
    from netcost.language.spellings import calls_of, meaning_of, words_of

    names: dict[str, list[str]] = {}
    for each in calls_of(kind.type):
        names.setdefault(each.framework, []).append(each.name)
    for framework, own in names.items():
        yield framework, f"{', '.join(own)}."
    meanings = {
        word: meaning_of(word)
        for word in sorted(words_of(kind.type))
        if word not in kind.spelled and word not in ITEM_KEYS and not word.endswith(QUIET_ENDS)
    }
    checked = [word for word, meaning in meanings.items() if isinstance(meaning, Claim)]
    refused = [word for word, meaning in meanings.items() if isinstance(meaning, Without) and meaning.reason]
    quiet = [
        word for word, meaning in meanings.items() if isinstance(meaning, Without) and not meaning.reason
    ]
    for what, words in (
        ("no effect on any count", quiet),
        ("checked against the input", checked),
        ("refused where it has an effect", refused),
    ):
        if words:
            yield what, f"{', '.join(words)}."


def _implied(fields: Mapping[str, object]) -> str:
    return ", ".join(f"{name}: {written(value)}" for name, value in fields.items()) or "the same"


def _summary(doc: str | None) -> str:
    return (doc or "").partition("\n")[0]
