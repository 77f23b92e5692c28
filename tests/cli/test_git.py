"""How git is started: nothing runs that a repository names, whatever its settings and files say."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from budgets import CNN
from repositories import Repository
from running import Run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the traps are shell scripts")

BUDGET = """\
version: 1
models:
  - spec: net.yaml
    regression: {params: 0%}
"""
GREW = "FAIL  cnn params 3,302 > 2,790 (2,790 +0%; +512, 18.4% over)"


class Trap(NamedTuple):
    """A program that leaves a mark when it is run."""

    program: Path
    mark: Path

    @property
    def sprung(self) -> bool:
        """Tell whether it was run."""
        return self.mark.exists()


@pytest.fixture
def repository(folder: Path) -> Repository:
    """A network that has grown since `main`, and a file of each sort that git treats specially."""
    repository = Repository(folder / "checkout")
    repository.write("net.yaml", CNN)
    repository.write("old.yaml", CNN.replace("name: cnn", "name: old"))
    repository.write("netcost-budget.yaml", BUDGET)
    repository.write(".gitattributes", "* filter=trap diff=trap merge=trap\n")
    repository.commit()
    repository.git("switch", "--quiet", "--create", "work")
    repository.git("mv", "old.yaml", "new.yaml")
    repository.change("net.yaml", "conv: 10", "conv: 12")
    repository.change("new.yaml", "conv: 10", "conv: 14")
    return repository


@pytest.fixture
def trap(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Trap:
    """A program that nothing has run yet; git finds it by its name, as a path may have blanks."""
    trap = Trap(folder / "traps" / "snare", folder / "sprung")
    monkeypatch.setenv("PATH", f"{trap.program.parent}{os.pathsep}{os.environ['PATH']}")
    trap.program.parent.mkdir()
    trap.program.write_text(f"#!/bin/sh\ntouch '{trap.mark}'\n")
    trap.program.chmod(0o755)
    return trap


TRAPS: list[tuple[str, list[str]]] = [
    ("core.fsmonitor", ["status"]),
    ("core.hooksPath", ["switch", "main"]),
    ("core.alternateRefsCommand", ["rev-list", "--alternate-refs", "--all"]),
    ("core.sshCommand", ["fetch", "ssh://host.invalid/nets"]),
    ("core.askPass", ["credential", "fill"]),
    ("credential.helper", ["credential", "fill"]),
    ("diff.external", ["diff"]),
    ("diff.trap.command", ["diff"]),
    ("diff.trap.textconv", ["diff"]),
    ("filter.trap.clean", ["diff-index", "-M", "main"]),
    ("filter.trap.process", ["diff-index", "-M", "main"]),
    ("filter.trap.smudge", ["checkout", "--force", "main"]),
]
"""What settings may have git run, and a command with which it does."""


@pytest.mark.parametrize(("setting", "careless"), TRAPS, ids=[each[0] for each in TRAPS])
def test_a_program_that_the_settings_name_does_not_run(
    repository: Repository,
    netcost: Run,
    trap: Trap,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    careless: list[str],
) -> None:
    """And the check says what it would say without it."""
    trap.program.with_name("post-checkout").symlink_to(trap.program)
    repository.git("clone", "--quiet", ".", "../lender")
    (repository.folder / ".git/objects/info/alternates").write_text("../../../lender/.git/objects\n")
    values = {"core.hooksPath": str(trap.program.parent), "credential.helper": "!snare"}
    repository.git("config", setting, values.get(setting, "snare"))
    monkeypatch.chdir(repository.folder)
    ended = netcost("check", "--base", "main")
    assert (ended.code, ended.out.splitlines()[0]) == (1, GREW)
    assert not trap.sprung
    subprocess.run(
        ["git", *careless],
        input=b"protocol=https\nhost=host.invalid\n\n",
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        check=False,
    )
    assert trap.sprung


def test_what_a_partial_clone_lacks_is_not_fetched(
    repository: Repository, netcost: Run, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the repository's settings allow a remote that is a program."""
    repository.commit()
    blob = repository.git("rev-parse", "main:net.yaml").strip()
    (repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ext::snare",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():
        repository.git("config", name, value)
    monkeypatch.chdir(repository.folder)
    ended = netcost("check", "--base", "main")
    assert ended.code == 2
    assert "git does not give " in ended.out
    assert not trap.sprung
    subprocess.run(["git", "cat-file", "blob", blob], capture_output=True, check=False)
    assert trap.sprung


@pytest.fixture
def embedded(repository: Repository, trap: Trap) -> Path:
    """A folder of a checkout that looks like a bare repository, with settings of its own."""
    folder = repository.folder / "models"
    inner = Repository(folder)
    inner.write("net.yaml", CNN)
    inner.write("netcost-budget.yaml", BUDGET)
    inner.commit()
    for name in ("HEAD", "objects", "refs", "index"):
        (folder / ".git" / name).rename(folder / name)
    shutil.rmtree(folder / ".git")
    (folder / "config").write_text(
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n"
        'fsmonitor = snare\n[filter "trap"]\nclean = snare\n'
    )
    (folder / ".gitattributes").write_text("* filter=trap\n")
    return folder


def test_a_bare_repository_in_the_checkout_is_not_taken_for_the_repository(
    embedded: Path, netcost: Run, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be the base that its author likes."""
    monkeypatch.chdir(embedded)
    ended = netcost("check", "--base", "HEAD")
    assert (ended.code, ended.out) == (2, "")
    assert "bare repository" in ended.err
    assert not trap.sprung
    subprocess.run(["git", "status"], capture_output=True, check=False)
    assert trap.sprung


GIT = """\
#!/bin/sh
echo "$*" >> "{log}"
for word; do
  shift
  [ "$word" = {unknown} ] && word=an.unknown=setting
  set -- "$@" "$word"
done
exec {git} "$@"
"""


@pytest.fixture
def older(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git that knows nothing of embedded repositories, and logs how it is called."""
    log, program = folder / "log", folder / "bin" / "git"
    program.parent.mkdir()
    program.write_text(GIT.format(log=log, git=shutil.which("git"), unknown="safe.bareRepository=explicit"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def test_an_older_git_does_not_take_it_either(
    older: Path, embedded: Path, netcost: Run, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git has the switch from 2.38 on."""
    monkeypatch.chdir(embedded)
    ended = netcost("check", "--base", "HEAD")
    assert (ended.code, ended.out) == (2, "")
    assert "bare repository" in ended.err
    assert not trap.sprung
    assert older.exists()


def test_every_call_has_all_switches(
    older: Path, repository: Repository, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git that lacks one works all the same."""
    monkeypatch.chdir(repository.folder)
    older.unlink()
    assert netcost("check", "--base", "main").out.splitlines()[0] == GREW
    calls = older.read_text().splitlines()
    assert len(calls) > 5
    for call in calls:
        assert call.startswith("--no-pager -c safe.bareRepository=explicit -c core.fsmonitor=false ")


def test_a_repository_that_the_caller_names_is_used(
    repository: Repository, netcost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git's hooks do so, and give an index of their own while a part of the changes is committed."""
    index = folder / "index"
    shutil.copy(repository.folder / ".git/index", index)
    repository.git("reset", "--quiet", "--hard")
    (repository.folder / ".git").rename(folder / "store")
    repository.write("net.yaml", CNN.replace("conv: 10", "conv: 12"))
    monkeypatch.setenv("GIT_DIR", str(folder / "store"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository.folder))
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    monkeypatch.chdir(repository.folder)
    repository.write("netcost-budget.yaml", BUDGET + "  - {spec: new.yaml, regression: {params: 0%}}\n")
    repository.write("new.yaml", CNN.replace("name: cnn", "name: renamed"))
    ended = netcost("check", "--base", "main")
    assert ended.out.splitlines()[0] == GREW
    assert "ok    renamed 1 check, was old.yaml" in ended.out


@pytest.mark.parametrize("path", ["", ".", "{checkout}:", ".:{checkout}"])
def test_a_git_in_the_checkout_is_no_git(
    repository: Repository, netcost: Run, trap: Trap, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Where the search path has relative folders, or an empty one, which means the working folder."""
    shutil.copy(trap.program, repository.folder / "git")
    monkeypatch.chdir(repository.folder)
    monkeypatch.setenv("PATH", path.format(checkout="nowhere"))
    ended = netcost("check", "--base", "main")
    assert ended.code == 2
    assert "--base needs git, which is not installed" in ended.err
    assert not trap.sprung
