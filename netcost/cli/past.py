"""A repository as it was: files at the merge base of two commits, and what became of them since."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import click

from netcost.cli.git import INSTEAD, PARTIAL, Objects, git, said
from netcost.cli.output import Failure
from netcost.cli.tree import Tree, UnreadableError


class Then(NamedTuple):
    """A file as it was; paths are from the top of the repository."""

    path: str
    now: str
    """What has become of its path."""
    data: bytes


@dataclass(frozen=True)
class Past:
    """The merge base of a commit and HEAD."""

    ref: str
    tree: Tree
    deleted: frozenset[str]
    """Paths of files that are gone."""
    old_names: Mapping[str, str]
    """The earlier path of each file that was renamed."""

    def __str__(self) -> str:
        return f"{self.ref} (merge base {self.tree.short})"

    def path(self, file: str) -> str:
        """The path of a file from the top, as it is named: links in the repository stay.

        That of a file outside of it starts at the root.
        """
        named = _absolute(file)
        ways = [Path(os.path.realpath(folder)) for folder in (*reversed(named.parents), named)]
        count = next((n for n, way in enumerate(ways) if way.is_relative_to(self.tree.top)), None)
        if count is None:
            return named.as_posix()
        return Path(ways[count].relative_to(self.tree.top), *named.parts[1 + count :]).as_posix()

    def holds(self, file: str) -> bool:
        """Tell whether a file of the working tree lies in the repository, wherever links lead."""
        return Path(os.path.realpath(file)).is_relative_to(self.tree.top)

    def find(self, file: str) -> Then:
        """Read a file of the working tree as it was.

        That is what its path led to then, wherever links lead now; where there was nothing, what there was at the
        path that they lead to now.

        Raises:
            FileNotFoundError: there was none.
            UnreadableError: it lies outside of the repository, or what was there cannot be read.
        """
        real = os.path.realpath(file)
        if not self.holds(file):
            leads = "" if real == str(_absolute(file)) else f", at {real}"
            raise UnreadableError(f"`{file}` lies outside of the git repository{leads}")
        for now in dict.fromkeys((self.path(file), self.path(real))):
            path = self.old_names.get(now, now)
            try:
                return Then(path, now, self.tree.read(path))
            except FileNotFoundError:
                continue
        raise FileNotFoundError(file)


def merge_base(ref: str) -> Past:
    """Find the last commit that a commit and HEAD have in common, from the working folder on.

    Raises:
        click.ClickException: no git, no repository, no such commit, or a history that is cut off; the message
            says what to do.
    """
    try:
        top = git("rev-parse", "--show-toplevel")
    except FileNotFoundError:
        raise Failure(f"--base needs git, which is not installed; install it, {INSTEAD}") from None
    if top.returncode:
        raise Failure(f"--base needs a git repository: {said(top)}", f"Run it inside one, {INSTEAD}")
    if _embedded():
        raise Failure(
            "--base takes no folder that looks like a bare repository for the repository it is in",
            f"Run it elsewhere, {INSTEAD}",
        )
    if ref.startswith("-") or git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").returncode:
        raise _unknown(ref)
    base = git("merge-base", ref, "HEAD")
    if base.returncode:
        raise _unrelated(ref, base)
    folder = Path(os.path.realpath(os.fsdecode(top.stdout[:-1])))
    objects = Objects(folder)
    click.get_current_context().call_on_close(objects.close)
    tree = Tree(folder, base.stdout.decode().strip(), objects)
    return Past(ref, tree, *_changes(tree))


def _embedded() -> bool:
    """Tell whether git takes the working folder, or one above, for a bare repository, though nobody named it.

    Files of a checkout can look like one, and git refuses it only from 2.38 on.
    """
    found = Path(os.fsdecode(git("rev-parse", "--absolute-git-dir").stdout[:-1]))
    return "GIT_DIR" not in os.environ and found in (Path.cwd(), *Path.cwd().parents)


def _unknown(ref: str) -> Failure:
    message = f"git knows no commit `{ref}` here"
    if (
        not ref.startswith("-")
        and not git("rev-parse", "--verify", "--quiet", f"origin/{ref}^{{commit}}").returncode
    ):
        return Failure(f"{message}; did you mean `origin/{ref}`?")
    branch = ref.removeprefix("origin/")
    advice = f"Fetch it first: git fetch origin {branch} (actions/checkout fetches it with `fetch-depth: 0`)"
    return Failure(f"{message}.", f"{advice}, {INSTEAD}")


def _unrelated(ref: str, base: subprocess.CompletedProcess[bytes]) -> Failure:
    """Why there is no merge base."""
    if git("rev-parse", "--verify", "--quiet", "HEAD").returncode:
        return Failure("--base needs a commit to compare: HEAD has none yet")
    if git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true":
        return Failure(
            f"this is a shallow clone: its history ends before the merge base of {ref} and HEAD.",
            f"Fetch the rest: git fetch --unshallow (actions/checkout does with `fetch-depth: 0`), {INSTEAD}",
        )
    return Failure(f"{ref} and HEAD have no commit in common{': ' + said(base) if base.stderr else ''}")


def _changes(tree: Tree) -> tuple[frozenset[str], Mapping[str, str]]:
    """What was deleted since, from the index or from the working tree alone, and old names by new ones.

    The index is compared, as it would take filters to compare files of the working tree.

    Raises:
        click.ClickException: git cannot tell.
    """
    listed = git(
        *("diff-index", "--cached", "--name-status", "-z", "-M", "--diff-filter=ADR"),
        *("--no-ext-diff", "--no-textconv", "--ignore-submodules=all", tree.commit),
        folder=tree.top,
    )
    missing = git("ls-files", "-z", "--deleted", folder=tree.top)
    for result in (listed, missing):
        if result.returncode:
            raise Failure(
                f"git does not give what changed since {tree.short}: {said(result)}", f"{PARTIAL}, {INSTEAD}"
            )
    words = iter(_split(listed.stdout))
    added, deleted, old_names = set(), set(), {}
    for status in words:  # `A path`, `D path`, `R097 old new`
        path = next(words)
        match status[0]:
            case "A":
                added.add(path)
            case "D":
                deleted.add(path)
            case _:
                old_names[next(words)] = path
    deleted |= {old_names.get(path, path) for path in _split(missing.stdout) if path not in added}
    return frozenset(deleted), old_names


def _absolute(file: str) -> Path:
    """A file's path from the root, without `..`; links are followed before one, and nowhere else."""
    parts = Path(Path.cwd(), file).parts
    count = max((n for n, part in enumerate(parts, 1) if part == ".."), default=0)
    return Path(os.path.realpath(Path(*parts[:count])), *parts[count:]) if count else Path(*parts)


def _split(listed: bytes) -> list[str]:
    """What git lists with `-z`."""
    return os.fsdecode(listed).split("\0")[:-1]
