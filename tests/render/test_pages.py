"""Pages: one file, whole and small, that asks for nothing and is read without its style and its script."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from bundled import report_of
from handmade import report, row
from hostile_texts import poisoned

import netcost
from netcost.analysis.memory import memory
from netcost.budget.compare import Comparison
from netcost.number import AtLeast
from netcost.render import Content, render
from netcost.render.diff import Diff
from netcost.render.memory import Memories
from netcost.render.reports import Reports
from netcost.render.reports.repeats import folded
from netcost.render.reports.view import View
from netcost.report import Report

VOID = {"meta", "br", "input", "img", "link", "path", "rect", "circle"}


class Reader(HTMLParser):
    """What is in a page: its elements, texts, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in VOID and tag not in {"rect", "circle"} else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that is whole."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which must be the last that began."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text with the element that it is in."""
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def written(content: Content) -> str:
    return "".join(render(content, "html"))


def page(*reports: Report, **view: object) -> str:
    return written(Reports(reports, View(**view)))  # type: ignore[arg-type]


def contents() -> dict[str, Content]:
    """A page of every command that has one of its own."""
    alexnet, resnet = report_of("alexnet"), report_of("resnet18")
    trained = netcost.load("alexnet", train="adam", batch=8)
    return {
        "one": Reports([alexnet]),
        "several": Reports([alexnet, resnet]),
        "unknown": Reports([report(row("a", params=AtLeast(0)), row("b", macs=AtLeast(7), params=1))]),
        "nothing": Reports([report()]),
        "memory": Memories([memory(trained)]),
        "memories": Memories([memory(trained), memory(netcost.load("lenet"))]),
        "diff": Diff(comparison=Comparison(alexnet, resnet), names=("a", "b")),
        "same": Diff(comparison=Comparison(alexnet, alexnet), names=("a", "a")),
    }


@pytest.mark.parametrize("name", contents())
def test_a_page_is_whole(name: str) -> None:
    """Every element is closed, every name stands once, every picture has a name, headings come in their order."""
    found = Reader(written(contents()[name]))
    assert found.open == []
    ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for svg in found.all("svg"):
        assert svg["role"] == "img"
        named = str(svg.get("aria-labelledby") or "").split()
        assert svg.get("aria-label") or (len(named) == 2 and set(named) <= set(ids))
    headings = [tag for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert all(cell.get("scope") for cell in found.all("th"))
    assert found.all("html")[0]["lang"] == "en"


@pytest.mark.parametrize("name", contents())
def test_a_page_forbids_all_but_what_is_in_it(name: str) -> None:
    """Its policy names its own style and script by their hashes; there is no other, no link and no address."""
    text = written(contents()[name])
    found = Reader(text)
    policy = str(next(each["content"] for each in found.all("meta") if each.get("http-equiv")))
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes = [f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in inside]
        assert re.findall(f"{tag}-src ([^;]*)", policy) == hashes
    assert "unsafe" not in policy
    assert not [
        key
        for _, attributes in found.elements
        for key in attributes
        if key in {"href", "src", "style", "action"} or key.startswith("on")
    ]


def test_no_style_or_script_is_needed_to_read_it() -> None:
    """Tables and texts hold every name and every exact number; colours are attributes."""
    told = report_of("resnet50")
    text = re.sub(r"<(style|script)>.*?</\1>", "", page(told), flags=re.DOTALL)
    found = Reader(text)
    shown = [data for tag, data in found.texts if tag == "bdi"][1:]
    assert shown == [each.name.partition("  x")[0] for each in folded(told.rows)]
    titles = {each.get("title") or "" for each in found.all("td")}
    assert {f"{told['fc'].params:,}", "5 x 589,824 = 2,949,120", "4,089,184,256"} <= titles
    assert not found.all("button")
    assert all(
        "fill" in attributes or "stroke" in attributes
        for tag, attributes in found.elements
        if tag == "g" and attributes.get("class")
    )


@pytest.mark.parametrize(
    ("spec", "options", "most"),
    [("resnet50", {}, 120_000), ("llama3_8b", {"params": {"depth": 300}}, 150_000), ("alexnet", {}, 60_000)],
)
def test_pages_are_small(spec: str, options: dict[str, object], most: int) -> None:
    """Bytes of the file; a decoder of 300 layers has 3,003 rows, were none of them folded."""
    told = netcost.analyze(netcost.load(spec, **options))  # type: ignore[arg-type]
    assert len(page(told).encode()) <= most


def rows_of(text: str) -> Sequence[str]:
    return re.findall(r'<tr data-at="[^"]*"><th scope="row"><bdi>([^<]*)', text)


def test_the_table_is_sorted_as_asked() -> None:
    """Without the script, too; the column says so."""
    told = report_of("alexnet")
    text = page(told, sort="params", top=3)
    assert rows_of(text) == ["fc6", "fc7", "fc8"]
    assert text.count('aria-sort="descending"') == text.count('<table class="layers bars">') == 1
    assert "Rows left out: 18 of 21" in text


def test_what_is_asked_for_has_a_column() -> None:
    """As in tables of a terminal; each layer is then on its own."""
    text = page(report_of("resnet18"), shown=("live_bytes",))
    assert "alive (" in text
    assert len(rows_of(text)) == len(report_of("resnet18").rows)


def test_what_is_not_known_is_said() -> None:
    """In cards and cells; never as nothing."""
    told = report(row("a", params=AtLeast(0), unknown=("a",)), row("b", params=70_000))
    text = page(told)
    assert "&gt;= 70,000" in text
    assert ">unknown</td>" in text
    assert "cost not known" in text


def test_a_report_from_a_file_has_a_page() -> None:
    """Without what asks for the network itself."""
    from netcost.report.read import read_report

    stored = read_report("".join(render(Reports([report_of("alexnet")]), "json")))
    text = page(*stored)
    assert "What is alive in alexnet is not known." in text
    assert "Most alive at once" not in text


@pytest.mark.parametrize("text", ["</style>", "</script>", "<!--", '"', "&", "'"])
def test_names_do_not_end_what_they_stand_in(text: str) -> None:
    """The page has the same elements as that of a harmless name, those apart that hold texts where there is room."""
    plain = report_of("alexnet")
    both = [Reader(page(poisoned(plain, each, blanks=True))).elements for each in (text, "q" * len(text))]
    tags = [[tag for tag, _ in elements if tag not in {"g", "text"}] for elements in both]
    assert tags[0] == tags[1]
