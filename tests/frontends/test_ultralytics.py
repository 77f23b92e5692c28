"""Model files of Ultralytics: networks of our own, held to the package (8.4) and to the counts that it states.

Parameters are those of the network before anything is fused, MACs those of PyTorch's flop counter.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load, load_path
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent / "ultralytics"
Row = tuple[object, int, str, list[object]]

SCALES_8 = {"n": (0.33, 0.25, 1024), "s": (0.33, 0.50, 1024), "x": (1.0, 1.25, 512)}
SCALES_11 = {"n": (0.5, 0.25, 1024), "x": (1.0, 1.5, 512)}


def text(backbone: list[Row], head: list[Row], scales: object = None, **top: object) -> str:
    """A model file."""
    lines = [f"{key}: {value}" for key, value in top.items()]
    if isinstance(scales, dict):
        lines += ["scales:", *(f"  {name}: {list(each)}" for name, each in scales.items())]
    for key, rows in (("backbone", backbone), ("head", head)):
        lines += [
            f"{key}:" if rows else f"{key}: []",
            *(f"  - [{row[0]}, {row[1]}, {row[2]}, {row[3]}]" for row in rows),
        ]
    return "\n".join(lines) + "\n"


def pyramid(
    stage: str,
    ends: tuple[int, ...],
    counts: tuple[int, ...],
    early: list[list[object]],
    late: list[list[object]],
    last: list[Row],
) -> tuple[list[Row], list[Row]]:
    """Five strides of 2 with a stage behind each but the first, and a way up and down again between three of them."""
    down: list[Row] = [(-1, 1, "Conv", [64, 3, 2])]
    for width, end, count, more in zip((128, 256, 512, 1024), ends, counts, early, strict=True):
        down += [(-1, 1, "Conv", [width, 3, 2]), (-1, count, stage, [end, *more])]
    down += last
    top, count = len(down) - 1, counts[0]
    up: list[Row] = []
    for width, other, more in ((512, 6, late[0]), (256, 4, late[1])):
        up += [
            (-1, 1, "nn.Upsample", ["None", 2, "nearest"]),
            (f"[-1, {other}]", 1, "Concat", [1]),
            (-1, count, stage, [width, *more]),
        ]
    middle = top + 3
    for width, other, more in ((256, middle, late[2]), (512, top, late[3])):
        up += [
            (-1, 1, "Conv", [width, 3, 2]),
            (f"[-1, {other}]", 1, "Concat", [1]),
            (-1, count, stage, [2 * width, *more]),
        ]
    return down, up


def yolo8(task: str = "Detect", more: tuple[object, ...] = (), **top: object) -> str:
    """Version 8: its stages are C2f."""
    down, up = pyramid(
        "C2f", (128, 256, 512, 1024), (3, 6, 6, 3), [["True"]] * 4, [[]] * 4, [(-1, 1, "SPPF", [1024, 5])]
    )
    return text(down, [*up, ("[15, 18, 21]", 1, task, ["nc", *more])], SCALES_8, **({"nc": 80} | top))


def yolo11() -> str:
    """Version 11: its stages are C3k2, with attention behind the last."""
    early: list[list[object]] = [["False", 0.25], ["False", 0.25], ["True"], ["True"]]
    last: list[Row] = [(-1, 1, "SPPF", [1024, 5]), (-1, 2, "C2PSA", [1024])]
    down, up = pyramid(
        "C3k2", (256, 512, 512, 1024), (2, 2, 2, 2), early, [["False"], ["False"], ["False"], ["True"]], last
    )
    return text(down, [*up, ("[16, 19, 22]", 1, "Detect", ["nc"])], SCALES_11, nc=80)


def read(source: str, overrides: Overrides = NO_OVERRIDES, name: str = "net.yaml") -> Network:
    return load(Source(name, source.encode()), overrides)


def totals(network: Network) -> tuple[Any, Any]:
    found = analyze(network).totals
    return found["params"], found["macs"]


def fault(source: str, overrides: Overrides = NO_OVERRIDES) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        read(source, overrides)
    problem = caught.value.problems[0]
    return str(problem.place), f"{problem.message}; {problem.hint}"


# Stated counts


@pytest.mark.parametrize(
    ("source", "scale", "params"),
    [
        (yolo8(), "n", 3_157_200),
        (yolo8(), "s", 11_166_560),
        (yolo11(), "n", 2_624_080),
        (yolo11(), "x", 56_966_176),
    ],
    ids=["yolov8n", "yolov8s", "yolo11n", "yolo11x"],
)
def test_parameters_are_those_that_are_stated(source: str, scale: str, params: int) -> None:
    """In the comments of their own files, for 80 classes."""
    assert totals(read(source, Overrides(variant=scale)))[0] == params


def test_numbers_that_are_fixed_are_not_trained() -> None:
    """16 of them, which weigh the lengths of sides: 2,624,064 gradients are stated beside 2,624,080 parameters."""
    network = read(yolo11(), Overrides(variant="n"))
    assert analyze(network).totals["trainable_params"] == 2_624_064


@pytest.mark.parametrize(
    ("source", "params", "macs"),
    [
        (yolo8(), 3_157_200, 4_371_993_600),
        (yolo8("Segment", (32, 256)), 3_409_968, 6_001_382_400),
        (yolo8("Pose", ("kpt_shape",), nc=1, kpt_shape=[17, 3]), 3_295_470, 4_588_864_800),
        (yolo8("OBB", (1,)), 3_228_867, 4_494_700_800),
        (yolo11(), 2_624_080, 3_271_251_200),
    ],
    ids=["detect", "segment", "pose", "obb", "yolo11n"],
)
def test_macs_are_those_that_pytorch_counts(source: str, params: int, macs: int) -> None:
    """At 640 x 640, of the package's own networks of the smallest scale."""
    assert totals(read(source, Overrides(variant="n"))) == (params, macs)


@pytest.mark.parametrize(
    ("file", "scale", "params", "macs"),
    [
        ("medley", "n", 506_974, 217_069_568),
        ("medley", "l", 4_860_118, 3_187_050_496),
        # PyTorch counts the table of sines too, 2 * 32 * 32 * 128 / 4, which is the same for each image.
        ("cascade", "", 709_886, 1_243_070_464 - 65_536),
        ("attentive", "n", 786_992, 377_364_480),
        ("attentive", "m", 10_431_472, 4_630_822_912),
        ("attentive", "x", 30_061_552, 13_025_705_984),
    ],
)
def test_modules_are_those_of_the_package(file: str, scale: str, params: int, macs: int) -> None:
    """Networks of our own, built by the package from the same files, at 256 x 256."""
    overrides = Overrides(input=(3, 256, 256), **({"variant": scale} if scale else {}))
    network = load_path(HERE / f"{file}.yaml", overrides)
    assert totals(network) == (params, macs)
    assert not network.warnings


CONV: Row = (-1, 1, "Conv", [64, 3, 2])


def test_a_decoder_of_queries_has_the_parameters_of_the_package() -> None:
    """RTDETRDecoder of 3 classes over two maps of 64 and 128 channels, a layer of everything counted by hand."""
    size, classes, heads, points, levels, hidden = 256, 3, 8, 4, 2, 1024
    linear = size * size + size
    places = heads * points * levels
    layer = 4 * linear + 3 * 2 * size + 2 * linear + (size * hidden + hidden) + (hidden * size + size)
    layer += 3 * (size * places + places)
    box = 2 * linear + 4 * size + 4
    score = size * classes + classes
    params = (64 + 128) * size + 2 * 2 * size + 6 * (layer + score + box) + classes * size
    params += (4 * 2 * size + 2 * size) + (2 * size * size + size) + linear + 2 * size + score + box
    rows: list[Row] = [(-1, 1, "Conv", [128, 3, 2]), ("[0, 1]", 1, "RTDETRDecoder", ["nc"])]
    convs = 3 * 64 * 9 + 2 * 64 + 64 * 128 * 9 + 2 * 128
    network = read(text([CONV], rows, nc=classes), Overrides(input=(3, 64, 64)))
    assert totals(network)[0] == params + convs
    assert network.outputs[0].output == (1, 300, 4 + classes)


def test_branches_that_are_only_trained_with_do_not_run() -> None:
    """The head of version 10 has both kinds: parameters of all, MACs of those for one box a thing."""
    one = read(text([CONV], [("[0]", 1, "Detect", ["nc"])], nc=80), Overrides(input=(3, 64, 64)))
    two = read(
        text([CONV], [("[0]", 1, "Detect", ["nc"])], nc=80, end2end=True), Overrides(input=(3, 64, 64))
    )
    stem, fixed = 3 * 64 * 9 + 2 * 64, 16
    assert totals(two)[0] - stem - fixed == 2 * (totals(one)[0] - stem - fixed)
    assert totals(two)[1] == totals(one)[1]
    assert "branches that are only trained with have parameters, but do not run" in two.notes


@pytest.mark.parametrize(
    ("head", "args", "top", "params"),
    [
        ("v10Detect", ["nc"], {}, 1_234_152),
        ("Segment26", ["nc", 8, 64], {"reg_max": 1, "end2end": True}, 1_626_356),
        ("Pose26", ["nc", "kpt_shape"], {"kpt_shape": [5, 3], "end2end": True}, 2_169_066),
        ("OBB26", ["nc", 1], {"end2end": True}, 2_018_766),
    ],
)
def test_heads_of_two_kinds_have_the_parameters_of_the_package(
    head: str, args: list[object], top: dict[str, object], params: int
) -> None:
    """Of 4 classes over three maps of 64, 128 and 256 channels, built by the package from the same file."""
    rows: list[Row] = [
        (-1, 1, "Conv", [128, 3, 2]),
        (-1, 1, "Conv", [256, 3, 2]),
        ("[0, 1, 2]", 1, head, args),
    ]
    network = read(text([CONV], rows, nc=4, **top))
    assert totals(network)[0] == params
    assert not network.warnings


# Scales and options


@pytest.mark.parametrize(
    ("name", "scale"), [("yolov8s.yaml", "s"), ("a/yolo11x-seg.yaml", "x"), ("yolov8.yaml", "n")]
)
def test_the_name_of_a_file_tells_its_scale(name: str, scale: str) -> None:
    """As theirs does; else the first is taken, and told."""
    scales = {"n": (1, 1, 8), "s": (1, 1, 16), "x": (1, 1, 32)}
    network = read(text([CONV], [], scales), name=name)
    assert network.nodes[0].output.channels == {"n": 8, "s": 16, "x": 32}[scale]
    told = any(note.startswith("scale `n` is taken") for note in network.notes)
    assert told == (name == "yolov8.yaml")


def test_options_change_the_network() -> None:
    """The scale, the size, the batch and the classes."""
    network = read(yolo8(), Overrides(variant="n", batch=2, input=(3, 320, 320), params={"nc": 5}))
    assert network.outputs[0].output == (2, 4 + 5, 40 * 40 + 20 * 20 + 10 * 10)
    assert network.overrides == {"batch": 2, "input": (3, 320, 320), "variant": "n", "set": {"nc": 5}}
    assert "usual size" not in " ".join(network.notes)


def test_names_are_those_of_the_package() -> None:
    """Folders of modules."""
    names = read(yolo8(), Overrides(variant="n")).names
    assert {
        "model.0.conv",
        "model.0.bn",
        "model.2.m.0.cv1.conv",
        "model.9.cv2.act",
        "model.22.cv3.2.1.bn",
    } <= set(names)
    assert {"model.22.cv2.0.2", "model.22.dfl.conv"} <= set(names)


@pytest.mark.parametrize(
    ("activation", "kind"),
    [
        ("nn.ReLU()", "relu"),
        ("torch.nn.SiLU()", "silu"),
        ("nn.LeakyReLU(0.1, inplace=True)", "leakyrelu"),
        ("torch.nn.Hardswish(inplace=True)", "hardswish"),
    ],
)
def test_activations_are_read_by_their_names(activation: str, kind: str) -> None:
    """Nothing is run."""
    assert read(text([CONV], [], activation=activation))["model.0.act"].layer.type == kind


# Faults


def one(module: str, *args: object, source: object = -1, repeats: object = 1) -> str:
    return text([CONV], [(source, repeats, module, list(args))], nc=80)  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("source", "place", "told"),
    [
        (one("Cnv", 64), "net.yaml:5:13", "there is no module `Cnv` that is known; did you mean `Conv`?"),
        (one("Conv"), "net.yaml:5:19", "argument 1 is left out"),
        (one("Conv", -8), "net.yaml:5:20", "at least 1, got `-8`"),
        (one("Conv", "wide"), "net.yaml:5:20", "got `wide`"),
        (one("Conv", 64, 3, 1, "None", 3), "net.yaml:5:5", "not divisible by groups"),
        (one("Conv", 64, source=4), "net.yaml:5:6", "row 1 takes from 4, which is no row before it"),
        (one("Conv", 64, source=[-1, 0]), "net.yaml:5:6", "Conv takes one input, it has 2"),
        (one("Conv", 64, repeats=0), "net.yaml:5:10", "at least 1, got `0`"),
        (one("Conv", 64, repeats=5000), "net.yaml:5:10", "5,000 repeats are more than 1,000"),
        (one("C2PSA", 128), "net.yaml:5:13", "keeps its width, it gets 64 channels and has 128"),
        (one("CBFuse", [0], source=[0, -1]), "net.yaml:5:27", "source 1 has no part 0"),
        (
            text([CONV], [], activation="__import__('os').getcwd()"),
            "net.yaml:1:13",
            "no activation that is known",
        ),
        (text([CONV], [], {"n": (1, 1)}), "net.yaml:2:6", "a scale has three numbers"),
        ("backbone:\n  - [-1, 1, Conv]\nhead: []\n", "net.yaml:2:5", "a row has four parts"),
        ("backbone: 3\nhead: []\n", "net.yaml:1:11", "`backbone` is a list of modules"),
    ],
)
def test_faults_have_a_place(source: str, place: str, told: str) -> None:
    """The line and the column of what is wrong."""
    found = fault(source)
    assert told in found[1]
    assert found[0] == place


def test_options_that_do_not_fit_are_refused() -> None:
    """By the option."""
    assert "`--variant` takes n, s, x" in fault(yolo8(), Overrides(variant="q"))[1]
    assert fault(one("Conv", 64), Overrides(variant="n"))[0] == "--variant"
    assert fault(yolo8(), Overrides(params={"a": 1}))[0] == "--set"
    assert fault(yolo8(), Overrides(input=(3, 640)))[0] == "--input"


WORDS = st.sampled_from(
    [
        *(
            "[-1, 1, Conv, [64, 3, 2]]",
            "[-1, 2, C2f, [64, True]]",
            "[-1, 1, SPPF, [64, 5]]",
            "[[0, -1], 1, Concat, [1]]",
        ),
        *(
            "[-1, 2, A2C2f, [64, True, 4]]",
            "[[0], 1, Detect, [nc]]",
            "[-1, 2, C3k2, [64]]",
            "[-1, 1, PSA, [64]]",
        ),
        *(
            "[-1, 1, AIFI, [64, 8]]",
            "[0, 1, CBLinear, [[8, 8]]]",
            "[-1, 1, nn.Upsample, [None, 2]]",
            "[-1, 1, HGStem, [8]]",
        ),
    ]
)


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(0, 400), st.sampled_from("[],-: 0319Cn{\n'"))
@settings(max_examples=2 * settings().max_examples)
def test_whatever_stands_in_a_file_is_read_or_refused(rows: list[str], place: int, letter: str) -> None:
    """Never anything else."""
    source = "nc: 3\nbackbone:\n" + "".join(f"  - {row}\n" for row in rows) + "head: []\n"
    place %= len(source)
    with suppress(SpecError):
        read(source[:place] + letter + source[place + 1 :], Overrides(input=(3, 64, 64)), "yolov8n.yaml")
