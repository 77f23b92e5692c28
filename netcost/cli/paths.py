"""Where the paths of a budget may lead: into the git work tree that holds it, and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from netcost.budget.selector import ANY_FOLDERS, WILD
from netcost.frontends.known import parted
from netcost.place import Place
from netcost.record import Record
from netcost.source.fault import Fault
from netcost.source.files import GIT, leads_into_git

MAX_VISITS = 200_000
"""Files and folders that the globs of a budget may look at, each as often as it is looked at."""

MAX_FILES = 10_000
"""Files that entries may name, each as often as it is named."""

NARROWER = "name folders, as in `nets/*.yaml`"
MAX_LEVELS = 64
"""Folders within one another that a glob goes into."""

SLOW = 1_000
"""A name and a pattern of so many characters, multiplied, take as long to compare as a file to look at."""


class Glob(Record):
    """A pattern of paths: `*` stays in its folder, one `**` stands for any number of folders."""

    head: Sequence[re.Pattern[str]]
    """For the first parts of a path."""
    tail: Sequence[re.Pattern[str]]
    """For those after any folders."""
    any_folders: bool
    length: int
    """Characters of the pattern."""

    def goes_into(self, folder: str) -> bool:
        """Tell whether there may be such files below a folder."""
        *above, name = folder.split("/")
        if name.lower() == GIT:
            return False
        if len(above) < len(self.head):
            further = len(above) + 1 < len(self.head) or self.any_folders
            return further and bool(self.head[len(above)].match(name))
        return self.any_folders and (not _is_hidden(name) or any(part.match(name) for part in self.tail))

    def covers(self, path: str) -> bool:
        """Tell whether a file's path is meant; a hidden folder only where the pattern says so."""
        parts = path.split("/")
        least = len(self.head) + len(self.tail)
        if len(parts) < least or (len(parts) > least and not self.any_folders):
            return False
        last = len(parts) - len(self.tail)
        return (
            all(pattern.match(part) for pattern, part in zip(self.head, parts, strict=False))
            and all(pattern.match(part) for pattern, part in zip(self.tail, parts[last:], strict=True))
            and not any(_is_hidden(part) for part in parts[len(self.head) : last])
        )


def glob_of(pattern: str) -> Glob:
    """Compile a pattern; `**` at its end stands for all files below, too."""
    parts = pattern.split("/")
    if ANY_FOLDERS not in parts:
        return Glob(_compiled(parts), (), any_folders=False, length=len(pattern))
    middle = parts.index(ANY_FOLDERS)
    tail = parts[middle + 1 :] or ["*"]
    return Glob(_compiled(parts[:middle]), _compiled(tail), any_folders=True, length=len(pattern))


def _compiled(parts: Sequence[str]) -> list[re.Pattern[str]]:
    from fnmatch import translate

    hidden = (r"" if part.startswith(".") else r"(?!\.)" for part in parts)
    return [re.compile(f"{refused}{translate(part)}") for refused, part in zip(hidden, parts, strict=True)]


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


class Ground:
    """The folder of a budget, and what lies within reach from it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.visits = 0
        self.files = 0

    @cached_property
    def top(self) -> str:
        """The git work tree around the folder, or the folder itself where there is none; found without git."""
        start = os.path.realpath(self.folder or ".")
        above = start
        while not os.path.lexists(os.path.join(above, GIT)):  # noqa: PTH118
            if above == (above := os.path.dirname(above)):  # noqa: PTH120
                return start
        return above

    def joined(self, path: str) -> str:
        """A path of the budget, seen from the working folder."""
        return os.path.normpath(os.path.join(self.folder, path))  # noqa: PTH118

    def check(self, path: str, place: Place) -> None:
        """Refuse a path of the budget that leads out of its ground, or into git's own folder.

        Raises:
            Fault: it is absolute, climbs too high, or follows a link to elsewhere.
        """
        real = os.path.realpath(self.joined(parted(path)[0]))
        inside = real == self.top or real.startswith(os.path.join(self.top, ""))  # noqa: PTH118
        if os.path.isabs(path) or not inside:  # noqa: PTH117
            in_git = os.path.lexists(os.path.join(self.top, GIT))  # noqa: PTH118
            ground = "git work tree of this budget" if in_git else "folder of this budget"
            raise Fault(place, f"`{path}` leads out of the {ground}", "write a path that stays inside")
        if leads_into_git(real[len(self.top) :]):
            raise Fault(place, f"`{path}` leads into git's own folder", "name a file of yours")

    def matches(self, pattern: str, place: Place) -> list[str]:
        """The files that a glob of the budget means, in order, seen from the budget's folder.

        Folders that are links are not entered, as git does not enter them.

        Raises:
            Fault: it leads out of the ground, as one of its matches does, or there is too much to look at.
        """
        if os.path.isabs(pattern):  # noqa: PTH117
            self.check(pattern, place)
        parts = [part for part in pattern.split("/") if part not in {"", "."}]
        wild = next(index for index, part in enumerate(parts) if WILD & set(part))
        if ".." in parts[wild:]:
            raise Fault(place, f"`{pattern}` climbs out of folders that it looks for", "begin with the `..`")
        start = "".join(f"{part}/" for part in parts[:wild])
        self.check(start, place)
        found: list[str] = []
        for path in self._files(start, glob_of("/".join(parts[wild:])), place):
            self.check(path, place)
            found.append(path)
            self.admit(len(found), place)
        return sorted(found)

    def admit(self, files: int, place: Place) -> None:
        """Refuse files that are too many, together with those that have been counted.

        Raises:
            Fault: they are.
        """
        if self.files + files > MAX_FILES:
            message = f"the entries of this budget name more than {MAX_FILES:,} files"
            raise Fault(place, message, "let fewer entries be about many files")

    def _files(self, start: str, glob: Glob, place: Place) -> Iterator[str]:
        """The files below a folder that a glob means."""
        waiting = [""] if os.path.isdir(self.joined(start)) else []  # noqa: PTH112
        while waiting:
            folder = waiting.pop()
            for entry in self._listed(start + folder, glob, place):
                path = folder + entry.name
                if not entry.is_symlink() and entry.is_dir():
                    if glob.goes_into(path):
                        waiting.append(f"{path}/")
                elif glob.covers(path) and os.path.isfile(entry.path):  # noqa: PTH113
                    yield start + path

    def _listed(self, folder: str, glob: Glob, place: Place) -> Iterator[os.DirEntry[str]]:
        """What is in a folder; each of it is counted, long names and patterns as several."""
        if folder.count("/") > MAX_LEVELS:
            raise Fault(place, f"there are folders more than {MAX_LEVELS} deep to look into", NARROWER)
        try:
            with os.scandir(self.joined(folder)) as entries:
                for entry in entries:
                    self.visits += 1 + len(entry.name) * glob.length // SLOW
                    if self.visits > MAX_VISITS:
                        raise Fault(
                            place, "the globs of this budget have too many files to look at", NARROWER
                        )
                    yield entry
        except OSError as error:
            raise Fault(
                place, f"the folder `{self.joined(folder)}` cannot be read: {error.strerror}"
            ) from None
