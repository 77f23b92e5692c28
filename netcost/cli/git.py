"""The one place where git is started, in a way that leaves nothing to be run to what lies in a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

INSTEAD = "or compare with a report of an earlier `netcost analyze -o`: --baseline report.json"
"""What to do where git does not help."""
PARTIAL = "If this is a partial clone, clone without --filter"
"""What to do about objects that git has not."""

CHUNK = 2**20
"""Bytes of something too large that are read at a time, to be passed over."""

SETTINGS = (
    # A folder of the checkout that looks like a bare repository is not taken for the repository.
    "safe.bareRepository=explicit",
    # What a repository's settings may have git run.
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.alternateRefsCommand=",
    "core.sshCommand=",
    "core.askPass=",
    "credential.helper=",
)
"""They overrule those of the repository; a git too old to know one passes over it.

Clean filters, external diffs and conversions to text cannot be switched off by settings. They are left out by asking
for nothing that reads the working tree or prints a difference of texts.
"""

ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    # No network, not even for what a partial clone lacks: the first for any git and whatever protocols the
    # repository's settings allow, the second so that newer ones do not even try.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
"""Added to the caller's own variables, which stand.

Git's hooks say by GIT_DIR and GIT_INDEX_FILE which repository and index they are about, quarantines by
GIT_OBJECT_DIRECTORY where new objects are, and `safe.directory` comes by GIT_CONFIG_COUNT. A checkout cannot set them.
"""


def git(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git, with neither a network nor programs that a repository names.

    Args:
        arguments: a plumbing command and its arguments.
        folder: where to run it; the working folder if left out.

    Raises:
        FileNotFoundError: git is not installed.
    """
    return subprocess.run(  # noqa: S603
        _command(arguments, folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=os.environ | ENVIRONMENT,
    )


class Objects:
    """What git has stored, by name; one process gives it all.

    Args:
        folder: the working tree of the repository.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            _command(("cat-file", "--batch"), self._folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | ENVIRONMENT,
        )
        self._questions = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def read(self, name: str, most: int) -> bytes:
        """Read a file, a link's text or a folder.

        Args:
            name: how git names it, without a line break.
            most: bytes that it may have.

        Raises:
            OSError: git has it not, or it is larger; the message says which.
        """
        self._questions.write(name.encode() + b"\n")
        self._questions.flush()
        answer = self._answers.readline()  # `NAME blob 120`, `NAME missing`
        if not answer:  # git has ended, as it does over what a partial clone lacks
            self.close()
            self._start()
        told = answer.rpartition(b" ")[2].strip()
        if not told.isdigit():
            raise OSError(f"the object {name} is missing. {PARTIAL}")
        size = int(told)
        data = self._answers.read(min(size, most))
        for passed in range(len(data), size + 1, CHUNK):  # what is too much, and a line break
            self._answers.read(min(CHUNK, size + 1 - passed))
        if size > most:
            raise OSError(f"it has {size:,} bytes, more than {most:,}")
        return data

    def close(self) -> None:
        """End the process."""
        with suppress(BrokenPipeError):  # it has ended by itself
            self._questions.close()
        self._answers.close()
        self._process.wait()


def said(result: subprocess.CompletedProcess[bytes]) -> str:
    """What git has to say of a failure, in one line."""
    return " ".join(result.stderr.decode(errors="replace").split()).removeprefix("fatal: ")


def _command(arguments: Sequence[str], folder: Path | None) -> list[str]:
    switches = [word for setting in SETTINGS for word in ("-c", setting)]
    return [_program(), "--no-pager", *switches, *(["-C", str(folder)] if folder else []), *arguments]


def _program() -> str:
    """Where git is installed; a program of that name in the working folder is none.

    Raises:
        FileNotFoundError: nowhere.
    """
    folders = [folder for folder in os.get_exec_path() if Path(folder).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None or not Path(found).is_absolute():  # on Windows the working folder is searched unasked
        raise FileNotFoundError("git")
    return found
