"""The result of a check in every format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from budgets import CNN, changed, report, rules
from markdown_it import MarkdownIt
from markdown_it.token import Token

from netcost import render as formats
from netcost.budget.check import check
from netcost.budget.compare import Comparison
from netcost.budget.evidence import Evidence
from netcost.budget.result import Check, CheckResult, Culprit, ModelResult, Note
from netcost.place import Place
from netcost.record import replace
from netcost.render.check import Checked
from netcost.render.check.comment import MARK
from netcost.report import Report
from netcost.source.problem import Problem

Golden = Callable[[str, str], None]

FORMATS = formats.formats_of("check")


def flaw(message: str, place: Place = Place("gone.yaml", 0, 0)) -> Problem:  # noqa: B008
    """A fault of a spec."""
    return Problem(place, message)


def render(result: CheckResult, name: str) -> str:
    """The result in a format."""
    return "".join(formats.render(Checked(result), name))


def model(name: str, text: str, now: Report, before: Report | None = None, **facts: Any) -> ModelResult:
    """Check a network."""
    comparison = Comparison(before, now) if before else None
    checks = tuple(check(Evidence(now, comparison), rules(text), "the model is new since origin/main"))
    return ModelResult(
        name=name, source=now.source, checks=checks, report=now, comparison=comparison, **facts
    )


def everything() -> CheckResult:
    """A run with a model of every kind."""
    wider = changed("conv: 10", "conv: 12")
    custom = report(
        CNN + "  - {name: roi, custom: {output: [10], params: 5, macs_per_sample: 0}}\n", "roi.yaml"
    )
    demands = """\
        limits: {params: 3k, macs: {warn: 1.4M, max: 1.5M}}
        per_layer: [{match: "conv*", params: {max_share: 60%}}]
        regression: {params: {max_increase: 1%}, output_shape: unchanged}
        message: ask Ann before raising
        """
    return CheckResult(
        [
            model("cnn", demands, wider, report(), history="known"),
            model(
                "kept", "limits: {params: 3k}", report(), report(), history="renamed", base_source="old.yaml"
            ),
            model("shapes", "expect: {output_shape: [11], shapes: {conv1: [10, 32, 32]}}", report()),
            model("roi", "limits: {params: 1, weight_bytes: {min: 1GiB}}", custom),
            model("new", "regression: {params: 1%}\nlimits: {macs: 2M}", report(), history="new"),
            ModelResult(
                name="bad.yaml",
                source="bad.yaml",
                flaws=(flaw("unknown field `kernal` for conv", Place("bad.yaml", 4, 7)),),
            ),
            ModelResult(name="gone.yaml", flaws=(flaw("there is no such file"),)),
        ],
        [
            Note(
                "loosened",
                "loosened: cnn.yaml params max was 2k, is now 3k",
                "warn",
                Place("netcost-budget.yaml", 4, 22),
            ),
            Note("deleted", "old.yaml was deleted"),
        ],
        base="origin/main (merge base 0123456789ab)",
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_with_everything(name: str, golden: Golden) -> None:
    """As a person reads it in review."""
    golden(f"check_everything.{name}", render(everything(), name))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_result_gives_the_same_text(name: str) -> None:
    """No time, no order of chance."""
    assert render(everything(), name) == render(everything(), name)


def lines(result: CheckResult, name: str) -> list[str]:
    """The lines of a format."""
    return render(result, name).splitlines()


# text


def test_a_failure_is_explained_in_three_lines() -> None:
    """What is broken and by how much; the change and its culprits; both places.

    AlexNet-like numbers: 3,302 of 3,000 are 302 over, 10.07%; 512 more than 2,790 are 18.35%.
    """
    text = lines(everything(), "text")
    start = text.index("FAIL  cnn params 3,302 > 3,000 (+302, 10.1% over)")
    assert text[start + 1 : start + 4] == [
        "      vs base 2,790: +18.35%; conv2 +360, conv1 +152",
        "      cnn.yaml:7:19  (budget: netcost-budget.yaml:4)",
        "      ask Ann before raising",
    ]


def test_a_base_of_zero_shows_the_difference_alone() -> None:
    """There is no percentage of nothing. Batch norm keeps 2 numbers per channel, and how often it was updated."""
    now = changed("relu1, relu", "relu1, batchnorm")
    result = CheckResult([model("cnn", "regression: {buffers: 10%}", now, report())])
    assert lines(result, "text")[:2] == [
        "FAIL  cnn buffers 21 > 0 (0 +10%; +21)",
        "      vs base 0: +21; relu1 +21",
    ]


def test_a_limit_that_was_broken_before_says_so() -> None:
    """Nothing grew, so the largest layers are named."""
    result = CheckResult([model("cnn", "limits: {params: 2k}", report(), report())])
    assert lines(result, "text")[1] == (
        "      vs base 2,790: unchanged; mostly conv2 1,820 (65.2%), conv1 760 (27.2%), fc 210 (7.5%)"
    )


def test_a_number_of_outputs_that_changed_is_said_in_words() -> None:
    """There is no shape to show."""
    now = report(CNN + "outputs: [conv1, fc]\n")
    result = CheckResult([model("cnn", "regression: {output_shape: unchanged}", now, report())])
    assert lines(result, "text")[:2] == [
        "FAIL  cnn output_shape unchanged: the network has 2 outputs, it had 1",
        "      budget: netcost-budget.yaml:4",
    ]


def test_a_network_without_outputs_has_no_shape_to_show() -> None:
    """Built by hand, it may have none."""
    empty = replace(report(), outputs={})
    result = CheckResult([model("cnn", "regression: {output_shape: unchanged}", empty, empty)])
    assert "<system-out>output_shape </system-out>" in render(result, "junit")


def test_a_limit_of_the_command_line_is_said_as_it_was_given() -> None:
    """It stands in no file."""
    checks = [
        replace(each, place=Place("--limit params=1", 0, 0))
        for each in check(Evidence(report()), rules("limits: {params: 1}"))
    ]
    result = CheckResult([ModelResult(name="cnn", checks=tuple(checks), report=report())])
    assert "      cnn.yaml:7:19  (--limit params=1)" in lines(result, "text")
    assert "::error file=cnn.yaml,line=7,col=19," in render(result, "github")


def test_control_characters_do_not_reach_a_terminal() -> None:
    """A file may be called anything."""
    odd = Place("a\x1b[31m\nb", 0, 0)
    result = CheckResult([ModelResult(name=odd.path, flaws=(flaw("x\x07", odd),))])
    assert lines(result, "text")[0] == "a?[31m?b: error: x?"


def test_one_model_is_singular() -> None:
    """And the verdict counts what is wrong."""
    good, bad = model("a", "limits: {params: 3k}", report()), model("b", "limits: {params: 1}", report())
    warned = model("c", "limits: {params: {warn: 1}}", report())
    flawed = ModelResult(name="d", flaws=(flaw("no"),))
    assert lines(CheckResult([good]), "text")[-1] == "1 model within budget"
    assert lines(CheckResult([good, good]), "text")[-1] == "2 models within budget"
    assert lines(CheckResult([good, warned]), "text")[-1] == "2 models within budget, 1 with warnings"
    assert (
        lines(CheckResult([bad, flawed]), "text")[-1]
        == "1 of 2 models could not be checked, 1 of 2 models breaks its budget"
    )


# strictness and order


def test_strictly_warnings_are_failures() -> None:
    """In every format, as the exit code has it."""
    result = CheckResult(
        [model("c", "limits: {params: {warn: 1}}", report())], [Note("loosened", "x", "warn")]
    )
    assert (result.status, result.strict().status) == ("warn", "fail")
    assert lines(result.strict(), "github")[0].startswith("::error ")
    assert [note.status for note in result.strict().notes] == ["fail"]


def test_the_gravest_comes_first() -> None:
    """Failures before warnings, and of each the one furthest beyond its limit; shapes before numbers."""
    result = CheckResult(
        [
            model("a", "limits: {params: {warn: 1}}", report()),
            model("b", "limits: {params: 2789}", report()),
            model("c", "limits: {params: 1}", report()),
            model("d", "expect: {output_shape: [1]}", report()),
        ]
    )
    assert [each.name for each, _ in result.broken] == ["d", "c", "b", "a"]


# github

COMMAND = re.compile(r"::(error|warning) ([^:\r\n]*)::([^\r\n]*)")


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as GitHub's runner does: split at commas, then undo the escapes."""
    found = COMMAND.fullmatch(line)
    assert found, line
    properties = dict(each.split("=", 1) for each in found[2].split(","))
    return found[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(found[3])


def unescaped(text: str) -> str:
    """Undo the escapes that GitHub documents."""
    for escape, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def odd_place(path: str) -> Check:
    """A failure in a file of that name."""
    (found,) = check(Evidence(report()), rules("limits: {params: 1}"))
    return replace(found, culprits=(Culprit("fc", 1, Place(path, 3, 7)),), message="100%, or: more\r\nnot")


def test_annotations_are_escaped() -> None:
    """`%`, line ends, and in properties `:` and `,`."""
    result = CheckResult([ModelResult(name="a,b:c%\n", checks=(odd_place("we,ird:50%/net.yaml"),))])
    level, properties, text = parsed(lines(result, "github")[0])
    assert level == "error"
    assert properties == {
        "file": "we,ird:50%/net.yaml",
        "line": "3",
        "col": "7",
        "title": "netcost: params of a,b:c%\n",
    }
    assert text.startswith("a,b:c%\n params 2,790 > 1 (+2,789, 278,900.0% over)\n")
    assert text.endswith("\n100%, or: more\r\nnot")


def test_paths_of_annotations_start_at_the_top_of_the_repository() -> None:
    """Whatever folder netcost ran in."""
    result = CheckResult([ModelResult(name="a", checks=(odd_place("../nets/a.yaml"),))], folder="tools/ci")
    assert parsed(lines(result, "github")[0])[1]["file"] == "tools/nets/a.yaml"


def test_a_bundled_network_is_annotated_at_the_budget() -> None:
    """Its spec is in no repository of the user."""
    result = CheckResult([ModelResult(name="a", checks=(odd_place("a.yaml"),), bundled=True)])
    assert parsed(lines(result, "github")[0])[1]["file"] == "netcost-budget.yaml"


def test_there_are_at_most_ten_annotations() -> None:
    """The gravest; the last line says how many are left out."""
    warned = [model(f"w{n}", "limits: {params: {warn: 1}}", report()) for n in range(4)]
    failed = [model(f"f{n}", f"limits: {{params: {n + 1}}}", report()) for n in range(8)]
    found = lines(CheckResult([*warned, *failed]), "github")
    titles = [parsed(line)[1]["title"].split()[-1] for line in found[:-1]]
    assert titles == [*(f"f{n}" for n in range(8)), "w0", "w1"]
    assert found[-1] == "8 of 12 models break their budget, 4 with warnings; 2 more without annotation"


def test_a_text_cannot_smuggle_in_a_command() -> None:
    """A line end in a name does not begin a line."""
    result = CheckResult(
        [ModelResult(name="x\n::error::hacked", flaws=(flaw("y\r\n::set-output name=a::b"),))]
    )
    assert all(COMMAND.fullmatch(line) or "::" not in line for line in lines(result, "github"))


# junit

JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
"""Required attributes, other attributes and children of each element, as in Jenkins' junit-10.xsd."""


def assert_valid(element: ET.Element) -> None:
    """Hold an element and all below it to the schema."""
    required, optional, children = JUNIT[element.tag]
    assert required <= set(element.attrib) <= required | optional
    assert {child.tag for child in element} <= children
    if children:
        assert not (element.text or "").strip()
    for child in element:
        assert_valid(child)


def test_junit_keeps_to_its_schema() -> None:
    """Elements, attributes, and counts that add up."""
    root = ET.fromstring(render(everything(), "junit"))  # noqa: S314
    assert root.tag == "testsuites"
    assert_valid(root)
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[attribute]) == len([case for case in cases if case.find(tag) is not None])
    for attribute in ("tests", "failures", "errors"):
        assert int(root.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in root)


def test_junit_names_cases_alike_whatever_comes_of_them() -> None:
    """A server can follow a rule from run to run, even one whose limit was raised or that names other layers."""

    def names(now: Report, limit: str) -> list[str]:
        text = f"limits: {{params: {limit}}}\nper_layer: [{{match: 'c*', params: 1k}}]"
        root = ET.fromstring(render(CheckResult([model("cnn", text, now)]), "junit"))  # noqa: S314
        return [case.attrib["name"] for case in root.iter("testcase")]

    assert names(report(), "1") == ["params max", "c* params max: conv2"]
    assert names(report(), "9k") == ["params max", "c* params max: conv2"]
    assert names(changed("conv: 20", "conv: 2"), "9k") == ["params max", "c* params max"]


def test_junit_holds_only_what_xml_can() -> None:
    """Control characters, lone surrogates and markup."""
    name = 'a\x00\x1b<&">\ud800]]>\n'
    result = CheckResult([ModelResult(name=name, flaws=(flaw(name),))])
    root = ET.fromstring(render(result, "junit"))  # noqa: S314
    assert root[0].attrib["name"] == 'a??<&">?]]>\n'
    assert_valid(root)


def test_junit_fails_where_the_run_fails() -> None:
    """A strict run takes a looser budget for a failure."""
    result = CheckResult([], [Note("loosened", "x was 1, is now 2", "warn", Place("b.yaml", 2, 1))])
    assert 'failures="0"' in lines(result, "junit")[1]
    assert 'failures="1"' in lines(result.strict(), "junit")[1]


# markdown

NASTY = "a|b`c`<b>*d*_e_[f](g)\\ @someone #12 &lt; ~~x~~"


def parsed_markdown(text: str) -> list[Token]:
    """Read Markdown with tables, as GitHub does."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def cells(tokens: list[Token]) -> Iterator[list[str]]:
    """The text of each row's cells, formatting gone."""
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        if token.type == "inline":
            row.append("".join(each.content for each in token.children or [] if each.type != "html_inline"))
        if token.type == "tr_close":
            yield row
            row = []


def test_markdown_shows_names_as_they_are() -> None:
    """Pipes, backticks, tags, links: nothing breaks out of its cell, nobody is called."""
    now, before = changed("conv: 10", "conv: 12"), report()
    result = CheckResult(
        [
            replace(
                model(NASTY, f"limits: {{params: 1}}\nmessage: {json.dumps(NASTY)}", now, before),
                base_source=NASTY,
                history="renamed",
            ),
            ModelResult(name=NASTY, flaws=(flaw(NASTY, Place(NASTY, 1, 2)),)),
        ],
        [Note("deleted", NASTY)],
        base=NASTY,
    )
    text = render(result, "markdown")
    tokens = parsed_markdown(text)
    rows = list(cells(tokens))
    assert {len(row) for row in rows} == {5, 6}
    assert rows[1][1] == NASTY
    assert rows[2][1] == NASTY
    assert rows[2][3].endswith(NASTY)
    inline = [each for token in tokens for each in token.children or []]
    assert {each.content for each in inline if each.type == "html_inline"} <= {"<!-- -->"}
    assert not [
        each
        for each in inline
        if each.type in {"link_open", "em_open", "strong_open", "s_open", "code_inline"}
    ]
    assert (
        "<summary>a|b`c`&lt;b&gt;*d*_e_[f](g)\\ @<!-- -->someone #<!-- -->12 &amp;lt; ~~x~~: 4 layers" in text
    )
    assert "@someone" not in text
    assert "#12" not in text


def test_a_comment_begins_with_its_mark() -> None:
    """By which a later run finds it."""
    assert lines(everything(), "markdown")[0] == MARK


def test_a_comment_shows_what_changed_and_nothing_else() -> None:
    """Totals of models that changed, their layers that did; a model that stayed has no row."""
    same = model("same", "limits: {params: 9k}", report(), report())
    result = CheckResult(
        [same, model("cnn", "limits: {params: 9k}", changed("conv: 10", "conv: 12"), report())]
    )
    rows = list(cells(parsed_markdown(render(result, "markdown"))))
    assert ["cnn", "params", "2,790", "3,302", "+512", "+18.35%"] in rows
    assert ["Layer", "", "Output", "params", "activation_bytes", "macs"] in rows
    assert [
        "conv1",
        "changed",
        "10 x 32 x 32 -> 12 x 32 x 32",
        "912 (+152)",
        "49,152 (+8,192)",
        "921,600 (+153,600)",
    ] in rows
    assert ["conv2", "changed", "20 x 16 x 16", "2,180 (+360)", "", "552,960 (+92,160)"] in rows
    assert not [row for row in rows if "trainable_params" in row]
    assert not [row for row in rows if "same" in row or "fc" in row]


def test_a_renamed_layer_is_told_by_both_names() -> None:
    """Though no number changed."""
    now = changed("name: conv2", "name: second")
    rows = list(
        cells(
            parsed_markdown(
                render(CheckResult([model("cnn", "limits: {params: 9k}", now, report())]), "markdown")
            )
        )
    )
    assert ["conv2 -> second", "changed", "20 x 16 x 16"] in rows


def test_a_run_without_changes_is_short() -> None:
    """The mark, the verdict, and no table."""
    result = CheckResult([model("cnn", "limits: {params: 9k}", report(), report())])
    assert lines(result, "markdown") == [MARK, "### netcost: 1 model within budget", ""]


@pytest.mark.parametrize("count", [300, pytest.param(3_000, marks=pytest.mark.slow)])
def test_a_comment_is_never_too_long_to_post(count: int) -> None:
    """However many models fail, and however long their names are; what is left out is counted."""
    broken = model(
        "x" * 100, "limits: {params: 1}\nmessage: " + "m" * 1_000, changed("conv: 10", "conv: 12"), report()
    )
    flawed = ModelResult(name=NASTY * 9, flaws=(flaw(NASTY * 400),))
    text = render(
        CheckResult([broken, flawed] * (count // 2), [Note("deleted", "n" * 500)] * count), "markdown"
    )
    assert len(text) < 60_000
    assert len(text) > 50_000
    shown = len([row for row in cells(parsed_markdown(text)) if row[0] in {"FAIL", "ERROR"}])
    assert 0 < shown < count
    last = text.splitlines()[-1]
    assert re.fullmatch(r"[\d,]+ rows are left out for length; the JSON output has everything\.", last)


def test_a_single_row_left_out_is_singular() -> None:
    """Grammar."""
    from netcost.render.check.comment import Section, fitted

    assert list(fitted([Section(("head",), ["row", "x" * 50])], 20))[-1].startswith("1 row is left out")
    assert list(fitted([Section(("head",), ["row"])], 3)) == [
        "1 row is left out for length; the JSON output has everything."
    ]


# json


def test_json_holds_every_number_exactly() -> None:
    """Of rules that are kept, too, with the places of layer and rule."""
    document = json.loads(render(everything(), "json"))
    assert (document["format_version"], document["status"]) == ("1.1", "error")
    assert document["counts"] == {"error": 2, "fail": 3, "warn": 0, "skip": 0, "pass": 2}
    cnn = document["models"][0]
    assert (cnn["totals"]["params"], cnn["base_totals"]["params"]) == (3_302, 2_790)
    first = cnn["checks"][0]
    assert {key: first[key] for key in ("status", "subject", "kind", "value", "limit", "base")} == {
        "status": "fail",
        "subject": "params",
        "kind": "max",
        "value": 3_302,
        "limit": 3_000,
        "base": 2_790,
    }
    assert first["place"] == {"path": "netcost-budget.yaml", "line": 4, "column": 22}
    assert first["culprits"][0] == {
        "layer": "conv2",
        "value": 360,
        "grew": True,
        "place": {"path": "cnn.yaml", "line": 7, "column": 19},
    }


def test_json_has_no_absolute_path() -> None:
    """So that it is the same on every machine."""
    result = CheckResult(
        [ModelResult(name="a", source="/home/ann/a.yaml", checks=(odd_place("/home/ann/a.yaml"),))]
    )
    assert "/home" not in render(result, "json")


def test_unknown_formats_are_refused() -> None:
    """The caller offers those that there are."""
    with pytest.raises(KeyError):
        render(everything(), "xml")


def test_formats_are_known_by_their_suffix() -> None:
    """Where one has a suffix of its own; of two that share one, the first has it."""
    assert {suffix: name for name, each in reversed(FORMATS.items()) for suffix in each.suffixes} == {
        ".txt": "text",
        ".csv": "csv",
        ".json": "json",
        ".md": "markdown",
        ".markdown": "markdown",
        ".xml": "junit",
        ".sarif": "sarif",
        ".html": "html",
        ".htm": "html",
    }
    assert Path(__file__).suffix not in {suffix for each in FORMATS.values() for suffix in each.suffixes}
