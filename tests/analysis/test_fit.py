"""Whether a network fits a device, and the largest batch that does: held against the rule itself, and by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundled import network_of
from examples import make

import netcost
from netcost.analysis.fit import fit, largest_batch
from netcost.analysis.study import Study
from netcost.devices import Device, load
from netcost.network import Network
from netcost.shapes import Image

NETWORKS = (
    *("alexnet", "lenet", "resnet18", "squeezenet1_1", "unet", "bert", "lstm_lm", "linear_classifier"),
)
LIKE_THEM = (
    *(
        "alexnet_original",
        "mobilenet_v2",
        "resnet50",
        "vit_b_32",
        "vgg11",
        "vgg16",
        "zfnet",
        "googlenet",
        "shufflenet_v2_x0_5",
    ),
    *("mnasnet0_5", "regnet_y_400mf", "convnext_tiny"),
)
"""Of the same kinds as those above, and looked at in slow tests."""
DEVICES = ("gtx580", "rtx4090", "a100", "stm32h743")


def bytes_of(network: Network, *, training: bool) -> object:
    """What the sums of the network say, its batch as it is."""
    study = Study(network)
    return study.training_bytes if training else study.weight_bytes + study.timeline.peak + study.cache_bytes


def with_batch(network: Network, batch: int) -> Network:
    return network.resized(
        {node.name: type(node.output)((batch, *node.output.sample)) for node in network.inputs}
    )


@pytest.mark.parametrize(
    "name", [*NETWORKS, *(pytest.param(name, marks=pytest.mark.slow) for name in LIKE_THEM)]
)
def test_the_batch_after_the_largest_does_not_fit(name: str) -> None:
    """By the same rule, on four devices; the largest itself does."""
    network = network_of(name)
    for device in map(load, DEVICES):
        largest = largest_batch(network, device, training=False)
        for batch, fits in ((largest, True), (largest + 1, False)):
            if batch:
                found = fit_of(with_batch(network, batch), device)
                assert found is fits, (device.name, batch)


def fit_of(network: Network, device: Device) -> bool:
    """Worked out here from the sums: a chip with flash has weights there, and one piece of memory for tensors."""
    study = Study(network)
    if device.flash and device.piece:
        weights, working = study.weight_bytes, study.arena_bytes + study.cache_bytes
        assert isinstance(weights, int)
        assert isinstance(working, int)
        return weights <= device.flash.number and working <= device.piece.number
    assert device.memory
    whole = bytes_of(network, training=False)
    return isinstance(whole, int) and whole <= device.memory.number


@pytest.mark.parametrize("name", ["alexnet_original", "resnet18", "mobilenet_v2", "vit_b_32"])
def test_so_it_is_in_training(name: str) -> None:
    """With Adam on the card of the lecture; the largest batch fits, the next one does not."""
    network = netcost.load(name, train="adam", device="gtx580")
    device = load("gtx580")
    assert device.memory
    largest = largest_batch(network, device, training=True)
    sizes = [bytes_of(with_batch(network, batch), training=True) for batch in (largest, largest + 1)]
    assert [isinstance(size, int) and size <= device.memory.number for size in sizes] == [True, False]


def device_of(folder: Path, text: str) -> Device:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return load(str(path))


def small() -> Network:
    """768 bytes in and 1,024 out a sample, 64 of weights."""
    network = Network("net")
    network.input(Image((1, 3, 8, 8)))
    network.add("conv", make("conv", filters=4, kernel=1))
    return network


@pytest.mark.parametrize(
    ("memory", "largest"), [(1_855, 0), (1_856, 1), (3_647, 1), (3_648, 2), (64 + 10 * 1_792, 10)]
)
def test_the_largest_batch_by_hand(tmp_path: Path, memory: int, largest: int) -> None:
    """64 bytes and 1,792 a sample."""
    device = device_of(tmp_path, f"memory: {{value: {memory} B, source: made up}}\n")
    found = fit(Study(small()), device, training=False)
    assert found is not None
    assert found.largest_batch == largest
    assert found.fits is (largest > 0)
    assert [room.needed for room in found.one_more] == [64 + (largest + 1) * 1_792]


def test_a_chip_has_its_weights_in_flash_and_one_piece_for_tensors(tmp_path: Path) -> None:
    """Not all of its memory; in training weights change, so that all is in memory."""
    text = "\n".join(
        f"{name}: {{value: {size} B, source: made up}}"
        for name, size in (("memory", 9_000), ("piece", 4_000), ("flash", 63))
    )
    device = device_of(tmp_path, text)
    found = fit(Study(small()), device, training=False)
    assert found is not None
    assert [(room.name, room.needed, room.there, room.fits) for room in found.rooms] == [
        ("flash", 64, 63, False),
        ("memory", 1_792, 4_000, True),
    ]


def test_a_device_without_memory_says_nothing(tmp_path: Path) -> None:
    """There is nothing to hold the network to."""
    device = device_of(tmp_path, "bandwidth: {value: 1 GB/s, source: made up}\n")
    assert fit(Study(small()), device, training=False) is None
