"""A git repository for a test: real commits, in an environment that no user's settings reach."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


class Files:
    """A folder whose files a test writes and changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str) -> None:
        """Write a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")

    def link(self, path: str, target: str) -> None:
        """Make a link, in place of whatever file is there."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.symlink_to(target)

    def change(self, path: str, old: str, new: str) -> None:
        """Replace some text of a file."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))


class Repository(Files):
    """A working tree with a branch `main`; a test that makes one is skipped where there is no git."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("git"):
            pytest.skip("git is not installed")
        super().__init__(folder)
        self.git("init", "--quiet", "--initial-branch=main", "--template=")  # without samples of hooks

    def git(self, *arguments: str) -> str:
        """Run git and return what it prints."""
        identity = {
            f"GIT_{who}_{what}": f"test@{what}.example"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        ended = subprocess.run(
            ["git", "-c", "maintenance.auto=false", *arguments],
            cwd=self.folder,
            env={**os.environ, **settings, **identity},
            capture_output=True,
            text=True,
            check=True,
        )
        return ended.stdout

    def commit(self, message: str = "change") -> None:
        """Commit everything there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
