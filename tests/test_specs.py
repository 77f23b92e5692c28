"""Networks that are not bundled, written as specs beside the tests, to the last digit."""

from __future__ import annotations

from pathlib import Path

import pytest

import netcost
from netcost.analysis.study import Study

SPECS = Path(__file__).with_name("specs")

# Parameters as Ultralytics publishes them; MACs by PyTorch's flop counter, halved, of the same modules built from
# torch.nn layers, torch 2.14.1, for 3 x 640 x 480.
YOLOV8 = {
    "yolov8n": (3_157_200, 3_278_995_200),
    "yolov8s": (11_166_560, 10_725_984_000),
    "yolov8m": (25_902_640, 29_601_273_600),
    "yolov8l": (43_691_520, 61_930_694_400),
    "yolov8x": (68_229_648, 96_676_627_200),
}


@pytest.mark.parametrize("name", YOLOV8)
def test_yolov8_has_the_published_parameters_and_the_macs_of_pytorch(name: str) -> None:
    """Five sizes of a detector; all of its anchors' boxes and classes come out of one tensor."""
    variant = "" if name == "yolov8n" else name
    network = netcost.load(SPECS / "yolov8.yaml", variant=variant, input=(3, 640, 480))
    report = netcost.analyze(network)
    assert (report.totals.params, report.totals.macs) == YOLOV8[name]
    assert list(report)[-1].output.sample == (4 + 80, 80 * 60 + 40 * 30 + 20 * 15)
    assert report.warnings == ()


def test_the_numbers_of_its_bins_do_not_learn() -> None:
    """The 16 weights that average the bins of an edge are fixed."""
    totals = netcost.analyze(SPECS / "yolov8.yaml").totals
    assert totals.params - totals.trainable_params == 16


# Equal to the modules named, by PyTorch's flop counter, halved, torch 2.14.1, for one sample.
BUILT = {
    "pointnet": (
        3_480_049,
        448_025_856,
    ),  # pointnet_cls.py of charlesq34/pointnet in torch.nn layers, its T-Nets included
    "tabnet": (9_252, 23_156),  # pytorch_tabnet.tab_network.TabNet(54, 7), groups of one feature each
    "dlrm": (540_677_217, 486_032),  # DLRM_Net of facebookresearch/dlrm in torch.nn layers
    "dprnn": (
        2_591_105,
        41_538_355_200,
    ),  # nn.LSTM, nn.Linear and nn.GroupNorm, other axes folded into the batch
    "recurrent_gemma": (
        2_010_263_040,
        201_361_960_960,
    ),  # RecurrentGemmaForCausalLM of transformers 5.24, 100 words
}


@pytest.mark.parametrize("name", BUILT)
def test_networks_of_points_and_columns_are_those_of_pytorch(name: str) -> None:
    """Parameters and MACs are those of the authors' networks; no tensor is lost."""
    report = netcost.analyze(SPECS / f"{name}.yaml")
    assert (report.totals.params, report.totals.macs) == BUILT[name]
    assert [row.name for row in report if row.declared_cost] == []
    assert report.warnings == ()


def test_batch_norms_store_what_pytorch_s_do() -> None:
    """All buffers of pytorch-tabnet and of PointNet are theirs."""
    buffers = {name: netcost.analyze(SPECS / f"{name}.yaml") for name in ("pointnet", "tabnet")}
    stored = {
        name: sum(row.buffers for row in report if row.type == "batchnorm")
        for name, report in buffers.items()
    }
    assert stored == {"pointnet": 12_177, "tabnet": 1_585}


def test_the_tables_of_dlrm_are_nearly_all_of_it() -> None:
    """33,762,577 categories of the data set, 16 numbers each: what is computed with is the rest."""
    totals = netcost.analyze(SPECS / "dlrm.yaml").totals
    assert totals.params - totals.active_params_without_tables == 33_762_577 * 16


def test_recurrent_gemma_keeps_states_and_a_window_of_keys() -> None:
    """A number and three positions for each channel in 18 blocks; 2,048 keys and values in 8, however long the text is."""
    network = netcost.load(SPECS / "recurrent_gemma.yaml", decode=5000)
    assert Study(network).cache_bytes == 4 * 2560 * (18 * (1 + 3) + 8 * 2 * 2048)


def test_lightning_attention_is_that_of_minimax() -> None:
    """As PyTorch's flop counter has transformers 5.24's MiniMaxLightningAttention, halved: within a block and of three.

    A token more adds to a matrix of 128 x 128 and reads it, in 32 heads.
    """
    for tokens, macs in ((20, 1_701_969_920), (256, 22_280_142_848), (700, 60_817_539_072)):
        totals = netcost.analyze(
            netcost.load(SPECS / "lightning_attention.yaml", params={"seq": tokens})
        ).totals
        assert (totals.params, totals.macs) == (83_890_176, macs)
    step = netcost.analyze(netcost.load(SPECS / "lightning_attention.yaml", decode=1000))
    assert step.totals.macs == 5 * 4096 * 4096 + 2 * 32 * 128 * 128


def test_a_gated_delta_net_is_that_of_qwen3_next() -> None:
    """As PyTorch's flop counter has transformers 5.24's Qwen3NextGatedDeltaNet, halved: 40 tokens are one chunk, 100 are two.

    Of one token more its loop multiplies and sums elements where netcost counts three products of a 128 x 128 matrix a head.
    """
    for tokens, macs in ((40, 1_499_824_128), (100, 3_673_915_392)):
        report = netcost.analyze(netcost.load(SPECS / "gated_delta_net.yaml", params={"seq": tokens}))
        assert report.totals.params == 33_718_464
        assert report.totals.macs == macs
        assert report.warnings == ()
    step = netcost.analyze(netcost.load(SPECS / "gated_delta_net.yaml", decode=1000))
    assert step.totals.macs == 1_347_420_160 // 40 + 4 * 8192 + 3 * 32 * 128 * 128


# diffusers' FluxTransformer2DModel with and without the embedding of a guidance, diffusers 0.42.1, by PyTorch's flop
# counter, halved, torch 2.14.1, for 1,024 patches and 512 words.
FLUX = {
    "": (11_901_408_320, 10_751_300_075_520),
    "flux_schnell": (11_891_178_560, 10_751_289_851_904),
}


@pytest.mark.parametrize("variant", FLUX)
def test_two_streams_that_meet_in_attention_are_those_of_flux(variant: str) -> None:
    """19 blocks of an image and a text, each with its own projections, and 38 of both in one."""
    network = netcost.load(SPECS / "flux.yaml", variant=variant, params={"size": 32})
    totals = netcost.analyze(network).totals
    assert (totals.params, totals.macs) == FLUX[variant]


# torchvision 0.29.1 on the meta device, by PyTorch's flop counter, halved, torch 2.14.1.
SWIN_V2 = {
    "swin_v2_t": (28_351_570, 54_552, 5_939_690_496),
    "swin_v2_s": (49_737_442, 109_104, 11_545_857_024),
    "swin_v2_b": (87_930_848, 109_104, 20_325_134_336),
}


@pytest.mark.parametrize("name", SWIN_V2)
def test_scores_of_directions_and_a_network_for_positions_are_those_of_swin_v2(name: str) -> None:
    """Parameters, buffers and MACs of three sizes."""
    network = netcost.load(SPECS / "swin_v2.yaml", variant="" if name == "swin_v2_t" else name)
    totals = netcost.analyze(network).totals
    assert (totals.params, totals.buffers, totals.macs) == SWIN_V2[name]


# timm 1.0.31 on the meta device, by PyTorch's flop counter, halved, torch 2.14.1.
TIMM = {
    ("levit", ""): (7_777_058, 304_660_832),
    ("levit", "levit_128"): (9_213_936, 405_321_728),
    ("levit", "levit_192"): (10_947_069, 657_022_080),
    ("mobilevit", ""): (5_578_632, 2_000_831_488),
    ("mobilevit", "mobilevit_xxs"): (1_272_024, 407_364_096),
    ("mvit_v2", ""): (24_173_320, 4_676_957_952),
    ("mvit_v2", "mvitv2_small"): (34_870_216, 6_959_715_072),
    ("mvit_v2", "mvitv2_base"): (51_472_744, 10_102_438_656),
    ("twins", ""): (24_060_776, 2_927_353_344),
    ("twins", "twins_svt_base"): (56_070_952, 8_562_612_480),
}


@pytest.mark.parametrize(("spec", "variant"), TIMM)
def test_attention_over_maps_is_that_of_timm(spec: str, variant: str) -> None:
    """Over leading axes, of pooled maps, in windows without a bias, and between a map and a smaller one."""
    totals = netcost.analyze(netcost.load(SPECS / f"{spec}.yaml", variant=variant)).totals
    assert (totals.params, totals.macs) == TIMM[spec, variant]
