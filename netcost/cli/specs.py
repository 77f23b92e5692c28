"""What commands share that read networks: the SPEC argument, and the options that change what it says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from netcost import escape, frontends, zoo
from netcost.dtypes import BITS
from netcost.network import Network
from netcost.source.files import read_all
from netcost.spec.load import NO_OVERRIDES, Overrides
from netcost.spec.problem import SpecError
from netcost.spec.read_document import MAX_BYTES, unreadable
from netcost.spec.scalar import MAX_DIGITS, shortened

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

STANDARD_INPUT = "-"
MANY = 20
"""Specs that are read without a progress bar."""

Command = TypeVar("Command", bound=Callable[..., Any])
Result = TypeVar("Result")


def complete_spec(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete specs of the working folder and bundled names; leave other files to the shell."""
    from click.shell_completion import CompletionItem

    del ctx, param
    here = [name for name in frontends.models_in() if name == escape.terminal(name)]
    names = [CompletionItem(name) for name in (*here, *zoo.networks()) if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *names]


def complete_dtype(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the number formats."""
    del ctx, param
    return [name for name in BITS if name.startswith(incomplete)]


def lengths(text: str) -> tuple[int, ...]:
    """Read the axis lengths of one sample, `3,192,192`.

    Raises:
        click.BadParameter: something else than whole numbers with commas between them.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(map(_is_count, parts)):
        raise click.BadParameter(f"`{shortened(text)}` is no list of lengths; write them as in 3,192,192.")
    return tuple(map(int, parts))


def samples(text: str) -> int:
    """Read how many samples pass through at once.

    Raises:
        click.BadParameter: something else than a whole number of at least 1.
    """
    if not _is_count(text):
        raise click.BadParameter(f"`{shortened(text)}` is no whole number of at least 1.")
    return int(text)


def _is_count(text: str) -> bool:
    """Tell whether a text is a whole number of at least 1, in decimal digits and nothing else."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and int(text) > 0


def setting(text: str) -> tuple[str, str]:
    """Split `width=0.5` into the parameter of a spec and the text of its value.

    Raises:
        click.BadParameter: the text is not of this form.
    """
    name, _, value = text.partition("=")
    if not (name.strip() and value.strip()):
        raise click.BadParameter(f"`{text}` is not of the form name=value.")
    return name, value


OVERRIDES = (
    click.option("--variant", metavar="NAME", default="", help="Take a variant that the spec declares."),
    click.option(
        "--set",
        "params",
        type=setting,
        multiple=True,
        metavar="NAME=VALUE",
        help="Set a parameter of the spec. Repeatable.",
    ),
    click.option("--input", type=lengths, metavar="3,192,192", help="Change the input size."),
    click.option("--batch", type=samples, metavar="N", help="Samples that pass through at once."),
    click.option(
        "--dtype",
        default="",
        metavar="DTYPE",
        shell_complete=complete_dtype,
        help="Number format, or weights/activations: int8/float16.",
    ),
)


depth_option = click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fold layers of blocks to N levels of their names.",
)


def overriding(command: Command) -> Command:
    """Give a command the options that change what a spec says; it receives them as `overrides`."""

    @wraps(command)
    def wrapped(
        *,
        variant: str,
        params: Sequence[tuple[str, str]],
        input: tuple[int, ...] | None,  # noqa: A002
        batch: int | None,
        dtype: str,
        **rest: Any,
    ) -> Any:
        return command(overrides=Overrides(dict(params), variant, input or (), batch, dtype), **rest)

    for option in reversed(OVERRIDES):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def read(spec: str, overrides: Overrides = NO_OVERRIDES) -> Network:
    """Read a network that the command line names: a file or another stream, a bundled one, or standard input.

    Raises:
        SpecError: the spec is faulty, or there is none.
    """
    if spec != STANDARD_INPUT:
        return zoo.load(spec, overrides, stream=True)
    try:
        data = read_all(sys.stdin.buffer, MAX_BYTES) if sys.stdin else b""
    except OSError as error:
        raise unreadable("<stdin>", error) from None
    return frontends.load(frontends.Source("<stdin>", data), overrides)


def read_each(
    specs: Sequence[str], read_one: Callable[[str], Result]
) -> tuple[list[Result], list[SpecError]]:
    """Read several specs; a faulty one does not keep the others from being read.

    On a terminal, a long run shows a progress bar on standard error.

    Returns:
        What `read_one` made of each spec that is sound, and the errors of the others.
    """
    if list(specs).count(STANDARD_INPUT) > 1:
        raise click.UsageError("Standard input can be read only once.")
    results: list[Result] = []
    errors: list[SpecError] = []
    for spec in _with_progress(specs):
        try:
            results.append(read_one(spec))
        except SpecError as error:
            errors.append(error)
    return results, errors


def _with_progress(specs: Sequence[str]) -> Iterable[str]:
    if len(specs) <= MANY or sys.stderr is None or not sys.stderr.isatty():
        return specs
    from rich.console import Console
    from rich.progress import track

    return track(specs, "Reading networks", console=Console(stderr=True), transient=True)
