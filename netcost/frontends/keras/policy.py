"""In which number formats layers keep their weights and compute, by the policies of Keras."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netcost.dtypes import BITS, Precision
from netcost.frontends.graph import precision_of

POLICY = re.compile(
    r"(?:(?:(?P<quantized>int[48])|float8)(?:/[0-9-]*)?_from_)?(?P<mixed>mixed_)?(?P<computed>[a-z]+[0-9]*)"
)
"""What a policy is called that says in which number formats a layer keeps and computes."""


def format_of(dtype: object) -> Precision | None:
    """The number formats of a layer: a word, or the policy that says what is computed in what.

    `mixed_float16` keeps float32 and computes in float16; `int8_from_mixed_bfloat16` keeps int8.
    """
    if isinstance(dtype, Mapping):
        config = dtype.get("config")
        config = config if isinstance(config, Mapping) else {}
        dtype = config.get("name", f"{config.get('mode')}_from_{config.get('source_name')}")
    if not isinstance(dtype, str):
        return None
    found = POLICY.fullmatch(dtype)
    if not found or found["computed"] not in BITS:
        return None
    kept = found["quantized"] or ("float32" if found["mixed"] else found["computed"])
    return Precision(kept, found["computed"])


def network_format(config: Mapping[str, Any], asked: str) -> Precision:
    """The number formats that `--dtype` asks for, else those of the model, else of its first layer with weights."""
    layers = config.get("layers")
    entries = (
        [config, *(each.get("config") for each in layers if isinstance(each, Mapping))]
        if isinstance(layers, list)
        else [config]
    )
    told = [each.get("dtype") for each in entries if isinstance(each, Mapping) and "batch_shape" not in each]
    return precision_of(asked, next(filter(None, map(format_of, told)), None))
