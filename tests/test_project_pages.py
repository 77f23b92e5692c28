"""The pages for those who carry it on: what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netcost

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]
ROWS = [line.split("|")[1:-1] for line in CONTRIBUTING.splitlines() if line.startswith("| ")][1:]


def anchors(page: Path) -> set[str]:
    """The headings of a page, as GitHub names them in links."""
    lines = page.read_text(encoding="utf-8").splitlines()
    titles = (line.lstrip("# ").lower() for line in lines if re.match("#+ ", line))
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w.]+/[\w./]*)`", CONTRIBUTING))))
def test_each_file_that_is_named_is_there(path: str) -> None:
    """Also folders, and the gate."""
    assert (ROOT / path).exists()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_each_table_stands_in_the_file_that_is_named_for_it(row: list[str]) -> None:
    """`METRICS` in netcost/report/metrics.py, and so on."""
    files = [ROOT / path for path in re.findall(r"`(netcost/[\w./]*\.py)`", row[1])]
    for table in re.findall(r"`([A-Z]{4,})`", row[1]):
        assert any(
            re.search(rf"^{table}\b", file.read_text(encoding="utf-8"), re.MULTILINE) for file in files
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """To files of the repository, and to headings in them."""
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        name, _, heading = link.partition("#")
        if "//" not in link:
            target = page.parent / name if name else page
            assert target.exists(), link
            assert not heading or heading in anchors(target), link


def test_the_index_lists_each_page() -> None:
    """Once, but for itself."""
    listed = re.findall(
        r"^\| \[([\w-]+\.md)\]\(\1\)", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted([*listed, "index.md"]) == sorted(page.name for page in DOCS.glob("*.md"))


def test_the_changelog_has_the_version_that_is_installed_and_what_came_since() -> None:
    """In the form of Keep a Changelog, the newest first."""
    titles = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles[:2] == ["Unreleased", netcost.__version__]
