"""Files as a commit has them: its folders are walked as a working tree would be, links included."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from netcost.cli.git import Objects
from netcost.frontends import MAX_STREAMED

SHORT = 12
"""Digits of a commit's name that are shown."""
MAX_LINKS = 40
"""Links that lead to one file at most, as in Linux."""
MAX_TARGET = 4096
"""Bytes of a link's text at most, as in Linux."""
MAX_FOLDER = 64 * 2**20
"""Bytes of a list of files at most."""


class Kind:
    """What lies in git's trees, by the first digits of the mode; the others are permissions."""

    FOLDER = "40"
    FILE = "100"
    LINK = "120"
    SUBMODULE = "160"
    NOTHING = ""


class Entry(NamedTuple):
    """What lies in a folder under one name."""

    kind: str
    object: str


class UnreadableError(OSError):
    """What lay at a path cannot be read as it was; the message says why."""


@dataclass(frozen=True)
class Tree:
    """All files of a commit.

    Args:
        top: the working tree of the repository.
        commit: the full name of the commit.
        objects: what git has stored.
    """

    top: Path
    commit: str
    objects: Objects
    _folders: dict[str, Mapping[str, Entry]] = field(default_factory=dict, repr=False)

    @property
    def short(self) -> str:
        """What messages call the commit."""
        return self.commit[:SHORT]

    def read(self, path: str) -> bytes:
        """Read what a path led to; links are followed inside the repository as it was.

        Raises:
            FileNotFoundError: there was no file.
            UnreadableError: a link led elsewhere, a submodule lay there, the file is too large, or git has it not.
        """
        links = 0
        folders, names = [f"{self.commit}^{{tree}}"], _names(path)
        while names:
            name = names.pop()
            if name == "..":
                folders.pop()
                continue
            kind, found = self._folder(folders, path).get(name, Entry(Kind.NOTHING, ""))
            match kind:
                case Kind.FOLDER:
                    folders.append(found)
                case Kind.LINK:
                    links += 1
                    names += self._target(found, path, links)
                case Kind.SUBMODULE:
                    raise UnreadableError(f"`{path}` lay in a submodule, which is a repository of its own")
                case Kind.FILE if not names:
                    return self._content(found, path, MAX_STREAMED)
                case _:
                    break
        if links:
            raise UnreadableError(f"`{path}` was a link that led to no file")
        raise FileNotFoundError(path)

    def _target(self, link: str, path: str, count: int) -> list[str]:
        """Where a link led, the last name first; it is the link of that number on the way to a path."""
        target = os.fsdecode(self._content(link, path, MAX_TARGET))
        if count > MAX_LINKS:
            raise UnreadableError(f"`{path}` was a link in a circle of links")
        if target.startswith("/"):
            raise UnreadableError(f"`{path}` was a link out of the repository, to {target}")
        return _names(target)

    def _folder(self, folders: Sequence[str], path: str) -> Mapping[str, Entry]:
        """What lay in the last of some folders, by name; there is none above the top."""
        if not folders:
            raise UnreadableError(f"`{path}` was a link out of the repository")
        folder = folders[-1]
        if folder not in self._folders:
            data = self._content(folder, path, MAX_FOLDER)
            self._folders[folder] = dict(_entries(data, len(self.commit) // 2))
        return self._folders[folder]

    def _content(self, name: str, path: str, most: int) -> bytes:
        """What git has stored for a file, a link or a folder."""
        try:
            return self.objects.read(name, most)
        except OSError as error:
            raise UnreadableError(f"git does not give `{path}` as of {self.short}: {error}") from None


def _entries(folder: bytes, digest: int) -> Iterator[tuple[str, Entry]]:
    """Read a folder as git stores it: `100644 net.yaml`, a zero, and the object's name in so many bytes."""
    start = 0
    while start < len(folder):
        end = folder.index(b"\0", start)
        mode, _, name = folder[start:end].partition(b" ")
        start = end + 1 + digest
        yield os.fsdecode(name), Entry(mode[:-3].decode(), folder[end + 1 : start].hex())


def _names(path: str) -> list[str]:
    """The names of a path, the last first."""
    return [name for name in reversed(path.split("/")) if name not in {"", "."}]
