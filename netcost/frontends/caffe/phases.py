"""Which layers a network of Caffe has in its test phase, and what their types are called today."""

from __future__ import annotations

from collections.abc import Mapping

from netcost.frontends.caffe.net import Item
from netcost.frontends.caffe.text import Message
from netcost.source.fault import Fault

MAX_ITEMS = 20_000

OLD_TYPES: Mapping[str, str] = {
    "ABSVAL": "AbsVal",
    "ACCURACY": "Accuracy",
    "ARGMAX": "ArgMax",
    "BNLL": "BNLL",
    "CONCAT": "Concat",
    "CONTRASTIVE_LOSS": "ContrastiveLoss",
    "CONVOLUTION": "Convolution",
    "DATA": "Data",
    "DECONVOLUTION": "Deconvolution",
    "DROPOUT": "Dropout",
    "DUMMY_DATA": "DummyData",
    "ELTWISE": "Eltwise",
    "EUCLIDEAN_LOSS": "EuclideanLoss",
    "EXP": "Exp",
    "FLATTEN": "Flatten",
    "HDF5_DATA": "HDF5Data",
    "HDF5_OUTPUT": "HDF5Output",
    "HINGE_LOSS": "HingeLoss",
    "IM2COL": "Im2col",
    "IMAGE_DATA": "ImageData",
    "INFOGAIN_LOSS": "InfogainLoss",
    "INNER_PRODUCT": "InnerProduct",
    "LRN": "LRN",
    "MEMORY_DATA": "MemoryData",
    "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss",
    "MVN": "MVN",
    "POOLING": "Pooling",
    "POWER": "Power",
    "RELU": "ReLU",
    "SIGMOID": "Sigmoid",
    "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss",
    "SILENCE": "Silence",
    "SLICE": "Slice",
    "SOFTMAX": "Softmax",
    "SOFTMAX_LOSS": "SoftmaxWithLoss",
    "SPLIT": "Split",
    "TANH": "TanH",
    "THRESHOLD": "Threshold",
    "WINDOW_DATA": "WindowData",
}
"""The words of the first form of layers, and what became of them."""

TEST = {"TEST", "1"}


def items_of(root: Message) -> list[Item]:
    """The layers of the test phase, in order; where it has no data of its own, that of training comes first.

    Raises:
        Fault: both forms of layers are mixed, or it is a form older still.
    """
    new, old = root.messages("layer"), root.messages("layers")
    if new and old:
        raise Fault(old[0].place, "a file has `layer` or `layers`, this one has both")
    if len(new) + len(old) > MAX_ITEMS:
        raise Fault(root.place, f"this file has more than {MAX_ITEMS:,} layers")
    stages = _stages(root, new)
    found = [Item(each, _type(each)) for each in new or old if _is_in(each, stages)]
    if "input" in root or any(item.kind == "Input" or item.is_data for item in found):
        return _merged(found)
    every = (Item(each, _type(each)) for each in new or old if "bottom" not in each)
    first = next((item for item in every if item.is_data), None)
    return _merged([*([] if first is None else [first]), *found])


def _type(message: Message) -> str:
    if "layer" in message:
        hint = "Caffe's `upgrade_net_proto_text` brings it up to date"
        raise Fault(message.place, "this is the form of layers of 2013", hint)
    kind = message.word("type")
    if not kind:
        raise Fault(message.place, "this layer has no type", 'write `type: "Convolution"`')
    return OLD_TYPES.get(kind, kind)


def _stages(root: Message, layers: list[Message]) -> set[str]:
    """The stages that hold: those of the file, and `deploy` where a layer asks for it."""
    stated = root.message("state").words("stage")
    asked = {stage for each in layers for rule in each.messages("include") for stage in rule.words("stage")}
    return {*stated, *({"deploy"} & asked)}


def _is_in(message: Message, stages: set[str]) -> bool:
    """Tell whether the rules of a layer take it into the test phase."""
    if "include" in message:
        return any(_holds(rule, stages) for rule in message.messages("include"))
    return not any(_holds(rule, stages) for rule in message.messages("exclude"))


def _holds(rule: Message, stages: set[str]) -> bool:
    if rule.word("phase", "TEST") not in TEST:
        return False
    if rule.whole("min_level") > 0 or rule.whole("max_level") < 0:
        return False
    return set(rule.words("stage")) <= stages and not set(rule.words("not_stage")) & stages


def has_phases(root: Message) -> bool:
    """Tell whether some layers are for one phase only."""
    layers = [*root.messages("layer"), *root.messages("layers")]
    return any(
        "phase" in rule for each in layers for rule in (*each.messages("include"), *each.messages("exclude"))
    )


def _merged(items: list[Item]) -> list[Item]:
    """Scales that follow a batch norm become a part of it, where nothing else reads what is between them."""
    readers: dict[str, int] = {}
    for item in items:
        for name in item.bottoms:
            readers[name] = readers.get(name, 0) + 1
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        if before and _belongs(before, item, readers):
            before.message.fields["merged_scale"] = [item.message]
            before.tops, before.rates, before.shared = item.tops, item.rates, item.shared
        else:
            found.append(item)
    return found


def _belongs(norm: Item, scale: Item, readers: Mapping[str, int]) -> bool:
    param = scale.param("scale_param")
    is_plain = param.whole("axis", 1) == 1 and param.whole("num_axes", 1) == 1
    is_pair = norm.kind == "BatchNorm" and scale.kind == "Scale" and scale.bottoms == norm.tops
    between = norm.tops[0] if norm.tops else ""
    in_place = scale.tops == scale.bottoms
    return (
        is_pair
        and is_plain
        and "merged_scale" not in norm.message
        and (in_place or readers.get(between) == 1)
    )
