"""A network, whatever it was read from, written as a spec that a person could have written."""

from __future__ import annotations

from typing import Any

from netcost.analysis.costs import totals
from netcost.convert.spec import text_of
from netcost.convert.steps import ConvertError
from netcost.language.load import load_document
from netcost.network import Network
from netcost.source.problem import SpecError
from netcost.source.read_document import parse_document

__all__ = ["ConvertError", "spec_of"]

HELD = ("params", "trainable_params", "buffers", "macs", "ops", "activation_elements")
"""What a spec must have in common with what it was made of."""


def spec_of(network: Network) -> str:
    """A spec of the same layers, with the same parameters, buffers, operations, activations, inputs and outputs.

    What comes again is told once, as blocks; should that not say the same, each layer is told by itself.

    Raises:
        ConvertError: no spec can say something of the network.
    """
    wanted = _facts(network)
    found: object = None
    for rolled in (True, False):
        text = text_of(network, rolled=rolled)
        found = _facts_of(text)
        if found == wanted:
            return text
    raise ConvertError(f"no spec was found that says the same; what was found {_wrong(found, wanted)}")


def _facts_of(text: str) -> object:
    """What a spec says, or why it cannot be read."""
    try:
        return _facts(load_document(parse_document(text.encode(), "spec")))
    except SpecError as error:
        return error.problems[0].message


def _facts(network: Network) -> dict[str, Any]:
    counted = totals(network)
    return {
        **{name: counted[name] for name in HELD},
        "inputs": [node.output.elements for node in network.inputs],
        "outputs": [node.output.elements for node in network.outputs],
    }


def _wrong(found: object, wanted: dict[str, Any]) -> str:
    if not isinstance(found, dict):
        return f"cannot be read: {found}"
    name = next(name for name in wanted if found[name] != wanted[name])
    return f"has {name} {found[name]}, not {wanted[name]}"
