"""Every bundled network, written as a spec and read back, is the same network; and the spec reads like a person's."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from bundled import each_network, network_of
from schemas import SpecValidator

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


@pytest.mark.parametrize("name", each_network())
def test_is_the_same_network(name: str) -> None:
    """Parameters, buffers, operations, activations, inputs and outputs; valid by the schema; no line is too long."""
    network = network_of(name)
    text = spec_of(network)
    assert facts(load(Source("net.yaml", text.encode()))) == facts(network)
    VALIDATOR.validate(yaml.load(text, Loader=yaml.CSafeLoader))
    assert max(map(len, text.splitlines())) <= LONGEST
