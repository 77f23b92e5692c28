"""Number formats as a spec names them."""

from __future__ import annotations

from netcost.dtypes import BITS, Precision
from netcost.spec.document import MappingNode, Scalar, YamlNode
from netcost.spec.fault import Fault, meant
from netcost.spec.nodes import refuse_keys, text_of


def read_dtype(node: YamlNode) -> tuple[str, str]:
    """Read `float16`, `int8/float16` or `{weights: int8, activations: float16}`.

    Raises:
        Fault: an unknown number format.
    """
    if isinstance(node, MappingNode):
        refuse_keys(list(node), "dtype", ("weights", "activations"))
        given = {key.text: _format(text_of(each, "a number format")) for key, each in node}
        return given.get("weights", ""), given.get("activations", "")
    text = text_of(node, "a number format")
    parts = text.text.split("/")
    if len(parts) == 2:  # noqa: PLR2004
        return _format(text, parts[0]), _format(text, parts[1])
    return _format(text), _format(text)


def _format(scalar: Scalar, name: str = "") -> str:
    name = name or scalar.text
    if name in BITS:
        return name
    raise Fault(scalar.place, f"unknown number format `{name}`", meant(name, BITS))


def merged(outer: Precision, own: tuple[str, str]) -> Precision:
    """The surrounding formats, with an item's own where it names them."""
    if own == ("", ""):
        return outer
    return Precision(own[0] or outer.weights, own[1] or outer.activations)
