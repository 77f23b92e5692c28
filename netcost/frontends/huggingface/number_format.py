"""Number formats as a config names them."""

from __future__ import annotations

from netcost.dtypes import BITS
from netcost.frontends.huggingface.config import Config
from netcost.source.document import Scalar, YamlNode
from netcost.source.nodes import word_at

KEYS = ("dtype", "torch_dtype")


def number_format(config: Config, notes: list[str]) -> YamlNode | None:
    """The format of weights and activations; none where the config does not tell it."""
    node = next((each for name in KEYS if (each := config.root.get(name)) is not None), None)
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    name = node.text.removeprefix("torch.")
    if name in BITS:
        return word_at(node, name)
    notes.append(f"the number format `{name[:64]}` is not known; taken as float32")
    return None
