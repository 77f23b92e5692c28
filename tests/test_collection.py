"""The bundled collection against PyTorch and publications: every network, to the last digit."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from bundled import report_of

import netcost
from netcost import zoo

REFERENCE = Path(__file__).with_name("reference")
COUNTS = ("params", "buffers", "macs")


def rows_of(table: str) -> list[dict[str, str]]:
    with (REFERENCE / table).open(newline="") as file:
        return list(csv.DictReader(file))


def names_in(*tables: str) -> set[str]:
    return {row["network"] for table in tables for row in rows_of(table)}


def counts_in(row: Mapping[str, str]) -> dict[str, int]:
    """The counts that a row of a table has, by name."""
    return {name: int(row[name]) for name in COUNTS if name in row}


def totals_of(report: netcost.Report, names: Iterable[str]) -> dict[str, int]:
    return {name: report.totals[name] for name in names}


def by_network(row: Mapping[str, str]) -> str:
    return row["network"]


MEASURED = [*rows_of("torchvision_models.csv"), *rows_of("built_models.csv"), *rows_of("hub_models.csv")]


@pytest.mark.parametrize("row", MEASURED, ids=by_network)
def test_counts_equal_those_of_pytorch(row: dict[str, str]) -> None:
    """Parameters, buffers and MACs of every network that PyTorch was asked about."""
    wanted = counts_in(row)
    assert totals_of(report_of(row["network"]), wanted) == wanted


@pytest.mark.parametrize("row", MEASURED, ids=by_network)
def test_networks_are_counted_at_the_size_that_the_table_names(row: dict[str, str]) -> None:
    """One number is the side of a square colour image, or the length of a text."""
    found = "; ".join(str(shape).replace(" ", "") for shape in report_of(row["network"]).inputs.values())
    size = row["input"]
    assert found in {size, f"3x{size}x{size}"}


@pytest.mark.parametrize("row", rows_of("published_models.csv"), ids=by_network)
def test_parameters_equal_the_published_count(row: dict[str, str]) -> None:
    """A network outside torchvision has as many parameters as its authors or its checkpoint say."""
    assert report_of(row["network"]).totals.params == int(row["params"])


@pytest.mark.parametrize("row", rows_of("torchvision_exact.csv"), ids=by_network)
def test_macs_round_to_what_torchvision_publishes(row: dict[str, str]) -> None:
    """Torchvision's model pages label them GFLOPS; the input is given here, as AlexNet's is another one."""
    side = int(row["input"])
    report = netcost.analyze(netcost.load(row["network"], input=(3, side, side)))
    wanted = counts_in(row)
    assert totals_of(report, wanted) == wanted
    assert f"{report.totals.macs / 1e9:.3f}" == f"{float(row['published_gmacs']):.3f}"


class Worked(NamedTuple):
    """A network whose costs can be worked out on paper."""

    params: int
    macs: int
    buffers: int = 0


ARITHMETIC = {
    "linear_classifier": Worked(params=3072 * 10 + 10, macs=3072 * 10),
    "mlp": Worked(params=3072 * 100 + 100 + 100 * 10 + 10, macs=3072 * 100 + 100 * 10),
    "conv_example": Worked(params=10 * (5 * 5 * 3 + 1), macs=10 * 32 * 32 * 5 * 5 * 3),
    "stacked_convs": Worked(
        params=6 * (5 * 5 * 3 + 1) + 10 * (3 * 3 * 6 + 1),
        macs=6 * 28 * 28 * 5 * 5 * 3 + 10 * 26 * 26 * 3 * 3 * 6,
    ),
    # A scale and a shift per channel; a running mean and variance per channel, and a count of batches.
    "batchnorm_cnn": Worked(
        params=9 * (3 * 16 + 16 * 32 + 32 * 64) + 2 * (16 + 32 + 64) + 64 * 10 + 10,
        macs=9 * (3 * 16 * 32 * 32 + 16 * 32 * 16 * 16 + 32 * 64 * 8 * 8) + 64 * 10,
        buffers=2 * (16 + 32 + 64) + 3,
    ),
    # Queries and output, keys and values, scores and what they weigh; two norms; a router, three matrices an expert.
    "moe_block": Worked(
        params=2 * 4096**2 + 2 * 4096 * 1024 + 2 * 4096 + 8 * 4096 + 8 * 3 * 4096 * 14336,
        macs=512 * (2 * 4096**2 + 2 * 4096 * 1024 + 2 * 512 * 4096 + 8 * 4096 + 2 * 3 * 4096 * 14336),
    ),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_small_networks_follow_the_arithmetic(name: str) -> None:
    """Filters times their taps, and a bias each; outputs times the taps of one filter."""
    assert totals_of(report_of(name), COUNTS) == {each: getattr(ARITHMETIC[name], each) for each in COUNTS}


def test_every_bundled_network_is_covered() -> None:
    """No file and no variant is without a source for its counts."""
    tables = names_in(
        *("torchvision_models.csv", "built_models.csv", "hub_models.csv"),
        *("published_models.csv", "transformer_macs.csv"),
    )
    assert set(zoo.networks()) == tables | set(ARITHMETIC)


@pytest.mark.parametrize("name", zoo.networks())
def test_no_bundled_network_gives_cause_for_a_warning(name: str) -> None:
    """Nothing is computed that no layer and no output uses."""
    assert report_of(name).warnings == ()


@pytest.mark.parametrize("name", ["fcn_resnet50", "deeplabv3_resnet50"])
def test_a_segmentation_network_s_auxiliary_scores_are_an_output(name: str) -> None:
    """As torchvision returns both; without the head there is no other output than the scores."""
    for aux, outputs in ((True, ["upsample", "aux.upsample1"]), (False, ["upsample"])):
        network = netcost.load(name, params={"aux": aux})
        assert sorted({node.name for node in network.outputs}) == sorted(outputs)
        assert {str(node.output) for node in network.outputs} == {"21 x 520 x 520"}
        assert netcost.analyze(network).warnings == ()


class Setting(NamedTuple):
    """A bundled network with other parameters, as PyTorch counts torchvision's model built so."""

    network: str
    params: Mapping[str, object]
    counts: tuple[int, int, int]
    input: tuple[int, ...] = ()

    def __str__(self) -> str:
        changed = [f"{name}={value}" for name, value in self.params.items()]
        return " ".join([self.network, *changed, *map(str, self.input)])


SETTINGS = [
    Setting("mobilenet_v2", {"width": 0.5}, (1_968_680, 18_596, 97_131_840)),
    Setting("mobilenet_v2", {"width": 0.75}, (2_636_424, 26_692, 209_069_792)),
    Setting("mobilenet_v2", {"width": 1.4}, (6_108_776, 47_988, 582_195_824)),
    Setting("googlenet", {"aux": True}, (13_004_888, 15_131, 1_498_376_192)),
    Setting("googlenet", {"kernel5": 5}, (7_005_832, 14_617, 1_582_671_872)),
    Setting("inception_v3", {"aux": False}, (23_834_568, 34_526, 5_713_216_096)),
    # Torchvision's segmentation networks run the head that training needs at inference too.
    Setting("fcn_resnet50", {"aux": True}, (35_322_218, 54_711, 152_716_512_000)),
    Setting("deeplabv3_resnet50", {"aux": True}, (42_004_074, 57_277, 178_721_945_088)),
    Setting("vit_h_14", {}, (633_470_440, 0, 1_016_716_764_160), input=(3, 518, 518)),
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_settings_equal_the_same_settings_in_pytorch(setting: Setting) -> None:
    """What the comments of a file offer to set gives the counts of torchvision's model with that argument."""
    network = netcost.load(setting.network, params=setting.params, input=setting.input)
    assert tuple(totals_of(netcost.analyze(network), COUNTS).values()) == setting.counts


TORCH_TYPES = {
    "conv": "conv2d",
    "dwconv": "conv2d",
    "batchnorm": "batchnorm2d",
    "maxpool": "maxpool2d",
    "adaptiveavgpool": "adaptiveavgpool2d",
    **{name: name for name in ("relu", "relu6", "dropout", "linear")},
}
NO_MODULE = {"add", "flatten", "gap"}
"""What torch computes between modules; its pooling to 1 x 1 keeps both axes, where netcost's gives a vector."""


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("layers_alexnet.csv", "alexnet_torchvision"),
        ("layers_vgg16.csv", "vgg16"),
        ("layers_resnet50.csv", "resnet50"),
        ("layers_mobilenet_v2.csv", "mobilenet_v2"),
    ],
)
def test_layers_equal_those_of_pytorch_one_by_one(table: str, name: str) -> None:
    """The layers in their order, each with its output shape, parameters and MACs."""
    found = [
        (TORCH_TYPES[row.type], "x".join(map(str, row.output)), row.params, row.macs)
        for row in report_of(name)
        if row.type not in NO_MODULE
    ]
    wanted = [
        (row["type"], row["output_shape"], int(row["params"]), int(row["macs"]))
        for row in rows_of(table)
        if not row["output_shape"].endswith("x1x1")
    ]
    assert found == wanted
