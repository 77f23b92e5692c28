"""The pictures that the documentation shows are those that its commands draw now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from running import Run

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PAGES = (ROOT / "README.md", ROOT / "docs" / "pictures.md")

COMMANDS: dict[str, Sequence[str]] = {
    words[-1]: words
    for page in PAGES
    for line in re.findall(r"^\$ netcost (.* -o \w+\.svg)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    for words in [line.split()]
}
"""The arguments of each command that draws, by the file that it writes."""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_picture_is_what_its_command_draws(
    name: str, netcost: Run, folder: Path, request: pytest.FixtureRequest
) -> None:
    """Byte by byte; `pytest --update-golden` draws it anew."""
    assert netcost(*COMMANDS[name]) == (0, "", f"{name} is written\n")
    drawn = (folder / name).read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        (PICTURES / name).write_text(drawn, encoding="utf-8")
    assert (PICTURES / name).read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_its_commands_draw(page: Path) -> None:
    """Each picture that is shown is there and has a command on that page."""
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]+\]\((?:docs/)?pictures/([^)]+)\)", text)
    assert shown
    assert [name for name in shown if f"-o {name}" not in text or not (PICTURES / name).is_file()] == []


def test_every_picture_is_drawn_by_a_command() -> None:
    assert {path.name for path in PICTURES.iterdir()} == COMMANDS.keys()
