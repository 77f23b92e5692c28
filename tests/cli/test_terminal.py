"""What the terminal can show, and the options and variables that overrule it."""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO, TextIOWrapper

import pytest

from netcost.cli import terminal


class Screen(TextIOWrapper):
    """A standard output that may be a terminal."""

    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(BytesIO(), encoding)
        self.terminal = terminal

    def isatty(self) -> bool:
        """Say what the test wants."""
        return self.terminal


@pytest.mark.parametrize(
    ("asked", "is_terminal", "variables", "colored"),
    [
        ("auto", True, {}, True),
        ("auto", True, {"TERM": "xterm-256color"}, True),
        ("auto", False, {}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ("auto", True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("always", False, {}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_decided_by_the_option_then_the_variables_then_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    asked: terminal.Color,
    is_terminal: bool,
    variables: dict[str, str],
    colored: bool,
) -> None:
    """https://no-color.org and https://force-color.org; an empty variable says nothing."""
    monkeypatch.setattr(sys, "stdout", Screen(terminal=is_terminal))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal.has_color(asked) is colored


@pytest.mark.parametrize(
    ("asked", "is_terminal", "width"),
    [(None, True, 57), (None, False, None), (40, True, 40), (40, False, 40)],
)
def test_a_line_may_be_as_long_as_the_terminal_is_wide(
    monkeypatch: pytest.MonkeyPatch, asked: int | None, is_terminal: bool, width: int | None
) -> None:
    """Where there is none, there is no limit."""
    monkeypatch.setattr(sys, "stdout", Screen(terminal=is_terminal))
    monkeypatch.setenv("COLUMNS", "57")
    assert terminal.width(asked) == width


@pytest.mark.parametrize("told", ["60", "0", "-3", "x", "", None])
@pytest.mark.parametrize("own", [120, 0, None])
def test_a_terminal_is_as_wide_as_python_takes_it_for(
    monkeypatch: pytest.MonkeyPatch, told: str | None, own: int | None
) -> None:
    """By COLUMNS, by what it says itself, which may be nothing, or 80."""

    def size(_: int) -> os.terminal_size:
        if own is None:
            raise OSError
        return os.terminal_size((own, 24))

    monkeypatch.setattr(sys, "stdout", Screen(terminal=True))
    monkeypatch.setattr(os, "get_terminal_size", size)
    monkeypatch.delenv("COLUMNS", raising=False)
    if told is not None:
        monkeypatch.setenv("COLUMNS", told)
    assert terminal.width(None) == shutil.get_terminal_size().columns


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", True), ("UTF8", True), ("latin-1", False), ("ascii", False), ("cp437", False)],
)
def test_lines_are_drawn_where_the_encoding_has_them_for_sure(
    monkeypatch: pytest.MonkeyPatch, encoding: str, found: bool
) -> None:
    """Elsewhere they are made of ASCII characters."""
    monkeypatch.setattr(sys, "stdout", Screen(terminal=True, encoding=encoding))
    assert terminal.has_line_characters() is found


def test_a_closed_standard_output_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it takes anything."""
    monkeypatch.setattr(sys, "stdout", None)
    assert not terminal.is_terminal()
    assert terminal.width(None) is None
    assert terminal.has_line_characters()
