"""The documentation is executed: every command in it runs, and what it shows is what is printed."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from bundled import read_before
from running import run

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

BLOCK = re.compile(
    r"(?:<!-- (?:file: (?P<file>\S+)|with: (?P<beside>\S+)|(?P<slow>slow)) -->\n\n)?"
    r"```(?P<language>\w+)\n(?P<body>.*?)```\n",
    re.DOTALL,
)
ELISION = "...\n"
"""A line of its own that stands for any number of lines."""


def blocks(page: Path, *, whole: bool = True) -> list[re.Match[str]]:
    """The fenced blocks of a page, with the file that each is to be saved as; those that take long, if asked."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [block for block in found if whole or not block["slow"]]


README = PAGES[0]
LONG = [page for page in PAGES if page is README or any(block["slow"] for block in blocks(page))]
each_page = pytest.mark.parametrize(
    ("page", "whole"),
    [
        *(pytest.param(page, False, id=page.name) for page in PAGES),
        *(pytest.param(page, True, id=f"{page.name}, all of it", marks=pytest.mark.slow) for page in LONG),
    ],
)
"""Examples that take long run in slow tests, where a shell runs all of the README's; quick ones are of smaller numbers."""


OF_SHELLS = re.compile(r"[|&;<>()$`*?\[\]{}~#!\\\n]")
"""What a shell makes something else of."""


QUOTED = re.compile("'[^']*'")


def said(command: str, folder: Path, *, by_shell: bool) -> str:
    """What a command prints: this process runs a mere call of netcost, unless a shell is to; a shell all others."""
    if by_shell or OF_SHELLS.search(QUOTED.sub("", command)) or not command.startswith("netcost "):
        return printed(command, folder)
    _, name, *options = shlex.split(command)
    with read_before() if name == "models" else nullcontext():
        ended = run(name, *options)
    return (ended.out + ended.err).replace("\r\n", "\n")


def printed(command: str, folder: Path) -> str:
    """What a shell shows for a command, the folder of the installed scripts first on its path."""
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "NO_COLOR": "1",
    }
    ended = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )  # fmt: skip
    return ended.stdout.decode().replace(
        "\r\n", "\n"
    )  # CSV ends its lines so; a terminal shows no difference


def session(body: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what they print."""
    parts = re.split(r"^\$ (.*(?:\\\n.*)*)\n", body, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block starts with a command, not with {parts[0]!r}"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def agrees(shown: str, real: str) -> bool:
    """Compare texts line by line; a line of three dots stands for any lines."""
    pattern = ".*".join(
        re.escape(part) for part in re.split(rf"^{re.escape(ELISION)}", shown, flags=re.MULTILINE)
    )
    return re.fullmatch(pattern, real, re.DOTALL) is not None


@each_page
def test_commands_print_what_the_page_shows(
    page: Path, whole: bool, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of the page are written, then its console blocks run in order, all in one folder."""
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    if "$ git " in text and not shutil.which("git"):
        pytest.skip("git is not installed")
    for block in blocks(page, whole=whole):
        if block["file"]:
            (tmp_path / block["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block["file"]).write_text(block["body"], encoding="utf-8")
        if block["beside"]:  # a file of the tests that is no text
            shutil.copy(ROOT / block["beside"], tmp_path)
        if block["language"] != "console":
            continue
        for command, shown in session(block["body"]):
            real = said(command, tmp_path, by_shell=whole and page is README)
            if request.config.getoption("--update-golden") and not agrees(shown, real):
                text = text.replace(f"$ {command}\n{shown}", f"$ {command}\n{real}")
            else:
                assert agrees(shown, real), f"$ {command}\n{real}"
    if text != page.read_text(encoding="utf-8"):
        page.write_text(text, encoding="utf-8")


@each_page
def test_python_examples_hold(
    page: Path, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python blocks run as one session, with the page's files beside them."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(page, whole=whole):
        if block["file"]:
            (tmp_path / block["file"]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block["file"]).write_text(block["body"], encoding="utf-8")
    code = "\n".join(block["body"] for block in blocks(page, whole=whole) if block["language"] == "python")
    example = doctest.DocTestParser().get_doctest(code, {}, page.name, str(page), 0)
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert results.failed == 0


def test_the_readme_has_python_examples() -> None:
    """The session above is not an empty one."""
    assert sum(">>>" in block["body"] for block in blocks(ROOT / "README.md")) >= 1
