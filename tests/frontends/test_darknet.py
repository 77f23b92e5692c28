"""Darknet's .cfg: networks written here from their papers, held to the sizes of the published weights files.

A weights file has a header of 20 bytes and 4 bytes a number: parameters, and of each batch norm a mean and a variance.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load, load_path
from netcost.layers.norm import BatchNorm
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent / "darknet"
HEADER, NUMBER = 20, 4


def section(word: str, **options: object) -> str:
    return "\n".join([f"[{word}]", *(f"{key}={value}" for key, value in options.items()), "", ""])


def net(size: int = 416, **more: object) -> str:
    return section("net", width=size, height=size, channels=3, **more)


def conv(filters: int, size: int, stride: int = 1, act: str = "leaky", norm: int = 1) -> str:
    options = {"batch_normalize": norm, "filters": filters, "size": size, "stride": stride, "pad": 1}
    return section("convolutional", **options, activation=act)


def head(classes: int = 80) -> str:
    filters = 3 * (classes + 5)
    return conv(filters, 1, act="linear", norm=0) + section("yolo", mask="0,1,2", classes=classes, num=9)


def darknet53() -> str:
    """Redmon & Farhadi, arXiv:1804.02767, table 1, without its head."""
    text = conv(32, 3)
    for blocks, filters in ((1, 64), (2, 128), (8, 256), (8, 512), (4, 1024)):
        text += conv(filters, 3, 2)
        for _ in range(blocks):
            text += (
                conv(filters // 2, 1)
                + conv(filters, 3)
                + section("shortcut", **{"from": -3}, activation="linear")
            )
    return text


def yolov3() -> str:
    """The same with three heads, as its section 2.3 has it."""
    text = net() + darknet53()
    for filters, joined in ((512, ""), (256, "-1,61"), (128, "-1,36")):
        if joined:
            text += section("route", layers=-4) + conv(filters, 1)
            text += section("upsample", stride=2) + section("route", layers=joined)
        text += (conv(filters, 1) + conv(filters * 2, 3)) * 3 + head()
    return text


def read(text: str, overrides: Overrides = NO_OVERRIDES) -> Network:
    return load(Source("net.cfg", text.encode()), overrides)


def bytes_of(network: Network) -> int:
    """The weights file of a network."""
    norms = (node for node in network.nodes if isinstance(node.layer, BatchNorm) and not node.shares)
    numbers = analyze(network).totals["params"] + sum(2 * node.output.channels for node in norms)
    return HEADER + NUMBER * int(numbers)


def fault(text: str, overrides: Overrides = NO_OVERRIDES) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        read(text, overrides)
    problem = caught.value.problems[0]
    return str(problem.place), f"{problem.message}; {problem.hint}"


# Published sizes


def test_yolov3_tiny_has_the_published_size() -> None:
    """yolov3-tiny.weights, 35,434,956 bytes; 5.56 BFLOPs as Darknet prints them, two a MAC, without its last digits."""
    network = load_path(HERE / "yolov3-tiny.cfg")
    assert bytes_of(network) == 35_434_956
    assert round(analyze(network).totals["macs"] * 2 / 10**9, 2) == 5.56


def test_yolov3_has_the_published_size() -> None:
    """yolov3.weights, 248,007,048 bytes; 65.86 BFLOPs at 416."""
    network = read(yolov3())
    assert bytes_of(network) == 248_007_048
    assert round(analyze(network).totals["macs"] * 2 / 10**9, 2) == 65.86
    assert [node.output[1:] for node in network.outputs] == [(255, 13, 13), (255, 26, 26), (255, 52, 52)]


def test_vgg_has_its_parameters() -> None:
    """138,357,544, Simonyan & Zisserman, arXiv:1409.1556."""
    text = net(224)
    for count, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        text += conv(filters, 3, act="relu", norm=0) * count + section("maxpool", size=2, stride=2, padding=0)
    text += section("connected", output=4096) * 2 + section("connected", output=1000) + section("softmax")
    assert analyze(read(text)).totals["params"] == 138_357_544


# Sections, in arithmetic


def params(text: str) -> int:
    return int(analyze(read(text)).totals["params"])


@pytest.mark.parametrize(
    ("sections", "shape"),
    [
        (section("maxpool", size=2, stride=2), (3, 8, 8)),
        (section("maxpool", size=2, stride=1), (3, 16, 16)),
        (section("maxpool", size=3, stride=2), (3, 8, 8)),
        (section("maxpool", size=2, stride_x=1, stride_y=2), (3, 8, 16)),
        (section("local_avgpool", size=2, stride=2), (3, 8, 8)),
        (section("avgpool"), (3, 1, 1)),
        (section("upsample", stride=2), (3, 32, 32)),
        (section("reorg", stride=2), (12, 8, 8)),
        (section("reorg3d", stride=4), (48, 4, 4)),
        (section("crop", crop_height=8, crop_width=6), (3, 8, 6)),
        (section("dropout"), (3, 16, 16)),
        (section("lrn"), (3, 16, 16)),
        (section("activation", activation="mish"), (3, 16, 16)),
        (section("convolutional", filters=8, size=3, stride=2, pad=1), (8, 8, 8)),
        (section("convolutional", filters=8, size=3, padding=0), (8, 14, 14)),
        (section("convolutional", filters=8, size=3, pad=1, dilation=4), (8, 16, 16)),
        (section("convolutional", filters=8, size=3, pad=1, stride=2, antialiasing=1), (8, 8, 8)),
        (section("deconvolutional", filters=8, size=4, stride=2, padding=1), (8, 32, 32)),
        (section("local", filters=8, size=3, pad=1), (8, 16, 16)),
        (section("history", history_size=4), (12, 16, 16)),
        (section("connected", output=10), (10,)),
        (section("connected", output=10) + section("convolutional", filters=8), (8, 1, 1)),
        (section("softmax"), (3, 16, 16)),
        (section("cost") + section("empty"), (3, 16, 16)),
        (conv(8, 3) + section("route", layers="-1, 0"), (16, 16, 16)),
        (conv(8, 3) + section("route", layers="-1", groups=2, group_id=1), (4, 16, 16)),
        (conv(8, 3) + conv(4, 1) + section("shortcut", **{"from": -2}), (4, 16, 16)),
        (conv(8, 3) + section("avgpool") + section("scale_channels", **{"from": -2}), (8, 16, 16)),
        (conv(8, 3) + conv(8, 1) + section("sam", **{"from": -2}), (8, 16, 16)),
        (section("crnn", size=3, pad=1, hidden=4, output=6), (6, 16, 16)),
        (section("conv_lstm", size=3, pad=1, output=6), (6, 16, 16)),
        (section("lstm", output=6), (6,)),
    ],
)
def test_shapes_are_those_of_darknet(sections: str, shape: tuple[int, ...]) -> None:
    """By the formulas of its make_*_layer functions, written out: a pool's padding is that of both ends."""
    network = read(net(16) + sections)
    assert network.outputs[-1].output[1:] == shape


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        (conv(8, 3), 8 * 3 * 9 + 2 * 8),
        (conv(8, 3, norm=0), 8 * 3 * 9 + 8),
        (section("convolutional", filters=6, size=3, groups=3, pad=1), 6 * 1 * 9 + 6),
        (section("convolutional", filters=6, size=3, groups=3, pad=1, xnor=1), 6 * 3 * 9 + 6),
        (section("convolutional", filters=6, size=3, stride=2, antialiasing=1), 6 * 3 * 9 + 6),
        (section("deconvolutional", filters=8, size=4), 3 * 8 * 16 + 8),
        (section("local", filters=8, size=3, pad=1), 256 * 8 * 27 + 256 * 8),
        (section("batchnorm"), 2 * 3),
        (section("implicit", filters=5, atoms=2), 10),
        (section("connected", output=10), 768 * 10 + 10),
        (section("connected", output=10, batch_normalize=1), 768 * 10 + 2 * 10),
        (section("rnn", hidden=4, output=6), (768 * 4 + 4) + (4 * 4 + 4) + (4 * 6 + 6)),
        (section("gru", output=6), 3 * (768 * 6 + 6) + 3 * (6 * 6 + 6)),
        (section("lstm", output=6), 4 * (768 * 6 + 6) + 4 * (6 * 6 + 6)),
        (section("crnn", size=1, hidden=4, output=6), (3 * 4 + 4) + (4 * 4 + 4) + (4 * 6 + 6)),
        (section("conv_lstm", size=1, output=6, peephole=1), 4 * (3 * 6 + 6) + 7 * (6 * 6 + 6)),
        (conv(4, 1) * 2 + section("shortcut", weights_type="per_feature", **{"from": -2}), 20 + 24 + 2),
        (conv(4, 1) * 2 + section("shortcut", weights_type="per_channel", **{"from": "-2,0"}), 20 + 24 + 12),
        (conv(3, 1) + section("convolutional", filters=3, batch_normalize=1, share_index=0), 9 + 6),
    ],
)
def test_parameters_are_what_a_weights_file_holds(sections: str, expected: int) -> None:
    """By what load_weights reads of each section, means and variances left out."""
    assert params(net(16) + sections) == expected


def test_the_macs_of_filters_for_each_place_are_those_of_a_convolution() -> None:
    """Each place has its own filters, and computes as much."""
    assert analyze(read(net(16) + section("local", filters=8, size=3, pad=1))).totals["macs"] == 256 * 8 * 27


def test_layers_below_a_stop_are_not_trained() -> None:
    """`stopbackward=1` ends the backward pass."""
    text = net(16) + conv(8, 3) + section("convolutional", filters=4, stopbackward=1) + conv(4, 3)
    assert [node.frozen for node in read(text).nodes if node.name.endswith("conv")] == [True, True, False]


def test_what_darknet_reads_is_read() -> None:
    """Comments, spaces anywhere, a fraction of 0, a comment behind a number, the first of two equal keys."""
    text = "# a\n ; b\n[ net ]\nwidth = 1 6\nheight=16.0\nchannels=3 # RGB\nchannels=1\n\n[convolutional]\nfilters=8#6"
    assert read(text)["convolutional0.conv"].output == (1, 8, 16, 16)


def test_a_mark_of_the_order_of_bytes_is_no_part_of_the_text() -> None:
    """As some editors of Windows write it, with their ends of lines."""
    source = Source("net.cfg", b"\xef\xbb\xbf" + (net(16) + conv(8, 3)).replace("\n", "\r\n").encode())
    assert load(source).outputs[0].output == (1, 8, 16, 16)


# Options


def test_the_input_and_the_batch_are_changed() -> None:
    """The size of the file is only the usual one."""
    network = read(net(416, batch=64) + conv(8, 3, 2), Overrides(batch=2, input=(1, 64, 32)))
    assert network.outputs[0].output == (2, 8, 32, 16)
    assert network.overrides == {"batch": 2, "input": (1, 64, 32)}


def test_the_batch_of_training_is_not_that_of_the_network() -> None:
    """And that is told."""
    network = read(net(16, batch=64) + conv(8, 3) + section("cost"))
    assert network.batch == 1
    assert network.notes == [
        "the batch is taken as 1; batch=64 of the file is that of training",
        "[cost] belongs to training and is left out",
    ]


def test_a_misspelt_option_is_told() -> None:
    """Darknet takes the default for it."""
    (warning,) = read(net(16) + section("convolutional", filter=8)).warnings
    assert warning == "net.cfg:7:1: warning: nothing reads `filter`, did you mean `filters`?"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (section("net") + conv(8, 3), "net.cfg:1:1", "states no size of its input; write channels"),
        (section("net", width=4) + conv(8, 3), "net.cfg:1:1", "states only width"),
        (net(16), "net.cfg:1:1", "no layers"),
        (net(16) + "[convolutionl]\n", "net.cfg:6:1", "did you mean `convolutional`?"),
        (net(16) + section("convolutional", filters="x"), "net.cfg:7:9", "filters is `x`"),
        (net(16) + section("convolutional", filters=0), "net.cfg:7:9", "filters"),
        (net(16) + section("convolutional", filters=2**31), "net.cfg:7:9", "below 2^31"),
        (net(16) + section("convolutional", filters=3, groups=2), "net.cfg:8:8", "not divisible"),
        (net(16) + section("convolutional", activation="relo"), "net.cfg:7:12", "did you mean `relu`?"),
        (net(16) + section("convolutional", size=32), "net.cfg:7:6", "a window of 32"),
        (net(16) + section("route", layers="-1"), "net.cfg:7:8", "no layer before number 0"),
        (net(16) + conv(8, 3) + section("route", layers="0,4"), "net.cfg:15:8", "layers is 4"),
        (net(16) + section("route"), "net.cfg:6:1", "names no layer"),
        (
            net(16) + head().replace("classes=80", "classes=20"),
            "net.cfg:16:9",
            "it gets 255 x 16 x 16 = 65,280",
        ),
        (net(16) + "filters\n", "net.cfg:6:1", "neither a section nor an option"),
        ("width=3\n[net]\n", "net.cfg:1:1", "stands in no section"),
    ],
)
def test_faults_have_a_place(text: str, place: str, told: str) -> None:
    """The line and the column of the option, or of the section."""
    found = fault(text)
    assert found[0] == place
    assert told in found[1]


def test_options_that_do_not_fit_are_refused() -> None:
    """By the option."""
    assert fault(net(16) + conv(8, 3), Overrides(params={"a": 1}))[0] == "--set"
    assert fault(net(16) + conv(8, 3), Overrides(input=(3, 16)))[0] == "--input"
    assert fault(net(16) + conv(8, 3), Overrides(input={"data": (3, 16, 16)}))[0] == "--input"


def test_very_many_sections_are_refused() -> None:
    """Soon."""
    assert "more than" in fault(net(16) + "[dropout]\n" * 400_000)[1]


WORDS = st.sampled_from(
    [
        *("[net]", "[convolutional]", "[route]", "[yolo]", "[local]", "[lstm]", "[shortcut]", "#", "["),
        *("filters", "layers", "from", "size", "stride", "width", "channels", "height"),
        *("=", "-1", "0", "3", "9" * 12, ",", "\n", "\n"),
    ]
)


@given(st.lists(WORDS, max_size=40))
@settings(max_examples=2 * settings().max_examples)
def test_whatever_stands_in_a_file_is_read_or_refused(words: list[str]) -> None:
    """Never anything else."""
    with suppress(SpecError):
        read(net(16) + "".join(words))
