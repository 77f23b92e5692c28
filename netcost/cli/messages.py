"""What goes wrong, said on standard error: in colours and between the margins of a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from netcost import escape
from netcost.cli.output import STANDARD_OUTPUT_NAME, Failure, Misuse, discard_output
from netcost.cli.terminal import COLOR, WIDTH, has_color, width
from netcost.render.paint import painted, unpainted
from netcost.source.excerpt import Look, headed, told
from netcost.source.problem import SpecError
from netcost.wording import wrapped

NOTHING_ASKED = "NoArgsIsHelpError"
"""The error of click that is the help; the older of its versions lack it."""

DEFECT_NOTICE = (
    "This is a defect of netcost: please report it with the command line and the files. "
    "`--debug` shows where it happened."
)


def look(asked_width: int | None, color: str) -> Look:
    """How messages are to be shown on standard error."""
    return Look(width(asked_width, error=True), painted if has_color(color, error=True) else unpainted)


def look_of(args: Sequence[str]) -> Look:
    """The same, by the options of a command line that may be one that cannot be read."""
    asked = _last(args, WIDTH)
    color = _last(args, COLOR)
    return look(
        int(asked) if asked.isdecimal() and asked != "0" else None,
        color if color in {"always", "never"} else "auto",
    )


def _last(args: Sequence[str], option: str) -> str:
    """The last value that an option has; empty if it has none."""
    found = ""
    for index, given in enumerate(args):
        if given == "--":
            break
        name, equals, value = given.partition("=")
        if name == option:
            found = value if equals else next(iter(args[index + 1 : index + 2]), "")
    return found


def warn(warnings: Iterable[str], look: Look) -> None:
    """Say what is odd about a network; each warning says where."""
    for warning in warnings:
        place, mark, message = warning.partition(": warning: ")
        if mark:
            _say(headed(escape.terminal(place), "warning", escape.terminal(message), look))
        else:
            _say(wrapped(escape.terminal(warning), look.width))


def remark(text: str, look: Look) -> None:
    """Say what was done."""
    _say(wrapped(escape.terminal(text), look.width))


def report(error: BaseException, look: Look, *, debug: bool) -> None:
    """Say what went wrong; of several errors, each."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            report(each, look, debug=debug)
    elif isinstance(error, SpecError):
        click.echo(told(error.problems, error.sources, look), err=True, color=True)
    elif type(error).__name__ == NOTHING_ASKED and isinstance(error, click.ClickException):
        error.show()
    elif isinstance(error, click.ClickException):
        _say(_usage(error))
        _say(_failure(error, look))
    elif isinstance(error, OSError):
        _say(_headed(escape.terminal(_befallen(error)), look))
        discard_output()
    else:
        _say(_defect(error, look, debug=debug))


def _say(lines: Iterable[str]) -> None:
    """Write lines of which the parts are escaped."""
    for line in lines:
        click.echo(escape.log(line), err=True, color=True)


def _befallen(error: OSError) -> str:
    """What the system has to say: a disk that is full, a folder that was removed."""
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "the working folder is no more"
    why = error.strerror or str(error)
    return f"cannot write {error.filename}: {why}" if error.filename == STANDARD_OUTPUT_NAME else why


def _headed(message: str, look: Look) -> list[str]:
    """What follows `Error:`."""
    first, *rest = wrapped(message, look.width, "Error: ")
    return [look.paint("error", "Error:") + first[len("Error:") :], *rest]


def _failure(error: click.ClickException, look: Look) -> Iterator[str]:
    """The message; what it quotes from options and file names makes no line of its own."""
    if isinstance(error, click.MissingParameter):  # it has several lines, all its own
        first, *rest = error.format_message().splitlines()
        yield from _headed(first, look)
        yield from rest
        return
    lines = error.lines if isinstance(error, Failure) else (_message(error),)
    first, *rest = map(escape.terminal, lines)
    yield from _headed(first, look)
    for line in rest:
        yield from wrapped(line, look.width)


def _message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        from netcost.cli.words import no_option

        return no_option(error)
    return error.format_message()


def _usage(error: click.ClickException) -> Iterator[str]:
    """How the command is called, where it was not called so; values that are no good are another matter."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return
    is_value = isinstance(error, click.BadParameter) and not isinstance(error, click.MissingParameter)
    if is_value or isinstance(error, Misuse):
        return
    yield from error.ctx.get_usage().splitlines()
    yield f"Try '{error.ctx.command_path} {error.ctx.help_option_names[-1]}' for help."
    yield ""


def _defect(error: BaseException, look: Look, *, debug: bool) -> Iterator[str]:
    """What befell netcost itself."""
    if debug:
        from traceback import format_exception

        yield from map(escape.terminal, "".join(format_exception(error)).splitlines())
    yield escape.terminal(f"{type(error).__name__}: {error}")
    yield from wrapped(DEFECT_NOTICE, look.width)
