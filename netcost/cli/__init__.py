"""The command line: commands by name, and every way in which a run may end.

A command is a file of this package with a `click.Command` called `command`, and a line of `COMMANDS`. It is
imported when it is called, not before, and may return an exit code.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import pairwise

import click

from netcost import __version__
from netcost.cli.output import Misuse, discard_output, flush_output, prepare_output

COMMANDS: Mapping[str, str] = {
    "analyze": "Print what networks cost, layer by layer.",
    "memory": "Add up what networks take while they run, or in training.",
    "explain": "Derive the numbers of a layer, a block or a network.",
    "check": "Hold networks to a budget.",
    "sweep": "Work out many variants of a network, and show the best.",
    "solve": "Find the largest parameter within limits.",
    "diff": "Compare two networks, layer by layer.",
    "budget": "Write or tighten a budget file.",
    "convert": "Write a network, whatever it was read from, as a spec.",
    "models": "List the bundled networks, or tell all about one.",
    "init": "Write a spec to start from.",
    "formats": "List what models may be written in.",
    "layers": "List the layer types, or describe one.",
    "schema": "Print the JSON Schema of a spec, a budget or a report.",
    "completion": "Print the script that completes commands in a shell.",
}
"""Each command and its first line of help."""

FAULTY = 2
DEFECT = 3
INTERRUPTED = 130
BROKEN_PIPE = 141

ASKING = "_NETCOST_COMPLETE"
"""The environment variable by which a shell asks what a line may go on with."""


class Context(click.Context):
    """What click knows of a command that is called."""

    def make_formatter(self) -> click.HelpFormatter:
        """What sets the page of help."""
        from netcost.cli.help import Formatter

        return Formatter(width=self.terminal_width, max_width=self.max_content_width)


class Commands(click.Group):
    """A group that knows its commands by name and imports only the one that is called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        return _imported(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called.

        Raises:
            Misuse: there is none of that name; the message names the one that was likely meant.
        """
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from netcost.cli.words import no_command

        raise no_command(name, COMMANDS, "netcost", ctx)


def _asking(names: Sequence[str], answer: Callable[[click.Context], str], help: str) -> click.Option:  # noqa: A002
    """An option that prints an answer and ends the run.

    Those of click look among the files of the system for a translation of their help, every time.
    """

    def tell(ctx: click.Context, param: click.Parameter, asked: bool) -> None:
        del param
        if asked and not ctx.resilient_parsing:
            click.echo(answer(ctx), color=ctx.color)
            ctx.exit()

    return click.Option(names, is_flag=True, expose_value=False, is_eager=True, callback=tell, help=help)


HELP_NAMES = ["-h", "--help"]
HELP = _asking(HELP_NAMES, click.Context.get_help, "Show this message and exit.")
VERSION = _asking(
    ["-V", "--version"], lambda _: f"netcost, version {__version__}", "Show the version and exit."
)


@cache
def _imported(name: str) -> click.Command:
    """Import a command and let it take `--debug` too, where people write it."""
    command: click.Command = import_module(f"netcost.cli.{name}").command
    debug = click.Option(["--debug"], is_flag=True, expose_value=False, hidden=True)
    command.params.append(debug)
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    for each in (command, *inner):
        each.context_class = Context
        each.params.append(HELP)
    return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": HELP_NAMES},
    epilog="`netcost COMMAND --help` tells more. Bundled networks need no file: try `netcost analyze alexnet`.",
    params=[
        VERSION,
        click.Option(["--debug"], is_flag=True, help="Show the traceback of a defect."),
        HELP,
    ],
)
def netcost(debug: bool) -> None:
    """Tell what a neural network costs: shapes, memory, parameters, operations."""
    del debug  # `main` reads it off the command line, to know it when the parsing itself fails


def main(args: Sequence[str]) -> int:
    """Run a command line; results go to standard output, messages to standard error.

    Returns:
        The exit code: 0 fine, 1 a check failed, 2 could not tell, 3 a defect of netcost; 130 interrupted, or
        whatever an interrupt carries.
    """
    prepare_output()
    try:
        code = _invoke(list(args))
        flush_output()
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        discard_output()
        return BROKEN_PIPE
    except KeyboardInterrupt as stopped:
        with suppress(OSError):  # what is half printed ends here, whoever reads it
            discard_output()
        return stopped.args[0] if stopped.args else INTERRUPTED
    except Exception as error:  # noqa: BLE001
        with suppress(OSError):  # nobody reads standard error
            _report(error, args)
        return FAULTY if _is_told(error) else DEFECT
    return code


def _invoke(args: list[str]) -> int:
    """Run a command line, or answer the shell that asks how it could go on."""
    asked = os.environ.get(ASKING)
    if asked:
        from netcost.cli.shells import answer

        click.echo(answer(asked, netcost, ASKING))
        return 0
    _refuse_empty(args)
    args = _with_options(args)
    try:
        with netcost.make_context("netcost", args) as context:
            return int(netcost.invoke(context) or 0)
    except click.exceptions.Exit as end:  # --help and --version
        return end.exit_code


def _with_options(args: list[str]) -> list[str]:
    """The arguments with options in place of `help`, `help COMMAND` and `version`."""
    if args[:1] == ["version"]:
        return ["--version", *args[1:]]
    return [*args[1:], "--help"] if args[:1] == ["help"] else args


def _refuse_empty(args: Sequence[str]) -> None:
    """Refuse a blank argument, and an option with a blank value, whatever command it is for.

    Nothing takes one. It comes from a variable that is not set, and would switch off what was asked for.

    Raises:
        Misuse: there is one.
    """
    options = True
    for before, given in pairwise(("netcost", *args)):
        options = options and before != "--"
        after, value = before, given
        if options and given.startswith("--") and "=" in given:
            after, _, value = given.partition("=")
        if not value.strip():
            raise Misuse(f"The value after `{after}` is empty; is it a variable that is not set?")


def _is_told(error: Exception) -> bool:
    """Tell what can go wrong without a defect of netcost; an OSError that gets here is a full disk or the like."""
    from netcost.source.problem import SpecError

    if isinstance(error, ExceptionGroup):
        return all(map(_is_told, error.exceptions))
    return isinstance(error, (click.ClickException, SpecError, OSError))


def _report(error: Exception, args: Sequence[str]) -> None:
    """Say on standard error what went wrong."""
    from netcost.cli.messages import look_of, report

    report(error, look_of(args), debug="--debug" in args)
