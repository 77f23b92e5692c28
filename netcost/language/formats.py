"""Number formats as a spec names them."""

from __future__ import annotations

from netcost.dtypes import BITS, Precision
from netcost.source.document import MappingNode, Scalar, YamlNode
from netcost.source.fault import Fault, meant
from netcost.source.nodes import refuse_keys, text_of


def read_dtype(node: YamlNode) -> Precision:
    """Read `float16`, `int8/float16` or `{weights: int8, activations: float16}`; empty where one is left out.

    Raises:
        Fault: an unknown number format.
    """
    if isinstance(node, MappingNode):
        refuse_keys(list(node), "dtype", ("weights", "activations"))
        given = {key.text: _format(text_of(each, "a number format")) for key, each in node}
        return Precision(given.get("weights", ""), given.get("activations", ""))
    text = text_of(node, "a number format")
    parts = text.text.split("/")
    if len(parts) == 2:  # noqa: PLR2004
        return Precision(_format(text, parts[0]), _format(text, parts[1]))
    return Precision(_format(text), _format(text))


def _format(scalar: Scalar, name: str = "") -> str:
    name = name or scalar.text
    if name in BITS:
        return name
    raise Fault(scalar.place, f"unknown number format `{name}`", meant(name, BITS))


def merged(outer: Precision, own: Precision) -> Precision:
    """The surrounding formats, with an item's own where it names them."""
    return Precision(own[0] or outer.weights, own[1] or outer.activations)
