"""`netcost analyze`: which networks are read, what changes them, where the reports go."""

from __future__ import annotations

import csv
import json
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from running import Run

SPEC = b"""\
params: {width: 4}
variants: {wide: {width: 8}}
input: [3, 8, 8]
layers:
  - {name: conv, conv: width, kernel: 3, pad: 1}
  - {name: flatten, flatten}
"""
PARAMS = 4 * 3 * 3 * 3 + 4
MACS = 4 * 8 * 8 * 3 * 3 * 3

ALEXNET_PARAMS = 61_100_840  # torchvision's AlexNet, which has the lecture's layers
LENET_PARAMS = 20 * 25 + 20 + 50 * 20 * 25 + 50 + 2450 * 500 + 500 + 500 * 10 + 10


@pytest.fixture
def net(folder: Path) -> str:
    """A small spec in the working folder."""
    (folder / "net.yaml").write_bytes(SPEC)
    return "net.yaml"


def models(text: str) -> list[dict[str, Any]]:
    """The models of a JSON report."""
    found: list[dict[str, Any]] = json.loads(text)["models"]
    return found


def totals(run: Run, *args: str, **options: Any) -> dict[str, int]:
    """The totals of the only network of a run."""
    ended = run("analyze", "--format", "json", *args, **options)
    assert (ended.code, ended.err) == (0, "")
    ((model),) = models(ended.out)
    found: dict[str, int] = model["totals"]
    return found


def test_a_table_is_printed(netcost: Run) -> None:
    """With a row for each layer of the lecture's table, and the totals."""
    ended = netcost("analyze", "alexnet")
    assert (ended.code, ended.err) == (0, "")
    lines = [line.split() for line in ended.out.splitlines()]
    assert [
        "conv1",
        "│",
        "3",
        "227",
        "│",
        "64",
        "11",
        "4",
        "2",
        "│",
        "64",
        "56",
        "│",
        "784",
        "│",
        "23",
        "│",
        "73",
    ] in lines


# What is read


@pytest.mark.parametrize("name", ["alexnet", "alexnet.yaml"])
def test_a_bundled_network_needs_no_file(netcost: Run, name: str) -> None:
    """With or without the suffix of its file."""
    assert totals(netcost, name)["params"] == ALEXNET_PARAMS


def test_a_file_is_read(netcost: Run, net: str) -> None:
    """By its path, relative or absolute."""
    assert totals(netcost, net)["params"] == PARAMS
    assert totals(netcost, f"./{net}")["params"] == PARAMS
    assert totals(netcost, str(Path.cwd() / net))["params"] == PARAMS


@pytest.mark.parametrize("name", ["alexnet.yaml", "alexnet"])
def test_a_file_wins_over_a_bundled_network_of_its_name(netcost: Run, folder: Path, name: str) -> None:
    """Nobody's own file is passed over."""
    (folder / name).write_bytes(SPEC)
    assert totals(netcost, name)["params"] == PARAMS


def test_a_folder_does_not_hide_a_bundled_network(netcost: Run, folder: Path) -> None:
    """A folder is no spec."""
    (folder / "alexnet").mkdir()
    assert totals(netcost, "alexnet")["params"] == ALEXNET_PARAMS


def test_a_dash_is_standard_input(netcost: Run) -> None:
    """So that a spec can be made by another program."""
    assert totals(netcost, "-", stdin=SPEC)["params"] == PARAMS


def test_standard_input_is_read_only_once(netcost: Run) -> None:
    """A second dash would find nothing."""
    ended = netcost("analyze", "-", "-", stdin=SPEC)
    assert (ended.code, ended.out) == (2, "")
    assert "Standard input can be read only once" in ended.err


# What changes it


@pytest.mark.parametrize(
    ("options", "metric", "number"),
    [
        (["--batch", "2"], "macs", 2 * MACS),
        (["--batch", "2"], "params", PARAMS),
        (["--input", "3,16,16"], "macs", 4 * MACS),
        (["--input", " 3, 16, 16 "], "macs", 4 * MACS),
        (["--dtype", "float16"], "weight_bytes", 2 * PARAMS),
        (["--dtype", "int8/float16"], "weight_bytes", PARAMS),
        (["--dtype", "int8/float16"], "activation_bytes", 2 * 2 * 4 * 8 * 8),
        (["--set", "width=2"], "params", PARAMS // 2),
        (["--set", "width=3", "--set", "width=2"], "params", PARAMS // 2),
        (["--variant", "wide"], "params", 2 * PARAMS),
        (["--variant", "wide", "--set", "width=2"], "params", PARAMS // 2),
    ],
)
def test_an_option_overrides_the_spec(
    netcost: Run, net: str, options: list[str], metric: str, number: int
) -> None:
    """Batch, input size, number format, parameters, variant; what is set by hand wins."""
    assert totals(netcost, net, *options)[metric] == number


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--variant", "wid"], "did you mean `wide`?"),
        (["--set", "widht=2"], "did you mean `width`?"),
        (["--set", "width"], "`width` is not of the form name=value"),
        (["--set", "width= "], "`width= ` is not of the form name=value"),
        (["--set", "=2"], "`=2` is not of the form name=value"),
        (["--input", "3;16;16"], "`3;16;16` is no list of lengths; write them as in 3,192,192"),
        (["--input", "3,0,16"], "`3,0,16` is no list of lengths"),
        (["--input", "3,²,16"], "is no list of lengths"),
        (["--input", "3,-8,16"], "`3,-8,16` is no list of lengths"),
        (["--input", "3,8.0,16"], "`3,8.0,16` is no list of lengths"),
        (["--input", f"3,{'9' * 5000},16"], "is no list of lengths"),
        (["--input", f"{10**18},8,16"], "an input of 128,000,000,000,000,000,000 elements is beyond 2^63"),
        (["--batch", "-2.0"], "`-2.0` is no whole number of at least 1"),
        (["--batch", "1_000"], "`1_000` is no whole number of at least 1"),
        (["--batch", "9" * 5000], "is no whole number of at least 1"),
        (["--set", "width=-1.0"], "expected a whole number of at least 1, got "),
        (["--dtype", "float15"], "did you mean `float16`?"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(
    netcost: Run, net: str, options: list[str], message: str
) -> None:
    """With the name that was likely meant, or the form that is."""
    ended = netcost("analyze", net, *options)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_batch_normalisation_can_be_folded(netcost: Run) -> None:
    """Its parameters go into the bias of the convolution before it."""
    spec = b"input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3, norm: batchnorm}]\n"
    weights = 4 * 3 * 3 * 3
    assert totals(netcost, "-", stdin=spec)["params"] == weights + 2 * 4
    assert totals(netcost, "-", "--fold-batchnorm", stdin=spec)["params"] == weights + 4


def test_generated_names_are_folded_to_a_depth(netcost: Run) -> None:
    """The rows become fewer, the totals stay."""
    spec = b"input: [3, 8, 8]\nlayers: [{name: stage, repeat: 3, seq: [{conv: 3, kernel: 1}, relu]}]\n"
    ended = netcost("analyze", "-", "--depth", "2", "--format", "json", stdin=spec)
    (model,) = models(ended.out)
    assert [layer["name"] for layer in model["layers"]] == ["stage.0", "stage.1", "stage.2"]
    assert model["totals"] == totals(netcost, "-", stdin=spec)


# Where reports go


def test_each_output_gets_the_report_in_its_format(netcost: Run, folder: Path, net: str) -> None:
    """Several in one run; a dash is standard output, in the format of --format."""
    ended = netcost("analyze", net, "-o", "a.csv", "-o", "a.json", "-o", "markdown:a.txt", "-o", "-")
    assert (ended.code, ended.err) == (0, "a.csv, a.json and a.txt are written\n")
    assert ended.out.startswith("net, input 3 x 8 x 8")
    with (folder / "a.csv").open(newline="") as file:
        assert [row["params"] for row in csv.DictReader(file)] == [str(PARAMS), "0"]
    assert models((folder / "a.json").read_text())[0]["totals"]["params"] == PARAMS
    assert (folder / "a.txt").read_text().startswith("### net")


def test_an_output_replaces_standard_output(netcost: Run, folder: Path, net: str) -> None:
    """Nothing is printed besides."""
    assert netcost("analyze", net, "-o", "a.csv") == (0, "", "a.csv is written\n")
    assert (folder / "a.csv").exists()


def test_the_same_run_writes_the_same_bytes(netcost: Run, folder: Path, net: str) -> None:
    """A report can be kept under version control."""
    written = []
    for name in ("one.json", "two.json"):
        netcost("analyze", net, "alexnet", "-o", name)
        written.append((folder / name).read_bytes())
    assert written[0] == written[1]


def test_a_table_in_a_file_is_drawn_in_full(
    netcost: Run, folder: Path, net: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the terminal is like: no colours, all columns, lines in UTF-8."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    netcost("analyze", net, "-o", "a.txt", encoding="ascii")
    text = (folder / "a.txt").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert "│" in text
    assert "pad" in text


@pytest.mark.parametrize(("color", "found"), [("always", True), ("never", False), ("auto", False)])
def test_colour_can_be_asked_for(netcost: Run, net: str, color: str, found: bool) -> None:
    """Automatically there is none where there is no terminal."""
    assert ("\x1b[" in netcost("analyze", net, "--color", color).out) is found


def test_ascii_takes_the_place_of_lines_and_letters_that_are_lacking(netcost: Run) -> None:
    """A question mark stands for a letter; nothing fails."""
    spec = "name: réseau\n".encode() + SPEC
    ended = netcost("analyze", "-", stdin=spec, encoding="ascii")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("r?seau, input")
    assert "|" in ended.out
    assert netcost("analyze", "-", stdin=spec, encoding="latin-1").out.startswith("réseau, input")


def test_reports_for_programs_are_utf_8_wherever_they_go(
    folder: Path, monkeypatch: pytest.MonkeyPatch, netcost: Run
) -> None:
    """Also where standard output has another encoding."""
    spec = "name: réseau\n".encode() + SPEC
    ended = netcost("analyze", "-", "--format", "csv", stdin=spec, encoding="latin-1")
    assert ended.out.encode("latin-1").decode("utf-8").splitlines()[1].startswith("réseau,0,conv")


def test_a_narrow_table_leaves_out_columns_and_says_so(netcost: Run) -> None:
    """A number is never cut."""
    out = netcost("analyze", "alexnet", "--width", "60").out
    assert max(map(len, out.splitlines())) <= 60
    assert "37,753" in out
    assert "Columns left out for lack of room" in out


@pytest.mark.parametrize(
    ("options", "first", "missing"),
    [
        (["--sort", "params", "--top", "1"], "fc6", "conv1"),
        (["--sort", "memory", "--top", "1"], "conv1", "fc6"),
        (["--sort", "flop", "--top", "1"], "conv2", "fc6"),
        (["--sort", "macs", "--top", "1"], "conv2", "fc6"),
        (["--top", "1"], "fc6", "conv1"),
    ],
)
def test_rows_can_be_ordered_and_cut(netcost: Run, options: list[str], first: str, missing: str) -> None:
    """The largest of the lecture's table stand first."""
    rows = [
        line.partition("│")[0].strip() for line in netcost("analyze", "alexnet", *options).out.splitlines()
    ]
    assert first in rows
    assert missing not in rows


# Several specs


def test_several_specs_are_reported_together(netcost: Run, net: str) -> None:
    """In the order in which they were named."""
    ended = netcost("analyze", "lenet", net, "alexnet", "--format", "json")
    assert [model["totals"]["params"] for model in models(ended.out)] == [
        LENET_PARAMS,
        PARAMS,
        ALEXNET_PARAMS,
    ]


def test_a_faulty_spec_does_not_keep_the_others_from_being_reported(netcost: Run, folder: Path) -> None:
    """Each fault is shown, and the exit code is 2."""
    (folder / "bad.yaml").write_text("input: [3, 8, 8]\nlayers: [{conv: 4, kernal: 3}]\n")
    ended = netcost("analyze", "bad.yaml", "lenet", "nowhere", "--format", "csv")
    assert ended.code == 2
    assert {row["model"] for row in csv.DictReader(StringIO(ended.out))} == {"lenet"}
    assert "bad.yaml:2:20: error: unknown field `kernal` for conv" in ended.err
    assert "nowhere: error: there is no such file" in ended.err


def test_warnings_go_to_standard_error(netcost: Run) -> None:
    """A tensor that nobody takes is reported with the report, and all is well."""
    spec = b"""\
input: [3, 8, 8]
layers:
  - {name: lost, conv: 4, kernel: 3}
  - {from: input, conv: 8, kernel: 3}
"""
    ended = netcost("analyze", "-", stdin=spec)
    assert ended.code == 0
    assert "warning" not in ended.out
    assert ended.err == "<stdin>:3:18: warning: nothing uses the output of `lost`\n"


@pytest.mark.parametrize("style", ["alexnet", "lenet"])
def test_a_mixture_of_experts_tells_its_active_parameters(netcost: Run, style: str) -> None:
    """As Mixtral's authors publish them, 12.9 of 46.7 billion."""
    shown = netcost("analyze", "mixtral_8x7b", "--style", style).out
    assert "Active: 12,879,925,248 of 46,702,792,704 parameters" in " ".join(shown.split())


class Screen(TextIOWrapper):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


@pytest.mark.parametrize(("specs", "found"), [(20, False), (21, True)])
def test_a_long_run_shows_on_a_terminal_how_far_it_is(
    netcost: Run, net: str, monkeypatch: pytest.MonkeyPatch, specs: int, found: bool
) -> None:
    """On standard error, and only there; a short one does not flicker."""
    from netcost.cli import main

    out, err = TextIOWrapper(BytesIO(), "utf-8"), Screen(BytesIO(), "utf-8")
    monkeypatch.setenv("TERM", "xterm")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        assert main(["analyze", *[net] * specs, "--format", "csv"]) == 0
        err.flush()
    assert (b"Reading networks" in err.buffer.getvalue()) is found  # type: ignore[attr-defined]
    assert out.buffer.getvalue().count(b"\n") == 1 + 2 * specs


def test_networks_of_one_name_are_told_apart_in_records(netcost: Run, folder: Path) -> None:
    """Else whoever adds up by name would add up both."""
    for place in ("cam", "ear"):
        (folder / place).mkdir()
        (folder / place / "net.yaml").write_bytes(SPEC)
    rows = csv.DictReader(StringIO(netcost("analyze", "cam/net.yaml", "ear/net.yaml", "--format", "csv").out))
    assert {row["model"] for row in rows} == {"net in cam/net.yaml", "net in ear/net.yaml"}


@pytest.mark.parametrize(
    ("options", "last"),
    [
        (["llama3_8b", "-q", "--unfold"], "total"),
        (["llama3_8b", "--quiet"], "total"),
        (["alexnet", "lenet", "--summary", "-q"], "lenet"),
        (["alexnet", "--summary"], "alexnet"),
    ],
)
def test_tables_stand_alone_on_demand(netcost: Run, options: list[str], last: str) -> None:
    """Or a row for each network."""
    ended = netcost("analyze", *options)
    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith(last)
    assert ("decoder.31.linear1" in ended.out) is ("--unfold" in options)


def test_programs_get_every_layer_whatever_a_table_shows(netcost: Run) -> None:
    """Options of tables change none of it."""
    plain = netcost("analyze", "bert_base", "--format", "json").out
    assert netcost("analyze", "bert_base", "--format", "json", "--summary", "-q", "--unfold").out == plain
