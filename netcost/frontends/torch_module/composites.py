"""Functions of PyTorch that are one row, and what a tensor without numbers answers where it is asked for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

COMPOSITES: Mapping[Callable[..., Any], str] = {
    torch.nn.functional.linear: "linear",
    torch.matmul: "matmul",
    torch.Tensor.matmul: "matmul",
    torch.Tensor.__matmul__: "matmul",
    torch.einsum: "einsum",
    torch.bilinear: "bilinear",
    torch.nn.functional.bilinear: "bilinear",
    torch.nn.functional.instance_norm: "instance_norm",
    torch.nn.functional.rms_norm: "rms_norm",
    torch.nn.functional.scaled_dot_product_attention: "scaled_dot_product_attention",
    torch.nn.functional.multi_head_attention_forward: "multi_head_attention",
    torch.lstm: "lstm",
    torch.gru: "gru",
    torch.rnn_tanh: "rnn_tanh",
    torch.rnn_relu: "rnn_relu",
    torch.lstm_cell: "lstm_cell",
    torch.gru_cell: "gru_cell",
    torch.rnn_tanh_cell: "rnn_tanh_cell",
    torch.rnn_relu_cell: "rnn_relu_cell",
    **{
        function: "_grouped_mm"
        for function in (
            getattr(torch, "_grouped_mm", None),
            getattr(torch.nn.functional, "grouped_mm", None),
        )
        if function is not None
    },
}
"""Functions that are one row, though PyTorch makes them of several operations."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "linear": ("input", "weight", "bias"),
    "matmul": ("self", "other"),
    "_grouped_mm": ("self", "mat2", "offs"),
    "bilinear": ("input1", "input2", "weight", "bias"),
    "instance_norm": ("input", "running_mean", "running_var", "weight", "bias", "use_input_stats"),
    "rms_norm": ("input", "normalized_shape", "weight", "eps"),
    "scaled_dot_product_attention": ("query", "key", "value", "attn_mask", "dropout_p", "is_causal"),
    "multi_head_attention": (
        *("query", "key", "value", "embed_dim_to_check", "num_heads", "in_proj_weight", "in_proj_bias"),
        *("bias_k", "bias_v", "add_zero_attn", "dropout_p", "out_proj_weight", "out_proj_bias"),
        *("training", "key_padding_mask", "need_weights", "attn_mask"),
    ),
    "lstm": (
        "input",
        "hx",
        "params",
        "has_biases",
        "num_layers",
        "dropout",
        "train",
        "bidirectional",
        "batch_first",
    ),
    "lstm_packed": (
        "data",
        "batch_sizes",
        "hx",
        "params",
        "has_biases",
        "num_layers",
        "dropout",
        "train",
        "bidirectional",
    ),
    "lstm_cell": ("input", "hx", "w_ih", "w_hh", "b_ih", "b_hh"),
}
"""The names of arguments that are given by their place."""

ANSWERS: Mapping[Callable[..., Any], Any] = {
    torch.Tensor.item: 1,
    torch.Tensor.__bool__: False,
    torch.Tensor.__int__: 1,
    torch.Tensor.__float__: 1.0,
    torch.Tensor.__index__: 1,
    torch.Tensor.__contains__: False,
    torch.Tensor.is_nonzero: False,
    torch.is_nonzero: False,
    torch.equal: True,
    torch.allclose: True,
}
"""What a tensor without numbers answers where the author asks for one."""


def _grouped(left: torch.Tensor, right: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
    """What a product in groups puts out; the groups of the rows depend on the data."""
    return left.new_empty((*left.shape[:-1], right.shape[-1]))


WITHOUT_NUMBERS: Mapping[Callable[..., Any], Callable[..., Any]] = {
    function: _grouped
    for function in (getattr(torch, "_grouped_mm", None), getattr(torch.nn.functional, "grouped_mm", None))
    if function is not None
}
"""Functions that the meta device has for some number formats only."""


def bound(operation: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a function by the names that ATen has for them."""
    if operation == "einsum":
        operands = args[1] if len(args) == 2 and isinstance(args[1], (list, tuple)) else args[1:]  # noqa: PLR2004
        return {"equation": args[0], "tensors": list(operands), **kwargs}
    key = (
        "lstm_cell"
        if operation.endswith("_cell")
        else "lstm"
        if operation in {"gru", "rnn_tanh", "rnn_relu"}
        else operation
    )
    if key == "lstm" and len(args) > 3 and isinstance(args[3], (list, tuple)):  # noqa: PLR2004
        key = "lstm_packed"
    return {**dict(zip(NAMES[key], args, strict=False)), **kwargs}
