"""`netcost explain`: the lecture's derivations from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import Run


def test_the_lecture_s_derivation_is_printed(netcost: Run) -> None:
    """Output size, parameters, operations and memory of AlexNet's first layer, as on the slides."""
    ended = netcost("explain", "alexnet", "conv1")
    assert (ended.code, ended.err) == (0, "")
    for derived in (
        "(H - K + 2 * P) / S + 1 = (227 - 11 + 2 * 2) / 4 + 1 = 56",
        "64 * 3 * 11 * 11 + 64 = 23,296",
        "72,855,552",
        "784",
    ):
        assert derived in ended.out


def test_an_override_shows_in_the_derivation(netcost: Run) -> None:
    """4096 * 1000 weights for each of 8 samples."""
    assert "8 * 4096 * 1000 = 32,768,000" in netcost("explain", "alexnet", "fc8", "--batch", "8").out


def test_a_spec_may_come_from_standard_input(netcost: Run) -> None:
    """3 channels of 8 x 8 are 192 features."""
    spec = b"input: [3, 8, 8]\nlayers: [{name: flat, flatten}, {name: fc, linear: 10}]\n"
    assert "192 * 10 + 10 = 1930" in netcost("explain", "-", "fc", stdin=spec).out


@pytest.mark.parametrize("name", ["input", "conv1.act", "pool1", "dropout1", "flatten"])
def test_every_node_can_be_explained(netcost: Run, name: str) -> None:
    """Also one that computes nothing."""
    ended = netcost("explain", "alexnet", name)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{name}: ")


def test_lines_fit_the_width(netcost: Run) -> None:
    """They are broken where formulas allow it."""
    assert max(map(len, netcost("explain", "alexnet", "conv1", "--width", "50").out.splitlines())) <= 50


def test_results_can_be_set_off(netcost: Run) -> None:
    """In colour if that is asked for."""
    assert "\x1b[" in netcost("explain", "alexnet", "conv1", "--color", "always").out
    assert "\x1b[" not in netcost("explain", "alexnet", "conv1").out


def test_a_long_list_of_layers_is_shortened(netcost: Run) -> None:
    """An error fits on the screen."""
    message = netcost("explain", "resnet50", "xyzzy").err
    assert "resnet50 has no layer `xyzzy`; it has input, conv1" in message
    assert " more." in message


def test_without_a_layer_they_are_listed(netcost: Run) -> None:
    """Name, type, output, as the lecture's table has them; blocks as one."""
    ended = netcost("explain", "alexnet")
    assert (ended.code, ended.err) == (0, "")
    assert re.search(r"^  conv1 +Conv +64 x 56 x 56$", ended.out, re.MULTILINE)
    listed = netcost("explain", "resnet50").out
    assert re.search(r"^  layer4 +block of 32 layers +2048 x 7 x 7$", listed, re.MULTILINE)
    assert "layer4.0" not in listed
    assert "layer4.0 " in netcost("explain", "resnet50", "--depth", "2").out


def test_a_block_is_the_sum_of_its_layers(netcost: Run) -> None:
    """Bottlenecks of ResNet-50 (torchvision): the first widens 64 channels to 256, two more keep them."""
    ended = netcost("explain", "resnet50", "layer1")
    first = 64 * 64 + 64 * 64 * 9 + 64 * 256 + 64 * 256 + 2 * (64 + 64 + 256 + 256)
    others = 256 * 64 + 64 * 64 * 9 + 64 * 256 + 2 * (64 + 64 + 256)
    assert (ended.code, ended.err) == (0, "")
    assert f"params = {first:,} + 2 * {others:,} = 215,808\n" in ended.out
    assert "  input   64 x 56 x 56  from maxpool\n  output  256 x 56 x 56\n" in ended.out
    assert re.search(r"^    conv1 +4,096 +.*= 64 \* 64 \* 1 \* 1$", ended.out, re.MULTILINE)
    assert "layer1.1 and layer1.2" in ended.out


def test_a_total_names_its_largest_layers_first(netcost: Run) -> None:
    """AlexNet in torchvision has 61,100,840 parameters, most of them in its first linear layer."""
    lines = netcost("explain", "alexnet", "--total", "params").out.splitlines()
    head = lines.index("params = 61,100,840")
    assert [line.split()[:2] for line in lines[head + 1 : head + 4]] == [
        ["fc6", f"{9216 * 4096 + 4096:,}"],
        ["fc7", f"{4096 * 4096 + 4096:,}"],
        ["fc8", f"{4096 * 1000 + 1000:,}"],
    ]


def test_a_total_of_one_layer_is_that_of_the_layer(netcost: Run) -> None:
    """By a word of the table, too: 56 * 56 positions of 64 channels in 4 bytes."""
    assert (
        f"activation_bytes = {64 * 56 * 56 * 4:,}"
        in netcost("explain", "alexnet", "conv1", "--total", "memory").out
    )


@pytest.mark.parametrize(
    ("network", "word", "near"),
    [
        ("bert_base", "attention", "encoder.0.attention1"),
        ("resnet50", "layer", "layer1"),
        ("resnet50", "LAYER3.5.conv", "layer3.5.conv1"),
        ("resnet50", "shortcut", "layer1.0.shortcut"),
        ("alexnet", "fc66", "fc6"),
    ],
)
def test_the_nearest_name_begins_alike_and_comes_first(
    netcost: Run, network: str, word: str, near: str
) -> None:
    """Or a part of it does; else it is one that is spelt much the same."""
    ended = netcost("explain", network, word)
    assert ended.code == 2
    assert f"Did you mean `{near}`?" in ended.err


def test_a_number_that_there_is_not_has_a_near_one(netcost: Run) -> None:
    """Or all of them are listed."""
    assert "Did you mean `params`?" in netcost("explain", "alexnet", "--total", "parms").err
    ended = netcost("explain", "alexnet", "--total", "xyzzy")
    assert ended.code == 2
    assert "`xyzzy` is none of params, weight_bytes" in " ".join(ended.err.split())


def test_lines_of_a_block_fit_the_width(netcost: Run) -> None:
    """Formulas go to lines of their own."""
    assert max(map(len, netcost("explain", "resnet50", "layer1", "--width", "50").out.splitlines())) <= 50


def test_a_figure_is_of_the_network_alone(netcost: Run) -> None:
    """A block has no peak of its own."""
    ended = netcost("explain", "resnet50", "layer1", "--total", "peak_activation_bytes")
    assert ended.code == 2
    assert "told of the network as a whole: leave `layer1` out" in ended.err


def test_training_is_explained_as_it_is_run(netcost: Run) -> None:
    """Adam holds two numbers for each of 61,100,840 weights, in 4 bytes."""
    out = netcost("explain", "alexnet", "--total", "optimizer_bytes", "--train", "adam").out
    assert f"optimizer_bytes = {61_100_840 * 2 * 4:,}" in out
    assert "add --train NAME" in netcost("explain", "alexnet", "--total", "optimizer_bytes").out


@pytest.mark.parametrize(
    ("words", "block"),
    [
        (("--total", "params"), "layer4"),
        (("layer1", "--depth", "1"), "layer1.0"),
        (("layer1.0", "--depth", "1"), "layer1.0.shortcut"),
    ],
    ids=str,
)
def test_a_block_that_is_folded_can_be_asked_for(netcost: Run, words: tuple[str, ...], block: str) -> None:
    """The command that is named is one that works."""
    assert f"`netcost explain resnet50 {block}` unfolds" in netcost("explain", "resnet50", *words).out
    assert netcost("explain", "resnet50", block).code == 0


def test_an_unknown_layer_is_no_fault_of_usage(netcost: Run) -> None:
    """What is wrong is told in one line."""
    assert netcost("explain", "alexnet", "fc66") == (
        2,
        "",
        "Error: alexnet has no layer `fc66`. Did you mean `fc6`?\n",
    )


def test_repeated_items_are_a_block(netcost: Run, folder: Path) -> None:
    """Three convolutions of 3, then 8 channels to 8: 8 * 3 * 9 + 8, and twice 8 * 8 * 9 + 8."""
    (folder / "net.yaml").write_text(
        "input: [3, 8, 8]\nlayers: [{name: c, conv: 8, kernel: 3, pad: 1, repeat: 3}]\n"
    )
    assert "params = 224 + 2 * 584 = 1,392\n" in netcost("explain", "net.yaml", "c").out
    assert "Did you mean `c.0`?" in netcost("explain", "net.yaml", "c.").err
