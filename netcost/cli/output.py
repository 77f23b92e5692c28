"""Where results go: standard output, or files that appear whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

STANDARD_OUTPUT = "-"
A_FILE = click.Path(readable=False)
"""Any path: shells complete files for it, and whoever opens it says what is wrong with it."""

TO_A_FILE = "Write to a file, or to standard output with -; the suffix tells the format. Repeatable."

Command = TypeVar("Command", bound=Callable[..., Any])


class Failure(click.ClickException):
    """What went wrong, in one line, and on further lines what to do."""

    def __init__(self, message: str, *advice: str) -> None:
        super().__init__("\n".join([message, *advice]))
        self.lines = (message, *advice)


class Target(NamedTuple):
    """A place to write to, and the format that belongs there."""

    format: str
    path: str


def output_option(description: str = TO_A_FILE) -> Callable[[Command], Command]:
    """Give a command the option that says where to write; it receives the texts as `outputs`."""
    return click.option(
        "-o", "--output", "outputs", type=A_FILE, metavar="[FORMAT:]PATH", multiple=True, help=description
    )


def parse_targets(
    texts: Sequence[str], suffixes: Mapping[str, Sequence[str]], asked: str, default: str
) -> list[Target]:
    """Read `-o [FORMAT:]PATH` options; without any, there is standard output.

    Args:
        texts: what the user wrote.
        suffixes: the suffixes that files of each format have, `{"markdown": (".md",)}`.
        asked: the format of `--format`; empty if there is none.
        default: the format of standard output where nothing else is said.

    Raises:
        click.UsageError: a format is not known or contradicts another, or a file is named twice.
    """
    targets = [parse_target(text, suffixes, asked, default) for text in texts]
    files = [target.path for target in targets if target.path != STANDARD_OUTPUT]
    twice = next((path for path in files if files.count(path) > 1), "")
    if twice:
        raise click.UsageError(f"`{twice}` is named twice by -o; each output needs a file of its own.")
    return targets or [Target(asked or default, STANDARD_OUTPUT)]


def parse_target(text: str, suffixes: Mapping[str, Sequence[str]], asked: str, default: str) -> Target:
    """Read one `[FORMAT:]PATH`: a prefix names the format, else the suffix, else `--format`."""
    prefix, colon, path = text.partition(":")
    if colon and prefix in suffixes:
        if not path:
            raise click.UsageError(f"`{text}` names no file; write {prefix}:PATH, or {prefix}:- to print it.")
        return Target(prefix, path)
    if text == STANDARD_OUTPUT:
        return Target(asked or default, text)
    suffix = Path(text).suffix.lower()
    found = next((name for name, known in suffixes.items() if suffix in known), asked)
    if not found:
        if prefix.isalpha() and len(prefix) > 1 and colon:  # one letter is a drive
            raise click.UsageError(f"There is no format `{prefix}`; there are {', '.join(suffixes)}.")
        ways = ", ".join(f"{name}:{text}" for name in suffixes)
        raise click.UsageError(f"The suffix of `{text}` tells no format; write one of {ways}.")
    if asked not in {found, ""}:
        raise click.UsageError(
            f"--format asks for {asked}, `{text}` looks like {found}; write {asked}:{text}."
        )
    return Target(found, text)


def write(path: str, text: str | Iterable[str], *, append: bool = False, encoding: str = "utf-8") -> None:
    """Write a text, or its pieces, to a file, or to standard output if the path is `-`.

    A file is replaced in one step; until then, and if anything fails, the old one stays. Links are followed; a
    new file's permissions follow the umask, an old one's are kept.

    Args:
        path: the file, in a folder that exists.
        text: the whole content.
        append: add to the file instead.
        encoding: how characters become bytes; one that it lacks becomes `?`.

    Raises:
        click.ClickException: the file cannot be written; the message says why.
    """
    pieces = (piece.encode(encoding, "replace") for piece in ([text] if isinstance(text, str) else text))
    if path == STANDARD_OUTPUT:
        _print(pieces)
        return
    file = Path(path)
    try:
        is_stream = file.exists() and not file.is_file() and not file.is_dir()  # a pipe or a device
        if append or is_stream:
            with file.open("ab") as stream:
                stream.writelines(pieces)
        else:
            _replace(Path(os.path.realpath(file)), pieces)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {_reason(error, file)}") from error


def _print(pieces: Iterable[bytes]) -> None:
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")
    sys.stdout.flush()
    sys.stdout.buffer.writelines(pieces)
    sys.stdout.buffer.flush()


def _replace(file: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the file and move the result onto it."""
    if file.is_dir():
        raise IsADirectoryError
    if file.exists() and not os.access(file, os.W_OK):
        raise PermissionError
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with draft.open("xb") as stream:
            stream.writelines(pieces)
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o7777)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _reason(error: OSError, file: Path) -> str:
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, FileNotFoundError):
        return f"there is no folder {file.parent}"
    if isinstance(error, PermissionError):
        return "permission denied"
    return error.strerror or str(error)


def prepare_output() -> None:
    """Let standard output write `?` for a character that its encoding lacks, rather than fail."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def flush_output() -> None:
    """Hand over what is buffered, while a failure can still be reported."""
    if sys.stdout is not None:
        sys.stdout.flush()


def discard_output() -> None:
    """Send what is still buffered nowhere, so that the end of the process does not fail on it."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
