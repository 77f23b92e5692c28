"""What models were as of a commit: links, submodules and faults in the tree as git has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from budgets import CNN
from repositories import Repository
from running import Result, Run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need privileges elsewhere")

BUDGET = """\
version: 1
models:
  - spec: net.yaml
    regression: {params: 0%}
"""
GREW = "FAIL  cnn params 3,302 > 2,790 (2,790 +0%; +512, 18.4% over)"
IMPORTING = CNN.replace("input:", "imports: {b: b.yaml}\ninput:").replace(
    "{name: conv1, conv: 10, kernel: 5, pad: 2}", "{name: conv1, b.Wide}"
)
BLOCKS = "blocks: {Wide: {layers: [{conv: 10, kernel: 5, pad: 2}]}}\n"


@pytest.fixture
def repository(folder: Path) -> Repository:
    """A budget about `net.yaml`, which a test makes a link of one kind or another."""
    repository = Repository(folder)
    repository.write("netcost-budget.yaml", BUDGET)
    return repository


def settle(repository: Repository) -> None:
    """Take what there is for the base."""
    repository.commit()
    repository.git("switch", "--quiet", "--create", "work")


def checked(netcost: Run) -> Result:
    """A check against the base."""
    return netcost("check", "--base", "main")


LINKS = [
    ("real/net.yaml", {"net.yaml": "real/net.yaml"}),
    ("real/net.yaml", {"net.yaml": "./real//net.yaml"}),
    ("net/real.yaml", {"net.yaml": "a.yaml", "a.yaml": "b/c.yaml", "b/c.yaml": "../net/real.yaml"}),
    ("v1/net.yaml", {"net.yaml": "current/net.yaml", "current": "v1"}),
    (
        "v1/v1/net.yaml",
        {"net.yaml": "deep/current/../v1/net.yaml", "deep/current": "../v1/in", "v1/in/a": "b"},
    ),
]


@pytest.mark.parametrize(("real", "links"), LINKS, ids=str)
def test_links_are_followed_as_they_were(
    repository: Repository, netcost: Run, real: str, links: dict[str, str]
) -> None:
    """Through files and folders, up and down; `..` after a link leads above the folder that the link led to."""
    repository.write(real, CNN)
    for path, target in links.items():
        repository.link(path, target)
    settle(repository)
    assert (checked(netcost).code, checked(netcost).err) == (0, "")
    repository.change(real, "conv: 10", "conv: 12")
    ended = checked(netcost)
    assert ended.code == 1
    assert ended.out.splitlines()[0] == GREW


def test_a_link_may_lead_elsewhere_now(repository: Repository, netcost: Run) -> None:
    """What it led to then is the base."""
    repository.write("v1.yaml", CNN)
    repository.link("net.yaml", "v1.yaml")
    settle(repository)
    repository.write("v2.yaml", CNN.replace("conv: 10", "conv: 12"))
    repository.link("net.yaml", "v2.yaml")
    assert checked(netcost).out.splitlines()[0] == GREW


def test_a_link_to_a_folder_may_lead_elsewhere_now(repository: Repository, netcost: Run) -> None:
    """Its files are compared by their names, not with themselves as new ones."""
    repository.write("netcost-budget.yaml", BUDGET.replace("net.yaml", "current/net.yaml"))
    repository.write("v1/net.yaml", CNN)
    repository.link("current", "v1")
    settle(repository)
    repository.write("v2/net.yaml", CNN.replace("conv: 10", "conv: 12"))
    repository.link("current", "v2")
    assert checked(netcost).out.splitlines()[0] == GREW


@pytest.mark.parametrize("was_link", [True, False])
def test_a_file_may_have_become_a_link_and_a_link_a_file(
    repository: Repository, netcost: Run, *, was_link: bool
) -> None:
    """Each is read as it was."""
    if was_link:
        repository.write("real.yaml", CNN)
        repository.link("net.yaml", "real.yaml")
    else:
        repository.write("net.yaml", CNN)
    settle(repository)
    if was_link:
        (repository.folder / "net.yaml").unlink()
        repository.write("net.yaml", CNN.replace("conv: 10", "conv: 12"))
    else:
        repository.write("real.yaml", CNN.replace("conv: 10", "conv: 12"))
        repository.link("net.yaml", "real.yaml")
    assert checked(netcost).out.splitlines()[0] == GREW


@pytest.mark.parametrize("renamed", ["net.yaml", "real.yaml", "both"])
def test_links_and_what_they_lead_to_may_have_been_renamed(
    repository: Repository, netcost: Run, renamed: str
) -> None:
    """A link of a new name is compared with the old link, or with the old name of its file."""
    repository.write("real.yaml", CNN)
    repository.link("net.yaml", "real.yaml")
    settle(repository)
    now = "real.yaml"
    if renamed != "net.yaml":
        repository.git("mv", "real.yaml", "renamed.yaml")
        now = "renamed.yaml"
        repository.link("net.yaml", now)
    if renamed != "real.yaml":
        (repository.folder / "net.yaml").unlink()
        repository.link("elsewhere/a.yaml", f"../{now}")
        repository.change("netcost-budget.yaml", "net.yaml", "elsewhere/a.yaml")
    repository.change(now, "conv: 10", "conv: 12")
    repository.commit()
    assert checked(netcost).out.splitlines()[0] == GREW


def test_a_new_name_for_a_file_that_was_there_is_no_new_model(repository: Repository, netcost: Run) -> None:
    """The file that a new link leads to had numbers before."""
    repository.write("net.yaml", CNN)
    settle(repository)
    repository.link("alias.yaml", "net.yaml")
    repository.change("netcost-budget.yaml", "net.yaml", "alias.yaml")
    repository.change("net.yaml", "conv: 10", "conv: 12")
    assert checked(netcost).out.splitlines()[0] == GREW


def test_linked_imports_are_followed(repository: Repository, netcost: Run) -> None:
    """As specs are."""
    repository.write("net.yaml", IMPORTING)
    repository.write("real/b.yaml", BLOCKS)
    repository.link("b.yaml", "real/b.yaml")
    settle(repository)
    repository.change("real/b.yaml", "conv: 10", "conv: 12")
    assert checked(netcost).out.splitlines()[0] == GREW


def test_a_linked_budget_is_followed(repository: Repository, netcost: Run) -> None:
    """What it allows more than before is seen."""
    repository.write("net.yaml", CNN)
    repository.write("shared/budget.yaml", BUDGET)
    repository.link("netcost-budget.yaml", "shared/budget.yaml")
    settle(repository)
    repository.change("shared/budget.yaml", "0%", "20%")
    repository.change("net.yaml", "conv: 10", "conv: 12")
    ended = checked(netcost)
    assert ended.code == 0
    assert "WARN  loosened: net.yaml params max_increase was 0%, is now 20%" in ended.out


def test_the_repository_may_be_reached_by_a_link(
    repository: Repository, netcost: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Links before its top are the user's own."""
    repository.write("net.yaml", CNN)
    repository.write("nets/net.yaml", CNN + "budget: {regression: {params: 0%}}\n")
    settle(repository)
    repository.change("nets/net.yaml", "conv: 10", "conv: 12")
    outside = tmp_path_factory.mktemp("links")
    (outside / "top").symlink_to(repository.folder)
    (outside / "nets").symlink_to(repository.folder / "nets")
    (outside / "net.yaml").symlink_to(repository.folder / "nets" / "net.yaml")
    for path in ("top/nets/net.yaml", "nets/net.yaml", "net.yaml", "top/nets/../nets/net.yaml"):
        ended = netcost("check", str(outside / path), "--base", "main")
        assert (path, ended.out.splitlines()[0]) == (path, GREW)


# what cannot be read


UNREADABLE: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({}, {"net.yaml": "gone.yaml"}, "`net.yaml` was a link that led to no file"),
    ({"a/b.yaml": CNN}, {"net.yaml": "a"}, "`net.yaml` was a link that led to no file"),
    ({"a.yaml": CNN}, {"net.yaml": "a.yaml/b.yaml"}, "`net.yaml` was a link that led to no file"),
    ({}, {"net.yaml": "a.yaml", "a.yaml": "net.yaml"}, "`net.yaml` was a link in a circle of links"),
    ({}, {"net.yaml": "net.yaml/net.yaml"}, "`net.yaml` was a link in a circle of links"),
    ({}, {"net.yaml": "../net.yaml"}, "`net.yaml` was a link out of the repository"),
    ({"a/b/c.yaml": ""}, {"net.yaml": "a/b/../../../n.yaml"}, "`net.yaml` was a link out of the repository"),
    ({}, {"net.yaml": "/etc/hostname"}, "`net.yaml` was a link out of the repository, to /etc/hostname"),
    ({}, {"net.yaml": "sub/net.yaml"}, "`net.yaml` lay in a submodule, which is a repository of its own"),
    ({"net.yaml": CNN.replace("conv: 10", "convv: 10")}, {}, "net.yaml:4:19: "),
    (
        {"net.yaml": f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\n"},
        {},
        "net.yaml: this is a pointer of Git LFS, and not the file",
    ),
    ({"net.yaml": CNN + "\0"}, {}, "net.yaml: this is a binary file"),
    ({"net.yaml": CNN + "#" * 2**22}, {}, "it has 4,194,537 bytes, at most 4,194,304 are read"),
    (
        {"net.yaml": CNN + "budget: {limits: {parms: 1}}\n"},
        {},
        "net.yaml:10:19: unknown key `parms` in `limits`",
    ),
    ({"net.yaml": IMPORTING}, {}, "net.yaml:2:14: there is no file `b.yaml` beside this one"),
    (
        {"net.yaml": IMPORTING},
        {"b.yaml": "/etc/hostname"},
        "net.yaml:2:14: `b.yaml` cannot be read: `b.yaml` was a link out of the repository, to /etc/hostname",
    ),
]


@pytest.mark.parametrize(
    ("files", "links", "message"), UNREADABLE, ids=[each[2][-60:] for each in UNREADABLE]
)
def test_a_base_that_cannot_be_read_is_an_error(
    repository: Repository, netcost: Run, files: dict[str, str], links: dict[str, str], message: str
) -> None:
    """No rule about a change is skipped for it; where there is none, a warning says what cannot be told."""
    if "submodule" in message:
        submodule = Repository(repository.folder / "sub")
        submodule.write("net.yaml", CNN)
        submodule.commit()
    for path, text in files.items():
        repository.write(path, text)
    for path, target in links.items():
        repository.link(path, target)
    settle(repository)
    (repository.folder / "net.yaml").unlink()
    repository.write("net.yaml", CNN)
    ended = checked(netcost)
    assert ended.code == 2
    assert "net.yaml: error: there is nothing to compare this model with: " in ended.out
    assert message in ended.out
    assert "as of main (merge base " in ended.out
    assert "--baseline report.json" in ended.out
    assert netcost("diff", "net.yaml", "--base", "main").code == 2
    repository.write(
        "netcost-budget.yaml", BUDGET.replace("regression: {params: 0%}", "limits: {params: 3k}")
    )
    ended = checked(netcost)
    assert (ended.code, ended.err) == (0, "")
    assert [line for line in ended.out.splitlines() if line.startswith("WARN") and message in line]
    assert netcost("check", "--base", "main", "--strict").code == 1


def test_a_warning_about_a_base_is_given_once(repository: Repository, netcost: Run) -> None:
    """Though the budget reads the spec in several ways."""
    repository.link("net.yaml", "gone.yaml")
    settle(repository)
    (repository.folder / "net.yaml").unlink()
    repository.write("net.yaml", CNN)
    entry = "  - {spec: net.yaml, assume: {batch: %d}, limits: {params: 3k}}\n"
    repository.write("netcost-budget.yaml", "version: 1\nmodels:\n" + entry % 1 + entry % 2)
    assert checked(netcost).out.count("`net.yaml` was a link that led to no file") == 1


def test_a_model_that_was_in_a_submodule_is_not_new(repository: Repository, netcost: Run) -> None:
    """It had numbers, which git cannot tell."""
    submodule = Repository(repository.folder / "sub")
    submodule.write("net.yaml", CNN)
    submodule.commit()
    repository.write("netcost-budget.yaml", BUDGET.replace("net.yaml", "sub/net.yaml"))
    settle(repository)
    ended = checked(netcost)
    assert ended.code == 2
    assert "`sub/net.yaml` lay in a submodule" in ended.out


@pytest.mark.parametrize("old", [{}, {"net.yaml/a.yaml": CNN}])
def test_a_model_without_a_file_is_new(repository: Repository, netcost: Run, old: dict[str, str]) -> None:
    """Though there may have been a folder of its name."""
    for path, text in old.items():
        repository.write(path, text)
    settle(repository)
    for path in old:
        (repository.folder / path).unlink()
        (repository.folder / path).parent.rmdir()
    repository.write("net.yaml", CNN)
    ended = checked(netcost)
    assert (ended.code, ended.err) == (0, "")
    assert "skip  cnn params max_increase 0%: the model is new since main" in ended.out


def test_a_spec_that_is_a_link_out_of_the_repository_has_no_base(
    repository: Repository, netcost: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever there was under its name."""
    repository.write("net.yaml", CNN)
    settle(repository)
    outside = tmp_path_factory.mktemp("outside") / "net.yaml"
    outside.write_text(CNN)
    repository.link("net.yaml", str(outside))
    ended = checked(netcost)
    assert ended.code == 2
    assert "net.yaml" in ended.err


def test_standard_input_has_no_base(repository: Repository, netcost: Run) -> None:
    """Nor is it a new model, for which rules about changes would be skipped."""
    repository.write("net.yaml", CNN)
    settle(repository)
    text = (CNN + "budget: {regression: {params: 0%}}\n").encode()
    ended = netcost("check", "-", "--base", "main", stdin=text)
    assert ended.code == 2
    assert "git knows nothing of standard input" in ended.out


def test_a_file_that_is_gone_is_told(repository: Repository, netcost: Run) -> None:
    """Whether git has been told or not; one that is only new to git is none that was deleted."""
    files = {"net.yaml": "net", "old/told.yaml": "told", "old/untold.yaml": "untold", "old/kept.yaml": "kept"}
    for path, name in files.items():
        repository.write(path, CNN.replace("name: cnn", f"name: {name}"))
    repository.write("netcost-budget.yaml", BUDGET + "  - {spec: old/*.yaml, limits: {params: 3k}}\n")
    settle(repository)
    repository.git("rm", "--quiet", "old/told.yaml")
    (repository.folder / "old/untold.yaml").unlink()
    repository.write("old/new.yaml", CNN)
    repository.git("add", "old/new.yaml")
    (repository.folder / "old/new.yaml").unlink()
    notes = [line for line in checked(netcost).out.splitlines() if line.startswith("note")]
    assert notes == ["note  old/told.yaml was deleted", "note  old/untold.yaml was deleted"]


def test_a_variant_that_was_not_there_is_a_new_model(repository: Repository, netcost: Run) -> None:
    """Its spec could be read, only not in this way; a spec that was faulty in any way is an error."""
    repository.write("net.yaml", CNN)
    settle(repository)
    repository.write(
        "net.yaml",
        CNN.replace("conv: 10", "conv: wide") + "params: {wide: 10}\nvariants: {large: {wide: 12}}\n",
    )
    repository.write(
        "netcost-budget.yaml", BUDGET + BUDGET.split("models:\n")[1] + "    assume: {variant: large}\n"
    )
    ended = checked(netcost)
    assert (ended.code, ended.err) == (0, "")
    (skipped,) = [line for line in ended.out.splitlines() if line.startswith("skip")]
    assert skipped.startswith(
        "skip  large params max_increase 0%: the model is new since main; with variant large, "
    )
    assert skipped.endswith("net.yaml:1:1: there is no variant `large`")


@pytest.mark.parametrize("folder_of_budget", ["", "nets/"])
def test_a_file_that_gave_way_to_a_bundled_network_of_its_name_is_its_base(
    repository: Repository, netcost: Run, folder_of_budget: str
) -> None:
    """The bundled one is compared with what the name meant."""
    repository.write(f"{folder_of_budget}lenet.yaml", CNN)
    repository.write("netcost-budget.yaml", BUDGET.replace("net.yaml", "lenet"))
    repository.write(f"{folder_of_budget}budget.yaml", BUDGET.replace("net.yaml", "lenet.yaml"))
    settle(repository)
    (repository.folder / f"{folder_of_budget}lenet.yaml").unlink()
    ended = netcost("check", "--base", "main", "--budget", f"{folder_of_budget}budget.yaml")
    assert ended.code == 1
    assert "> 2,790 (2,790 +0%; " in ended.out.splitlines()[0]
    assert checked(netcost).code == 0


@pytest.mark.parametrize("folder_of_budget", ["", "nets/"])
@pytest.mark.parametrize("name", ["linear_classifier", "linear_classifier.yaml"])
def test_a_bundled_network_that_gave_way_to_a_file_of_its_name_is_its_base(
    repository: Repository, netcost: Run, folder_of_budget: str, name: str
) -> None:
    """A rule about its change is not skipped for that: 10 * 3072 + 10 = 30,730 of the bundled one."""
    budget = f"{folder_of_budget}budget.yaml"
    repository.write(budget, BUDGET.replace("net.yaml", name))
    settle(repository)
    repository.write(f"{folder_of_budget}{name}", CNN.replace("conv: 10", "conv: 1000"))
    ended = netcost("check", "--base", "main", "--budget", budget)
    assert ended.code == 1
    assert "> 30,730 (30,730 +0%; " in ended.out.splitlines()[0]


def test_a_new_file_of_a_bundled_name_that_no_budget_meant_is_new(
    repository: Repository, netcost: Run
) -> None:
    """Its entry came with it, or the budget did."""
    repository.write("net.yaml", CNN)
    settle(repository)
    repository.write("lenet.yaml", CNN)
    added = BUDGET + "  - {spec: lenet.yaml, regression: {params: 0%}}\n"
    repository.write("netcost-budget.yaml", added)
    repository.write("budget.yaml", added)
    for ended in (checked(netcost), netcost("check", "--base", "main", "--budget", "budget.yaml")):
        assert ended.code == 0
        assert "skip  cnn in lenet.yaml params max_increase 0%: the model is new since main" in ended.out


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("gone.yaml", "`netcost-budget.yaml` was a link that led to no file"),
        ("netcost-budget.yaml", "`netcost-budget.yaml` was a link in a circle of links"),
        ("../budget.yaml", "`netcost-budget.yaml` was a link out of the repository"),
        ("sub/net.yaml", "`netcost-budget.yaml` lay in a submodule"),
    ],
)
def test_a_budget_that_could_not_be_read_is_an_error_where_it_limits_changes(
    repository: Repository, netcost: Run, target: str, message: str
) -> None:
    """Nobody can tell what has been loosened since; without limits of changes, that is a warning."""
    submodule = Repository(repository.folder / "sub")
    submodule.write("net.yaml", BUDGET)
    submodule.commit()
    repository.write("net.yaml", CNN)
    repository.link("netcost-budget.yaml", target)
    settle(repository)
    (repository.folder / "netcost-budget.yaml").unlink()
    repository.write("netcost-budget.yaml", BUDGET)
    ended = checked(netcost)
    assert (ended.code, ended.out) == (2, "")
    assert "netcost-budget.yaml: error: as of main (merge base " in ended.err
    assert message in ended.err
    repository.write(
        "netcost-budget.yaml", BUDGET.replace("regression: {params: 0%}", "limits: {params: 3k}")
    )
    ended = checked(netcost)
    assert (ended.code, ended.err) == (0, "")
    assert [line for line in ended.out.splitlines() if line.startswith("WARN") and message in line]


def test_a_budget_outside_of_the_repository_has_no_base(
    repository: Repository, netcost: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """So nobody can tell what has been loosened."""
    repository.write("net.yaml", CNN)
    settle(repository)
    outside = tmp_path_factory.mktemp("outside") / "budget.yaml"
    outside.write_text("version: 1\nmodels: [{spec: lenet, limits: {params: 9M}}]\n")
    ended = netcost("check", "--base", "main", "--budget", str(outside))
    assert (ended.code, ended.err) == (0, "")
    kept, warning, _ = ended.out.splitlines()
    assert kept == "ok    lenet 1 check"
    assert warning.startswith("WARN  ")
    assert f"`{outside}` lies outside of the git repository" in warning
    outside.write_text("version: 1\nmodels: [{spec: lenet, regression: {params: 0%}}]\n")
    ended = netcost("check", "--base", "main", "--budget", str(outside))
    assert ended.code == 2
    assert f"`{outside}` lies outside of the git repository" in ended.err
