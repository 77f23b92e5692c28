"""The one place where git is started, in a way that leaves nothing to be run to what lies in a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

INSTEAD = "or compare with a report of an earlier `netcost analyze -o`: --baseline report.json"
"""What to do where git does not help."""

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
    switches = [word for setting in SETTINGS for word in ("-c", setting)]
    command = [_program(), "--no-pager", *switches, *(["-C", str(folder)] if folder else []), *arguments]
    return subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=os.environ | ENVIRONMENT
    )


def said(result: subprocess.CompletedProcess[bytes]) -> str:
    """What git has to say of a failure, in one line."""
    return " ".join(result.stderr.decode(errors="replace").split()).removeprefix("fatal: ")


def withheld(what: str, result: subprocess.CompletedProcess[bytes]) -> str:
    """Why git does not give something, and what to do."""
    return (
        f"git does not give {what}: {said(result)}\n"
        f"If this is a partial clone, clone without --filter, {INSTEAD}"
    )


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
