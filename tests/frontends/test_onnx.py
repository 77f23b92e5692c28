"""ONNX files that people have: torchvision's networks and BERT by several exporters, optimised and quantised."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from onnx_files import LARGE, exported, network_of, read, truth
from quick import others_slow

from netcost import zoo
from netcost.analysis.costs import analyze
from netcost.network import Network
from netcost.overrides import Overrides

FLOAT = sorted(truth("onnx"))
REWRITTEN = sorted(truth("onnx_rewritten"))
DIMS = {"onnx_rewritten/bert.ort_optimized.onnx": {"sequence": 32}}
"""The length that the other export of BERT is fixed at."""


@cache
def network(name: str) -> Network:
    """A file of the corpus as a network."""
    return read(exported(name), name, dim=DIMS[name]) if name in DIMS else network_of(name)


@pytest.mark.parametrize("name", others_slow([*FLOAT, *REWRITTEN], {*FLOAT, *REWRITTEN} - LARGE))
def test_macs_are_those_of_pytorchs_flop_counter(name: str) -> None:
    """Of a rewritten file those of the network that it was made of; and nothing in any of them is unknown."""
    found = network(name)
    row = {**truth("onnx"), **truth("onnx_rewritten")}[name]
    assert analyze(found).totals["macs"] == int(row["macs"])
    assert not [node.name for node in found.nodes if node.layer.type == "opaque"]


@pytest.mark.parametrize(
    "name", others_slow([name for name in FLOAT if truth("onnx")[name]["params"]], {*FLOAT} - LARGE)
)
def test_parameters_are_those_of_the_module(name: str) -> None:
    """Where the exporter folds nothing away."""
    assert analyze(network(name)).totals["params"] == int(truth("onnx")[name]["params"])


@pytest.mark.parametrize(
    "model", ["densenet121", "efficientnet_b0", "mobilenet_v2", "resnet50", "shufflenet_v2_x1_0"]
)
@pytest.mark.parametrize("exporter", ["dynamo", "legacy"])
def test_parameters_are_those_of_the_folded_network(model: str, exporter: str) -> None:
    """Both exporters fold batch norms into convolutions, as `--fold-batchnorm` does."""
    folded = zoo.load(model, Overrides(fold_batchnorm=True))
    found = network(f"onnx/{model}.{exporter}.onnx")
    assert analyze(found).totals["params"] == analyze(folded).totals["params"]


POSITION_TABLES = 169 * (3 + 3 + 6 + 6 + 6 * 12 + 2 * 24)
"""Swin-T: a number for each of 13 * 13 distances and head of each block; 2, 2, 6, 2 blocks of 3, 6, 12, 24 heads."""


def test_anonymous_position_tables_are_no_parameters() -> None:
    """The legacy exporter calls those of Swin-T `onnx::Add_...`; torchvision counts 28,288,354 parameters."""
    found = analyze(network("onnx/swin_t.legacy.onnx")).totals["params"]
    assert found == 28_288_354 - POSITION_TABLES


BERT = 2_223_616
"""2000 words, 512 positions, 2 segments of 256, a norm; twice attention 4 * (256 * 256 + 256), a norm, 256 -> 1024 -> 256
with biases, a norm.
"""


@pytest.mark.parametrize("name", ["bert.dynamo.onnx", "bert.ort_optimized.onnx"])
def test_equal_tensors_stored_once_are_counted_for_each_layer(name: str) -> None:
    """Before training all norms and biases of BERT are equal, and these files have one tensor for all of them."""
    assert BERT == 2000 * 256 + 512 * 256 + 2 * 256 + 512 + 2 * (4 * 65_792 + 512 + 263_168 + 262_400 + 512)
    assert analyze(network(f"onnx_rewritten/{name}")).totals["params"] == BERT


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("resnet18.QOperator.onnx", {"conv", "linear", "add", "maxpool", "adaptiveavgpool"}),
        ("mobilenet_v2.QDQ.onnx", {"conv", "dwconv", "linear"}),
    ],
)
def test_layers_of_quantised_networks_are_int8(name: str, kinds: set[str]) -> None:
    """Weights and what layers put out, in both ways to write them; the output of the network is in float32."""
    found = network(f"onnx_rewritten/{name}")
    assert {node.layer.type for node in found.nodes} >= kinds
    for node in found.nodes:
        if node.layer.type in kinds:
            assert node.precision.weights == "int8", node.name
            assert node in found.outputs or node.precision.activations == "int8", node.name


@pytest.mark.parametrize("exporter", ["dynamo", "legacy"])
def test_layers_have_the_names_of_modules(exporter: str) -> None:
    """Those of torchvision's definition, so that `--depth` gathers what belongs together."""
    resnet = network(f"onnx/resnet50.{exporter}.onnx")
    assert {"conv1", "layer1.0.conv1", "layer1.0.downsample.0", "layer4.2.conv3", "fc"} <= set(resnet.names)
    swin = network(f"onnx/swin_t.{exporter}.onnx")
    assert {"features.0.0", "features.1.0.attn.qkv", "features.1.0.attn.proj", "features.7.1.mlp.3"} <= set(
        swin.names
    )


def test_shape_arithmetic_makes_no_rows() -> None:
    """Swin-T has 6,194 nodes by the legacy exporter, most of which work out shapes and masks."""
    assert len(network("onnx/swin_t.legacy.onnx").nodes) < 600


def test_a_free_batch_is_1_and_told() -> None:
    """Or what `--batch` says; all costs grow with it."""
    alone = read(exported("onnx/mobilenet_v2.legacy.onnx"))
    assert alone.notes == ["axis `batch` taken as 1"]
    both = read(exported("onnx/mobilenet_v2.legacy.onnx"), batch=2)
    assert both.notes == []
    assert analyze(both).totals["macs"] == 2 * analyze(alone).totals["macs"]
    assert both.overrides == {"batch": 2}


def test_another_input_size() -> None:
    """Of a network that is convolutions up to its global pool; 112 is half of 224 in both axes."""
    found = read(exported("onnx/resnet50.legacy.onnx"), input=(3, 112, 112))
    assert found.inputs[0].output == (1, 3, 112, 112)
    full = read(exported("onnx/resnet50.legacy.onnx"))
    linear = 2048 * 1000
    assert analyze(found).totals["macs"] < (analyze(full).totals["macs"] - linear) // 3


def test_another_number_format() -> None:
    """`--dtype` stands in place of the file's float32; what is int8 in the file stays so."""
    found = read(exported("onnx/resnet50.legacy.onnx"), dtype="float16")
    assert {node.precision.short for node in found.nodes} == {"float16"}
    quantised = read(exported("onnx_rewritten/resnet18.QOperator.onnx"), dtype="float16")
    assert quantised["conv1"].precision.short == "int8"


@pytest.mark.parametrize("name", ["onnx/alexnet.legacy.onnx", "onnx/vit_b_16.dynamo.onnx"])
def test_a_file_on_disk_is_read_alike(name: str, tmp_path: Path) -> None:
    """Through the one door, recognised by its content."""
    path = tmp_path / "net.bin"
    path.write_bytes(exported(name))
    found = zoo.load(str(path))
    assert analyze(found).totals["params"] == int(truth("onnx")[name]["params"])
