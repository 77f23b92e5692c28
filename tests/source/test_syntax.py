"""Broken YAML is told in plain words."""

from __future__ import annotations

import pytest
import yaml
from documents import PATH, faults, the_fault

from netcost.place import Place
from netcost.source import composer
from netcost.source.syntax import Stop, explain

SYNTAX = [
    # tabs
    ("a:\n\tb: 1\n", 2, 1, "a tab cannot indent a line", "use spaces"),
    ("layers:\n  - conv: 1\n\t- relu\n", 3, 1, "a tab cannot indent a line", "use spaces"),
    ("layers:\n  \t- conv: 1\n", 2, 3, "a tab cannot indent a line", "use spaces"),
    # quotes
    ('a: "foo\nb: 3\n', 1, 4, "this quote is never closed", "close it"),
    ("- a\n- 'foo\n", 2, 3, "this quote is never closed", "close it"),
    ("note: 'it's'\n", 1, 11, "this cannot follow a finished value", "quote the whole value"),
    ("surplus: 'b' c\n", 1, 14, "this cannot follow a finished value", "quote the whole value"),
    ("a: [b] c\n", 1, 8, "this cannot follow a finished value", "quote the whole value"),
    # signs that cannot start a value
    ("a: %x\n", 1, 4, "a value cannot start with `%`", "leave the sign out, or put it in quotes"),
    ("a: @x\n", 1, 4, "a value cannot start with `@`", "leave the sign out, or put it in quotes"),
    ("a: `x`\n", 1, 4, "a value cannot start with a backtick", "leave the sign out, or put it in quotes"),
    ("a: [&]\n", 1, 6, "`&` must be followed by a name", "quote text that starts with `&`"),
    ("a: *\n", 1, 5, "`*` must be followed by a name", "quote text that starts with `*`"),
    ("a: & b\n", 1, 5, "`&` must be followed by a name", "quote text that starts with `&`"),
    ("a: ? b\n", 1, 4, "`?` cannot stand here", "quote text that starts with `?`"),
    ("a: |x\n  foo\n", 1, 5, "no text can follow `|` or `>` on its line", "quote text"),
    ("%x: a\n", 1, 3, "lines that start with `%` are not used", "remove it"),
    ("%YAML 3.0\n---\na: 1\n", 1, 1, "this version of YAML is not known", "remove the `%YAML` line"),
    ("%YAML 1.2\n%YAML 1.2\n---\na: 1\n", 2, 1, "lines that start with `%` are not used", "remove it"),
    ("%TAG ! foo\n---\na: 1\n", 1, 1, "tags are not used in a spec", "remove this line"),
    ("a: !<x y\n", 1, 7, "tags are not used in a spec", "quote it"),
    ("a: !e!x 1\n", 1, 4, "tags are not used in a spec", "quote it"),
    # brackets
    ("a: [1, 2\n", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("a: [1, 2\nb: 3\n", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("a: [1,\n# x", 1, 4, "this `[` is never closed", "close it with `]`"),
    ("- {conv: 64, kernel: 3\n- {maxpool: 2}\n", 1, 3, "this `{` is never closed", "close it with `}`"),
    ("layers: [conv: 1, relu\ninput: [1]\n", 1, 9, "this `[` is never closed", "close it with `]`"),
    ("a: [1, 2}\n", 1, 9, "`[` cannot be closed by `}`", "write `]`"),
    ("a: {b: [1, 2}\n", 1, 13, "`[` cannot be closed by `}`", "write `]`"),
    ("a: [1]]\n", 1, 7, "this `]` closes nothing", "remove it"),
    ("a: ]\n", 1, 4, "this `]` closes nothing", "remove it"),
    ("{a: b: c}\n", 1, 6, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: 1 b: 2}\n", 1, 8, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: 1\n b: 2}\n", 2, 3, "expected `,` or `}` before this colon", "separate entries by commas"),
    ("{a: [1] b: 2}\n", 1, 9, "expected `,` or `}` here", "separate the entries by commas"),
    ("['a' 'b']\n", 1, 6, "expected `,` or `]` here", "separate the entries by commas"),
    ("a: [1, , 2]\n", 1, 8, "there is nothing before this comma", "remove it"),
    ("a: [- b]\n", 1, 5, "no list item with `-` can stand between brackets", "separate the items by commas"),
    (
        "a: [b,\n  - c]\n",
        2,
        3,
        "no list item with `-` can stand between brackets",
        "separate the items by commas",
    ),
    (
        "- {repeat: depths[0], pad: 1}\n",
        1,
        12,
        "an expression with `[` needs quotes between brackets",
        'write "depths[0]"',
    ),
    (
        "- {a: 3 * d[0][1]}\n",
        1,
        11,
        "an expression with `[` needs quotes between brackets",
        'write "d[0][1]"',
    ),
    (
        "- {note: 'x[1]', repeat: d[0]}\n",
        1,
        26,
        "an expression with `[` needs quotes between brackets",
        'write "d[0]"',
    ),
    ("- {conv: ${w}, pad: 1}\n", 1, 10, "an expression needs no `${}`", "write `w`"),
    ("- ['a' [b]]\n", 1, 8, "expected `,` or `]` here", "separate the entries by commas"),
    # colons
    ("a: b: c\n", 1, 5, "a second colon on this line", "one `key: value` a line"),
    ("- conv: 64 kernel: 3\n", 1, 18, "a second colon on this line", "one `key: value` a line"),
    ("a: 1\nfoo\nb: 2\n", 2, 1, "this line has no colon", "write `foo: ...`, or `- foo` in a list"),
    ("a: 1\nfoo\n", 2, 1, "this line has no colon", "write `foo: ...`"),
    ("a\nb: 1\n", 1, 1, "this line has no colon", "write `a: ...`"),
    ("a:1\nb: 2\n", 1, 2, "there is no space after this colon", "write `a: 1`"),
    ("a: 1\nb:2\n", 2, 2, "there is no space after this colon", "write `b: 2`"),
    (": a\n", 1, 1, "there is no key before this colon", "write `key: value`"),
    ("x" * 1100 + ": 1\n", 1, 1101, "this colon follows no key", "quote text that contains a colon"),
    # indentation
    ("a: 1\n  b: 2\n", 2, 3, "this line is indented deeper, though the line above has a value", "align it"),
    (
        "- conv: 1\n\n   pad: 2\n",
        3,
        4,
        "this line is indented deeper, though the line above has a value",
        "align it",
    ),
    ("a: 1\n# b\n  c: 2\n", 3, 3, "the indentation of this line fits no line above", "align it"),
    ("a:\n    b: 2\n  c: 3\n", 3, 3, "the indentation of this line fits no line above", "align it"),
    ("layers:\n  - conv: 1\n - relu\n", 3, 2, "the indentation of this line fits no line above", "align it"),
    ("a:\n  - b\n  c: 1\n", 3, 3, "a list item must start with `- `", "indent this line as its key is"),
    ("a:\n  - b\n c: 1\n", 3, 2, "the indentation of this line fits no line above", "align it"),
    ("a: - b\n", 1, 4, "a list cannot begin on the line of its key", "begin it on the next line"),
    ("a: 1\n...\nfoo\n", 3, 1, "the document has ended above this line", "a file holds one document"),
    ("{a: 1}\nb: 2\n", 2, 1, "the document has ended above this line", "a file holds one document"),
]


@pytest.mark.usefixtures("either_scanner")
@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), SYNTAX)
def test_broken_yaml_is_explained(text: str, line: int, column: int, message: str, hint: str) -> None:
    """Each way in which YAML goes wrong is told at its place, in plain words, with what to write."""
    problem = the_fault(text)
    assert (problem.place.line, problem.place.column, problem.message) == (line, column, message)
    assert hint in (problem.hint or "")


@pytest.mark.usefixtures("either_scanner")
def test_faults_at_the_end_of_a_file_lie_in_its_last_line() -> None:
    """A last line without a line break is the last place that a fault can have."""
    assert {problem.place.line for problem in faults("a: [? ]")} == {1}


def test_libyaml_refuses_unknown_escapes_at_the_backslash() -> None:
    """An escape that double quotes do not know is told with the ways to write a backslash."""
    problem = the_fault('a: "\\q"\n')
    assert problem.message == "double quotes know no such escape"
    assert problem.hint == "write a backslash as \\\\, or use single quotes"


def test_a_wrong_bracket_shows_the_one_it_should_close() -> None:
    """The bracket that is still open is marked too."""
    assert the_fault("a: {b: [1, 2}\n").related == ((Place(PATH, 1, 8), "opened here"),)


def test_a_reason_that_no_rule_knows_is_still_told_at_its_place() -> None:
    """Words of a reader that are not known yet give a general hint."""
    stop = Stop(
        path=PATH, lines=["a: 1"], problem="?", context="", line=1, column=4, start=(1, 1), opener=None
    )
    assert explain(stop).place == Place(PATH, 1, 4, 1)
    assert explain(stop).message == "this is not valid YAML"


def test_pyyamls_own_scanner_is_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Escapes that PyYAML's own scanner lets through, or fails on, are refused as well."""
    monkeypatch.setattr(composer, "_LOADER", yaml.SafeLoader)
    assert the_fault('a: "\\ud800"\n').message == "this text holds a control character"
    assert the_fault('a: "\\UFFFFFFFF"\n').message == "an escape stands for no character"
    assert the_fault("a:\t1\n").message == "a tab cannot stand here"
