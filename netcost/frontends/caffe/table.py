"""The types of Caffe's layers, and what reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netcost.frontends.caffe import arithmetic, detection, shaping, windows
from netcost.frontends.caffe.net import Item, Net
from netcost.layers.smooth_activation import Sigmoid
from netcost.network import Node

LEFT_OUT = {"Accuracy", "Silence", "HDF5Output", "ImageOutput", "DetectionEvaluate", "DetectionEval"}
"""What nobody asks of a deployed network, beside losses."""

Build = Callable[[Net], Node | list[Node]]


def is_left_out(item: Item) -> bool:
    """Tell whether a layer belongs to training or to the judging of a network."""
    kind = item.param("python_param").word("layer") if item.kind == "Python" else item.kind
    return kind not in LAYERS and (kind.endswith(("Loss", "LossLayer")) or kind in LEFT_OUT)


def _sigmoid(net: Net) -> Node:
    """A sigmoid, its loss left out."""
    return net.add(Sigmoid(), [net.first()])


LAYERS: Mapping[str, Build] = {
    **dict.fromkeys(("Convolution", "Deconvolution", *windows.OF_EACH_CHANNEL), windows.convolution),
    "Pooling": windows.pooling,
    "SPP": windows.spp,
    "Im2col": windows.im2col,
    **dict.fromkeys(arithmetic.ACTIVATIONS, arithmetic.activation),
    **dict.fromkeys(("Softmax", "SoftmaxWithLoss"), arithmetic.softmax),
    "SigmoidCrossEntropyLoss": _sigmoid,
    "ReLU": arithmetic.relu,
    "PReLU": arithmetic.prelu,
    "ELU": arithmetic.elu,
    "Power": arithmetic.power,
    "Exp": arithmetic.elementwise(1),
    "Log": arithmetic.elementwise(1),
    "Threshold": arithmetic.elementwise(1),
    "Clip": arithmetic.elementwise(2),
    "InnerProduct": arithmetic.inner_product,
    "Embed": arithmetic.embed,
    "BatchNorm": arithmetic.batch_norm,
    "BN": arithmetic.learned_batch_norm,
    "Scale": arithmetic.scale,
    "Bias": arithmetic.bias,
    "LRN": arithmetic.lrn,
    "MVN": arithmetic.mvn,
    "Normalize": arithmetic.normalize,
    "Eltwise": arithmetic.eltwise,
    "Axpy": arithmetic.axpy,
    "Reduction": arithmetic.reduction,
    "ArgMax": arithmetic.argmax,
    **dict.fromkeys(("LSTM", "RNN"), arithmetic.recurrent),
    "Concat": shaping.concat,
    "Slice": shaping.slices,
    "Split": shaping.split,
    "Flatten": shaping.flatten,
    "Reshape": shaping.reshape,
    "Permute": shaping.permute,
    "Crop": shaping.crop,
    "Tile": shaping.tile,
    "Interp": shaping.interp,
    "Upsample": shaping.upsample,
    "ShuffleChannel": shaping.shuffle,
    "Parameter": shaping.parameter,
    "BatchReindex": shaping.reindex,
    "Dropout": shaping.dropout,
    "PriorBox": detection.prior_box,
    "DetectionOutput": detection.detection_output,
    "Proposal": detection.proposal,
    "Python": detection.python,
    **dict.fromkeys(("ROIPooling", "ROIAlign"), detection.roi_pooling),
    "PSROIPooling": detection.ps_roi_pooling,
}
