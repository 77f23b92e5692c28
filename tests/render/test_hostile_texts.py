"""Every text of every format: what others wrote is shown, and nothing acts upon it."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Collection, Container
from functools import cache
from html import unescape
from io import StringIO
from types import ModuleType
from typing import Any, get_args
from unicodedata import east_asian_width
from xml.etree import ElementTree as ET

import networks
import pytest
from hostile_texts import (
    COMMANDS,
    FORMULAS,
    HIDDEN,
    KINDS,
    MARKUP,
    PAYLOADS,
    SIGNS,
    assert_no_command,
    assert_plain,
    poisoned,
)
from markdown_it import MarkdownIt
from quick import crossed, others_slow
from test_check_formats import COMMAND, everything, parsed

from netcost.analysis.costs import analyze
from netcost.analysis.explain import explain
from netcost.budget.compare import Comparison
from netcost.budget.result import CheckResult
from netcost.derivation import Derivation
from netcost.place import Place
from netcost.record import replace
from netcost.render import FORMATS, Content, Format, Screen, derivation, formats_of, render
from netcost.render.bundled import BundledNetwork, BundledNetworks
from netcost.render.check import Checked
from netcost.render.diff import Diff
from netcost.render.reports import Reports
from netcost.render.reports.view import Style, View
from netcost.report import Report
from netcost.source.problem import Problem, SpecError

WIDE = 1_000_000
"""Columns in which no text is broken."""

ROWS = 5
"""Layers of each network that are enough."""


@cache
def plain_reports() -> list[Report]:
    """Networks with inputs, windows, declared costs and shared weights."""
    found = [analyze(networks.alexnet()), analyze(networks.tied())]
    return [replace(each, rows=each.rows[:ROWS], warnings=("a warning",)) for each in found]


@cache
def plain_derivations() -> list[Derivation]:
    """Layers with formulas of every kind, and the input."""
    alexnet, tied = networks.alexnet(), networks.tied()
    return [
        explain(alexnet, "conv1"),
        explain(alexnet, "input"),
        explain(tied, "lm_head"),
        explain(tied, "mixer"),
    ]


@cache
def run(text: str, *, blanks: bool) -> CheckResult:
    """A run with every kind of result, with a text before every text."""
    found: CheckResult = poisoned(everything() if not text else run("", blanks=False), text, blanks=blanks)
    return found


@cache
def reports(text: str) -> list[Report]:
    """The networks with a text before every text of theirs."""
    return [poisoned(each, text, blanks=True) for each in plain_reports()]


def diff(text: str) -> Diff:
    """Two networks, one of which has a layer that is new, one that is gone and one that has changed."""
    first = reports(text)[0]
    rows = first.rows
    changed = replace(rows[1], counts={**rows[1].counts, "params": 5}, output=rows[0].output)
    new = replace(rows[3], name=f"{text}new", label=f"{text}new", type=f"{text}new")
    second = replace(first, name=f"{text}second", rows=[rows[0], changed, new, rows[3]])
    return Diff(comparison=Comparison(first, second), names=(f"{text}a", f"{text}b"))


def bundled(text: str) -> BundledNetworks:
    """The networks as a list."""
    return BundledNetworks(
        [BundledNetwork(f"{text}conv1", each.inputs, each.totals) for each in reports(text)]
    )


def contents(text: str, style: Style = "alexnet") -> list[Content]:
    """What every command but `check` has to tell."""
    return [Reports(reports(text), View(style=style)), diff(text), bundled(text)]


def written(content: Content, name: str) -> str:
    """Content in a format."""
    return "".join(render(content, name, Screen(width=WIDE)))


@cache
def each_printed(text: str, name: str, style: Style = "alexnet") -> list[str]:
    """The networks in a format, the difference of two, and a list of them."""
    return [written(each, name) for each in contents(text, style) if name in formats_of(each.command)]


def printed(text: str, name: str, style: Style = "alexnet") -> str:
    return "".join(each_printed(text, name, style))


@cache
def checked(text: str, name: str, *, blanks: bool = True) -> str:
    """The run in a format."""
    return written(Checked(run(text, blanks=blanks)), name)


@cache
def derivations(text: str) -> list[Derivation]:
    """The layers with a text before every text of theirs."""
    return [poisoned(each, text, blanks=False) for each in plain_derivations()]


def explained(text: str, width: int) -> list[str]:
    """The derivations as a person reads them."""
    return [derivation.render(each, width=width) for each in derivations(text)]


def problem(text: str) -> str:
    """A fault with everything that may belong to one, and its lines of the file."""
    here = Place(f"{text}net.yaml", 1, len(text) + 1, len("line"))
    there = here._replace(path=f"{text}block.yaml")
    related = ((here._replace(line=3), f"{text}related"), (there, f"{text}called here"))
    fault = Problem(here, f"{text}message", f"{text}hint", related, (f"{text}in block",))
    return str(
        SpecError([fault], {here.path: [f"{text}line", "", f"{text}line"], there.path: [f"{text}line"]})
    )


def unhurt(text: str) -> str:
    """A harmless text that is as long."""
    return "q" * len(text)


def texts_of(value: Any) -> list[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in (*value, *value.values()) for text in texts_of(each)]
    return [text for each in value for text in texts_of(each)] if isinstance(value, list) else []


every_payload = pytest.mark.parametrize("text", PAYLOADS, ids=ascii)
MEANT_FOR_MARKDOWN = {*MARKUP} - {"|", "<img src=x>", "&lt;", "\\", "```", "x\n\n# Owned\n\n> x"}
every_payload_elsewhere = pytest.mark.parametrize(
    "text", others_slow(PAYLOADS, {*PAYLOADS} - MEANT_FOR_MARKDOWN), ids=ascii
)
"""What only Markdown takes for markup is tried on other formats in slow tests."""


def with_payloads(name: str, values: Collection[Any], slow: Container[str] = ()) -> pytest.MarkDecorator:
    """Each payload for one of the values, and for each value one of each kind; all of them for all in slow tests."""
    cases = [case for kind in KINDS for case in crossed(values, kind, slow=slow)]
    return pytest.mark.parametrize(
        (name, "text"), cases, ids=lambda value: ascii(value) if value in PAYLOADS else None
    )


# Whatever the format


def walk(name: str, text: str) -> None:
    """Hold a format to what all of them are held to, with everything that it can write."""
    told = [checked(text, name)] if name in formats_of(Checked.command) else []
    for found in (*each_printed(text, name), *told):
        assert_no_command(found)
        assert not HIDDEN.search(re.sub(r"[\r\n\t]", "", found))


@with_payloads("name", [name for name in FORMATS if name != "github"], MEANT_FOR_MARKDOWN)
def test_every_format(name: str, text: str) -> None:
    """One that is added is held to it, too; the commands that annotations are have a test of their own."""
    walk(name, text)


@pytest.mark.parametrize("text", [COMMANDS[0], "\x1b[31m"])
def test_a_format_that_escapes_nothing_is_found_out(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as it is registered."""
    leaky = ModuleType("leaky")
    leaky.render = lambda content, _: (  # type: ignore[attr-defined]
        f"{cell}\n" for record in content.records() for cell in record
    )
    monkeypatch.setitem(sys.modules, "leaky", leaky)
    monkeypatch.setitem(FORMATS, "leaky", Format(module="leaky"))
    with pytest.raises(AssertionError):
        walk("leaky", text)


# Tables


@with_payloads("style", get_args(Style), MEANT_FOR_MARKDOWN)
def test_tables(text: str, style: Style) -> None:
    """In both styles, of two networks, of a list, and of a check."""
    assert_plain(printed(text, "table", style), printed(unhurt(text), "table", style))
    assert_plain(checked(text, "table"), checked(unhurt(text), "table"))


@pytest.mark.parametrize("text", COMMANDS, ids=ascii)
def test_tables_that_are_broken_into_lines(text: str) -> None:
    """A word at the end of a line may be the first of the next."""
    for width in range(20, 60, 3):
        assert_plain("".join(render(Reports(reports(f"{text} {text} ")), "table", Screen(width=width))))


@every_payload_elsewhere
def test_derivations(text: str) -> None:
    """`explain`, through a pipe or not."""
    assert_plain("".join(explained(text, WIDE)), "".join(explained(unhurt(text), WIDE)))
    assert_plain("".join(explained(text, 20)))


@with_payloads("blanks", [False, True], MEANT_FOR_MARKDOWN)
def test_checks_as_text(text: str, blanks: bool) -> None:
    """What a person reads in a log."""
    assert_plain(checked(text, "text", blanks=blanks), checked(unhurt(text), "text", blanks=blanks))


@every_payload_elsewhere
def test_problems(text: str) -> None:
    """Place, message, hint, source lines, related lines and trail; carets stay below what they mark."""
    assert_plain(problem(text), problem(unhurt(text)))
    lines = problem(text).split("\n")
    source = next(number for number, line in enumerate(lines) if line.startswith(" 1 | "))
    before = lines[source].rpartition("line")[0]
    assert lines[source + 1].index("^") == sum(
        2 if wide in "FW" else 1 for wide in map(east_asian_width, before)
    )


# JSON


@with_payloads("write", [checked, printed], MEANT_FOR_MARKDOWN)
def test_json(text: str, write: Callable[[str, str], str]) -> None:
    """Nothing raw that a terminal or a log would act upon, and every text as it was."""
    found = write(text, "json")
    assert not HIDDEN.search(found.replace("\n", ""))
    assert_no_command(found)
    documents = [json.loads(each) for each in re.split(r"(?<=\n\}\n)", found) if each]
    assert all([each for each in texts_of(document) if each.startswith(text)] for document in documents)


# CSV

NUMBER = re.compile(r"-?\d+(\.\d+)?")


SOME_FORMULAS = FORMULAS[::5]
"""Each sign comes in one of them, and each blank before it."""


@pytest.mark.parametrize(
    "text", others_slow([*PAYLOADS, *FORMULAS], {*PAYLOADS, *SOME_FORMULAS} - MEANT_FOR_MARKDOWN), ids=ascii
)
def test_csv(text: str) -> None:
    """Every row has its cells, and none of them is a formula."""
    for found in (*each_printed(text, "csv"), checked(text, "csv")):
        assert not HIDDEN.search(re.sub(r"[\r\n\t]", "", found))
        assert_no_command(found)
        rows = list(csv.reader(StringIO(found, newline="")))
        assert len({len(row) for row in rows}) == 1
        cells = {cell for row in rows for cell in row if cell and not NUMBER.fullmatch(cell)}
        assert not [cell for cell in cells if cell.lstrip().startswith(SIGNS)]
        assert [cell for cell in cells if cell.endswith("conv1")]


# Markdown

TABLES = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CALLED = re.compile(r"(?i)@\w|#\d|gh-\d|cve-\d|://|www\.|:100:|:tada:|\$x\$|(?-i:\b[0-9a-f]{7,40}\b)")
"""What GitHub makes a link, a mention or a picture of."""

MARKUP_OF_OURS = {"text", "text_special", "html_inline", "strong_open", "strong_close"}


@cache
def blocks_of(document: str) -> list[str]:
    """The kinds of blocks of a document; a harmless one is asked for again and again."""
    return [token.type for token in TABLES.parse(document)]


def assert_shown(document: str, harmless: str) -> None:
    """The same blocks as a harmless text makes, and nothing in them but text."""
    assert_no_command(document)
    assert not HIDDEN.search(document.replace("\n", ""))
    tokens = TABLES.parse(document)
    assert [token.type for token in tokens] == blocks_of(harmless)
    inline = [each for token in tokens for each in token.children or []]
    assert {each.type for each in inline} <= MARKUP_OF_OURS
    assert {each.content for each in inline if each.type == "html_inline"} <= {"<!-- -->"}
    assert not [each.content for each in inline if CALLED.search(each.content)]
    blocks = [token.content for token in tokens if token.type == "html_block"]
    blocks = [re.sub(r"</?(details|summary)>|<!-- netcost -->", "", block) for block in blocks]
    parts = [part for block in blocks for part in block.split("<!-- -->")]
    assert not [part for part in parts if CALLED.search(unescape(part)) or "<" in part or ">" in part]


@with_payloads("style", get_args(Style))
def test_markdown(text: str, style: Style) -> None:
    """A row is one row, a remark one item; no heading, link or tag appears."""
    assert_shown(printed(text, "markdown", style), printed(unhurt(text), "markdown", style))


@with_payloads("blanks", [False, True])
def test_the_comment_of_a_pull_request(text: str, blanks: bool) -> None:
    """The same; a name may also stand inside of a tag."""
    assert_shown(checked(text, "markdown", blanks=blanks), checked(unhurt(text), "markdown", blanks=blanks))


# annotations and JUnit


@every_payload_elsewhere
def test_annotations(text: str) -> None:
    """One command a line, all of them netcost's."""
    found = checked(text, "github")
    assert not HIDDEN.search(found.replace("\n", ""))
    assert "##[" not in found
    *commands, verdict = found.splitlines()
    assert len(commands) == len(checked(unhurt(text), "github").splitlines()) - 1
    assert not COMMAND.match(verdict)
    for command in commands:
        _, properties, _ = parsed(command)
        assert properties.keys() <= {"file", "line", "col", "title"}


@with_payloads("blanks", [False, True], MEANT_FOR_MARKDOWN)
def test_junit(text: str, blanks: bool) -> None:
    """Well-formed, the same elements as a harmless text makes, no command in a line of a text."""
    found, harmless = (checked(each, "junit", blanks=blanks) for each in (text, unhurt(text)))
    assert_no_command(found)
    assert not HIDDEN.search(re.sub(r"[\n\t]", "", found))
    trees = [[each.tag for each in ET.fromstring(each).iter()] for each in (found, harmless)]  # noqa: S314
    assert trees[0] == trees[1]
