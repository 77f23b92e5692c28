"""What layers are called: by the modules of the framework that a file was exported from."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from netcost.frontends.onnx.file import NodeData

MAX_SHOWN = 80
MAX_SCOPES = 1 << 14

ANONYMOUS = re.compile(
    r"(?:.*/)?(?:onnx::\w+|val_\d+|v_?\d+|\d+|_val_\d+|arg\d+(?:_\d+)?|tmp_?\d+|[Cc]onst(?:ant)?(?:_?fold\w*)?(?:_*\d+)*"
    r"|(?:triu|tril|full|arange|zeros|ones|eye|linspace|meshgrid)(?:_\d+)?"
    r"|Constant_\d+_output_\d+|Constant_output_\d+|\w*const_fold\w*|\w*__?\d{3,}|_v_\d+|initializer_\d+)(?::\d+)?",
)
"""Names that exporters give to tensors of their own making."""

LEAVES = re.compile(
    r"(?P<path>.+?)[./_](?P<leaf>weight|bias|kernel|gamma|beta|scale|W|b|w|w_0|b_0|in_proj_weight|in_proj_bias"
    r"|weight_quantized|bias_quantized|weights|biases)(?:[/:].*)?"
)
"""The module whose weight a tensor is."""


def is_anonymous(name: str) -> bool:
    """True if a tensor was made by an exporter, and not by the author of the network."""
    return not name or bool(ANONYMOUS.fullmatch(name))


def owner_of(name: str) -> str:
    """The module whose weight a tensor is; empty if its name does not tell."""
    if is_anonymous(name):
        return ""
    found = LEAVES.fullmatch(name)
    return found["path"] if found else ""


def without_number(module: str) -> str:
    """The module of a call: exporters number those after the first, `norm_1`, `norm_2`."""
    return re.sub(r"_\d+$", "", module)


class Path(NamedTuple):
    """Where a node stands: the module, and what the node is in it."""

    module: str
    leaf: str

    def __str__(self) -> str:
        return f"{self.module}.{self.leaf}" if self.module else self.leaf


def path_of(node: NodeData, name: str) -> Path:
    """The module of a node, as an exporter noted it or as its name tells."""
    scopes = node.property("pkg.torch.onnx.name_scopes") if node.metadata else ""
    if scopes and len(scopes) < MAX_SCOPES:
        found = _listed(scopes)
        if found:
            prefix = name.rpartition("/")[0] if "/" in name else ""
            module = found[-2] if len(found) > 1 else ""
            return Path(".".join(filter(None, [prefix.replace("/", "."), module])), found[-1] or node.op)
    return _by_name(node, name)


def _listed(scopes: str) -> list[str]:
    """The modules around a node, which an exporter writes as a list of Python: `['', 'layer1', 'layer1.0', 'relu']`."""
    try:
        found = json.loads(scopes.replace("'", '"'))
    except (ValueError, RecursionError):
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _by_name(node: NodeData, name: str) -> Path:
    """`/layer1/layer1.0/conv1/Conv` is `Conv` of `layer1.0.conv1`."""
    *modules, leaf = [each for each in name.split("/") if each] or [node.op]
    found: list[str] = []
    for each in modules:
        if found and each.startswith(f"{found[-1]}."):
            found[-1] = each
        else:
            found.append(each)
    return Path(".".join(found), leaf)


def shortened(text: str) -> str:
    """A name as notes and messages show it."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
