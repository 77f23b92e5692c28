"""Where results go: standard output, or files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO

import click

from netcost.record import Record, replace
from netcost.source.files import reason

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from netcost.cli.draft import Draft

STANDARD_OUTPUT = "-"
STANDARD_OUTPUT_NAME = "standard output"
SPELLINGS = {STANDARD_OUTPUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}
"""What else it is called; opened by those names, it would be written beside what is still buffered."""


class AnyPath(click.types.StringParamType):
    """Any path: shells complete files for it, and whoever opens it says what is wrong with it.

    That of click looks for the file, and for a translation of its own name.
    """

    name = "path"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Leave it to the shell."""
        from click.shell_completion import CompletionItem

        del ctx, param
        return [CompletionItem(incomplete, type="file")]


A_FILE = AnyPath()


class Failure(click.ClickException):
    """What went wrong, in one line, and on further lines what to do."""

    def __init__(self, message: str, *advice: str) -> None:
        super().__init__("\n".join([message, *advice]))
        self.lines = (message, *advice)


class Misuse(click.UsageError):
    """What was asked for does not go together, though the command was called as it should be."""


def spelled(path: str) -> str:
    """The path of an output, with one spelling for standard output.

    Raises:
        Misuse: it is empty.
    """
    if not path.strip():
        raise Misuse("-o names no file; write -o PATH, or -o - to print it.")
    return STANDARD_OUTPUT if path in SPELLINGS else path


def place_of(path: str) -> object:
    """The same for all paths of one file, whether or not there is one yet; standard output may be a file, too."""
    try:
        found = os.fstat(sys.stdout.fileno()) if path == STANDARD_OUTPUT and sys.stdout else os.stat(path)  # noqa: PTH116
    except OSError:
        return os.path.realpath(path) if path != STANDARD_OUTPUT else path
    return (found.st_dev, found.st_ino)


class Output(Record):
    """A text, or its pieces, and where it belongs.

    Args:
        path: a file in a folder that exists, or `-` for standard output.
        text: the whole content.
        append: add to the file instead of replacing it.
        encoding: how characters become bytes; one that it lacks becomes `?`.
    """

    path: str
    text: str | Iterable[str]
    append: bool = False
    encoding: str = "utf-8"

    def pieces(self) -> Iterator[bytes]:
        """The content in bytes."""
        texts = [self.text] if isinstance(self.text, str) else self.text
        return (text.encode(self.encoding, "replace") for text in texts)


def write(path: str, text: str | Iterable[str], *, append: bool = False, encoding: str = "utf-8") -> None:
    """Write one output, as `write_all` does."""
    write_all([Output(path, text, append, encoding)])


def write_all(outputs: Iterable[Output]) -> None:
    """Write every output, or none if one of them fails.

    What a file is to hold is written beside it, as far as to the disk, and then takes its place in one step. Links
    are followed; a new file's permissions follow the umask, an old one's are kept. What has no such step is held in
    memory until all is made, and comes last: standard output, pipes, files that are added to; but an output that
    is alone is written as it is made. So only what fails between these steps leaves some outputs without others:
    a disk that fails, or a reader that goes away.

    Raises:
        click.ClickException: a file cannot be written; the message says why.
    """
    outputs = list(outputs)
    with ExitStack() as opened:
        drafts: list[tuple[Output, Draft]] = []
        others: list[Output] = []
        for output in outputs:
            with _named(output):
                file = "" if output.append else _file(output.path)
                if file:
                    from netcost.cli.draft import draft_of

                    drafts.append((output, opened.enter_context(draft_of(file))))
                    drafts[-1][1].fill(output.pieces())
                else:
                    others.append(_held(output) if outputs[1:] or output.append else output)
        logs: dict[str, BinaryIO] = {}
        for output in others:
            if output.append:
                with _named(output):
                    logs[output.path] = opened.enter_context(open(output.path, "ab"))  # noqa: PTH123
        for output, draft in drafts:
            with _named(output):
                draft.move()
        for output in others:
            with _named(output):
                _send(output, logs.get(output.path))


def _held(output: Output) -> Output:
    """The output with its text made."""
    return output if isinstance(output.text, str) else replace(output, text=list(output.text))


def _file(path: str) -> str:
    """The file that is to be replaced, or made, behind all links; empty for a stream, which is written to.

    Raises:
        OSError: neither can be written.
    """
    if path == STANDARD_OUTPUT:
        if sys.stdout is None:
            raise click.ClickException("standard output is closed")
        return ""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError:
        return os.path.realpath(path)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError
    if not os.access(path, os.W_OK):
        raise PermissionError
    return os.path.realpath(path) if stat.S_ISREG(mode) else ""


def _send(output: Output, log: BinaryIO | None) -> None:
    """Write what cannot be taken back: to an open file, to standard output, or to a pipe or a device."""
    if output.path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(output.pieces())
        sys.stdout.buffer.flush()
    else:
        with log or open(output.path, "ab") as file:  # noqa: PTH123
            file.writelines(output.pieces())


@contextmanager
def _named(output: Output) -> Iterator[None]:
    """Let an error say which file could not be written, and why; one of standard output stays of its kind."""
    try:
        yield
    except OSError as error:
        if output.path == STANDARD_OUTPUT:
            raise of_standard_output(error) from error
        why = reason(error)
        if isinstance(error, FileNotFoundError):
            why = f"there is no folder {os.path.dirname(output.path) or '.'}"  # noqa: PTH120
        raise click.ClickException(f"cannot write {output.path}: {why}") from error


def of_standard_output(error: OSError) -> OSError:
    """The same error, of its kind, with the name of what could not be written."""
    return type(error)(error.errno, error.strerror, STANDARD_OUTPUT_NAME)


def prepare_output() -> None:
    """Let standard output write `?` for a character that its encoding lacks, rather than fail."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def flush_output() -> None:
    """Hand over what is buffered, while a failure can still be reported."""
    if sys.stdout is not None:
        try:
            sys.stdout.flush()
        except OSError as error:
            raise of_standard_output(error) from error


def discard_output() -> None:
    """Send what is still buffered nowhere, so that the end of the process does not fail on it."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
