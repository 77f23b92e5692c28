"""Texts that somebody else would act upon, objects in which every text is one, and what output must hold to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Any, Literal, get_args, get_origin, get_type_hints

from netcost.budget.compare import Comparison
from netcost.place import Place
from netcost.report import METRICS, SETTINGS

COMMANDS = ("::error::x", " \u3000\xa0::warning file=a::x", "##[add-mask]x###[b]", ":::error::x")
LINE_ENDS = ("\r", "\n", "\r\n", "\x85", "\u2028\u2029", "\x0b\x0c\x1c", "\n::error::x", "\r \t::error::x")
CONTROLS = (
    "\x1b[31mred\x1b]0;title\x07",
    "\x00\x07\x7f\x9b31m\t",
    "\u202e\u2066\u200b\u00ad\ufeff\U000e0041\u3164",
    "\ud800\ue000\ufffe",
)
MARKUP = (
    *("|", "a|b||", "`", "``x`", "<img src=x>", "<!-- ", "-->", "&lt;", "*x*__x__~~x~~", "\\", "[x](y)"),
    *("![x](y)[^1]", "> x", "# x", "- x", "+ x", "* x", "1. x", "2) x", "---", "===", "    x", "```", "~~~"),
    *("- [ ] x", "x\n\n# Owned\n\n> x", "x\r\r# Owned\r\r---\r"),
)
CALLS = (
    "@mention @org/team name@e.example mailto:a@e.example ",
    "#123 GH-123 owner/repo#12 CVE-2020-1234 ",
    "https://e.example http://e.example www.e.example ftp://e.example ",
    ":100: :tada: $x$ ",
    "0123456789abcdef0123456789abcdef01234567 deadbeef ",
)
KINDS = (COMMANDS, LINE_ENDS, CONTROLS, MARKUP, CALLS)
PAYLOADS = tuple(text for kind in KINDS for text in kind)

SIGNS = tuple("=+-@＝＋－＠")  # noqa: RUF001  spreadsheets take the wide forms, too
FORMULAS = tuple(
    f"{blank}{sign}1+1" for sign in SIGNS for blank in ("", " ", "\t", "\r", "\n", "\u3000\xa0 \r")
)

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff"
    "\ue000-\uf8ff\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Characters that a terminal obeys or that hide text, by their blocks."""


UNSEEN = {"Comparison": Comparison}
"""What only type checkers see where records are declared."""

HINTS: Callable[[Any], Mapping[str, object]] = cache(partial(get_type_hints, localns=UNSEEN))


def poisoned(value: Any, text: str, *, blanks: bool, hint: object = None) -> Any:
    """Put a text before every text of an object, and of the objects in it.

    Words of netcost's own, which are declared as literals or stand for columns, stay.

    Args:
        value: a record, tuple, list or mapping, however deep.
        text: what to put there.
        blanks: whether empty texts and missing places are filled, too.
        hint: what the value is declared as.
    """
    if isinstance(value, str) and get_origin(hint) is not Literal:
        return text + value if value or blanks else value
    if value is None and blanks and Place in get_args(hint):
        return Place(text, 3, 7)
    if isinstance(value, int):
        return value
    if isinstance(value, Mapping):
        return {_key(key, text): poisoned(each, text, blanks=blanks) for key, each in value.items()}
    if isinstance(value, tuple | list) and type(value) in {tuple, list}:
        return type(value)(poisoned(each, text, blanks=blanks) for each in value)
    names = FIELDS(type(value))
    hints = HINTS(type(value)) if names else {}
    members = {name: poisoned(getattr(value, name), text, blanks=blanks, hint=hints[name]) for name in names}
    return type(value)(**members) if members else value


def _key(key: str, text: str) -> str:
    return key if key in SETTINGS or key in METRICS else text + key


def _fields(kind: Any) -> list[str]:
    """The names of a record's, a dataclass's or a named tuple's members."""
    if is_dataclass(kind):
        return [field.name for field in fields(kind) if field.init]
    return list(getattr(kind, "_fields", ()))


FIELDS: Callable[[Any], list[str]] = cache(_fields)


def assert_no_command(output: str) -> None:
    """The runner of GitHub reads a line to each CR and LF, and trims what Unicode calls white space."""
    assert not [line for line in re.split(r"[\r\n]", output) if line.strip().startswith("::")]
    assert "##[" not in output


def assert_plain(output: str, harmless: str = "") -> None:
    """What a person reads: nothing hidden, no command, and as many lines as a harmless text makes."""
    lines = output.split("\n")
    assert not [line for line in lines if HIDDEN.search(line)]
    assert_no_command(output)
    if harmless:
        assert len(lines) == len(harmless.split("\n"))
