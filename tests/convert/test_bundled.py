"""Every bundled network, written as a spec and read back, is the same network; and the spec reads like a person's."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from bundled import LARGE, each_network, network_of
from quick import others_slow
from schemas import SpecValidator
from yamls import values

from netcost import zoo
from netcost.analysis.costs import totals
from netcost.convert import spec_of
from netcost.frontends import Source, load
from netcost.language.schema import spec_schema
from netcost.network import Network

VALIDATOR = SpecValidator(spec_schema())
LONGEST = 120

SAME = ("params", "trainable_params", "buffers", "macs", "ops", "activation_elements", "active_params")


def facts(network: Network) -> dict[str, Any]:
    counted = totals(network)
    return {
        **{name: counted[name] for name in SAME},
        "inputs": {node.name: node.output for node in network.inputs},
        "outputs": [node.output for node in network.outputs],
    }


@cache
def written(name: str) -> str:
    return spec_of(network_of(name))


@pytest.mark.parametrize(
    "name",
    others_slow(zoo.networks(), {"alexnet", "llama3_8b", "mobilenet_v2", "resnet50", "unet", "vit_b_16"}),
)
def test_is_valid_by_the_schema(name: str) -> None:
    """What is written for an editor's eyes, too."""
    VALIDATOR.validate(values(written(name)))


@pytest.mark.parametrize("name", each_network(slow=LARGE | {"rwkv4", "sam"}))
def test_is_the_same_network(name: str) -> None:
    """Parameters, buffers, operations, activations, inputs and outputs; no line is too long."""
    network = network_of(name)
    text = written(name)
    assert facts(load(Source("net.yaml", text.encode()))) == facts(network)
    assert max(map(len, text.splitlines())) <= LONGEST
