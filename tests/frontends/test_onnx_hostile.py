"""Broken and hostile ONNX files: an error with a place, soon, and in little memory."""

from __future__ import annotations

SMALL = [
    "onnx/alexnet.legacy.onnx",
    "onnx_rewritten/bert.ort_optimized.onnx",
    "onnx_rewritten/resnet18.QOperator.onnx",
]
