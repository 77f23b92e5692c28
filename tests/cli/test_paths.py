"""Where the paths of a budget lead: into the git work tree around it, or below its folder where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from budgets import CNN
from repositories import Files
from running import Run

from netcost.cli import paths
from netcost.cli.paths import Ground, glob_of
from netcost.place import Place
from netcost.source.fault import Fault

HERE = Place("ci/budget.yaml", 3, 12)


@pytest.fixture
def files(folder: Path) -> Files:
    """A checkout with a budget's folder and specs beside it; a secret beside the checkout; links to both."""
    files = Files(folder)
    for path in ("tree/ci/own.yaml", "tree/ci/deep/own.yaml", "tree/nets/a.yaml", "tree/nets/.hidden/b.yaml"):
        files.write(path, CNN)
    files.write("secret.yaml", "S3CRET-TOKEN")
    files.write("tree/.git/config", "S3CRET-TOKEN")
    files.write("tree/.git/x/own.yaml", "S3CRET-TOKEN")
    links = {
        "inside.yaml": "../nets/a.yaml",
        "outside.yaml": "../../secret.yaml",
        "git.yaml": "../.git/config",
        "loop.yaml": "loop.yaml",
        "up": "../..",
        "nets": "../nets",
    }
    for name, target in links.items():
        (folder / "tree" / "ci" / name).symlink_to(target)
    return files


def said(ground: Ground, path: str) -> str:
    """What is said of a path, if it is refused."""
    try:
        ground.check(path, HERE)
    except Fault as fault:
        return f"{fault.problem.place}: {fault.problem.message}"
    return ""


OUT = "leads out of the git work tree of this budget"
GIT = "leads into git's own folder"
REACH = [
    ("own.yaml", ""),
    ("missing.yaml", ""),
    ("deep/../own.yaml", ""),
    ("../nets/a.yaml", ""),
    ("..", ""),
    ("inside.yaml", ""),
    ("nets/a.yaml", ""),
    ("loop.yaml", ""),
    ("../../secret.yaml", OUT),
    ("../../tree-beside/a.yaml", OUT),
    ("../../missing.yaml", OUT),
    ("deep/../../../secret.yaml", OUT),
    ("/etc/passwd", OUT),
    ("outside.yaml", OUT),
    ("up/secret.yaml", OUT),
    ("../.git/config", GIT),
    ("../.GIT/config", GIT),
    ("../.git", GIT),
    ("git.yaml", GIT),
    ("../nets/.git/x", GIT),
    ("../.gitignore", ""),
]


@pytest.mark.parametrize(("path", "refusal"), REACH)
def test_a_path_stays_inside_the_work_tree(files: Files, path: str, refusal: str) -> None:
    """After every link and `..`; git's own folder, which may hold a password, is out of reach."""
    assert said(Ground("tree/ci"), path) == (refusal and f"{HERE}: `{path}` {refusal}")


def test_an_absolute_path_is_refused_even_inside(files: Files) -> None:
    """It would mean nothing on another machine."""
    path = str(files.folder / "tree" / "ci" / "own.yaml")
    assert said(Ground("tree/ci"), path) == f"{HERE}: `{path}` {OUT}"


@pytest.mark.parametrize("kind", ["file", "folder", "nothing"])
def test_without_a_work_tree_a_path_stays_below_the_folder_of_the_budget(folder: Path, kind: str) -> None:
    """A work tree has a folder `.git`, or a file of that name where git keeps it elsewhere."""
    git = folder / ".git"
    (folder / "ci").mkdir()
    if kind == "file":
        git.write_text("gitdir: /elsewhere\n")
    elif kind == "folder":
        git.mkdir()
    refusal = f"{HERE}: `../a.yaml` leads out of the folder of this budget" if kind == "nothing" else ""
    assert said(Ground("ci"), "../a.yaml") == refusal
    assert said(Ground("ci"), "b.yaml") == ""


@pytest.mark.parametrize(
    "spec",
    ["../../secret.yaml", "/etc/passwd", "outside.yaml", "git.yaml", "out*.yaml", "*.yaml", "../../*.yaml", "/e*/passwd", "up/*.yaml"],
)  # fmt: skip
def test_nothing_of_a_file_outside_is_shown(files: Files, netcost: Run, spec: str) -> None:
    """The error stands at the entry."""
    files.write("tree/ci/b.yaml", f"version: 1\nmodels:\n  - {{spec: '{spec}', limits: {{params: 1}}}}\n")
    ended = netcost("check", "--budget", "tree/ci/b.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("tree/ci/b.yaml:3:12: error: `")
    assert "S3CRET" not in ended.err
    assert "root:" not in ended.err


MATCHES = [
    ("own.y*", ["own.yaml"]),
    ("./own.y*", ["own.yaml"]),
    ("**/own.yaml", ["deep/own.yaml", "own.yaml"]),
    ("../**/*.yaml", ["../ci/deep/own.yaml", "../ci/own.yaml", "../nets/a.yaml"]),
    ("../**", ["../ci/deep/own.yaml", "../ci/own.yaml", "../nets/a.yaml"]),
    ("../*/a.yaml", ["../nets/a.yaml"]),
    ("../**/.hidden/*", ["../nets/.hidden/b.yaml"]),
    ("../.*/*", []),
    ("../.g*/x/own.yaml", []),
    ("*/own.yaml", ["deep/own.yaml"]),
    ("d*p/**/own.yaml", ["deep/own.yaml"]),
    ("d?ep/*", ["deep/own.yaml"]),
    ("[n-p]wn.yaml", ["own.yaml"]),
    ("missing/*.yaml", []),
    ("own.yaml/*", []),
]


@pytest.mark.parametrize(("pattern", "found"), MATCHES)
def test_a_glob_finds_files(files: Files, pattern: str, found: list[str]) -> None:
    """Not in hidden folders unless they are named, not in git's own, nor through linked folders."""
    for link in ("outside.yaml", "git.yaml", "inside.yaml"):
        (files.folder / "tree" / "ci" / link).unlink()
    assert Ground("tree/ci").matches(pattern, HERE) == found


def test_a_file_that_is_a_link_inside_is_found(files: Files) -> None:
    """As a path to it would be."""
    assert Ground("tree/ci").matches("in*.yaml", HERE) == ["inside.yaml"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("*/../own.yaml", "`*/../own.yaml` climbs out of folders that it looks for"),
        ("/**/*.yaml", f"`/**/*.yaml` {OUT}"),
        ("../../**/*.yaml", f"`../../` {OUT}"),
        ("../.git/*", f"`../.git/` {GIT}"),
        ("out*", f"`outside.yaml` {OUT}"),
        ("gi*", f"`git.yaml` {GIT}"),
    ],
)
def test_a_glob_stays_inside_as_a_path_does(files: Files, pattern: str, message: str) -> None:
    """It is refused before anything is looked at, or at the first match outside."""
    with pytest.raises(Fault) as caught:
        Ground("tree/ci").matches(pattern, HERE)
    assert caught.value.problem.message == message


BOUNDS = [
    ("MAX_VISITS", 29, "the globs of this budget have too many files to look at"),
    ("MAX_FILES", 9, "the entries of this budget name more than 9 files"),
    ("MAX_LEVELS", 2, "there are folders more than 2 deep to look into"),
]


@pytest.mark.parametrize(("bound", "most", "message"), BOUNDS)
def test_all_globs_of_a_budget_together_are_bounded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, message: str
) -> None:
    """In what they look at, what they find, and how deep they go: three folders of five files, twice."""
    for number in range(15):
        file = folder / "a/b/c"[: number // 5 * 2 + 1] / f"{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    ground = Ground("")
    monkeypatch.setattr(paths, bound, most)
    pattern = "**/?.yaml" if bound == "MAX_FILES" else "**/*.yaml"
    with pytest.raises(Fault) as caught:
        sum(len(ground.matches(pattern, HERE)) for _ in range(2))
    assert caught.value.problem.message == message
    assert ground.visits <= 36


def test_long_names_and_patterns_count_as_more_to_look_at(folder: Path) -> None:
    """They take longer to compare: 200 characters with 200 as long as 40 short ones."""
    (folder / ("a" * 200)).touch()
    ground = Ground("")
    assert ground.matches(f"*{'a' * 198}b", HERE) == []
    assert ground.visits == 41


@pytest.mark.parametrize(
    ("pattern", "path", "is_covered"),
    [
        ("a.yaml", "a.yaml", True),
        ("a.yaml", "b/a.yaml", False),
        ("nets/*.yaml", "nets/a.yaml", True),
        ("nets/*.yaml", "nets/deep/a.yaml", False),
        ("nets/**/*.yaml", "nets/a.yaml", True),
        ("nets/**/*.yaml", "nets/b/c/a.yaml", True),
        ("nets/**/*.yaml", "nets/.b/c/a.yaml", False),
        ("nets/**/*.yaml", "other/a.yaml", False),
        ("nets/**/x/*.yaml", "nets/x/a.yaml", True),
        ("nets/**/x/*.yaml", "nets/x/y/a.yaml", False),
        ("nets/**", "nets/a/b.yaml", True),
        ("nets/**", "nets", False),
        ("**/a/a", "a/a", True),
        ("a/**/a", "a", False),
        ("nets/*.yaml", "nets/.a.yaml", False),
        ("nets/.*", "nets/.a.yaml", True),
        ("nets/[ab].yaml", "nets/a.yaml", True),
    ],
)
def test_globs_cover_deleted_files_as_they_would_have_found_them(
    pattern: str, path: str, is_covered: bool
) -> None:
    """`*` stays in its folder, `**` goes through any number of them."""
    assert glob_of(pattern).covers(path) is is_covered
