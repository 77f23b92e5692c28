"""The options that change what a model says, for a command or for one side of it; all from the table of overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from importlib import import_module
from typing import Any, TypeAlias

import click

from netcost.overrides import FLAG, LENGTHS, OVERRIDES, SETTINGS, Kind, Override, Overrides

Command: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Command], Command]

SIDES = ("a", "b")


DECLARED = "netcost.cli.declared"
OF_SPEC = {"variant": "complete_variant", "set": "complete_setting"}
"""The overrides whose words a spec declares, and what completes them."""

EVERY = list(OVERRIDES.values())
MODEL = [each for each in EVERY if not each.of_run]
"""What is changed about a model, however it is run."""

SWEPT = {
    "set": "Values of a parameter of the spec: width=0.25..2:0.05, kv=1,2,4,8. Repeatable.",
    "input": "Lengths of the input: 96..256:32 for every spatial length, or the number of tokens. Repeatable.",
    "batch": "Samples that pass through at once: 1..64:*2.",
    "dtype": "Number formats: float32,int8.",
    "variant": "Variants that the spec declares.",
    "dim": "Lengths of a free axis of a graph: seq=128..1024:*2. Repeatable.",
}
"""What may vary, and its help; the values are a range or a list."""

FIXED = [each for each in EVERY if each.name not in SWEPT]


def overriding(command: Command) -> Command:
    """Give a command the options that change what a model says; it receives them as `overrides`."""
    return _overriding(command, MODEL)


def overriding_run(command: Command) -> Command:
    """The same, with the options that say how the model is run."""
    return _overriding(command, EVERY)


def overriding_swept(command: Command) -> Command:
    """The options of many variants: what may vary arrives in `swept`, by its name, as it was written."""

    @wraps(command)
    def wrapped(**arguments: Any) -> Any:
        swept = {name: arguments.pop(_argument(name, "")) for name in SWEPT}
        return command(swept=swept, overrides=_taken(arguments, FIXED), **arguments)

    options = [_swept(OVERRIDES[name]) for name in SWEPT]
    return _with_options(wrapped, [*options, *map(_option, FIXED)])


def _swept(override: Override) -> Decorator:
    name = override.metavar.partition("=")
    metavar = f"{name[0]}=VALUES" if override.kind is SETTINGS else "VALUES"
    return click.option(
        override.option,
        _argument(override.name, ""),
        metavar="[NAME=]LENGTHS" if override.kind is LENGTHS else metavar,
        multiple=True,
        help=SWEPT[override.name],
    )


def _overriding(command: Command, table: Sequence[Override]) -> Command:
    @wraps(command)
    def wrapped(**arguments: Any) -> Any:
        return command(overrides=_taken(arguments, table), **arguments)

    return _with_options(wrapped, map(_option, table))


def sided(command: Command) -> Command:
    """Give a command the options that hold for one side, also of how it is run; it receives both as `sides`."""

    @wraps(command)
    def wrapped(**arguments: Any) -> Any:
        return command(sides=[_taken(arguments, EVERY, side) for side in SIDES], **arguments)

    return _with_options(wrapped, [_option(each, side) for side in SIDES for each in EVERY])


def _with_options(command: Command, options: Iterable[Decorator]) -> Command:
    for option in reversed(list(options)):
        command = option(command)
    return command


def _option(override: Override, side: str = "") -> Decorator:
    is_flag = override.kind is FLAG
    facts: dict[str, Any] = {"is_flag": True} if is_flag else {"type": _reader(override.kind)}
    return click.option(
        override.option + (f"-{side}" if side else ""),
        _argument(override.name, side),
        metavar=override.metavar or None,
        multiple=override.kind.repeatable,
        help=f"As {override.option}, for {side.upper()} alone." if side else override.help,
        shell_complete=partial(_complete, override, side),
        **facts,
    )


def _argument(name: str, side: str) -> str:
    """What click calls the value; no argument of a command has such a name."""
    return f"override_{name}_{side}"


def _reader(kind: Kind) -> Callable[[str], Any]:
    """What reads the text of an option."""

    def value(text: str) -> Any:
        try:
            return kind.read(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return value


def _complete(
    override: Override, side: str, ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[Any]:
    """Complete the words of an override: those it always has, those of the spec, or files."""
    del param
    if override.name in OF_SPEC:
        complete = getattr(import_module(DECLARED), OF_SPEC[override.name])
        return list(complete(ctx, side, incomplete))
    if override.below:
        from click.shell_completion import CompletionItem

        files = [CompletionItem(incomplete, type="file")]
        return [*files, *(CompletionItem(word) for word in override.words() if word.startswith(incomplete))]
    return [word for word in override.words() if word.startswith(incomplete)]


def _taken(arguments: dict[str, Any], table: Sequence[Override], side: str = "") -> Overrides:
    """Take the overrides out of a command's arguments; of an option given several times, all count."""
    found = Overrides()
    for override in table:
        given = arguments.pop(_argument(override.name, side))
        for value in filter(None, given if override.kind.repeatable else [given]):
            found |= {override.name: value}
    return found
