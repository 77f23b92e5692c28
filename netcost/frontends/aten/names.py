"""What the row of an operation is called: after the module that it is in."""

from __future__ import annotations

from typing import NamedTuple

CONTAINERS = {
    "torch.nn.modules.container",
    "torch.nn.modules.transformer",
    "torch.nn.modules.module",
}
ATTENTION = "torch.nn.modules.activation.MultiheadAttention"


class Module(NamedTuple):
    """The module that an operation is in.

    Args:
        path: its name in the model, empty for the model itself.
        kind: its class.
        call: its name with the number of the call, where it is called more than once.
    """

    path: str = ""
    kind: str = ""
    call: str = ""

    @property
    def is_layer(self) -> bool:
        """True for a layer of PyTorch's own, of which the operation is all there is."""
        package = self.kind.rpartition(".")[0]
        return package.startswith("torch.nn.modules") and package not in CONTAINERS and self.kind != ATTENTION


def named(module: Module, operation: str) -> str:
    """What the row of an operation is called."""
    if module.path and module.is_layer:
        return module.path
    return f"{module.path}.{operation}" if module.path else operation


def plain(word: str) -> str:
    """The name of an operation without the mark of one in place."""
    return word[:-1] if word.endswith("_") and not word.endswith("__") else word
