"""Pages as a browser shows them: laid out, sorted, filtered, unfolded, printed, and asking for nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, MISSING, Browser, Tab
from budgets import rules
from hostile_texts import LINE_ENDS, MARKUP, poisoned
from quick import crossed, others_slow

import netcost
from netcost import escape
from netcost.analysis.memory import memory
from netcost.budget.check import check
from netcost.budget.compare import Comparison
from netcost.budget.evidence import Evidence
from netcost.budget.result import CheckResult, ModelResult
from netcost.number import rank
from netcost.render import Content, chart_spellings, render
from netcost.render.check import Checked
from netcost.render.diff import Diff
from netcost.render.memory import Memories
from netcost.render.reports import Reports
from netcost.render.reports.repeats import folded, names_of
from netcost.render.reports.view import View
from netcost.render.variants import Heading, Spread, Variants
from netcost.report import Report, Row
from netcost.sweeps.tally import Tally

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "alexnet": ("alexnet", {}),
    "resnet50": ("resnet50", {}),
    "densenet201": ("densenet201", {}),
    "bert_base": ("bert_base", {}),
    "unet": ("unet", {}),
    "llama3_8b": ("llama3_8b", {}),
    "mixtral": ("mixtral", {}),
    "decoder_of_300": ("llama3_8b", {"params": {"depth": 300}}),
}
FEW = {"alexnet", "unet", "llama3_8b"}
"""Pictures of each kind, and rows that are folded; the others are larger, or more of the same."""
LARGE = NETWORKS.keys() - FEW
EACH_NETWORK = others_slow(NETWORKS, FEW)

SMALLEST_OF_A_THUMB = 360
A4 = 703
"""Pixels of a sheet's width, its margins of 12 mm apart: 186 mm of 96 / 25.4 pixels."""

OPENED = "document.querySelectorAll('details').forEach(each => each.open = true)"

FAULTS = """(() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg")) {
    const box = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll("text")].map(each => [each.textContent, each.getBoundingClientRect()]);
    const rects = [...svg.querySelectorAll("rect")].map(each => each.getBoundingClientRect()), slack = 0.75 * box.width / 360;
    texts.forEach(([words, at], i) => {
      if (at.left < box.left - slack || at.right > box.right + slack || at.bottom > box.bottom + slack) found.push(`outside: ${words}`);
      const within = rects.filter(each => each.left <= at.left && at.left <= each.right && each.top <= at.top + at.height / 2 && at.top + at.height / 2 <= each.bottom);
      if (within.some(each => at.right > each.right + slack)) found.push(`overruns: ${words}`);
      texts.slice(i + 1).forEach(([others, its]) => {
        const across = Math.min(at.right, its.right) - Math.max(at.left, its.left), down = Math.min(at.bottom, its.bottom) - Math.max(at.top, its.top);
        if (across > slack && down > 0.35 * Math.min(at.height, its.height, at.width, its.width)) found.push(`overlap: ${words} | ${others}`);
      });
    });
  }
  return found;
})()"""
"""What is wrong with texts in pictures; lines of letters may touch by what is between letters and lines."""


OVERFLOWING = "[...document.querySelectorAll('td, th')].filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"
"""Cells that are wider than their columns."""


@pytest.fixture(scope="module")
def tab() -> Iterator[Tab]:
    with Browser() as browser, browser.tab() as tab:
        yield tab


@cache
def report(name: str) -> Report:
    spec, options = NETWORKS[name]
    return netcost.analyze(netcost.load(spec, **options))


@cache
def on_a_device(name: str) -> Report:
    spec, options = NETWORKS[name]
    return netcost.analyze(netcost.load(spec, device="rtx4090", **options))


@cache
def several_memories() -> Content:
    loaded = [netcost.load(name, train="adam", device="rtx4090") for name in ("resnet50", "bert_base")]
    return Memories([memory(each) for each in loaded])


def several_networks() -> Content:
    return Reports([on_a_device("alexnet"), report("unet")])


def a_diff(before: str, after: str) -> Content:
    return Diff(comparison=Comparison(report(before), report(after)), names=(before, after), figures=True)


def a_check() -> Content:
    told = report("alexnet")
    held = check(Evidence(told), rules("limits: {params: 50M, weight_bytes: 250MiB, macs: {warn: 0.7G}}"))
    return Checked(CheckResult([ModelResult(name="alexnet", report=told, checks=tuple(held))]))


def a_sweep(text: str = "") -> Content:
    """A front of thirty among a thousand variants, within one limit of two."""
    names = (f"{text}width", f"{text}macs", f"{text}params")
    headings = [Heading(names[0]), *(Heading(name, "count", most=10**8) for name in names[1:])]
    rows = [(f"{text}{number}", number * 10**6, 10**12 // number) for number in range(10_000, 10_030)]
    cells = [
        (first, 400 - first + second, first % 40 + 1) for first in range(200, 290) for second in range(8)
    ]
    spread = Spread(f"{text}: 1,000 variants", names[1:], cells, {names[1]: 10**5}, [row[1:] for row in rows])
    tally = Tally(1_000, 0, 700, Counter({f"over {names[1]}": 290}), refused=Counter({f"{text} is odd": 10}))
    return Variants(f"{text}: 30 variants", headings, rows, [str(tally)], tally, spread)


OTHERS: dict[str, Callable[[], Content]] = {
    "sweep": a_sweep,
    "memory": several_memories,
    "analyze": several_networks,
    "diff": lambda: a_diff("resnet50", "densenet201"),
    "diff of decoders": lambda: a_diff("llama3_8b", "decoder_of_300"),
    "check": a_check,
}


@cache
def other_page(command: str) -> str:
    return "".join(render(OTHERS[command](), "html"))


def page(reports: Sequence[Report], folder: Path) -> Path:
    path = folder / "page.html"
    path.write_text("".join(render(Reports(reports), "html")), encoding="utf-8")
    return path


@pytest.fixture
def show(tab: Tab, tmp_path: Path) -> Any:
    """Opens the page of some reports."""

    def opened(*reports: Report, width: int = 1400, **options: bool) -> Tab:
        tab.open(page(reports, tmp_path), width, **options)
        return tab

    return opened


def names(tab: Tab) -> list[str]:
    """The names in the table of layers, from top to bottom; all of them, where not all are shown at once."""
    tab.run("[...document.querySelectorAll('p button:not([hidden])')].forEach(each => each.click())")
    found: list[str] = tab.run(
        "[...document.querySelectorAll('.layers tbody th')].map(each => each.firstChild.textContent)"
    )
    return found


def called(rows: Sequence[Row]) -> list[str]:
    return [row.name.partition("  x")[0] for row in rows]


@pytest.mark.parametrize(("name", "width"), crossed(NETWORKS, [360, 800, 1400], slow=LARGE))
def test_everything_has_its_place(show: Any, name: str, width: int) -> None:
    """No text overruns its box or lies upon another, and nothing is wider than the window."""
    tab = show(report(name), width=width, dark=width == 800)
    tab.run(OPENED)
    assert tab.run(FAULTS) == []
    assert tab.run(OVERFLOWING) == []
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.files == ["page.html"]
    assert tab.complaints == []


@pytest.mark.parametrize(("command", "width"), crossed(OTHERS, [360, 800, 1400], slow={"diff of decoders"}))
def test_everything_has_its_place_on_other_pages(tab: Tab, tmp_path: Path, command: str, width: int) -> None:
    """Of memory, comparisons, checks and lists."""
    path = tmp_path / "page.html"
    path.write_text(other_page(command), encoding="utf-8")
    tab.open(path, width, dark=width == 1400)
    tab.run(OPENED)
    assert tab.run(FAULTS) == []
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert tab.run("document.querySelectorAll('table').length") > 0
    assert tab.run(OVERFLOWING) == []
    assert tab.files == ["page.html"]
    assert tab.complaints == []


def test_texts_without_their_place_are_found_out(show: Any) -> None:
    """As soon as letters are larger than they were measured."""
    tab = show(report("resnet50"))
    assert tab.run(FAULTS) == []
    tab.run(
        "document.querySelectorAll('text, g[font-size]').forEach(each => each.setAttribute('font-size', 24))"
    )
    assert {each.partition(":")[0] for each in tab.run(FAULTS)} == {"outside", "overruns", "overlap"}


@pytest.mark.parametrize(("name", "chart"), crossed(NETWORKS, chart_spellings(), slow=LARGE))
def test_everything_has_its_place_in_a_picture_of_its_own(
    tab: Tab, tmp_path: Path, name: str, chart: str
) -> None:
    """The same of SVG files."""
    path = tmp_path / "picture.svg"
    told = on_a_device(name)
    path.write_text("".join(render(Reports([told], View(chart=chart)), "svg")), encoding="utf-8")
    tab.open(path, 800)
    assert tab.run("document.querySelectorAll('text').length") > 2
    assert tab.run(FAULTS) == []


@pytest.mark.parametrize(
    "name",
    others_slow(
        [*NETWORKS, *OTHERS], {"alexnet", "llama3_8b", "sweep", "memory", "check", "diff of decoders"}
    ),
)
def test_no_column_is_cut_on_paper(tab: Tab, tmp_path: Path, name: str) -> None:
    """Tables are no wider than a sheet of A4, and no cell is wider than its column."""
    path = tmp_path / "page.html"
    text = other_page(name) if name in OTHERS else "".join(render(Reports([report(name)]), "html"))
    path.write_text(text, encoding="utf-8")
    tab.open(path, A4)
    tab.send("Emulation.setEmulatedMedia", media="print")
    tab.run(OPENED)
    widest = tab.run(
        "Math.max(...[...document.querySelectorAll('table, figure')].map(each => each.getBoundingClientRect().right))"
    )
    overflowing = tab.run(OVERFLOWING)
    heads = tab.run(
        "[...document.querySelectorAll('th button')].filter(each => each.checkVisibility()).length"
    )
    tab.send("Emulation.setEmulatedMedia", media="")
    assert widest <= A4
    assert overflowing == []
    assert heads == 0
    assert tab.paper().startswith(b"%PDF")


COLUMNS = {"Memory": "activation_bytes", "Parameters": "params", "MACs": "macs", "FLOPs": "flops"}


def press_head(tab: Tab, head: str) -> None:
    tab.run(
        f"[...document.querySelectorAll('.layers thead button')].find(each => each.textContent == '{head}').click()"
    )


def unfold(tab: Tab) -> None:
    tab.run("document.querySelector('input[type=checkbox]').click()")


@pytest.mark.parametrize("name", EACH_NETWORK)
def test_sorting(show: Any, name: str) -> None:
    """As Python sorts: largest first and then the other way round, equal ones as in the network; folded or not."""
    told = report(name)
    tab = show(told)
    for unfolded, rows in enumerate([folded(told.rows), told.rows]):
        if unfolded and len(rows) > len(folded(rows)):
            unfold(tab)
        for head, metric in COLUMNS.items():
            ordered = {
                largest: sorted(rows, key=lambda row: rank(row[metric]), reverse=largest)
                for largest in (True, False)
            }
            for largest in (True, False):
                press_head(tab, head)
                assert names(tab) == called(ordered[largest]), (head, largest)
    press_head(tab, "Layer")
    assert tab.run("document.querySelector('.layers thead th').ariaSort") == "ascending"


@pytest.mark.parametrize("name", others_slow(NETWORKS, {"alexnet", "llama3_8b", "decoder_of_300"}))
def test_unfolding(show: Any, name: str) -> None:
    """Every layer on its own, in the order of the network, with its own exact numbers."""
    told = report(name)
    tab = show(told)
    if len(folded(told.rows)) == len(told.rows):
        assert tab.run("document.querySelector('input[type=checkbox]').parentNode.hidden")
        return
    unfold(tab)
    assert names(tab) == [row.name for row in told.rows]
    cells = tab.run(
        "[...document.querySelectorAll('.layers tbody tr')].map(row => (row.cells[4].title || row.cells[4].textContent))"
    )
    assert cells == [f"{row.params:,}" for row in told.rows]
    unfold(tab)
    assert names(tab) == called(folded(told.rows))


@pytest.mark.parametrize("name", EACH_NETWORK)
def test_filtering(show: Any, name: str) -> None:
    """By any part of a name or of a kind, also of a layer that is one of several in a row."""
    rows = folded(report(name).rows)
    tab = show(report(name))

    def said(row: Row) -> str:
        return "\n".join([*names_of(row), row.label.partition("  x")[0]]).lower()

    for text in ("conv", ".17.", "norm", "LINEAR", "add1", "no such layer", ""):
        tab.run(
            f"document.querySelector('input[type=search]').value = {text!r}; document.querySelector('input[type=search]').oninput()"
        )
        found = [row for row in rows if text.lower() in said(row)]
        assert names(tab) == called(found), text
        assert tab.run("document.querySelector('output').textContent") == f"{len(found)} of {len(rows)} rows"


def test_the_keyboard_opens_what_is_folded_and_sorts(show: Any) -> None:
    """By Enter and by the space bar; whatever can be pressed can be reached."""
    tab = show(report("resnet50"))
    closed = "document.querySelectorAll('details:not([open])').length"
    before = tab.run(closed)
    for key, code in (("Enter", 13), (" ", 32)):
        tab.run("document.querySelector('details:not([open]) > summary').focus()")
        tab.press(key, code)
    assert tab.run(closed) == before - 2
    tab.run("document.querySelectorAll('.layers thead button')[2].focus()")
    tab.press("Enter", 13)
    assert names(tab)[0] == "layer4.1-2.conv2"
    assert tab.run("document.querySelectorAll('.layers thead th')[4].ariaSort") == "descending"


@pytest.mark.parametrize("name", ["alexnet", "llama3_8b"])
def test_without_its_script(show: Any, name: str) -> None:
    """All of it is there; there is no button that does nothing."""
    tab = show(report(name), scripts=False)
    assert names(tab) == called(folded(report(name).rows))
    assert tab.run("document.querySelectorAll('button, input').length") == 0
    assert tab.run("document.querySelectorAll('figure svg').length") >= 7


def test_nothing_else_is_asked_for(show: Any) -> None:
    """What a page would ask for is refused before it leaves: pictures, scripts, styles, forms."""
    tab = show(report("alexnet"))
    tab.run(
        "(async () => { const image = new Image(); image.src = 'https://example.invalid/x.png';"
        "await new Promise(done => { image.onerror = done; });"
        "const script = document.createElement('script'); script.textContent = 'window.owned = 1'; document.body.append(script);"
        "try { await fetch('https://example.invalid/'); } catch { window.refused = 1; } })()"
    )
    assert tab.run("[window.owned, window.refused]") == [None, 1]
    assert tab.files == ["page.html"]
    assert len(tab.complaints) >= 3


OWN = (
    "<script>window.owned = 1</script>",
    '"><img src=x onerror="window.owned = 1">',
    "'onmouseover=alert(1) x='",
    "&amp;&lt;&#60;&nbsp;",
    "</title></style></script></svg><svg onload='window.owned = 1'>",
    "\u202eevil\u2066\u200f",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \ufdfd",
    "x" * 10_000,
    "W" * 10_000,
    "{{7*7}}${x}",
)
HOSTILE = others_slow(
    (*MARKUP, *LINE_ENDS, *OWN), {*OWN, "<img src=x>", "<!-- ", "\n::error::x"} - {"x" * 10_000}
)
"""Texts that a page may take for its own; more of what other formats take for theirs, and of long ones, in slow tests."""


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_names_of_others_are_text(show: Any, text: str) -> None:
    """They are shown as they are, run nothing, ask for nothing, and stay where they belong."""
    plain = report("alexnet")
    hostile = [poisoned(plain, text, blanks=True), poisoned(plain, text, blanks=False)]
    tab = show(*hostile, width=SMALLEST_OF_A_THUMB)
    tab.run(OPENED)
    assert tab.run("window.owned") is None
    assert tab.files == ["page.html"]
    assert tab.complaints == []
    assert tab.run("[document.scripts.length, document.images.length, document.styleSheets.length]") == [
        1,
        0,
        1,
    ]
    shown = escape.line(escape.flat(f"{text}conv1"))
    assert names(tab)[0] in {shown, shown.removesuffix("conv1") + "conv1"}
    assert tab.run("document.documentElement.scrollWidth") <= SMALLEST_OF_A_THUMB
    assert tab.run(FAULTS) == []


@pytest.mark.parametrize("letters", [150, 10_000])
def test_long_names_leave_room_for_numbers(tab: Tab, tmp_path: Path, letters: int) -> None:
    """In a comparison the numbers of layers stand beside their names in the same window."""
    path = tmp_path / "page.html"
    path.write_text("".join(render(hostile_diff("W" * letters), "html")), encoding="utf-8")
    tab.open(path, 1400)
    widths = "[...document.querySelectorAll('td')].map(each => each.getBoundingClientRect().width)"
    assert max(tab.run(widths)) <= 700


def hostile_diff(text: str) -> Content:
    both = [poisoned(report(name), text, blanks=False) for name in ("alexnet", "unet")]
    return Diff(comparison=Comparison(*both), names=(f"{text}a", f"{text}b"))


HOSTILE_PAGES: dict[str, Callable[[str], Content]] = {
    "sweep": a_sweep,
    "memory": lambda text: poisoned(OTHERS["memory"](), text, blanks=False),
    "check": lambda text: poisoned(OTHERS["check"](), text, blanks=False),
    "diff": hostile_diff,
}


HOSTILE_ON_PAGES = ("</title></style></script><img src=x>", "\u202e\u2066&lt;", "W" * 2_000)


@pytest.mark.parametrize(
    ("command", "text"),
    crossed(HOSTILE_PAGES, HOSTILE_ON_PAGES),
    ids=lambda value: ascii(value[:20]) if value in HOSTILE_ON_PAGES else None,
)
def test_names_of_others_are_text_on_other_pages(tab: Tab, tmp_path: Path, command: str, text: str) -> None:
    """The same of memory, comparisons and checks."""
    path = tmp_path / "page.html"
    content = HOSTILE_PAGES[command](text)
    path.write_text("".join(render(content, "html")), encoding="utf-8")
    tab.open(path, SMALLEST_OF_A_THUMB)
    tab.run(OPENED)
    assert tab.run("[document.scripts.length, document.images.length]") == [0, 0]
    assert tab.run("document.documentElement.scrollWidth") <= SMALLEST_OF_A_THUMB
    assert tab.run(FAULTS) == []
    assert tab.run(f"document.body.textContent.includes({json.dumps(escape.line(escape.flat(text)))})")
    assert tab.files == ["page.html"]
    assert tab.complaints == []
