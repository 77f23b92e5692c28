"""Caffe's .prototxt: networks written here from their papers, held to BVLC's published counts; layers in arithmetic."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netcost.analysis.costs import analyze
from netcost.frontends import Source, load, load_path
from netcost.network import Network
from netcost.overrides import NO_OVERRIDES, Overrides
from netcost.source.problem import SpecError

HERE = Path(__file__).parent / "caffe"


def data(*dims: int, name: str = "data") -> str:
    return f'input: "{name}"\n' + "".join(f"input_dim: {dim}\n" for dim in dims)


def layer(kind: str, name: str, bottom: str = "", top: str = "", **params: str) -> str:
    bottoms = "".join(f' bottom: "{each}"' for each in bottom.split())
    tops = "".join(f' top: "{each}"' for each in (top or name).split())
    fields = "".join(f" {key} {{ {value} }}" for key, value in params.items())
    return f'layer {{ name: "{name}" type: "{kind}"{bottoms}{tops}{fields} }}\n'


def conv(name: str, bottom: str, filters: int, kernel: int, more: str = "") -> str:
    fields = f"num_output: {filters} kernel_size: {kernel} {more}"
    return layer("Convolution", name, bottom, convolution_param=fields)


def pool(name: str, bottom: str, kernel: int, stride: int, more: str = "") -> str:
    return layer(
        "Pooling", name, bottom, pooling_param=f"pool: MAX kernel_size: {kernel} stride: {stride} {more}"
    )


def fc(name: str, bottom: str, units: int) -> str:
    return layer("InnerProduct", name, bottom, inner_product_param=f"num_output: {units}")


def read(text: str, overrides: Overrides = NO_OVERRIDES) -> Network:
    return load(Source("net.prototxt", text.encode()), overrides)


def fault(text: str, overrides: Overrides = NO_OVERRIDES) -> tuple[str, str]:
    with pytest.raises(SpecError) as caught:
        read(text, overrides)
    problem = caught.value.problems[0]
    return str(problem.place), f"{problem.message}; {problem.hint}"


# Published counts


def test_lenet_has_its_parameters() -> None:
    """431,080 in BVLC's; 20*24*24*25 + 50*8*8*20*25 + 800*500 + 500*10 MACs for a sample."""
    totals = analyze(load_path(HERE / "lenet.prototxt")).totals
    assert (totals["params"], totals["macs"]) == (431_080, 288_000 + 1_600_000 + 400_000 + 5_000)


def test_caffenet_has_its_parameters() -> None:
    """60,965,224 in BVLC's; Krizhevsky et al., NIPS 2012, with pooling before the norm. About 724 million MACs."""
    text = data(10, 3, 227, 227) + conv("conv1", "data", 96, 11, "stride: 4")
    text += pool("pool1", "conv1", 3, 2) + layer("LRN", "norm1", "pool1", lrn_param="local_size: 5")
    text += conv("conv2", "norm1", 256, 5, "pad: 2 group: 2") + pool("pool2", "conv2", 3, 2)
    text += conv("conv3", "pool2", 384, 3, "pad: 1") + conv("conv4", "conv3", 384, 3, "pad: 1 group: 2")
    text += conv("conv5", "conv4", 256, 3, "pad: 1 group: 2") + pool("pool5", "conv5", 3, 2)
    text += (
        fc("fc6", "pool5", 4096)
        + fc("fc7", "fc6", 4096)
        + fc("fc8", "fc7", 1000)
        + layer("Softmax", "prob", "fc8")
    )
    network = read(text, Overrides(batch=1))
    totals = analyze(network).totals
    assert totals["params"] == 60_965_224
    assert round(totals["macs"] / 10**6) == 724
    assert network["pool5"].output == (1, 256, 6, 6)


def googlenet() -> str:
    """Szegedy et al., arXiv:1409.4842, table 1."""
    text = (
        data(1, 3, 224, 224) + conv("conv1", "data", 64, 7, "pad: 3 stride: 2") + pool("pool1", "conv1", 3, 2)
    )
    text += conv("conv2_reduce", "pool1", 64, 1) + conv("conv2", "conv2_reduce", 192, 3, "pad: 1")
    text += pool("pool2", "conv2", 3, 2)
    bottom = "pool2"
    table = {
        "3a": (64, 96, 128, 16, 32, 32),
        "3b": (128, 128, 192, 32, 96, 64),
        "4a": (192, 96, 208, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64),
        "4c": (128, 128, 256, 24, 64, 64),
        "4d": (112, 144, 288, 32, 64, 64),
        "4e": (256, 160, 320, 32, 128, 128),
        "5a": (256, 160, 320, 32, 128, 128),
        "5b": (384, 192, 384, 48, 128, 128),
    }
    for name, widths in table.items():
        if name in {"4a", "5a"}:
            text += pool(f"pool{name}", bottom, 3, 2)
            bottom = f"pool{name}"
        text += _inception(name, bottom, widths)
        bottom = f"{name}/output"
    text += layer("Pooling", "pool5", bottom, pooling_param="pool: AVE global_pooling: true")
    return text + fc("classifier", "pool5", 1000)


def _inception(name: str, bottom: str, widths: tuple[int, ...]) -> str:
    one, three_reduce, three, five_reduce, five, after = widths
    text = conv(f"{name}/1x1", bottom, one, 1) + conv(f"{name}/3x3_reduce", bottom, three_reduce, 1)
    text += conv(f"{name}/3x3", f"{name}/3x3_reduce", three, 3, "pad: 1")
    text += conv(f"{name}/5x5_reduce", bottom, five_reduce, 1)
    text += conv(f"{name}/5x5", f"{name}/5x5_reduce", five, 5, "pad: 2")
    text += pool(f"{name}/pool", bottom, 3, 1, "pad: 1") + conv(f"{name}/pool_proj", f"{name}/pool", after, 1)
    joined = " ".join(f"{name}/{each}" for each in ("1x1", "3x3", "5x5", "pool_proj"))
    return text + layer("Concat", f"{name}/output", joined)


def test_googlenet_has_its_parameters() -> None:
    """6,998,552 in BVLC's, which rounds up where it pools."""
    network = read(googlenet())
    assert analyze(network).totals["params"] == 6_998_552
    assert network["3a.output"].output == (1, 256, 28, 28)
    assert network["5b.output"].output == (1, 1024, 7, 7)


# Layers, in arithmetic


@pytest.mark.parametrize(
    ("text", "shape", "params"),
    [
        (conv("a", "data", 8, 3, "bias_term: false"), (2, 8, 14, 14), 8 * 4 * 9),
        (conv("a", "data", 8, 3, "dilation: 2 pad: 2"), (2, 8, 16, 16), 8 * 4 * 9 + 8),
        (
            layer("Convolution", "a", "data", convolution_param="num_output: 8 kernel_h: 3 kernel_w: 1"),
            (2, 8, 14, 16),
            8 * 4 * 3 + 8,
        ),
        (
            layer("ConvolutionDepthwise", "a", "data", convolution_param="num_output: 4 kernel_size: 3"),
            (2, 4, 14, 14),
            40,
        ),
        (
            layer(
                "Deconvolution",
                "a",
                "data",
                convolution_param="num_output: 8 kernel_size: 4 stride: 2 pad: 1",
            ),
            (2, 8, 32, 32),
            4 * 8 * 16 + 8,
        ),
        (layer("Im2col", "a", "data", convolution_param="kernel_size: 3 pad: 1"), (2, 36, 256), 0),
        (pool("a", "data", 3, 2), (2, 4, 8, 8), 0),
        (pool("a", "data", 2, 2, "pad: 1"), (2, 4, 9, 9), 0),
        (pool("a", "data", 3, 2, "round_mode: FLOOR"), (2, 4, 7, 7), 0),
        (pool("a", "data", 1, 3), (2, 4, 6, 6), 0),
        (layer("Pooling", "a", "data", pooling_param="pool: AVE global_pooling: true"), (2, 4, 1, 1), 0),
        (layer("SPP", "a", "data", spp_param="pyramid_height: 3"), (2, 4 * 21), 0),
        (fc("a", "data", 10), (2, 10), 1024 * 10 + 10),
        (
            layer("InnerProduct", "a", "data", inner_product_param="num_output: 10 axis: -1"),
            (2, 4, 16, 10),
            170,
        ),
        (layer("BatchNorm", "a", "data"), (2, 4, 16, 16), 0),
        (
            layer("BatchNorm", "a", "data") + layer("Scale", "b", "a", scale_param="bias_term: true"),
            (2, 4, 16, 16),
            8,
        ),
        (layer("BN", "a", "data"), (2, 4, 16, 16), 8),
        (layer("Scale", "a", "data", scale_param="axis: 1 num_axes: -1"), (2, 4, 16, 16), 1024),
        (layer("Bias", "a", "data"), (2, 4, 16, 16), 4),
        (layer("PReLU", "a", "data"), (2, 4, 16, 16), 4),
        (layer("PReLU", "a", "data", prelu_param="channel_shared: true"), (2, 4, 16, 16), 1),
        (layer("ReLU", "a", "data", relu_param="negative_slope: 0.1"), (2, 4, 16, 16), 0),
        (layer("Normalize", "a", "data", norm_param="channel_shared: false"), (2, 4, 16, 16), 4),
        (layer("LRN", "a", "data", lrn_param="norm_region: WITHIN_CHANNEL"), (2, 4, 16, 16), 0),
        (layer("MVN", "a", "data"), (2, 4, 16, 16), 0),
        (layer("Power", "a", "data", power_param="power: 2 scale: 3"), (2, 4, 16, 16), 0),
        (layer("Concat", "a", "data data", concat_param="axis: 2"), (2, 4, 32, 16), 0),
        (layer("Concat", "a", "data data"), (2, 8, 16, 16), 0),
        (layer("Eltwise", "a", "data data", eltwise_param="operation: PROD"), (2, 4, 16, 16), 0),
        (layer("Eltwise", "a", "data data", eltwise_param="coeff: 1 coeff: -1"), (2, 4, 16, 16), 0),
        (
            layer("Slice", "a", "data", "x y", slice_param="slice_point: 1") + layer("ReLU", "b", "y"),
            (2, 3, 16, 16),
            0,
        ),
        (
            layer("Slice", "a", "data", "x y", slice_param="axis: 3") + layer("ReLU", "b", "y"),
            (2, 4, 16, 8),
            0,
        ),
        (layer("Split", "a", "data", "x y") + layer("ReLU", "b", "y"), (2, 4, 16, 16), 0),
        (layer("Flatten", "a", "data"), (2, 1024), 0),
        (layer("Flatten", "a", "data", flatten_param="axis: 2"), (2, 4, 256), 0),
        (
            layer("Reshape", "a", "data", reshape_param="shape { dim: 0 dim: 2 dim: -1 dim: 0 }"),
            (2, 2, 32, 16),
            0,
        ),
        (
            layer("Reshape", "a", "data", reshape_param="shape { dim: 2 dim: 2 } axis: 1 num_axes: 1"),
            (2, 2, 2, 16, 16),
            0,
        ),
        (
            layer("Permute", "a", "data", permute_param="order: 0 order: 2 order: 3 order: 1"),
            (2, 16, 16, 4),
            0,
        ),
        (layer("Tile", "a", "data", tile_param="axis: 1 tiles: 3"), (2, 12, 16, 16), 0),
        (layer("Reduction", "a", "data", reduction_param="axis: 2 operation: MEAN"), (2, 4), 0),
        (layer("ArgMax", "a", "data", argmax_param="axis: 1 top_k: 2"), (2, 2, 16, 16), 0),
        (layer("Softmax", "a", "data", softmax_param="axis: 2"), (2, 4, 16, 16), 0),
        (layer("Interp", "a", "data", interp_param="zoom_factor: 8"), (2, 4, 121, 121), 0),
        (layer("ShuffleChannel", "a", "data", shuffle_channel_param="group: 2"), (2, 4, 16, 16), 0),
        (layer("LSTM", "a", "data data", recurrent_param="num_output: 5"), (2, 4, 5), 20 * 256 + 20 + 20 * 5),
        (
            layer("RNN", "a", "data data", recurrent_param="num_output: 5"),
            (2, 4, 5),
            5 * 256 + 5 + 25 + 25 + 5,
        ),
        (layer("Embed", "a", "data", embed_param="num_output: 3 input_dim: 7"), (2, 4, 16, 16, 3), 21 + 3),
        (layer("Parameter", "a", parameter_param="shape { dim: 2 dim: 5 }"), (2, 5), 5),
        (pool("p", "data", 2, 2) + layer("Crop", "a", "data p", crop_param="offset: 3"), (2, 4, 8, 8), 0),
        (
            layer("PriorBox", "a", "data data", prior_box_param="min_size: 1 max_size: 2 aspect_ratio: 2"),
            (1, 2, 256 * 4 * 4),
            0,
        ),
    ],
)
def test_shapes_and_parameters_are_those_of_caffe(text: str, shape: tuple[int, ...], params: int) -> None:
    """By the Reshape and LayerSetUp of each layer, written out."""
    network = read(data(2, 4, 16, 16) + text)
    assert network.nodes[-1].output == shape
    if "Parameter" not in text:
        assert analyze(network).totals["params"] == params


def test_a_scale_behind_a_norm_belongs_to_it() -> None:
    """Where something else reads the norm, it stays on its own."""
    text = data(2, 4, 16, 16) + layer("BatchNorm", "a", "data")
    assert len(read(text + layer("Scale", "b", "a")).nodes) == 1
    assert len(read(text + layer("Scale", "b", "a") + layer("ReLU", "c", "a")).nodes) == 3
    assert len(read(text + layer("Scale", "b", "a", "a") + layer("ReLU", "c", "a")).nodes) == 2


def test_weights_of_one_name_are_shared() -> None:
    """As both sides of a siamese network have them."""
    param = {"param": 'name: "w"', "convolution_param": "num_output: 8 kernel_size: 3"}
    two = layer("Convolution", "a", "data", **param) + layer("Convolution", "b", "data", **param)
    assert analyze(read(data(2, 4, 16, 16) + two)).totals["params"] == 8 * 4 * 9 + 2 * 8


def test_layers_of_several_bottoms_have_one_weight() -> None:
    """One convolution of two blobs."""
    text = layer("Convolution", "a", "data data", "x y", convolution_param="num_output: 8 kernel_size: 3")
    network = read(data(2, 4, 16, 16) + text)
    assert [node.output for node in network.outputs] == [(2, 8, 14, 14)] * 2
    assert analyze(network).totals["params"] == 8 * 4 * 9 + 8


def test_weights_of_rate_0_are_frozen() -> None:
    """As FCN's upsampling has them."""
    text = layer(
        "Deconvolution", "a", "data", param="lr_mult: 0", convolution_param="num_output: 8 kernel_size: 4"
    )
    assert read(data(2, 4, 16, 16) + text)["a"].frozen == frozenset({"weight"})


def test_the_first_form_of_layers_is_read() -> None:
    """Types in capitals, `layers`, rates and names in lists."""
    text = (
        data(1, 4, 16, 16)
        + "layers { name: 'a' type: CONVOLUTION bottom: 'data' top: 'a' blobs_lr: 0 blobs_lr: 1 "
    )
    text += "convolution_param < num_output: 8, kernel_size: 3; > }\nlayers: { type: RELU bottom: 'a' top: 'a' name: 'b' }"
    network = read(text)
    assert network["a"].frozen == frozenset({"weight"})
    assert [node.layer.type for node in network.nodes] == ["conv", "relu"]


# Phases


def loader(phase: str, batch: int, more: str = "") -> str:
    rule = f"phase: {phase}"
    return layer(
        "Data",
        "data",
        top="data label",
        include=rule,
        data_param=f"batch_size: {batch}",
        transform_param=more,
    )


TRAIN_VAL = (
    loader("TRAIN", 256, "crop_size: 8")
    + loader("TEST", 50, "crop_size: 16")
    + conv("a", "data", 8, 3)
    + layer("Dropout", "only", "a", "a", exclude="phase: TEST")
    + layer("SoftmaxWithLoss", "loss", "a label")
    + layer("Accuracy", "accuracy", "a label", include="phase: TEST")
)


def test_the_test_phase_is_taken() -> None:
    """With the data of that phase, one sample of it; losses and accuracies are left out, and told."""
    network = read(TRAIN_VAL)
    assert network.inputs[0].output == (1, 3, 16, 16)
    assert [node.name for node in network.nodes] == ["a", "loss"]
    assert network.notes == [
        "the layers of the test phase are counted",
        "`data` is taken as 3 x 16 x 16, a crop in colour; its file tells no more",
        "`loss` of type SoftmaxWithLoss is read without its loss",
        "`accuracy` of type Accuracy is left out: it is no part of the deployed network",
    ]


def test_stages_of_deployment_are_taken() -> None:
    """As DIGITS writes one file for all."""
    deploy = layer(
        "Input", "data", include='stage: "deploy"', input_param="shape { dim: 1 dim: 3 dim: 8 dim: 8 }"
    )
    train = layer("Data", "other", top="data label", include='stage: "train"')
    network = read(
        train
        + deploy
        + conv("a", "data", 8, 3)
        + layer("EuclideanLoss", "l", "a label", exclude='stage: "deploy"')
    )
    assert [node.name for node in network.nodes] == ["a"]


def test_data_without_a_size_is_asked_for() -> None:
    """By its name, or as the only input."""
    text = layer("HDF5Data", "data", top="data label") + fc("a", "data", 4)
    assert fault(text)[1] == (
        "`data` comes of a layer of type HDF5Data, which states no size; tell it, as in `--input data=3,227,227`"
    )
    assert read(text, Overrides(input=(6,)))["a"].output == (1, 4)
    network = read(text, Overrides(input={"data": (6,)}, batch=3))
    assert network["a"].output == (3, 4)
    assert network.overrides == {"batch": 3, "input": {"data": (6,)}}


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (
            layer("MemoryData", "data", memory_data_param="batch_size: 4 channels: 1 height: 5 width: 6"),
            (1, 1, 5, 6),
        ),
        (
            layer("ImageData", "data", image_data_param="new_height: 5 new_width: 6 is_color: false"),
            (1, 1, 5, 6),
        ),
        (layer("WindowData", "data", window_data_param="crop_size: 5"), (1, 3, 5, 5)),
        (layer("DummyData", "data", dummy_data_param="num: 2 channels: 3 height: 4 width: 5"), (2, 3, 4, 5)),
        (layer("DummyData", "data", dummy_data_param="shape { dim: 2 dim: 7 }"), (2, 7)),
        ('input: "data" input_shape { dim: [1, 3, 5, 5] }', (1, 3, 5, 5)),
    ],
)
def test_layers_of_data_state_sizes(text: str, shape: tuple[int, ...]) -> None:
    """Some of them."""
    assert read(text + layer("ReLU", "a", "data")).inputs[0].output == shape


# Faults

SIZE = data(1, 3, 16, 16)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (SIZE + conv("a", "dota", 8, 3), "net.prototxt:6:47", "no blob `dota` yet; did you mean `data`?"),
        (SIZE + layer("Convolutio", "a", "data"), "net.prototxt:6:25", "did you mean `Convolution`?"),
        (SIZE + conv("a", "data", 0, 3), "net.prototxt:6:95", "filters"),
        (
            SIZE + conv("a", "data", 8, 32),
            "net.prototxt:6:110",
            "a window of 32 is larger than its input of 16",
        ),
        (SIZE + conv("a", "data", 8, 3, "group: 2"), "net.prototxt:6:119", "not divisible"),
        (SIZE + layer("Eltwise", "a", "data"), "net.prototxt:6:25", "takes at least 2 bottoms, it has 1"),
        (
            SIZE + "layer { type: ReLU",
            "net.prototxt:6:19",
            "the file ends inside a message, which line 6 opens",
        ),
        (SIZE + "layer { type }", "net.prototxt:6:14", "has no value"),
        (SIZE + "layer { name: 'a }", "net.prototxt:6:15", "this text has no end"),
        (SIZE + "layer { name: 'a' }", "net.prototxt:6:1", "this layer has no type"),
        (SIZE + "layer { type: 'ReLU' type: 'ReLU' }", "net.prototxt:6:28", "`type` is written twice"),
        ('input: "data"\n' + layer("ReLU", "a", "data"), "net.prototxt:1:8", "states no size"),
        (data(0, 3, 8, 8) + layer("ReLU", "a", "data"), "net.prototxt:1:8", "states 0 x 3 x 8 x 8"),
        (
            SIZE + layer("Python", "a", "data", python_param='layer: "Foo"'),
            "net.prototxt:6:25",
            "is code in Python",
        ),
        (SIZE + layer("Concat", "a", "data data", concat_param="axis: 4"), "net.prototxt:6:94", "axis is 4"),
        (
            SIZE + "layers { layer { name: 'a' type: 'conv' } }",
            "net.prototxt:6:1",
            "the form of layers of 2013",
        ),
        ('net: "a.prototxt"\nbase_lr: 0.1', "net.prototxt:2:10", "how to train a network; read `a.prototxt`"),
        (SIZE + "layer { } layers { }", "net.prototxt:6:11", "this one has both"),
    ],
)
def test_faults_have_a_place(text: str, place: str, told: str) -> None:
    """The line and the column of what is wrong."""
    found = fault(text)
    assert told in found[1]
    assert found[0] == place


def test_options_that_do_not_fit_are_refused() -> None:
    """By the option."""
    text = SIZE + layer("ReLU", "a", "data")
    assert fault(text, Overrides(params={"a": 1}))[0] == "--set"
    assert fault(text, Overrides(input={"image": (3, 16, 16)}))[0] == "--input"


WORDS = st.sampled_from(
    [
        *(
            "layer {",
            "layers",
            "{",
            "}",
            "<",
            ">",
            "[",
            "]",
            ":",
            ",",
            '"',
            "'",
            "\n",
            "-1",
            "0",
            "9" * 12,
            "3",
            "nan",
        ),
        *(
            "type:",
            '"Convolution"',
            '"Pooling"',
            '"Concat"',
            '"Reshape"',
            '"LSTM"',
            "CONVOLUTION",
            "bottom:",
            "top:",
        ),
        *(
            '"data"',
            "convolution_param {",
            "num_output:",
            "kernel_size:",
            "axis:",
            "shape {",
            "dim:",
            "include {",
        ),
    ]
)


@given(st.lists(WORDS, max_size=40))
@settings(max_examples=2 * settings().max_examples)
def test_whatever_stands_in_a_file_is_read_or_refused(words: list[str]) -> None:
    """Never anything else."""
    with suppress(SpecError):
        read(SIZE + " ".join(words))
