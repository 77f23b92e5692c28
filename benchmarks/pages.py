"""How long pages take: to be written, beyond the analysis, and to be sorted in a browser.

    python benchmarks/pages.py

Sorting needs a Chromium; it is the time from the click to a table that is laid out anew, with every layer on its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import netcost
from netcost.render import render
from netcost.render.reports import Reports
from netcost.report import Report

sys.path.append(str(Path(__file__).parent.parent / "tests"))

NETWORKS: dict[str, tuple[str, dict[str, int]]] = {
    "alexnet": ("alexnet", {}),
    "resnet50": ("resnet50", {}),
    "densenet201": ("densenet201", {}),
    "decoder of 300 layers": ("llama3_8b", {"depth": 300}),
}

SORT = """(() => {
  const every = document.querySelector("input[type=checkbox]");
  if (!every.parentNode.hidden) every.click();
  const heads = [...document.querySelectorAll(".layers thead button")];
  return Math.max(...heads.map(head => { const start = performance.now(); head.click(); document.body.offsetHeight; return performance.now() - start; }));
})()"""


def page(report: Report) -> tuple[float, str]:
    """Seconds that a page takes, and the page."""
    start = perf_counter()
    text = "".join(render(Reports([report]), "html"))
    return perf_counter() - start, text


def main() -> None:
    """Print a line for each network."""
    from browser import CHROMIUM, Browser

    pages = {}
    for name, (spec, params) in NETWORKS.items():
        page(netcost.analyze(netcost.load(spec, params=params)))  # the modules are imported once
        start = perf_counter()
        report = netcost.analyze(netcost.load(spec, params=params))
        analysis = perf_counter() - start
        seconds, pages[name] = page(report)
        print(
            f"{name}: {len(report.rows):,} rows, analysis {analysis:.3f} s, page {seconds:.3f} s, {len(pages[name].encode()):,} bytes"
        )
    if CHROMIUM is None:
        print("no Chromium: sorting is not measured")
        return
    with TemporaryDirectory() as folder, Browser() as browser, browser.tab() as tab:
        for name, text in pages.items():
            path = Path(folder) / "page.html"
            path.write_text(text, encoding="utf-8")
            tab.open(path)
            print(f"{name}: sorted within {tab.run(SORT):.0f} ms")


if __name__ == "__main__":
    main()
