"""JUnit XML, as Jenkins, GitLab and most others read it: a suite for each model, a case for each rule."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from netcost import escape
from netcost.budget.result import Check, CheckResult, ModelResult, Note
from netcost.render.check import Checked
from netcost.render.check.wording import details, line_of, sentence, title
from netcost.render.content import Screen


def render(checked: Checked, screen: Screen) -> Iterator[str]:
    """Write all models; a warning is the output of a case that passes."""
    del screen
    result = checked.result
    suites = [_model(model) for model in result.models]
    if result.notes:
        suites.append(_notes(result))
    counted = ("tests", "failures", "errors")
    totals = {name: str(sum(int(suite.get(name, 0)) for suite in suites)) for name in counted}
    root = Element("testsuites", {"name": "netcost", **totals})
    root.extend(suites)
    indent(root)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"{tostring(root, encoding='unicode')}\n"


def _model(model: ModelResult) -> Element:
    statuses = [check.status for check in model.checks]
    counts = {
        "tests": len(statuses) + len(model.flaws),
        "failures": statuses.count("fail"),
        "errors": len(model.flaws),
        "skipped": statuses.count("skip"),
    }
    suite = Element(
        "testsuite", {"name": escape.xml(model.name), **{name: str(n) for name, n in counts.items()}}
    )
    for flaw in model.flaws:
        case = _case(suite, model.name, "analyze")
        text = f"{flaw.place}: {flaw.message}"
        _outcome(case, "error", "spec", flaw.message, text)
    for check in model.checks:
        _check(suite, model.name, check)
    return suite


def _check(suite: Element, model: str, check: Check) -> None:
    case = _case(suite, model, _title(check))
    if check.status == "fail":
        _outcome(case, "failure", check.kind, sentence(check), "\n".join([sentence(check), *details(check)]))
    elif check.status == "skip":
        SubElement(case, "skipped", message=escape.xml(check.reason))
    else:
        text = (
            [sentence(check)] if check.status == "pass" else [f"warning: {sentence(check)}", *details(check)]
        )
        SubElement(case, "system-out").text = escape.xml("\n".join(text))


def _title(check: Check) -> str:
    """A name that stays the same from run to run, so that a server can follow the rule."""
    broken_by = check.layer if check.status != "pass" and check.layer != check.layers else ""
    return f"{title(check)}: {broken_by}" if broken_by else title(check)


def _notes(result: CheckResult) -> Element:
    failures = [note for note in result.notes if note.status == "fail"]
    counts = {"tests": len(result.notes), "failures": len(failures), "errors": 0, "skipped": 0}
    suite = Element("testsuite", {"name": "budget", **{name: str(n) for name, n in counts.items()}})
    for note in result.notes:
        case = _case(suite, "budget", note.text)
        if note.status == "fail":
            _outcome(case, "failure", note.kind, note.text, _located(note))
        else:
            SubElement(case, "system-out").text = escape.xml(_located(note))
    return suite


def _located(note: Note) -> str:
    return f"{line_of(note.place)}: {note.text}" if note.place else note.text


def _case(suite: Element, model: str, name: str) -> Element:
    return SubElement(suite, "testcase", name=escape.xml(name), classname=escape.xml(model))


def _outcome(case: Element, tag: str, kind: str, message: str, text: str) -> None:
    SubElement(case, tag, type=escape.xml(kind), message=escape.xml(message)).text = escape.xml(text)
