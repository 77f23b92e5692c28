"""Modules without numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

ALLOCATING = {torch.empty, torch.randn, torch.rand}
"""What makes the tensors of parameters, whose numbers nobody looks at."""


class PARTLY(TorchFunctionMode):
    """Make parameters without numbers, and all else with them: for models that look at some as they are made."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of PyTorch."""
        del types
        given = dict(kwargs or {})
        if func in ALLOCATING and given.get("device") is None:
            given["device"] = "meta"
        return func(*args, **given)


def to_meta(model: torch.nn.Module) -> torch.nn.Module:
    """The model with its parameters and buffers on the meta device; tensors that modules share stay shared."""
    made: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}
    for module in model.modules():
        for name, parameter in list(module._parameters.items()):  # noqa: SLF001  there is no other way to replace them
            if parameter is not None and parameter.device.type != "meta":
                if id(parameter) not in made:
                    bare = torch.nn.Parameter(
                        torch.empty_like(parameter, device="meta"), parameter.requires_grad
                    )
                    made[id(parameter)] = parameter, bare
                module._parameters[name] = made[id(parameter)][1]  # noqa: SLF001
        for name, buffer in list(module._buffers.items()):  # noqa: SLF001
            if buffer is not None and buffer.device.type != "meta":
                if id(buffer) not in made:
                    made[id(buffer)] = buffer, torch.empty_like(buffer, device="meta")
                module._buffers[name] = made[id(buffer)][1]  # noqa: SLF001
    return model
