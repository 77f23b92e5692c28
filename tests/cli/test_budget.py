"""`netcost budget`: writing a budget file, and tightening it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from budgets import CNN
from repositories import Files
from running import Run

from netcost.cli.entries import Model, network_of
from netcost.language.work import Work
from netcost.report import SHORT_WORDS
from netcost.report.numbers import NUMBERS


@pytest.fixture
def net(folder: Path) -> Path:
    """A network, and nothing else."""
    (folder / "nets").mkdir()
    (folder / "nets" / "cnn.yaml").write_text(CNN)
    return folder


def test_a_budget_is_begun_from_todays_numbers(net: Path, netcost: Run) -> None:
    """With 5% of slack, for the four metrics that matter to most; it passes at once."""
    ended = netcost("budget", "init", "nets/cnn.yaml", "lenet")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "netcost-budget.yaml holds 2 models\n"
    text = (net / "netcost-budget.yaml").read_text()
    assert text.splitlines()[:10] == [
        "version: 1",
        "models:",
        "  - spec: nets/cnn.yaml",
        "    limits:",
        "      params: 2929  # 2,790 now",
        "      weight_bytes: 11718  # 11,160 now",
        "      activation_bytes: 118398  # 112,760 now",
        "      macs: 1290450  # 1,229,000 now",
        "    expect:",
        "      output_shape: [10]",
    ]
    assert netcost("check").code == 0


def test_slack_metrics_and_file_can_be_chosen(net: Path, netcost: Run) -> None:
    """Paths are written from the folder of the file."""
    (net / "ci").mkdir()
    (net / ".git").mkdir()
    args = ("budget", "init", "nets/cnn.yaml", "--slack", "0%", "--metric", "ops", "-o", "ci/budget.yaml")
    assert netcost(*args).code == 0
    assert (net / "ci" / "budget.yaml").read_text().splitlines()[2:5] == [
        "  - spec: ../nets/cnn.yaml",
        "    limits:",
        "      ops: 40970  # 40,970 now",
    ]
    assert netcost("check", "--budget", "ci/budget.yaml").code == 0


def test_a_budget_can_be_printed(net: Path, netcost: Run) -> None:
    """To look at it first."""
    ended = netcost("budget", "init", "nets/cnn.yaml", "-o", "-")
    assert ended.out.startswith("version: 1\n")
    assert ended.err == ""
    assert not (net / "netcost-budget.yaml").exists()


def test_a_budget_is_not_overwritten(net: Path, netcost: Run) -> None:
    """Unless that is asked for."""
    (net / "netcost-budget.yaml").write_text("mine\n")
    ended = netcost("budget", "init", "nets/cnn.yaml")
    assert ended.code == 2
    assert "netcost-budget.yaml exists; tighten it with `netcost budget update --tighten`" in ended.err
    assert (net / "netcost-budget.yaml").read_text() == "mine\n"
    assert netcost("budget", "init", "nets/cnn.yaml", "--force").code == 0
    assert netcost("check").code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["init"], "Missing argument 'SPEC...'"),
        (
            ["init", "nets/cnn.yaml", "--slack", "5"],
            "Invalid value for '--slack': `5` is not a percentage; write `5%`",
        ),
        (["init", "missing.yaml"], "missing.yaml: error: "),
        (["init", "nets/cnn.yaml", "--metric", "parms"], "`parms` is none of params, weight_bytes, "),
        (
            ["init", "lenet", "-o", "nowhere/b.yaml"],
            "cannot write nowhere/b.yaml: there is no folder nowhere",
        ),
        (["update"], "Missing option '--tighten'"),
        (
            ["update", "--tighten"],
            "There is no netcost-budget.yaml here; write one with `netcost budget init SPEC`.",
        ),
        (["update", "--tighten", "--budget", "missing.yaml"], "missing.yaml: error: no such file"),
    ],
)
def test_slips_are_named(net: Path, netcost: Run, args: list[str], message: str) -> None:
    """With exit code 2, and no file."""
    ended = netcost("budget", *args)
    assert ended.code == 2
    assert message in ended.err
    assert not (net / "netcost-budget.yaml").exists()


LOOSE = """\
# Ask Ann before raising anything here.
version: 1
models:
  - spec: nets/*.yaml  # all of them
    limits:
      params: {warn: 4k, max: 5k}   # since spring
      macs: 1229000
    per_layer:
      - {match: "conv*", params: {max_share: 90%}}
"""


def test_loose_limits_are_lowered_in_place(net: Path, netcost: Run) -> None:
    """Comments survive; what is lowered is told."""
    file = net / "netcost-budget.yaml"
    file.write_text(LOOSE)
    ended = netcost("budget", "update", "--tighten")
    assert ended.code == 0
    # 2,790 and 5% are 2,929; 4,000 of 5,000 of that are 2,343, which is below 2,790
    assert ended.out.splitlines() == [
        "netcost-budget.yaml:6 params max 5k -> 2.929k",
        "netcost-budget.yaml:6 params warn 4k -> 2.79k",
        "netcost-budget.yaml:9 conv* params max_share 90% -> 68.494%",
    ]
    tightened = LOOSE.replace("warn: 4k, max: 5k", "warn: 2.79k, max: 2.929k").replace("90%", "68.494%")
    assert file.read_text() == tightened
    assert netcost("check", "--strict").code == 0
    again = netcost("budget", "update", "--tighten")
    assert (again.code, again.out) == (0, "netcost-budget.yaml: no limit has become loose\n")
    assert netcost("budget", "update", "--tighten", "--slack", "50%").out == again.out
    assert file.read_text() == tightened


def test_a_dry_run_changes_nothing(net: Path, netcost: Run) -> None:
    """It tells what would be lowered."""
    file = net / "netcost-budget.yaml"
    file.write_text(LOOSE)
    ended = netcost("budget", "update", "--tighten", "--dry-run", "--slack", "0%")
    assert "netcost-budget.yaml:6 params max 5k -> 2.79k" in ended.out
    assert file.read_text() == LOOSE


def test_a_broken_limit_is_not_raised(net: Path, netcost: Run) -> None:
    """A check fails before and after."""
    (net / "netcost-budget.yaml").write_text(
        "version: 1\nmodels: [{spec: nets/cnn.yaml, limits: {params: 1k}}]\n"
    )
    assert "no limit has become loose" in netcost("budget", "update", "--tighten").out
    assert netcost("check").code == 1


def test_shared_amounts_are_left_to_a_person(net: Path, netcost: Run) -> None:
    """An anchor's amount holds elsewhere, too."""
    text = "version: 1\nmodels:\n  - {spec: nets/cnn.yaml, limits: {params: &most 5k}}\n  - {spec: lenet, limits: {ops: *most}}\n"
    file = net / "netcost-budget.yaml"
    file.write_text(text)
    ended = netcost("budget", "update", "--tighten")
    assert ended.code == 2
    assert "share an amount by an anchor; lower them by hand" in ended.err
    assert file.read_text() == text


def test_a_budget_that_could_not_be_read_back_is_not_begun(net: Path, netcost: Run) -> None:
    """As with numbers beyond 2^63."""
    ended = netcost("budget", "init", "nets/cnn.yaml", "--slack", f"{'9' * 19}%")
    assert ended.code == 2
    assert "is too large" in ended.err
    assert not (net / "netcost-budget.yaml").exists()


@pytest.mark.parametrize(
    ("later", "message"),
    [
        (
            LOOSE.replace("5k", "6k").encode(),
            "netcost-budget.yaml has changed since it was read; it stays as it is",
        ),
        (b"\xff", "the byte 0xFF is not UTF-8"),
        (None, "netcost-budget.yaml: error: no such file"),
    ],
)
def test_a_budget_that_changes_meanwhile_is_left_alone(
    net: Path, netcost: Run, monkeypatch: pytest.MonkeyPatch, later: bytes | None, message: str
) -> None:
    """What would be written was made from another text."""
    file = net / "netcost-budget.yaml"
    file.write_text(LOOSE)

    def changed_after(model: Model, work: Work) -> object:
        network = network_of(model, work)
        if later is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(later)
        return network

    monkeypatch.setattr("netcost.cli.hold.network_of", changed_after)
    ended = netcost("budget", "update", "--tighten")
    assert ended.code == 2
    assert message in ended.err
    assert (file.read_bytes() if file.exists() else None) == later


def test_the_schema_of_a_budget_is_printed(netcost: Run) -> None:
    """For an editor; it knows every metric and figure, and the short words."""
    ended = netcost("schema", "budget")
    assert ended.code == 0
    model = json.loads(ended.out)["properties"]["models"]["items"]["properties"]
    assert list(model["limits"]["properties"]) == [
        *(name for name, each in NUMBERS.items() if each.has_total),
        *SHORT_WORDS,
    ]


@pytest.mark.parametrize(
    "name",
    ["[a].yaml", "*.yaml", "a?b.yaml", "[!x]*", "yes", "off", "0x10", "010", "1_000", "null", "1.5", "~", "a: b #c", "- d", "'", '"', "##[group]x.yaml"],
)  # fmt: skip
def test_a_budget_names_the_file_that_it_was_written_for(folder: Path, netcost: Run, name: str) -> None:
    """Whatever its name means to YAML or in a pattern; the file beside it is another."""
    files = Files(folder)
    files.write(f"odd/{name}", CNN)
    files.write("odd/xaxb.yaml", "none of the budget's")
    assert netcost("budget", "init", f"odd/{name}", "-o", "odd/budget.yaml").code == 0
    ended = netcost("check", "--budget", "odd/budget.yaml")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "1 model within budget")


@pytest.mark.parametrize("spec", ["../net.yaml", "-"])
def test_no_budget_is_written_that_a_check_would_refuse(
    folder: Path, netcost: Run, spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does whose specs are out of reach."""
    files = Files(folder)
    files.write("net.yaml", CNN)
    files.write("ci/own.yaml", CNN)
    monkeypatch.chdir(folder / "ci")
    ended = netcost("budget", "init", "own.yaml", spec, stdin=CNN.encode())
    assert ended.code == 2
    assert ended.err.startswith("netcost-budget.yaml:")
    assert not (folder / "ci" / "netcost-budget.yaml").exists()
