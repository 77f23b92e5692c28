"""A git repository as it was: files at the merge base of two commits, and what became of them since."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import click

from netcost.cli.output import Failure

INSTEAD = "or compare with a report of an earlier `netcost analyze -o`: --baseline report.json"
SHORT = 12
"""Digits of a commit's name that are shown."""


@dataclass(frozen=True)
class Past:
    """The merge base of a commit and HEAD."""

    ref: str
    top: Path
    commit: str
    _changes: list[str] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.ref} (merge base {self.commit[:SHORT]})"

    def inside(self, file: str) -> str:
        """A file's path from the top of the repository; empty if it lies elsewhere."""
        absolute = Path(os.path.realpath(os.path.dirname(file) or "."), os.path.basename(file))  # noqa: PTH119, PTH120
        return absolute.relative_to(self.top).as_posix() if absolute.is_relative_to(self.top) else ""

    @cached_property
    def deleted(self) -> list[str]:
        """Paths of files that are gone."""
        return [each[0] for each in _entries(self._changes) if len(each) == 1]

    @cached_property
    def old_names(self) -> Mapping[str, str]:
        """The earlier path of each file that was renamed."""
        return {each[1]: each[0] for each in _entries(self._changes) if len(each) > 1}

    def read(self, path: str) -> bytes:
        """Read a file as it was.

        Raises:
            FileNotFoundError: there was none.
            click.ClickException: git cannot give it.
        """
        found = _git("cat-file", "blob", f"{self.commit}:{path}", folder=self.top)
        if not found.returncode:
            return found.stdout
        if not _git("ls-tree", self.commit, "--", path, folder=self.top).stdout:
            raise FileNotFoundError(path)
        raise _withheld(f"{path} as of {self.commit[:SHORT]}", found)


def merge_base(ref: str) -> Past:
    """Find the last commit that a commit and HEAD have in common, from the working folder on.

    Raises:
        click.ClickException: no git, no repository, no such commit, or a history that is cut off; the message
            says what to do.
    """
    try:
        top = _git("rev-parse", "--show-toplevel")
    except FileNotFoundError:
        raise click.ClickException(
            f"--base needs git, which is not installed; install it, {INSTEAD}"
        ) from None
    if top.returncode:
        raise Failure(f"--base needs a git repository: {_said(top)}", f"Run it inside one, {INSTEAD}")
    if ref.startswith("-") or _git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").returncode:
        raise _unknown(ref)
    base = _git("merge-base", ref, "HEAD")
    if base.returncode:
        raise _unrelated(ref, base)
    folder, commit = Path(os.path.realpath(os.fsdecode(top.stdout[:-1]))), base.stdout.decode().strip()
    changes = _git("diff-index", "--name-status", "-z", "-M", "--diff-filter=DR", commit, folder=folder)
    if changes.returncode:
        raise _withheld(f"what changed since {commit[:SHORT]}", changes)
    return Past(ref, folder, commit, os.fsdecode(changes.stdout).split("\0")[:-1])


def _unknown(ref: str) -> Failure:
    message = f"git knows no commit `{ref}` here"
    if (
        not ref.startswith("-")
        and not _git("rev-parse", "--verify", "--quiet", f"origin/{ref}^{{commit}}").returncode
    ):
        return Failure(f"{message}; did you mean `origin/{ref}`?")
    branch = ref.removeprefix("origin/")
    advice = f"Fetch it first: git fetch origin {branch} (actions/checkout fetches it with `fetch-depth: 0`)"
    return Failure(f"{message}.", f"{advice}, {INSTEAD}")


def _unrelated(ref: str, base: subprocess.CompletedProcess[bytes]) -> Failure:
    """Why there is no merge base."""
    if _git("rev-parse", "--verify", "--quiet", "HEAD").returncode:
        return Failure("--base needs a commit to compare: HEAD has none yet")
    if _git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        return Failure(
            f"this is a shallow clone: its history ends before the merge base of {ref} and HEAD.",
            f"Fetch the rest: git fetch --unshallow (actions/checkout does with `fetch-depth: 0`), {INSTEAD}",
        )
    return Failure(f"{ref} and HEAD have no commit in common{': ' + _said(base) if base.stderr else ''}")


def _withheld(what: str, result: subprocess.CompletedProcess[bytes]) -> Failure:
    return Failure(
        f"git does not give {what}: {_said(result)}",
        f"If this is a partial clone, clone without --filter, {INSTEAD}",
    )


def _entries(changes: list[str]) -> list[list[str]]:
    """Split git's list of changes: `D path`, `R097 old new`."""
    entries, rest = [], list(changes)
    while rest:
        count = 2 if rest[0].startswith("R") else 1
        entries.append(rest[1 : 1 + count])
        del rest[: 1 + count]
    return entries


def _git(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git without a network: even a partial clone fetches nothing."""
    command = ["git", "-c", "protocol.allow=never", *(["-C", str(folder)] if folder else []), *arguments]
    environment = os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    return subprocess.run(command, capture_output=True, check=False, env=environment)  # noqa: S603


def _said(result: subprocess.CompletedProcess[bytes]) -> str:
    """What git has to say of a failure, in one line."""
    return " ".join(result.stderr.decode(errors="replace").split()).removeprefix("fatal: ")
