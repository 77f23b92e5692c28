"""`netcost memory`: sums, what is alive when most is, the memory layer by layer, in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from running import Run

from netcost.report.figures import FIGURES

MIB = 2**20

LECTURE = {
    "weight_bytes": 243_860_896,
    "input_bytes": 128 * 3 * 227 * 227 * 4,
    "kept_bytes": 1_515_016_192,
    "gradient_bytes": 243_860_896,
    "optimizer_bytes": 243_860_896,
}
"""The original AlexNet at batch 128 with momentum: the weights are 60,965,224 numbers of 4 bytes, what is kept was
measured with PyTorch 2.13 (tests/reference/memory/training_peak_truth.csv)."""

STEP_NONE, STEP_HELD = 1_962_086_304, 1_719_595_008
"""The most of a step with the gradients of weights as they come, and without them, measured there, too."""


def write(folder: Path, text: str) -> str:
    (folder / "net.yaml").write_text(text, encoding="utf-8")
    return "net.yaml"


def model(netcost: Run, *arguments: str) -> dict[str, Any]:
    ended = netcost("memory", *arguments, "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    found: dict[str, Any] = json.loads(ended.out)["models"][0]
    return found


@pytest.mark.parametrize(
    ("gradients", "total"),
    [
        ((), 2 * 243_860_896 + LECTURE["input_bytes"] + STEP_NONE),
        (("--gradients", "held"), 3 * 243_860_896 + LECTURE["input_bytes"] + STEP_HELD),
    ],
)
def test_the_question_of_the_lecture(netcost: Run, gradients: tuple[str, ...], total: int) -> None:
    """Does AlexNet train on a card of 3 GB? Weights, velocity, input, and the most of a step."""
    found = model(netcost, "alexnet_original", "--batch", "128", "--train", "momentum", *gradients)
    figures = found["figures"]
    assert {name: figures[name] for name in LECTURE if name in figures} == {
        name: size for name, size in LECTURE.items() if name in figures
    }
    assert figures["training_bytes"] == total
    assert sum(part["bytes"] for part in found["parts"]) == total


def test_a_small_network_by_hand(netcost: Run, folder: Path) -> None:
    """3 x 8 x 8 in, 4 x 8 x 8 out: 768 and 1,024 bytes, 4 * 3 + 4 weights; the activation writes over its input."""
    spec = write(folder, "input: [3, 8, 8]\nlayers: [{name: one, conv: 4, kernel: 1, act: relu}]\n")
    found = model(netcost, spec)
    assert found["figures"]["input_bytes"] == 768
    assert found["figures"]["peak_activation_bytes"] == 768 + 1024
    assert found["figures"]["inference_bytes"] == 768 + 1024 + 4 * 16
    assert found["peak_at"] == "one"
    assert found["alive"] == [{"name": "one.act", "bytes": 1024}, {"name": "input", "bytes": 768}]
    assert found["timeline"] == [{"name": "one", "bytes": 1792}, {"name": "one.act", "bytes": 1024}]
    assert found["figures"]["training_bytes"] is None
    assert found["figures"]["optimizer_bytes"] is None
    assert (
        model(netcost, spec, "--no-in-place", "--without-input")["figures"]["peak_activation_bytes"] == 2048
    )


def test_every_figure_is_told_in_every_format(netcost: Run) -> None:
    """CSV has a column for each, JSON a key and its meaning."""
    text = netcost("memory", "alexnet", "--format", "csv").out
    (record,) = csv.DictReader(io.StringIO(text))
    assert list(record) == ["model", "peak_at", *FIGURES]
    document = json.loads(netcost("memory", "alexnet", "--format", "json").out)
    assert list(document["convention"]) == list(FIGURES) == list(document["models"][0]["figures"])
    assert record["peak_activation_bytes"] == str(document["models"][0]["figures"]["peak_activation_bytes"])


def test_tables_show_parts_and_bars(netcost: Run) -> None:
    """The sum, the tensors that are alive when most is, and a bar for each layer."""
    out = netcost("memory", "alexnet", "--width", "100").out
    assert out.startswith("alexnet, input 3 x 227 x 227, batch 1, float32: inference\n")
    assert "Alive while conv1 runs" in out
    assert "█" in out
    markdown = netcost("memory", "alexnet", "--format", "markdown").out
    assert "| weights |" in markdown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--train", "adm"),
            "--train: error: there is no optimizer `adm`, did you mean `adam`? there are sgd, momentum,",
        ),
        (("--gradients", "some"), "there is no way to keep gradients `some`; there are none and held"),
        (("--loss", "hinge"), "there is no loss `hinge`; there are softmax and svm"),
        (("--checkpoint", "3"), "names of this network have at most 1 levels above their layers, not 3"),
        (("--checkpoint", "0"), "`0` is no whole number of at least 1"),
    ],
)
def test_what_there_is_not_is_refused(netcost: Run, arguments: tuple[str, ...], message: str) -> None:
    """With what there is instead."""
    ended = netcost("memory", "alexnet", *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_cost_that_is_not_known_is_a_lower_bound(netcost: Run, folder: Path) -> None:
    """In the table; JSON and CSV have no figure where a bound is all that is known, and JSON's parts say that they are one."""
    spec = write(
        folder,
        "input: [8]\nlayers: [{linear: 4}, {name: own, custom: odd, shape: [4], kind: vector, params: 3, "
        "macs_per_sample: 1}, {linear: 4}]\n",
    )
    out = netcost("memory", spec, "--train", "sgd").out
    assert ">= 16 " in out
    assert "what own keeps" in out
    found = model(netcost, spec, "--train", "sgd")
    assert found["figures"]["training_bytes"] is None
    assert [part for part in found["parts"] if "at_least" in part] == [
        # the input of each linear, of which the first is the network's
        {"name": "kept", "bytes": 4 * 4, "at_least": True}
    ]
    (record,) = csv.DictReader(io.StringIO(netcost("memory", spec, "--train", "sgd", "--format", "csv").out))
    assert (record["training_bytes"], record["optimizer_bytes"]) == ("", "0")


def test_the_losses_and_the_update_of_the_lecture(netcost: Run) -> None:
    """Ten classes: 10 exponentials, 9 additions, 3 more; 4 operations a weight for momentum, 2 for the squares."""
    weights = 3072 * 10 + 10
    figures = model(netcost, "linear_classifier", "--train", "momentum", "--loss", "softmax")["figures"]
    assert figures["loss_ops"] == 10 + 9 + 3
    assert figures["optimizer_ops"] == 4 * weights
    more = model(netcost, "linear_classifier", "--train", "sgd", "--loss", "svm", "--regularize")["figures"]
    assert more["loss_ops"] == 9 * 4 + 2 * weights
    assert more["optimizer_ops"] == 2 * weights
    out = netcost("memory", "linear_classifier", "--train", "momentum", "--loss", "svm", "--width", "300").out
    assert f"That is 4 operations a weight, {4 * weights:,} in all" in out
    assert "a sum for each wrong class. Of 10 classes that is 36: 36 operations." in out


def test_one_token_more_of_a_language_model(netcost: Run, folder: Path) -> None:
    """Weights, what is alive, and the keys and values of 8,192 tokens; on a device its time, of the bytes that it moves.

    An A100 moves 2,039 * 10^9 bytes a second, and at least the weights that are read and the cache.
    """
    found = model(netcost, "llama3_8b", "--dtype", "bfloat16", "--decode", "8192", "--device", "a100")
    assert found["overrides"] == {"dtype": "bfloat16", "decode": 8192, "device": "a100"}
    assert [part["name"] for part in found["parts"]] == ["weights", "activations", "cache"]
    assert found["parts"][2]["bytes"] == found["figures"]["cache_bytes"] == 2**30
    least = 15_009_857_536 + 2**30
    assert least < found["figures"]["moved_bytes"] < 1.01 * least
    assert least / 2039 < found["figures"]["time_bound_ns"] < 1.01 * least / 2039
    table = netcost("memory", "llama3_8b", "--dtype", "bfloat16", "--decode", "8192").out
    assert table.startswith("llama3_8b (decode 8192), input 1, batch 1, bfloat16: inference")


def test_a_budget_holds_a_step_of_decoding(netcost: Run, folder: Path) -> None:
    """Two tokens more than fit: 12 layers keep 2 * 768 numbers of 4 bytes of each."""
    budget = "version: 1\nmodels: [{spec: gpt2, assume: {decode: 66}, limits: {cache_bytes: " + str(
        64 * 12 * 2 * 768 * 4
    )
    (folder / "netcost-budget.yaml").write_text(budget + "}}]\n", encoding="utf-8")
    ended = netcost("check", "--budget", "netcost-budget.yaml")
    assert ended.code == 1
    assert "gpt2 (decode 66) cache_bytes" in ended.out


@pytest.mark.parametrize(
    ("spec", "message"),
    [("resnet50", "there is nothing to decode"), ("gpt2", "is a table of 1,024 positions")],
)
def test_what_cannot_be_decoded_is_told_at_the_option(netcost: Run, spec: str, message: str) -> None:
    """With exit code 2."""
    ended = netcost("memory", spec, "--decode", "2048")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("--decode: error: ")
    assert message in ended.err


def test_a_table_has_one_unit_and_its_parts_add_up(netcost: Run) -> None:
    """As the lecture's question is asked: in MiB with one decimal, weights and velocity 243,860,896 bytes each."""
    lecture = ("alexnet_original", "--batch", "128", "--train", "momentum", "--device", "gtx580")
    out = netcost("memory", *lecture, "--width", "80").out
    rows = {line.split()[0]: line.split("│")[1:] for line in out.splitlines() if line.count("│") > 1}
    sizes = {name: cells[0].strip().replace(",", "") for name, cells in rows.items()}
    parts = ("weights", "optimizer", "input", "kept", "passing")
    assert [sizes[name] for name in parts[:-1]] == ["232.6", "232.6", "75.5", "1444.8"]
    assert sum(float(sizes[name]) for name in parts) == pytest.approx(float(sizes["total"]), abs=0.2)
    assert sizes["memory"] == sizes["total"]
    assert rows["memory"][1].strip() == "3,072.0"


def test_what_looks_the_same_is_told_in_bytes(netcost: Run, folder: Path) -> None:
    """A network of 768 + 1,024 + 64 bytes, and a device with one less."""
    spec = write(folder, "input: [3, 8, 8]\nlayers: [{conv: 4, kernel: 1}]\n")
    (folder / "own.yaml").write_text("memory: {value: 1855 B, source: made up}\n", encoding="utf-8")
    out = netcost("memory", spec, "--device", "own.yaml", "--width", "200").out
    assert "Not even one sample fits: it takes 1,856 bytes of memory, where there are 1,855 bytes." in out


def test_blocks_that_are_run_anew_keep_what_goes_into_them(netcost: Run) -> None:
    """The list of what is kept is that of the figure."""
    found = model(netcost, "resnet50", "--train", "adamw", "--batch", "2", "--checkpoint", "2")
    kept = {part["name"]: part["bytes"] for part in found["alive"]}
    assert sum(kept.values()) == found["figures"]["kept_bytes"]
    assert kept["layer1.1"] == 2 * 256 * 56 * 56 * 4
    assert not [name for name in kept if name.startswith("layer1.1.")]


def test_several_networks_come_in_one_table_first(netcost: Run) -> None:
    """A row each, with the parts of the sum, and the largest batch where there is a device."""
    out = netcost("memory", "alexnet", "resnet50", "--device", "gtx580").out
    title, _, head, _, first, second, *_ = out.splitlines()
    assert title == "2 networks: inference"
    assert [cell.strip() for cell in head.split("│")] == [
        *("Network", "weights (MiB)", "activations (MiB)", "total (MiB)", "largest batch"),
    ]
    assert first.startswith("alexnet ")
    assert second.startswith("resnet50 ")


def test_buffers_are_left_out_and_said_to_be(netcost: Run) -> None:
    """ResNet-18 has 9,620 of them."""
    assert "Left out: 9,620 buffers that are stored with the weights, " in netcost("memory", "resnet18").out
    assert "buffers" not in netcost("memory", "alexnet").out
