"""What commands share that read networks: the SPEC argument, and how it is read."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from netcost import escape, frontends, zoo
from netcost.cli.output import Misuse
from netcost.language.work import Work
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.files import read_all
from netcost.source.problem import SpecError
from netcost.source.read_document import unreadable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

STANDARD_INPUT = "-"
MANY = 20
"""Specs that are read without a progress bar."""

Result = TypeVar("Result")


def complete_spec(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete specs of the working folder and bundled names; leave other files to the shell."""
    from click.shell_completion import CompletionItem

    del ctx, param
    here = [name for name in frontends.models_in() if name == escape.terminal(name)]
    names = [CompletionItem(name) for name in (*here, *zoo.networks()) if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *names]


def complete_ref(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the branches and tags of the repository; none where git has no say."""
    from netcost.cli.git import git

    del ctx, param
    try:
        told = git("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    except OSError:
        return []
    names = told.stdout.decode(errors="replace").splitlines()
    return [name for name in names if name.startswith(incomplete) and name == escape.terminal(name)]


run_code_option = click.option(
    "--run-code", is_flag=True, help="Run the files of code that a budget names, as net.py:Net."
)

depth_option = click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="Fold layers of blocks to N levels of their names.",
)


def read(spec: str, overrides: Overrides = NO_OVERRIDES, *, work: Work | None = None) -> Network:
    """Read a network that the command line names: a file or another stream, a bundled one, or standard input.

    `work` counts what it asks for, in place of a count of the usual size.

    Raises:
        SpecError: the spec is faulty, or there is none.
    """
    if spec != STANDARD_INPUT:
        return zoo.load(spec, overrides, stream=True, run_code=True, work=work)
    if sys.stdin is not None and sys.stdin.isatty():
        click.echo("Waiting for a model on standard input; Ctrl-D ends it.", err=True)
    try:
        data = read_all(sys.stdin.buffer, frontends.MAX_STREAMED) if sys.stdin else b""
    except OSError as error:
        raise unreadable("<stdin>", error) from None
    return frontends.load(frontends.Source("<stdin>", data), overrides, work=work)


def read_each(
    specs: Sequence[str], read_one: Callable[[str], Result]
) -> tuple[list[Result], list[SpecError]]:
    """Read several specs; a faulty one does not keep the others from being read.

    On a terminal, a long run shows a progress bar on standard error.

    Returns:
        What `read_one` made of each spec that is sound, and the errors of the others.
    """
    if list(specs).count(STANDARD_INPUT) > 1:
        raise Misuse("Standard input can be read only once.")
    results: list[Result] = []
    errors: list[SpecError] = []
    for spec in _with_progress(specs):
        try:
            results.append(read_one(spec))
        except SpecError as error:
            errors.append(error)
    return results, errors


def raise_all(errors: Sequence[Exception]) -> None:
    """Let whoever called the command tell every error, now that what is sound is told.

    Raises:
        ExceptionGroup: there are errors.
    """
    if errors:
        raise ExceptionGroup("faulty models", errors)


def _with_progress(specs: Sequence[str]) -> Iterable[str]:
    if len(specs) <= MANY or sys.stderr is None or not sys.stderr.isatty():
        return specs
    from rich.console import Console
    from rich.progress import track

    return track(specs, "Reading networks", console=Console(stderr=True), transient=True)
