"""Networks built by hand: the lecture's, and small ones that show what theirs do not."""

from __future__ import annotations

from examples import make

from netcost.dtypes import Precision
from netcost.network import Network
from netcost.place import Place
from netcost.shapes import Image, Tokens, Vector


def alexnet(batch: int = 1) -> Network:
    """AlexNet as in the lecture: 227 x 227, 64 filters in conv1, ReLU after each layer but the last."""
    network = Network("alexnet", source="configs/alexnet.yaml")
    network.input(Image((batch, 3, 227, 227)))
    network.add("conv1", make("conv", filters=64, kernel=11, stride=4, pad=2))
    network.add("relu1", make("relu"))
    network.add("pool1", make("maxpool", kernel=3, stride=2))
    network.add("conv2", make("conv", filters=192, kernel=5, pad=2))
    network.add("relu2", make("relu"))
    network.add("pool2", make("maxpool", kernel=3, stride=2))
    for name, filters in (("3", 384), ("4", 256), ("5", 256)):
        network.add(f"conv{name}", make("conv", filters=filters, kernel=3, pad=1))
        network.add(f"relu{name}", make("relu"))
    network.add("pool5", make("maxpool", kernel=3, stride=2))
    network.add("flatten", make("flatten"))
    for name in ("6", "7"):
        network.add(f"drop{name}", make("dropout"))
        network.add(f"fc{name}", make("linear", units=4096))
        network.add(f"relu{name}", make("relu"))
    network.add("fc8", make("linear", units=1000))
    return network


def lenet() -> Network:
    """LeNet as in the lecture."""
    network = Network("lenet", source="configs/lenet.yaml")
    network.input(Image((1, 1, 28, 28)))
    network.add("conv1", make("conv", filters=20, kernel=5, pad=2))
    network.add("relu1", make("relu"))
    network.add("pool1", make("maxpool", kernel=2, stride=2))
    network.add("conv2", make("conv", filters=50, kernel=5, pad=2))
    network.add("relu2", make("relu"))
    network.add("pool2", make("maxpool", kernel=2, stride=2))
    network.add("flatten", make("flatten"))
    network.add("fc1", make("linear", units=500))
    network.add("relu3", make("relu"))
    network.add("fc2", make("linear", units=10))
    return network


def linear_classifier() -> Network:
    """A linear classifier of 32 x 32 colour images: 3072 -> 10."""
    network = Network("linear_classifier")
    network.input(Vector((1, 3072)))
    network.add("fc", make("linear", units=10))
    return network


def two_streams() -> Network:
    """Two inputs that are joined; a rectangular image, uneven padding, one layer in another number format."""
    network = Network("two_streams", source="/home/someone/nets/two_streams.yaml")
    network.input(Image((2, 3, 224, 192)), "picture")
    network.input(Image((2, 1, 112, 96)), "depth")
    place = Place("/home/someone/nets/two_streams.yaml", 7, 5)
    uneven = make("conv", filters=16, kernel=(3, 5), stride=2, pad=((0, 1), (1, 2)), bias=False)
    network.add("stem", uneven, ["picture"], place)
    network.add("both", make("concat"), ["stem", "depth"])
    network.add("head", make("conv", filters=8, kernel=1), precision=Precision("int8", "float16"))
    return network


def tied() -> Network:
    """Words to words: one table at both ends, and a layer between them whose cost is only declared."""
    network = Network("tied")
    network.input(Tokens((1, 12)), "words")
    network.add("embed", make("embedding", dim=32, vocab=1000))
    network.add("mixer", make("custom", description="mixer", params=5000, macs_per_sample=60_000))
    network.add("lm_head", make("linear", units=1000, bias=False), share="embed")
    return network


def blocks() -> Network:
    """A stem and two residual-style blocks without their additions, named as a spec names them."""
    network = Network("blocks")
    network.input(Image((1, 3, 32, 32)))
    for name, stride in (("conv1", 2), ("layer1.0.conv1", 1), ("layer1.1.conv1", 1), ("layer2.0.conv1", 2)):
        network.add(name, make("conv", filters=16, kernel=3, pad=1, stride=stride, bias=False))
        network.add(f"{name}.norm", make("batchnorm"))
        network.add(f"{name}.act", make("relu"))
    network.add("flatten", make("flatten"))
    network.add("fc", make("linear", units=10))
    return network
