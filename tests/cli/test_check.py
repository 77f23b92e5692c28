"""`netcost check`: what it reads, what it compares with, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from budgets import CNN
from quick import others_slow
from repositories import Files, Repository, needs_git
from running import Result, Run

from netcost import zoo

BUDGET = """\
version: 1
models:
  - spec: nets/cnn.yaml
    limits: {params: 3k}
    regression: {params: 5%, output_shape: unchanged}
"""


@pytest.fixture
def files(folder: Path) -> Files:
    """A network and its budget."""
    files = Files(folder)
    files.write("nets/cnn.yaml", CNN)
    files.write("netcost-budget.yaml", BUDGET)
    return files


@pytest.fixture
def repository(files: Files) -> Repository:
    """The same, committed on `main`, and a branch `work` to change it on."""
    repository = Repository(files.folder)
    repository.commit()
    repository.git("switch", "--quiet", "--create", "work")
    return repository


def said(ended: Result) -> list[str]:
    """The lines of standard output."""
    return ended.out.splitlines()


# what is checked


def test_the_budget_of_the_working_folder_is_found(files: Files, netcost: Run) -> None:
    """And all its models are checked."""
    ended = netcost("check")
    assert (ended.code, ended.err) == (0, "")
    assert said(ended) == [
        "skip  cnn params max_increase 5%: not checked without --base or --baseline",
        "skip  cnn output_shape unchanged: not checked without --base or --baseline",
        "ok    cnn 1 check",
        "1 model within budget",
    ]


def test_a_broken_limit_names_its_culprits(files: Files, netcost: Run) -> None:
    """With the place of the layer and of the limit; the exit code is 1."""
    files.change("netcost-budget.yaml", "3k", "2k")
    ended = netcost("check")
    assert ended.code == 1
    assert said(ended)[:3] == [
        "FAIL  cnn params 2,790 > 2,000 (+790, 39.5% over)",
        "      mostly conv2 1,820 (65.2%), conv1 760 (27.2%), fc 210 (7.5%)",
        "      nets/cnn.yaml:7:19  (budget: netcost-budget.yaml:4)",
    ]


def test_a_budget_may_be_named(files: Files, netcost: Run) -> None:
    """Its paths start from its own folder, and may lead anywhere in the git work tree."""
    (files.folder / ".git").mkdir()
    files.write("ci/budget.yaml", BUDGET.replace("nets/", "../nets/").replace("3k", "2k"))
    ended = netcost("check", "--budget", "ci/budget.yaml")
    assert ended.code == 1
    assert "      nets/cnn.yaml:7:19  (budget: ci/budget.yaml:4)" in said(ended)


def test_a_glob_is_about_every_file_it_matches(files: Files, netcost: Run) -> None:
    """Of one entry."""
    files.write("nets/deep/b.yaml", CNN.replace("name: cnn", "name: other"))
    files.write(
        "netcost-budget.yaml", "version: 1\nmodels: [{spec: 'nets/**/*.yaml', limits: {params: 3k}}]\n"
    )
    assert said(netcost("check")) == ["ok    cnn 1 check", "ok    other 1 check", "2 models within budget"]


def test_a_folder_called_like_a_glob_is_a_folder(files: Files, netcost: Run) -> None:
    """Only the entry is a pattern; what it matches must be files."""
    files.write("[ci]/nets/a.yaml", CNN)
    files.write("[ci]/b.yml", "version: 1\nmodels: [{spec: '**/*.yaml', limits: {params: 3k}}]\n")
    (files.folder / "[ci]" / "c.yaml").mkdir()
    assert said(netcost("check", "--budget", "[ci]/b.yml")) == ["ok    cnn 1 check", "1 model within budget"]


def test_entries_about_one_model_are_checked_together(files: Files, netcost: Run) -> None:
    """A general one and a special one; read in another way, it is another model."""
    files.write(
        "netcost-budget.yaml",
        """\
        version: 1
        models:
          - {spec: nets/*.yaml, limits: {params: 3k}}
          - {spec: nets/cnn.yaml, limits: {macs: 2M}}
          - {spec: nets/cnn.yaml, assume: {batch: 8}, limits: {macs: 2M}}
        """,
    )
    ended = netcost("check")
    assert said(ended)[0] == "ok    cnn 2 checks"
    assert said(ended)[1] == "FAIL  cnn (batch 8) macs 9,832,000 > 2,000,000 (+7,832,000, 391.6% over)"


def test_assumptions_change_what_a_spec_says(files: Files, netcost: Run) -> None:
    """Variant, parameters, input size, number format."""
    text = CNN.replace("name: cnn", "params: {width: 10}\nvariants: {wide: {width: 20}}").replace(
        "conv: 10", "conv: width"
    )
    files.write("net.yaml", text)
    files.write(
        "netcost-budget.yaml",
        """\
        version: 1
        models:
          - {spec: net.yaml, assume: {variant: wide}, limits: {params: 1}}
          - {spec: net.yaml, assume: {set: {width: 12}}, limits: {params: 1}}
          - {spec: net.yaml, assume: {input: [3, 16, 16], dtype: int8}, limits: {macs: 1, weight_bytes: 1}}
        """,
    )
    found = [line.split(" > ")[0] for line in said(netcost("check")) if line.startswith("FAIL")]
    assert found == [
        # 20*75+20 = 1,520, 20*20*9+20 = 3,620, 210
        "FAIL  wide params 5,350",
        "FAIL  net (width 12) params 3,302",
        # a quarter of the positions, but one for the last layer: (768,000 + 460,800) / 4 + 200
        "FAIL  net (dtype int8, input 3,16,16) macs 307,400",
        "FAIL  net (dtype int8, input 3,16,16) weight_bytes 2,790",
    ]


@pytest.mark.parametrize(
    ("assume", "message"),
    [
        ("{set: {wdth: 3}}", "netcost-budget.yaml:3:35: error: nets/cnn.yaml: there is no parameter `wdth`"),
        ("{dtype: float3}", "netcost-budget.yaml:3:35: error: nets/cnn.yaml: unknown number format `float3`"),
        ("{input: [3, 4]}", "netcost-budget.yaml:3:35: error: nets/cnn.yaml: the input has 3 lengths"),
        ("{variant: wide}", "nets/cnn.yaml:1:1: error: there is no variant `wide`"),
    ],
)
def test_assumptions_that_do_not_suit_the_spec_are_faults(
    files: Files, netcost: Run, assume: str, message: str
) -> None:
    """Of the budget, where they are written."""
    files.write(
        "netcost-budget.yaml",
        f"version: 1\nmodels:\n  - {{spec: nets/cnn.yaml, assume: {assume}, limits: {{params: 1}}}}\n",
    )
    ended = netcost("check")
    assert ended.code == 2
    assert said(ended)[0].startswith(message)


def test_bundled_networks_are_checked_by_name(netcost: Run, folder: Path) -> None:
    """Variants too."""
    (folder / "netcost-budget.yaml").write_text(
        "version: 1\nmodels:\n  - {spec: alexnet, limits: {params: 61100840}}\n  - {spec: resnet18, limits: {params: 1}}\n"
    )
    ended = netcost("check", "-o", "github:-")
    assert ended.code == 1
    assert said(ended)[0].startswith(
        "::error file=netcost-budget.yaml,line=4,col=39,title=netcost%3A params of resnet18::"
    )
    assert len(said(ended)) == 2


def test_a_folder_does_not_hide_a_bundled_network(files: Files, netcost: Run) -> None:
    """Neither the spec, nor that it is what it was, beside whatever budget names it."""
    repository = Repository(files.folder)
    repository.write("lenet/kept", "")
    repository.write("ci/lenet/kept", "")
    text = "version: 1\nmodels:\n  - {spec: lenet, regression: {params: 0%}}\n"
    for path in ("netcost-budget.yaml", "ci/b.yaml"):
        repository.write(path, text)
    repository.commit()
    for budget in ([], ["--budget", "ci/b.yaml"]):
        ended = netcost("check", "--base", "main", "--require-baseline", *budget)
        assert (ended.code, said(ended)[0]) == (0, "ok    lenet 1 check")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere.yaml", "no such file"),
        ("netcost-budget.yaml", "its links lead in a circle"),
        ("../secret.yaml", "leads out of the git work tree of this budget"),
        ("/etc/passwd", "leads out of the git work tree of this budget"),
        (".git/config", "leads into git's own folder"),
    ],
)
def test_the_budget_of_the_working_folder_is_no_link_out_of_reach(
    folder: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch, target: str, message: str
) -> None:
    """It is not passed over, and nothing of what lies there is shown; one that is asked for by name may be."""
    repository = Repository(folder / "tree")
    (folder / "secret.yaml").write_text("S3CRET-TOKEN")
    repository.write("net.yaml", CNN)
    repository.link("netcost-budget.yaml", target)
    monkeypatch.chdir(repository.folder)
    ended = netcost("check", "net.yaml", "--limit", "params=9M")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("netcost-budget.yaml: error: ")
    assert message in ended.err
    assert "S3CRET" not in ended.err


def test_specs_that_are_named_are_checked_alone(files: Files, netcost: Run) -> None:
    """By the entries about them; `./` does not hide a file."""
    files.write("other.yaml", CNN)
    files.write("netcost-budget.yaml", BUDGET + "  - {spec: other.yaml, limits: {params: 1}}\n")
    assert netcost("check", "./nets/cnn.yaml").code == 0
    assert netcost("check", "other.yaml").code == 1
    assert netcost("check").code == 1


def test_limits_may_stand_on_the_command_line(files: Files, netcost: Run) -> None:
    """They hold for every model, beside the budget, and need none."""
    ended = netcost("check", "--limit", "params=2k", "--limit", "macs=2M", "nets/cnn.yaml")
    assert ended.code == 1
    assert "      nets/cnn.yaml:7:19  (--limit params=2k)" in said(ended)
    (files.folder / "netcost-budget.yaml").unlink()
    assert netcost("check", "--limit", "params=3k", "nets/cnn.yaml").code == 0
    assert netcost("check", "--limit", "params=3k", "-", stdin=CNN.encode()).code == 0


def test_limits_may_stand_in_the_spec(files: Files, netcost: Run) -> None:
    """Under `budget:`."""
    files.write(
        "own.yaml", CNN + "budget:\n  limits: {params: 2k}\n  per_layer: [{match: 'conv*', macs: 700k}]\n"
    )
    ended = netcost("check", "own.yaml")
    assert ended.code == 1
    assert "      own.yaml:7:19  (budget: own.yaml:11)" in said(ended)
    assert "      own.yaml:4:19  (budget: own.yaml:12)" in said(ended)


# slips


SLIPS = [
    (
        [],
        "There is nothing to check: name a SPEC with --limit, or write netcost-budget.yaml with `netcost budget init SPEC`.",
    ),
    (["alexnet"], "alexnet: error: nothing is demanded of this model"),
    (
        ["alexnet", "--limit", "parms=3"],
        "Invalid value for '--limit': there is no metric `parms`; did you mean `params`?",
    ),
    (["alexnet", "--limit", "weight_bytes=3M"], "write `3MB` (3,000,000) or `3MiB` (3,145,728)"),
    (["--budget", "missing.yaml"], "missing.yaml: error: no such file"),
    (
        ["alexnet", "--limit", "params=1", "--base", "main", "--baseline", "x"],
        "--base and --baseline both say what to compare with",
    ),
    (
        ["alexnet", "--limit", "params=1", "--baseline", "missing.json"],
        "cannot read missing.json: no such file",
    ),
    (["alexnet", "--limit", "params=1", "-o", "xyz:-"], "There is no format `xyz`; there are text"),
    (["alexnett", "--limit", "params=1"], "did you mean `alexnet`?"),
    (["-", "-", "--limit", "params=1"], ""),
]


@pytest.mark.parametrize(("args", "message"), SLIPS)
def test_what_cannot_be_told_ends_with_2(netcost: Run, args: list[str], message: str) -> None:
    """And a message that says what to do."""
    ended = netcost("check", *args)
    assert ended.code == 2
    assert message in ended.out + ended.err


FAULTS = [
    (
        "{spec: nets/cnn.yaml, limits: {parms: 1}}",
        "netcost-budget.yaml:3:36: error: unknown key `parms` in `limits`",
    ),
    (
        "{spec: nets/*.yml, limits: {params: 1}}",
        "netcost-budget.yaml:3:12: error: no file matches `nets/*.yml`",
    ),
    (
        "{spec: nets/gone.yaml, limits: {params: 1}}",
        "netcost-budget.yaml:3:12: error: there is no file `nets/gone.yaml`",
    ),
    (
        "{spec: alexnett, limits: {params: 1}}",
        "netcost-budget.yaml:3:12: error: there is no such file and no bundled network of this name",
    ),
    (
        "{spec: nets/cnn.yaml, per_layer: [{match: 'fx*', params: 1}]}",
        "netcost-budget.yaml:3:47: error: no layer matches `fx*`",
    ),
    ("{spec: nets/cnn.yaml, expect: {shapes: {con1: [3]}}}", "did you mean `conv1`?"),
]


@pytest.mark.parametrize(("entry", "message"), FAULTS)
def test_a_faulty_budget_ends_with_2(files: Files, netcost: Run, entry: str, message: str) -> None:
    """Its place is shown, and nothing is written."""
    files.write("netcost-budget.yaml", f"version: 1\nmodels:\n  - {entry}\n")
    ended = netcost("check", "-o", "report.xml")
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert not (files.folder / "report.xml").exists()


def test_patterns_of_models_that_are_not_checked_are_let_be(files: Files, netcost: Run) -> None:
    """They may match in those."""
    files.write("nets/other.yaml", CNN.replace("conv1", "first"))
    files.write(
        "netcost-budget.yaml",
        "version: 1\nmodels: [{spec: 'nets/*.yaml', per_layer: [{match: first, params: 1k}]}]\n",
    )
    assert netcost("check", "nets/cnn.yaml").code == 0
    assert netcost("check").code == 0


def test_a_pattern_in_a_spec_s_own_budget_must_match(files: Files, netcost: Run) -> None:
    """It is about no other network."""
    files.write("own.yaml", CNN + "budget: {per_layer: [{match: cv1, params: 1}]}\n")
    ended = netcost("check", "own.yaml")
    assert ended.code == 2
    assert "own.yaml:10:30: error: no layer matches `cv1`" in ended.out


def test_a_faulty_spec_does_not_keep_the_others_from_being_checked(files: Files, netcost: Run) -> None:
    """The exit code is 2 even if another model fails; the error shows the line."""
    files.write("bad.yaml", CNN.replace("kernel", "kernal"))
    files.write(
        "netcost-budget.yaml", BUDGET.replace("3k", "2k") + "  - {spec: bad.yaml, limits: {params: 1}}\n"
    )
    ended = netcost("check", "-o", "text:-", "-o", "report.json")
    assert ended.code == 2
    assert said(ended)[0].startswith("FAIL  cnn")
    assert "bad.yaml:4:29: error: unknown field `kernal` for conv" in said(ended)
    assert "^^^^^^ did you mean `kernel`?" in ended.out
    assert [each["status"] for each in json.loads((files.folder / "report.json").read_text())["models"]] == [
        "fail",
        "error",
    ]


# outputs


def test_several_outputs_are_written_in_one_run(
    files: Files, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step summary of GitHub is added to; other files are replaced."""
    summary, report = files.folder / "summary.md", files.folder / "report.xml"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    summary.write_text("what another step wrote\n")
    report.write_text("old")
    ended = netcost("check", "-o", "github:-", "-o", "junit:report.xml", "-o", f"markdown:{summary}")
    assert said(ended) == ["1 model within budget"]
    assert report.read_text().startswith('<?xml version="1.0"')
    assert summary.read_text().startswith(
        "what another step wrote\n<!-- netcost -->\n### netcost: 1 model within budget\n"
    )
    netcost("check", "-o", f"markdown:{summary}")
    assert summary.read_text().count("<!-- netcost -->") == 2


def test_annotations_find_their_file_from_a_subfolder(
    files: Files, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GitHub takes paths from the top of what it checked out."""
    files.change("netcost-budget.yaml", "3k", "2k")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(files.folder))
    monkeypatch.chdir(files.folder / "nets")
    ended = netcost("check", "--budget", "../netcost-budget.yaml", "-o", "github:-")
    assert said(ended)[0].startswith("::error file=nets/cnn.yaml,line=7,")
    monkeypatch.setenv("GITHUB_WORKSPACE", "/somewhere/else")
    monkeypatch.chdir(files.folder)
    assert said(netcost("check", "-o", "github:-"))[0].startswith("::error file=nets/cnn.yaml,line=7,")


def test_strictly_a_warning_is_a_failure(files: Files, netcost: Run) -> None:
    """Otherwise it is not."""
    files.change("netcost-budget.yaml", "params: 3k", "params: {warn: 2k, max: 3k}")
    assert netcost("check").code == 0
    assert netcost("check").out.startswith("WARN  cnn params 2,790 > 2,000")
    ended = netcost("check", "--strict")
    assert ended.code == 1
    assert ended.out.startswith("FAIL  cnn params 2,790 > 2,000")


def test_a_name_that_the_terminal_cannot_show_is_no_failure(files: Files, netcost: Run) -> None:
    """Files are always in UTF-8."""
    files.write("net.yaml", CNN.replace("name: cnn", "name: схема"))
    ended = netcost(
        "check", "net.yaml", "--limit", "params=3k", "-o", "text:-", "-o", "a.txt", encoding="ascii"
    )
    assert said(ended)[0] == "ok    ????? 1 check"
    assert "схема" in (files.folder / "a.txt").read_text(encoding="utf-8")


def test_models_of_one_name_are_told_apart(files: Files, netcost: Run) -> None:
    """By their file."""
    files.write("b.yaml", CNN)
    files.write("netcost-budget.yaml", BUDGET + "  - {spec: b.yaml, limits: {params: 3k}}\n")
    assert [line for line in said(netcost("check")) if line.startswith("ok")] == [
        "ok    cnn in nets/cnn.yaml 1 check",
        "ok    cnn in b.yaml 1 check",
    ]


# against a base


def test_a_widened_layer_is_a_regression(repository: Repository, netcost: Run) -> None:
    """512 more than 2,790 parameters are 18.35%; both layers that grew are named. It need not be committed."""
    repository.change("nets/cnn.yaml", "conv: 10", "conv: 12")
    base = repository.git("rev-parse", "main").strip()[:12]
    ended = netcost("check", "--base", "main")
    assert (ended.code, ended.err) == (1, "")
    assert said(ended) == [
        "FAIL  cnn params 3,302 > 3,000 (+302, 10.1% over)",
        "      vs base 2,790: +18.35%; conv2 +360, conv1 +152",
        "      nets/cnn.yaml:7:19  (budget: netcost-budget.yaml:4)",
        "FAIL  cnn params 3,302 > 2,929 (2,790 +5%; +373, 12.7% over)",
        "      vs base 2,790: +18.35%; conv2 +360, conv1 +152",
        "      nets/cnn.yaml:7:19  (budget: netcost-budget.yaml:5)",
        f"1 of 1 model breaks its budget, compared with main (merge base {base})",
    ]
    repository.commit()
    assert netcost("check", "--base", "main") == ended


def test_what_others_did_on_the_base_does_not_count(repository: Repository, netcost: Run) -> None:
    """The merge base is compared with, not the branch as it is now."""
    repository.git("switch", "--quiet", "main")
    repository.change("nets/cnn.yaml", "conv: 10", "conv: 2")
    repository.commit()
    repository.git("switch", "--quiet", "work")
    ended = netcost("check", "--base", "main")
    assert ended.code == 0
    assert said(ended)[0] == "ok    cnn 3 checks"


def test_a_renamed_layer_costs_what_it_did(repository: Repository, netcost: Run) -> None:
    """And is told as one layer with two names."""
    repository.change("nets/cnn.yaml", "name: conv2", "name: second")
    ended = netcost("check", "--base", "main", "-o", "markdown:-")
    assert ended.code == 0
    assert "| conv2 -> second | changed | 20 x 16 x 16 |" in said(ended)


def test_an_added_stage_is_named(repository: Repository, netcost: Run) -> None:
    """A block of two convolutions of 20 channels: 2 * (20 * 20 * 9 + 20) = 7,240 parameters."""
    repository.change(
        "nets/cnn.yaml",
        "  - {name: gap, gap}\n",
        "  - {name: stage, conv: 20, kernel: 3, pad: 1, repeat: 2}\n  - {name: gap, gap}\n",
    )
    ended = netcost("check", "--base", "main", "-o", "text:-", "-o", "comment.md")
    assert ended.code == 1
    assert "      vs base 2,790: +259.50%; stage.0 +3,620, stage.1 +3,620" in said(ended)
    assert "      nets/cnn.yaml:8:19  (budget: netcost-budget.yaml:4)" in said(ended)
    rows = (repository.folder / "comment.md").read_text()
    assert "| stage.0 | added | 20 x 16 x 16 | 3,620 (+3,620) |" in rows
    assert "| conv1 |" not in rows


def test_a_deleted_spec_is_told(repository: Repository, netcost: Run) -> None:
    """With its entry, or where a glob was about it; a forgotten entry is a fault."""
    repository.write("nets/old.yaml", CNN.replace("name: cnn", "name: old").replace("conv: 20", "conv: 5"))
    repository.write("netcost-budget.yaml", BUDGET + "  - {spec: nets/old.yaml, limits: {params: 9k}}\n")
    repository.commit()
    repository.git("switch", "--quiet", "--create", "removal")
    repository.git("rm", "--quiet", "nets/old.yaml")
    ended = netcost("check", "--base", "work")
    assert ended.code == 2
    assert "netcost-budget.yaml:6:12: error: there is no file `nets/old.yaml`" in ended.err
    assert "was it renamed or deleted?" in ended.err
    repository.write("netcost-budget.yaml", BUDGET)
    ended = netcost("check", "--base", "work")
    assert ended.code == 0
    assert said(ended)[1:-1] == ["note  nets/old.yaml was deleted"]
    repository.commit()
    assert "old" not in netcost("check", "--base", "removal").out


def test_a_renamed_spec_is_compared_with_what_it_was(repository: Repository, netcost: Run) -> None:
    """As git sees it; its limits are compared under the new name."""
    repository.git("mv", "nets/cnn.yaml", "nets/net.yaml")
    repository.change("nets/net.yaml", "conv: 20", "conv: 21")
    repository.change("netcost-budget.yaml", "nets/cnn.yaml", "nets/net.yaml")
    repository.change("netcost-budget.yaml", "3k", "4k")
    repository.commit()
    ended = netcost("check", "--base", "main")
    assert ended.code == 0
    assert said(ended)[:2] == [
        "ok    cnn 3 checks, was nets/cnn.yaml",
        "WARN  loosened: nets/net.yaml params max was 3k, is now 4k  (netcost-budget.yaml:4)",
    ]


def test_a_new_spec_has_limits_but_no_regression(repository: Repository, netcost: Run) -> None:
    """It says so; if a baseline is required, that is an error."""
    repository.write("nets/new.yaml", CNN.replace("conv: 10", "conv: 30"))
    repository.write("netcost-budget.yaml", BUDGET + BUDGET.split("models:\n")[1].replace("cnn", "new"))
    ended = netcost("check", "--base", "main")
    assert ended.code == 1
    assert "FAIL  cnn in nets/new.yaml params 7,910 > 3,000 (+4,910, 163.7% over)" in said(ended)
    assert "skip  cnn in nets/new.yaml params max_increase 5%: the model is new since main" in said(ended)
    strict = netcost("check", "--base", "main", "--require-baseline")
    assert strict.code == 2
    assert (
        "nets/new.yaml: error: there is nothing to compare this model with: the model is new since main"
        in strict.out
    )


def test_an_imported_block_that_changed_is_seen(repository: Repository, netcost: Run) -> None:
    """The base is read with its own imports."""
    repository.write(
        "nets/blocks/conv.yaml", "blocks: {Wide: {layers: [{name: conv, conv: 10, kernel: 5, pad: 2}]}}\n"
    )
    repository.write(
        "nets/cnn.yaml",
        CNN.replace("input:", "imports: {b: blocks/conv.yaml}\ninput:").replace(
            "{name: conv1, conv: 10, kernel: 5, pad: 2}", "{name: conv1, b.Wide}"
        ),
    )
    repository.commit()
    repository.git("switch", "--quiet", "--create", "wider")
    repository.change("nets/blocks/conv.yaml", "conv: 10", "conv: 12")
    ended = netcost("check", "--base", "work")
    assert ended.code == 1
    assert "      vs base 2,790: +18.35%; conv2 +360, conv1.conv +152" in said(ended)


def test_a_base_without_one_of_its_imports_cannot_be_compared_with(
    repository: Repository, netcost: Run
) -> None:
    """A file that was never committed is missing there."""
    repository.write("nets/cnn.yaml", CNN.replace("input:", "imports: {b: blocks.yaml}\ninput:"))
    repository.git("add", "nets/cnn.yaml")
    repository.git("commit", "--quiet", "--message", "forgot a file")
    repository.write("nets/blocks.yaml", "blocks: {}\n")
    ended = netcost("check", "--base", "work")
    assert ended.code == 2
    assert "the spec was faulty as of work (merge base " in ended.out
    assert "nets/cnn.yaml:2:14: there is no file `blocks.yaml` beside this one" in ended.out


def test_a_loosened_budget_is_a_warning(repository: Repository, netcost: Run) -> None:
    """In the same change that needs it: a reviewer sees both."""
    repository.change("nets/cnn.yaml", "conv: 10", "conv: 12")
    repository.change("netcost-budget.yaml", "3k", "4k")
    repository.change("netcost-budget.yaml", "5%", "20%")
    repository.commit()
    ended = netcost("check", "--base", "main")
    assert ended.code == 0
    assert said(ended)[1:3] == [
        "WARN  loosened: nets/cnn.yaml params max was 3k, is now 4k  (netcost-budget.yaml:4)",
        "WARN  loosened: nets/cnn.yaml params max_increase was 5%, is now 20%  (netcost-budget.yaml:5)",
    ]
    assert netcost("check", "--base", "main", "--strict").code == 1
    github = netcost("check", "--base", "main", "-o", "github:-")
    assert said(github)[0].startswith(
        "::warning file=netcost-budget.yaml,line=4,col=22,title=netcost%3A the budget::loosened"
    )


def test_a_budget_loosened_in_the_spec_is_a_warning(repository: Repository, netcost: Run) -> None:
    """It is a budget like any other."""
    repository.write("own.yaml", CNN + "budget: {limits: {params: 3k}}\n")
    repository.commit()
    repository.git("switch", "--quiet", "--create", "looser")
    repository.change("own.yaml", "3k", "4k")
    ended = netcost("check", "own.yaml", "--base", "work")
    assert "WARN  loosened: own.yaml params max was 3k, is now 4k  (own.yaml:10)" in said(ended)


def test_a_new_budget_is_told(repository: Repository, netcost: Run) -> None:
    """There is nothing that it could loosen."""
    repository.write("other.yaml", BUDGET)
    ended = netcost("check", "--base", "main", "--budget", "other.yaml")
    assert (ended.code, said(ended)[1]) == (0, "note  other.yaml is new since main")


def test_a_budget_that_was_faulty_is_an_error_where_it_limits_changes(
    repository: Repository, netcost: Run
) -> None:
    """Nobody can tell what has been loosened since; without limits of changes, that is a warning."""
    repository.write("netcost-budget.yaml", BUDGET.replace("params: 3k", "params: 3x"))
    repository.commit()
    repository.git("switch", "--quiet", "--create", "repaired")
    repository.write("netcost-budget.yaml", BUDGET)
    ended = netcost("check", "--base", "work")
    assert ended.code == 2
    fault = "netcost-budget.yaml:4:22: {}as of work (merge base "
    assert ended.err.startswith(fault.format("error: "))
    assert "so that nobody can tell which limits were loosened since: params: `x` is not a unit" in ended.err
    assert " 4 |     limits: {params: 3x}\n" in ended.err
    repository.write("netcost-budget.yaml", BUDGET.partition("    regression")[0])
    ended = netcost("check", "--base", "work")
    assert ended.code == 0
    assert said(ended)[1].startswith("WARN  " + fault.format(""))
    assert netcost("check", "--base", "work", "--strict").code == 1


def test_a_bundled_network_is_what_it_was(repository: Repository, netcost: Run) -> None:
    """It comes with netcost, not with the repository."""
    repository.write(
        "netcost-budget.yaml", "version: 1\nmodels: [{spec: lenet, regression: {params: unchanged}}]\n"
    )
    ended = netcost("check", "--base", "main")
    assert (ended.code, said(ended)[0]) == (0, "ok    lenet 1 check")


def test_a_spec_outside_of_the_repository_has_no_base(
    repository: Repository, netcost: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Git does not know it."""
    outside = tmp_path_factory.mktemp("outside") / "cnn.yaml"
    outside.write_text(CNN + "budget: {regression: {params: 1%}}\n")
    ended = netcost("check", str(outside), "--base", "main")
    assert ended.code == 2
    assert f"`{outside}` lies outside of the git repository" in ended.out


def test_the_base_is_found_from_a_subfolder(
    repository: Repository, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git's paths start at the top, the user's in the working folder."""
    repository.change("nets/cnn.yaml", "conv: 10", "conv: 12")
    monkeypatch.chdir(repository.folder / "nets")
    ended = netcost("check", "cnn.yaml", "--limit", "params=1", "--base", "main")
    assert "      vs base 2,790: +18.35%; conv2 +360, conv1 +152" in said(ended)


# where git cannot help


@needs_git
def test_without_a_repository_the_message_says_what_to_do(folder: Path, netcost: Run) -> None:
    """A report can stand in for the base."""
    ended = netcost("check", "lenet", "--limit", "params=9M", "--base", "main")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("Error: --base needs a git repository: not a git repository")
    assert "--baseline report.json" in ended.err


def test_a_shallow_clone_is_told_how_to_fetch_the_rest(
    repository: Repository,
    netcost: Run,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a checkout in CI often is."""
    for branch in ("main", "work"):
        repository.git("switch", "--quiet", branch)
        repository.write(f"{branch}.txt", branch)
        repository.commit()
    shallow = tmp_path_factory.mktemp("clones") / "shallow"
    repository.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repository.folder}", str(shallow)
    )
    monkeypatch.chdir(shallow)
    ended = netcost("check", "--base", "origin/main")
    assert ended.code == 2
    assert (
        "this is a shallow clone: its history ends before the merge base of origin/main and HEAD."
        in ended.err
    )
    assert "git fetch --unshallow" in ended.err
    assert "fetch-depth: 0" in ended.err
    assert "--baseline report.json" in ended.err


def test_a_partial_clone_fetches_nothing(
    repository: Repository,
    netcost: Run,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Netcost uses no network, not even through git."""
    repository.change("nets/cnn.yaml", "conv: 10", "conv: 12")
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path_factory.mktemp("clones") / "partial"
    repository.git("clone", "--quiet", "--filter=blob:none", f"file://{repository.folder}", str(partial))
    monkeypatch.chdir(partial)
    ended = netcost("check", "--base", "origin/main")
    assert ended.code == 2
    assert "git does not give `nets/cnn.yaml` as of " in ended.out
    assert "clone without --filter" in ended.out


def test_a_partial_clone_cannot_tell_what_was_renamed(
    repository: Repository,
    netcost: Run,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For that, git would have to look into files that it has not."""
    repository.git("mv", "nets/cnn.yaml", "nets/net.yaml")
    repository.change("nets/net.yaml", "conv: 10", "conv: 12")
    repository.change("netcost-budget.yaml", "nets/cnn.yaml", "nets/net.yaml")
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path_factory.mktemp("clones") / "partial"
    repository.git("clone", "--quiet", "--filter=blob:none", f"file://{repository.folder}", str(partial))
    monkeypatch.chdir(partial)
    ended = netcost("check", "--base", "origin/main")
    assert ended.code == 2
    assert "git does not give what changed since " in ended.err


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("nowhere", "Fetch it first: git fetch origin nowhere"),
        ("origin/nowhere", "Fetch it first: git fetch origin nowhere"),
        ("--output=x", "git knows no commit `--output=x` here"),
        ("main:nets/cnn.yaml", "git knows no commit `main:nets/cnn.yaml` here"),
    ],
)
def test_an_unknown_commit_is_told_how_to_get_it(
    repository: Repository, netcost: Run, ref: str, message: str
) -> None:
    """Nothing that git would take for an option reaches it."""
    ended = netcost("check", f"--base={ref}")
    assert ended.code == 2
    assert message in ended.err


def test_a_branch_that_is_only_known_of_the_remote_is_offered(
    repository: Repository,
    netcost: Run,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In CI there is often no local one."""
    clone = tmp_path_factory.mktemp("clones") / "clone"
    repository.git("clone", "--quiet", "--branch=work", f"file://{repository.folder}", str(clone))
    monkeypatch.chdir(clone)
    assert "did you mean `origin/main`?" in netcost("check", "--base", "main").err
    assert netcost("check", "--base", "origin/main").code == 0


def test_histories_without_a_common_commit_are_told(repository: Repository, netcost: Run) -> None:
    """There is no base."""
    repository.git("checkout", "--quiet", "--orphan", "island")
    repository.commit("a beginning of its own")
    assert "main and HEAD have no commit in common" in netcost("check", "--base", "main").err


def test_a_repository_without_a_commit_is_told(folder: Path, netcost: Run) -> None:
    """HEAD is nothing yet; a ref cannot be known either."""
    Repository(folder)
    assert (
        "git knows no commit `HEAD` here"
        in netcost("check", "lenet", "--limit", "params=9M", "--base", "HEAD").err
    )


def test_a_head_without_a_commit_is_told(repository: Repository, netcost: Run) -> None:
    """Though the base is there."""
    repository.git("checkout", "--quiet", "--orphan", "island")
    assert "HEAD has none yet" in netcost("check", "--base", "main").err


def test_without_git_the_message_says_so(
    repository: Repository, netcost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may not be installed."""
    monkeypatch.setenv("PATH", "")
    ended = netcost("check", "--base", "main")
    assert ended.code == 2
    assert "--base needs git, which is not installed" in ended.err


# against a report


@pytest.fixture
def baseline(files: Files, netcost: Run) -> Path:
    """The report of the network as it was, before it was widened."""
    assert netcost("analyze", "nets/cnn.yaml", "-o", "report.json").code == 0
    files.change("nets/cnn.yaml", "conv: 10", "conv: 12")
    return files.folder / "report.json"


def test_a_report_stands_in_for_a_base(baseline: Path, netcost: Run) -> None:
    """It gives the same finding as git does."""
    ended = netcost("check", "--baseline", "report.json")
    assert ended.code == 1
    assert said(ended)[3:5] == [
        "FAIL  cnn params 3,302 > 2,929 (2,790 +5%; +373, 12.7% over)",
        "      vs base 2,790: +18.35%; conv2 +360, conv1 +152",
    ]
    assert said(ended)[-1] == "1 of 1 model breaks its budget, compared with report.json"


def test_a_model_that_is_not_in_the_report_is_new(baseline: Path, files: Files, netcost: Run) -> None:
    """Its regression is skipped."""
    files.change("nets/cnn.yaml", "name: cnn", "name: other")
    assert "skip  other params max_increase 5%: the model is not in report.json" in said(
        netcost("check", "--baseline", "report.json")
    )


def test_a_report_that_counts_something_else_is_refused(baseline: Path, files: Files, netcost: Run) -> None:
    """Batch 8 cannot be compared with batch 1."""
    files.change("netcost-budget.yaml", "limits:", "assume: {batch: 8}\n    limits:")
    ended = netcost("check", "--baseline", "report.json")
    assert ended.code == 2
    told = "report.json has cnn with batch 1, it is checked with batch 8; write the report with `--batch 8`"
    assert told in ended.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "report.json is no report to compare with: not JSON"),
        ('{"format_version": "99.0"}', "the report has format version 99.0, this netcost reads version 1.1"),
        ('{"models": []}', "the report has no `format_version`"),
        (
            "\udcff",
            "report.json is no report to compare with: not JSON: line 1 has the byte 0xFF, which is not UTF-8",
        ),
    ],
)
def test_what_is_no_report_is_refused(baseline: Path, netcost: Run, text: str, message: str) -> None:
    """With its format version, if that is the reason."""
    baseline.write_bytes(text.encode("utf-8", "surrogateescape"))
    ended = netcost("check", "--baseline", "report.json")
    assert ended.code == 2
    assert message in ended.err


def test_a_baseline_may_be_required(files: Files, netcost: Run) -> None:
    """Without one, nothing about changes can be told."""
    ended = netcost("check", "--require-baseline")
    assert ended.code == 2
    assert (
        "there is nothing to compare this model with: not checked without --base or --baseline" in ended.out
    )
    files.write("netcost-budget.yaml", "version: 1\nmodels: [{spec: nets/cnn.yaml, limits: {params: 3k}}]\n")
    assert netcost("check", "--require-baseline").code == 0


# the installed command


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["alexnet", "--limit", "params=61100840"], 0),
        (["alexnet", "--limit", "params=61100839"], 1),
        (["alexnet", "--limit", "params=61q"], 2),
    ],
)
def test_the_installed_command_ends_as_the_check_did(process: Run, args: list[str], code: int) -> None:
    """0 fine, 1 broken, 2 could not tell."""
    assert process("check", *args).code == code


BREAK_OFF = """\
import sys
from netcost.budget.rules.limit import Limit
from netcost.cli import main

def broken(*_):
    raise {error}

Limit.check = broken
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("error", "code"), [("ZeroDivisionError('no')", 3), ("KeyboardInterrupt", 130)])
def test_a_run_that_is_cut_off_leaves_no_half_written_file(folder: Path, error: str, code: int) -> None:
    """A defect asks to be reported; an interrupt ends quietly; the old files stay."""
    (folder / "report.xml").write_text("old")
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            BREAK_OFF.format(error=error),
            "check",
            "alexnet",
            "--limit",
            "params=1",
            "-o",
            "report.xml",
            "-o",
            "new.json",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert ended.returncode == code
    assert [path.name for path in folder.iterdir()] == ["report.xml"]
    assert (folder / "report.xml").read_text() == "old"
    if code == 3:
        assert "This is a defect of netcost: please report it" in ended.stderr


@pytest.mark.parametrize(
    "target",
    others_slow(("text:-", "github:-", "markdown:-", "junit:-", "json:-"), {"text:-", "junit:-", "json:-"}),
)
def test_a_check_loads_neither_rich_nor_jinja2(folder: Path, target: str) -> None:
    """Nor anything else that only other commands need."""
    code = (
        "import sys; from netcost.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    )
    args = ["check", "alexnet", "--limit", "params=1", "-o", target]
    ended = subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True, cwd=folder
    )
    loaded = set(ended.stderr.split())
    assert not loaded & {"rich", "jinja2", "csv", "subprocess", "socket", "tempfile"}
    assert ("xml" in loaded) == (target == "junit:-")
    assert ("json" in loaded) == (target == "json:-")


@pytest.mark.parametrize(
    "names", [zoo.files(), pytest.param(zoo.networks(), marks=pytest.mark.slow)], ids=len
)
def test_all_bundled_networks_can_be_checked_at_once(
    folder: Path, netcost: Run, names: Collection[str]
) -> None:
    """A limit for each of them; in a slow test for each variant, too."""
    entries = "".join(f"  - {{spec: {name}, limits: {{params: 1T}}}}\n" for name in names)
    (folder / "netcost-budget.yaml").write_text(f"version: 1\nmodels:\n{entries}")
    ended = netcost("check")
    assert (ended.code, ended.err) == (0, "")
    assert said(ended)[-1] == f"{len(names)} models within budget"
